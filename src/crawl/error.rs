//! Why a run could not go on.

use crate::archive::ArchiveError;

use super::Report;

/// Why a run could not go on. All it had committed is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrawlError {
    /// The archive does not take what was found: the disk is full, the file is damaged.
    #[error("keep what the crawl found")]
    Archive {
        /// What the archive said.
        #[source]
        source: ArchiveError,
        /// What was done until then.
        report: Box<Report>,
    },
    /// A worker ended in a way that no answer can cause.
    #[error("go on: a worker ended unexpectedly ({reason})")]
    Worker {
        /// What is known of it.
        reason: String,
        /// What was done until then.
        report: Box<Report>,
    },
}

impl CrawlError {
    /// What was done until the run could not go on.
    pub fn report(&self) -> &Report {
        match self {
            Self::Archive { report, .. } | Self::Worker { report, .. } => report,
        }
    }

    /// The archive's own error, where it was the archive.
    pub const fn archive(&self) -> Option<&ArchiveError> {
        match self {
            Self::Archive { source, .. } => Some(source),
            Self::Worker { .. } => None,
        }
    }
}
