//! Which addresses of each site lead on and on in this run: what workers tell one another.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::archive::{Capture, Visit};
use crate::discover::trap::{self, Showed, Watch};
use crate::model::{Outcome, PageKind, PageUrl, SiteId};
use crate::rules::RuleBook;

use super::site::rules_of;

/// The watches of a run, one for each site.
#[derive(Debug, Default)]
pub(super) struct Traps(Mutex<HashMap<SiteId, Watch>>);

impl Traps {
    /// Whether the page of `visit` is a new address of a kind that is no longer followed.
    pub(super) fn bar(&self, rules: &RuleBook, visit: &Visit) -> bool {
        is_new(visit) && visit.depth > 0 && self.is_closed(rules, &visit.site, &visit.url)
    }

    /// Notes what `capture` showed, a list with these `items` or an article, and takes out of it
    /// what leads further into a trap. The trap that this look completes is told in its notices.
    pub(super) fn note(
        &self,
        rules: &RuleBook,
        visit: &Visit,
        items: &[u64],
        capture: &mut Capture,
    ) {
        let showed = match (&capture.reading, capture.outcome) {
            (Some(reading), _) => Showed::Text(reading.content),
            (None, Outcome::Listed) if is_list(visit, capture) => Showed::Items(items),
            _ => return,
        };
        let site = rules_of(rules, &visit.site);
        let host = site
            .as_ref()
            .and_then(|site| site.claims_all_below(&visit.url));
        let found = {
            let mut watched = self.watched();
            let watch = watched.entry(visit.site.clone()).or_default();
            watch.note(&visit.url, host, is_new(visit), showed)
        };
        if let Some(found) = found {
            let family = trap::family(&visit.url, host);
            capture.notices.push(found.notice(&visit.site, &family));
        }
        capture
            .discovered
            .retain(|planned| !self.is_closed(rules, &planned.site, &planned.url));
    }

    fn is_closed(&self, rules: &RuleBook, site: &SiteId, url: &PageUrl) -> bool {
        let rules = rules_of(rules, site);
        let host = rules.as_ref().and_then(|rules| rules.claims_all_below(url));
        let watched = self.watched();
        watched
            .get(site)
            .is_some_and(|watch| watch.is_closed(url, host))
    }

    fn watched(&self) -> MutexGuard<'_, HashMap<SiteId, Watch>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether no look at the page ever found anything.
fn is_new(visit: &Visit) -> bool {
    visit.history.first_seen_at.is_none()
}

/// Whether the page is a list, or was thought to be one and is nothing.
fn is_list(visit: &Visit, capture: &Capture) -> bool {
    capture.kind == PageKind::List || visit.kind == PageKind::List
}
