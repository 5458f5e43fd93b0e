//! The gates of all hosts asked in this run.
//!
//! A host's gate belongs to the worker that leased the host. The one guest is a robots.txt that
//! another host redirects to ([`super::guest`]): its request passes the gate of the host it goes
//! to, so the gates are found here by host, and each is held from asking until the answer is
//! judged. A gate is here only while its host is lent to this run.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::model::{HostKey, HostState, PageUrl};
use crate::politeness::HostGate;

use super::world::World;

/// One host's gate, held by one request at a time.
pub(super) type Gate = Arc<tokio::sync::Mutex<HostGate>>;

/// The gates by host.
#[derive(Debug, Default)]
pub(super) struct Gates(Mutex<HashMap<HostKey, Gate>>);

impl Gates {
    /// The gate of the host of `url`; a new one starts from a blank clock.
    pub(super) fn of(&self, world: &World, url: &PageUrl) -> Gate {
        let host = url.host();
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || {
            let settings = world.gate_settings(&host, url);
            Arc::new(tokio::sync::Mutex::new(HostGate::new(
                settings,
                HostState::default(),
            )))
        };
        Arc::clone(gates.entry(host.clone()).or_insert_with(fresh))
    }

    /// Enters the gate of the host of `url`, which was lent with its clock at `state`.
    pub(super) async fn take_over(
        &self,
        world: &World,
        url: &PageUrl,
        state: &HostState,
    ) -> OwnedMutexGuard<HostGate> {
        loop {
            let mut entered = self.of(world, url).lock_owned().await;
            // a guest that gave the host back a moment ago may have its gate forgotten only now
            if self.is_of(&url.host(), &entered) {
                entered.absorb(state);
                return entered;
            }
        }
    }

    /// The gate of `host`, where it is lent to this run.
    pub(super) fn known(&self, host: &HostKey) -> Option<Gate> {
        let gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.get(host).map(Arc::clone)
    }

    /// Whether `gate` is still the one of `host`: it may have been given back while it was waited
    /// for.
    pub(super) fn is_of(&self, host: &HostKey, gate: &OwnedMutexGuard<HostGate>) -> bool {
        let held = OwnedMutexGuard::mutex(gate);
        self.known(host)
            .is_some_and(|known| Arc::ptr_eq(&known, held))
    }

    /// Forgets the gate of a host that is given back: another process may ask it next, and the
    /// lease brings its clock. To be called while the gate is held, or a guest passes it yet.
    pub(super) fn forget(&self, host: &HostKey) {
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.remove(host);
    }
}
