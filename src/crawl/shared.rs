//! What the workers of one run share.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::archive::{Capture, Due, PageId, RunId};
use crate::asset::AssetLimits;
use crate::model::{HostKey, PageUrl, SiteId, Timestamp};
use crate::rules::Limit;

use super::Follow;
use super::album::Album;
use super::crowd::Crowds;
use super::desks::Desks;
use super::event::{Captured, Event};
use super::gates::Gates;
use super::purse::Purses;
use super::report::Report;
use super::stop::Stop;
use super::trail::Trails;
use super::traps::Traps;
use super::walks::Walks;
use super::world::World;

/// What the workers of one run share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) world: World,
    pub(super) run: RunId,
    pub(super) follow: Follow,
    pub(super) gates: Gates,
    pub(super) traps: Traps,
    pub(super) stop: Stop,
    pub(super) desks: Desks,
    stopped_at: OnceLock<Timestamp>,
    events: Sender<Event>,
    tally: Mutex<Tally>,
}

#[derive(Debug)]
struct Tally {
    report: Report,
    trails: Trails,
    crowds: Crowds,
    purses: Purses,
    walks: Walks,
    album: Album,
    led_to: Vec<PageId>,
}

impl Shared {
    /// What is shared when nothing is done yet by a run begun at `since`.
    pub(super) fn new(
        world: World,
        (run, since): (RunId, Timestamp),
        follow: Follow,
        stop: Stop,
        events: Sender<Event>,
    ) -> Self {
        let tally = Tally {
            report: Report::default(),
            trails: Trails::default(),
            crowds: Crowds::default(),
            purses: Purses::new(world.settings.budget(), since),
            walks: Walks::default(),
            album: Album::default(),
            led_to: Vec::new(),
        };
        Self {
            world,
            run,
            follow,
            gates: Gates::default(),
            traps: Traps::default(),
            stop,
            desks: Desks::default(),
            stopped_at: OnceLock::new(),
            events,
            tally: Mutex::new(tally),
        }
    }

    /// Now.
    pub(super) fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Returns when a stop was requested and the time is over that what is in flight was given.
    pub(super) async fn grace_after_stop(&self) {
        self.stop.requested().await;
        let stopped_at = *self.stopped_at.get_or_init(|| self.now());
        let until = stopped_at.plus(self.world.settings.grace);
        self.world.clock.sleep_until(until).await;
    }

    /// Tells whoever listens, unless that one is too far behind.
    pub(super) fn tell(&self, event: Event) {
        // a listener that has gone away does not end a run
        if let Err(TrySendError::Full(_event)) = self.events.try_send(event) {
            self.amend(Report::note_untold);
        }
    }

    /// Tells whoever listens as soon as that one has room, or the time is over that a stop leaves.
    async fn tell_in_time(&self, event: Event) {
        let Err(TrySendError::Full(event)) = self.events.try_send(event) else {
            return;
        };
        tokio::select! {
            biased;
            _nobody_listens = self.events.send(event) => {}
            () = self.grace_after_stop() => self.amend(Report::note_untold),
        }
    }

    /// Takes one page of the host of `url` from the budgets; `false` when one is used up.
    pub(super) fn begin_page(&self, url: &PageUrl) -> bool {
        let budget = || self.world.host_budget(url);
        self.tally().purses.begin(&url.host(), self.now(), budget)
    }

    /// Gives a page of `host` back to the budgets: it was not looked at.
    pub(super) fn withdraw_page(&self, host: &HostKey) {
        self.tally().purses.withdraw(host);
    }

    /// How many pages may still be begun.
    pub(super) fn budget_left(&self) -> u64 {
        self.tally().purses.pages_left(self.now())
    }

    /// What of the run's budget is used up.
    pub(super) fn used_up(&self) -> Option<Limit> {
        self.tally().purses.used_up(self.now())
    }

    /// What of the budget of `host` is used up.
    pub(super) fn used_up_of(&self, host: &HostKey) -> Option<Limit> {
        self.tally().purses.used_up_of(host, self.now())
    }

    /// The hosts whose budgets are used up.
    pub(super) fn spent_hosts(&self) -> Vec<HostKey> {
        self.tally().purses.spent(self.now())
    }

    /// Whether the run may still receive bodies; its pages alone may be used up.
    pub(super) fn may_receive(&self) -> bool {
        matches!(self.used_up(), None | Some(Limit::Pages))
    }

    /// Takes one request for a picture of `site` from its share; answers how many bytes are left of
    /// that, nothing where it is used up.
    pub(super) fn begin_asset(&self, site: &SiteId, limits: Option<&AssetLimits>) -> Option<u64> {
        self.tally().album.begin(site, limits)
    }

    /// Gives a request for a picture back: it was not sent.
    pub(super) fn withdraw_asset(&self, site: &SiteId) {
        self.tally().album.withdraw(site);
    }

    /// Notes what a request for a picture of `site` received from `host`.
    pub(super) fn receive_asset(&self, host: &HostKey, site: &SiteId, bytes: u64) {
        let mut tally = self.tally();
        tally.album.receive(site, bytes);
        tally.purses.receive(host, bytes);
    }

    /// Has no more pictures of `site` asked for.
    pub(super) fn spend_assets_of(&self, site: &SiteId) {
        self.tally().album.spend(site);
    }

    /// Has no more pictures asked for of `host`.
    pub(super) fn leave_assets_of(&self, host: &HostKey) {
        self.tally().album.leave(host);
    }

    /// The sites whose shares of pictures are used up, and the hosts that are asked for none: they
    /// refused, or have used up their budgets of anything but pages.
    pub(super) fn without_assets(&self) -> (Vec<SiteId>, Vec<HostKey>) {
        let tally = self.tally();
        let now = self.now();
        let spent = tally.purses.spent(now).into_iter();
        let spent = spent.filter(|host| tally.purses.used_up_of(host, now) != Some(Limit::Pages));
        let hosts = tally.album.left().into_iter().chain(spent);
        (tally.album.spent(), hosts.collect())
    }

    /// The way that redirects took to `url`.
    pub(super) fn trail_behind(&self, url: &PageUrl, now: Timestamp) -> Vec<PageUrl> {
        self.tally().trails.behind(url, now)
    }

    /// Notes a redirect.
    pub(super) fn follow_redirect(&self, from: &PageUrl, to: &PageUrl, now: Timestamp) {
        self.tally().trails.follow(from, to, now);
    }

    /// Notes that an article redirects.
    pub(super) fn lead_away(&self, from: &PageUrl, to: &PageUrl) {
        self.tally().crowds.follow(from, to);
    }

    /// The pages that many articles of this run redirect to.
    pub(super) fn crowded(&self) -> Arc<HashSet<PageUrl>> {
        self.tally().crowds.crowded()
    }

    /// Notes a committed look, from which walks may go on at `next`, and tells of it.
    pub(super) async fn looked(&self, captured: Captured, next: &[PageUrl]) {
        {
            let mut tally = self.tally();
            tally.report.note(&captured);
            let (host, bytes) = (captured.url.host(), captured.wire_length);
            tally.purses.receive(&host, bytes);
            tally.walks.look(&captured.url, captured.sent_at, next);
        }
        self.tell_in_time(Event::Captured(Box::new(captured))).await;
    }

    /// Takes out of what a look at `url` leads to what no walk goes on at; answers where one may.
    pub(super) fn walk_on(&self, url: &PageUrl, capture: &mut Capture) -> Vec<PageUrl> {
        let tally = self.tally();
        let at = capture.sent_at;
        // what is planned with or without news has a schedule of its own: once in a run is enough
        let planned = capture.discovered.iter();
        let planned = planned.filter(|planned| !matches!(planned.due, Due::WithNews(_)));
        let planned: HashSet<PageUrl> = planned
            .filter(|planned| planned.kind.leads_on() && tally.walks.know(&planned.url))
            .map(|planned| planned.url.clone())
            .collect();
        let mut next = Vec::new();
        capture.discovered.retain(|found| {
            if !matches!(found.due, Due::WithNews(_)) {
                return true;
            }
            let leads_on =
                !planned.contains(&found.url) && tally.walks.lead_on(url, at, &found.url);
            if leads_on {
                next.push(found.url.clone());
            }
            leads_on
        });
        next
    }

    /// Adds a page to the scope of a run that looks at named pages.
    pub(super) fn widen(&self, pages: Vec<PageId>) {
        self.tally().led_to.extend(pages);
    }

    /// The pages added so far.
    pub(super) fn led_to(&self) -> Vec<PageId> {
        self.tally().led_to.clone()
    }

    /// Notes that a host rests and tells of it, once.
    pub(super) fn rests(&self, host: HostKey, until: Timestamp, reason: String) {
        let news = self.tally().report.note_rest(&host, until, &reason);
        if news {
            self.tell(Event::HostResting {
                host,
                until,
                reason,
            });
        }
    }

    /// Notes a lost lease and tells of it.
    pub(super) fn lost(&self, host: HostKey) {
        self.tally().report.leases_lost += 1;
        self.tell(Event::LeaseLost { host });
    }

    /// Changes the report.
    pub(super) fn amend(&self, change: impl FnOnce(&mut Report)) {
        change(&mut self.tally().report);
    }

    /// The report as it stands.
    pub(super) fn report(&self) -> Report {
        self.tally().report.clone()
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
