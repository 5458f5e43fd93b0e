//! What is kept of a page, as the rules need it to judge a new capture.

use super::{Article, Conditional, ContentHash, Timestamp};

/// What a URL leads to, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageKind {
    /// One article.
    Article,
    /// A page that lists articles: start pages and their continuation.
    List,
    /// A document for programs that lists the latest articles: RSS, Atom, JSON Feed.
    Feed,
    /// A document for programs that lists the pages of a site, or other such documents.
    Sitemap,
    /// A later page of an article that is split over several; its text is kept with the first's.
    Part,
    /// Neither, or not yet known.
    Other,
}

impl PageKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Article,
        Self::List,
        Self::Feed,
        Self::Sitemap,
        Self::Part,
        Self::Other,
    ];

    /// The kind's name in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::List => "list",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::Part => "part",
            Self::Other => "other",
        }
    }

    /// What a page is expected to be that one of this kind leads to: from a later part of an
    /// article the way leads to the article.
    #[must_use]
    pub const fn of_target(self) -> Self {
        match self {
            Self::Part => Self::Article,
            other => other,
        }
    }

    /// The kind called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether such a page is there to lead to others: it is looked at before them.
    pub const fn leads_on(self) -> bool {
        matches!(self, Self::List | Self::Feed | Self::Sitemap)
    }
}

/// What one look at a page came to. Every look is kept, whatever it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The first version of an article.
    New,
    /// A content never seen on this page before.
    Changed,
    /// A content seen before, after a different one.
    Reverted,
    /// The same article; only its view count moved.
    ViewsOnly,
    /// The same article.
    Unchanged,
    /// 304: the server says so itself.
    NotModified,
    /// A page that lists articles, or one without an article: kept, no version.
    Listed,
    /// A later page of an article: kept, its text joined to that of the first page.
    Part,
    /// 3xx: the page is elsewhere.
    Redirected,
    /// 404 or 410.
    Gone,
    /// Refused by robots.txt, a status such as 403 or 429, or a challenge page.
    Blocked,
    /// No complete answer, or a server error.
    Failed,
}

impl Outcome {
    /// Every outcome, in the order a report lists them.
    pub const ALL: [Self; 12] = [
        Self::New,
        Self::Changed,
        Self::Reverted,
        Self::ViewsOnly,
        Self::Unchanged,
        Self::NotModified,
        Self::Listed,
        Self::Part,
        Self::Redirected,
        Self::Gone,
        Self::Blocked,
        Self::Failed,
    ];

    /// The outcome's name in the archive and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Reverted => "reverted",
            Self::ViewsOnly => "views_only",
            Self::Unchanged => "unchanged",
            Self::NotModified => "not_modified",
            Self::Listed => "listed",
            Self::Part => "part",
            Self::Redirected => "redirected",
            Self::Gone => "gone",
            Self::Blocked => "blocked",
            Self::Failed => "failed",
        }
    }

    /// The outcome called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// The version of a page that was current at its last successful look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number on this page, from 1.
    pub version_no: u32,
    /// Its content hash under the rule of `hash_rule`.
    pub content: ContentHash,
    /// Which normalisation the hash was made with.
    pub hash_rule: u32,
    /// The article as it was read then, for the diff; its views are those last seen.
    pub article: Article,
}

/// One of the versions a page has had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownVersion {
    /// Its number on this page, from 1.
    pub version_no: u32,
    /// Its content hash.
    pub content: ContentHash,
    /// Which normalisation the hash was made with.
    pub hash_rule: u32,
}

/// What a page's past looks tell about when to look again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageHistory {
    /// First look that found anything.
    pub first_seen_at: Option<Timestamp>,
    /// Last look of any kind.
    pub last_fetched_at: Option<Timestamp>,
    /// Last look that brought a new content.
    pub last_changed_at: Option<Timestamp>,
    /// Looks that brought the same content, since the last new one.
    pub unchanged_in_a_row: u32,
    /// Looks that failed, since the last that did not.
    pub failures_in_a_row: u32,
    /// Looks that found the page gone, since the last that did not.
    pub gone_in_a_row: u32,
    /// Last look that saw its views.
    pub views_at: Option<Timestamp>,
    /// Validators of the last complete answer.
    pub validators: Conditional,
    /// Of a page that leads to others: the edition of the program and the rules that found all it
    /// led to then. "Not modified" says nothing new to that edition alone.
    pub read_by: Option<String>,
}
