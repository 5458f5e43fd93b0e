//! Runs: who worked on the archive, when, and how it ended.

use crate::model::Timestamp;

/// A run's number in one archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub i64);

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// `crawl`, by hand or by cron.
    Crawl,
    /// `scrape` of named pages.
    Scrape,
}

impl RunKind {
    /// The kind's name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crawl => "crawl",
            Self::Scrape => "scrape",
        }
    }
}

/// The start of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// What started it.
    pub kind: RunKind,
    /// The command line, for the record.
    pub command_line: String,
    /// When.
    pub started_at: Timestamp,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunEnd {
    /// All that was due was looked at, or a budget was used up.
    Completed,
    /// Asked to stop; what is left is due at the next run.
    Interrupted,
    /// The run itself failed.
    Failed,
}

impl RunEnd {
    /// The end's name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
        }
    }
}
