//! Opening archive files: recognising ours, setting up a connection that writes or one that reads.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use url::Url;

use crate::archive::ArchiveError;

use super::fault::sqlite_error;
use super::migrate::{BUSY_TIMEOUT, MIGRATIONS, migrate, schema_version};

/// `ZHJ1`, in the file's header.
const APPLICATION_ID: i64 = 0x5A48_4A31;

/// How often the switch to WAL is tried; SQLite does not wait for it by itself.
const WAL_ATTEMPTS: u32 = 200;
const WAL_PAUSE: Duration = Duration::from_millis(25);

/// Opens or makes the archive at `path` for writing, at the newest schema.
pub(super) fn open_writing(path: &Path) -> Result<Connection, ArchiveError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| cannot_make(&error, path))?;
    // nothing is written before the file is known to be ours or empty
    let told = |error| refused(&error, path);
    connection.busy_timeout(BUSY_TIMEOUT).map_err(told)?;
    recognise(&connection, path, true)?;
    use_wal(&connection).map_err(told)?;
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY;
             PRAGMA cache_size = -4096;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 67108864;",
        )
        .map_err(told)?;
    connection.set_prepared_statement_cache_capacity(64);
    // else statements are prepared anew when what is bound to them changes
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(told)?;
    migrate(&mut connection, path, MIGRATIONS)?;
    Ok(connection)
}

/// Opens the archive at `path` for reading; a newer schema is read through its stable views and
/// columns.
pub(super) fn open_reading(path: &Path) -> Result<Connection, ArchiveError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| cannot_open(&error, path))?;
    let told = |error| refused(&error, path);
    connection.busy_timeout(BUSY_TIMEOUT).map_err(told)?;
    if unreadable_wal(&connection)
        && let Some(unchanging) = open_unchanging(path)
    {
        connection = unchanging;
    }
    recognise(&connection, path, false)?;
    connection
        // searches go through indexes of some megabytes; what is not needed is not taken
        .execute_batch(
            "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;",
        )
        .map_err(told)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Whether SQLite cannot read because it cannot make its helper files, as on a read-only medium.
fn unreadable_wal(connection: &Connection) -> bool {
    schema_version(connection).is_err_and(|error| {
        matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
        )
    })
}

/// Opens a file that nobody writes. Only right where no write-ahead log lies beside it.
fn open_unchanging(path: &Path) -> Option<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if Path::new(&log).exists() {
        return None;
    }
    let mut url = Url::from_file_path(std::path::absolute(path).ok()?).ok()?;
    url.set_query(Some("immutable=1"));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(url.as_str(), flags).ok()
}

/// Whether the file is an archive of ours; an empty one may become it where `may_be_empty`.
fn recognise(connection: &Connection, path: &Path, may_be_empty: bool) -> Result<(), ArchiveError> {
    let told = |error| refused(&error, path);
    // one state of the file: another process may be making it an archive at this moment
    let reading = connection.unchecked_transaction().map_err(told)?;
    let application: i64 = reading
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(told)?;
    if application == APPLICATION_ID {
        return Ok(());
    }
    let tables: i64 = reading
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(told)?;
    let found = match tables {
        0 if may_be_empty && application == 0 => return Ok(()),
        0 => "an empty database".to_owned(),
        _ => format!("another program's SQLite database with {tables} tables and indexes"),
    };
    Err(ArchiveError::NotAnArchive {
        path: path.display().to_string(),
        found,
    })
}

fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut attempt = 0;
    loop {
        let switched = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match switched {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && attempt < WAL_ATTEMPTS =>
            {
                attempt += 1;
                std::thread::sleep(WAL_PAUSE);
            }
            other => return other.map(|_mode| ()),
        }
    }
}

/// Where there is no file yet, the system says why there cannot be one.
fn cannot_make(error: &rusqlite::Error, path: &Path) -> ArchiveError {
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    match made {
        Err(system)
            if !path.exists()
                && path
                    .parent()
                    .is_none_or(|folder| folder == Path::new("") || folder.is_dir()) =>
        {
            ArchiveError::Open {
                path: path.display().to_string(),
                source: format!("it cannot be made: {system}").into(),
            }
        }
        _ => cannot_open(error, path),
    }
}

/// SQLite says only "unable to open"; the system knows why.
fn cannot_open(error: &rusqlite::Error, path: &Path) -> ArchiveError {
    let folder = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let source: Box<dyn std::error::Error + Send + Sync> =
        match (folder.metadata(), path.metadata()) {
            (Err(system), _) => format!("its folder {}: {system}", folder.display()).into(),
            (Ok(folder_is), _) if !folder_is.is_dir() => {
                format!("{} is not a folder", folder.display()).into()
            }
            (_, Ok(file)) if file.is_dir() => "it is a folder".into(),
            (_, Err(system)) => Box::new(system),
            _ => format!("{error}; is its folder read-only?").into(),
        };
    ArchiveError::Open {
        path: path.display().to_string(),
        source,
    }
}

fn refused(error: &rusqlite::Error, path: &Path) -> ArchiveError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ArchiveError::NotAnArchive {
            path: path.display().to_string(),
            found: "not a SQLite database, or damaged in its header".to_owned(),
        },
        Some(ErrorCode::CannotOpen) => cannot_open(error, path),
        _ => sqlite_error(error, "open the archive", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_archive_is_read_where_no_helper_files_can_be_made() {
        let folder = tempfile::tempdir().expect("folder");
        // a name that a URL has to escape
        let path = folder.path().join("展会 100%?.db");
        drop(open_writing(&path).expect("write"));
        let unchanging = open_unchanging(&path).expect("read");
        recognise(&unchanging, &path, false).expect("ours");
        assert!(!folder.path().join("展会 100%?.db-shm").exists());

        let _writing = open_writing(&path).expect("write");
        std::fs::write(folder.path().join("展会 100%?.db-wal"), "x").expect("log");
        assert!(
            open_unchanging(&path).is_none(),
            "a log would be overlooked"
        );
    }
}
