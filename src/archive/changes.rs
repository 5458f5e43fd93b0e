//! What happened to articles after they were first kept: edits, and pages that vanished.

use crate::model::{PageUrl, SiteId, Timestamp};

use super::PageId;

/// Which changes are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// Of these sites; of all where it is empty.
    pub sites: Vec<SiteId>,
    /// Seen at this instant or later.
    pub since: Option<Timestamp>,
    /// Seen before this instant.
    pub until: Option<Timestamp>,
    /// Also those between two readers: the page may have been read otherwise, not edited.
    pub other_readers: bool,
    /// So many, the latest.
    pub limit: usize,
}

/// What happened to an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A look saw another version than the look before.
    Edited {
        /// The version before.
        before: u32,
        /// The version it saw; one that was there earlier where the edit was taken back.
        after: u32,
        /// Whether both were read by different readers.
        other_reader: bool,
    },
    /// Two looks in a row found the page gone, and it has not come back.
    Vanished,
}

/// A change of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeEntry {
    /// The page.
    pub page: PageId,
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// When it was seen; the change lies between the look before and this one.
    pub observed_at: Timestamp,
    /// The look before, unless the page vanished.
    pub seen_before_at: Option<Timestamp>,
    /// What it was.
    pub happening: Happening,
}
