//! What documents made for programs list: feeds, sitemaps and indexes of sitemaps.
//!
//! What a document is, its root element says, not its `Content-Type`: feeds come as `text/html` and
//! `text/plain`. Dates are read in every spelling that news sites print; one in the future, or
//! before the Web, is none.

use jiff::tz::TimeZone;

use super::xml::{self, Cut};
use super::{feed, sitemap};
use crate::chinese::dates::{self, DateContext};
use crate::model::{PageKind, PageUrl, Timestamp};

/// Addresses read from one document at most (the limit of the sitemap protocol).
pub(super) const MOST_ENTRIES: usize = 50_000;
/// Longer addresses are no page's.
const LONGEST_URL: usize = 2_048;
/// How far a template's warnings may stand before a document that is known to be one.
const PREAMBLE: usize = 16 * 1024;
/// Entries that must all claim one instant before that counts as no claim.
const ENOUGH_TO_COMPARE: usize = 3;
/// The first of January 1995: what claims to be older has no date.
const FIRST_MILLIS: i64 = 788_918_400_000;

/// What a document made for programs is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// RSS, Atom or JSON Feed: the latest articles.
    Feed,
    /// A sitemap: all pages.
    Sitemap,
    /// An index of sitemaps.
    Index,
}

impl Form {
    /// The kind of page that such a document is.
    pub const fn kind(self) -> PageKind {
        match self {
            Self::Feed => PageKind::Feed,
            Self::Sitemap | Self::Index => PageKind::Sitemap,
        }
    }
}

/// One address of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it leads: http or https, not yet in canonical form.
    pub url: PageUrl,
    /// When it says that the page last changed.
    pub changed: Option<Timestamp>,
    /// When it says that the page was published.
    pub published: Option<Timestamp>,
}

impl Entry {
    /// The latest that is said of it.
    pub fn latest(&self) -> Option<Timestamp> {
        self.changed.max(self.published)
    }
}

/// What a document lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What the document is.
    pub form: Form,
    /// What it lists, newest first; what has no date comes last, in the document's order.
    pub entries: Vec<Entry>,
    /// The page after this one, where a feed has several.
    pub next: Option<PageUrl>,
    /// Why it was not read to its end.
    pub cut: Option<Cut>,
}

/// What a listing is read against.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// Where it came from.
    pub url: &'a PageUrl,
    /// When.
    pub at: Timestamp,
    /// The zone of dates that name none.
    pub zone: TimeZone,
}

/// Reads `text` where it is a listing. Where one is `expected`, warnings of a template before it
/// are passed over, and a text of addresses is a sitemap.
pub fn read(text: &str, expected: Option<PageKind>, received: &Received<'_>) -> Option<Listing> {
    let mut listing = whole(text, received).or_else(|| {
        let expected = expected?;
        let behind = behind_preamble(text).and_then(|text| whole(text, received));
        behind
            .or_else(|| (expected == PageKind::Sitemap).then(|| sitemap::plain(text, received))?)
    })?;
    if says_one_instant(&listing.entries) {
        for entry in &mut listing.entries {
            entry.changed = None;
        }
    }
    listing
        .entries
        .sort_by_key(|entry| std::cmp::Reverse(entry.latest()));
    Some(listing)
}

fn whole(text: &str, received: &Received<'_>) -> Option<Listing> {
    if text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{')
    {
        return feed::json(text, received);
    }
    let root = xml::root(text)?;
    match root.name.as_str() {
        "rss" | "feed" | "entry" => Some(feed::xml(text, &root, received)),
        "rdf" if root.attributes.contains("rss") || root.attributes.contains("netscape") => {
            Some(feed::xml(text, &root, received))
        }
        "urlset" => Some(sitemap::urls(text, received)),
        "sitemapindex" => Some(sitemap::index(text, received)),
        _ => None,
    }
}

/// `text` from its declaration or root element on, where something else comes first.
fn behind_preamble(text: &str) -> Option<&str> {
    if xml::root(text).is_some_and(|root| root.name == "html") {
        return None;
    }
    let head = text.get(..text.floor_char_boundary(PREAMBLE))?;
    let starts = ["<?xml", "<rss", "<feed", "<urlset", "<sitemapindex"];
    let start = starts.iter().filter_map(|start| head.find(start)).min()?;
    text.get(start..).filter(|_| start > 0)
}

/// A sitemap that says of every page that it changed at one instant, mostly that of its own making,
/// says nothing.
fn says_one_instant(entries: &[Entry]) -> bool {
    let mut claims = entries.iter().filter_map(|entry| entry.changed);
    let first = claims.next();
    entries.len() >= ENOUGH_TO_COMPARE
        && first.is_some()
        && claims.clone().count() + 1 == entries.len()
        && claims.all(|claim| Some(claim) == first)
}

/// The address that `reference` means in a document from `base`.
pub(super) fn address(reference: &str, base: &PageUrl) -> Option<PageUrl> {
    let reference = reference.trim();
    if reference.is_empty() || reference.len() > LONGEST_URL {
        return None;
    }
    let url = base.join(reference).ok()?;
    (url.as_str().len() <= LONGEST_URL).then_some(url)
}

/// The instant that `text` means: RFC 3339 and RFC 2822, a W3C date, `2025-11-23 10:20:00`,
/// `2025年11月23日`. Days begin at midnight in the site's zone.
pub(super) fn instant(text: &str, received: &Received<'_>) -> Option<Timestamp> {
    let text = text.trim();
    let exact = text
        .parse::<jiff::Timestamp>()
        .ok()
        .or_else(|| {
            jiff::fmt::rfc2822::parse(text)
                .ok()
                .map(|zoned| zoned.timestamp())
        })
        .or_else(|| as_printed(text, received))?;
    let instant = Timestamp::from_unix_millis(exact.as_millisecond());
    (instant <= received.at && instant.as_unix_millis() >= FIRST_MILLIS).then_some(instant)
}

fn as_printed(text: &str, received: &Received<'_>) -> Option<jiff::Timestamp> {
    let context = DateContext {
        now: received.at,
        zone: Some(received.zone.clone()),
    };
    let time = dates::read(text, &context)?.time?;
    let clock = time.time.map_or((0, 0, 0), |clock| {
        (clock.hour, clock.minute, clock.second.unwrap_or(0))
    });
    let local = time.date.at(clock.0, clock.1, clock.2, 0);
    let zoned = local.to_zoned(received.zone.clone()).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests;
