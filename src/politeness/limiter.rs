//! The quota of one host: at most one request begun in each interval, whatever becomes of it.
//!
//! governor keeps the reservation (its GCRA counts a request that was begun and never answered,
//! as when a task is dropped half-way); the time it believes in is the one it is told. Its own
//! waiting is never used: it sleeps on a clock no test can turn, and wakes its waiters in no order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::model::Timestamp;

/// One request in each interval.
#[derive(Debug)]
pub(super) struct Limiter {
    clock: TurnedClock,
    interval: Duration,
    quota: Option<HostLimiter>,
}

type HostLimiter = RateLimiter<NotKeyed, InMemoryState, TurnedClock, NoOpMiddleware<Duration>>;

/// A clock that shows what it was last told: milliseconds since the epoch.
#[derive(Clone, Debug, Default)]
struct TurnedClock(Arc<AtomicU64>);

impl Clock for TurnedClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }
}

impl Limiter {
    /// One request in each `interval`; none but the first needs to wait for a zero one.
    pub(super) fn new(interval: Duration) -> Self {
        let mut limiter = Self {
            clock: TurnedClock::default(),
            interval,
            quota: None,
        };
        limiter.restart();
        limiter
    }

    /// Changes the interval; it counts from the next request on.
    pub(super) fn set_interval(&mut self, interval: Duration) {
        if self.interval != interval {
            self.interval = interval;
            self.restart();
        }
    }

    /// Reserves a request at `now`, or says when one may begin.
    pub(super) fn reserve(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        let millis = u64::try_from(now.as_unix_millis()).unwrap_or(0);
        if millis < self.clock.0.swap(millis, Ordering::Relaxed) {
            // the wall clock was set back: a reservation in the old time would hold for as long
            self.restart();
        }
        let Some(quota) = &self.quota else {
            return Ok(());
        };
        quota.check().map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            now.plus(whole_millis(wait))
        })
    }

    fn restart(&mut self) {
        let quota = Quota::with_period(self.interval.min(Duration::from_hours(24)))
            .map(|quota| quota.allow_burst(std::num::NonZeroU32::MIN));
        self.quota = quota.map(|quota| RateLimiter::direct_with_clock(quota, self.clock.clone()));
    }
}

/// Rounded up: a timestamp cut to the millisecond must not come too early.
fn whole_millis(wait: Duration) -> Duration {
    let rest = wait.subsec_nanos() % 1_000_000;
    if rest == 0 {
        wait
    } else {
        wait.saturating_add(Duration::from_nanos(u64::from(1_000_000 - rest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_600_000_000_000 + millis)
    }

    #[test]
    fn one_request_in_each_interval() {
        let mut limiter = Limiter::new(Duration::from_secs(2));
        assert_eq!(limiter.reserve(at(0)), Ok(()));
        assert_eq!(limiter.reserve(at(500)), Err(at(2000)));
        assert_eq!(limiter.reserve(at(1999)), Err(at(2000)));
        assert_eq!(limiter.reserve(at(2000)), Ok(()));
        // an idle hour saves up nothing
        assert_eq!(limiter.reserve(at(3_600_000)), Ok(()));
        assert_eq!(limiter.reserve(at(3_600_001)), Err(at(3_602_000)));
    }

    #[test]
    fn no_interval_is_no_limit() {
        let mut limiter = Limiter::new(Duration::ZERO);
        assert!((0..3).all(|_| limiter.reserve(at(0)).is_ok()));
    }

    #[test]
    fn a_clock_set_back_does_not_lock_the_host() {
        let mut limiter = Limiter::new(Duration::from_secs(2));
        assert_eq!(limiter.reserve(at(86_400_000)), Ok(()));
        assert_eq!(limiter.reserve(at(0)), Ok(()));
        assert_eq!(limiter.reserve(at(1)), Err(at(2000)));
    }
}
