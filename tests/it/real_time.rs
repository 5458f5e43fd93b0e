//! The time of day, for tests of whole processes: these live in real time, and so do their limits.

use std::time::{Duration, Instant};

#[expect(
    clippy::disallowed_methods,
    reason = "a process lives in real time, and so do its limits"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn pause(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}
