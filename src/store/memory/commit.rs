//! Keeping one look with all that follows from it, in memory.

use std::collections::BTreeMap;

use crate::archive::{
    ArchiveError, Capture, Committed, Due, KeptNotice, LeaseToken, Look, LookId, Observation,
    PageId, Planned, Reading, Redirect,
};
use crate::canon::urlkey;
use crate::model::{ContentHash, Headers, Outcome, PageKind, SiteId};
use crate::store::discovered::plan_all;
use crate::store::progress::{Walk, brings_version, saw_version};

use super::state::{Page, PastLook, State, Version};

impl State {
    /// Keeps `capture`, if `token` still stands for the page's host.
    pub(super) fn commit(
        &mut self,
        token: LeaseToken,
        capture: &Capture,
    ) -> Result<Committed, ArchiveError> {
        let lost = || ArchiveError::LeaseLost {
            host: capture.url.host(),
        };
        let host = self.page(capture.page).ok_or_else(lost)?.url.host();
        if self.lent.get(&token) != Some(&host) {
            return Err(lost());
        }
        self.leased(token)?.clock = capture.host_state.clone();

        let mut entity_hash = None;
        if let Observation::Answered(answer) = &capture.observation
            && let Some(body) = &answer.entity
        {
            let hash = ContentHash::of(body);
            self.entities.insert(hash, body.clone());
            entity_hash = Some(hash);
        }
        let walk = self.page(capture.page).map(|page| page.walk);
        let walk = walk.unwrap_or_default();
        let Ok(done) = plan_all(self, &capture.discovered, capture.new_at_most, walk);
        let latest = self.latest_page();
        self.last_look += 1;
        let look = LookId(self.last_look);
        let mut new_pages = done.new_pages;
        self.judge(capture);
        let page = self.page_mut(capture.page).ok_or_else(lost)?;
        let expected = page.kind;
        let versions = page.versions.len();
        page.look(look, capture, entity_hash);
        (page.kind, page.due) = capture.standing(expected);
        page.progress = page.progress.clone().after(capture, done);
        if capture.outcome == Outcome::Listed {
            page.walk = Walk {
                looked_after: Some(latest),
                began_after: None,
            };
        }
        page.counter = page
            .counter
            .after(capture.reading.as_deref(), capture.sent_at);
        let version_no = page.current_no;
        let is_new = page.versions.len() > versions;
        let site = page.site.clone();
        let origin = Origin {
            id: page.id,
            key: page.key.clone(),
            site: site.clone(),
            kind: expected,
            depth: page.depth,
        };
        self.notice(&site, capture);
        if let Some(number) = version_no.filter(|_| saw_version(capture.outcome)) {
            let wanted = capture.assets.map(|wanted| (wanted, capture.sent_at));
            self.link_assets(capture.page, number, is_new, wanted);
        }
        if let Some(redirect) = &capture.redirect {
            new_pages += u64::from(self.follow(&origin, capture, redirect));
        }
        Ok(Committed {
            version_no,
            new_pages,
        })
    }

    /// Counts what the look proves of its host's sitemaps.
    fn judge(&mut self, capture: &Capture) {
        let page = self.page(capture.page);
        let judged = page.and_then(|page| {
            let came_true = page.progress.judged(page.claimed_at, capture.outcome)?;
            Some((page.url.host(), came_true))
        });
        if let Some((host, came_true)) = judged
            && let Some(host) = self.hosts.get_mut(&host)
        {
            host.trust = host.trust.after(came_true);
        }
    }

    fn notice(&mut self, site: &SiteId, capture: &Capture) {
        for notice in &capture.notices {
            let (site_key, url) = (site.as_str().to_owned(), notice.url.to_string());
            let kept = KeptNotice {
                site: site.clone(),
                notice: notice.clone(),
                run: capture.run,
                noticed_at: capture.sent_at,
            };
            self.notices
                .insert((site_key, notice.kind.name(), url), kept);
        }
    }

    /// Plans where a redirect leads; answers whether that page had not been known.
    fn follow(&mut self, origin: &Origin, capture: &Capture, redirect: &Redirect) -> bool {
        let key = urlkey(&redirect.to);
        if key == origin.key {
            if let Some(page) = self.page_mut(origin.id) {
                page.respell(capture, redirect);
            }
            return false;
        }
        if redirect.permanent && self.aliases.get(&key) == Some(&origin.id) {
            // the newer redirect of two that point at each other is the one that holds
            self.aliases.remove(&key);
        }
        let asked = self
            .resolve(&key)
            .and_then(|target| self.page(target))
            .is_some_and(|target| target.asked_in(capture.run));
        let (target, new) = self.plan(&Planned {
            url: redirect.to.clone(),
            site: origin.site.clone(),
            kind: origin.kind.of_target(),
            due: if asked {
                Due::IfNew(capture.next_visit_at)
            } else {
                Due::At(capture.sent_at)
            },
            depth: origin.depth.saturating_add(1),
            referer: Some(capture.url.clone()),
            claim: None,
        });
        if redirect.permanent && target != origin.id {
            for stands_for in self.aliases.values_mut() {
                if *stands_for == origin.id {
                    *stands_for = target;
                }
            }
            self.aliases.insert(origin.key.clone(), target);
            if let Some(page) = self.page_mut(origin.id) {
                page.due = None;
            }
        }
        new
    }
}

/// The page that a redirect leads away from.
struct Origin {
    id: PageId,
    key: String,
    site: SiteId,
    kind: PageKind,
    depth: u32,
}

impl Page {
    fn look(&mut self, id: LookId, capture: &Capture, entity_hash: Option<ContentHash>) {
        let (status, wire_length, error) = match &capture.observation {
            Observation::Answered(answer) => (Some(answer.status), answer.wire_length, None),
            Observation::Failed(error) => (None, 0, Some(error.kind())),
            Observation::Refused => (None, 0, None),
        };
        let saw = saw_version(capture.outcome);
        if saw {
            self.see_version(id, capture, status);
        }
        let article = capture.reading.as_ref().map(|reading| &reading.article);
        let headers = match &capture.observation {
            Observation::Answered(answer) => answer.headers.clone(),
            Observation::Failed(_) | Observation::Refused => Headers::default(),
        };
        self.looks.push(PastLook {
            id,
            headers,
            views_note: article.and_then(|article| article.views_note),
            look: Look {
                fetched_at: capture.sent_at,
                status,
                outcome: capture.outcome,
                reason: capture.reason.clone(),
                version_no: self.current_no.filter(|_| saw),
                views: article.and_then(|article| article.views),
                entity_hash,
            },
            run: capture.run,
            url: capture.url.clone(),
            wire_length,
            peer: match &capture.observation {
                Observation::Answered(answer) => answer.peer.map(|peer| peer.ip()),
                Observation::Failed(_) | Observation::Refused => None,
            },
            error,
        });
    }

    fn see_version(&mut self, look: LookId, capture: &Capture, status: Option<u16>) {
        let Some(reading) = &capture.reading else {
            return;
        };
        let known = self.versions.iter().find(|version| {
            version.reading.content == reading.content
                && version.reading.hash_rule == reading.hash_rule
        });
        if let Some(known) = known {
            self.current_no = Some(known.number);
        } else if brings_version(capture.outcome) || self.current_no.is_none() {
            let last = self.versions.last().map_or(0, |version| version.number);
            let number = last.saturating_add(1);
            self.current_no = Some(number);
            self.versions.push(Version {
                number,
                serial: look.0,
                observed_at: capture.sent_at,
                status,
                reading: Reading::clone(reading),
                assets: BTreeMap::new(),
                reread_in: None,
            });
        }
    }

    /// A redirect to another spelling of the same page: that one is asked for from now on.
    fn respell(&mut self, capture: &Capture, redirect: &Redirect) {
        if redirect.to == capture.url {
            return;
        }
        self.url = redirect.to.clone();
        let asked = self
            .looks
            .iter()
            .any(|look| look.run == capture.run && look.url == redirect.to);
        if !asked {
            self.due = Some(capture.sent_at);
        }
    }
}
