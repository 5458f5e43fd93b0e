//! The seam to time: who asks what time it is or waits for it, asks a [`Clock`].
//!
//! [`SystemClock`] is the one reader of the wall clock. Tests give a clock of their own, which they
//! turn, so no test of a politeness rule waits for real time.

use std::fmt::Debug;

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
