//! Facts of each site's last weeks, in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::health::{ArticleFacts, LookFact, RestFacts, SiteFacts, WEEK};
use crate::model::{PageKind, SiteId, Timestamp};
use crate::store::progress::{had_page, is_failure};

use super::state::{Page, State};

impl State {
    /// The facts of each site with pages, by its key.
    pub(super) fn health(&self, now: Timestamp) -> Vec<SiteFacts> {
        let mut sites: BTreeMap<&SiteId, Vec<&Page>> = BTreeMap::new();
        for page in &self.pages {
            sites.entry(&page.site).or_default().push(page);
        }
        let sites = sites.into_iter();
        sites
            .map(|(site, pages)| self.facts(site, &pages, now))
            .collect()
    }

    fn facts(&self, site: &SiteId, pages: &[&Page], now: Timestamp) -> SiteFacts {
        let mut facts = SiteFacts::nothing(site.clone());
        facts.last_look = pages.iter().filter_map(|page| page.last_look()).max();
        facts.last_success = pages.iter().filter_map(|page| page.last_success()).max();
        let lists = pages.iter().filter(|page| self.awaits(page, now));
        facts.lists_due_since = lists.filter_map(|page| page.due).min();
        note_articles(&mut facts, pages);
        self.note_hosts(&mut facts, pages, now);
        let mut looks: Vec<_> = pages.iter().flat_map(|page| &page.looks).collect();
        looks.sort_by_key(|look| Reverse(look.look.fetched_at));
        for look in looks {
            let (at, outcome) = (look.look.fetched_at, look.look.outcome);
            if at >= now.minus(WEEK) {
                let failed = is_failure(outcome, look.look.reason.as_deref());
                facts.note_look(LookFact { at, failed }, had_page(outcome));
            }
        }
        facts
    }

    /// Whether a page that leads to others is due and its host could be asked.
    fn awaits(&self, page: &Page, now: Timestamp) -> bool {
        let leads = !matches!(
            page.kind,
            PageKind::Article | PageKind::Part | PageKind::Other
        );
        let host = self.hosts.get(&page.url.host());
        let rests = host.and_then(|host| host.clock.resting_until);
        leads && page.due.is_some_and(|due| due <= now) && rests.is_none_or(|until| until <= now)
    }

    fn note_hosts(&self, facts: &mut SiteFacts, pages: &[&Page], now: Timestamp) {
        for (key, host) in &self.hosts {
            if !pages.iter().any(|page| page.url.host() == *key) {
                continue;
            }
            if let Some(until) = host.clock.resting_until.filter(|until| *until > now) {
                facts.resting.push(RestFacts {
                    host: key.clone(),
                    until,
                    reason: host.clock.resting_reason.clone().unwrap_or_default(),
                });
            }
            let files = host.robots.values().filter(|file| match file.status {
                None => true,
                Some(status) => status == 429 || status >= 500,
            });
            facts
                .robots_unreachable
                .extend(files.map(|file| file.origin.clone()));
        }
    }
}

fn note_articles(facts: &mut SiteFacts, pages: &[&Page]) {
    let articles = pages.iter().filter(|page| page.kind != PageKind::Part);
    let mut kept: Vec<_> = articles
        .filter_map(|page| {
            let article = &page.version(None)?.reading.article;
            let found = page.progress.history.first_seen_at?;
            let given = ArticleFacts {
                first_seen: found,
                source: article.source.is_some(),
                author: article.author.is_some(),
                publish_time: article.publish_time.is_some(),
                views: page.counter.views.is_some(),
            };
            Some((Reverse((found, page.id)), given, article.publish_time))
        })
        .collect();
    kept.sort_by_key(|(order, ..)| *order);
    facts.article_count = u64::try_from(kept.len()).unwrap_or(u64::MAX);
    facts.last_new = kept.first().map(|(_order, given, _time)| given.first_seen);
    let mut days: Vec<_> = kept.iter().filter_map(|(.., time)| *time).collect();
    days.sort_by_key(|time| Reverse(*time));
    let days = days.into_iter().take(SiteFacts::MOST_ARTICLES);
    facts.published = days.map(|time| time.date).collect();
    let given = kept.into_iter().map(|(_order, given, _time)| given);
    facts.articles = given.take(SiteFacts::MOST_ARTICLES).collect();
}

impl Page {
    fn last_look(&self) -> Option<Timestamp> {
        self.progress.history.last_fetched_at
    }

    /// When it was had last, as far as its history tells.
    fn last_success(&self) -> Option<Timestamp> {
        let history = &self.progress.history;
        if history.failures_in_a_row == 0 && history.gone_in_a_row == 0 {
            history.last_fetched_at
        } else {
            history.first_seen_at.max(history.last_changed_at)
        }
    }
}
