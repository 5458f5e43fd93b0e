//! How much of a run may go to a host, or to all: pages, bytes, time.

use std::time::Duration;

/// At most so much; what is `None` has no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Pages looked at; an article split over several counts once.
    pub pages: Option<u64>,
    /// Bytes of body that crossed the wire, robots.txt files aside.
    pub bytes: Option<u64>,
    /// From the first request on.
    pub time: Option<Duration>,
}

/// What of a budget is used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// The pages.
    Pages,
    /// The bytes.
    Bytes,
    /// The time.
    Time,
}

impl Limit {
    /// Its name in rules, reports and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pages => "pages",
            Self::Bytes => "bytes",
            Self::Time => "time",
        }
    }

    /// The limit called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pages, Self::Bytes, Self::Time]
            .into_iter()
            .find(|limit| limit.name() == name)
    }
}

impl Budget {
    /// The closer of each two bounds.
    #[must_use]
    pub fn within(self, other: Self) -> Self {
        Self {
            pages: closer(self.pages, other.pages),
            bytes: closer(self.bytes, other.bytes),
            time: closer(self.time, other.time),
        }
    }

    /// These bounds, and where there is none that of `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            pages: self.pages.or(other.pages),
            bytes: self.bytes.or(other.bytes),
            time: self.time.or(other.time),
        }
    }

    /// What is used up once so much was spent.
    pub fn used_up(self, pages: u64, bytes: u64, time: Duration) -> Option<Limit> {
        let reached = [
            (self.pages.is_some_and(|most| pages >= most), Limit::Pages),
            (self.bytes.is_some_and(|most| bytes >= most), Limit::Bytes),
            (self.time.is_some_and(|most| time >= most), Limit::Time),
        ];
        reached
            .into_iter()
            .find_map(|(reached, limit)| reached.then_some(limit))
    }
}

fn closer<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// How long `text` says, as in `2`, `500ms`, `90s`, `20m`, `1h`, `30d`; seconds where no unit is.
pub fn duration_of(text: &str) -> Option<Duration> {
    let (number, unit) = number_and_unit(text)?;
    let unit_seconds = match unit {
        "ms" => 0.001,
        "" | "s" | "sec" | "second" | "seconds" | "秒" => 1.0,
        "m" | "min" | "minute" | "minutes" | "分钟" => 60.0,
        "h" | "hour" | "hours" | "小时" => 3600.0,
        "d" | "day" | "days" | "天" => 86_400.0,
        "w" | "week" | "weeks" | "周" => 604_800.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * unit_seconds).ok()
}

/// How many bytes `text` says, as in `50 MB`, `1.5GB`, `512 KiB`; bytes where no unit is.
pub fn bytes_of(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let unit_bytes = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "t" | "tb" => 1e12,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    // a length of time in seconds has the range and the rounding wanted, and no cast
    let bytes = Duration::try_from_secs_f64((number * unit_bytes).round()).ok()?;
    Some(bytes.as_secs())
}

fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let digits = text
        .find(|sign: char| !(sign.is_ascii_digit() || sign == '.'))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, unit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closer_bound_holds() {
        let one = Budget {
            pages: Some(5),
            bytes: None,
            time: Some(Duration::from_secs(9)),
        };
        let other = Budget {
            pages: Some(3),
            bytes: Some(7),
            time: None,
        };
        let both = Budget {
            pages: Some(3),
            bytes: Some(7),
            time: Some(Duration::from_secs(9)),
        };
        assert_eq!(one.within(other), both);
        assert_eq!(other.within(one), both);
        let check = |pages, bytes, seconds, expected| {
            let found = both.used_up(pages, bytes, Duration::from_secs(seconds));
            assert_eq!(found, expected, "{pages} {bytes} {seconds}");
        };
        check(2, 6, 8, None);
        check(3, 0, 0, Some(Limit::Pages));
        check(0, 7, 0, Some(Limit::Bytes));
        check(0, 0, 9, Some(Limit::Time));
        let free = Budget::default().used_up(u64::MAX, u64::MAX, Duration::MAX);
        assert_eq!(free, None);
    }

    #[test]
    fn sizes_are_read_with_their_units() {
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(bytes_of(text), expected, "{text}");
        };
        check("50 MB", Some(50_000_000));
        check("1.5GB", Some(1_500_000_000));
        check("512 KiB", Some(524_288));
        check("7", Some(7));
        check(" 2 mb ", Some(2_000_000));
        check("-1", None);
        check("MB", None);
        check("5 parsecs", None);
        check("1e9", None);
    }

    #[test]
    fn durations_are_read_with_their_units() {
        let check = |text: &str, expected: Option<u64>| {
            let seconds = duration_of(text).map(|duration| duration.as_secs());
            assert_eq!(seconds, expected, "{text}");
        };
        check("90", Some(90));
        check("20m", Some(1200));
        check("2 小时", Some(7200));
        check("1w", Some(604_800));
        check("1.2.3s", None);
        check("soon", None);
    }
}
