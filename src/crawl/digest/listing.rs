//! What a feed or a sitemap comes to: pages to be planned, newest first.

use std::collections::HashSet;

use bytes::Bytes;
use jiff::tz::TimeZone;

use crate::archive::{Due, Planned, Visit};
use crate::decode;
use crate::discover::{self, Form, Listing, Received, trap};
use crate::model::{Fetched, Outcome, PageKind, PageUrl};
use crate::rules::{RuleBook, SiteRules, path_and_query};

use super::super::site::{belongs, rules_of};
use super::{DigestContext, Finding, Follow};

/// The largest sitemap, unpacked (the limit of its protocol).
const LARGEST: u64 = 50 * 1024 * 1024;
/// Of a body that nobody expects to be a listing so much is searched for the signs of one.
const HEAD: usize = 4 * 1024;
/// Pages not known before that one look at a feed or sitemap plans at most. The rest is planned by
/// the looks after it: years of archive do not go before the news of today.
const MOST_NEW_PAGES: u64 = 500;
/// The same for the sitemaps of an index: some sites make up new ones for ever.
const MOST_NEW_SITEMAPS: u64 = 20;
/// Indexes within indexes are followed so far.
const DEEPEST_INDEX: u32 = 3;

/// What `body` comes to where it is a feed or a sitemap, whatever its `Content-Type` says.
pub(super) fn read(
    visit: &Visit,
    fetched: &Fetched,
    body: &Bytes,
    context: &DigestContext,
) -> Option<Finding> {
    let expected = is_for_programs(visit.kind).then_some(visit.kind);
    if context.room_bytes < LARGEST && decode::is_gzip(body) {
        return Some(Finding::without_room(visit));
    }
    let unpacked = match decode::unpack_gzip(body, LARGEST) {
        None => body.clone(),
        Some(Ok(unpacked)) => unpacked,
        Some(Err(why)) => {
            let kind = expected?;
            let reason = format!("unreadable {}: {why}", kind.name());
            return Some(Finding::because(visit, Outcome::Failed, reason));
        }
    };
    if expected.is_none() && !may_list(&unpacked) {
        return None;
    }
    let decoded = decode::decode(&unpacked, fetched.headers.first("content-type"));
    let rules = rules_of(&context.rules, &visit.site);
    let zone = rules.as_ref().and_then(|rules| rules.time_zone.clone());
    let received = Received {
        url: &fetched.url,
        at: fetched.sent_at,
        zone: zone.unwrap_or_else(home_zone),
    };
    let listing = discover::read_listing(&decoded.text, expected, &received)?;
    let kind = listing.form.kind();
    let told = listing.cut.map(discover::Cut::words);
    if listing.entries.is_empty()
        && let Some(why) = told
    {
        let reason = format!("unreadable {}: {why}", kind.name());
        return Some(Finding {
            kind,
            ..Finding::because(visit, Outcome::Failed, reason)
        });
    }
    let newest = listing.entries.iter().filter_map(discover::Entry::latest);
    Some(Finding {
        kind,
        reason: told.map(str::to_owned),
        newest: newest.max(),
        new_at_most: Some(match listing.form {
            Form::Index => MOST_NEW_SITEMAPS,
            Form::Feed | Form::Sitemap => MOST_NEW_PAGES,
        }),
        looked_for_links: follows(visit, context),
        discovered: planned(visit, &listing, rules.as_deref(), &received, context),
        ..Finding::of(visit, Outcome::Listed)
    })
}

/// Whether pages of this kind are documents for programs.
pub(super) const fn is_for_programs(kind: PageKind) -> bool {
    matches!(kind, PageKind::Feed | PageKind::Sitemap)
}

/// The zone of dates where no rules name one.
pub(super) fn home_zone() -> TimeZone {
    TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC)
}

/// Whether a body that was expected to be a page has the signs of a listing. Most pages have not,
/// and are read as pages at once.
fn may_list(body: &[u8]) -> bool {
    let begins = body.iter().position(|byte| !byte.is_ascii_whitespace());
    let begins = begins.and_then(|place| body.get(place..));
    let begins = begins.unwrap_or_default();
    if begins
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(begins)
        .first()
        == Some(&b'{')
    {
        return memchr::memmem::find(body, b"jsonfeed.org").is_some();
    }
    let wide = begins.starts_with(b"\xff\xfe") || begins.starts_with(b"\xfe\xff");
    let head = begins.get(..HEAD).unwrap_or(begins).to_ascii_lowercase();
    let signs: [&[u8]; 5] = [b"<rss", b"feed", b"rdf", b"urlset", b"sitemapindex"];
    wide || signs
        .iter()
        .any(|sign| memchr::memmem::find(&head, sign).is_some())
}

fn follows(visit: &Visit, context: &DigestContext) -> bool {
    context.follow == Follow::Site && visit.depth < context.max_depth
}

fn planned(
    visit: &Visit,
    listing: &Listing,
    rules: Option<&SiteRules>,
    received: &Received<'_>,
    context: &DigestContext,
) -> Vec<Planned> {
    if !follows(visit, context) {
        return Vec::new();
    }
    let mut seen = HashSet::new();
    let entries = listing.entries.iter();
    let entries = entries.filter_map(|entry| {
        let url = context.rules.page(&entry.url);
        let kind = match listing.form {
            Form::Index => (visit.depth < DEEPEST_INDEX).then_some(PageKind::Sitemap),
            Form::Feed => Ruled::of(&url, rules, &context.rules)
                .or(|| (!discover::is_file(&url)).then_some(PageKind::Article)),
            Form::Sitemap => Ruled::of(&url, rules, &context.rules).or(|| discover::promised(&url)),
        }?;
        let own = url != visit.url && belongs(&context.rules, &visit.site, &url);
        (own && seen.insert(url.clone())).then(|| Planned {
            url,
            site: visit.site.clone(),
            kind,
            due: Due::IfNew(received.at),
            depth: visit.depth.saturating_add(1),
            referer: Some(visit.url.clone()),
            claim: entry.changed.filter(|_| listing.form == Form::Sitemap),
        })
    });
    let next = listing.next.as_ref();
    let next = next.map(|next| following(visit, next, received, context));
    next.into_iter().flatten().chain(entries).collect()
}

/// The next page of a feed, planned as that of a list is: at the first look in any case, later where
/// this one brought news.
fn following(
    visit: &Visit,
    next: &PageUrl,
    received: &Received<'_>,
    context: &DigestContext,
) -> Vec<Planned> {
    let url = context.rules.page(next);
    let own = url != visit.url && belongs(&context.rules, &visit.site, &url);
    if !own || trap::by_address(&url, received.at).is_some() {
        return Vec::new();
    }
    let first_look = visit.history.first_seen_at.is_none();
    let leads = first_look.then_some(Due::IfNew(received.at));
    let dues = leads.into_iter().chain([Due::WithNews(received.at)]);
    let planned = dues.map(|due| Planned {
        url: url.clone(),
        site: visit.site.clone(),
        kind: PageKind::Feed,
        due,
        depth: visit.depth.saturating_add(1),
        referer: Some(visit.url.clone()),
        claim: None,
    });
    planned.collect()
}

/// What an address is by the rules of its site.
enum Ruled {
    /// A page of this kind.
    Kind(PageKind),
    /// Nothing to visit: the rules name the site's articles, and it is none of them.
    Nothing,
    /// They do not say.
    Open,
}

impl Ruled {
    fn of(url: &PageUrl, rules: Option<&SiteRules>, book: &RuleBook) -> Self {
        let Some(rules) = rules else {
            return Self::Open;
        };
        let address = path_and_query(url);
        let fits = |patterns: &[regex::Regex]| patterns.iter().any(|one| one.is_match(address));
        let begins = || rules.start.iter().any(|one| book.page(one) == *url);
        if fits(&rules.list.urls) || begins() {
            Self::Kind(PageKind::List)
        } else if fits(&rules.article_urls) {
            Self::Kind(PageKind::Article)
        } else if rules.article_urls.is_empty() {
            Self::Open
        } else {
            Self::Nothing
        }
    }

    /// By the rules, else as `judged`.
    fn or(self, judged: impl FnOnce() -> Option<PageKind>) -> Option<PageKind> {
        match self {
            Self::Kind(kind) => Some(kind),
            Self::Nothing => None,
            Self::Open => judged(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_be_a_listing_is_read_as_one() {
        let check = |body: &[u8], expected: bool| assert_eq!(may_list(body), expected, "{body:?}");
        check(b"\n<?xml version='1.0'?><RSS version='2.0'>", true);
        check(b"\xef\xbb\xbf<?xml version='1.0'?><s:urlset>", true);
        check(b"\xff\xfe<\0?\0", true);
        check(b"{\"version\": \"https://jsonfeed.org/version/1\"}", true);
        check(b"{\"code\": 0}", false);
        check(b"<!DOCTYPE html><html><head><title>x</title>", false);
        check(b"", false);
        check(b"   ", false);
    }
}
