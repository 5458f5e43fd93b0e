//! Bringing an archive file to the schema this program knows: forward only, one transaction a step.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::archive::ArchiveError;
use crate::chinese::script;
use crate::model::ContentHash;

use super::article;
use super::fault::{Fault, sqlite_error};

/// Work on an archive whose schema has just changed.
type Work = fn(&Connection) -> Result<(), Fault>;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    /// The `user_version` it leads to; steps count from 1 without gaps.
    pub(super) version: i64,
    /// What it is called.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) sql: &'static str,
    /// What SQL cannot do, in the same transaction.
    pub(super) then: Option<Work>,
}

/// Every step, first to last. A released step is never edited; a new one is added.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "archive",
        sql: include_str!("../../../migrations/sqlite/0001-archive.sql"),
        then: None,
    },
    Migration {
        version: 2,
        name: "fold",
        sql: include_str!("../../../migrations/sqlite/0002-fold.sql"),
        then: Some(fold_words),
    },
    Migration {
        version: 3,
        name: "crawl",
        sql: include_str!("../../../migrations/sqlite/0003-crawl.sql"),
        then: None,
    },
    Migration {
        version: 4,
        name: "reparse",
        sql: include_str!("../../../migrations/sqlite/0004-reparse.sql"),
        then: None,
    },
    Migration {
        version: 5,
        name: "reposts",
        sql: include_str!("../../../migrations/sqlite/0005-reposts.sql"),
        then: None,
    },
    Migration {
        version: 6,
        name: "small",
        sql: include_str!("../../../migrations/sqlite/0006-small.sql"),
        then: None,
    },
    Migration {
        version: 7,
        name: "prune",
        sql: include_str!("../../../migrations/sqlite/0007-prune.sql"),
        then: None,
    },
    Migration {
        version: 8,
        name: "headers",
        sql: include_str!("../../../migrations/sqlite/0008-headers.sql"),
        then: None,
    },
    Migration {
        version: 9,
        name: "listing",
        sql: include_str!("../../../migrations/sqlite/0009-listing.sql"),
        then: None,
    },
];

/// Fills the table `fold`, and brings the words of every version to the same form.
fn fold_words(connection: &Connection) -> Result<(), Fault> {
    let mut insert = connection.prepare("INSERT INTO fold (character, folded) VALUES (?1, ?2)")?;
    for (character, folded) in script::folds() {
        insert.execute([character.to_string(), folded.to_string()])?;
    }
    article::index_all(connection)
}

/// How long a connection waits for another process's transaction. Those take milliseconds.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// The newest schema among `steps`.
pub(super) fn newest(steps: &[Migration]) -> i64 {
    steps.last().map_or(0, |step| step.version)
}

/// The schema version of the open file.
pub(super) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Applies the steps that the file does not have yet. A file that holds an archive is copied first,
/// and the copy becomes `<path>.v<N>.bak` once the steps are done.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    steps: &[Migration],
) -> Result<(), ArchiveError> {
    let doing = "bring the archive to the newest schema";
    let told = |error: rusqlite::Error| sqlite_error(&error, doing, path);
    let found = schema_version(connection).map_err(told)?;
    let known = newest(steps);
    if found > known {
        return Err(ArchiveError::NewerSchema {
            path: path.display().to_string(),
            found,
            known,
        });
    }
    if found < known {
        change(connection, path, steps).map_err(|fault| match fault {
            Change::Copy(fault) => fault.told("copy the archive before changing its schema", path),
            Change::Steps(fault) => fault.told(doing, path),
        })?;
    }
    check_steps(connection, path, steps)
}

/// What of a change of the schema failed.
enum Change {
    Copy(Fault),
    Steps(Fault),
}

/// Copies the archive and does the steps it lacks: all or none, so no other process ever meets an
/// archive between two of them. Copy and steps are under one lock for writing, so that of several
/// processes one makes both. The copy is read beside the transaction, which has changed nothing yet.
fn change(connection: &Connection, path: &Path, steps: &[Migration]) -> Result<(), Change> {
    let failed = |error: rusqlite::Error| Change::Steps(error.into());
    let writer = Connection::open(path).map_err(failed)?;
    writer.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
    let lock =
        Transaction::new_unchecked(&writer, TransactionBehavior::Immediate).map_err(failed)?;
    // another process may have done them while this one waited for the lock
    let found = schema_version(&lock).map_err(failed)?;
    let copy = if found > 0 && found < newest(steps) {
        // minutes on a large archive, before anything else is said
        tracing::info!(
            "{} is copied and brought from schema {found} to {}",
            path.display(),
            newest(steps)
        );
        Some(copied(connection, path, found).map_err(Change::Copy)?)
    } else {
        None
    };
    apply(&lock, steps, found).map_err(Change::Steps)?;
    if let Some(copy) = copy {
        // who is killed again and again before this point leaves one copy, not one for each time
        let kept = keep_copy(&copy, path, found).map_err(Change::Copy)?;
        lock.commit().map_err(failed)?;
        tracing::info!("the archive as it was is kept as {}", kept.display());
        return Ok(());
    }
    lock.commit().map_err(failed)
}

/// Does the steps that come after the one numbered `found`.
fn apply(lock: &Connection, steps: &[Migration], found: i64) -> Result<(), Fault> {
    for step in steps.iter().filter(|step| step.version > found) {
        lock.execute_batch(step.sql)?;
        step.then.map_or(Ok(()), |then| then(lock))?;
        lock.execute(
            "INSERT INTO schema_migration (version, name, sha256, applied_at, applied_by)
             VALUES (?1, ?2, ?3, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?4)",
            params![
                step.version,
                step.name,
                ContentHash::of(step.sql.as_bytes()).as_bytes(),
                concat!("zhanwen ", env!("CARGO_PKG_VERSION")),
            ],
        )?;
        lock.pragma_update(None, "user_version", step.version)?;
    }
    Ok(())
}

/// A file whose steps were others than ours has the right number and the wrong tables.
pub(super) fn check_steps(
    connection: &Connection,
    path: &Path,
    steps: &[Migration],
) -> Result<(), ArchiveError> {
    for step in steps {
        let kept: Option<[u8; 32]> = connection
            .query_row(
                "SELECT sha256 FROM schema_migration WHERE version = ?1",
                [step.version],
                |row| row.get(0),
            )
            .optional()
            .map_err(|error| sqlite_error(&error, "read the archive's schema steps", path))?;
        if kept != Some(*ContentHash::of(step.sql.as_bytes()).as_bytes()) {
            return Err(ArchiveError::NotAnArchive {
                path: path.display().to_string(),
                found: format!(
                    "its schema step {} is not the one of zhanwen {}",
                    step.version,
                    env!("CARGO_PKG_VERSION")
                ),
            });
        }
    }
    Ok(())
}

/// Copies the archive as it is to `<path>.v<N>.partial`.
fn copied(connection: &Connection, path: &Path, version: i64) -> Result<PathBuf, Fault> {
    // a copy cut short must not be taken for a whole one, nor its journal for the next one's
    let partial = beside(path, version, ".partial");
    let journal = beside(path, version, ".partial-journal");
    for left in [&journal, &partial] {
        if left.exists() {
            fs::remove_file(left).map_err(|error| input_output(&error))?;
        }
    }
    let Some(target) = partial.to_str() else {
        return Err(Fault::Unreadable("its path is not UTF-8".to_owned()));
    };
    connection.execute("VACUUM INTO ?1", [target])?;
    // SQLite leaves it to the system when a copy reaches the disk
    fs::File::open(&partial)
        .and_then(|copy| copy.sync_all())
        .map_err(|error| input_output(&error))?;
    Ok(partial)
}

/// Gives the copy the first free name of `<path>.v<N>.bak`, `<path>.v<N>.2.bak`, ….
fn keep_copy(copy: &Path, path: &Path, version: i64) -> Result<PathBuf, Fault> {
    let mut kept = beside(path, version, ".bak");
    let mut copies = 1_u32;
    while kept.exists() {
        copies = copies.saturating_add(1);
        kept = beside(path, version, &format!(".{copies}.bak"));
    }
    fs::rename(copy, &kept).map_err(|error| input_output(&error))?;
    Ok(kept)
}

fn beside(path: &Path, version: i64, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{version}{suffix}"));
    PathBuf::from(name)
}

fn input_output(error: &std::io::Error) -> Fault {
    Fault::Unreadable(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWEST: i64 = match MIGRATIONS.last() {
        Some(step) => step.version,
        None => 0,
    };

    fn copy_name(end: &str) -> String {
        format!("archive.db.v{NEWEST}{end}")
    }

    const NOTES: Migration = Migration {
        version: NEWEST + 1,
        name: "notes",
        sql: "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;",
        then: None,
    };

    fn steps() -> Vec<Migration> {
        let mut steps = MIGRATIONS.to_vec();
        steps.push(NOTES);
        steps
    }

    fn opened(path: &Path) -> Connection {
        Connection::open(path).expect("open")
    }

    #[test]
    fn a_new_file_is_made_without_a_copy_and_an_old_one_is_copied_first() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("known steps");
        let names = || {
            let mut names: Vec<_> = fs::read_dir(folder.path())
                .expect("folder")
                .map(|entry| {
                    entry
                        .expect("entry")
                        .file_name()
                        .into_string()
                        .expect("name")
                })
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(), ["archive.db"]);
        opened(&path)
            .execute("INSERT INTO site (key) VALUES ('kept')", [])
            .expect("insert");

        migrate(&mut opened(&path), &path, &steps()).expect("the new step");
        assert_eq!(names(), ["archive.db".to_owned(), copy_name(".bak")]);
        assert_eq!(schema_version(&opened(&path)).expect("version"), NEWEST + 1);
        let copy = opened(&folder.path().join(copy_name(".bak")));
        assert_eq!(schema_version(&copy).expect("version"), NEWEST);
        let key: String = copy
            .query_row("SELECT key FROM site", [], |row| row.get(0))
            .expect("site");
        assert_eq!(key, "kept");

        // nothing left to do, nothing copied
        migrate(&mut opened(&path), &path, &steps()).expect("again");
        assert_eq!(names(), ["archive.db".to_owned(), copy_name(".bak")]);
    }

    #[test]
    fn a_second_copy_does_not_replace_the_first() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("known steps");
        fs::write(folder.path().join(copy_name(".bak")), "an older copy").expect("write");
        fs::write(folder.path().join(copy_name(".partial")), "cut short").expect("write");
        migrate(&mut opened(&path), &path, &steps()).expect("the new step");
        let older = fs::read_to_string(folder.path().join(copy_name(".bak"))).expect("read");
        assert_eq!(older, "an older copy");
        assert!(folder.path().join(copy_name(".2.bak")).exists());
        assert!(!folder.path().join(copy_name(".partial")).exists());
    }

    #[test]
    fn several_at_once_make_one_copy() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("known steps");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut connection = opened(&path);
                    connection.busy_timeout(BUSY_TIMEOUT).expect("timeout");
                    migrate(&mut connection, &path, &steps()).expect("the new step");
                });
            }
        });
        let entries = fs::read_dir(folder.path()).expect("read");
        let copies = entries.filter(|entry| {
            let name = entry.as_ref().expect("entry").file_name();
            name.to_string_lossy().contains(".bak")
        });
        assert_eq!(copies.count(), 1);
    }

    #[test]
    fn a_failing_step_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("known steps");
        let broken = Migration {
            sql: "CREATE TABLE half (id INTEGER) STRICT; CREATE TABLE half (id INTEGER) STRICT;",
            ..NOTES
        };
        let steps = [MIGRATIONS, &[broken]].concat();
        assert!(migrate(&mut opened(&path), &path, &steps).is_err());
        let connection = opened(&path);
        assert_eq!(schema_version(&connection).expect("version"), NEWEST);
        let tables: i64 = connection
            .query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name = 'half'",
                [],
                |row| row.get(0),
            )
            .expect("count");
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_file_with_other_steps_is_refused() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("known steps");
        opened(&path)
            .execute("UPDATE schema_migration SET sha256 = zeroblob(32)", [])
            .expect("update");
        let refused = migrate(&mut opened(&path), &path, MIGRATIONS);
        assert!(
            matches!(&refused, Err(ArchiveError::NotAnArchive { found, .. }) if found.contains("step 1")),
            "{refused:?}"
        );
    }

    #[test]
    fn words_indexed_before_the_fold_are_found_after_it() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        let before = MIGRATIONS.get(..1).expect("step 1");
        migrate(&mut opened(&path), &path, before).expect("step 1");
        let found = |words: &str| -> i64 {
            let sql = "SELECT count(*) FROM fts WHERE fts MATCH ?1";
            let count = opened(&path).query_row(sql, [words], |row| row.get(0));
            count.expect("count")
        };
        opened(&path)
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO version (page_id, version_no, content_sha256, hash_rule,
                     first_fetch_id, title, body_chars, parser, encoding, encoding_evidence,
                     warnings, provenance, images, body_text)
                 VALUES (1, 1, zeroblob(32), 1, 1, '書展計畫', 4, 'zhanwen/1', 'Big5', 'meta',
                         '[]', '{}', '[]', '隨著書展');
                 INSERT INTO fts (rowid, title, body)
                 VALUES (1, '书展 展计 计画 画', '随著 著书 书展 展');",
            )
            .expect("insert");
        assert_eq!((found("随着"), found("书展")), (0, 1));
        migrate(&mut opened(&path), &path, MIGRATIONS).expect("all steps");
        assert_eq!((found("随着"), found("书展"), found("计划")), (1, 1, 1));
        assert_eq!((found("随著"), found("title:计画")), (0, 0));
    }
}
