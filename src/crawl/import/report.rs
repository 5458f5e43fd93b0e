//! What an import came to.

use std::collections::BTreeMap;

use crate::archive::{RunId, RunReport};
use crate::model::{Outcome, PageUrl};
use crate::warc::read::Place;

/// Broken records that are told one by one; the rest is counted.
pub const MOST_BROKEN: usize = 1000;

/// What an import has come to so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The run, where it is recorded.
    pub run: Option<RunId>,
    /// Bytes of the files read.
    pub bytes: u64,
    /// Files read to their end.
    pub files: u64,
    /// Records by type.
    pub records: BTreeMap<String, u64>,
    /// Looks kept, by what they came to.
    pub looks: BTreeMap<Outcome, u64>,
    /// Looks that were kept already.
    pub same: u64,
    /// Records passed over, by reason.
    pub passed_over: BTreeMap<&'static str, u64>,
    /// What could not be read as a record.
    pub broken: u64,
    /// The first of them.
    pub broken_at: Vec<BrokenRecord>,
    /// Files that could not be read to their end.
    pub unreadable: Vec<UnreadableFile>,
    /// Records whose digest is not that of what they hold.
    pub digests_differ: u64,
    /// Times that looks were kept at a page.
    pub pages: u64,
    /// Those of them that nobody had looked at.
    pub new_pages: u64,
    /// Versions made.
    pub versions: u64,
    /// Articles of which a later part is in none of the files.
    pub parts_missing: u64,
    /// Pages left as they were, and why.
    pub failed: Vec<(PageUrl, String)>,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenRecord {
    /// In which file.
    pub file: String,
    /// Where.
    pub place: Place,
    /// What is wrong.
    pub reason: String,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableFile {
    /// Which.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl Imported {
    /// Records of all types.
    pub fn all_records(&self) -> u64 {
        self.records.values().sum()
    }

    /// Looks kept.
    pub fn kept(&self) -> u64 {
        self.looks.values().sum()
    }

    /// Records passed over.
    pub fn all_passed_over(&self) -> u64 {
        self.passed_over.values().sum()
    }

    /// What the run's record says of it beside its looks.
    pub(super) fn kept_report(&self, interrupted: bool) -> RunReport {
        let mut report = RunReport {
            interrupted,
            new_pages: Some(self.new_pages),
            ..RunReport::default()
        };
        let counts = [
            ("records_read", self.all_records()),
            ("kept_already", self.same),
            ("records_passed_over", self.all_passed_over()),
            ("records_broken", self.broken),
            (
                "files_unreadable",
                u64::try_from(self.unreadable.len()).unwrap_or(u64::MAX),
            ),
            ("digests_differ", self.digests_differ),
            ("parts_missing", self.parts_missing),
            ("versions_made", self.versions),
        ];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        report.counts = counts
            .map(|(name, count)| (name.to_owned(), count))
            .collect();
        report
    }

    pub(super) fn pass_over(&mut self, reason: &'static str) {
        *self.passed_over.entry(reason).or_default() += 1;
    }
}
