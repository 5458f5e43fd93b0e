//! Where things stand: round numbers for an axis, dates for another, places on a line of so many
//! steps.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::Timestamp;

use super::{Chart, DAY, millis};

/// `value` of `range` as a place on a line from 0 to `length`.
pub(super) fn place(value: u64, range: u64, length: u64) -> u64 {
    let place = u128::from(value.min(range)) * u128::from(length);
    let place = place.checked_div(u128::from(range)).unwrap_or_default();
    u64::try_from(place).unwrap_or(length)
}

/// Round numbers for an axis that holds `least` to `most`: the first at or below, the last at or above,
/// some `wanted` steps between them. An axis begins at 0 unless what it shows lies close together, far away.
pub(super) fn round_numbers(least: u64, most: u64, wanted: u64) -> Vec<u64> {
    let from = if least < most / 2 { 0 } else { least };
    let range = (most - from).max(1);
    let step = round_up(range.div_ceil(wanted.max(1)));
    let first = from / step * step;
    let last = most.div_ceil(step).max(first / step + 1);
    (first / step..=last)
        .map(|number| number.saturating_mul(step))
        .collect()
}

/// The next of 1, 2, 5, 10, 20, 50, ….
fn round_up(number: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            let round = power.saturating_mul(factor);
            if round >= number {
                return round;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// Midnights of UTC for an axis of time, at most `most` of them, the same number of days apart.
pub(super) fn midnights(chart: &Chart, most: u64) -> Vec<(Timestamp, Date)> {
    const DAYS: [u64; 9] = [1, 2, 7, 14, 30, 91, 182, 365, 730];
    let days = chart.length() / DAY + 1;
    let apart = DAYS.into_iter().find(|apart| days / apart <= most);
    let apart = apart.unwrap_or_else(|| days.div_ceil(most.max(1)));
    let begun = chart.first().at.as_unix_millis();
    let day = i64::try_from(DAY).unwrap_or(i64::MAX);
    let first = begun.div_euclid(day) + i64::from(begun.rem_euclid(day) > 0);
    let apart = usize::try_from(apart).unwrap_or(usize::MAX);
    let last = chart.last().at;
    (first..)
        .step_by(apart)
        .map(|number| Timestamp::from_unix_millis(number.saturating_mul(day)))
        .take_while(|&at| at <= last)
        .take(usize::try_from(most).unwrap_or(usize::MAX) + 1)
        .map(|at| (at, at.as_jiff().to_zoned(TimeZone::UTC).date()))
        .collect()
}

/// Whether nothing but an instant is shown.
pub(super) fn is_one_instant(chart: &Chart) -> bool {
    millis(chart.first().at, chart.last().at) == 0
}

#[cfg(test)]
mod tests {
    use super::super::tests::chart;
    use super::*;

    #[test]
    fn axes_have_round_numbers_around_what_they_show() {
        for (least, most, expected) in [
            (0, 0, vec![0, 1]),
            (3, 3, vec![3, 4]),
            (0, 9, vec![0, 5, 10]),
            (5, 100, vec![0, 50, 100]),
            (5_476, 5_730, vec![5_400, 5_500, 5_600, 5_700, 5_800]),
            (40, 130, vec![0, 50, 100, 150]),
        ] {
            assert_eq!(round_numbers(least, most, 3), expected, "{least} {most}");
        }
        let huge = round_numbers(0, u64::MAX, 4);
        assert!(huge.len() < 9, "{huge:?}");
    }

    #[test]
    fn dates_are_midnights_and_never_more_than_there_is_room_for() {
        let dates = |hours: &[(i64, u64)], most| -> Vec<String> {
            let midnights = midnights(&chart(hours, &[]), most);
            midnights.iter().map(|(_, date)| date.to_string()).collect()
        };
        assert_eq!(dates(&[(1, 0), (25, 1)], 5), ["2026-06-02"]);
        assert_eq!(dates(&[(0, 0), (49, 1)], 5).len(), 3);
        assert_eq!(
            dates(&[(0, 0), (24 * 60, 1)], 3),
            ["2026-06-01", "2026-07-01", "2026-07-31"]
        );
        assert!(dates(&[(0, 0), (24 * 366 * 40, 1)], 5).len() <= 6);
        assert_eq!(dates(&[(3, 1)], 5).len(), 0);
    }

    #[test]
    fn places_stay_on_the_line() {
        assert_eq!(place(5, 10, 100), 50);
        assert_eq!(place(50, 10, 100), 100);
        assert_eq!(place(5, 0, 100), 0);
        assert_eq!(place(u64::MAX, u64::MAX, 7), 7);
    }
}
