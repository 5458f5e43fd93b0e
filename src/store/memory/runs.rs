//! Runs and what is due, in memory. Whoever has no end is at work: all live in this process.

use crate::archive::{
    ArchiveError, Backlog, FailedLook, LeaseRequest, NewRun, RunEnd, RunEnding, RunEntry, RunId,
    RunKind, RunRecord, RunReport, RunState, Scope, Tally, Upcoming, UpcomingPage, failure_kind,
};
use crate::model::{HostKey, Outcome, SiteId, Timestamp};

use crate::store::{RECENT_RUNS, ahead_of};

use super::state::{Page, PastLook, Run, State};

impl State {
    /// Records that a run starts, unless it is to be alone and is not.
    pub(super) fn begin_run(&mut self, run: NewRun) -> Result<RunId, ArchiveError> {
        let at_work = (1..)
            .zip(&self.runs)
            .filter(|(_number, run)| run.ending.is_none() && run.start.kind == RunKind::Crawl);
        if run.alone
            && let Some((number, other)) = at_work.last()
        {
            return Err(ArchiveError::Busy {
                run: number,
                since: other.start.started_at,
            });
        }
        self.forget_what_lies_ahead(run.started_at);
        self.runs.push(Run {
            start: run,
            ending: None,
        });
        Ok(RunId(number(self.runs.len())))
    }

    /// Puts right what was noted under a clock that has been set back since.
    fn forget_what_lies_ahead(&mut self, now: Timestamp) {
        let limit = ahead_of(now);
        let recent = usize::try_from(RECENT_RUNS).unwrap_or(usize::MAX);
        let mut latest = self.runs.iter().rev().take(recent);
        if !latest.any(|run| run.start.started_at > limit) {
            return;
        }
        for page in &mut self.pages {
            let looked_at = page.progress.history.last_fetched_at;
            if looked_at.is_some_and(|at| at > limit) {
                page.due = page.due.map(|due| due.min(now));
            }
        }
        for host in self.hosts.values_mut() {
            if host.clock.resting_until.is_some_and(|until| until > limit) {
                host.clock.resting_until = None;
                host.clock.resting_reason = None;
            }
            for robots in host.robots.values_mut() {
                if robots.fetched_at > limit {
                    robots.expires_at = now;
                }
            }
        }
    }

    /// Records how a run ended.
    pub(super) fn end_run(&mut self, run: RunId, ending: RunEnding) {
        if let Some(run) = place(run).and_then(|place| self.runs.get_mut(place)) {
            run.ending = Some(ending);
        }
    }

    /// The last `limit` runs, latest first.
    pub(super) fn runs(&self, limit: usize) -> Vec<RunEntry> {
        let numbers = (1..=number(self.runs.len())).rev().take(limit);
        numbers.filter_map(|run| self.entry(RunId(run))).collect()
    }

    /// One run, and what it came to.
    pub(super) fn run(&self, run: RunId) -> Option<RunRecord> {
        let ending = self.runs.get(place(run)?)?.ending.as_ref();
        let kept = ending.and_then(|ending| ending.report.clone());
        let reported = kept.is_some();
        let mut report = kept.unwrap_or_else(|| RunReport {
            interrupted: ending.is_some_and(|ending| ending.end == RunEnd::Interrupted),
            ..self.failures(run)
        });
        (report.sites, report.hosts) = Default::default();
        for (page, look) in self.looks_of(run) {
            for tally in [
                report.sites.entry(page.site.clone()).or_default(),
                report.hosts.entry(page.url.host()).or_default(),
            ] {
                tally.count(look.look.outcome, 1);
                tally.wire_bytes += look.wire_length;
            }
        }
        Some(RunRecord {
            entry: self.entry(run)?,
            report,
            reported,
        })
    }

    fn entry(&self, run: RunId) -> Option<RunEntry> {
        let Run { start, ending } = self.runs.get(place(run)?)?;
        let mut looks = Tally::default();
        for (_page, look) in self.looks_of(run) {
            looks.count(look.look.outcome, 1);
        }
        let times = self.looks_of(run).map(|(_page, look)| look.look.fetched_at);
        Some(RunEntry {
            run,
            kind: start.kind,
            command_line: start.command_line.clone(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: start.started_at,
            ended_at: ending.as_ref().map(|ending| ending.at),
            last_look_at: times.max(),
            state: ending
                .as_ref()
                .map_or(RunState::Running, |ending| RunState::Ended(ending.end)),
            error: ending.as_ref().and_then(|ending| ending.error.clone()),
            looks,
        })
    }

    fn looks_of(&self, run: RunId) -> impl Iterator<Item = (&Page, &PastLook)> {
        self.pages.iter().flat_map(move |page| {
            let looks = page.looks.iter().filter(move |look| look.run == run);
            looks.map(move |look| (page, look))
        })
    }

    /// The pages whose last look in the run failed, in the order of their addresses.
    fn failures(&self, run: RunId) -> RunReport {
        let last = |page: &Page| {
            let look = page.looks.iter().rfind(|look| look.run == run)?;
            let outcome = look.look.outcome;
            matches!(outcome, Outcome::Failed | Outcome::Blocked).then(|| FailedLook {
                url: look.url.clone(),
                outcome,
                reason: failure_kind(look.look.reason.as_deref(), look.error, outcome),
            })
        };
        let mut failed: Vec<FailedLook> = self.pages.iter().filter_map(last).collect();
        failed.sort_by(|one, other| one.url.as_str().cmp(other.url.as_str()));
        let mut report = RunReport::default();
        for look in failed {
            report.fail(look);
        }
        report
    }

    /// Hosts with pages of `sites` that are due, the longest due first.
    pub(super) fn backlog(&self, sites: &[SiteId], now: Timestamp) -> Vec<Backlog> {
        let hosts = self.candidates(&wish(sites, now)).into_iter();
        hosts
            .filter_map(|(key, pages)| {
                let host = self.hosts.get(&key)?;
                let due = pages.iter().filter_map(|page| self.page(*page)?.due);
                let held = host.lease.map(|(_token, until)| until);
                Some(Backlog {
                    due_since: due.min()?,
                    pages: u64::try_from(pages.len()).unwrap_or(u64::MAX),
                    state: host.clock.clone(),
                    held_until: held.filter(|until| *until > now),
                    host: key,
                })
            })
            .collect()
    }

    /// What is due on one host.
    pub(super) fn upcoming(
        &self,
        host: &HostKey,
        sites: &[SiteId],
        now: Timestamp,
        limit: usize,
    ) -> Upcoming {
        let Some(kept) = self.hosts.get(host) else {
            return Upcoming::default();
        };
        let candidates = self.candidates(&wish(sites, now)).into_iter();
        let pages = candidates.filter(|(key, _pages)| key == host);
        let pages = pages.flat_map(|(_key, pages)| pages).take(limit);
        let pages = pages.filter_map(|page| {
            let page = self.page(page)?;
            Some(UpcomingPage {
                url: page.url.clone(),
                site: page.site.clone(),
                kind: page.kind,
                due_at: page.due?,
                history: page.progress.history.clone(),
            })
        });
        Upcoming {
            robots: kept.robots.values().cloned().collect(),
            pages: pages.collect(),
        }
    }
}

fn wish(sites: &[SiteId], now: Timestamp) -> LeaseRequest {
    LeaseRequest {
        scope: Scope::Sites(sites.to_vec()),
        now,
        until: now,
        hosts: 0,
        spent: Vec::new(),
        busy: Vec::new(),
        visits_per_host: 0,
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn place(run: RunId) -> Option<usize> {
    usize::try_from(run.0.checked_sub(1)?).ok()
}
