//! When a view count jumped.

use std::fmt;

use crate::model::Timestamp;

/// A day, over which growth is measured.
const DAY: u128 = 86_400_000;

/// How much growth is a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewJump {
    /// So many within a day; on average, where a page is looked at less often.
    PerDay(u64),
    /// So many thousandths of what it was a day ago, or at the look before where that is longer ago.
    Thousandths(u64),
}

impl Default for ViewJump {
    fn default() -> Self {
        Self::PerDay(1000)
    }
}

impl fmt::Display for ViewJump {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerDay(count) => write!(formatter, "+{count}/day"),
            Self::Thousandths(factor) => {
                let text = format!("{}.{:03}", factor / 1000, factor % 1000);
                let text = text.trim_end_matches('0').trim_end_matches('.');
                write!(formatter, "x{text}")
            }
        }
    }
}

/// A view count as one look saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) at: Timestamp,
    pub(super) views: u64,
}

impl ViewJump {
    /// Whether the count jumped from `before` to `now`.
    fn is_between(self, before: Count, now: Count) -> bool {
        match self {
            Self::PerDay(least) => {
                let gained = u128::from(now.views.saturating_sub(before.views));
                let passed = now.at.since(before.at).as_millis().max(DAY);
                gained > 0 && gained * DAY >= u128::from(least) * passed
            }
            Self::Thousandths(factor) => {
                before.views > 0
                    && now.views > before.views
                    && u128::from(now.views) * 1000 >= u128::from(before.views) * u128::from(factor)
            }
        }
    }

    /// The count from which the last of `counts` jumped, where the one before it had not jumped
    /// already: a jump is told when it begins, and not at each look while it goes on.
    pub(super) fn begun(self, counts: &[Count]) -> Option<Count> {
        let (_, earlier) = counts.split_last()?;
        let from = self.jumped(counts)?;
        match self.jumped(earlier) {
            Some(_) => None,
            None => Some(from),
        }
    }

    fn jumped(self, counts: &[Count]) -> Option<Count> {
        let (now, earlier) = counts.split_last()?;
        let base = base(earlier, *now)?;
        self.is_between(base, *now).then_some(base)
    }
}

/// With what `now` is compared: the first count of the day before, or where there was none the last
/// one that was seen.
fn base(earlier: &[Count], now: Count) -> Option<Count> {
    let day_before = now.at.as_unix_millis().saturating_sub(86_400_000);
    let recent = earlier
        .iter()
        .rev()
        .take_while(|count| count.at.as_unix_millis() >= day_before);
    recent.last().or(earlier.last()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts as (hour, views); the hours at which a jump begins.
    fn check(jump: ViewJump, counts: &[(i64, u64)], expected: &[i64]) {
        let counts: Vec<Count> = counts
            .iter()
            .map(|(hour, views)| Count {
                at: Timestamp::from_unix_millis(hour * 3_600_000),
                views: *views,
            })
            .collect();
        let begun: Vec<i64> = (1..=counts.len())
            .filter(|until| jump.begun(&counts[..*until]).is_some())
            .map(|until| counts[until - 1].at.as_unix_millis() / 3_600_000)
            .collect();
        assert_eq!(begun, expected, "{jump} {counts:?}");
    }

    #[test]
    fn a_jump_is_so_many_views_within_a_day() {
        let jump = ViewJump::PerDay(1000);
        check(jump, &[(0, 10)], &[]);
        check(jump, &[(0, 10), (24, 1009)], &[]);
        check(jump, &[(0, 10), (24, 1010)], &[24]);
        // within minutes as well, but a rate of minutes is none of a day
        check(jump, &[(0, 10), (1, 1010)], &[1]);
        check(jump, &[(0, 10), (1, 500)], &[]);
        // in steps
        check(jump, &[(0, 10), (6, 500), (12, 900), (18, 1010)], &[18]);
        // a week between two looks
        check(jump, &[(0, 10), (168, 6_900)], &[]);
        check(jump, &[(0, 10), (168, 7_010)], &[168]);
    }

    #[test]
    fn a_jump_that_goes_on_is_told_once_and_a_later_one_again() {
        let jump = ViewJump::PerDay(100);
        let counts = [(0, 0), (6, 150), (12, 300), (18, 450), (60, 460), (66, 700)];
        check(jump, &counts, &[6, 66]);
    }

    #[test]
    fn a_counter_that_was_reset_did_not_jump() {
        check(ViewJump::PerDay(100), &[(0, 9000), (6, 3), (12, 60)], &[]);
        check(ViewJump::Thousandths(2000), &[(0, 0), (6, 30)], &[]);
    }

    #[test]
    fn a_jump_is_a_multiple_of_what_it_was() {
        let jump = ViewJump::Thousandths(1500);
        check(jump, &[(0, 100), (5, 149)], &[]);
        check(jump, &[(0, 100), (5, 150)], &[5]);
        check(jump, &[(0, 100), (500, 200)], &[500]);
    }
}
