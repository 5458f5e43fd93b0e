//! Room for hosts worked on side by side, shared by all runs of a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::{HostKey, SiteId};

/// So many seats, each for a worker on one host.
#[derive(Debug)]
pub(super) struct Room {
    seats: Arc<Semaphore>,
    /// The hosts that are worked on, and for which sites.
    hosts: Mutex<HashMap<HostKey, Arc<[SiteId]>>>,
}

/// A seat that is free to be taken.
#[derive(Debug)]
pub(super) struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// A seat that is taken; it is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Taken {
    room: Arc<Room>,
    host: HostKey,
    _seat: Seat,
}

impl Room {
    /// Room for work on `hosts` at once.
    pub(super) fn new(hosts: usize) -> Arc<Self> {
        Arc::new(Self {
            seats: Arc::new(Semaphore::new(hosts.min(Semaphore::MAX_PERMITS))),
            hosts: Mutex::default(),
        })
    }

    /// Up to `wanted` seats, as many as are free now.
    pub(super) fn free(&self, wanted: usize) -> Vec<Seat> {
        std::iter::from_fn(|| Arc::clone(&self.seats).try_acquire_owned().ok())
            .take(wanted)
            .map(|permit| Seat { _permit: permit })
            .collect()
    }

    /// One seat, as soon as there is one.
    pub(super) async fn seat(&self) -> Seat {
        match Arc::clone(&self.seats).acquire_owned().await {
            Ok(permit) => Seat { _permit: permit },
            // nobody closes it
            Err(_closed) => std::future::pending().await,
        }
    }

    /// Takes `seat` for work on `host` in a run of `sites`.
    pub(super) fn take(
        self: &Arc<Self>,
        seat: Seat,
        host: HostKey,
        sites: &Arc<[SiteId]>,
    ) -> Taken {
        self.hosts().insert(host.clone(), Arc::clone(sites));
        Taken {
            room: Arc::clone(self),
            host,
            _seat: seat,
        }
    }

    /// Whether a run of this process works on `host` for any of `sites`.
    pub(super) fn works_on(&self, host: &HostKey, sites: &[SiteId]) -> bool {
        let hosts = self.hosts();
        let served = hosts.get(host);
        served.is_some_and(|served| served.iter().any(|site| sites.contains(site)))
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<HostKey, Arc<[SiteId]>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.hosts().remove(&self.host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_taken_for_a_host_and_free_again_afterwards() {
        let host = crate::model::PageUrl::parse("http://a.cn/")
            .expect("url")
            .host();
        let sites: Arc<[SiteId]> = [SiteId::new("a")].into();
        let room = Room::new(2);
        let mut seats = room.free(5);
        assert_eq!(seats.len(), 2);
        assert!(room.free(1).is_empty());
        let taken = room.take(seats.pop().expect("a seat"), host.clone(), &sites);
        assert!(room.works_on(&host, &sites));
        assert!(!room.works_on(&host, &[SiteId::new("b")]));
        drop(taken);
        assert!(!room.works_on(&host, &sites));
        assert_eq!(room.free(5).len(), 1, "the other is still held");
    }
}
