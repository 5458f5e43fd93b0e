//! Runs: who worked on the archive, when, and how it ended.

use crate::model::Timestamp;

use super::{RunReport, Tally};

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
    /// `reparse`: what is kept is read anew.
    Reparse,
    /// `import`: looks that others made are kept.
    Import,
    /// `prune`: bytes that are kept are given up.
    Prune,
}

impl RunKind {
    /// The kind's name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crawl => "crawl",
            Self::Scrape => "scrape",
            Self::Reparse => "reparse",
            Self::Import => "import",
            Self::Prune => "prune",
        }
    }

    /// The kind called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Crawl,
            Self::Scrape,
            Self::Reparse,
            Self::Import,
            Self::Prune,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
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
    /// Whether it is to be the only crawl at work: it does not begin while another is.
    pub alone: bool,
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

    /// The end called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Completed, Self::Interrupted, Self::Failed]
            .into_iter()
            .find(|end| end.name() == name)
    }
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnding {
    /// How it ended.
    pub end: RunEnd,
    /// When.
    pub at: Timestamp,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// What it came to.
    pub report: Option<RunReport>,
}

/// Whether a run is at work, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RunState {
    /// Its process is at work.
    Running,
    /// It ended in order.
    Ended(RunEnd),
    /// Its process is gone and recorded no end.
    Killed,
}

impl RunState {
    /// The state's name in JSON and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended(end) => end.name(),
            Self::Killed => "killed",
        }
    }
}

/// A run, as a reader is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEntry {
    /// Its number.
    pub run: RunId,
    /// What started it.
    pub kind: RunKind,
    /// The command line.
    pub command_line: String,
    /// The zhanwen that ran.
    pub tool_version: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended, where it said so.
    pub ended_at: Option<Timestamp>,
    /// When it looked at a page last.
    pub last_look_at: Option<Timestamp>,
    /// Whether it is at work, or how it ended.
    pub state: RunState,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// What its looks came to, as their own records tell.
    pub looks: Tally,
}

/// A run with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRecord {
    /// The run.
    pub entry: RunEntry,
    /// What it came to: as it reported, else as far as the records of its looks tell.
    pub report: RunReport,
    /// Whether the run itself reported that.
    pub reported: bool,
}
