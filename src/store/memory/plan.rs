//! Making pages known and due, in memory.

use std::convert::Infallible;

use crate::archive::{Due, PageId, Planned};
use crate::canon::urlkey;
use crate::model::{PageKind, SiteId, Timestamp};
use crate::store::discovered::Planner;
use crate::store::progress::{Counter, Progress, Walk};

use super::state::{Page, State};

impl Planner for State {
    type Fault = Infallible;

    fn latest(&self) -> Result<i64, Infallible> {
        Ok(self.latest_page())
    }

    fn knows(&self, planned: &Planned) -> Result<bool, Infallible> {
        Ok(self.resolve(&urlkey(&planned.url)).is_some())
    }

    fn plan_one(&mut self, planned: &Planned) -> Result<(PageId, bool), Infallible> {
        Ok(self.plan(planned))
    }

    fn walk_on(&mut self, page: PageId, began_after: i64) -> Result<(), Infallible> {
        if let Some(page) = self.page_mut(page) {
            let meets = page.walk.began_after(began_after);
            page.walk.began_after = Some(meets.min(began_after));
        }
        Ok(())
    }
}

impl State {
    /// The number of the page that became known last.
    pub(super) fn latest_page(&self) -> i64 {
        self.pages.last().map_or(0, |page| page.id.0)
    }

    /// Plans one page; answers with its number and whether it had not been known.
    pub(super) fn plan(&mut self, planned: &Planned) -> (PageId, bool) {
        let key = urlkey(&planned.url);
        let known = match planned.kind {
            // what an address led to before is not what it is a part of now
            PageKind::Part => self.keys.get(&key).copied(),
            _ => self.resolve(&key),
        };
        if let Some(page) = known.and_then(|page| self.page_mut(page)) {
            page.plan_again(planned);
            let (id, host) = (page.id, page.url.host());
            let believed = self.hosts.get(&host).is_some_and(|host| host.trust.holds());
            if let Some(page) = self.page_mut(id) {
                page.claim(planned, believed);
            }
            return (id, false);
        }
        self.hosts.entry(planned.url.host()).or_default();
        let id = PageId(
            i64::try_from(self.pages.len())
                .unwrap_or(i64::MAX)
                .saturating_add(1),
        );
        let (Due::IfNew(due) | Due::At(due) | Due::WithNews(due)) = planned.due;
        self.keys.insert(key.clone(), id);
        self.pages.push(Page {
            id,
            key,
            url: planned.url.clone(),
            site: planned.site.clone(),
            kind: planned.kind,
            depth: planned.depth,
            referer: planned.referer.clone(),
            due: (planned.kind != PageKind::Part).then_some(due),
            progress: Progress::default(),
            claimed_at: planned.claim,
            walk: Walk::default(),
            counter: Counter::default(),
            current_no: None,
            versions: Vec::new(),
            looks: Vec::new(),
        });
        (id, true)
    }

    /// Makes every page of `sites` due at `at` or before; answers how many those are.
    pub(super) fn recheck(&mut self, sites: &[SiteId], at: Timestamp) -> u64 {
        let mut due = 0;
        for page in &mut self.pages {
            if sites.contains(&page.site)
                && let Some(planned) = page.due
            {
                page.due = Some(planned.min(at));
                due += 1;
            }
        }
        due
    }

    /// The page that stands for the URLs of `key`.
    pub(super) fn resolve(&self, key: &str) -> Option<PageId> {
        self.aliases
            .get(key)
            .or_else(|| self.keys.get(key))
            .copied()
    }
}

impl Page {
    /// Keeps what `planned` claims. Where that is news and `believed`, a page that was looked at
    /// before is due at once.
    fn claim(&mut self, planned: &Planned, believed: bool) {
        let Some(claim) = planned.claim.filter(|claim| Some(*claim) > self.claimed_at) else {
            return;
        };
        self.claimed_at = Some(claim);
        let (Due::IfNew(at) | Due::At(at) | Due::WithNews(at)) = planned.due;
        let looked = self.progress.history.last_fetched_at;
        if believed && self.kind == PageKind::Article && looked.is_some_and(|looked| looked < claim)
        {
            self.due = self.due.map(|due| due.min(at));
        }
    }

    fn plan_again(&mut self, planned: &Planned) {
        let hasten = !matches!(planned.due, Due::IfNew(_));
        let (Due::IfNew(at) | Due::At(at) | Due::WithNews(at)) = planned.due;
        let is_part = [self.kind, planned.kind].contains(&PageKind::Part);
        self.due = match self.due {
            Some(due) if hasten => Some(due.min(at)),
            None if hasten || !is_part => Some(at),
            due => due,
        };
        if planned.kind == PageKind::Part {
            self.referer.clone_from(&planned.referer);
        }
        let becomes_part = planned.kind == PageKind::Part && self.kind == PageKind::Article;
        if self.kind == PageKind::Other || becomes_part {
            self.kind = planned.kind;
        }
        self.depth = self.depth.min(planned.depth);
        if hasten || self.site.as_str() == self.url.host().as_str() {
            self.site = planned.site.clone();
        }
    }
}
