//! Looks as they are handed on, in memory.

use crate::archive::{KeptLook, LookPlace, LookScope, PageId};
use crate::model::Timestamp;

use super::state::{Page, PastLook, State};

impl State {
    /// The next looks in scope.
    pub(super) fn kept_looks(
        &self,
        scope: &LookScope,
        after: Option<LookPlace>,
        limit: usize,
    ) -> Vec<KeptLook> {
        let pages = self.pages.iter().filter(|page| {
            (scope.sites.is_empty() || scope.sites.contains(&page.site))
                && (scope.pages.is_empty() || scope.pages.contains(&page.id))
        });
        let mut found: Vec<KeptLook> = pages
            .flat_map(|page| page.looks.iter().map(|look| look.handed_on(page)))
            .filter(|look| {
                let at = look.place.fetched_at;
                scope.since.is_none_or(|since| at >= since)
                    && scope.until.is_none_or(|until| at < until)
                    && after.is_none_or(|after| look.place > after)
            })
            .collect();
        found.sort_by_key(|look| look.place);
        found.truncate(limit);
        found
    }

    /// The last look at `page` before `before` that brought the page.
    pub(super) fn look_before(&self, page: PageId, before: Timestamp) -> Option<KeptLook> {
        let page = self.page(page)?;
        let looks = page.looks.iter().map(|look| look.handed_on(page));
        looks
            .filter(|look| look.place.fetched_at < before && look.brought_the_page())
            .max_by_key(|look| look.place)
    }
}

impl PastLook {
    fn handed_on(&self, page: &Page) -> KeptLook {
        KeptLook {
            place: LookPlace {
                page: page.id,
                fetched_at: self.look.fetched_at,
                look: self.id,
            },
            site: page.site.clone(),
            kind: page.kind,
            url: self.url.clone(),
            status: self.look.status,
            headers: self.headers.clone(),
            peer: self.peer,
            entity: self.look.entity_hash,
            wire_length: self.wire_length,
            outcome: self.look.outcome,
            reason: self.look.reason.clone(),
            error: self.error.map(str::to_owned),
            version_no: self.look.version_no,
            views: self.look.views,
        }
    }
}
