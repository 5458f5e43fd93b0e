//! The gate by invented instants: when it opens, waits, rests and recovers.

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
fn a_host_left_behind_is_not_asked_sooner_than_it_was_to_be() {
    let mut first = gate();
    let slow = Observed::Answered {
        status: 200,
        retry_after: None,
        elapsed: Duration::from_secs(30),
    };
    first.learn(at(0.0), slow);
    let mut second = HostGate::new(plain(), first.state());
    second.learn(at(1.0), Observed::Abandoned);
    assert_eq!(second.ask(at(1.0)), Verdict::WaitUntil(at(30.0)));
}

#[test]
fn chance_only_adds_and_at_most_a_twenty_fifth() {
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
        waits.iter().all(|wait| (2.0..=2.08).contains(wait)),
        "{waits:?}"
    );
    assert!(waits.iter().any(|wait| *wait > 2.06), "{waits:?}");
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
fn a_crawl_delay_counts_from_the_answer_that_brought_it() {
    let learned = || {
        let mut gate = gate();
        gate.learn(at(100.0), answered(200));
        gate
    };
    let mut later = learned();
    later.heed_crawl_delay(Duration::from_secs(7));
    assert_eq!(later.ask(at(101.0)), Verdict::WaitUntil(at(107.0)));
    assert_eq!(later.ask(at(107.0)), Verdict::Go);
    // it makes nobody sooner, and one kept from another day waits for nothing more
    let mut sooner = learned();
    sooner.heed_crawl_delay(Duration::from_secs(1));
    assert_eq!(sooner.ask(at(101.0)), Verdict::WaitUntil(at(102.0)));
    let mut kept = gate();
    kept.heed_crawl_delay(Duration::from_secs(7));
    assert_eq!(kept.ask(at(100.0)), Verdict::Go);
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
    assert!(
        matches!(gate.ask(at(0.0)), Verdict::Resting { until, .. } if until == at(3600.0)),
        "{gate:?}"
    );
    assert_eq!(gate.ask(at(3600.0)), Verdict::Go);
}

#[test]
fn a_pause_that_complaints_stretch_beyond_patience_is_a_rest() {
    let check = |crawl_delay: u64, statuses: &[u16], expected: Option<&str>| {
        let mut gate = gate();
        gate.heed_crawl_delay(Duration::from_secs(crawl_delay));
        let mut now = 0.0;
        let mut reason = None;
        for status in statuses {
            gate.learn(at(now), answered(*status));
            reason = match gate.ask(at(now)) {
                Verdict::Resting { reason, .. } => Some(reason),
                Verdict::Go | Verdict::WaitUntil(_) => None,
            };
            now += wait(&mut gate, now);
        }
        assert_eq!(reason.as_deref(), expected, "{crawl_delay} {statuses:?}");
    };
    check(0, &[429, 503, 429, 503], None);
    check(
        0,
        &[429, 429, 429, 200, 429, 429, 429],
        Some("slowed down to a request in 72 s"),
    );
    check(40, &[429], None);
    check(40, &[429, 429], Some("slowed down to a request in 160 s"));
    // and is over as soon as the host complains less
    check(40, &[429, 429, 200, 200], None);
    // what robots.txt asks for is waited out, however long
    check(120, &[200, 200], None);
    check(300, &[200, 500, 200], None);
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
