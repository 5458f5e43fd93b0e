//! What can go wrong in SQLite, told in the archive's words.

use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use crate::archive::{ArchiveError, RunId};
use crate::model::{ContentHash, HostKey, Timestamp};

/// What went wrong inside one piece of work; [`Fault::told`] adds what was being done, and where.
#[derive(Debug)]
pub(in crate::store) enum Fault {
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// The lease is somebody else's now, or nobody's.
    LeaseLost(HostKey),
    /// Another crawl is at work.
    Busy {
        /// Its number.
        run: i64,
        /// When it began.
        since: Timestamp,
    },
    /// A blob does not match its hash.
    Damaged(ContentHash),
    /// A version does not match its digest.
    DamagedText,
    /// What a blob is kept with cannot be had.
    Helpless(ContentHash, Helper),
    /// A blob's bytes were given up.
    Pruned {
        /// The blob.
        hash: ContentHash,
        /// In which run.
        run: RunId,
        /// When that began.
        at: Timestamp,
    },
    /// Something kept cannot be read back.
    Unreadable(String),
}

/// Why what a blob is kept with cannot be had: a dictionary, another blob.
#[derive(Debug)]
pub(in crate::store) enum Helper {
    /// SQLite refused.
    Sqlite(rusqlite::Error),
    /// It is not there.
    Missing(String),
    /// Its bytes are not what they were.
    Damaged(String),
}

impl From<rusqlite::Error> for Helper {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Fault {
    /// The error for who asked.
    pub(super) fn told(self, doing: &'static str, path: &Path) -> ArchiveError {
        match self {
            Self::Sqlite(error) | Self::Helpless(_, Helper::Sqlite(error)) => {
                sqlite_error(&error, doing, path)
            }
            Self::LeaseLost(host) => ArchiveError::LeaseLost { host },
            Self::Busy { run, since } => ArchiveError::Busy { run, since },
            Self::DamagedText => ArchiveError::DamagedFile {
                path: path.display().to_string(),
            },
            Self::Damaged(hash) => ArchiveError::Damaged { hash },
            Self::Helpless(hash, Helper::Missing(helper)) => ArchiveError::Helpless {
                hash,
                helper,
                state: "is missing",
            },
            Self::Helpless(hash, Helper::Damaged(helper)) => ArchiveError::Helpless {
                hash,
                helper,
                state: "is damaged",
            },
            Self::Pruned { hash, run, at } => ArchiveError::Pruned {
                hash,
                run: run.0,
                at,
            },
            Self::Unreadable(what) => ArchiveError::Store {
                doing,
                source: what.into(),
            },
        }
    }
}

/// The error for a refusal of SQLite. Takes it by reference, since one refused `COMMIT` is told to
/// everybody who took part in it.
pub(super) fn sqlite_error(
    error: &rusqlite::Error,
    doing: &'static str,
    path: &Path,
) -> ArchiveError {
    let is_damaged = matches!(
        error,
        rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            // who may find nothing asks so: a row that must be there is not found by a damaged index
            | rusqlite::Error::QueryReturnedNoRows
    );
    if is_damaged {
        // none of ours was ever written so
        return ArchiveError::DamagedFile {
            path: path.display().to_string(),
        };
    }
    let reason = match error.sqlite_error_code() {
        // whatever else the system has against one more byte: a quota, a limit
        Some(ErrorCode::SystemIoFailure)
            if error.sqlite_extended_error_code() == Some(ffi::SQLITE_IOERR_WRITE) =>
        {
            "the system refused to write (a quota, a limit on file sizes or a broken disk)"
        }
        Some(ErrorCode::DiskFull) => "the disk is full",
        Some(ErrorCode::ReadOnly) => "the file or its folder is read-only",
        Some(ErrorCode::SystemIoFailure) => "the system reports an input/output error",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program has kept it locked for too long"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            return ArchiveError::DamagedFile {
                path: path.display().to_string(),
            };
        }
        _ => {
            return ArchiveError::Store {
                doing,
                source: error.to_string().into(),
            };
        }
    };
    ArchiveError::Unwritable {
        path: path.display().to_string(),
        reason: reason.to_owned(),
    }
}
