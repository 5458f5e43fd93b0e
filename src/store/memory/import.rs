//! Keeping looks that others made, at their own times, in memory.

use crate::archive::{ForeignPage, Import, Look, LookId, Observation, PageId, Reading};
use crate::canon::urlkey;
use crate::model::{ContentHash, Headers, PageKind};
use crate::store::progress::{Counter, Progress, Walk, brought_in, gone};

use super::state::{Page, PastLook, State, Version};

impl State {
    /// Makes `pages` known without making them due.
    pub(super) fn know(&mut self, pages: &[ForeignPage]) -> Vec<PageId> {
        pages.iter().map(|page| self.know_one(page)).collect()
    }

    fn know_one(&mut self, page: &ForeignPage) -> PageId {
        let key = urlkey(&page.url);
        if let Some(id) = self.keys.get(&key) {
            return *id;
        }
        self.hosts.entry(page.url.host()).or_default();
        let id = PageId(self.latest_page().saturating_add(1));
        self.keys.insert(key.clone(), id);
        self.pages.push(Page {
            id,
            key,
            url: page.url.clone(),
            site: page.site.clone(),
            kind: page.kind,
            depth: 0,
            referer: None,
            due: None,
            progress: Progress::default(),
            claimed_at: None,
            walk: Walk::default(),
            counter: Counter::default(),
            current_no: None,
            versions: Vec::new(),
            looks: Vec::new(),
        });
        id
    }

    /// Keeps the looks of `import`, unless its page is another one by now.
    pub(super) fn import(&mut self, import: &Import) -> bool {
        let mut last = self.last_look;
        let Some(page) = self.page_mut(import.page) else {
            return false;
        };
        let until = page.looks.iter().map(|look| look.id).max();
        let versions = u32::try_from(page.versions.len()).unwrap_or(u32::MAX);
        if (until, versions) != (import.until, import.versions) {
            return false;
        }
        let mut bodies = Vec::new();
        for look in &import.looks {
            last += 1;
            let capture = &look.capture;
            let mut entity_hash = None;
            let (mut status, mut wire_length, mut headers) = (None, 0, Headers::default());
            let mut peer = None;
            if let Observation::Answered(answer) = &capture.observation {
                (status, wire_length) = (Some(answer.status), answer.wire_length);
                headers = answer.headers.clone();
                peer = answer.peer.map(|peer| peer.ip());
                if let Some(body) = &answer.entity {
                    let hash = ContentHash::of(body);
                    bodies.push((hash, body.clone()));
                    entity_hash = Some(hash);
                }
            }
            if let (Some(number), Some(reading)) = (look.version_no, &capture.reading)
                && page.versions.iter().all(|version| version.number != number)
            {
                page.versions.push(Version {
                    serial: last,
                    number,
                    observed_at: capture.sent_at,
                    status,
                    reading: Reading::clone(reading),
                    reread_in: None,
                });
            }
            let article = capture.reading.as_ref().map(|reading| &reading.article);
            page.looks.push(PastLook {
                id: LookId(last),
                headers,
                views_note: article.and_then(|article| article.views_note),
                look: Look {
                    fetched_at: capture.sent_at,
                    status,
                    outcome: capture.outcome,
                    reason: capture.reason.clone(),
                    version_no: look.version_no,
                    views: article.and_then(|article| article.views),
                    entity_hash,
                },
                run: import.run,
                url: capture.url.clone(),
                wire_length,
                peer,
                error: None,
            });
            let (progress, is_latest) = brought_in(std::mem::take(&mut page.progress), capture);
            page.progress = progress;
            if is_latest {
                page.kind = capture.standing(page.kind).0;
            }
        }
        page.amend(import);
        self.last_look = last;
        self.entities.extend(bodies);
        true
    }
}

impl Page {
    /// Brings to what all looks say now.
    fn amend(&mut self, import: &Import) {
        for (look, outcome) in &import.outcomes {
            let mut looks = self.looks.iter_mut();
            if let Some(past) = looks.find(|past| past.id == *look) {
                past.look.outcome = *outcome;
            }
        }
        if import.looks.iter().any(|look| look.version_no.is_some()) {
            self.follow_looks();
        }
        let looks = self.in_order().into_iter().rev();
        let latest: Vec<_> = looks
            .map(|past| (past.look.outcome, past.look.fetched_at))
            .collect();
        let (in_a_row, since) = gone(latest);
        self.progress.history.gone_in_a_row = in_a_row;
        self.progress.gone_since = since;
        if let Some(due) = import.due.filter(|_| self.kind != PageKind::Part) {
            self.due = Some(self.due.map_or(due, |known| known.min(due)));
        }
    }
}
