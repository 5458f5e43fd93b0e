//! What a gate is told once.

use std::time::Duration;

/// How polite to be to one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateSettings {
    /// Least time between the end of an exchange and the next request. Zero is allowed, for hosts
    /// of one's own.
    pub interval: Duration,
    /// Up to how much of the interval is added by chance, in thousandths.
    pub jitter_permille: u32,
    /// What the chance begins with; equal seeds give equal gates.
    pub seed: u64,
    /// The longest Crawl-delay that is heeded.
    pub crawl_delay_cap: Duration,
    /// Where complaints add more than this to the interval, the host rests instead.
    pub patience: Duration,
    /// The longest interval that complaints stretch to.
    pub slowdown_cap: Duration,
    /// The longest time a host is left alone, whatever it names.
    pub rest_cap: Duration,
    /// After so many requests in a row without a usable answer the host rests.
    pub failures_before_rest: u32,
    /// How long it rests the first time; each further failure doubles it.
    pub first_rest: Duration,
}

impl Default for GateSettings {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(2),
            jitter_permille: 40,
            seed: 0,
            crawl_delay_cap: Duration::from_mins(5),
            patience: Duration::from_mins(1),
            slowdown_cap: Duration::from_hours(1),
            rest_cap: Duration::from_hours(24),
            failures_before_rest: 5,
            first_rest: Duration::from_mins(30),
        }
    }
}
