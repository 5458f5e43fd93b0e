//! What a run, and each host in it, has spent of its budget.

use std::collections::HashMap;

use crate::model::{HostKey, Timestamp};
use crate::rules::{Budget, Limit};

/// The run's purse and those of its hosts.
#[derive(Debug)]
pub(super) struct Purses {
    run: Purse,
    hosts: HashMap<HostKey, Purse>,
}

/// A budget and what was spent of it.
#[derive(Clone, Copy, Debug)]
struct Purse {
    budget: Budget,
    since: Timestamp,
    pages: u64,
    bytes: u64,
}

impl Purse {
    const fn new(budget: Budget, since: Timestamp) -> Self {
        Self {
            budget,
            since,
            pages: 0,
            bytes: 0,
        }
    }

    fn used_up(&self, now: Timestamp) -> Option<Limit> {
        let time = now.since(self.since);
        self.budget.used_up(self.pages, self.bytes, time)
    }
}

impl Purses {
    /// Nothing spent of the run's `budget` yet.
    pub(super) fn new(budget: Budget, since: Timestamp) -> Self {
        Self {
            run: Purse::new(budget, since),
            hosts: HashMap::new(),
        }
    }

    /// Takes one page of `host`, whose budget is asked for at its first; `false` when it or the run
    /// has none left.
    pub(super) fn begin(
        &mut self,
        host: &HostKey,
        now: Timestamp,
        budget: impl FnOnce() -> Budget,
    ) -> bool {
        let purse = self
            .hosts
            .entry(host.clone())
            .or_insert_with(|| Purse::new(budget(), now));
        if purse.used_up(now).is_some() || self.run.used_up(now).is_some() {
            return false;
        }
        purse.pages += 1;
        self.run.pages += 1;
        true
    }

    /// Gives a page of `host` back: it was not looked at.
    pub(super) fn withdraw(&mut self, host: &HostKey) {
        let purse = self.hosts.get_mut(host);
        for purse in purse.into_iter().chain([&mut self.run]) {
            purse.pages = purse.pages.saturating_sub(1);
        }
    }

    /// Notes what a look at `host` received.
    pub(super) fn receive(&mut self, host: &HostKey, bytes: u64) {
        let purse = self.hosts.get_mut(host);
        for purse in purse.into_iter().chain([&mut self.run]) {
            purse.bytes = purse.bytes.saturating_add(bytes);
        }
    }

    /// What of the run's budget is used up.
    pub(super) fn used_up(&self, now: Timestamp) -> Option<Limit> {
        self.run.used_up(now)
    }

    /// How many pages the run may still begin.
    pub(super) fn pages_left(&self, now: Timestamp) -> u64 {
        match (self.used_up(now), self.run.budget.pages) {
            (Some(_), _) => 0,
            (None, Some(most)) => most.saturating_sub(self.run.pages),
            (None, None) => u64::MAX,
        }
    }

    /// What of the budget of `host` is used up.
    pub(super) fn used_up_of(&self, host: &HostKey, now: Timestamp) -> Option<Limit> {
        self.hosts.get(host)?.used_up(now)
    }

    /// The hosts whose budgets are used up.
    pub(super) fn spent(&self, now: Timestamp) -> Vec<HostKey> {
        self.hosts
            .iter()
            .filter(|(_, purse)| purse.used_up(now).is_some())
            .map(|(host, _)| host.clone())
            .collect()
    }
}
