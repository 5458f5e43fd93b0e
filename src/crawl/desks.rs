//! Where answers are read: as many at once as there are processors, and no more of them than there
//! is room for.
//!
//! Reading is work for processors, so more at once would only take more memory: a document takes up
//! to thirty times what its page does, and every host may have a large one. So pages share [`ROOM`]
//! by their length, and one that fills it is read alone. How long a page is shows once its coding
//! is undone; a coded one is given room for what is usual, and all of it where that is too little.

use std::sync::{Mutex, MutexGuard, PoisonError};
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
    lecterns: Mutex<Lecterns>,
}

/// The threads that read nothing just now.
#[derive(Debug, Default)]
struct Lecterns {
    /// The one that was left last at the end.
    ordinary: Vec<Lectern>,
    /// Where those are read that fill the room: a thread keeps what the largest of its pages took.
    large: Option<Lectern>,
}

/// A desk, and the room on it, until it is dropped.
#[derive(Debug)]
pub(super) struct Desk<'a> {
    desks: &'a Desks,
    is_large: bool,
    lectern: Option<Lectern>,
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
            lecterns: Mutex::default(),
        }
    }
}

impl Desks {
    /// A desk with so much room as soon as there is one.
    pub(super) async fn take(&self, room: Room) -> Desk<'_> {
        // neither is ever closed; who has a desk has its room already, and waits for nobody
        let is_large = room == Room::All;
        let room = self.room.acquire_many(room.units()).await.ok();
        let place = self.free.acquire().await.ok();
        let mut lecterns = self.lecterns();
        let lectern = if is_large {
            lecterns.large.take()
        } else {
            lecterns.ordinary.pop()
        };
        Desk {
            desks: self,
            is_large,
            lectern: Some(lectern.unwrap_or_default()),
            place,
            room,
        }
    }

    fn lecterns(&self) -> MutexGuard<'_, Lecterns> {
        self.lecterns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Desk<'_> {
    /// What `work` comes to on the thread of this desk; nothing comes where it panics or no thread
    /// can be had. Who stops waiting leaves the thread to a page that may not end; the next page
    /// here has a new one.
    pub(super) async fn read<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let mut lectern = self.lectern.take()?;
        let read = lectern.read(work).await;
        self.lectern = Some(lectern);
        read
    }

    /// Leaves the processor to others. What a large page needs it needs until it is kept.
    pub(super) fn left(mut self) -> Self {
        self.give_place_up();
        self.room = self
            .room
            .take()
            .filter(|room| room.num_permits() > LARGE / UNIT);
        self
    }

    fn give_place_up(&mut self) {
        if let Some(lectern) = self.lectern.take() {
            let mut lecterns = self.desks.lecterns();
            if self.is_large {
                lecterns.large = Some(lectern);
            } else {
                lecterns.ordinary.push(lectern);
            }
        }
        drop(self.place.take());
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        self.give_place_up();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

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

    #[tokio::test]
    async fn a_thread_serves_one_page_after_another_until_it_is_given_up() {
        let desks = Desks::default();
        let thread = || std::thread::current().id();
        let mut first = desks.take(Room::For(1)).await;
        let used = first.read(thread).await.unwrap();
        drop(first);
        let mut second = desks.take(Room::For(1)).await;
        assert_eq!(second.read(thread).await.unwrap(), used);
        let (begin, begun) = std::sync::mpsc::channel::<()>();
        let endless = second.read(move || begun.recv().is_err());
        assert!(timeout(Duration::ZERO, endless).await.is_err());
        drop(second);
        let mut third = desks.take(Room::For(1)).await;
        assert_ne!(third.read(thread).await.unwrap(), used);
        drop(begin);
    }
}
