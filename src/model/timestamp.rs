//! Instants of machine time: UTC, to the millisecond.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// An instant, in UTC milliseconds since the epoch. Shown and stored as `2026-11-23T06:11:00.000Z`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

/// The text is not an RFC 3339 instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read `{text}` as a time: write it as 2026-11-23T06:11:00Z")]
pub struct TimestampError {
    /// What was given.
    pub text: String,
}

impl Timestamp {
    /// The instant `milliseconds` after the epoch, clamped to what a calendar can show.
    pub fn from_unix_millis(milliseconds: i64) -> Self {
        Self(
            jiff::Timestamp::from_millisecond(milliseconds).unwrap_or(if milliseconds < 0 {
                jiff::Timestamp::MIN
            } else {
                jiff::Timestamp::MAX
            }),
        )
    }

    /// Milliseconds since the epoch.
    pub fn as_unix_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The same instant for calendar arithmetic.
    pub const fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }

    /// The instant `span` later, or the last one a calendar can show.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.as_unix_millis().saturating_add(millis))
    }

    /// The instant `span` earlier.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        let millis = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.as_unix_millis().saturating_sub(millis))
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        let millis = self
            .as_unix_millis()
            .saturating_sub(earlier.as_unix_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.3}", self.0)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        text.parse::<jiff::Timestamp>()
            .map(|instant| Self::from_unix_millis(instant.as_millisecond()))
            .map_err(|_refused| TimestampError {
                text: text.to_owned(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_utc_with_three_decimals_and_reads_itself_back() {
        let instant = Timestamp::from_unix_millis(1_600_223_400_005);
        assert_eq!(instant.to_string(), "2020-09-16T02:30:00.005Z");
        assert_eq!(instant.to_string().parse(), Ok(instant));
    }

    #[test]
    fn sums_and_differences_never_overflow() {
        let late = Timestamp::from_unix_millis(i64::MAX);
        assert_eq!(late.plus(Duration::MAX), late);
        assert_eq!(Timestamp::from_unix_millis(0).since(late), Duration::ZERO);
    }
}
