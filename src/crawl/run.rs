//! The run: lends hosts, starts workers, waits, and ends in order.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use crate::archive::{
    ArchiveError, AssetRequest, Due, LeaseRequest, NewRun, PageId, RunEnd, RunEnding, Scope,
    WithheldReason,
};
use crate::model::{HostKey, SiteId, Timestamp};

use super::collect::collect;
use super::error::CrawlError;
use super::event::Event;
use super::plan::Plan;
use super::report::Report;
use super::room::{Room, Seat};
use super::shared::Shared;
use super::stop::{Stop, StopHandle, stop};
use super::worker::work;
use super::world::World;

/// How often a host that another process holds is asked for.
const POLL: Duration = Duration::from_secs(5);

/// Looks at what `plan` names and all that is due of its sites.
///
/// Ends when nothing is due that can be had within the patience of the settings, when the budget
/// is used up, or when `requested` is; what is left stays due for the next run.
pub async fn run(
    world: &World,
    plan: Plan,
    events: Sender<Event>,
    requested: Stop,
) -> Result<Report, CrawlError> {
    let room = Room::new(world.settings.hosts);
    run_in(world, plan, events, requested, room).await
}

/// The same in a room that other runs of this process work in too.
pub(super) async fn run_in(
    world: &World,
    plan: Plan,
    events: Sender<Event>,
    requested: Stop,
    room: Arc<Room>,
) -> Result<Report, CrawlError> {
    let refused = |source| CrawlError::Archive {
        source,
        report: Box::default(),
    };
    let archive = &world.archive;
    let started_at = world.clock.now();
    let new_run = NewRun {
        kind: plan.kind,
        command_line: plan.command_line.clone(),
        started_at,
        alone: world.settings.alone,
    };
    let run = archive.begin_run(new_run).await.map_err(refused)?;
    // a fault inside stops the workers as a request from outside does
    let (fault, stop) = stop();
    let shared = Arc::new(Shared::new(
        world.clone(),
        (run, started_at),
        plan.follow(),
        stop,
        events,
    ));
    let dispatcher = Dispatcher {
        shared: Arc::clone(&shared),
        fault,
        requested,
        workers: JoinSet::new(),
        busy: HashSet::new(),
        collecting: HashSet::new(),
        told_held: HashSet::new(),
        sites: plan.sites.as_slice().into(),
        room,
        spare: None,
        broken: None,
    };
    let broken = dispatcher.dispatch(&plan, started_at).await;
    let ended_at = world.clock.now();
    let used_up = shared.used_up();
    shared.amend(|report| {
        report.wake(ended_at);
        report.used_up = used_up;
        report.note_starts(plan.start.iter().map(|(url, _site)| url));
    });
    let report = shared.report();
    let (end, error) = match &broken {
        Some(_) => (RunEnd::Failed, broken.as_ref().map(Broken::in_words)),
        None if report.interrupted => (RunEnd::Interrupted, None),
        None => (RunEnd::Completed, None),
    };
    let ending = RunEnding {
        end,
        at: ended_at,
        error,
        report: Some(report.kept()),
    };
    let noted = archive.end_run(run, ending).await;
    let report = Box::new(report);
    match (broken, noted) {
        (Some(Broken::Archive(source)), _) | (None, Err(source)) => {
            Err(CrawlError::Archive { source, report })
        }
        (Some(Broken::Worker(reason)), _) => Err(CrawlError::Worker { reason, report }),
        (None, Ok(())) => Ok(*report),
    }
}

/// Why a run cannot go on.
enum Broken {
    Archive(ArchiveError),
    Worker(String),
}

impl Broken {
    fn in_words(&self) -> String {
        match self {
            Self::Archive(error) => format!("failed to {error}"),
            Self::Worker(reason) => reason.clone(),
        }
    }
}

struct Dispatcher {
    shared: Arc<Shared>,
    fault: StopHandle,
    requested: Stop,
    workers: JoinSet<(HostKey, Result<(), ArchiveError>)>,
    busy: HashSet<HostKey>,
    /// Hosts lent for their pictures.
    collecting: HashSet<HostKey>,
    told_held: HashSet<HostKey>,
    sites: Arc<[SiteId]>,
    room: Arc<Room>,
    /// A seat that was waited for.
    spare: Option<Seat>,
    broken: Option<Broken>,
}

impl Dispatcher {
    async fn dispatch(mut self, plan: &Plan, started_at: Timestamp) -> Option<Broken> {
        if let Err(error) = self.lend_until_done(plan, started_at).await {
            self.break_off(Broken::Archive(error));
        }
        while let Some(ended) = self.workers.join_next().await {
            self.note_end(ended);
        }
        self.broken
    }

    async fn lend_until_done(
        &mut self,
        plan: &Plan,
        started_at: Timestamp,
    ) -> Result<(), ArchiveError> {
        let start = self.make_due(plan, started_at).await?;
        let max_time = self.shared.world.settings.max_time;
        let deadline = max_time.map(|most| started_at.plus(most));
        loop {
            if self.requested.is_requested() {
                self.interrupt();
            }
            if self.shared.stop.is_requested() {
                return Ok(());
            }
            let (wake, crowded) = self.lend(plan, &start).await?;
            // what is due of pages goes first
            let again = if crowded {
                None
            } else {
                self.lend_assets(plan, &start).await?
            };
            let wake = wake.into_iter().chain(again).min();
            if self.workers.is_empty() && wake.is_none() && !crowded {
                return Ok(());
            }
            let clock = Arc::clone(&self.shared.world.clock);
            let sleep = async |until: Option<Timestamp>| match until {
                Some(instant) => clock.sleep_until(instant).await,
                None => std::future::pending().await,
            };
            tokio::select! {
                biased;
                () = self.requested.requested() => self.interrupt(),
                Some(ended) = self.workers.join_next() => self.note_end(ended),
                // in order, as at a signal; but this end was asked for beforehand
                () = sleep(deadline) => self.fault.request(),
                seat = self.room.seat(), if crowded => self.spare = Some(seat),
                () = sleep(wake) => {}
            }
        }
    }

    /// Plans the start pages, and all known ones for a recheck.
    async fn make_due(
        &self,
        plan: &Plan,
        started_at: Timestamp,
    ) -> Result<Vec<PageId>, ArchiveError> {
        let world = &self.shared.world;
        let mut start = plan.planned(started_at);
        if world.settings.only_due {
            for planned in &mut start {
                planned.due = Due::IfNew(started_at);
            }
        }
        let start = world.archive.plan(start).await?;
        let rechecked = if world.settings.recheck {
            let sites = plan.sites.clone();
            world.archive.recheck(sites, started_at).await?
        } else {
            0
        };
        self.shared.tell(Event::RunStarted {
            run: self.shared.run,
            pages: start.len(),
            rechecked,
        });
        Ok(start)
    }

    /// Leases what can be had and starts workers. Answers when to ask again for what could not be
    /// had, if that is worth waiting for, and whether there were fewer seats than could be used.
    async fn lend(
        &mut self,
        plan: &Plan,
        start: &[PageId],
    ) -> Result<(Option<Timestamp>, bool), ArchiveError> {
        let settings = &self.shared.world.settings;
        let now = self.shared.now();
        let budget = usize::try_from(self.shared.budget_left()).unwrap_or(usize::MAX);
        let wanted = settings.hosts.min(budget);
        let mut seats: Vec<Seat> = self.spare.take().into_iter().collect();
        seats.extend(self.room.free(wanted.saturating_sub(seats.len())));
        let scope = if plan.sites.is_empty() {
            Scope::Pages([start, &self.shared.led_to()].concat())
        } else {
            Scope::Sites(plan.sites.clone())
        };
        let request = LeaseRequest {
            scope,
            now,
            until: now.plus(settings.lease_length),
            hosts: seats.len().min(budget),
            visits_per_host: settings.visits_per_lease.min(budget.max(1)),
            spent: self.shared.spent_hosts(),
            busy: self.busy.iter().cloned().collect(),
        };
        let leases = self.shared.world.archive.lease_hosts(request).await?;
        let crowded = leases.granted.len() == seats.len() && seats.len() < wanted;
        for (lease, seat) in leases.granted.into_iter().zip(seats) {
            let host = lease.host.clone();
            self.busy.insert(host.clone());
            let taken = self.room.take(seat, host.clone(), &self.sites);
            let shared = Arc::clone(&self.shared);
            self.workers.spawn(async move {
                let result = Box::pin(work(shared, lease)).await;
                drop(taken);
                (host, result)
            });
        }
        let patience = now.plus(self.shared.world.settings.patience);
        let (mut wake, mut left_due) = (None, 0);
        for withheld in leases.withheld {
            if self.room.works_on(&withheld.host, &self.sites) {
                // another round for the same site goes on with it, and with what this one planned
                left_due += withheld.pages;
                continue;
            }
            let held = withheld.reason == WithheldReason::Held;
            if held && self.told_held.insert(withheld.host.clone()) {
                self.shared.amend(Report::note_held);
                self.shared.tell(Event::HostHeld {
                    host: withheld.host.clone(),
                    until: withheld.until,
                });
            }
            let rests_on = withheld.reason == WithheldReason::Resting && withheld.until > patience;
            if rests_on {
                let reason = withheld.because.clone().unwrap_or_default();
                self.shared
                    .rests(withheld.host.clone(), withheld.until, reason);
            }
            let again = match withheld.reason {
                WithheldReason::Held => Some(withheld.until.min(now.plus(POLL))),
                WithheldReason::Resting if withheld.until <= patience => Some(withheld.until),
                WithheldReason::Resting => None,
                WithheldReason::Spent => {
                    let (host, pages) = (&withheld.host, withheld.pages);
                    if let Some(limit) = self.shared.used_up_of(host) {
                        self.shared
                            .amend(|report| report.note_spent(host, limit, pages));
                    }
                    None
                }
            };
            let again = again.filter(|_| budget > 0);
            if again.is_none() {
                left_due += withheld.pages;
            }
            // an instant already past would spin
            let again = again.map(|instant| instant.max(now.plus(Duration::from_millis(100))));
            wake = [wake, again].into_iter().flatten().min();
        }
        self.shared.amend(|report| report.note_withheld(left_due));
        Ok((wake, crowded))
    }

    /// Leases hosts for their pictures with seats that no pages want, half of them at most, and starts
    /// workers. Answers when to ask again for those of hosts that rest, if that is worth waiting for.
    async fn lend_assets(
        &mut self,
        plan: &Plan,
        start: &[PageId],
    ) -> Result<Option<Timestamp>, ArchiveError> {
        let shared = Arc::clone(&self.shared);
        let (world, settings) = (&shared.world, &shared.world.settings);
        let most = settings.hosts.div_ceil(2);
        let most = most.saturating_sub(self.collecting.len());
        let Some(scope) = assets_wanted(world, plan, start, &shared) else {
            return Ok(None);
        };
        let seats = self.room.free(most);
        if seats.is_empty() || !shared.may_receive() {
            return Ok(None);
        }
        let now = shared.now();
        let (without, left) = shared.without_assets();
        let request = AssetRequest {
            scope,
            now,
            until: now.plus(settings.lease_length),
            hosts: seats.len(),
            pictures_per_host: settings.pictures_per_lease,
            without,
            busy: self.busy.iter().cloned().chain(left).collect(),
        };
        let leases = world.archive.lease_assets(request).await?;
        for (lease, seat) in leases.granted.into_iter().zip(seats) {
            let host = lease.lease.host.clone();
            self.busy.insert(host.clone());
            self.collecting.insert(host.clone());
            let taken = self.room.take(seat, host.clone(), &self.sites);
            let shared = Arc::clone(&self.shared);
            self.workers.spawn(async move {
                let result = Box::pin(collect(shared, lease)).await;
                drop(taken);
                (host, result)
            });
        }
        let patience = now.plus(settings.patience);
        Ok(leases.again_at.filter(|again| *again <= patience))
    }

    fn note_end(
        &mut self,
        ended: Result<(HostKey, Result<(), ArchiveError>), tokio::task::JoinError>,
    ) {
        match ended {
            Ok((host, result)) => {
                self.busy.remove(&host);
                self.collecting.remove(&host);
                if let Err(error) = result {
                    self.break_off(Broken::Archive(error));
                }
            }
            Err(panicked) => self.break_off(Broken::Worker(panicked.to_string())),
        }
    }

    fn interrupt(&mut self) {
        if !self.shared.stop.is_requested() {
            self.shared.amend(|report| report.interrupted = true);
            self.shared.tell(Event::Stopping);
            self.fault.request();
        }
    }

    /// Stops the workers; the first reason is the one reported.
    fn break_off(&mut self, broken: Broken) {
        self.fault.request();
        self.broken.get_or_insert(broken);
    }
}

/// The articles whose pictures are asked for in a run, where there may be any.
fn assets_wanted(world: &World, plan: &Plan, start: &[PageId], shared: &Shared) -> Option<Scope> {
    let is_wanted = |site: &SiteId| world.asset_limits(site).is_some();
    if plan.sites.is_empty() {
        let by_rules = || world.rules.sites.iter().any(|site| is_wanted(&site.id));
        (world.settings.assets || by_rules())
            .then(|| Scope::Pages([start, &shared.led_to()].concat()))
    } else {
        let sites: Vec<_> = plan.sites.iter().filter(|site| is_wanted(site)).collect();
        (!sites.is_empty()).then(|| Scope::Sites(sites.into_iter().cloned().collect()))
    }
}
