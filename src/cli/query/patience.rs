//! How long a question may take, the time not counted in which its reader kept us waiting.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::{Clock as _, SystemClock};
use crate::model::Timestamp;

/// A time that runs out.
#[derive(Debug)]
pub(super) struct Patience {
    /// None: it never does.
    allowed: Option<Duration>,
    since: Timestamp,
    paused_ms: AtomicU64,
}

impl Patience {
    /// Begins now; nothing is as long as it takes.
    pub(super) fn new(allowed: Duration) -> Self {
        Self {
            allowed: (!allowed.is_zero()).then_some(allowed),
            since: SystemClock.now(),
            paused_ms: AtomicU64::new(0),
        }
    }

    /// Whether it has run out.
    pub(super) fn is_over(&self) -> bool {
        self.is_over_at(SystemClock.now())
    }

    fn is_over_at(&self, now: Timestamp) -> bool {
        let paused = Duration::from_millis(self.paused_ms.load(Ordering::Relaxed));
        let taken = now.since(self.since).saturating_sub(paused);
        self.allowed.is_some_and(|allowed| taken > allowed)
    }

    /// Does what may be held up by the reader: a pager, a slow disk.
    pub(super) fn paused<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = SystemClock.now();
        let done = work();
        self.add(SystemClock.now().since(before));
        done
    }

    fn add(&self, paused: Duration) {
        let paused = u64::try_from(paused.as_millis()).unwrap_or(u64::MAX);
        self.paused_ms.fetch_add(paused, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_time_is_not_counted() {
        let second = Duration::from_secs(1);
        let patience = Patience::new(second * 30);
        let after = |seconds: u32| patience.since.plus(second * seconds);
        assert!(!patience.is_over_at(after(30)));
        assert!(patience.is_over_at(after(31)));
        patience.add(second * 600);
        assert!(!patience.is_over_at(after(630)));
        assert!(patience.is_over_at(after(631)));
    }

    #[test]
    fn none_is_for_ever() {
        let patience = Patience::new(Duration::ZERO);
        assert!(!patience.is_over_at(patience.since.plus(Duration::from_secs(1_000_000))));
    }
}
