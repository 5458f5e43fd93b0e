//! View counts on their own schedule: at which ages of an article its views are looked at.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::{PublishTime, Timestamp};

/// When an article was published, as ages count from: the instant it prints; where it prints a day
/// alone, the moment it was found on that day, or the day's beginning. One announced ahead of its
/// time is as old as its finding.
pub fn born(
    published: Option<(PublishTime, &TimeZone)>,
    first_seen: Option<Timestamp>,
) -> Option<Timestamp> {
    const DAY: Duration = Duration::from_hours(24);
    let (time, zone) = published?;
    let printed = instant(time, zone)?;
    match first_seen {
        Some(seen) if seen < printed => Some(seen),
        Some(seen) if time.time.is_none() && seen.since(printed) < DAY => Some(seen),
        _ => Some(printed),
    }
}

/// The instant that `time` is in `zone`; of a day alone its beginning.
pub(super) fn instant(time: PublishTime, zone: &TimeZone) -> Option<Timestamp> {
    let (hour, minute) = time.time.map_or((0, 0), |clock| (clock.hour, clock.minute));
    let zoned = time
        .date
        .at(hour, minute, 0, 0)
        .to_zoned(zone.clone())
        .ok()?;
    Some(Timestamp::from_unix_millis(
        zoned.timestamp().as_millisecond(),
    ))
}

/// The first of the `samples`, ages of an article born at `born`, that comes after `seen`.
pub fn next_sample(samples: &[Duration], born: Timestamp, seen: Timestamp) -> Option<Timestamp> {
    samples
        .iter()
        .map(|age| born.plus(*age))
        .filter(|at| *at > seen)
        .min()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn at(text: &str) -> Timestamp {
        text.parse().expect("instant")
    }

    #[test]
    fn the_next_sample_is_the_first_not_yet_taken() {
        let (born, samples) = (at("2026-11-23T00:00:00Z"), [HOUR, HOUR * 6, HOUR * 24]);
        let check = |seen, expected: Option<u32>| {
            let found = next_sample(&samples, born, born.plus(seen));
            assert_eq!(
                found,
                expected.map(|hours| born.plus(HOUR * hours)),
                "{seen:?}"
            );
        };
        check(Duration::ZERO, Some(1));
        check(HOUR, Some(6));
        check(HOUR * 5, Some(6));
        check(HOUR * 23, Some(24));
        check(HOUR * 24, None);
        assert_eq!(next_sample(&[], born, born), None);
    }

    #[test]
    fn ages_count_from_what_the_article_prints_as_far_as_it_says() {
        let zone = TimeZone::get("Asia/Shanghai").expect("zone");
        let check = |printed: &str, seen: Option<&str>, expected: &str| {
            let printed: PublishTime = printed.parse().expect("time");
            let found = born(Some((printed, &zone)), seen.map(at));
            assert_eq!(found, Some(at(expected)), "{printed:?} {seen:?}");
        };
        check("2026-11-23 10:20", None, "2026-11-23T02:20:00Z");
        check(
            "2026-11-23 10:20",
            Some("2026-11-23T05:00:00Z"),
            "2026-11-23T02:20:00Z",
        );
        check("2026-11-23", None, "2026-11-22T16:00:00Z");
        check(
            "2026-11-23",
            Some("2026-11-23T05:00:00Z"),
            "2026-11-23T05:00:00Z",
        );
        check(
            "2026-11-20",
            Some("2026-11-23T05:00:00Z"),
            "2026-11-19T16:00:00Z",
        );
        check(
            "2026-12-24",
            Some("2026-11-23T05:00:00Z"),
            "2026-11-23T05:00:00Z",
        );
        assert_eq!(born(None, Some(at("2026-11-23T05:00:00Z"))), None);
    }
}
