//! Lending hosts, in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::archive::{
    ArchiveError, Lease, LeaseRequest, LeaseToken, Leases, Loan, PageId, Scope, Visit, Withheld,
    WithheldReason,
};
use crate::model::{HostKey, HostState, Kept, KeptRobots, KnownVersion, Timestamp};

use super::state::{Host, Page, State};
use crate::store::WISH;

impl State {
    /// Lends what can be lent.
    pub(super) fn lease_hosts(&mut self, request: &LeaseRequest) -> Leases {
        let mut leases = Leases::default();
        for (host, pages) in self.candidates(request) {
            if let Some(withheld) = self.withheld(&host, &pages, request) {
                if names_pages(request)
                    && withheld.reason == WithheldReason::Held
                    && let Some(host) = self.hosts.get_mut(&host)
                {
                    host.wanted = Some(request.now.plus(WISH));
                }
                leases.withheld.push(withheld);
            } else if leases.granted.len() < request.hosts {
                leases.granted.extend(self.lend(&host, &pages, request));
            }
        }
        leases
    }

    /// Lends `key`, unless somebody holds it or it rests.
    pub(super) fn lease_host(&mut self, key: HostKey, now: Timestamp, until: Timestamp) -> Loan {
        let is_due = |page: &&Page| page.due.is_some_and(|due| due <= now);
        let own = self.pages.iter().filter(|page| page.url.host() == key);
        let pages = u64::try_from(own.filter(is_due).count()).unwrap_or(u64::MAX);
        let host = self.hosts.entry(key.clone()).or_default();
        let withheld = |reason, because, until| {
            Loan::Withheld(Withheld {
                host: key.clone(),
                reason,
                because,
                until,
                pages,
            })
        };
        if let Some((_, held)) = host.lease.filter(|(_, held)| *held > now) {
            host.wanted = Some(now.plus(WISH));
            return withheld(WithheldReason::Held, None, held);
        }
        if let Some(resting) = host.clock.resting_until.filter(|until| *until > now) {
            let because = host.clock.resting_reason.clone();
            return withheld(WithheldReason::Resting, because, resting);
        }
        self.tokens += 1;
        let token = LeaseToken(self.tokens);
        self.lent.insert(token, key.clone());
        host.wanted = None;
        let left_behind = host.lease.replace((token, until)).is_some();
        Loan::Lent(Box::new(Lease {
            host: key,
            token,
            until,
            state: host.clock.clone(),
            left_behind,
            robots: host.robots.values().cloned().collect(),
            visits: Vec::new(),
        }))
    }

    /// Prolongs the lease of `token`.
    pub(super) fn renew(
        &mut self,
        token: LeaseToken,
        until: Timestamp,
    ) -> Result<(), ArchiveError> {
        self.leased(token)?.lease = Some((token, until));
        Ok(())
    }

    /// Ends the lease of `token`, keeping the host's clock.
    pub(super) fn release(
        &mut self,
        token: LeaseToken,
        clock: HostState,
    ) -> Result<(), ArchiveError> {
        let host = self.leased(token)?;
        host.clock = clock;
        host.lease = None;
        Ok(())
    }

    /// Keeps a robots.txt of the leased host.
    pub(super) fn keep_robots(
        &mut self,
        token: LeaseToken,
        robots: KeptRobots,
        clock: HostState,
    ) -> Result<(), ArchiveError> {
        let host = self.leased(token)?;
        host.clock = clock;
        host.robots.insert(robots.origin.clone(), robots);
        Ok(())
    }

    /// The host that `token` stands for, if it still does.
    pub(super) fn leased(&mut self, token: LeaseToken) -> Result<&mut Host, ArchiveError> {
        let key = self
            .lent
            .get(&token)
            .cloned()
            .unwrap_or_else(|| HostKey::from_kept("a host of another archive"));
        self.hosts
            .get_mut(&key)
            .filter(|host| host.lease.is_some_and(|(holder, _)| holder == token))
            .ok_or(ArchiveError::LeaseLost { host: key })
    }

    /// Hosts with due pages in scope, the longest due first, each with its pages in their order.
    pub(super) fn candidates(&self, request: &LeaseRequest) -> Vec<(HostKey, Vec<PageId>)> {
        let mut due: Vec<&Page> = self
            .pages
            .iter()
            .filter(|page| page.due.is_some_and(|due| due <= request.now))
            .filter(|page| !request.busy.contains(&page.url.host()))
            .filter(|page| match &request.scope {
                Scope::Sites(sites) => sites.contains(&page.site),
                Scope::Pages(pages) => pages.contains(&page.id),
            })
            .collect();
        due.sort_by_key(|page| (page.due, page.id));
        let mut hosts: BTreeMap<HostKey, Vec<&Page>> = BTreeMap::new();
        for page in due {
            hosts.entry(page.url.host()).or_default().push(page);
        }
        let mut hosts: Vec<(HostKey, Vec<&Page>)> = hosts.into_iter().collect();
        hosts.sort_by_key(|(_, pages)| pages.first().map(|page| page.due));
        hosts
            .into_iter()
            .map(|(host, mut pages)| {
                // stable: where nothing else is said, the earliest due stays first
                pages.sort_by_key(|page| turn(page));
                (host, pages.into_iter().map(|page| page.id).collect())
            })
            .collect()
    }

    fn withheld(
        &self,
        key: &HostKey,
        pages: &[PageId],
        request: &LeaseRequest,
    ) -> Option<Withheld> {
        let now = request.now;
        let host = self.hosts.get(key)?;
        let held = (WithheldReason::Held, host.lease.map(|(_, until)| until));
        let resting = (WithheldReason::Resting, host.clock.resting_until);
        let wanted = host.wanted.filter(|_| !names_pages(request));
        let wanted = (WithheldReason::Held, wanted);
        let spent = request.spent.contains(key).then_some(request.until);
        let spent = (WithheldReason::Spent, spent);
        [held, resting, spent, wanted]
            .into_iter()
            .find_map(|(reason, until)| {
                until.filter(|until| *until > now).map(|until| Withheld {
                    host: key.clone(),
                    reason,
                    because: host
                        .clock
                        .resting_reason
                        .clone()
                        .filter(|_| reason == WithheldReason::Resting),
                    until,
                    pages: u64::try_from(pages.len()).unwrap_or(u64::MAX),
                })
            })
    }

    fn lend(&mut self, key: &HostKey, pages: &[PageId], request: &LeaseRequest) -> Option<Lease> {
        let believed = self.hosts.get(key).is_some_and(|host| host.trust.holds());
        let visits = pages
            .iter()
            .take(request.visits_per_host)
            .filter_map(|page| self.page(*page))
            .map(|page| page.visit(believed))
            .collect();
        self.tokens += 1;
        let token = LeaseToken(self.tokens);
        self.lent.insert(token, key.clone());
        let host = self.hosts.get_mut(key)?;
        if names_pages(request) {
            host.wanted = None;
        }
        let left_behind = host.lease.replace((token, request.until)).is_some();
        Some(Lease {
            host: key.clone(),
            token,
            until: request.until,
            state: host.clock.clone(),
            left_behind,
            robots: host.robots.values().cloned().collect(),
            visits,
        })
    }
}

/// Where a due page of a host stands in the order of visits ([`LeaseRequest::visits_per_host`]).
fn turn(page: &Page) -> (u8, u32, Option<Reverse<Timestamp>>) {
    if page.kind.leads_on() {
        (0, 0, None)
    } else if page.progress.history.last_fetched_at.is_none() {
        (1, page.depth, page.due.map(Reverse))
    } else {
        (2, 0, None)
    }
}

fn names_pages(request: &LeaseRequest) -> bool {
    matches!(request.scope, Scope::Pages(_))
}

impl Page {
    fn visit(&self, believed: bool) -> Visit {
        let kept = self.version(None).map(|version| {
            let mut article = version.reading.article.clone();
            article.views = self.counter.views;
            article.views_note = self.counter.note;
            Kept {
                version_no: version.number,
                content: version.reading.content,
                hash_rule: version.reading.hash_rule,
                article,
            }
        });
        let known = self.versions.iter().map(|version| KnownVersion {
            version_no: version.number,
            content: version.reading.content,
            hash_rule: version.reading.hash_rule,
        });
        Visit {
            page: self.id,
            url: self.url.clone(),
            site: self.site.clone(),
            kind: self.kind,
            depth: self.depth,
            referer: self.referer.clone(),
            history: self.progress.history.clone(),
            spoken_for: believed && self.claimed_at.is_some(),
            kept,
            known: known.collect(),
        }
    }
}
