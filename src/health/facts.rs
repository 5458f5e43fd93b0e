//! What is to be known of a site to say whether it is well.

use jiff::civil::Date;

use crate::model::{HostKey, SiteId, Timestamp};

use super::{LAST_LOOKS, Share};

/// What is known of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFacts {
    /// The site.
    pub site: SiteId,
    /// Whether crawls are meant to visit it again and again; the archive cannot know.
    pub watched: bool,
    /// Its last looks, latest first, at most [`LAST_LOOKS`] of the last week.
    pub looks: Vec<LookFact>,
    /// All looks of the last week, and how many of them failed.
    pub week: Share,
    /// When one of its pages was looked at last.
    pub last_look: Option<Timestamp>,
    /// When one of its pages was had last.
    pub last_success: Option<Timestamp>,
    /// Since when the first of its due list pages is due.
    pub lists_due_since: Option<Timestamp>,
    /// How many articles are kept.
    pub article_count: u64,
    /// When an article was first seen last, of whatever day its news is.
    pub last_new: Option<Timestamp>,
    /// Its articles, the last found first, at most [`SiteFacts::MOST_ARTICLES`].
    pub articles: Vec<ArticleFacts>,
    /// The days its articles were published, latest first, at most [`SiteFacts::MOST_ARTICLES`].
    pub published: Vec<Date>,
    /// Its hosts that are left alone.
    pub resting: Vec<RestFacts>,
    /// Origins whose robots.txt could not be had when it was asked for last.
    pub robots_unreachable: Vec<String>,
}

impl SiteFacts {
    /// So many articles are enough to judge by.
    pub const MOST_ARTICLES: usize = 80;

    /// A site of which nothing is known.
    pub const fn nothing(site: SiteId) -> Self {
        Self {
            site,
            watched: false,
            looks: Vec::new(),
            week: Share { part: 0, whole: 0 },
            last_look: None,
            last_success: None,
            lists_due_since: None,
            article_count: 0,
            last_new: None,
            articles: Vec::new(),
            published: Vec::new(),
            resting: Vec::new(),
            robots_unreachable: Vec::new(),
        }
    }

    /// Counts a look of the last week that `had` its page or not; they come the latest first.
    pub fn note_look(&mut self, look: LookFact, had: bool) {
        if had {
            self.last_success = self.last_success.max(Some(look.at));
        }
        self.week.whole += 1;
        self.week.part += u64::from(look.failed);
        if self.looks.len() < LAST_LOOKS {
            self.looks.push(look);
        }
    }
}

/// One look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LookFact {
    /// When.
    pub at: Timestamp,
    /// Whether the page could not be had; what robots.txt forbids was never to be had.
    pub failed: bool,
}

/// What an article gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each field is given or not, whatever the others are"
)]
pub struct ArticleFacts {
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// Whether it names its source.
    pub source: bool,
    /// Whether it names its author.
    pub author: bool,
    /// Whether it says when it was published.
    pub publish_time: bool,
    /// Whether it shows how often it was read.
    pub views: bool,
}

/// A host that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestFacts {
    /// The host.
    pub host: HostKey,
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub reason: String,
}
