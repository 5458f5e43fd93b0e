//! Where answers are read: as many at once as there are processors, and no more of them than there
//! is room for.
//!
//! Reading is work for processors, so more at once would only take more memory: a document takes up
//! to thirty times what its page does, and every host may have a large one. So pages share [`ROOM`]
//! by their length, and one that fills it is read alone. How long a page is shows once its coding
//! is undone; a coded one is given room for what is usual, and all of it where that is too little.

use std::thread::available_parallelism;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::decode;
use crate::model::Fetched;

use super::lectern::Lectern;

/// Bytes of pages read at once: the most that is read of one page.
const ROOM: usize = super::reading::READ_BYTES;

/// Room is given out in so many bytes.
const UNIT: usize = 1024;

/// A page beyond keeps its room until it is kept itself.
const LARGE: usize = 256 * 1024;

/// Pages are packed to a fifth of their length as a rule.
const USUAL_PACKING: usize = 8;

/// The desks of a run.
#[derive(Debug)]
pub(super) struct Desks {
    free: Semaphore,
    room: Semaphore,
    /// Where those are read that fill the room.
    pub(super) lectern: Lectern,
}

/// A desk, and the room on it, until it is dropped.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    place: Option<SemaphorePermit<'a>>,
    room: Option<SemaphorePermit<'a>>,
}

/// How much room an answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// For so many bytes, codings undone.
    For(usize),
    /// All there is.
    All,
}

impl Room {
    /// Enough for `fetched` as a rule.
    pub(super) fn usual(fetched: Option<&Fetched>) -> Self {
        let Some(fetched) = fetched else {
            return Self::For(UNIT);
        };
        let length = fetched.body.len().max(UNIT);
        let needed = if decode::is_coded(fetched) {
            length.saturating_mul(USUAL_PACKING)
        } else {
            length
        };
        if needed < ROOM {
            Self::For(needed)
        } else {
            Self::All
        }
    }

    /// The most bytes of a body that may be unpacked in it.
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::For(bytes) => u64::try_from(bytes).unwrap_or(u64::MAX),
            Self::All => u64::MAX,
        }
    }

    fn units(self) -> u32 {
        let bytes = match self {
            Self::For(bytes) => bytes.min(ROOM),
            Self::All => ROOM,
        };
        u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
    }
}

impl Default for Desks {
    fn default() -> Self {
        // where the system does not tell, one is enough to go on
        let all = available_parallelism().map_or(1, |count| count.get().min(64));
        Self {
            free: Semaphore::new(all),
            room: Semaphore::new(ROOM / UNIT),
            lectern: Lectern::default(),
        }
    }
}

impl Desks {
    /// A desk with so much room as soon as there is one.
    pub(super) async fn take(&self, room: Room) -> Desk<'_> {
        // neither is ever closed; who has a desk has its room already, and waits for nobody
        let room = self.room.acquire_many(room.units()).await.ok();
        Desk {
            room,
            place: self.free.acquire().await.ok(),
        }
    }
}

impl Desk<'_> {
    /// Leaves the processor to others. What a large page needs it needs until it is kept.
    pub(super) fn left(mut self) -> Self {
        drop(self.place.take());
        self.room = self.room.filter(|room| room.num_permits() > LARGE / UNIT);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_large_answer_is_read_alone_and_keeps_its_room() {
        let desks = Desks::default();
        let ordinary = desks.take(Room::For(40_000)).await;
        assert!(desks.room.try_acquire_many(Room::All.units()).is_err());
        let ordinary = ordinary.left();
        assert_eq!(desks.room.available_permits(), ROOM / UNIT);
        drop(ordinary);
        let places = desks.free.available_permits();
        for large in [Room::All, Room::For(20 * ROOM)] {
            let large = desks.take(large).await.left();
            assert_eq!(desks.room.available_permits(), 0);
            assert_eq!(desks.free.available_permits(), places);
            drop(large);
        }
        assert_eq!(desks.room.available_permits(), ROOM / UNIT);
    }
}
