//! When the rounds of a watched site begin: cron lines, read in the site's own time zone.
//!
//! The lines are those of crontab(5), read and followed by the crate `croner`. Added to them is the
//! `H` of build servers: a number that is always the same for one site and spread over the sites,
//! so that a thousand of them do not begin at once. `@hourly` and its kin mean `H` too.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::tz::TimeZone;

use crate::model::{SiteId, Timestamp};

/// The rounds of a site for which nobody said anything: every two hours, at a minute of its own.
pub const USUAL_ROUNDS: &str = "H H/2 * * *";

/// The least and the greatest number of each field: minute, hour, day, month, weekday. Days end
/// with the one that every month has.
const FIELDS: [(u64, u64); 5] = [(0, 59), (0, 23), (1, 28), (1, 12), (0, 6)];

const NAMED: [(&str, &str); 7] = [
    ("@hourly", "H * * * *"),
    ("@daily", "H H * * *"),
    ("@midnight", "H H(0-2) * * *"),
    ("@weekly", "H H * * H"),
    ("@monthly", "H H H * *"),
    ("@yearly", "H H H H *"),
    ("@annually", "H H H H *"),
];

/// Why a line says no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read the schedule `{line}`: {reason}")]
pub struct TimingError {
    /// The line as written.
    pub line: String,
    /// What is wrong with it.
    pub reason: String,
}

/// One cron line, understood.
#[derive(Clone, Debug)]
pub struct Timing(Cron);

impl Timing {
    /// Reads `line` for `site`, whose name decides what `H` stands for.
    pub fn parse(line: &str, site: &SiteId) -> Result<Self, TimingError> {
        let wrong = |reason: String| TimingError {
            line: line.to_owned(),
            reason,
        };
        let words = line.trim();
        let fields = match NAMED.iter().find(|(name, _)| *name == words) {
            Some((_, meaning)) => *meaning,
            None if words.starts_with('@') => {
                let names = NAMED.map(|(name, _)| name).join(", ");
                return Err(wrong(format!("the names are {names}")));
            }
            None => words,
        };
        let plain: Vec<&str> = fields.split_ascii_whitespace().collect();
        if plain.len() != FIELDS.len() {
            let reason = format!(
                "it has {} fields, not five: minute, hour, day, month, weekday",
                plain.len()
            );
            return Err(wrong(reason));
        }
        let mut settled = Vec::new();
        for ((number, field), (least, most)) in (0_u64..).zip(plain).zip(FIELDS) {
            let chance = spread(site, number);
            settled.push(settle(field, least, most, chance).map_err(wrong)?);
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser
            .parse(&settled.join(" "))
            .map_err(|refused| wrong(refused.to_string()))?;
        let timing = Self(cron);
        // the thirtieth of February; a leap day comes within eight years of any
        if timing
            .after(Timestamp::from_unix_millis(0), &TimeZone::UTC)
            .is_none()
        {
            return Err(wrong("no such day ever comes".to_owned()));
        }
        Ok(timing)
    }

    fn after(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let now = now.as_jiff().to_zoned(zone.clone());
        let next = self.0.find_next_occurrence(&now, false).ok()?;
        let millis = next.timestamp().as_millisecond();
        Some(Timestamp::from_unix_millis(millis))
    }
}

/// When the rounds of one site begin.
#[derive(Clone, Debug)]
pub struct Timetable {
    timings: Vec<Timing>,
    zone: TimeZone,
}

impl Timetable {
    /// The rounds that any of `timings` names, by the clocks of `zone`.
    pub const fn new(timings: Vec<Timing>, zone: TimeZone) -> Self {
        Self { timings, zone }
    }

    /// When the first round after `now` begins. A time that a clock put forward leaves out comes at
    /// the end of the gap; one that a clock put back shows twice counts once, unless it is one of
    /// every hour or every so many minutes.
    pub fn after(&self, now: Timestamp) -> Option<Timestamp> {
        let each = self.timings.iter();
        each.filter_map(|timing| timing.after(now, &self.zone))
            .min()
    }
}

/// `H`, `H/15` and `H(0-7)` as what they stand for; any other field as it is.
fn settle(field: &str, least: u64, most: u64, chance: u64) -> Result<String, String> {
    let Some(rest) = field.strip_prefix(['H', 'h']) else {
        return Ok(field.to_owned());
    };
    if rest.is_empty() {
        return Ok((least + chance % (most - least + 1)).to_string());
    }
    if let Some(step) = rest.strip_prefix('/') {
        let fits = |step: &u64| (1..=most - least + 1).contains(step);
        let step: Option<u64> = step.parse().ok().filter(fits);
        let step = step.ok_or_else(|| format!("`{field}` is no step within {least}-{most}"))?;
        return Ok(format!("{}-{most}/{step}", least + chance % step));
    }
    let range = rest
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|range| range.split_once('-'))
        .and_then(|(from, to)| Some((from.parse::<u64>().ok()?, to.parse::<u64>().ok()?)))
        .filter(|(from, to)| least <= *from && from <= to && *to <= most);
    match range {
        Some((from, to)) => Ok((from + chance % (to - from + 1)).to_string()),
        None => Err(format!(
            "`{field}` is none of `H`, `H/2` and `H({least}-{most})`"
        )),
    }
}

/// A number for the field `number` of `site`: the same on every machine, in every version
/// (FNV-1a, with its last bits mixed in).
fn spread(site: &SiteId, number: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ number;
    for byte in site.as_str().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::tz::TimeZoneDatabase;

    use super::*;

    fn timing(line: &str) -> Timing {
        Timing::parse(line, &SiteId::new("expo")).expect("a line")
    }

    fn timetable(lines: &[&str], zone: &str) -> Timetable {
        let zone = TimeZoneDatabase::bundled().get(zone).expect("a zone");
        Timetable::new(lines.iter().map(|line| timing(line)).collect(), zone)
    }

    /// The first rounds of `lines` after `from`.
    fn check<const N: usize>(lines: &[&str], zone: &str, from: &str, expected: [&str; N]) {
        let timetable = timetable(lines, zone);
        let mut now: Timestamp = from.parse().expect("an instant");
        for expected in expected {
            now = timetable.after(now).expect("a round");
            assert_eq!(now, expected.parse().expect("an instant"), "{lines:?}");
        }
    }

    #[test]
    fn lines_are_read_in_the_zone_of_the_site() {
        check(
            &["17 */2 * * *"],
            "Asia/Shanghai",
            "2026-11-23T04:00:00Z",
            ["2026-11-23T04:17:00Z", "2026-11-23T06:17:00Z"],
        );
        check(
            &["0 6 * * *"],
            "Asia/Shanghai",
            "2026-11-23T04:00:00Z",
            ["2026-11-23T22:00:00Z"],
        );
        check(
            &["30 8,17 * * MON-FRI"],
            "Asia/Shanghai",
            "2026-11-20T04:00:00Z",
            ["2026-11-20T09:30:00Z", "2026-11-23T00:30:00Z"],
        );
        check(
            &["0 0 L * *"],
            "UTC",
            "2026-12-01T00:00:00Z",
            ["2026-12-31T00:00:00Z"],
        );
    }

    #[test]
    fn of_several_lines_the_next_one_counts() {
        check(
            &["0 9 * * *", "0,30 8 * * *"],
            "UTC",
            "2026-11-23T00:00:00Z",
            [
                "2026-11-23T08:00:00Z",
                "2026-11-23T08:30:00Z",
                "2026-11-23T09:00:00Z",
                "2026-11-24T08:00:00Z",
            ],
        );
    }

    #[test]
    fn a_round_in_the_hour_that_a_clock_leaves_out_comes_after_it() {
        check(
            &["30 2 * * *"],
            "Europe/Berlin",
            "2026-03-28T12:00:00Z",
            ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
        );
    }

    #[test]
    fn a_round_in_the_hour_that_a_clock_shows_twice_comes_once() {
        check(
            &["30 2 * * *"],
            "Europe/Berlin",
            "2026-10-24T12:00:00Z",
            ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        );
        // one of every hour is of both
        check(
            &["17 * * * *"],
            "Europe/Berlin",
            "2026-10-24T23:30:00Z",
            [
                "2026-10-25T00:17:00Z",
                "2026-10-25T01:17:00Z",
                "2026-10-25T02:17:00Z",
            ],
        );
    }

    #[test]
    fn a_line_that_says_no_time_is_refused_with_the_reason() {
        for (line, reason) in [
            ("", "0 fields"),
            ("17 * * *", "4 fields"),
            ("0 17 * * * *", "6 fields"),
            ("61 * * * *", "bounds"),
            ("*/0 * * * *", "zero"),
            ("5-1 * * * *", "bounds"),
            ("x * * * *", "illegal"),
            ("0 0 30 2 *", "ever comes"),
            ("0 0 31 4,6 *", "ever comes"),
            ("@reboot", "@hourly"),
            ("H/0 * * * *", "no step"),
            ("H/61 * * * *", "no step"),
            ("H(5-70) * * * *", "none of"),
            ("Hx * * * *", "none of"),
        ] {
            let error = Timing::parse(line, &SiteId::new("expo")).expect_err(line);
            assert!(error.to_string().contains(reason), "{error}");
        }
    }

    #[test]
    fn a_site_keeps_its_minute_and_a_thousand_sites_share_them_out() {
        let midnight: Timestamp = "2026-11-23T00:00:00Z".parse().expect("an instant");
        let mut begun: BTreeMap<Timestamp, usize> = BTreeMap::new();
        for number in 0..1000 {
            let site = SiteId::new(format!("company-{number}"));
            let rounds = |line: &str| {
                let timing = Timing::parse(line, &site).expect("a line");
                Timetable::new(vec![timing], TimeZone::UTC)
            };
            let usual = rounds(USUAL_ROUNDS);
            let first = usual.after(midnight.minus(std::time::Duration::from_secs(1)));
            let first = first.expect("a round");
            let again = usual.after(first).expect("a round");
            assert_eq!(again.since(first), std::time::Duration::from_hours(2));
            *begun.entry(first).or_default() += 1;
            let hourly = rounds("@hourly").after(midnight).expect("a round");
            let later = rounds("@hourly").after(hourly).expect("a round");
            assert_eq!(later.since(hourly), std::time::Duration::from_hours(1));
            for line in ["@daily", "@midnight", "@weekly", "@monthly", "@yearly"] {
                assert!(rounds(line).after(midnight).is_some(), "{line}");
            }
        }
        assert!(
            begun.len() > 110,
            "minutes of 120 that are used: {}",
            begun.len()
        );
        let most = begun.values().max().copied().unwrap_or_default();
        assert!(most < 25, "sites at the fullest minute: {most}");
    }

    #[test]
    fn a_number_of_one_site_does_not_change_with_the_program() {
        let site = SiteId::new("example-company");
        let timing = Timing::parse("H H(0-7) H H H", &site).expect("a line");
        assert_eq!(timing.0.as_str(), "49 2 20 10 2");
    }
}
