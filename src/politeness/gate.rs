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
                self.state.earliest = Some(now.plus(self.pause(Duration::ZERO)));
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
        self.state.earliest = Some(now.plus(self.pause(elapsed)));
        let failures = self.state.failures_in_a_row;
        if let Some((status, wait)) = named {
            self.rest(now, wait.instant(now), &RestReason::RetryAfter { status });
        } else if failures >= self.settings.failures_before_rest {
            let until = now.plus(self.rest_after(failures));
            self.rest(now, until, &RestReason::Failures(failures));
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

    /// Heeds a Crawl-delay from now on; of several the longest.
    pub fn heed_crawl_delay(&mut self, asked: Duration) -> CrawlDelay {
        let heeded = asked.min(self.settings.crawl_delay_cap);
        self.crawl_delay = self.crawl_delay.max(heeded);
        self.limiter
            .set_interval(self.settings.interval.max(self.crawl_delay));
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

    /// From the end of an exchange that took `elapsed` until the next request.
    fn pause(&mut self, elapsed: Duration) -> Duration {
        let jitter = self.chance.u32(0..=self.settings.jitter_permille);
        let chosen = self.settings.interval + permille(self.settings.interval, jitter);
        let pause = chosen.max(self.crawl_delay).max(elapsed);
        if self.state.slowdown_permille == 0 {
            return pause;
        }
        let stretched = pause.max(LEAST_STRETCHED);
        let stretched = stretched.saturating_add(permille(stretched, self.state.slowdown_permille));
        stretched.min(self.settings.slowdown_cap).max(pause)
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
mod tests {
    use super::*;

    fn at(seconds: f64) -> Timestamp {
        let start = Timestamp::from_unix_millis(1_600_000_000_000);
        start.plus(Duration::from_secs_f64(seconds))
    }

    fn plain() -> GateSettings {
        GateSettings {
            jitter_permille: 0,
            ..GateSettings::default()
        }
    }

    fn gate() -> HostGate {
        HostGate::new(plain(), HostState::default())
    }

    fn answered(status: u16) -> Observed {
        Observed::Answered {
            status,
            retry_after: None,
            elapsed: Duration::from_millis(100),
        }
    }

    const FAILED: Observed = Observed::Failed {
        elapsed: Duration::ZERO,
    };

    /// Seconds from `now` until the gate opens.
    fn wait(gate: &mut HostGate, now: f64) -> f64 {
        let mut instant = at(now);
        loop {
            match gate.ask(instant) {
                Verdict::Go => return instant.since(at(now)).as_secs_f64(),
                Verdict::WaitUntil(later) | Verdict::Resting { until: later, .. } => {
                    assert!(later > instant, "a gate never says now and means later");
                    instant = later;
                }
            }
        }
    }

    #[test]
    fn the_interval_counts_from_the_end_of_an_exchange() {
        let mut gate = gate();
        assert_eq!(gate.ask(at(0.0)), Verdict::Go);
        gate.learn(at(1.5), answered(200));
        assert_eq!(gate.ask(at(1.5)), Verdict::WaitUntil(at(3.5)));
        assert_eq!(gate.ask(at(3.5)), Verdict::Go);
    }

    #[test]
    fn a_request_that_never_ended_costs_its_slot() {
        let mut gate = gate();
        assert_eq!(gate.ask(at(0.0)), Verdict::Go);
        assert_eq!(gate.ask(at(0.5)), Verdict::WaitUntil(at(2.0)));
    }

    #[test]
    fn chance_only_adds_and_at_most_half() {
        let settings = GateSettings {
            seed: 7,
            ..GateSettings::default()
        };
        let mut gate = HostGate::new(settings, HostState::default());
        let mut now = 0.0;
        let mut waits = Vec::new();
        for _ in 0..50 {
            now += wait(&mut gate, now);
            gate.learn(at(now), answered(200));
            waits.push(wait(&mut gate, now));
        }
        assert!(
            waits.iter().all(|wait| (2.0..=3.0).contains(wait)),
            "{waits:?}"
        );
        assert!(waits.iter().any(|wait| *wait > 2.4), "{waits:?}");
    }

    #[test]
    fn the_longest_of_floor_crawl_delay_and_slowness_counts() {
        let check = |crawl_delay: f64, elapsed: f64, expected: f64| {
            let mut gate = gate();
            gate.heed_crawl_delay(Duration::from_secs_f64(crawl_delay));
            let elapsed = Duration::from_secs_f64(elapsed);
            let observed = Observed::Answered {
                status: 200,
                retry_after: None,
                elapsed,
            };
            gate.learn(at(100.0), observed);
            assert_eq!(
                gate.ask(at(100.0)),
                Verdict::WaitUntil(at(100.0 + expected))
            );
        };
        check(0.0, 0.1, 2.0);
        check(1.0, 0.1, 2.0);
        check(7.5, 0.1, 7.5);
        check(0.0, 9.0, 9.0);
        check(3600.0, 0.1, 300.0);
    }

    #[test]
    fn a_capped_crawl_delay_is_said_to_be() {
        let seconds = Duration::from_secs;
        let mut gate = gate();
        assert_eq!(
            gate.heed_crawl_delay(seconds(10)),
            CrawlDelay::Heeded(seconds(10))
        );
        assert_eq!(
            gate.heed_crawl_delay(seconds(301)),
            CrawlDelay::Capped {
                asked: seconds(301),
                heeded: seconds(300)
            }
        );
    }

    #[test]
    fn complaints_double_the_pause_and_answers_halve_it() {
        let mut gate = gate();
        let mut pauses = Vec::new();
        let mut now = 0.0;
        for status in [200, 429, 503, 429, 200, 200, 200, 200, 200, 200] {
            gate.learn(at(now), answered(status));
            let pause = wait(&mut gate, now);
            pauses.push(pause);
            now += pause;
        }
        let expected = [2.0, 4.0, 8.0, 16.0, 9.0, 5.5, 3.75, 2.874, 2.436, 2.218];
        for (pause, expected) in pauses.iter().zip(expected) {
            assert!((pause - expected).abs() < 0.01, "{pauses:?}");
        }
    }

    #[test]
    fn a_stretched_pause_has_its_cap() {
        let state = HostState {
            slowdown_permille: 4_000_000,
            ..HostState::default()
        };
        let mut gate = HostGate::new(plain(), state);
        gate.learn(at(0.0), answered(429));
        assert_eq!(gate.ask(at(0.0)), Verdict::WaitUntil(at(3600.0)));
    }

    #[test]
    fn a_complaint_slows_a_host_without_interval() {
        let settings = GateSettings {
            interval: Duration::ZERO,
            ..plain()
        };
        let mut gate = HostGate::new(settings, HostState::default());
        gate.learn(at(0.0), FAILED);
        assert_eq!(gate.ask(at(0.0)), Verdict::Go);
        gate.learn(at(0.0), answered(429));
        assert_eq!(gate.ask(at(0.0)), Verdict::WaitUntil(at(2.0)));
    }

    #[test]
    fn a_named_time_is_a_rest_of_the_host() {
        let check = |status, retry_after, expected: Option<f64>| {
            let mut gate = gate();
            let observed = Observed::Answered {
                status,
                retry_after: Some(retry_after),
                elapsed: Duration::ZERO,
            };
            gate.learn(at(0.0), observed);
            let rests = match gate.ask(at(0.0)) {
                Verdict::Resting { until, .. } => Some(until.since(at(0.0)).as_secs_f64()),
                Verdict::Go | Verdict::WaitUntil(_) => None,
            };
            assert_eq!(rests, expected, "{status} {retry_after:?}");
            assert_eq!(gate.state().slowdown_permille, 0);
        };
        let wait = |seconds| RetryAfter::For(Duration::from_secs(seconds));
        check(429, wait(120), Some(120.0));
        check(503, RetryAfter::Until(at(60.0)), Some(60.0));
        check(403, wait(60), Some(60.0));
        check(429, wait(1_000_000), Some(86_400.0));
        check(200, wait(120), None);
        check(301, wait(120), None);
    }

    #[test]
    fn five_failures_in_a_row_are_a_rest_and_more_a_longer_one() {
        let mut gate = gate();
        for observed in [FAILED, answered(403), answered(500), answered(403)] {
            gate.learn(at(0.0), observed);
            assert!(matches!(gate.ask(at(0.0)), Verdict::WaitUntil(_)));
        }
        gate.learn(at(0.0), FAILED);
        let Verdict::Resting { until, reason } = gate.ask(at(0.0)) else {
            panic!("rests");
        };
        assert_eq!(
            (until, reason.as_str()),
            (at(1800.0), "5 failures in a row")
        );
        assert_eq!(gate.ask(until), Verdict::Go);
        gate.learn(until, FAILED);
        assert!(matches!(gate.ask(until), Verdict::Resting { until, .. } if until == at(5400.0)));
    }

    #[test]
    fn an_abandoned_request_counts_as_asked_and_not_as_failed() {
        let mut gate = gate();
        gate.learn(at(1.0), Observed::Abandoned);
        assert_eq!(gate.ask(at(1.0)), Verdict::WaitUntil(at(3.0)));
        assert_eq!(gate.state().failures_in_a_row, 0);
    }

    #[test]
    fn one_answer_ends_a_run_of_failures() {
        let mut gate = gate();
        for observed in [FAILED, FAILED, FAILED, FAILED, answered(404), FAILED] {
            gate.learn(at(0.0), observed);
        }
        assert_eq!(gate.state().failures_in_a_row, 1);
        assert_eq!(gate.state().resting_until, None);
    }

    #[test]
    fn the_clock_survives_a_restart() {
        let mut first = gate();
        first.learn(at(10.0), answered(503));
        let mut second = HostGate::new(plain(), first.state());
        assert_eq!(second.ask(at(10.0)), Verdict::WaitUntil(at(14.0)));
    }

    #[test]
    fn a_clock_set_back_locks_nothing_for_long() {
        let state = HostState {
            earliest: Some(at(1e8)),
            resting_until: Some(at(1e8)),
            ..HostState::default()
        };
        let mut gate = HostGate::new(plain(), state);
        let verdict = gate.ask(at(0.0));
        assert!(matches!(verdict, Verdict::Resting { until, .. } if until == at(86_400.0)));
    }

    #[test]
    fn absorbs_the_later_of_two_clocks() {
        let (mut gate, mut other) = (gate(), gate());
        gate.learn(at(0.0), answered(200));
        other.learn(at(5.0), answered(200));
        gate.absorb(&other.state());
        assert_eq!(gate.ask(at(5.0)), Verdict::WaitUntil(at(7.0)));
    }
}
