//! Sitemaps and their indexes, with the names of any namespace, and sitemaps that are plain text.

use super::listing::{Entry, Form, Listing, MOST_ENTRIES, Received, address, instant};
use super::xml::{Cut, Record, records};
use crate::model::{PageUrl, Timestamp};

/// Lines of a plain text that must be addresses before it is a sitemap.
const LINES_ASKED: usize = 20;

/// A sitemap.
pub(super) fn urls(text: &str, received: &Received<'_>) -> Listing {
    listing(text, Form::Sitemap, "url", received)
}

/// An index of sitemaps.
pub(super) fn index(text: &str, received: &Received<'_>) -> Listing {
    listing(text, Form::Index, "sitemap", received)
}

fn listing(text: &str, form: Form, name: &str, received: &Received<'_>) -> Listing {
    const PARTS: [&str; 3] = ["loc", "lastmod", "publication_date"];
    let (records, cut) = records(text, &[name], &PARTS, MOST_ENTRIES);
    let entry = |record: &Record| {
        let own = |name: &str| {
            let mut own = record.children.iter();
            own.find(|child| child.name == name && child.direct)
        };
        Some(Entry {
            url: address(&own("loc")?.text, received.url)?,
            changed: own("lastmod").and_then(|child| instant(&child.text, received)),
            published: published(record, received),
        })
    };
    Listing {
        form,
        entries: records.iter().filter_map(entry).collect(),
        next: None,
        cut,
    }
}

/// `<news:publication_date>` stands in `<news:news>`.
fn published(record: &Record, received: &Received<'_>) -> Option<Timestamp> {
    record
        .children
        .iter()
        .filter(|child| child.name == "publication_date")
        .find_map(|child| instant(&child.text, received))
}

/// A sitemap of one address a line, where `text` is one.
pub(super) fn plain(text: &str, received: &Received<'_>) -> Option<Listing> {
    let lines = || {
        text.trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
    };
    let is_address = |line: &str| {
        let lower = line.get(..8).unwrap_or(line).to_ascii_lowercase();
        (lower.starts_with("http://") || lower.starts_with("https://"))
            && !line.contains(char::is_whitespace)
    };
    if lines().next().is_none() || !lines().take(LINES_ASKED).all(is_address) {
        return None;
    }
    let entry = |url: PageUrl| Entry {
        url,
        changed: None,
        published: None,
    };
    let addresses = lines().filter(|line| is_address(line));
    Some(Listing {
        form: Form::Sitemap,
        entries: addresses
            .take(MOST_ENTRIES)
            .filter_map(|line| address(line, received.url))
            .map(entry)
            .collect(),
        next: None,
        cut: (lines().count() > MOST_ENTRIES).then_some(Cut::TooMany),
    })
}
