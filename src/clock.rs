//! The seam to time: who asks what time it is or waits for it, asks a [`Clock`].
//!
//! [`SystemClock`] is the one reader of the wall clock. Tests turn a [`HandClock`] instead, so no
//! test of a politeness rule waits for real time.

use std::fmt::Debug;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::model::Timestamp;

/// Tells the time and waits for it.
#[async_trait]
pub trait Clock: Debug + Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Returns at `instant` or soon after; at once when it is past.
    async fn sleep_until(&self, instant: Timestamp);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one reader of the wall clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(jiff::Timestamp::now().as_millisecond())
    }

    #[expect(clippy::disallowed_methods, reason = "the one sleeper")]
    async fn sleep_until(&self, instant: Timestamp) {
        loop {
            let wait = instant.since(self.now());
            if wait.is_zero() {
                return;
            }
            // in slices, so that a wall clock set forward is noticed
            tokio::time::sleep(wait.min(std::time::Duration::from_secs(30))).await;
        }
    }
}

/// A clock that moves only when it is told to, or when somebody waits for a later instant.
///
/// Waiting turns it: `sleep_until` sets the clock to the awaited instant and yields, so a whole
/// day of polite crawling passes in a test as fast as the work allows.
#[derive(Debug)]
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    /// A clock that shows `start`.
    pub const fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Turns the clock to `instant`; it never goes back.
    pub fn turn_to(&self, instant: Timestamp) {
        let mut now = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = (*now).max(instant);
    }
}

#[async_trait]
impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn sleep_until(&self, instant: Timestamp) {
        // let those who wait for an earlier instant go first
        tokio::task::yield_now().await;
        self.turn_to(instant);
        tokio::task::yield_now().await;
    }
}
