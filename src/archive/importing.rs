//! Looks that others made, kept at their own times.

use crate::model::{Outcome, PageKind, PageUrl, SiteId, Timestamp};

use super::{Capture, LookId, PageId, RunId};

/// A page to be known without being due: somebody else looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignPage {
    /// The page, in canonical form.
    pub url: PageUrl,
    /// Whose page it is.
    pub site: SiteId,
    /// What it is expected to be.
    pub kind: PageKind,
}

/// Looks at one page that others made: the unit of keeping them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The page.
    pub page: PageId,
    /// In which run they are brought in.
    pub run: RunId,
    /// When.
    pub at: Timestamp,
    /// The last of the page's looks that is known here. A page looked at meanwhile is another one.
    pub until: Option<LookId>,
    /// How many versions the page had.
    pub versions: u32,
    /// The looks, first to last.
    pub looks: Vec<ForeignLook>,
    /// What looks brought in before come to now that others stand before them.
    pub outcomes: Vec<(LookId, Outcome)>,
    /// When to look at the page, if that is wanted; it keeps its schedule otherwise.
    pub due: Option<Timestamp>,
}

/// One look that somebody else made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignLook {
    /// What came of it. Nothing is planned of what it leads to, and no host's clock is touched.
    pub capture: Capture,
    /// The version it saw. One that the page has not is made of the capture's reading; such numbers
    /// follow the page's last one in the order of the looks.
    pub version_no: Option<u32>,
}
