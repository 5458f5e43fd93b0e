//! What is kept of a host between runs: its politeness clock and its robots.txt.

use bytes::Bytes;

use super::Timestamp;

/// The politeness clock of a host, kept across runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostState {
    /// No request before this instant.
    pub earliest: Option<Timestamp>,
    /// The host asked to be left alone until then (Retry-After, a run of failures).
    pub resting_until: Option<Timestamp>,
    /// Why it rests.
    pub resting_reason: Option<String>,
    /// By how much its interval is stretched beyond itself, in thousandths; 0 is not at all.
    pub slowdown_permille: u32,
    /// Requests without a usable answer, since the last with one.
    pub failures_in_a_row: u32,
}

/// A robots.txt as it was last received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRobots {
    /// `scheme://host[:port]`.
    pub origin: String,
    /// When it was asked for.
    pub fetched_at: Timestamp,
    /// When to ask again.
    pub expires_at: Timestamp,
    /// The status of the final answer; none when no answer was obtained.
    pub status: Option<u16>,
    /// The body, content codings undone; empty unless the status is 2xx.
    pub body: Bytes,
}
