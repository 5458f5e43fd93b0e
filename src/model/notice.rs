//! What a person should know of a site that no look at one page tells.

use super::PageUrl;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeKind {
    /// The site offers a feed that is not followed.
    Feed,
    /// The site offers a sitemap that is not followed.
    Sitemap,
    /// The site has a list of news that is not followed.
    List,
    /// Addresses that lead on and on are no longer followed.
    Trap,
    /// The site asks for longer pauses than are kept.
    CrawlDelay,
}

impl NoticeKind {
    /// Every kind, in the order a report lists them.
    pub const ALL: [Self; 5] = [
        Self::Feed,
        Self::Sitemap,
        Self::List,
        Self::Trap,
        Self::CrawlDelay,
    ];

    /// The kind's name in the archive and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
            Self::List => "list",
            Self::Trap => "trap",
            Self::CrawlDelay => "crawl-delay",
        }
    }

    /// The kind called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a person should know of a site. Of one site, kind and address the latest is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// Which address.
    pub url: PageUrl,
    /// A sentence that reads alone and says what can be done.
    pub message: String,
}
