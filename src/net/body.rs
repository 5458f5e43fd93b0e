//! Receiving bodies: each under its limit, and of the large ones a few at a time.
//!
//! A hundred hosts may send the largest body allowed at the same moment. What a page has is small,
//! so nobody waits for anybody as a rule; a body that goes on beyond [`SMALL`] needs one of
//! [`LARGE_AT_ONCE`] places, and keeps it until its bytes are let go of, read and kept included.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A body up to here needs no place.
const SMALL: usize = 1 << 20;

/// Bodies beyond that in memory at once.
const LARGE_AT_ONCE: usize = 2;

/// By how much the room for a large body grows, so that it never takes up much more than it has.
const STEP: usize = 2 << 20;

/// The places for large bodies.
#[derive(Clone, Debug)]
pub(super) struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(LARGE_AT_ONCE)))
    }
}

/// A body as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    place: Option<OwnedSemaphorePermit>,
}

impl Body {
    /// Bytes so far.
    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.bytes.len()).unwrap_or(u64::MAX)
    }

    /// Takes `chunk` in as soon as there is a place for it.
    pub(super) async fn take(&mut self, chunk: &[u8], places: &Places) {
        let length = self.bytes.len().saturating_add(chunk.len());
        if length > SMALL {
            if self.place.is_none() {
                // the places are never closed
                self.place = Arc::clone(&places.0).acquire_owned().await.ok();
            }
            if length > self.bytes.capacity() {
                self.bytes.reserve_exact(chunk.len().max(STEP));
            }
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// The whole body, which gives its place back with the last of its bytes.
    pub(super) fn whole(self) -> Bytes {
        match self.place {
            None => self.bytes.into(),
            Some(_) => Bytes::from_owner(self),
        }
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn received(length: usize, places: &Places) -> Bytes {
        let mut body = Body::default();
        for chunk in vec![b'x'; length].chunks(300_000) {
            body.take(chunk, places).await;
        }
        body.whole()
    }

    #[tokio::test(start_paused = true)]
    async fn large_bodies_wait_for_a_place_and_small_ones_do_not() {
        let places = Places::default();
        let mut large = Vec::new();
        for _place in 0..LARGE_AT_ONCE {
            large.push(received(5 * SMALL, &places).await);
        }
        assert_eq!(received(SMALL, &places).await.len(), SMALL);
        let one_more = received(SMALL + 1, &places);
        let waiting = tokio::time::timeout(Duration::from_mins(1), one_more).await;
        assert!(waiting.is_err(), "all places are taken");
        let part = large.pop().map(|body| body.slice(..1));
        assert_eq!(
            places.0.available_permits(),
            0,
            "a part holds on to the whole"
        );
        drop(part);
        assert_eq!(received(SMALL + 1, &places).await.len(), SMALL + 1);
    }
}
