//! One look at a page, from what came back to what is kept: the one way in for `crawl`, `scrape`
//! and whatever replays old answers. A plain function: the same answer gives the same capture.

mod ajax;
mod answer;
mod counter;
mod gathering;
mod links;
mod listing;
mod offers;
mod page;
mod parts;

use std::collections::HashSet;
use std::sync::Arc;

use crate::archive::{
    Capture, Observation, Planned, Reading, Redirect, RunId, Visit, WantedAssets,
};
use crate::asset::ReferrerPolicy;
use crate::model::{FetchError, Fetched, HostState, Notice, Outcome, PageKind, PageUrl, Timestamp};
use crate::rules::{Revisit, RuleBook, SiteRules, USUAL_SAMPLES, Uncounted};
use crate::schedule::{self, Backoff};

use super::site::{edition, rules_of};

use answer::answered;
pub(in crate::crawl) use answer::{META_REFRESH, location};
pub(in crate::crawl) use counter::{Count, Counter};
pub(in crate::crawl) use gathering::{Gathering, MOST_HOPS, Rest};
pub(in crate::crawl) use offers::sitemaps;
use parts::Role;
pub(in crate::crawl) use parts::{Missing, Opening, Piece, Text, digest_part};

/// What came of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// A complete answer.
    Answered(Fetched),
    /// "Not modified", although the page was asked for in full.
    Unasked(Fetched),
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
    /// So many pictures of an article are wanted; `None`: nobody asked for pictures.
    pub pictures: Option<u32>,
    /// The largest body once codings are undone.
    pub body_limit_bytes: u64,
    /// How many of its bytes there is room for at first; one with more asks for more room.
    pub room_bytes: u64,
    /// Pages whose redirects led here in this run, first to last.
    pub trail: Vec<PageUrl>,
    /// Pages that many articles redirected to in this run: notices that stand in for them.
    pub crowded: Arc<HashSet<PageUrl>>,
}

/// What a visit comes to. The host's clock is left to who holds its gate.
///
/// Of an article that goes on at other addresses this is its first part, with a warning, and
/// without the views that a counter would tell: the crawl itself asks for both before it commits.
pub fn digest(visit: &Visit, sighting: Sighting, context: &DigestContext) -> Capture {
    match opened(look(visit, sighting, context, Role::Page), visit, context) {
        Digested::Whole(capture, _items) => *capture,
        Digested::GoesOn(opening) => opening.alone(visit, context),
    }
}

/// What a visit comes to, as far as its own answer tells.
pub(in crate::crawl) enum Digested {
    /// All there is, and a number for each item of a list that it shows.
    Whole(Box<Capture>, Vec<u64>),
    /// An article of which something is to be asked for elsewhere: its later parts, its views.
    GoesOn(Box<Opening>),
}

/// What a visit comes to, or how the article begins that it comes to; nothing where its answer needs
/// more room than it has.
pub(in crate::crawl) fn open(
    visit: &Visit,
    sighting: Sighting,
    context: &DigestContext,
) -> Option<Digested> {
    let (look, finding) = look(visit, sighting, context, Role::Page);
    let has_room = !finding.needs_room;
    has_room.then(|| opened((look, finding), visit, context))
}

fn opened(
    (look, mut finding): (Look, Finding),
    visit: &Visit,
    context: &DigestContext,
) -> Digested {
    if let Some(text) = finding.text.take() {
        return Digested::GoesOn(Box::new(Opening {
            look,
            finding,
            text,
        }));
    }
    let items = std::mem::take(&mut finding.items);
    Digested::Whole(Box::new(look.capture(visit, finding, context)), items)
}

/// When a look was and what came back.
#[derive(Debug)]
struct Look {
    at: Timestamp,
    observation: Observation,
}

/// What is made of what came back.
fn look(visit: &Visit, sighting: Sighting, context: &DigestContext, role: Role) -> (Look, Finding) {
    let (at, observation, finding) = match sighting {
        Sighting::Answered(fetched) => {
            let (observation, finding) = answered(visit, &fetched, context, role);
            (fetched.sent_at, observation, finding)
        }
        Sighting::Unasked(fetched) => {
            let (observation, _confirmed) = answered(visit, &fetched, context, role);
            let finding = Finding {
                // a proxy between may do better soon
                backoff: Some(schedule::refusal(Some(429))),
                ..Finding::because(visit, Outcome::Failed, "status 304 unasked")
            };
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
    (Look { at, observation }, finding)
}

impl Look {
    fn capture(self, visit: &Visit, finding: Finding, context: &DigestContext) -> Capture {
        let next_visit_at = next_visit(visit, self.at, &self.observation, &finding, context);
        let assets = wanted(&self.observation, &finding, context);
        Capture {
            page: visit.page,
            run: context.run,
            url: visit.url.clone(),
            sent_at: self.at,
            observation: self.observation,
            outcome: finding.outcome,
            reason: finding.reason,
            kind: finding.kind,
            in_parts: finding.in_parts,
            reading: finding.reading.map(Arc::new),
            assets,
            discovered: finding.discovered,
            new_at_most: finding.new_at_most,
            read_by: finding
                .looked_for_links
                .then(|| edition(&context.rules, &visit.site)),
            redirect: finding.redirect,
            notices: finding.notices,
            calls_itself: finding.calls_itself,
            next_visit_at,
            host_state: HostState::default(),
        }
    }
}

/// What is made of an answer.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says a thing of its own"
)]
#[derive(Debug)]
struct Finding {
    outcome: Outcome,
    reason: Option<String>,
    kind: PageKind,
    reading: Option<Reading>,
    discovered: Vec<Planned>,
    /// Whether those are all that it leads to.
    looked_for_links: bool,
    /// At most so many of them are made known at this look.
    new_at_most: Option<u64>,
    redirect: Option<Redirect>,
    /// The latest that a feed or sitemap says of any of its entries.
    newest: Option<Timestamp>,
    notices: Vec<Notice>,
    calls_itself: Option<PageUrl>,
    /// What the page itself says of `Referer`.
    referrer: Vec<String>,
    /// The items of a list, a number for each.
    items: Vec<u64>,
    backoff: Option<Backoff>,
    /// A text that is not all there is of its article.
    text: Option<Box<Text>>,
    /// Who is to be asked for its views.
    counter: Option<Result<Counter, Uncounted>>,
    in_parts: bool,
    /// Whether something is missing that an early look may find.
    unfinished: bool,
    /// Whether the body was not unpacked for want of room.
    needs_room: bool,
}

impl Finding {
    fn of(visit: &Visit, outcome: Outcome) -> Self {
        Self {
            outcome,
            reason: None,
            kind: visit.kind,
            reading: None,
            discovered: Vec::new(),
            looked_for_links: false,
            new_at_most: None,
            redirect: None,
            newest: None,
            notices: Vec::new(),
            calls_itself: None,
            referrer: Vec::new(),
            items: Vec::new(),
            backoff: None,
            text: None,
            counter: None,
            in_parts: false,
            unfinished: false,
            needs_room: false,
        }
    }

    fn without_room(visit: &Visit) -> Self {
        Self {
            needs_room: true,
            ..Self::of(visit, Outcome::Failed)
        }
    }

    fn because(visit: &Visit, outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..Self::of(visit, outcome)
        }
    }
}

/// Whether pictures of the article that was seen are wanted.
fn wanted(
    observation: &Observation,
    finding: &Finding,
    context: &DigestContext,
) -> Option<WantedAssets> {
    let at_most = context.pictures?;
    let saw_article = finding.reading.is_some() || finding.outcome == Outcome::NotModified;
    let Observation::Answered(answer) = observation else {
        return None;
    };
    let by_header = answer.headers.all("referrer-policy");
    let by_page = finding.referrer.iter().map(String::as_str);
    saw_article.then(|| WantedAssets {
        at_most,
        referrer_policy: ReferrerPolicy::said(by_header.chain(by_page)),
    })
}

fn next_visit(
    visit: &Visit,
    at: Timestamp,
    observation: &Observation,
    finding: &Finding,
    context: &DigestContext,
) -> Timestamp {
    let rules = rules_of(&context.rules, &visit.site);
    let zone = zone_of(rules.as_deref());
    let reading = finding.reading.as_ref();
    let published = reading
        .and_then(|reading| reading.article.publish_time)
        .or_else(|| {
            let kept = visit.kept.as_ref()?;
            kept.article.publish_time
        });
    let revisit = rules
        .as_ref()
        .map_or_else(Revisit::default, |rules| rules.revisit);
    if finding.unfinished {
        return at.plus(revisit.least.max(schedule::LEAST_OF_ALL));
    }
    let readable = reading.is_some_and(|reading| reading.article.views.is_some())
        || visit.history.views_at.is_some();
    let samples = rules
        .as_ref()
        .map_or(USUAL_SAMPLES.as_slice(), |rules| &rules.samples);
    schedule::next_visit(&schedule::Sight {
        at,
        outcome: finding.outcome,
        kind: finding.kind,
        depth: visit.depth,
        history: &visit.history,
        published: published.map(|time| (time, &zone)),
        spoken_for: visit.spoken_for,
        newest: finding.newest,
        status: match observation {
            Observation::Answered(answer) => Some(answer.status),
            Observation::Failed(_) | Observation::Refused => None,
        },
        backoff: finding.backoff,
        revisit,
        versions: visit.known.len(),
        samples: if readable { samples } else { &[] },
        page: visit.page.0,
    })
}

fn zone_of(rules: Option<&SiteRules>) -> jiff::tz::TimeZone {
    rules
        .and_then(|rules| rules.time_zone.clone())
        .unwrap_or_else(listing::home_zone)
}

/// Whether the page is to be asked for in full, although it is known: its views are to be looked at,
/// which "not modified" would leave unseen, or the server has said that for long enough.
pub(in crate::crawl) fn wants_in_full(visit: &Visit, now: Timestamp, book: &RuleBook) -> bool {
    schedule::asks_in_full(visit.history.unchanged_in_a_row) || sample_is_due(visit, now, book)
}

fn sample_is_due(visit: &Visit, now: Timestamp, book: &RuleBook) -> bool {
    let history = &visit.history;
    let (Some(kept), Some(seen)) = (&visit.kept, history.views_at) else {
        return false;
    };
    let rules = rules_of(book, &visit.site);
    let zone = zone_of(rules.as_deref());
    let published = kept.article.publish_time.map(|time| (time, &zone));
    let samples = rules
        .as_ref()
        .map_or(USUAL_SAMPLES.as_slice(), |rules| &rules.samples);
    schedule::born(published, history.first_seen_at)
        .and_then(|born| schedule::next_sample(samples, born, seen))
        .is_some_and(|sample| sample <= now)
}
