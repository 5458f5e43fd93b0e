//! What a worker asks for: pages, and whether lists changed; and the sitemaps of a start page's host.

use crate::archive::{Capture, Visit};
use crate::model::{Conditional, PageKind, Purpose, Request};

use super::super::digest::{Follow, sitemaps, wants_in_full};
use super::super::site::edition;
use super::Worker;

impl Worker<'_> {
    /// The request for a page: conditional where the answer could be "the article you have" or
    /// "nothing new on this list". Where a site has a counter, "not modified" would leave it unasked,
    /// and views unseen.
    pub(super) fn request(&self, visit: &Visit) -> Request {
        let rules_book = &self.shared.world.rules;
        let rules = rules_book.site_for(&visit.url);
        let counted = rules.is_some_and(|rules| rules.counter.is_some());
        let is_known = if visit.kind.leads_on() {
            // to another edition of program or rules, "not modified" would hide what it may find
            let edition = edition(&self.shared.world.rules, &visit.site);
            self.shared.follow == Follow::Site && visit.history.read_by == Some(edition)
        } else {
            visit.kept.is_some() && visit.kind == PageKind::Article && !counted
        };
        Request {
            url: visit.url.clone(),
            conditional: if is_known && !wants_in_full(visit, self.shared.now(), rules_book) {
                visit.history.validators.clone()
            } else {
                Conditional::default()
            },
            referer: visit.referer.clone(),
            purpose: Purpose::Page,
        }
    }

    /// Has the sitemaps that robots.txt names looked at, or told of, with a look at a start page.
    pub(super) fn take_sitemaps(&self, visit: &Visit, capture: &mut Capture) {
        let lines = self.robots.sitemaps(&visit.url);
        let rules = &self.shared.world.rules;
        let (planned, mut notices) = sitemaps(visit, lines, capture.sent_at, rules);
        // before what the page itself leads to, of which only so much may be new
        capture.discovered.splice(0..0, planned);
        capture.notices.append(&mut notices);
    }
}
