//! One polite request: waits at the gate of its host, then for the turn of its address, keeps the
//! lease alive, sends, and can be stopped.

use tokio::sync::OwnedMutexGuard;

use crate::archive::{ArchiveError, LeaseToken};
use crate::model::{FetchError, Fetched, Request, Timestamp};
use crate::politeness::{HostGate, Observed, RetryAfter, Verdict, retry_after};

use super::event::Event;
use super::guest::enter;
use super::shared::Shared;
use super::turn::{Turn, count_elsewhere, take_turn};

/// The lease under which requests are made.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) token: LeaseToken,
    pub(super) until: Timestamp,
}

/// How a request went.
#[derive(Debug)]
pub(super) enum Sent {
    /// It was sent and ended.
    Ended(Box<Exchange>),
    /// The host is to be left alone; nothing was sent.
    Resting(String),
    /// There was no room for its answer, for which the host is not to blame: ask again.
    Crowded,
    /// A stop was requested before an answer came.
    Stopped,
}

/// A request that was sent and ended. The gate is held until [`Exchange::judge`] tells it how it
/// went, so that nobody asks the host meanwhile.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) began: Timestamp,
    pub(super) ended: Timestamp,
    pub(super) result: Result<Fetched, FetchError>,
    gate: OwnedMutexGuard<HostGate>,
}

impl Exchange {
    /// Tells the gate how the exchange went; `refused` where the page turned out to be a refusal.
    pub(super) fn judge(mut self, refused: bool) -> OwnedMutexGuard<HostGate> {
        let mut elapsed = self.ended.since(self.began);
        if let Ok(fetched) = &self.result {
            // without what it waited for room
            elapsed = elapsed.min(fetched.elapsed);
        }
        let observed = match &self.result {
            Ok(_) if refused => Observed::Refused { elapsed },
            Ok(fetched) => Observed::Answered {
                status: fetched.status,
                retry_after: asked_to_wait(fetched, self.ended),
                elapsed,
            },
            Err(error) if error.was_never_sent() => Observed::Abandoned,
            Err(_) => Observed::Failed { elapsed },
        };
        self.gate.learn(self.ended, observed);
        self.gate
    }

    /// Tells the gate that the host was asked, and nothing of how it is.
    pub(super) fn set_aside(mut self) {
        self.gate.learn(self.ended, Observed::Abandoned);
    }
}

fn asked_to_wait(fetched: &Fetched, now: Timestamp) -> Option<RetryAfter> {
    retry_after(fetched.headers.all("retry-after"), now)
}

/// Sends one request to the leased host as soon as its gate opens.
pub(super) async fn send(
    shared: &Shared,
    held: &mut Held,
    request: Request,
) -> Result<Sent, ArchiveError> {
    let gate = shared.gates.of(&shared.world, &request.url);
    // a guest may hold it for as long as the host wants to be left alone
    let Some(gate) = enter(shared, held, &gate).await? else {
        return Ok(Sent::Stopped);
    };
    send_through(shared, &mut [held], gate, request).await
}

/// Sends one request as soon as `gate` opens, keeping all leases it needs.
pub(super) async fn send_through(
    shared: &Shared,
    held: &mut [&mut Held],
    mut gate: OwnedMutexGuard<HostGate>,
    request: Request,
) -> Result<Sent, ArchiveError> {
    let clock = &shared.world.clock;
    loop {
        if shared.stop.is_requested() {
            return Ok(Sent::Stopped);
        }
        match gate.ask(clock.now()) {
            Verdict::Go => break,
            Verdict::Resting { reason, .. } => return Ok(Sent::Resting(reason)),
            Verdict::WaitUntil(instant) => {
                shared.tell(Event::HostWaits {
                    host: request.url.host(),
                    until: instant,
                });
                for held in &mut *held {
                    keep_lease(shared, held, instant).await?;
                }
                tokio::select! {
                    () = shared.stop.requested() => return Ok(Sent::Stopped),
                    () = clock.sleep_until(instant) => {}
                }
            }
        }
    }
    for held in &mut *held {
        keep_lease(shared, held, clock.now()).await?;
    }
    let turn = take_turn(shared, held, &request.url).await?;
    let began = clock.now();
    let address = match turn {
        Turn::Come(address) => address,
        Turn::Nowhere(error) => {
            return Ok(Sent::Ended(Box::new(Exchange {
                began,
                ended: began,
                result: Err(error),
                gate,
            })));
        }
        Turn::Stopped => return Ok(Sent::Stopped),
    };
    let result = tokio::select! {
        biased;
        result = shared.world.fetch.fetch(request) => result,
        () = shared.grace_after_stop() => {
            gate.learn(clock.now(), Observed::Abandoned);
            return Ok(Sent::Stopped);
        }
    };
    let ended = clock.now();
    if matches!(result, Err(FetchError::NoRoom { .. })) {
        gate.learn(ended, Observed::Abandoned);
        return Ok(Sent::Crowded);
    }
    if let Ok(fetched) = &result {
        count_elsewhere(shared, address, fetched, began).await?;
    }
    Ok(Sent::Ended(Box::new(Exchange {
        began,
        ended,
        result,
        gate,
    })))
}

/// Prolongs the lease so that it covers an exchange begun at `instant`.
pub(super) async fn keep_lease(
    shared: &Shared,
    held: &mut Held,
    instant: Timestamp,
) -> Result<(), ArchiveError> {
    let settings = &shared.world.settings;
    if held.until >= instant.plus(settings.exchange_limit) {
        return Ok(());
    }
    let until = instant.plus(settings.lease_length.max(settings.exchange_limit));
    shared.world.archive.renew(held.token, until).await?;
    held.until = until;
    Ok(())
}
