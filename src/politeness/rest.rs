//! Why a host is left alone.

use std::fmt;
use std::time::Duration;

/// Why a host is left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestReason {
    /// It named a time itself.
    RetryAfter {
        /// The status it came with.
        status: u16,
    },
    /// So many requests in a row without a usable answer.
    Failures(u32),
    /// Its complaints without a time have stretched its interval to this.
    SlowedDown(Duration),
    /// Its robots.txt could not be had, which forbids everything (RFC 9309, 2.3.1.4).
    RobotsUnreachable(String),
    /// It shows a challenge or a firewall's page in place of its own.
    Challenge(String),
}

impl fmt::Display for RestReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RetryAfter { status } => write!(formatter, "retry-after (status {status})"),
            Self::Failures(count) => write!(formatter, "{count} failures in a row"),
            Self::SlowedDown(pause) => {
                write!(
                    formatter,
                    "slowed down to a request in {} s",
                    pause.as_secs()
                )
            }
            Self::RobotsUnreachable(why) => write!(formatter, "robots.txt unreachable ({why})"),
            Self::Challenge(name) => formatter.write_str(name),
        }
    }
}
