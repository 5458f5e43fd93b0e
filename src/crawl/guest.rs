//! A request to a host by the worker of another: a robots.txt may redirect anywhere.
//!
//! Where a worker of this run holds the host, its gate is shared for the one request. Elsewhere the
//! host is leased by name, so that it is asked by nobody else meanwhile, and given back with what
//! its clock learned. Who holds it in another process is waited for, no longer than a lease lasts:
//! two hosts whose files lead to each other must not wait for each other for ever.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use crate::archive::{ArchiveError, Lease, Loan, WithheldReason};
use crate::model::{HostKey, PageUrl, Request, Timestamp};
use crate::politeness::{HostGate, Observed};

use super::courier::{Held, Sent, keep_lease, send_through};
use super::gates::Gate;
use super::robots::RobotsDesk;
use super::shared::Shared;

/// How often a host that another process holds is asked for; a wish for it stands longer.
const POLL: Duration = Duration::from_secs(5);
/// How often the own lease is looked after while a gate is waited for.
const WATCH: Duration = Duration::from_secs(30);

/// Leave to ask a host once.
pub(super) struct Guest {
    host: HostKey,
    /// The lease of the host, where no worker of this run has it.
    lease: Option<Held>,
    gate: Gate,
    entered: Option<OwnedMutexGuard<HostGate>>,
}

/// How asking for leave ended.
pub(super) enum Leave {
    Given(Guest),
    /// The host rests, or is held by another process all the time.
    Refused(String),
    /// A stop was requested.
    Stopped,
}

/// Asks for leave to send one request for `url`; `own` is the lease of the worker that asks.
pub(super) async fn ask_leave(
    shared: &Shared,
    own: &mut Held,
    url: &PageUrl,
) -> Result<Leave, ArchiveError> {
    let host = url.host();
    let settings = &shared.world.settings;
    let patience = shared.now().plus(settings.lease_length);
    loop {
        if let Some(gate) = shared.gates.known(&host) {
            let Some(entered) = enter(shared, own, &gate).await? else {
                return Ok(Leave::Stopped);
            };
            if shared.gates.is_of(&host, &entered) {
                return Ok(Leave::Given(Guest {
                    host,
                    lease: None,
                    gate,
                    entered: Some(entered),
                }));
            }
            continue;
        }
        let now = shared.now();
        let until = now.plus(settings.lease_length);
        let loan = shared.world.archive.lease_host(host.clone(), now, until);
        let withheld = match loan.await? {
            Loan::Lent(lease) => return Ok(Leave::Given(Guest::with(shared, url, *lease).await?)),
            Loan::Withheld(withheld) => withheld,
        };
        if withheld.reason == WithheldReason::Resting {
            return Ok(Leave::Refused(withheld.because.unwrap_or_default()));
        }
        if now >= patience {
            return Ok(Leave::Refused("another process works on it".to_owned()));
        }
        let again = withheld.until.min(now.plus(POLL)).max(now.plus(POLL / 50));
        keep_lease(shared, own, again).await?;
        if stopped_before(shared, again).await {
            return Ok(Leave::Stopped);
        }
    }
}

/// Waits for `gate`, which another request may hold for long; nothing where a stop was requested.
pub(super) async fn enter(
    shared: &Shared,
    own: &mut Held,
    gate: &Gate,
) -> Result<Option<OwnedMutexGuard<HostGate>>, ArchiveError> {
    if let Ok(entered) = Gate::clone(gate).try_lock_owned() {
        return Ok(Some(entered));
    }
    let mut entering = pin!(Gate::clone(gate).lock_owned());
    loop {
        let watch = shared.now().plus(WATCH);
        keep_lease(shared, own, watch).await?;
        tokio::select! {
            biased;
            entered = &mut entering => return Ok(Some(entered)),
            stopped = stopped_before(shared, watch) => if stopped { return Ok(None) },
        }
    }
}

/// Waits for `gate` even while the run ends: whoever holds it is about to leave it.
pub(super) async fn enter_last(
    shared: &Shared,
    own: &mut Held,
    gate: &Gate,
) -> Result<OwnedMutexGuard<HostGate>, ArchiveError> {
    match enter(shared, own, gate).await? {
        Some(entered) => Ok(entered),
        None => Ok(Gate::clone(gate).lock_owned().await),
    }
}

async fn stopped_before(shared: &Shared, instant: Timestamp) -> bool {
    tokio::select! {
        biased;
        () = shared.stop.requested() => true,
        () = shared.world.clock.sleep_until(instant) => false,
    }
}

impl Guest {
    /// Takes up a lease: the gate goes on where the last holder left it.
    async fn with(shared: &Shared, url: &PageUrl, lease: Lease) -> Result<Self, ArchiveError> {
        drop(
            shared
                .gates
                .take_over(&shared.world, url, &lease.state)
                .await,
        );
        // what its own file asks for, where it is kept: it counts for who asks next
        let mut robots = RobotsDesk::of(&lease);
        let mut held = Held {
            token: lease.token,
            until: lease.until,
        };
        robots.recall(shared, &mut held, url).await?;
        let gate = shared.gates.of(&shared.world, url);
        let mut entered = Gate::clone(&gate).lock_owned().await;
        if lease.left_behind {
            entered.learn(shared.now(), Observed::Abandoned);
        }
        Ok(Self {
            host: lease.host,
            lease: Some(held),
            gate,
            entered: Some(entered),
        })
    }

    /// Sends the one request.
    pub(super) async fn send(
        &mut self,
        shared: &Shared,
        own: &mut Held,
        request: Request,
    ) -> Result<Sent, ArchiveError> {
        let entered = match self.entered.take() {
            Some(entered) => entered,
            None => Gate::clone(&self.gate).lock_owned().await,
        };
        match &mut self.lease {
            Some(lease) => send_through(shared, &mut [own, lease], entered, request).await,
            None => send_through(shared, &mut [own], entered, request).await,
        }
    }

    /// Gives the host back with its clock, where it was leased for this.
    pub(super) async fn leave(mut self, shared: &Shared) -> Result<(), ArchiveError> {
        let entered = self.entered.take();
        let Some(lease) = self.lease.take() else {
            return Ok(());
        };
        let gate = match entered {
            Some(entered) => entered,
            None => self.gate.lock_owned().await,
        };
        let released = shared
            .world
            .archive
            .release(lease.token, gate.state())
            .await;
        shared.gates.forget(&self.host);
        match released {
            // it ran out, and somebody else has the host: there is nothing left to give back
            Err(ArchiveError::LeaseLost { .. }) => Ok(()),
            other => other,
        }
    }
}
