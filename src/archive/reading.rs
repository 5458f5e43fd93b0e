//! What a reader is given: articles, versions, looks, sites.

use crate::model::{ContentHash, Notice, Outcome, PageUrl, SiteId, Timestamp};

use super::{PageId, Reading, RunId};

/// A kept article, as a reader is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptArticle {
    /// The page.
    pub page: PageId,
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// The version's number on its page, from 1.
    pub version_no: u32,
    /// How many versions the page has.
    pub versions: u32,
    /// Whether looks saw several of them.
    pub edited: bool,
    /// When this version was first seen.
    pub observed_at: Timestamp,
    /// The status of the answer it was first read from.
    pub status: Option<u16>,
    /// The reading; its views are the last seen.
    pub reading: Reading,
    /// When the page was found gone, unless it came back.
    pub gone_at: Option<Timestamp>,
}

/// One look at a page, as a reader is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub fetched_at: Timestamp,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, where the outcome does not say.
    pub reason: Option<String>,
    /// The version it saw.
    pub version_no: Option<u32>,
    /// The view count it saw.
    pub views: Option<u64>,
    /// Digest of the entity body, where one is kept.
    pub entity_hash: Option<ContentHash>,
}

/// One version of a page, as a reader is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionEntry {
    /// Its number, from 1.
    pub version_no: u32,
    /// When it was first seen.
    pub observed_at: Timestamp,
    /// Its content hash.
    pub content: ContentHash,
    /// Its title.
    pub title: Option<String>,
    /// Characters of its body.
    pub body_chars: u64,
    /// The reader that read it.
    pub parser: String,
    /// The run that made it by reading a kept answer anew; none where a look made it.
    pub reread_in: Option<RunId>,
}

/// One line of the overview: a site and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSummary {
    /// The site.
    pub site: SiteId,
    /// Pages with an article.
    pub articles: u64,
    /// Versions of them.
    pub versions: u64,
    /// Looks at any page of the site.
    pub fetches: u64,
    /// The last look.
    pub last_fetched_at: Option<Timestamp>,
}

/// An article in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleLine {
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// Its title.
    pub title: Option<String>,
    /// Its publish time as stored.
    pub publish_time: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// Last view count seen.
    pub views: Option<u64>,
    /// How many versions.
    pub versions: u32,
    /// The encoding its current version was decoded with.
    pub encoding: String,
    /// Since when looks find it gone, confirmed by a second one or not.
    pub missing_since: Option<Timestamp>,
}

/// A notice, as a reader is given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptNotice {
    /// Whose site it is about.
    pub site: SiteId,
    /// What it says.
    pub notice: Notice,
    /// The run in which it was last made.
    pub run: RunId,
    /// When that was.
    pub noticed_at: Timestamp,
}
