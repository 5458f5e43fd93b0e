//! The watch: begins a round of each site when its timetable says so, for as long as it is let.
//!
//! A round is a run like any other ([`run`](super::run())): of all sites whose time has come in the
//! same minute, with a record and a report of its own. Rounds may overlap: they lend hosts of one
//! archive from one room of seats, so a slow host takes one seat and holds up nobody, and a round
//! that finds a host in the hands of an earlier one leaves it there. A round that a sleeping machine
//! missed is begun once when it wakes, however many there were.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::{Id, JoinError, JoinSet};

use crate::archive::ArchiveError;
use crate::model::{SiteId, Timestamp};
use crate::schedule::Timetable;

use super::error::CrawlError;
use super::event::{EVENTS_WAITING, Event};
use super::plan::Plan;
use super::report::Report;
use super::room::Room;
use super::run::run_in;
use super::stop::Stop;
use super::world::World;

/// A site is in this many rounds at most: the one that is held up there, and one that looks
/// whether it still is.
const ROUNDS_OF_A_SITE: usize = 2;

/// What a watcher is to do.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// What it works with, in every round begun from now on.
    pub world: World,
    /// What it turns to, and when.
    pub sites: Vec<Watched>,
}

/// A site that is watched.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The site.
    pub site: SiteId,
    /// What a round looks at.
    pub plan: Plan,
    /// When a round begins.
    pub timetable: Timetable,
}

/// Where a watch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Now.
    pub now: Timestamp,
    /// When the next round begins, and with which site.
    pub next: Option<(Timestamp, SiteId)>,
    /// Rounds under way.
    pub rounds: usize,
    /// Sites watched.
    pub sites: usize,
}

/// One round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number in this watch, from 1.
    pub number: u64,
    /// Whose pages are looked at.
    pub sites: Vec<SiteId>,
    /// When it began.
    pub began: Timestamp,
}

/// Gives a watcher its work and hears of it. None of its methods may take long: the watch stands
/// still meanwhile.
pub trait Overseer: Send {
    /// New work, where there is any: before each round, and when it was `asked` for.
    fn renew(&mut self, asked: bool) -> Option<Assignment>;

    /// The watch has turned once more. It does so at least once in every heartbeat while it lives.
    fn turned(&mut self, standing: &Standing);

    /// A round begins.
    fn began(&mut self, round: &Round, events: mpsc::Receiver<Event>);

    /// A round has ended.
    fn ended(&mut self, round: &Round, result: &Result<Report, CrawlError>, at: Timestamp);
}

/// Watches until `stop` is requested, or until the archive is found in a state that only a person
/// can mend. A round that fails otherwise is heard of, and its sites have their next one.
pub async fn watch(
    first: Assignment,
    overseer: &mut dyn Overseer,
    reload: &Notify,
    heartbeat: Duration,
    stop: Stop,
) -> Result<(), CrawlError> {
    let mut watch = Watch {
        room: Room::new(first.world.settings.hosts),
        seen: first.world.clock.now(),
        world: first.world.clone(),
        sites: BTreeMap::new(),
        rounds: JoinSet::new(),
        under_way: HashMap::new(),
        begun: 0,
        stop,
    };
    watch.take(first);
    let result = watch.turn(overseer, reload, heartbeat).await;
    while let Some(ended) = watch.rounds.join_next_with_id().await {
        // the first reason is the one reported
        let _told = watch.note_end(ended, overseer);
    }
    result
}

type Ended = Result<(Id, Result<Report, CrawlError>), JoinError>;

struct Watch {
    world: World,
    sites: BTreeMap<SiteId, Turn>,
    room: Arc<Room>,
    rounds: JoinSet<Result<Report, CrawlError>>,
    under_way: HashMap<Id, Round>,
    begun: u64,
    /// The last instant seen.
    seen: Timestamp,
    stop: Stop,
}

struct Turn {
    plan: Plan,
    timetable: Timetable,
    next: Option<Timestamp>,
}

impl Watch {
    async fn turn(
        &mut self,
        overseer: &mut dyn Overseer,
        reload: &Notify,
        heartbeat: Duration,
    ) -> Result<(), CrawlError> {
        let clock = Arc::clone(&self.world.clock);
        while !self.stop.is_requested() {
            let now = clock.now();
            self.heed_clock(now);
            if self.is_due(now) {
                if let Some(assignment) = overseer.renew(false) {
                    self.take(assignment);
                }
                self.begin(now, overseer);
            }
            let standing = self.standing(now);
            overseer.turned(&standing);
            let wake = now.plus(heartbeat);
            let wake = standing.next.map_or(wake, |(next, _)| next.min(wake));
            let stop = self.stop.clone();
            tokio::select! {
                biased;
                () = stop.requested() => {}
                () = reload.notified() => {
                    if let Some(assignment) = overseer.renew(true) {
                        self.take(assignment);
                    }
                }
                Some(ended) = self.rounds.join_next_with_id() => {
                    self.note_end(ended, overseer)?;
                }
                () = clock.sleep_until(wake) => {}
            }
        }
        Ok(())
    }

    /// Goes by `assignment` from now on. A site that is due stays so.
    fn take(&mut self, assignment: Assignment) {
        let now = assignment.world.clock.now();
        let before = std::mem::take(&mut self.sites);
        for watched in assignment.sites {
            let was_due = before.get(&watched.site).and_then(|turn| turn.next);
            let was_due = was_due.filter(|next| *next <= now);
            let turn = Turn {
                next: was_due.or_else(|| watched.timetable.after(now)),
                plan: watched.plan,
                timetable: watched.timetable,
            };
            self.sites.insert(watched.site, turn);
        }
        self.world = assignment.world;
    }

    /// Reckons anew where the clock was put back: what comes next is nearer than was thought.
    fn heed_clock(&mut self, now: Timestamp) {
        if now < self.seen {
            for turn in self.sites.values_mut() {
                turn.next = turn.timetable.after(now);
            }
        }
        self.seen = now;
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let mut turns = self.sites.values();
        turns.any(|turn| turn.next.is_some_and(|next| next <= now))
    }

    /// Begins a round of the sites whose time has come.
    fn begin(&mut self, now: Timestamp, overseer: &mut dyn Overseer) {
        let mut joined: Option<Plan> = None;
        for (site, turn) in &mut self.sites {
            if turn.next.is_none_or(|next| next > now) {
                continue;
            }
            turn.next = turn.timetable.after(now);
            let in_rounds = self.under_way.values();
            let in_rounds = in_rounds.filter(|round| round.sites.contains(site)).count();
            if in_rounds >= ROUNDS_OF_A_SITE {
                tracing::info!(%site, "{site} is still busy with earlier rounds: this one is left out");
                continue;
            }
            joined = Some(match joined {
                Some(plan) => plan.and(&turn.plan),
                None => turn.plan.clone(),
            });
        }
        let Some(plan) = joined else {
            return;
        };
        self.begun += 1;
        let round = Round {
            number: self.begun,
            sites: plan.sites.clone(),
            began: now,
        };
        let (events, heard) = mpsc::channel(EVENTS_WAITING);
        overseer.began(&round, heard);
        let (world, stop) = (self.world.clone(), self.stop.clone());
        let room = Arc::clone(&self.room);
        let task = async move { run_in(&world, plan, events, stop, room).await };
        let id = self.rounds.spawn(task).id();
        self.under_way.insert(id, round);
    }

    fn note_end(&mut self, ended: Ended, overseer: &mut dyn Overseer) -> Result<(), CrawlError> {
        let (id, result) = match ended {
            Ok(ended) => ended,
            Err(panicked) => {
                let reason = panicked.to_string();
                let report = Box::default();
                (panicked.id(), Err(CrawlError::Worker { reason, report }))
            }
        };
        if let Some(round) = self.under_way.remove(&id) {
            overseer.ended(&round, &result, self.world.clock.now());
        }
        match result {
            Err(error) if needs_a_person(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn standing(&self, now: Timestamp) -> Standing {
        let next = self
            .sites
            .iter()
            .filter_map(|(site, turn)| Some((turn.next?, site)))
            .min()
            .map(|(next, site)| (next, site.clone()));
        Standing {
            now,
            next,
            rounds: self.under_way.len(),
            sites: self.sites.len(),
        }
    }
}

/// Whether the archive will be no better at the next round: a full disk may be emptied, a file that
/// is damaged or too new for this program stays so.
fn needs_a_person(error: &CrawlError) -> bool {
    matches!(
        error.archive(),
        Some(
            ArchiveError::NotAnArchive { .. }
                | ArchiveError::NewerSchema { .. }
                | ArchiveError::Damaged { .. }
                | ArchiveError::Helpless { .. }
                | ArchiveError::DamagedFile { .. }
        )
    )
}
