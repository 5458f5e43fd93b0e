//! Looks as they are handed on: what was asked, what came back, when and from whom.

use std::net::IpAddr;

use crate::model::{ContentHash, Headers, Outcome, PageKind, PageUrl, SiteId, Timestamp};

use super::{LookId, PageId};

/// Which looks are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookScope {
    /// At pages of these sites; of all where there are none.
    pub sites: Vec<SiteId>,
    /// At these pages; at all where there are none.
    pub pages: Vec<PageId>,
    /// From then on.
    pub since: Option<Timestamp>,
    /// Before then.
    pub until: Option<Timestamp>,
}

/// Where a look stands among all: page by page, each page's in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LookPlace {
    /// The page.
    pub page: PageId,
    /// When.
    pub fetched_at: Timestamp,
    /// The look.
    pub look: LookId,
}

/// One look with all that is kept of the exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLook {
    /// Which, and where it stands.
    pub place: LookPlace,
    /// Whose page it is.
    pub site: SiteId,
    /// What the page last turned out to be.
    pub kind: PageKind,
    /// What was asked for.
    pub url: PageUrl,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// The headers as received.
    pub headers: Headers,
    /// Who answered.
    pub peer: Option<IpAddr>,
    /// Digest of the entity body, where one is kept.
    pub entity: Option<ContentHash>,
    /// Bytes of body that crossed the wire.
    pub wire_length: u64,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, where the outcome does not say.
    pub reason: Option<String>,
    /// The kind of failure, where no answer came.
    pub error: Option<String>,
    /// The version it saw.
    pub version_no: Option<u32>,
    /// The view count it saw.
    pub views: Option<u64>,
}

impl KeptLook {
    /// Whether the answer brought what a later "not modified" speaks for.
    pub const fn brought_the_page(&self) -> bool {
        brings_the_page(self.outcome)
    }
}

/// Whether a look of `outcome` brought a page that a later "not modified" speaks for.
pub(crate) const fn brings_the_page(outcome: Outcome) -> bool {
    match outcome {
        Outcome::New
        | Outcome::Changed
        | Outcome::Reverted
        | Outcome::ViewsOnly
        | Outcome::Unchanged
        | Outcome::Listed
        | Outcome::Part => true,
        Outcome::NotModified
        | Outcome::Redirected
        | Outcome::Gone
        | Outcome::Blocked
        | Outcome::Failed => false,
    }
}
