//! One worker, one leased host: visits its due pages one after the other.

mod again;
mod asking;
mod counter;
mod parts;
mod way;

use std::sync::Arc;

use tracing::Instrument as _;

use crate::archive::{ArchiveError, Capture, Due, Lease, Planned, Visit};
use crate::model::{Conditional, HostKey, HostState, Outcome, PageKind, PageUrl};
use crate::politeness::{HostGate, Observed, RestReason};
use crate::schedule;

use super::courier::{Exchange, Held, Sent, keep_lease, send};
use super::desks::{Desk, Room};
use super::digest::{
    DigestContext, Digested, Follow, META_REFRESH, Opening, Sighting, digest, open,
};
use super::event::{Captured, Event};
use super::guest::enter_last;
use super::robots::RobotsDesk;
use super::screen::is_of_the_whole_host;
use super::shared::Shared;
use way::Way;

/// Whether to go on with the next page of the host.
enum Next {
    GoOn,
    /// The host rests, the budget is used up or a stop was requested; the rest stays due.
    Leave,
}

/// Visits the pages of `lease` and gives the host back. A lost lease ends the work, not the run.
pub(super) async fn work(shared: Arc<Shared>, lease: Lease) -> Result<(), ArchiveError> {
    shared.tell(Event::HostLeased {
        host: lease.host.clone(),
        visits: lease.visits.len(),
    });
    match Worker::new(&shared, lease).visit_all().await {
        Err(ArchiveError::LeaseLost { host }) => {
            shared.lost(host);
            Ok(())
        }
        other => other,
    }
}

struct Worker<'a> {
    shared: &'a Shared,
    host: HostKey,
    held: Held,
    state: HostState,
    left_behind: bool,
    robots: RobotsDesk,
    visits: Vec<Visit>,
    /// Whether a list led to pages that had not been known.
    found_new: bool,
}

impl<'a> Worker<'a> {
    fn new(shared: &'a Shared, lease: Lease) -> Self {
        let robots = RobotsDesk::of(&lease);
        Self {
            shared,
            robots,
            host: lease.host,
            held: Held {
                token: lease.token,
                until: lease.until,
            },
            state: lease.state,
            left_behind: lease.left_behind,
            visits: lease.visits,
            found_new: false,
        }
    }

    async fn visit_all(mut self) -> Result<(), ArchiveError> {
        let visits = std::mem::take(&mut self.visits);
        let Some(first) = visits.first().map(|visit| visit.url.clone()) else {
            let state = self.state;
            return self
                .shared
                .world
                .archive
                .release(self.held.token, state)
                .await;
        };
        let gates = &self.shared.gates;
        drop(
            gates
                .take_over(&self.shared.world, &first, &self.state)
                .await,
        );
        let gate = gates.of(&self.shared.world, &first);
        if self.left_behind {
            let (robots, held) = (&mut self.robots, &mut self.held);
            robots.recall(self.shared, held, &first).await?;
            let mut entered = enter_last(self.shared, held, &gate).await?;
            entered.learn(self.shared.now(), Observed::Abandoned);
        }
        let mut left = visits.len();
        let mut failed = Ok(());
        for visit in visits {
            if self.found_new && !visit.kind.leads_on() {
                // what was found goes before what was lent: the next lease has the order right
                break;
            }
            let span = tracing::info_span!(
                "visit",
                host = %self.host,
                url = %visit.url,
                run = self.shared.run.0
            );
            match self.visit(visit).instrument(span).await {
                Ok(Next::GoOn) => left -= 1,
                Ok(Next::Leave) => break,
                Err(error) => {
                    failed = Err(error);
                    break;
                }
            }
        }
        if self.shared.stop.is_requested() || self.shared.budget_left() == 0 {
            let left = u64::try_from(left).unwrap_or(u64::MAX);
            self.shared.amend(|report| report.note_given_back(left));
        }
        if let Some(limit) = self.shared.used_up_of(&self.host) {
            let left = u64::try_from(left).unwrap_or(u64::MAX);
            let host = &self.host;
            self.shared
                .amend(|report| report.note_spent(host, limit, left));
        }
        // held until the host is given back: a guest that waits here must not ask it afterwards
        let gate = match enter_last(self.shared, &mut self.held, &gate).await {
            Ok(entered) => entered,
            // to give the host back fails then, and says so
            Err(_lost) => gate.lock_owned().await,
        };
        let state = gate.state();
        self.say_whether_resting(&state);
        let archive = &self.shared.world.archive;
        let released = archive.release(self.held.token, state).await;
        self.shared.gates.forget(&self.host);
        failed.and(released)
    }

    async fn visit(&mut self, visit: Visit) -> Result<Next, ArchiveError> {
        let shared = self.shared;
        if shared.stop.is_requested() || !shared.begin_page(&visit.url) {
            return Ok(Next::Leave);
        }
        let way = if shared.traps.bar(&shared.world.rules, &visit) {
            Way::trapped(shared.now())
        } else {
            let robots = &mut self.robots;
            let permission = robots.permission(shared, &mut self.held, &visit.url);
            Way::of(permission.await?, shared.now())
        };
        let sighting = match way {
            Way::Free => return self.look(visit).await,
            Way::Barred(sighting) => *sighting,
            Way::Resting | Way::Stopped => {
                shared.withdraw_page(&self.host);
                return Ok(Next::Leave);
            }
        };
        let url = visit.url.clone();
        let mut capture = digest(&visit, sighting, &self.context(&url));
        capture.host_state = self.clock_of(&url).await?;
        self.commit(&visit, capture).await?;
        self.next_unless_resting(&url).await
    }

    /// Asks for the page and commits what comes of it.
    async fn look(&mut self, visit: Visit) -> Result<Next, ArchiveError> {
        let shared = self.shared;
        let request = self.request(&visit);
        let in_full = request.conditional == Conditional::default();
        let exchange = match send(shared, &mut self.held, request).await? {
            Sent::Ended(exchange) => exchange,
            Sent::Resting(_) | Sent::Crowded | Sent::Stopped => {
                shared.withdraw_page(&self.host);
                return Ok(Next::Leave);
            }
        };
        let url = visit.url.clone();
        let mut items = Vec::new();
        let mut desk = None;
        let digested = match self.read(&visit, &exchange, in_full, open).await {
            Ok((digested, taken)) => {
                desk = Some(taken);
                Some(digested)
            }
            Err(Undigested::Unreadable) => None,
            Err(Undigested::Stopped) => {
                exchange.judge(false);
                shared.withdraw_page(&self.host);
                return Ok(Next::Leave);
            }
        };
        let mut capture = match digested {
            Some(Digested::Whole(mut capture, shown)) => {
                items = shown;
                capture.host_state = learn(*exchange, &capture);
                *capture
            }
            Some(Digested::GoesOn(opening)) => {
                exchange.judge(false);
                // the others that are read meanwhile need the room
                drop(desk.take());
                let Some(capture) = self.whole(&visit, opening).await? else {
                    shared.withdraw_page(&self.host);
                    return Ok(Next::Leave);
                };
                capture
            }
            None => {
                let mut capture = self.unreadable(&visit);
                capture.host_state = learn(*exchange, &capture);
                capture
            }
        };
        let rules = &shared.world.rules;
        shared.traps.note(rules, &visit, &items, &mut capture);
        self.commit(&visit, capture).await?;
        drop(desk);
        self.next_unless_resting(&url).await
    }

    /// Asks for what `opening` lacks, its later parts and its views, and puts the article together;
    /// nothing where a stop was requested between parts, so that no half of it is kept.
    async fn whole(
        &mut self,
        visit: &Visit,
        mut opening: Box<Opening>,
    ) -> Result<Option<Capture>, ArchiveError> {
        let Some(rest) = self.gather(visit, &opening).await? else {
            return Ok(None);
        };
        let count = match opening.take_counter() {
            Some(counter) => Some(self.count(visit, counter).await?),
            None => None,
        };
        let joined = self
            .digesting(visit, Room::usual(None), move |visit, context| {
                opening.joined(visit, rest.texts, rest.missing, count, context)
            })
            .await;
        let mut capture = match joined {
            Ok((capture, _desk)) => capture,
            Err(Undigested::Unreadable) => self.unreadable(visit),
            Err(Undigested::Stopped) => return Ok(None),
        };
        capture.host_state = self.clock_of(&visit.url).await?;
        Ok(Some(capture))
    }

    /// Reads what came of `exchange`, with as much room as it needs as a rule, and where that is too
    /// little with all there is. The room is the caller's until the page is kept.
    async fn read<T: Send + 'static>(
        &self,
        visit: &Visit,
        exchange: &Exchange,
        in_full: bool,
        read: fn(&Visit, Sighting, &DigestContext) -> Option<T>,
    ) -> Result<(T, Desk<'a>), Undigested> {
        for room in [Room::usual(exchange.result.as_ref().ok()), Room::All] {
            let sighting = sighting(exchange, in_full);
            let work = move |visit: &Visit, context: &DigestContext| read(visit, sighting, context);
            if let (Some(done), desk) = self.digesting(visit, room, work).await? {
                return Ok((done, desk));
            }
        }
        Err(Undigested::Unreadable)
    }

    /// Does `work` in `room` on a thread for it: a parsed page may not cross threads, and takes
    /// its time. A page that breaks the reader or takes too long must not break the run, nor hold it
    /// up once a stop was requested.
    async fn digesting<T: Send + 'static>(
        &self,
        visit: &Visit,
        room: Room,
        work: impl FnOnce(&Visit, &DigestContext) -> T + Send + 'static,
    ) -> Result<(T, Desk<'a>), Undigested> {
        let clock = &self.shared.world.clock;
        let mut desk = tokio::select! {
            biased;
            desk = self.shared.desks.take(room) => desk,
            () = self.shared.grace_after_stop() => return Err(Undigested::Stopped),
        };
        let limit = clock.now().plus(self.shared.world.settings.digest_limit);
        let context = DigestContext {
            room_bytes: room.bytes(),
            pictures: self
                .shared
                .world
                .asset_limits(&visit.site)
                .map(|limits| limits.article_pictures),
            ..self.context(&visit.url)
        };
        let asked = visit.clone();
        let span = tracing::Span::current();
        let read = move || span.in_scope(|| work(&asked, &context));
        let trouble = tokio::select! {
            biased;
            digested = desk.read(read) => match digested {
                Some(digested) => return Ok((digested, desk.left())),
                None => "it broke the reader",
            },
            // the thread cannot be stopped; the host and the run need not wait for it
            () = clock.sleep_until(limit) => "it took too long",
            () = self.shared.grace_after_stop() => return Err(Undigested::Stopped),
        };
        // the look that failed is told by who listens, as every other
        tracing::debug!("gave up reading a page: {trouble}");
        Err(Undigested::Unreadable)
    }

    /// A look at a page that could not be read.
    fn unreadable(&self, visit: &Visit) -> Capture {
        let unreadable = Sighting::Refused {
            at: self.shared.now(),
            reason: "unreadable".to_owned(),
            backoff: schedule::refusal(None),
        };
        Capture {
            outcome: Outcome::Failed,
            ..digest(visit, unreadable, &self.context(&visit.url))
        }
    }

    fn context(&self, url: &PageUrl) -> DigestContext {
        let shared = self.shared;
        DigestContext {
            run: shared.run,
            rules: Arc::clone(&shared.world.rules),
            follow: shared.follow,
            max_depth: shared.world.settings.max_depth,
            body_limit_bytes: shared.world.settings.body_limit_bytes,
            room_bytes: u64::MAX,
            trail: shared.trail_behind(url, shared.now()),
            crowded: shared.crowded(),
            pictures: None,
        }
    }

    /// The clock of the host of `url` as its gate has it now.
    async fn clock_of(&mut self, url: &PageUrl) -> Result<HostState, ArchiveError> {
        let gate = self.shared.gates.of(&self.shared.world, url);
        let entered = enter_last(self.shared, &mut self.held, &gate).await?;
        Ok(entered.state())
    }

    async fn commit(&mut self, visit: &Visit, mut capture: Capture) -> Result<(), ArchiveError> {
        let shared = self.shared;
        capture.notices.extend(self.robots.take_notices());
        let archive = &shared.world.archive;
        keep_lease(shared, &mut self.held, shared.now()).await?;
        let next = shared.walk_on(&visit.url, &mut capture);
        if visit.depth == 0 && shared.follow == Follow::Site {
            self.take_sitemaps(visit, &mut capture);
        }
        let told = Captured::of(visit, &capture);
        let redirect = capture.redirect.clone();
        let is_part = capture
            .reason
            .as_deref()
            .is_some_and(|reason| reason != META_REFRESH);
        let at = capture.sent_at;
        let committed = archive.commit(self.held.token, capture).await?;
        if let Some(redirect) = redirect {
            shared.follow_redirect(&visit.url, &redirect.to, at);
            if visit.kind == PageKind::Article && !is_part {
                shared.lead_away(&visit.url, &redirect.to);
            }
            if shared.follow == Follow::Redirects {
                let target = Planned {
                    url: redirect.to,
                    site: visit.site.clone(),
                    kind: visit.kind.of_target(),
                    due: Due::IfNew(at),
                    depth: visit.depth.saturating_add(1),
                    referer: Some(visit.url.clone()),
                    claim: None,
                };
                shared.widen(archive.plan(vec![target]).await?);
            }
        }
        if committed.new_pages > 0 && told.kind.leads_on() {
            self.found_new = true;
            if told.kind == PageKind::List {
                self.look_again_soon(visit, at).await?;
            }
        }
        let told = Captured {
            version_no: committed.version_no,
            new_pages: committed.new_pages,
            ..told
        };
        Box::pin(shared.looked(told, &next)).await;
        Ok(())
    }

    async fn next_unless_resting(&mut self, url: &PageUrl) -> Result<Next, ArchiveError> {
        let resting_until = self.clock_of(url).await?.resting_until;
        if resting_until.is_some_and(|until| until > self.shared.now()) {
            Ok(Next::Leave)
        } else {
            Ok(Next::GoOn)
        }
    }

    fn say_whether_resting(&self, state: &HostState) {
        if let Some(until) = state
            .resting_until
            .filter(|until| *until > self.shared.now())
        {
            let reason = state.resting_reason.clone().unwrap_or_default();
            self.shared.rests(self.host.clone(), until, reason);
        }
    }
}

/// Why there is nothing to show for an answer.
enum Undigested {
    /// The page breaks its reader, or takes too long.
    Unreadable,
    /// A stop was requested, and no more time is left.
    Stopped,
}

/// What came of an exchange that asked for a page, `in_full` or for what is newer than is kept.
fn sighting(exchange: &Exchange, in_full: bool) -> Sighting {
    match exchange.result.clone() {
        // an answer to a question that was not asked confirms nothing
        Ok(fetched) if in_full && fetched.status == 304 => Sighting::Unasked(fetched),
        Ok(fetched) => Sighting::Answered(fetched),
        Err(error) => Sighting::Failed {
            at: exchange.began,
            error,
            instead: None,
        },
    }
}

/// Tells the gate how the exchange went, and gives the host's clock after it.
fn learn(exchange: Exchange, capture: &Capture) -> HostState {
    let reason = capture.reason.as_deref().unwrap_or_default();
    let challenged = is_of_the_whole_host(reason);
    let refused = challenged || reason.starts_with("blocked:");
    let ended = exchange.ended;
    let mut gate = exchange.judge(refused);
    if challenged {
        HostGate::rest_for(&mut gate, ended, &RestReason::Challenge(reason.to_owned()));
    }
    gate.state()
}
