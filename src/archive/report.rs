//! What a run came to, as it is kept with the run.

use std::collections::BTreeMap;

use crate::model::{HostKey, Notice, Outcome, PageUrl, SiteId, Timestamp};
use crate::rules::Limit;

/// Failed pages kept by name with a run; beyond them their reasons and number are kept.
pub const MOST_FAILED: usize = 1000;

/// Notices kept with a run; beyond them it is kept how often there was another.
pub const MOST_NOTICES: usize = 1000;

/// What looks came to, and what they cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many looks came to what.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Bytes of body that crossed the wire.
    pub wire_bytes: u64,
}

impl Tally {
    /// Counts `looks` that came to `outcome`.
    pub fn count(&mut self, outcome: Outcome, looks: u64) {
        *self.outcomes.entry(outcome).or_default() += looks;
    }

    /// How many looks came to `outcome`.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes.get(&outcome).copied().unwrap_or_default()
    }

    /// Looks of any outcome.
    pub fn looks(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Articles with a content that they did not have before.
    pub fn changed(&self) -> u64 {
        self.of(Outcome::Changed) + self.of(Outcome::Reverted)
    }

    /// Looks that failed or were refused.
    pub fn failed(&self) -> u64 {
        self.of(Outcome::Failed) + self.of(Outcome::Blocked)
    }

    /// Adds what `other` counted.
    pub fn add(&mut self, other: &Self) {
        for (outcome, looks) in &other.outcomes {
            self.count(*outcome, *looks);
        }
        self.wire_bytes += other.wire_bytes;
    }
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// What came of the pages of each site.
    pub sites: BTreeMap<SiteId, Tally>,
    /// What came of the pages of each host.
    pub hosts: BTreeMap<HostKey, Tally>,
    /// Pages found that had not been known; none where only its looks tell of the run.
    pub new_pages: Option<u64>,
    /// Pages in scope still due at its end, as far as is known.
    pub left_due: Option<u64>,
    /// Whether it was asked to stop.
    pub interrupted: bool,
    /// What of the run's budget was used up.
    pub used_up: Option<Limit>,
    /// Hosts whose budgets were used up with pages still due.
    pub spent: Vec<SpentHost>,
    /// Hosts with due pages that another run held.
    pub held: u64,
    /// Pages that a crawl starts from and that are gone.
    pub gone_starts: Vec<PageUrl>,
    /// Pages whose last look failed or was refused, [`MOST_FAILED`] of them.
    pub failed: Vec<FailedLook>,
    /// How many pages that were, by their reason.
    pub failed_by_reason: BTreeMap<String, u64>,
    /// Hosts that are left alone.
    pub resting: Vec<RestingHost>,
    /// What a person should know of the sites.
    pub notices: Vec<Notice>,
    /// How many times there was one more than [`MOST_NOTICES`].
    pub more_notices: u64,
    /// Events that were not told, since who listened was too far behind.
    pub untold: u64,
    /// What a run counted that has no looks of its own, by name: `pages_read`, `versions_made`.
    pub counts: BTreeMap<String, u64>,
}

/// A page whose last look in the run failed or was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedLook {
    /// The page.
    pub url: PageUrl,
    /// [`Outcome::Failed`] or [`Outcome::Blocked`].
    pub outcome: Outcome,
    /// The kind of failure to group by: `timeout`, `status 403`, `robots.txt`, `challenge:jsl`.
    pub reason: String,
}

/// A host that is left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestingHost {
    /// The host.
    pub host: HostKey,
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub reason: String,
}

/// A host whose budget was used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentHost {
    /// The host.
    pub host: HostKey,
    /// What of its budget.
    pub limit: Limit,
    /// How many of its pages stay due, as far as is known.
    pub left_due: u64,
}

impl RunReport {
    /// Whether the run's budget was used up.
    pub const fn out_of_budget(&self) -> bool {
        self.used_up.is_some()
    }

    /// What all looks came to.
    pub fn total(&self) -> Tally {
        self.sites
            .values()
            .fold(Tally::default(), |mut total, site| {
                total.add(site);
                total
            })
    }

    /// Keeps a page whose last look failed.
    pub fn fail(&mut self, failed: FailedLook) {
        let pages = self.failed_by_reason.entry(failed.reason.clone());
        *pages.or_default() += 1;
        if self.failed.len() < MOST_FAILED {
            self.failed.push(failed);
        }
    }
}

/// The kind of a failure to group by, of the reason of a look and the kind of its error.
pub fn failure_kind(reason: Option<&str>, error: Option<&str>, outcome: Outcome) -> String {
    match (reason, error) {
        (Some(reason), Some(error)) => format!("{reason} ({error})"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => outcome.name().to_owned(),
    }
}
