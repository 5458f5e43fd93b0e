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

    /// Returns at `instant` or soon after; at once when it is past. Earlier where the clock was put
    /// back meanwhile: ask for the time again.
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
        const SLICE: std::time::Duration = std::time::Duration::from_secs(30);
        let mut left = instant.since(self.now());
        loop {
            // in slices, so that a wall clock set forward is noticed; where it was put back, the
            // wait is as long as it was thought to be, and who still is too early waits anew
            let wait = instant.since(self.now()).min(left).min(SLICE);
            if wait.is_zero() {
                return;
            }
            tokio::time::sleep(wait).await;
            left = left.saturating_sub(wait);
        }
    }
}
