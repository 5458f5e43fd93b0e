//! What a run came to.

use std::collections::{BTreeMap, HashSet};

use crate::archive::{FailedLook, MOST_NOTICES, RunReport, Tally, failure_kind};
use crate::model::{FetchError, HostKey, Notice, NoticeKind, Outcome, PageUrl, SiteId, Timestamp};
use crate::rules::Limit;

use super::album::AssetTally;
use super::event::Captured;
use super::failures::{Failures, digest};

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    sites: BTreeMap<SiteId, Tally>,
    hosts: BTreeMap<HostKey, Tally>,
    /// Their digests: an archive that is taken down has more than memory holds.
    gone: HashSet<u64>,
    gone_starts: Vec<PageUrl>,
    held: u64,
    failed: Failures,
    resting: BTreeMap<HostKey, RestingHost>,
    notices: BTreeMap<(NoticeKind, PageUrl), Notice>,
    /// How many times there was one more than are kept.
    more_notices: u64,
    untold: u64,
    spent: BTreeMap<HostKey, SpentHost>,
    withheld: u64,
    given_back: u64,
    /// What requests for pictures came to.
    pub pictures: AssetTally,
    /// Pages found that had not been known.
    pub new_pages: u64,
    /// Bytes of body that crossed the wire, robots.txt files aside.
    pub wire_bytes: u64,
    /// Leases that ran out before their work was done.
    pub leases_lost: u64,
    /// Whether the run was asked to stop.
    pub interrupted: bool,
    /// What of the run's budget was used up.
    pub used_up: Option<Limit>,
}

/// A page whose last look in the run failed or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedPage {
    /// [`Outcome::Failed`] or [`Outcome::Blocked`].
    pub outcome: Outcome,
    /// The kind of failure to group by: `timeout`, `status 403`, `robots.txt`, `challenge:jsl`.
    pub reason: String,
}

/// A host that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingHost {
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub reason: String,
}

/// A host whose budget was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpentHost {
    /// What of it.
    pub limit: Limit,
    /// How many of its pages stay due, as far as is known.
    pub left_due: u64,
}

impl Report {
    /// How many looks came to `outcome`.
    pub fn count(&self, outcome: Outcome) -> u64 {
        self.sites.values().map(|site| site.of(outcome)).sum()
    }

    /// Looks of any outcome.
    pub fn looks(&self) -> u64 {
        self.sites.values().map(Tally::looks).sum()
    }

    /// Each outcome that occurred and how often, in the order a reader expects.
    pub fn counts(&self) -> impl Iterator<Item = (Outcome, u64)> {
        Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome, self.count(outcome)))
            .filter(|(_, count)| *count > 0)
    }

    /// Pages whose last look failed or was refused.
    pub fn failed(&self) -> impl Iterator<Item = (&PageUrl, &FailedPage)> {
        self.failed.named()
    }

    /// How many pages there are whose last look came to `outcome`, those without a name included.
    pub fn failed_pages(&self, outcome: Outcome) -> u64 {
        let counts = self.failed.counts().into_iter();
        let of = counts.filter(|((found, _reason), _count)| *found == outcome);
        of.map(|(_way, count)| count).sum()
    }

    /// The reasons of [`Report::failed`], each with its pages.
    pub fn failed_by_reason(&self) -> BTreeMap<&str, Vec<&PageUrl>> {
        let mut groups: BTreeMap<&str, Vec<&PageUrl>> = BTreeMap::new();
        for (url, page) in self.failed.named() {
            groups.entry(&page.reason).or_default().push(url);
        }
        groups
    }

    /// Hosts that were left alone when the run ended.
    pub fn resting(&self) -> impl Iterator<Item = (&HostKey, &RestingHost)> {
        self.resting.iter()
    }

    /// What a person should know of the sites, by kind and address.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.values()
    }

    /// Hosts whose budgets were used up with pages still due.
    pub fn spent(&self) -> impl Iterator<Item = (&HostKey, &SpentHost)> {
        self.spent.iter().filter(|(_, host)| host.left_due > 0)
    }

    /// Whether the run's budget was used up.
    pub const fn out_of_budget(&self) -> bool {
        self.used_up.is_some()
    }

    /// Pages in scope still due, as far as is known: on hosts that rest or that others hold, and
    /// in leases given back.
    pub const fn left_due(&self) -> u64 {
        self.withheld + self.given_back
    }

    /// Pages that the run starts from and that are gone: news of an article, but a fault where
    /// everything else was to be found from there.
    pub fn gone_starts(&self) -> &[PageUrl] {
        &self.gone_starts
    }

    /// Hosts with due pages that another run held, at some time.
    pub const fn held(&self) -> u64 {
        self.held
    }

    /// The report as it is kept with the run.
    pub fn kept(&self) -> RunReport {
        let mut kept = RunReport {
            sites: self.sites.clone(),
            hosts: self.hosts.clone(),
            new_pages: Some(self.new_pages),
            left_due: Some(self.left_due()),
            interrupted: self.interrupted,
            used_up: self.used_up,
            spent: self
                .spent()
                .map(|(host, spent)| crate::archive::SpentHost {
                    host: host.clone(),
                    limit: spent.limit,
                    left_due: spent.left_due,
                })
                .collect(),
            held: self.held,
            gone_starts: self.gone_starts.clone(),
            resting: self
                .resting
                .iter()
                .map(|(host, rest)| crate::archive::RestingHost {
                    host: host.clone(),
                    until: rest.until,
                    reason: rest.reason.clone(),
                })
                .collect(),
            notices: self.notices().cloned().collect(),
            more_notices: self.more_notices,
            untold: self.untold,
            counts: self.pictures.kept(),
            ..RunReport::default()
        };
        kept.failed = self
            .failed
            .named()
            .map(|(url, page)| FailedLook {
                url: url.clone(),
                outcome: page.outcome,
                reason: page.reason.clone(),
            })
            .collect();
        for ((_outcome, reason), count) in self.failed.counts() {
            *kept.failed_by_reason.entry(reason.to_owned()).or_default() += count;
        }
        kept
    }

    /// Notes that an event was not told: who listens is too far behind.
    pub(super) const fn note_untold(&mut self) {
        self.untold += 1;
    }

    /// Notes which of the pages it started from are gone.
    pub(super) fn note_starts<'a>(&mut self, start: impl Iterator<Item = &'a PageUrl>) {
        let gone = start.filter(|url| self.gone.contains(&digest(url)));
        self.gone_starts = gone.cloned().collect();
    }

    /// Notes that another run holds a host with due pages.
    pub(super) const fn note_held(&mut self) {
        self.held += 1;
    }

    /// Notes the due pages of hosts that could not be lent now.
    pub(super) const fn note_withheld(&mut self, pages: u64) {
        self.withheld = pages;
    }

    /// Notes that the budget of a host is used up, and how many of its pages stay due.
    pub(super) fn note_spent(&mut self, host: &HostKey, limit: Limit, left_due: u64) {
        let spent = SpentHost { limit, left_due };
        self.spent.insert(host.clone(), spent);
    }

    /// Notes due pages that were lent and not looked at.
    pub(super) const fn note_given_back(&mut self, pages: u64) {
        self.given_back += pages;
    }

    /// Counts a look.
    pub(super) fn note(&mut self, captured: &Captured) {
        let site = self.sites.entry(captured.site.clone()).or_default();
        let host = self.hosts.entry(captured.url.host()).or_default();
        for tally in [site, host] {
            tally.count(captured.outcome, 1);
            tally.wire_bytes += captured.wire_length;
        }
        if captured.outcome == Outcome::Gone {
            self.gone.insert(digest(&captured.url));
        } else {
            self.gone.remove(&digest(&captured.url));
        }
        self.new_pages += captured.new_pages;
        self.wire_bytes += captured.wire_length;
        for notice in &captured.notices {
            let key = (notice.kind, notice.url.clone());
            if self.notices.len() < MOST_NOTICES || self.notices.contains_key(&key) {
                self.notices.insert(key, notice.clone());
            } else {
                self.more_notices += 1;
            }
        }
        if matches!(captured.outcome, Outcome::Failed | Outcome::Blocked) {
            let failed = FailedPage {
                outcome: captured.outcome,
                reason: grouping(captured),
            };
            self.failed.note(&captured.url, failed);
        } else {
            self.failed.mend(&captured.url);
        }
    }

    /// Notes that a host rests; whether that is news.
    pub(super) fn note_rest(&mut self, host: &HostKey, until: Timestamp, reason: &str) -> bool {
        let rest = RestingHost {
            until,
            reason: reason.to_owned(),
        };
        let known = self.resting.get(host) == Some(&rest);
        self.resting.insert(host.clone(), rest);
        !known
    }

    /// Forgets the hosts whose rest is over.
    pub(super) fn wake(&mut self, now: Timestamp) {
        self.resting.retain(|_, host| host.until > now);
    }
}

fn grouping(captured: &Captured) -> String {
    let error = captured.error.as_ref().map(FetchError::kind);
    failure_kind(captured.reason.as_deref(), error, captured.outcome)
}
