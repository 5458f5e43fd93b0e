//! What one look changes in what is known of a page: plain functions that both stores use.

use crate::archive::{Capture, Observation, Reading};
use crate::model::{Conditional, Outcome, PageHistory, Timestamp, ViewsNote};
use crate::schedule;

/// Looks in a row that must find a page gone before it is called gone.
const GONE_CONFIRMATIONS: u32 = 2;

/// What a commit made of the pages that its capture leads to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Discovered {
    /// How many of them had not been known.
    pub(super) new_pages: u64,
    /// Whether some were left to later looks.
    pub(super) left_some: bool,
}

/// Where a list and the walk through it stand, in numbers of pages: they count up as pages become
/// known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    /// The latest page known when this list was last looked at.
    pub(super) looked_after: Option<i64>,
    /// The latest page known when the walk began that goes on here.
    pub(super) began_after: Option<i64>,
}

impl Walk {
    /// Pages with a higher number are news here; `latest` is the highest of all.
    pub(super) fn news_after(self, latest: i64) -> i64 {
        let both = [self.looked_after, self.began_after];
        both.into_iter().flatten().min().unwrap_or(latest)
    }

    /// When the walk began that a look at this list goes on with.
    pub(super) fn began_after(self, latest: i64) -> i64 {
        self.began_after.unwrap_or(latest)
    }
}

/// A page's history, and since when it is found gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// The history that the rules see.
    pub(super) history: PageHistory,
    /// The first of the looks in a row that found it gone.
    pub(in crate::store) gone_since: Option<Timestamp>,
}

impl Progress {
    /// When the page went, once that is confirmed.
    pub(super) fn gone_at(&self) -> Option<Timestamp> {
        self.gone_since
            .filter(|_| self.history.gone_in_a_row >= GONE_CONFIRMATIONS)
    }

    /// Whether a look that came to `outcome` proves the `claim` of a sitemap true or not. What
    /// happened between looks that failed cannot be told.
    pub(super) fn judged(&self, claim: Option<Timestamp>, outcome: Outcome) -> Option<bool> {
        let history = &self.history;
        let unsure = history.failures_in_a_row > 0 || history.gone_in_a_row > 0;
        let before = history.last_fetched_at.filter(|_| !unsure)?;
        schedule::judged(claim?, before, outcome)
    }

    /// What is known after `capture`, of which was planned what `planned` says.
    pub(super) fn after(mut self, capture: &Capture, planned: Discovered) -> Self {
        let at = capture.sent_at;
        self.history.last_fetched_at = Some(at);
        match capture.outcome {
            Outcome::New | Outcome::Changed | Outcome::Reverted => {
                self.found(capture, true, planned);
            }
            Outcome::Unchanged | Outcome::ViewsOnly | Outcome::NotModified | Outcome::Part => {
                self.found(capture, false, planned);
            }
            // a list has changed when it leads somewhere new
            Outcome::Listed => {
                let first = self.history.first_seen_at.is_none();
                self.found(capture, first || planned.new_pages > 0, planned);
            }
            Outcome::Redirected => {
                self.history.failures_in_a_row = 0;
                self.back();
            }
            Outcome::Gone => {
                self.history.failures_in_a_row = 0;
                self.history.gone_in_a_row = self.history.gone_in_a_row.saturating_add(1);
                self.gone_since = self.gone_since.or(Some(at));
            }
            Outcome::Blocked | Outcome::Failed => {
                self.history.failures_in_a_row = self.history.failures_in_a_row.saturating_add(1);
            }
        }
        self
    }

    fn found(&mut self, capture: &Capture, changed: bool, planned: Discovered) {
        let at = capture.sent_at;
        let history = &mut self.history;
        history.first_seen_at = history.first_seen_at.or(Some(at));
        history.failures_in_a_row = 0;
        if changed {
            history.last_changed_at = Some(at);
            history.unchanged_in_a_row = 0;
        } else {
            history.unchanged_in_a_row = history.unchanged_in_a_row.saturating_add(1);
        }
        let confirms = capture.outcome == Outcome::NotModified;
        if !confirms {
            let read_by = capture.read_by.clone();
            self.history.read_by = read_by.filter(|_| !planned.left_some);
        }
        // where not all is known that it leads to, the next look must be given it again
        let unread = capture.outcome == Outcome::Listed && self.history.read_by.is_none();
        if capture.in_parts || unread {
            self.history.validators = Conditional::default();
        } else if let Observation::Answered(answer) = &capture.observation {
            let before = &self.history.validators;
            self.history.validators =
                schedule::validators(before, &answer.headers, capture.outcome, at);
        }
        let reading = capture.reading.as_deref();
        if reading.is_some_and(|reading| reading.article.views.is_some()) {
            self.history.views_at = Some(at);
        }
        self.back();
    }

    fn back(&mut self) {
        self.history.gone_in_a_row = 0;
        self.gone_since = None;
    }
}

/// `progress` after a look that others made, and whether that is the page's latest: only that one moves the
/// page on.
pub(super) fn brought_in(mut progress: Progress, capture: &Capture) -> (Progress, bool) {
    let last = progress.history.last_fetched_at;
    if last.is_none_or(|last| capture.sent_at > last) {
        return (progress.after(capture, Discovered::default()), true);
    }
    let seen = had_page(capture.outcome) && capture.outcome != Outcome::Redirected;
    let first = &mut progress.history.first_seen_at;
    if seen && first.is_none_or(|first| capture.sent_at < first) {
        *first = Some(capture.sent_at);
    }
    (progress, false)
}

/// How many of a page's looks in a row found it gone at last, and the first of them; `latest` first. Looks
/// that failed say nothing.
pub(super) fn gone(
    latest: impl IntoIterator<Item = (Outcome, Timestamp)>,
) -> (u32, Option<Timestamp>) {
    let (mut in_a_row, mut since) = (0_u32, None);
    for (outcome, at) in latest {
        match outcome {
            Outcome::Gone => {
                in_a_row = in_a_row.saturating_add(1);
                since = Some(at);
            }
            Outcome::Failed | Outcome::Blocked => {}
            _ => break,
        }
    }
    (in_a_row, since)
}

/// The last view count seen on a page, when, and what is to be said of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counter {
    /// The count.
    pub(super) views: Option<u64>,
    /// When it was seen.
    pub(super) seen_at: Option<Timestamp>,
    /// Why it is absent or not exact.
    pub(super) note: Option<ViewsNote>,
}

impl Counter {
    /// The counter after a look that read `reading`; a count once seen stays until the next.
    pub(super) fn after(self, reading: Option<&Reading>, at: Timestamp) -> Self {
        match reading.map(|reading| (reading.article.views, reading.article.views_note)) {
            Some((Some(views), note)) => Self {
                views: Some(views),
                seen_at: Some(at),
                note,
            },
            Some((None, note)) if self.views.is_none() => Self { note, ..self },
            _ => self,
        }
    }
}

/// Whether a look with this outcome saw an article, and so a version.
pub(super) const fn saw_version(outcome: Outcome) -> bool {
    matches!(
        outcome,
        Outcome::New
            | Outcome::Changed
            | Outcome::Reverted
            | Outcome::ViewsOnly
            | Outcome::Unchanged
            | Outcome::NotModified
    )
}

/// Whether a look could not have its page. What robots.txt forbids was never to be had.
pub(super) fn is_failure(outcome: Outcome, reason: Option<&str>) -> bool {
    match outcome {
        Outcome::Failed => true,
        Outcome::Blocked => reason != Some("robots.txt"),
        _ => false,
    }
}

/// Whether a look had its page.
pub(super) const fn had_page(outcome: Outcome) -> bool {
    !matches!(outcome, Outcome::Failed | Outcome::Blocked | Outcome::Gone)
}

/// Whether a look with this outcome brings a content that is not the current one.
pub(super) const fn brings_version(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::New | Outcome::Changed | Outcome::Reverted)
}
