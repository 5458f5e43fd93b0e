//! `Retry-After` as servers send it (RFC 9110, 10.2.3): seconds or one of three date formats.

use std::time::Duration;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::model::Timestamp;

/// What a `Retry-After` field asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// Not before so long from now. Never zero: a field that asks for nothing is no field.
    For(Duration),
    /// Not before this instant, which lies ahead.
    Until(Timestamp),
}

impl RetryAfter {
    /// The first instant at which to ask again.
    pub fn instant(self, now: Timestamp) -> Timestamp {
        match self {
            Self::For(wait) => now.plus(wait),
            Self::Until(instant) => instant,
        }
    }
}

/// Reads the values of all `Retry-After` fields of an answer received at `now`; the longest wait
/// counts. Garbage, zero, negative waits and past dates ask for nothing.
pub fn retry_after<'a>(
    values: impl IntoIterator<Item = &'a str>,
    now: Timestamp,
) -> Option<RetryAfter> {
    values
        .into_iter()
        .filter_map(|value| read(value.trim(), now))
        .max_by_key(|wait| wait.instant(now))
}

fn read(value: &str, now: Timestamp) -> Option<RetryAfter> {
    if let Some(wait) = seconds(value) {
        return (!wait.is_zero()).then_some(RetryAfter::For(wait));
    }
    let instant = http_date(value)?;
    (instant > now).then_some(RetryAfter::Until(instant))
}

/// Whole seconds, or a fraction that some servers send, rounded up.
fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) {
        return None;
    }
    // more digits than fit is longer than any cap
    let whole: u64 = whole.parse().unwrap_or(u64::from(u32::MAX));
    let more = u64::from(fraction.bytes().any(|byte| byte != b'0'));
    Some(Duration::from_secs(
        whole.saturating_add(more).min(u64::from(u32::MAX)),
    ))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
/// `Sun Nov  6 08:49:37 1994`, by their parts: weekday and zone say nothing new.
pub fn http_date(value: &str) -> Option<Timestamp> {
    if !value.is_ascii() || value.len() > 64 {
        return None;
    }
    let (mut month, mut time, mut numbers) = (None, None, Vec::new());
    for part in value.split([' ', ',', '-']).filter(|part| !part.is_empty()) {
        if part.contains(':') {
            time = Some(clock_time(part)?);
        } else if let Some(found) = month_of(part) {
            month = Some(found);
        } else if part.bytes().all(|byte| byte.is_ascii_digit()) {
            numbers.push(part);
        } else if !part.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
    }
    // the day precedes the year in all three
    let [day, year] = numbers.as_slice() else {
        return None;
    };
    let written: i16 = year.parse().ok()?;
    let year = match (year.len(), written) {
        (4, _) => written,
        (2, ..70) => 2000 + written,
        (2, _) => 1900 + written,
        _ => return None,
    };
    let date = Date::new(year, month?, day.parse().ok()?).ok()?;
    let zoned = DateTime::from_parts(date, time?)
        .to_zoned(TimeZone::UTC)
        .ok()?;
    Some(Timestamp::from_unix_millis(
        zoned.timestamp().as_millisecond(),
    ))
}

fn clock_time(part: &str) -> Option<Time> {
    let mut numbers = part.split(':').map(|number| number.parse::<i8>().ok());
    let (hour, minute, second) = (numbers.next()??, numbers.next()??, numbers.next()??);
    // a leap second is the last one of its minute
    Time::new(hour, minute, second.min(59), 0).ok()
}

fn month_of(part: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let part = part.to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| *month == part)?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Sun, 06 Nov 1994 08:49:00 GMT
    const NOW: i64 = 784_111_740_000;

    #[test]
    fn reads_what_servers_send() {
        let now = Timestamp::from_unix_millis(NOW);
        let check = |values: &[&str], expected: Option<i64>| {
            let found = retry_after(values.iter().copied(), now)
                .map(|wait| (wait.instant(now).as_unix_millis() - NOW) / 1000);
            assert_eq!(found, expected, "{values:?}");
        };
        check(&[], None);
        check(&["120"], Some(120));
        check(&[" 120 "], Some(120));
        check(&["0"], None);
        check(&["-1"], None);
        check(&["1.5"], Some(2));
        check(&["1.0"], Some(1));
        check(&["1.x"], None);
        check(&["+5"], None);
        check(&["abc"], None);
        check(&[""], None);
        check(&["120 seconds"], None);
        check(&["1e3"], None);
        check(&["99999999999999999999999"], Some(i64::from(u32::MAX)));
        check(&["5", "60", "abc"], Some(60));
        check(&["Sun, 06 Nov 1994 08:49:37 GMT"], Some(37));
        check(&["Sunday, 06-Nov-94 08:49:37 GMT"], Some(37));
        check(&["Sun Nov  6 08:49:37 1994"], Some(37));
        check(&["Sun, 06 Nov 1994 08:48:37 GMT"], None);
        check(&["Sun, 06 Nov 1994 08:49:60 GMT"], Some(59));
        check(&["Sun, 31 Feb 1994 08:49:37 GMT"], None);
        check(&["Sun, 06 Nov 1994"], None);
        check(&["Sun, 06 Brumaire 1994 08:49:37 GMT"], None);
        check(&["06 06 Nov 1994 08:49:37"], None);
        check(&["稍后"], None);
        check(&["30", "Sun, 06 Nov 1994 08:50:00 GMT"], Some(60));
    }
}
