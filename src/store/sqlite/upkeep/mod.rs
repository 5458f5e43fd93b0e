//! Looking after an archive file: whether it is whole, a copy of it, the space it takes.
//!
//! This is about the file and its tables, so it is no part of the seam. Each works beside a running
//! crawl: [`verify`] and [`backup`] only read, and what they read is one state of the archive;
//! [`prune`] writes in small transactions; [`compact`] refuses while a crawl is at work.

mod backup;
mod bodies;
mod compact;
mod prune;
mod rows;
mod verify;
mod words;

pub use backup::{Backup, backup, partial};
pub use compact::{Compacted, compact};
pub use prune::{Keep, PruneDone, Pruned, Pruning, Stopped, prune, would_prune};
pub use verify::{Depth, Finding, MOST_FINDINGS, Part, Verified, verify};

/// How far a piece of upkeep is, told now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done, as in `reading bodies`.
    pub doing: &'static str,
    /// How much of it is done.
    pub done: u64,
    /// Of how much, where that is known; else 0.
    pub of: u64,
}

/// Who is told how far it is.
pub type Tell<'a> = &'a mut dyn FnMut(Progress);
