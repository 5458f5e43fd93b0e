//! Why an archive could not do what was asked.

use crate::model::{ContentHash, HostKey, Timestamp};

/// Why the archive could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The lease ran out and the host was lent to somebody else, or given back.
    #[error("keep the work on {host}: its lease ran out")]
    LeaseLost {
        /// The host.
        host: HostKey,
    },
    /// Another crawl is at work, and this one was to be alone.
    #[error("begin a crawl that is to be alone: run {run} is at work since {since}")]
    Busy {
        /// The other run's number.
        run: i64,
        /// When it began.
        since: Timestamp,
    },
    /// The file cannot be opened or made.
    #[error("open the archive {path}")]
    Open {
        /// The file.
        path: String,
        /// What the system or SQLite said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The file is not an archive of ours.
    #[error("read {path}: it is not a zhanwen archive ({found})")]
    NotAnArchive {
        /// The file.
        path: String,
        /// What it is instead.
        found: String,
    },
    /// The file was written by a newer zhanwen.
    #[error(
        "write to {path}: its schema is version {found} and this zhanwen knows {known}; it can be read, or written by a newer zhanwen"
    )]
    NewerSchema {
        /// The file.
        path: String,
        /// Its schema version.
        found: i64,
        /// The newest known.
        known: i64,
    },
    /// A stored blob does not match its hash.
    #[error("trust blob {hash}: its bytes do not match their hash; restore it from a backup")]
    Damaged {
        /// The hash it is kept under.
        hash: ContentHash,
    },
    /// What a stored blob is kept with, a dictionary or another blob, is missing or damaged.
    #[error("read blob {hash}: the {helper} it is kept with {state}; restore that from a backup")]
    Helpless {
        /// The blob that was asked for.
        hash: ContentHash,
        /// What it needs: `dictionary 3`, `blob 5891b5b5…`.
        helper: String,
        /// What is wrong with that.
        state: &'static str,
    },
    /// The bytes of a blob were given up; what was read of it is kept.
    #[error(
        "read blob {hash}: its bytes were pruned in run {run} of {at} (`zhanwen runs show {run}`); what was read of them is kept"
    )]
    Pruned {
        /// The hash it was kept under.
        hash: ContentHash,
        /// In which run.
        run: i64,
        /// When that began.
        at: Timestamp,
    },
    /// The file itself is damaged.
    #[error(
        "use the archive {path}: the file is damaged; put a copy in its place, or rescue what can still be read with `sqlite3 {path} .recover`"
    )]
    DamagedFile {
        /// The file.
        path: String,
    },
    /// The disk is full or the folder cannot be written.
    #[error("write to the archive {path}: {reason}; nothing kept before was lost")]
    Unwritable {
        /// The file.
        path: String,
        /// What is wrong: full, read-only, input/output error.
        reason: String,
    },
    /// The store behind the seam failed otherwise.
    #[error("{doing}")]
    Store {
        /// What was being done, as in `commit a capture`.
        doing: &'static str,
        /// What the store said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
