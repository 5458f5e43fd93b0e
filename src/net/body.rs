//! Receiving bodies: each under its limit, and of the large ones a few at a time.
//!
//! A hundred hosts may send the largest body allowed at the same moment. What a page has is small,
//! so nobody waits for anybody as a rule; a body that goes on beyond [`SMALL`] needs one of
//! [`LARGE_AT_ONCE`] places, and keeps it until its bytes are let go of, read and kept included.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use memmap2::MmapMut;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

/// A body up to here needs no place.
const SMALL: usize = 256 << 10;

/// Bodies beyond that in memory at once.
const LARGE_AT_ONCE: usize = 2;

/// A place is waited for so long, and less than servers wait for who does not read on.
const PATIENCE: Duration = Duration::from_secs(45);

/// The places for large bodies.
#[derive(Clone, Debug)]
pub(super) struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_AT_ONCE)))
    }
}

#[cfg(test)]
impl Places {
    /// One of the places.
    pub(super) fn take_one(&self) -> OwnedSemaphorePermit {
        Arc::clone(&self.0).try_acquire_owned().unwrap()
    }

    /// A number that grows with each body that has or waits for a place.
    pub(super) fn asked(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

/// A body as far as it has come.
#[derive(Debug)]
pub(super) struct Body {
    /// The most it may come to.
    limit: usize,
    /// What has come of one that is not large so far.
    bytes: Vec<u8>,
    large: Option<Large>,
}

/// A large body, in memory that is the system's again as soon as the body is let go of: the
/// allocator keeps such stretches for each thread that ever had one.
#[derive(Debug)]
struct Large {
    memory: Memory,
    length: usize,
    /// Given back after the memory.
    _place: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
enum Memory {
    /// As much as the body may come to. What is not written to takes none.
    Mapped(MmapMut),
    /// Where the system maps none.
    Allocated(Vec<u8>),
}

impl Body {
    /// Nothing yet, and `limit` bytes at most.
    pub(super) fn of_at_most(limit: u64) -> Self {
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            bytes: Vec::new(),
            large: None,
        }
    }

    /// Bytes so far.
    pub(super) fn len(&self) -> u64 {
        let large = self.large.as_ref().map(|large| large.length);
        u64::try_from(large.unwrap_or(self.bytes.len())).unwrap_or(u64::MAX)
    }

    /// Takes `chunk` in as soon as there is a place for it, and tells how long that took; how long
    /// it was waited for in vain, otherwise.
    pub(super) async fn take(
        &mut self,
        chunk: &[u8],
        places: &Places,
    ) -> Result<Duration, Duration> {
        let mut waited = Duration::ZERO;
        if let Some(large) = &mut self.large {
            large.append(chunk);
        } else if self.is_small_with(chunk) {
            self.bytes.extend_from_slice(chunk);
        } else {
            let began = Instant::now();
            let place = Arc::clone(&places.0).acquire_owned();
            let place = timeout(PATIENCE, place).await.map_err(|_over| PATIENCE)?;
            waited = began.elapsed();
            // the places are never closed
            let place = place.ok();
            let mut large = Large::of_at_most(self.limit, place);
            large.append(&std::mem::take(&mut self.bytes));
            large.append(chunk);
            self.large = Some(large);
        }
        Ok(waited)
    }

    /// Of what may come to little, as a robots.txt, all is small.
    fn is_small_with(&self, chunk: &[u8]) -> bool {
        self.limit <= 2 * SMALL || self.bytes.len().saturating_add(chunk.len()) <= SMALL
    }

    /// The whole body, which gives its place back with the last of its bytes.
    pub(super) fn whole(self) -> Bytes {
        match self.large {
            None => self.bytes.into(),
            Some(large) => Bytes::from_owner(large),
        }
    }
}

impl Large {
    fn of_at_most(limit: usize, place: Option<OwnedSemaphorePermit>) -> Self {
        let mapped = MmapMut::map_anon(limit).map(Memory::Mapped);
        Self {
            memory: mapped.unwrap_or_else(|_none| Memory::Allocated(Vec::new())),
            length: 0,
            _place: place,
        }
    }

    fn append(&mut self, chunk: &[u8]) {
        let end = self.length.saturating_add(chunk.len());
        match &mut self.memory {
            Memory::Allocated(bytes) => bytes.extend_from_slice(chunk),
            Memory::Mapped(memory) => match memory.get_mut(self.length..end) {
                Some(room) => room.copy_from_slice(chunk),
                // more than it was to come to
                None => self.memory = Memory::Allocated([self.as_ref(), chunk].concat()),
            },
        }
        self.length = end;
    }
}

impl AsRef<[u8]> for Large {
    fn as_ref(&self) -> &[u8] {
        match &self.memory {
            Memory::Mapped(memory) => memory.get(..self.length).unwrap_or_default(),
            Memory::Allocated(bytes) => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(length: usize, places: &Places) -> Result<Bytes, Duration> {
        let mut body = Body::of_at_most(20 << 20);
        for chunk in vec![b'x'; length].chunks(60_000) {
            body.take(chunk, places).await?;
        }
        Ok(body.whole())
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_a_place_and_small_ones_do_not() {
        let places = Places::default();
        let mut large = Vec::new();
        for _place in 0..LARGE_AT_ONCE {
            large.push(received(5 * SMALL, &places).await.unwrap());
        }
        assert!(large.iter().all(|body| **body == vec![b'x'; 5 * SMALL]));
        assert_eq!(received(SMALL, &places).await.unwrap().len(), SMALL);
        let in_vain = received(SMALL + 1, &places).await;
        assert_eq!(in_vain, Err(PATIENCE), "all places are taken");
        let part = large.pop().map(|body| body.slice(..1));
        assert_eq!(
            places.0.available_permits(),
            0,
            "a part holds on to the whole"
        );
        drop(part);
        assert_eq!(received(SMALL + 1, &places).await.unwrap().len(), SMALL + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_tells_how_long_it_waited() {
        let places = Places::default();
        let large = received(SMALL + 1, &places).await.unwrap();
        let other = received(SMALL + 1, &places).await.unwrap();
        let release = async {
            let time = timeout(Duration::from_secs(20), std::future::pending::<()>());
            assert!(time.await.is_err());
            drop(large);
        };
        let mut body = Body::of_at_most(20 << 20);
        let chunk = vec![b'x'; SMALL + 1];
        let (waited, ()) = tokio::join!(body.take(&chunk, &places), release);
        assert_eq!(waited, Ok(Duration::from_secs(20)));
        assert_eq!(body.take(b"more", &places).await, Ok(Duration::ZERO));
        assert_eq!(body.len(), u64::try_from(SMALL + 5).unwrap());
        drop(other);
    }

    #[tokio::test]
    async fn a_body_beyond_what_it_was_to_come_to_is_whole() {
        let places = Places::default();
        let mut body = Body::of_at_most(3 * 1024 * 1024);
        for _megabyte in 0..4 {
            body.take(&vec![b'x'; 1 << 20], &places).await.unwrap();
        }
        assert_eq!(body.whole(), vec![b'x'; 4 << 20]);
    }
}
