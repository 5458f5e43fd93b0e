//! Exit codes: the documented list, and which failure gives which.

use crate::archive::ArchiveError;

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done. Articles that are gone (404, 410) are news, and no failure.
    Success = 0,
    /// Failed; the message says why.
    Failure = 1,
    /// The command line is wrong (clap's own code for it).
    Usage = 2,
    /// Some pages could not be had: no answer, a server error, a host that is left alone, or a start
    /// page that is gone.
    SomeFailed = 3,
    /// Not one page could be had, though some were due.
    AllFailed = 4,
    /// The archive cannot be written: full, read-only, damaged, made by a newer zhanwen.
    ArchiveUnusable = 5,
    /// A rules or settings file is wrong.
    BadRules = 6,
    /// A score is out of the bounds that were set for it.
    OutOfBounds = 7,
    /// Another crawl is at work on the archive, and this one had to be alone or found nothing left.
    Busy = 8,
    /// A site is not well (`health --check`).
    Unwell = 9,
    /// Stopped by a signal; work resumes at the next run.
    Interrupted = 130,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The code for an archive that could not do what was asked.
pub(super) const fn for_archive(error: &ArchiveError) -> Exit {
    match error {
        ArchiveError::Open { .. }
        | ArchiveError::NotAnArchive { .. }
        | ArchiveError::NewerSchema { .. }
        | ArchiveError::Damaged { .. }
        | ArchiveError::Helpless { .. }
        | ArchiveError::DamagedFile { .. }
        | ArchiveError::Unwritable { .. } => Exit::ArchiveUnusable,
        ArchiveError::Busy { .. } => Exit::Busy,
        ArchiveError::LeaseLost { .. }
        | ArchiveError::Pruned { .. }
        | ArchiveError::Store { .. } => Exit::Failure,
    }
}
