//! One look at a page, from what came back to what is kept: the one way in for `crawl`, `scrape`
//! and whatever replays old answers. A plain function: the same answer gives the same capture.

mod answer;
mod page;

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::archive::{Capture, Observation, Planned, Reading, Redirect, RunId, Visit};
use crate::model::{FetchError, Fetched, HostState, Outcome, PageKind, PageUrl, Timestamp};
use crate::rules::{Revisit, RuleBook};
use crate::schedule::{self, Backoff, Sight};

use super::site::rules_of;

use answer::answered;

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
        reading: finding.reading.map(Arc::new),
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
