//! The gate of one host: asked before each request, told after it.

use std::time::Duration;

use crate::model::{HostState, Timestamp};

use super::limiter::Limiter;
use super::{GateSettings, RestReason, RetryAfter};

/// May the host be asked at this instant?
#[derive(Debug)]
pub struct HostGate {
    settings: GateSettings,
    state: HostState,
    chance: fastrand::Rng,
    limiter: Limiter,
    crawl_delay: Duration,
    /// When the last exchange through this gate ended, and how long it took.
    last: Option<(Timestamp, Duration)>,
}

/// The answer of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Send now; the slot is reserved.
    Go,
    /// Ask again then.
    WaitUntil(Timestamp),
    /// The host is to be left alone until then.
    Resting {
        /// Until when.
        until: Timestamp,
        /// Why, in words.
        reason: String,
    },
}

/// How an exchange went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// An answer came.
    Answered {
        /// Its status.
        status: u16,
        /// What its `Retry-After` asks for.
        retry_after: Option<RetryAfter>,
        /// How long the exchange took.
        elapsed: Duration,
    },
    /// No complete answer came.
    Failed {
        /// How long that took.
        elapsed: Duration,
    },
    /// An answer came that is a refusal whatever its status says: a firewall's page.
    Refused {
        /// How long the exchange took.
        elapsed: Duration,
    },
    /// Nobody waited for the answer.
    Abandoned,
}

/// What became of a Crawl-delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrawlDelay {
    /// It is heeded.
    Heeded(Duration),
    /// It is longer than the cap, which is heeded instead.
    Capped {
        /// What robots.txt asks for.
        asked: Duration,
        /// What is kept.
        heeded: Duration,
    },
}

/// What an answer says of the host.
enum Mood {
    /// It serves.
    Content,
    /// It asks to be asked less.
    Overloaded,
    /// It does not serve us, or not now.
    Unwilling,
}

/// A complaint stretches at least this much, however short the interval.
const LEAST_STRETCHED: Duration = Duration::from_secs(1);

impl HostGate {
    /// The gate of a host whose clock stands at `state`.
    pub fn new(settings: GateSettings, state: HostState) -> Self {
        Self {
            chance: fastrand::Rng::with_seed(settings.seed),
            limiter: Limiter::new(settings.interval),
            crawl_delay: Duration::ZERO,
            last: None,
            settings,
            state,
        }
    }

    /// May a request be sent at `now`? [`Verdict::Go`] reserves it.
    pub fn ask(&mut self, now: Timestamp) -> Verdict {
        if let Some(until) = self.resting_until(now) {
            let reason = self.state.resting_reason.clone().unwrap_or_default();
            return Verdict::Resting { until, reason };
        }
        if let Some(earliest) = self.state.earliest {
            // a clock set back since the last request must not lock the host for as long
            let earliest = earliest.min(now.plus(self.longest_wait()));
            if earliest > now {
                return Verdict::WaitUntil(earliest);
            }
        }
        match self.limiter.reserve(now) {
            Ok(()) => Verdict::Go,
            Err(instant) => Verdict::WaitUntil(instant),
        }
    }

    /// Notes how the exchange that ended at `now` went.
    pub fn learn(&mut self, now: Timestamp, observed: Observed) {
        let (mood, elapsed, named) = match observed {
            Observed::Answered {
                status,
                retry_after,
                elapsed,
            } => (
                mood(status),
                elapsed,
                retry_after
                    .filter(|_| status >= 400)
                    .map(|wait| (status, wait)),
            ),
            Observed::Failed { elapsed } | Observed::Refused { elapsed } => {
                (Mood::Unwilling, elapsed, None)
            }
            Observed::Abandoned => {
                // it says nothing of the host, but it was asked
                let earliest = now.plus(self.stretched(Duration::ZERO).0);
                self.state.earliest = self.state.earliest.max(Some(earliest));
                return;
            }
        };
        match mood {
            Mood::Content => {
                self.state.failures_in_a_row = 0;
                // a host forgives as fast as it complained
                let halved = self.state.slowdown_permille / 2;
                self.state.slowdown_permille = if halved < 100 { 0 } else { halved };
            }
            Mood::Overloaded if named.is_none() => {
                self.fail();
                self.slow_down();
            }
            Mood::Overloaded | Mood::Unwilling => self.fail(),
        }
        let (pause, added) = self.stretched(elapsed);
        self.state.earliest = Some(now.plus(pause));
        self.last = Some((now, elapsed));
        let failures = self.state.failures_in_a_row;
        if let Some((status, wait)) = named {
            self.rest(now, wait.instant(now), &RestReason::RetryAfter { status });
        } else if failures >= self.settings.failures_before_rest {
            let until = now.plus(self.rest_after(failures));
            self.rest(now, until, &RestReason::Failures(failures));
        } else if added > self.settings.patience {
            // a worker that waits that long for one host is a worker lost to the others
            self.rest(now, now.plus(pause), &RestReason::SlowedDown(pause));
        }
    }

    /// Leaves the host alone until `until`, at most the cap from `now`; never shortens a rest.
    pub fn rest(&mut self, now: Timestamp, until: Timestamp, reason: &RestReason) {
        let until = until.min(now.plus(self.settings.rest_cap));
        if self
            .state
            .resting_until
            .is_none_or(|already| already < until)
        {
            self.state.resting_until = Some(until);
            self.state.resting_reason = Some(reason.to_string());
        }
    }

    /// Leaves the host alone for as long as its run of failures deserves.
    pub fn rest_for(&mut self, now: Timestamp, reason: &RestReason) {
        let until = now.plus(self.rest_after(self.state.failures_in_a_row));
        self.rest(now, until, reason);
    }

    /// Heeds a Crawl-delay from the last exchange on, which may have been the one that brought it;
    /// of several the longest.
    pub fn heed_crawl_delay(&mut self, asked: Duration) -> CrawlDelay {
        let heeded = asked.min(self.settings.crawl_delay_cap);
        self.crawl_delay = self.crawl_delay.max(heeded);
        self.limiter
            .set_interval(self.settings.interval.max(self.crawl_delay));
        if let Some((ended, elapsed)) = self.last {
            let earliest = ended.plus(self.stretched(elapsed).0);
            self.state.earliest = self.state.earliest.max(Some(earliest));
        }
        if heeded < asked {
            CrawlDelay::Capped { asked, heeded }
        } else {
            CrawlDelay::Heeded(heeded)
        }
    }

    /// Takes over what another gate of the same host learned: the later instants, the more
    /// failures.
    pub fn absorb(&mut self, other: &HostState) {
        self.state.earliest = self.state.earliest.max(other.earliest);
        if other.resting_until > self.state.resting_until {
            self.state.resting_until = other.resting_until;
            self.state.resting_reason.clone_from(&other.resting_reason);
        }
        self.state.slowdown_permille = self.state.slowdown_permille.max(other.slowdown_permille);
        self.state.failures_in_a_row = self.state.failures_in_a_row.max(other.failures_in_a_row);
    }

    /// The host's clock, to be kept.
    pub fn state(&self) -> HostState {
        self.state.clone()
    }

    /// The interval without chance and slowness.
    fn base(&self) -> Duration {
        self.settings.interval.max(self.crawl_delay)
    }

    /// From the end of an exchange that took `elapsed` until the next request, and how much of that
    /// complaints added.
    fn stretched(&mut self, elapsed: Duration) -> (Duration, Duration) {
        let jitter = self.chance.u32(0..=self.settings.jitter_permille);
        let chosen = self.settings.interval + permille(self.settings.interval, jitter);
        let pause = chosen.max(self.crawl_delay).max(elapsed);
        if self.state.slowdown_permille == 0 {
            return (pause, Duration::ZERO);
        }
        let least = pause.max(LEAST_STRETCHED);
        let longer = least.saturating_add(permille(least, self.state.slowdown_permille));
        let longer = longer.min(self.settings.slowdown_cap).max(pause);
        (longer, longer.saturating_sub(pause))
    }

    fn slow_down(&mut self) {
        // from x times to 2x times; more than the cap can use is pointless
        let doubled = self
            .state
            .slowdown_permille
            .saturating_mul(2)
            .saturating_add(1000);
        self.state.slowdown_permille = doubled.min(4_000_000);
    }

    fn fail(&mut self) {
        self.state.failures_in_a_row = self.state.failures_in_a_row.saturating_add(1);
    }

    fn rest_after(&self, failures: u32) -> Duration {
        let doublings = failures
            .saturating_sub(self.settings.failures_before_rest)
            .min(16);
        let rest = self.settings.first_rest.saturating_mul(1 << doublings);
        rest.min(self.settings.rest_cap)
    }

    /// More than any pause this gate can have asked for.
    fn longest_wait(&self) -> Duration {
        let with_jitter = permille(self.base(), self.settings.jitter_permille) + self.base();
        with_jitter.max(self.settings.slowdown_cap)
    }

    /// Until when the host rests, if it does at `now`.
    fn resting_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.state.resting_until?;
        let until = until.min(now.plus(self.settings.rest_cap));
        (until > now).then_some(until)
    }
}

/// What each status says of the host, once and for all.
const fn mood(status: u16) -> Mood {
    match status {
        429 | 503 => Mood::Overloaded,
        401 | 403 | 407 | 451 | 500.. => Mood::Unwilling,
        _ => Mood::Content,
    }
}

fn permille(duration: Duration, thousandths: u32) -> Duration {
    duration.saturating_mul(thousandths) / 1000
}

#[cfg(test)]
mod tests;
