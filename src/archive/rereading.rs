//! Reading anew: a page's past as it is kept, and what another reader made of it.

use std::sync::Arc;

use crate::model::{
    ContentHash, Headers, Outcome, PageKind, PageUrl, SiteId, Timestamp, ViewsNote,
};

use super::{PageId, Reading, RunId};

/// A look's number in one archive. They count up as looks are committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LookId(pub i64);

/// Which pages are to be read anew. Documents for programs never are: they hold no article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RereadScope {
    /// Pages of these sites; of all where there are none.
    pub sites: Vec<SiteId>,
    /// These pages; all where there are none.
    pub pages: Vec<PageId>,
    /// Pages looked at since then.
    pub since: Option<Timestamp>,
}

/// A page with its past, as much of it as its being read depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastPage {
    /// The page.
    pub page: PageId,
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// What it last turned out to be.
    pub kind: PageKind,
    /// Links followed from a start page.
    pub depth: u32,
    /// The page that leads to it.
    pub referer: Option<PageUrl>,
    /// The number of its current version.
    pub current_no: Option<u32>,
    /// Its versions in the order of their numbers, which count from 1.
    pub versions: Vec<PastVersion>,
    /// All looks at it, first to last.
    pub looks: Vec<PastLook>,
}

/// What distinguishes a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastVersion {
    /// Its number.
    pub version_no: u32,
    /// Its content hash.
    pub content: ContentHash,
    /// Which normalisation the hash was made with.
    pub hash_rule: u32,
}

/// One look, with what is needed to read its answer again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastLook {
    /// The look.
    pub look: LookId,
    /// In which run.
    pub run: RunId,
    /// Whether others made it: the run only brought it in.
    pub is_foreign: bool,
    /// What was asked for.
    pub url: PageUrl,
    /// When.
    pub fetched_at: Timestamp,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// The headers as received.
    pub headers: Headers,
    /// What it came to then.
    pub outcome: Outcome,
    /// The body, where one is kept.
    pub entity: Option<ContentHash>,
    /// The version it saw.
    pub version_no: Option<u32>,
    /// The view count it saw.
    pub views: Option<u64>,
    /// What is to be said of that.
    pub views_note: Option<ViewsNote>,
}

/// What reading a page anew came to: the unit of committing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rereading {
    /// The page.
    pub page: PageId,
    /// In which run.
    pub run: RunId,
    /// The last of the page's looks that is known here. A page looked at meanwhile is another one.
    pub until: Option<LookId>,
    /// How many versions the page had.
    pub versions: u32,
    /// The looks that saw something else than they were taken to.
    pub looks: Vec<LookAgain>,
    /// Versions that nobody had read before; their numbers follow the last one.
    pub made: Vec<MadeVersion>,
    /// Versions with the same content of which something beside is read otherwise: editor, language,
    /// HTML, encoding, reader, warnings, provenance.
    pub refreshed: Vec<(u32, Arc<Reading>)>,
    /// What the page is.
    pub kind: PageKind,
}

/// What a look saw after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookAgain {
    /// The look.
    pub look: LookId,
    /// The version; none where there is no article.
    pub version_no: Option<u32>,
    /// The view count.
    pub views: Option<u64>,
    /// What is to be said of that.
    pub views_note: Option<ViewsNote>,
}

/// A version made of an answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeVersion {
    /// Its number.
    pub version_no: u32,
    /// The first look that saw it.
    pub first: LookId,
    /// What was read.
    pub reading: Arc<Reading>,
}

impl Rereading {
    /// Whether anything is other than it was.
    pub const fn is_news(&self, before: PageKind) -> bool {
        !self.looks.is_empty()
            || !self.made.is_empty()
            || !self.refreshed.is_empty()
            || self.kind as u8 != before as u8
    }
}
