//! One look at a page, from what came back to what is kept: the one way in for `crawl`, `scrape`
//! and whatever replays old answers. A plain function: the same answer gives the same capture.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use regex::Regex;

use crate::archive::{Answer, Capture, Due, Observation, Planned, Reading, Redirect, RunId, Visit};
use crate::canon;
use crate::decode::{self, Entity};
use crate::discover::{self, Discovery, Link};
use crate::extract::{self, Page};
use crate::model::{
    ContentHash, FetchError, Fetched, HostState, Outcome, PageKind, PageUrl, Timestamp,
};
use crate::rules::{Revisit, RuleBook, path_and_query};
use crate::schedule::{self, Backoff, Sight};
use crate::version::{self, Change};

use super::reading::reading;
use super::screen::{Face, Pretence, screen};
use super::site::{belongs, is_home, rules_of};

/// What came of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A complete answer.
    Answered(Fetched),
    /// No complete answer.
    Failed {
        /// When it was asked for.
        at: Timestamp,
        /// Why none came.
        error: FetchError,
        /// What was asked for, if not the page itself: `robots.txt`.
        instead: Option<String>,
    },
    /// Nothing was sent.
    Refused {
        /// When it would have been.
        at: Timestamp,
        /// Why, as in `robots.txt`.
        reason: String,
        /// When to try again.
        backoff: Backoff,
    },
}

/// Which of the pages that a page leads to are planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Follow {
    /// Links and redirects within the site.
    Site,
    /// Redirects alone, wherever they lead.
    Redirects,
}

/// What a digest depends on beside the visit.
#[derive(Clone, Debug)]
pub struct DigestContext {
    /// In which run.
    pub run: RunId,
    /// What to read where.
    pub rules: Arc<RuleBook>,
    /// What to follow.
    pub follow: Follow,
    /// Links followed from a start page at most.
    pub max_depth: u32,
    /// The largest body once codings are undone.
    pub body_limit_bytes: u64,
    /// Pages whose redirects led here in this run, first to last.
    pub trail: Vec<PageUrl>,
}

/// Redirects followed in one chain at most.
const MOST_REDIRECTS: usize = 10;
/// Links planned from one page at most; a page with more is no list of news.
const MOST_LINKS: usize = 5000;
/// Of an error page so much is read, to recognise it.
const NOTICE_BYTES: usize = 256 * 1024;

/// What a visit comes to. The host's clock is left to who holds its gate.
pub fn digest(visit: &Visit, sighting: Sighting, context: &DigestContext) -> Capture {
    let (at, observation, finding) = match sighting {
        Sighting::Answered(fetched) => {
            let (observation, finding) = answered(visit, &fetched, context);
            (fetched.sent_at, observation, finding)
        }
        Sighting::Failed { at, error, instead } => {
            let finding = Finding {
                reason: instead,
                backoff: Some(schedule::retry(&error)),
                ..Finding::of(visit, Outcome::Failed)
            };
            (at, Observation::Failed(error), finding)
        }
        Sighting::Refused {
            at,
            reason,
            backoff,
        } => {
            let finding = Finding {
                reason: Some(reason),
                backoff: Some(backoff),
                ..Finding::of(visit, Outcome::Blocked)
            };
            (at, Observation::Refused, finding)
        }
    };
    let next_visit_at = next_visit(visit, at, &observation, &finding, context);
    Capture {
        page: visit.page,
        run: context.run,
        url: visit.url.clone(),
        sent_at: at,
        observation,
        outcome: finding.outcome,
        reason: finding.reason,
        kind: finding.kind,
        reading: finding.reading,
        discovered: finding.discovered,
        redirect: finding.redirect,
        next_visit_at,
        host_state: HostState::default(),
    }
}

/// What is made of an answer.
struct Finding {
    outcome: Outcome,
    reason: Option<String>,
    kind: PageKind,
    reading: Option<Reading>,
    discovered: Vec<Planned>,
    redirect: Option<Redirect>,
    backoff: Option<Backoff>,
}

impl Finding {
    fn of(visit: &Visit, outcome: Outcome) -> Self {
        Self {
            outcome,
            reason: None,
            kind: visit.kind,
            reading: None,
            discovered: Vec::new(),
            redirect: None,
            backoff: None,
        }
    }

    fn because(visit: &Visit, outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..Self::of(visit, outcome)
        }
    }
}

fn answered(visit: &Visit, fetched: &Fetched, context: &DigestContext) -> (Observation, Finding) {
    let entity = if fetched.status == 304 {
        Ok(None)
    } else {
        decode::undo_codings(fetched, context.body_limit_bytes).map(Some)
    };
    let entity = match entity {
        Ok(entity) => entity,
        // the status of a success without its body says nothing
        Err(error) if (200..300).contains(&fetched.status) => {
            let finding = Finding {
                backoff: Some(schedule::retry(&error)),
                ..Finding::of(visit, Outcome::Failed)
            };
            return (Observation::Failed(error), finding);
        }
        Err(_undecodable) => None,
    };
    let finding = match fetched.status {
        304 if visit.kept.is_some() => Finding::of(visit, Outcome::NotModified),
        300..=399 => location(fetched).map_or_else(
            || {
                let reason = format!("status {} without a way on", fetched.status);
                Finding::because(visit, Outcome::Failed, reason)
            },
            |to| {
                let permanent = matches!(fetched.status, 301 | 308);
                lead(visit, &to, permanent, None, context)
            },
        ),
        404 | 410 => Finding::of(visit, Outcome::Gone),
        200..=299 => match &entity {
            Some(entity) if !entity.body.is_empty() => read(visit, fetched, entity, context),
            _ => Finding::because(visit, Outcome::Listed, "empty"),
        },
        status => refused(visit, fetched, entity.as_ref(), status),
    };
    let (wire_length, wire_hash) = entity.as_ref().map_or_else(
        || {
            let length = u64::try_from(fetched.body.len()).unwrap_or(u64::MAX);
            (length, ContentHash::of(&fetched.body))
        },
        |entity| (entity.wire_length, entity.wire_hash),
    );
    let answer = Answer {
        status: fetched.status,
        headers: fetched.headers.clone(),
        entity: entity.map(|entity| entity.body),
        wire_length,
        wire_hash,
        elapsed: fetched.elapsed,
        peer: fetched.peer,
    };
    (Observation::Answered(answer), finding)
}

/// A status that gives no page, and whose page that is.
fn refused(visit: &Visit, fetched: &Fetched, entity: Option<&Entity>, status: u16) -> Finding {
    let pretence = entity
        .filter(|entity| entity.body.len() <= NOTICE_BYTES)
        .and_then(|entity| {
            let decoded = decode::decode(&entity.body, fetched.headers.first("content-type"));
            let html = scraper::Html::parse_document(&decoded.text);
            let face = Face::of(&html, &decoded.text);
            screen(status, &fetched.headers, &fetched.url, &face)
        });
    match pretence {
        Some(Pretence::Challenge(name)) => Finding::because(visit, Outcome::Blocked, name),
        Some(Pretence::Firewall) => Finding::because(visit, Outcome::Blocked, "blocked:waf"),
        Some(Pretence::Missing | Pretence::Elsewhere(_)) | None => {
            let outcome = if (400..500).contains(&status) {
                Outcome::Blocked
            } else {
                Outcome::Failed
            };
            Finding::because(visit, outcome, format!("status {status}"))
        }
    }
}

/// Where the answer's `Location` leads. Bytes beyond ASCII are kept as they are, escaped: old
/// servers send GBK there.
fn location(fetched: &Fetched) -> Option<PageUrl> {
    let (_, value) = fetched
        .headers
        .iter()
        .find(|(name, _)| *name == "location")?;
    let mut reference = String::with_capacity(value.len());
    for byte in value {
        if byte.is_ascii() {
            reference.push(char::from(*byte));
        } else {
            reference.extend(['%', hexadecimal(byte >> 4), hexadecimal(byte & 15)]);
        }
    }
    let reference = reference.trim();
    if reference.is_empty() {
        return None;
    }
    fetched.url.join(reference).ok()
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(u32::from(digit), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// A page that leads elsewhere.
fn lead(
    visit: &Visit,
    to: &PageUrl,
    permanent: bool,
    reason: Option<&str>,
    context: &DigestContext,
) -> Finding {
    let to = canon::canonical(to);
    // many sites send the visitor of a removed page home; were that the page's new address, all
    // removed articles would become the home page
    let was_page = visit.kind == PageKind::Article || visit.kept.is_some();
    if was_page && is_home(&to) && !is_home(&visit.url) {
        return Finding::because(visit, Outcome::Gone, "soft-404");
    }
    if to == visit.url || context.trail.contains(&to) {
        return Finding::because(visit, Outcome::Failed, "redirect-loop");
    }
    if context.trail.len() >= MOST_REDIRECTS {
        return Finding::because(visit, Outcome::Failed, "too-many-redirects");
    }
    if context.follow == Follow::Site && !belongs(&context.rules, &visit.site, &to) {
        return Finding::because(visit, Outcome::Redirected, "leaves the site");
    }
    Finding {
        reason: reason.map(str::to_owned),
        redirect: Some(Redirect { to, permanent }),
        ..Finding::of(visit, Outcome::Redirected)
    }
}

/// A body that came with a success.
fn read(visit: &Visit, fetched: &Fetched, entity: &Entity, context: &DigestContext) -> Finding {
    let content_type = fetched.headers.first("content-type");
    if let Some(other) = not_a_page(content_type, &entity.body) {
        return Finding {
            kind: PageKind::Other,
            ..Finding::because(visit, Outcome::Listed, format!("not a web page ({other})"))
        };
    }
    let decoded = decode::decode(&entity.body, content_type);
    let page = Page::parse(
        &decoded.text,
        Some(fetched.url.clone()),
        fetched.sent_at,
        decoded.encoding,
    );
    let face = Face::of(&page.html, &decoded.text);
    match screen(fetched.status, &fetched.headers, &fetched.url, &face) {
        Some(Pretence::Challenge(name)) => {
            return Finding::because(visit, Outcome::Blocked, name);
        }
        Some(Pretence::Firewall) => {
            return Finding::because(visit, Outcome::Blocked, "blocked:waf");
        }
        Some(Pretence::Missing) => return Finding::because(visit, Outcome::Gone, "soft-404"),
        Some(Pretence::Elsewhere(to)) => {
            return lead(visit, &to, false, Some("meta-refresh"), context);
        }
        None => {}
    }
    let extraction = extract::extract(&page, &context.rules);
    let kind = if is_list_by_rules(visit, context) {
        PageKind::List
    } else {
        extraction.kind
    };
    let discovered = if follows_links(visit, kind, context) {
        let found = discover::discover(&page, &context.rules);
        planned(visit, found, fetched.sent_at, context)
    } else {
        Vec::new()
    };
    let (outcome, reason, reading) = if kind == PageKind::Article {
        let change = version::compare(visit.kept.as_ref(), &visit.known, &extraction.article);
        let outcome = match change {
            Change::First => Outcome::New,
            Change::Same => Outcome::Unchanged,
            Change::ViewsOnly { .. } => Outcome::ViewsOnly,
            Change::Changed(_) => Outcome::Changed,
            Change::Reverted { .. } => Outcome::Reverted,
        };
        (outcome, None, Some(reading(extraction, &decoded)))
    } else {
        let expected = visit.kind == PageKind::Article || visit.kept.is_some();
        let reason = expected.then(|| "no article found".to_owned());
        (Outcome::Listed, reason, None)
    };
    Finding {
        reason,
        kind,
        reading,
        discovered,
        ..Finding::of(visit, outcome)
    }
}

/// The media type of a body that is no web page. Bytes that begin as markup are one, whatever the
/// header says.
fn not_a_page<'a>(content_type: Option<&'a str>, body: &[u8]) -> Option<&'a str> {
    let media = content_type?.split(';').next().unwrap_or_default().trim();
    let lower = media.to_ascii_lowercase();
    let foreign = ["image/", "audio/", "video/", "font/"]
        .iter()
        .any(|family| lower.starts_with(family))
        || (lower.starts_with("application/") && !lower.contains("html") && !lower.contains("xml"));
    let begins_as_markup = body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF))
        .is_some_and(|byte| *byte == b'<');
    (foreign && !begins_as_markup).then_some(media)
}

/// Whether the site's rules make the page a list, however much the latest news on it looks like an
/// article: its start pages are lists, and so are pages that were found as lists and whose URL is
/// not an article's.
fn is_list_by_rules(visit: &Visit, context: &DigestContext) -> bool {
    rules_of(&context.rules, &visit.site).is_some_and(|rules| {
        let address = path_and_query(&visit.url);
        let by_pattern = |patterns: &[Regex]| patterns.iter().any(|p| p.is_match(address));
        rules
            .start
            .iter()
            .any(|start| canon::canonical(start) == visit.url)
            || (visit.kind == PageKind::List
                && !rules.article_urls.is_empty()
                && !by_pattern(&rules.article_urls))
    })
}

/// Links are followed from lists, and from an article that a person chose to begin at.
fn follows_links(visit: &Visit, kind: PageKind, context: &DigestContext) -> bool {
    context.follow == Follow::Site
        && visit.depth < context.max_depth
        && (kind != PageKind::Article || visit.depth == 0)
}

/// The pages of the site that a page leads to; each once, next pages first.
fn planned(
    visit: &Visit,
    found: Discovery,
    at: Timestamp,
    context: &DigestContext,
) -> Vec<Planned> {
    let as_list = |link: Link| (link.url, PageKind::List);
    let lists = found.next.into_iter().chain(found.lists).map(as_list);
    let articles = found
        .articles
        .into_iter()
        .map(|link| (link.url, PageKind::Article));
    let mut seen = HashSet::new();
    lists
        .chain(articles)
        .filter(|(url, _)| *url != visit.url && belongs(&context.rules, &visit.site, url))
        .filter(|(url, _)| seen.insert(url.clone()))
        .take(MOST_LINKS)
        .map(|(url, kind)| Planned {
            url,
            site: visit.site.clone(),
            kind,
            due: Due::IfNew(at),
            depth: visit.depth.saturating_add(1),
            referer: Some(visit.url.clone()),
        })
        .collect()
}

fn next_visit(
    visit: &Visit,
    at: Timestamp,
    observation: &Observation,
    finding: &Finding,
    context: &DigestContext,
) -> Timestamp {
    let rules = rules_of(&context.rules, &visit.site);
    let zone = rules.as_ref().map_or_else(
        || TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::UTC),
        |rules| rules.time_zone.clone(),
    );
    let reading = finding.reading.as_ref();
    let published = reading
        .and_then(|reading| reading.article.publish_time)
        .or_else(|| {
            let kept = visit.kept.as_ref()?;
            kept.article.publish_time
        });
    schedule::next_visit(&Sight {
        at,
        outcome: finding.outcome,
        kind: finding.kind,
        depth: visit.depth,
        history: &visit.history,
        published: published.map(|time| (time, &zone)),
        status: match observation {
            Observation::Answered(answer) => Some(answer.status),
            Observation::Failed(_) | Observation::Refused => None,
        },
        backoff: finding.backoff,
        revisit: rules.map_or_else(Revisit::default, |rules| rules.revisit),
    })
}
