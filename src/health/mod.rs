//! Is a site well? Facts of its last weeks in, findings for a person out.
//!
//! A site is held against its own past, never against others: a company that writes twice a year is
//! as well as one that writes every day. What has too little past to be judged is not judged.

mod facts;
mod fields;
mod finding;
mod rhythm;

use std::time::Duration;

pub use facts::{ArticleFacts, LookFact, RestFacts, SiteFacts};
pub use fields::FieldFill;
pub use finding::{Finding, FindingKind};
pub use rhythm::Rhythm;

use crate::model::Timestamp;

/// Looks that the error rate of the present is taken of.
pub const LAST_LOOKS: usize = 50;

/// The span that the error rate of the week is taken of.
pub const WEEK: Duration = Duration::from_hours(7 * 24);

/// Fewer looks say nothing of a rate.
const FEWEST_LOOKS: u64 = 10;

/// A site fails too often where more than this share of its looks fails.
const FAILURES_BORNE: f64 = 0.2;

/// Start pages wait for a crawl that long, and no longer.
const WAIT_BORNE: Duration = Duration::from_hours(48);

/// How long a site may give nothing at all: a weekend's trouble is over by then.
const BARREN_BORNE: Duration = Duration::from_hours(48);

/// How well a site is.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// What was judged.
    pub facts: SiteFacts,
    /// The last looks and how many of them failed.
    pub last_looks: Share,
    /// How often it brings something new; none where its past does not tell.
    pub rhythm: Option<Rhythm>,
    /// How often each field is given, lately and before.
    pub fields: Vec<FieldFill>,
    /// What a person should know, the gravest first.
    pub findings: Vec<Finding>,
}

/// A share of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many have it.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

impl Share {
    /// Of `flags`, those set.
    pub fn of(flags: impl IntoIterator<Item = bool>) -> Self {
        let mut share = Self::default();
        for flag in flags {
            share.whole += 1;
            share.part += u64::from(flag);
        }
        share
    }

    /// From 0 to 1; of nothing 0.
    pub fn ratio(self) -> f64 {
        let float = |count: u64| u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
        if self.whole == 0 {
            0.0
        } else {
            float(self.part) / float(self.whole)
        }
    }
}

impl Health {
    /// Whether something is wrong that a person has to see to.
    pub fn is_wrong(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind.is_wrong())
    }
}

/// Judges a site at `now`.
pub fn judge(facts: SiteFacts, now: Timestamp) -> Health {
    let last_looks = Share::of(facts.looks.iter().map(|look| look.failed));
    let rhythm = rhythm::of(&facts);
    let fields = fields::of(&facts.articles);
    let mut findings: Vec<Finding> = [
        waiting(&facts, now),
        barren(&facts),
        failing(last_looks, facts.week),
        rhythm.and_then(Rhythm::finding),
    ]
    .into_iter()
    .flatten()
    .collect();
    findings.extend(fields.iter().filter_map(FieldFill::finding));
    findings.extend(
        facts
            .resting
            .iter()
            .filter(|rest| rest.until > now)
            .map(|rest| {
                Finding::new(
                    FindingKind::Resting,
                    format!(
                        "{} is left alone until {}: {}",
                        rest.host, rest.until, rest.reason
                    ),
                )
            }),
    );
    findings.extend(facts.robots_unreachable.iter().map(|origin| {
        let words = format!("the robots.txt of {origin} cannot be had, so nothing is asked for");
        Finding::new(FindingKind::RobotsUnreachable, words)
    }));
    findings.sort_by_key(|finding| finding.kind);
    Health {
        facts,
        last_looks,
        rhythm,
        fields,
        findings,
    }
}

/// Start pages that nobody has looked at for too long: the crawl itself does not run, or never
/// comes this far.
fn waiting(facts: &SiteFacts, now: Timestamp) -> Option<Finding> {
    if facts.watched && facts.last_look.is_none() {
        let words = "no page of it was ever looked at".to_owned();
        return Some(Finding::new(FindingKind::NeverLooked, words));
    }
    let since = facts.lists_due_since.filter(|_| facts.watched)?;
    (now.since(since) > WAIT_BORNE).then(|| {
        let words = format!(
            "its list pages have been due for {}: no crawl came to them",
            days(now.since(since))
        );
        Finding::new(FindingKind::Overdue, words)
    })
}

/// A site that is asked and gives nothing.
fn barren(facts: &SiteFacts) -> Option<Finding> {
    let last_look = facts.last_look?;
    let words = match facts.last_success {
        None if facts.looks.len() >= 3 => "not one page of it could be had".to_owned(),
        Some(success) if last_look.since(success) > BARREN_BORNE => format!(
            "no page of it could be had for {}, the last on {success}",
            days(last_look.since(success))
        ),
        _ => return None,
    };
    Some(Finding::new(FindingKind::Barren, words))
}

fn failing(last: Share, week: Share) -> Option<Finding> {
    let too_many = |share: Share| share.whole >= FEWEST_LOOKS && share.ratio() > FAILURES_BORNE;
    let (share, when) = if too_many(last) {
        (last, "last looks")
    } else if too_many(week) {
        (week, "looks of the last 7 days")
    } else {
        return None;
    };
    let words = format!("{} of its {} {when} failed", share.part, share.whole);
    Some(Finding::new(FindingKind::Failing, words))
}

/// A span in words, in whole days.
fn days(span: Duration) -> String {
    match span.as_secs() / 86_400 {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests;
