//! Values of filters: days, instants, numbers of views.

use std::fmt;

use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization as _;

use crate::model::{PublishTime, Timestamp};

/// So many views: from the first on, up to and with the second; at least one bound is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewRange {
    /// At least so many.
    pub least: Option<u64>,
    /// At most so many.
    pub most: Option<u64>,
}

impl ViewRange {
    /// `>1000`, `>=1000`, `<1万`, `1000..5000`, `1000..`, `0`.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.nfkc().filter(|letter| *letter != ' ').collect();
        let range = |least, most| Some(Self { least, most });
        if let Some(least) = text.strip_prefix(">=").or(text.strip_prefix('≥')) {
            range(Some(number(least)?), None)
        } else if let Some(more) = text.strip_prefix('>') {
            range(Some(number(more)?.checked_add(1)?), None)
        } else if let Some(most) = text.strip_prefix("<=").or(text.strip_prefix('≤')) {
            range(None, Some(number(most)?))
        } else if let Some(less) = text.strip_prefix('<') {
            range(None, Some(number(less)?.checked_sub(1)?))
        } else if let Some((least, most)) = text.split_once("..") {
            // an absent bound is none; one that is no number is a mistake
            let bound = |text: &str| match text {
                "" => Ok(None),
                text => number(text).map(Some).ok_or(()),
            };
            let (least, most) = (bound(least).ok()?, bound(most).ok()?);
            (least.is_some() || most.is_some()).then_some(Self { least, most })
        } else {
            let exactly = number(text.strip_prefix('=').unwrap_or(&text))?;
            range(Some(exactly), Some(exactly))
        }
    }

    /// Whether `views` is within.
    pub fn holds(self, views: u64) -> bool {
        self.least.is_none_or(|least| views >= least) && self.most.is_none_or(|most| views <= most)
    }
}

impl fmt::Display for ViewRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |bound: Option<u64>| bound.map_or(String::new(), |bound| bound.to_string());
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => write!(formatter, "{least}"),
            (Some(least), None) => write!(formatter, ">={least}"),
            (None, Some(most)) => write!(formatter, "<={most}"),
            (least, most) => write!(formatter, "{}..{}", shown(least), shown(most)),
        }
    }
}

fn number(text: &str) -> Option<u64> {
    let (digits, times) = match text.strip_suffix(['万', '萬', 'w', 'W']) {
        Some(digits) => (digits, 10_000),
        None => (text, 1),
    };
    let (whole, tenths) = digits.split_once('.').unwrap_or((digits, "0"));
    let whole: u64 = whole.replace(',', "").parse().ok()?;
    let tenths: u64 = match (tenths.len(), times) {
        (1, 10_000) => tenths.parse().ok()?,
        _ if tenths == "0" => 0,
        _ => return None,
    };
    whole.checked_mul(times)?.checked_add(tenths * (times / 10))
}

/// The beginning of publish times that a person's day, month or year means: `2026-11` is
/// `2026-11-01`. `None` where there is no such day.
pub fn date_bound(text: &str) -> Option<String> {
    let text = normal(text);
    if text.contains([' ', 't', 'T']) {
        let time: PublishTime = text.replace(['t', 'T'], " ").parse().ok()?;
        return time.time.map(|_| time.to_string());
    }
    day(&text).map(|day| day.to_string())
}

/// The beginning of instants that a person's day, month, year or instant means.
pub fn instant_bound(text: &str) -> Option<String> {
    let text = normal(text);
    if let Some(day) = day(&text) {
        return Some(day.to_string());
    }
    let instant: Timestamp = text.parse().ok()?;
    Some(instant.to_string())
}

fn day(text: &str) -> Option<Date> {
    let mut parts = text.split('-').map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i16>().ok().filter(|_| digits)
    });
    let year = parts.next().flatten().filter(|year| *year >= 1000)?;
    let mut next = || match parts.next() {
        None => Some(1),
        Some(part) => part.and_then(|part| i8::try_from(part).ok()),
    };
    let (month, day) = (next()?, next()?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month, day).ok()
}

/// 2026年1月2日, 2026/1/2 and 2026.1.2 as 2026-1-2.
fn normal(text: &str) -> String {
    let text: String = text.nfkc().collect();
    let dashed: String = text
        .trim()
        .chars()
        .map(|letter| match letter {
            '年' | '月' | '/' => '-',
            other => other,
        })
        .collect();
    let dashed = dashed.replace('日', "");
    let dotted = dashed
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let dashed = if dotted {
        dashed.replace('.', "-")
    } else {
        dashed
    };
    dashed.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, expected) in [
            ("2026-11-23", Some("2026-11-23")),
            ("2026-11", Some("2026-11-01")),
            ("2026", Some("2026-01-01")),
            ("2026/1/2", Some("2026-01-02")),
            ("2026.1.2", Some("2026-01-02")),
            ("２０２６年１月２日", Some("2026-01-02")),
            ("2026年1月", Some("2026-01-01")),
            ("2026-11-23 06:11", Some("2026-11-23 06:11")),
            ("2026-11-23T06:11:09", Some("2026-11-23 06:11:09")),
            ("2026-02-30", None),
            ("2026-13", None),
            ("2026--1", None),
            ("26-1-1", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(date_bound(text).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("2026-11", Some("2026-11-01")),
            ("2026-11-23T06:11:00Z", Some("2026-11-23T06:11:00.000Z")),
            (
                "2026-11-23T14:11:00+08:00",
                Some("2026-11-23T06:11:00.000Z"),
            ),
            ("2026-11-23 06:11", None),
        ] {
            assert_eq!(instant_bound(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn ranges_of_views() {
        let told = |text| ViewRange::parse(text).map(|range| range.to_string());
        for (text, expected) in [
            (">1000", ">=1001"),
            (">=1000", ">=1000"),
            ("＞1000", ">=1001"),
            ("≥1000", ">=1000"),
            ("<1000", "<=999"),
            ("<=1,000", "<=1000"),
            ("=7", "7"),
            ("7", "7"),
            (">1.2万", ">=12001"),
            ("100..500", "100..500"),
            ("100..", ">=100"),
            ("..500", "<=500"),
        ] {
            assert_eq!(told(text).as_deref(), Some(expected), "{text}");
            assert_eq!(told(expected).as_deref(), Some(expected), "{expected}");
        }
        for text in [
            "",
            ">",
            "..",
            "many",
            "<0",
            "-1",
            "1.5",
            ">99999999999999999999",
        ] {
            assert_eq!(ViewRange::parse(text), None, "{text}");
        }
    }
}
