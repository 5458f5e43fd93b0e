//! Pages with their past, and what reading them anew came to, in memory.

use crate::archive::{self, PageId, PastPage, PastVersion, RereadScope, Rereading, RunId, RunKind};
use crate::canon::urlkey;
use crate::model::{PageKind, PageUrl};
use crate::store::PARTS_WITHIN;
use crate::store::progress::Counter;

use super::state::{Page, PastLook, State, Version};

impl State {
    /// The next pages in scope.
    pub(super) fn past_pages(
        &self,
        scope: &RereadScope,
        after: PageId,
        limit: usize,
    ) -> Vec<PageId> {
        let pages = self.pages.iter().filter(|page| page.id > after);
        let pages = pages.filter(|page| {
            let seen = page.progress.history.last_fetched_at;
            seen.is_some()
                && !matches!(page.kind, PageKind::Feed | PageKind::Sitemap)
                && (scope.sites.is_empty() || scope.sites.contains(&page.site))
                && (scope.pages.is_empty() || scope.pages.contains(&page.id))
                && scope.since.is_none_or(|since| seen >= Some(since))
        });
        pages.map(|page| page.id).take(limit).collect()
    }

    /// A page with its past.
    pub(super) fn past(&self, page: PageId) -> Option<PastPage> {
        let page = self.page(page)?;
        let versions = page.versions.iter().map(|version| PastVersion {
            version_no: version.number,
            content: version.reading.content,
            hash_rule: version.reading.hash_rule,
        });
        Some(PastPage {
            page: page.id,
            url: page.url.clone(),
            site: page.site.clone(),
            kind: page.kind,
            depth: page.depth,
            referer: page.referer.clone(),
            current_no: page.current_no,
            versions: versions.collect(),
            looks: page.in_order().into_iter().map(PastLook::told).collect(),
        })
    }

    /// The look at a part that belongs to the look `first` at its article.
    pub(super) fn past_part(
        &self,
        url: &PageUrl,
        first: &archive::PastLook,
    ) -> Option<archive::PastLook> {
        let page = self.page(*self.keys.get(&urlkey(url))?)?;
        if self.is_import(first.run) {
            let apart = |look: &PastLook| {
                let at = look.look.fetched_at;
                at.since(first.fetched_at).max(first.fetched_at.since(at))
            };
            let looks = page.looks.iter().filter(|look| self.is_import(look.run));
            let looks = looks.filter(|look| apart(look) <= PARTS_WITHIN);
            let nearest = looks.min_by_key(|look| (apart(look), look.id));
            return nearest.map(PastLook::told);
        }
        let looks = page.looks.iter().filter(|look| look.run == first.run);
        let belongs =
            |look: &PastLook| look.id < first.look && look.look.fetched_at >= first.fetched_at;
        looks
            .max_by_key(|look| (belongs(look), look.id))
            .map(PastLook::told)
    }

    fn is_import(&self, run: RunId) -> bool {
        let place = run
            .0
            .checked_sub(1)
            .and_then(|place| usize::try_from(place).ok());
        let run = place.and_then(|place| self.runs.get(place));
        run.is_some_and(|run| run.start.kind == RunKind::Import)
    }

    /// Keeps what reading a page anew came to, unless it is another page by now.
    pub(super) fn reread(&mut self, rereading: &Rereading) -> bool {
        let serials = self.last_look.saturating_add(1)..;
        let made = i64::try_from(rereading.made.len()).unwrap_or(i64::MAX);
        self.last_look = self.last_look.saturating_add(made);
        let Some(page) = self.page_mut(rereading.page) else {
            return false;
        };
        let until = page.looks.iter().map(|look| look.id).max();
        let versions = u32::try_from(page.versions.len()).unwrap_or(u32::MAX);
        if until != rereading.until || versions != rereading.versions {
            return false;
        }
        for (serial, made) in serials.zip(&rereading.made) {
            let first = page.looks.iter().find(|look| look.id == made.first);
            let Some(first) = first else { continue };
            page.versions.push(Version {
                number: made.version_no,
                serial,
                observed_at: first.look.fetched_at,
                status: first.look.status,
                reading: (*made.reading).clone(),
                reread_in: Some(rereading.run),
            });
        }
        for (version_no, reading) in &rereading.refreshed {
            let mut versions = page.versions.iter_mut();
            if let Some(version) = versions.find(|version| version.number == *version_no) {
                version.reading = reading.beside(&version.reading);
            }
        }
        for again in &rereading.looks {
            let mut looks = page.looks.iter_mut();
            if let Some(past) = looks.find(|past| past.id == again.look) {
                past.look.version_no = again.version_no;
                past.look.views = again.views;
                past.views_note = again.views_note;
            }
        }
        if !rereading.looks.is_empty() {
            page.follow_looks();
        }
        page.kind = rereading.kind;
        true
    }
}

impl Page {
    /// Its looks, first to last.
    pub(super) fn in_order(&self) -> Vec<&PastLook> {
        let mut looks: Vec<&PastLook> = self.looks.iter().collect();
        looks.sort_by_key(|past| (past.look.fetched_at, past.id));
        looks
    }

    /// Brings to what the looks say now: which look first saw each version, which is current, when it
    /// last changed, and the last view count.
    pub(super) fn follow_looks(&mut self) {
        let looks = self.in_order();
        let seen = |number: u32| {
            let mut seen: Vec<&&PastLook> = looks
                .iter()
                .filter(|past| past.look.version_no == Some(number))
                .collect();
            seen.sort_by_key(|past| past.look.entity_hash.is_none());
            seen.first()
                .map(|past| (past.look.fetched_at, past.look.status))
        };
        let first: Vec<_> = self.versions.iter().map(|one| seen(one.number)).collect();
        let articles = looks.iter().filter(|past| past.look.version_no.is_some());
        let (mut before, mut changed_at, mut note) = (None, None, None);
        for past in articles {
            if past.look.version_no != before {
                changed_at = Some(past.look.fetched_at);
            }
            (before, note) = (past.look.version_no, past.views_note);
        }
        let counted = looks.iter().rev().find(|past| past.look.views.is_some());
        let counter = counted.map_or(
            Counter {
                note,
                ..Counter::default()
            },
            |past| Counter {
                views: past.look.views,
                seen_at: Some(past.look.fetched_at),
                note: past.views_note,
            },
        );
        for (version, first) in self.versions.iter_mut().zip(first) {
            if let Some((at, status)) = first {
                (version.observed_at, version.status) = (at, status);
            }
        }
        self.current_no = before;
        let history = &mut self.progress.history;
        history.last_changed_at = changed_at.or(history.last_changed_at);
        history.views_at = counter.seen_at;
        self.counter = counter;
    }
}

impl PastLook {
    fn told(&self) -> archive::PastLook {
        archive::PastLook {
            look: self.id,
            run: self.run,
            url: self.url.clone(),
            fetched_at: self.look.fetched_at,
            status: self.look.status,
            headers: self.headers.clone(),
            outcome: self.look.outcome,
            entity: self.look.entity_hash,
            version_no: self.look.version_no,
            views: self.look.views,
            views_note: self.views_note,
        }
    }
}
