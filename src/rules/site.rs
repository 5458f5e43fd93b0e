//! The rules of one site or builder as values, selectors and patterns compiled.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;
use scraper::Selector;

use super::ajax::AjaxList;
use super::budget::Budget;
use super::counter::CounterRule;
use crate::asset::Assets;
use crate::model::{ContentHash, Field, PageUrl, SiteId};
use crate::schedule::Timing;

/// Whether rules are for one company's site or for every site made with one builder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Claims the hosts it lists.
    Site,
    /// Claims pages by fingerprint.
    Builder,
}

/// The rules of one file of `selectors/`.
#[derive(Clone, Debug)]
pub struct SiteRules {
    /// The file's stem.
    pub id: SiteId,
    /// Digest of the file's text: other rules find other links on the same page.
    pub text: ContentHash,
    /// For people.
    pub name: String,
    /// Site or builder.
    pub role: Role,
    /// Whether a crawl of all sites includes it. Its rules are used either way where a page of its
    /// hosts is read.
    pub enabled: bool,
    /// Hosts claimed: `www.example.cn`, or `*.example.cn` for it and all below.
    pub hosts: Vec<String>,
    /// How pages of a builder are known.
    pub fingerprints: Vec<Fingerprint>,
    /// Where a crawl starts.
    pub start: Vec<PageUrl>,
    /// Its feeds. `None`: the file does not say, and a feed that is offered is told of.
    pub feeds: Option<Vec<PageUrl>>,
    /// Its sitemaps. `None`: the file does not say, and one that is offered is told of.
    pub sitemaps: Option<Sitemaps>,
    /// How its list pages are read.
    pub list: ListRules,
    /// URLs (path and query) of its articles. Empty: not known.
    pub article_urls: Vec<Regex>,
    /// Whether links in the text of an article are followed.
    pub follow_links: bool,
    /// Which parameters name a page.
    pub urls: UrlRules,
    /// In an article split over several pages: the link to the following part, or the bar that
    /// links all of them. Empty: articles are not split, as far as is known.
    pub next_part: Vec<Selector>,
    /// The counter of views that may be called, since it only reads.
    pub counter: Option<CounterRule>,
    /// Where each field is, best first.
    pub fields: BTreeMap<Field, Vec<FieldRule>>,
    /// Elements that are no part of an article.
    pub noise: Vec<Selector>,
    /// Least time between two requests.
    pub interval: Option<Duration>,
    /// Zone of the dates it prints, an IANA name; `Asia/Shanghai` unless a site's rules say otherwise.
    /// `None`: a builder, which is used everywhere.
    pub time_zone: Option<jiff::tz::TimeZone>,
    /// Bounds of its revisits.
    pub revisit: Revisit,
    /// When a watcher turns to it. Empty: not said.
    pub schedule: Vec<Timing>,
    /// Whether pictures of its articles are kept, and how many.
    pub assets: Assets,
    /// How much of a run may go to each of its hosts.
    pub budget: Budget,
    /// The ages of an article at which its views are looked at, where they can be read.
    pub samples: Vec<Duration>,
}

/// One way in which a page shows which builder made it; all that are given must hold.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint {
    /// An element that exists.
    pub selector: Option<Selector>,
    /// Content of `<meta name=generator>`.
    pub generator: Option<Regex>,
    /// Text somewhere in the source.
    pub source: Option<Regex>,
    /// Path and query of the page's URL.
    pub url: Option<Regex>,
}

/// Which sitemaps of a site are followed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitemaps {
    /// These.
    pub urls: Vec<PageUrl>,
    /// Those that its robots.txt names.
    pub of_robots: bool,
}

/// How list pages are read.
#[derive(Clone, Debug, Default)]
pub struct ListRules {
    /// Elements that hold one item each; the link is the first `a[href]` in or at it.
    pub items: Vec<Selector>,
    /// Links to the next list page.
    pub next: Vec<Selector>,
    /// URLs (path and query) of list pages.
    pub urls: Vec<Regex>,
    /// Lists that a script loads.
    pub ajax: Vec<AjaxList>,
}

/// Which parameters name a page of the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlRules {
    /// Parameters that name none, in lower case.
    pub drop: Vec<String>,
    /// The only ones that do, in lower case. Empty: all but those dropped.
    pub keep: Vec<String>,
}

/// One way to find a field.
#[derive(Clone, Debug)]
pub struct FieldRule {
    /// The element.
    pub selector: Selector,
    /// Take only what follows this label inside the element: `来源`.
    pub label: Option<String>,
    /// Take this attribute, not the text.
    pub attribute: Option<String>,
    /// Take the first group (or the whole) of the first match.
    pub regex: Option<Regex>,
    /// Take the element's own text without its child elements' (a `<h1>` that holds the metadata).
    pub own_text: bool,
}

/// Bounds of a site's revisits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revisit {
    /// Never sooner.
    pub least: Duration,
    /// Never later.
    pub most: Duration,
}

impl Default for Revisit {
    /// From an hour to thirty days.
    fn default() -> Self {
        const HOUR: Duration = Duration::from_hours(1);
        Self {
            least: HOUR,
            most: HOUR * 24 * 30,
        }
    }
}

/// The ages at which views are looked at unless a site's rules say otherwise: often while they grow
/// fast.
pub const USUAL_SAMPLES: [Duration; 10] = {
    const HOUR: Duration = Duration::from_hours(1);
    const DAY: Duration = Duration::from_hours(24);
    [
        HOUR,
        HOUR.saturating_mul(3),
        HOUR.saturating_mul(6),
        HOUR.saturating_mul(12),
        DAY,
        DAY.saturating_mul(2),
        DAY.saturating_mul(4),
        DAY.saturating_mul(7),
        DAY.saturating_mul(14),
        DAY.saturating_mul(30),
    ]
};
