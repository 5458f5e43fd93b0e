//! A count over time as a picture: a step line, a bar for the growth between two looks, marks where
//! something happened. For the terminal in characters, for people's documents as SVG.
//!
//! A view count is known at looks alone and is drawn as what it is: it stays where it was seen until
//! the next look. Growth between two looks is spread over the time between them, as so many a day; a
//! counter that falls was reset by the site, and nothing is said of the growth across it.

mod blocks;
mod scale;
mod svg;
mod terminal;

use crate::model::Timestamp;

pub use blocks::blocks;
pub use svg::svg;
pub use terminal::terminal;

/// A count at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it was seen.
    pub at: Timestamp,
    /// How much it was.
    pub count: u64,
}

/// Something that happened beside the count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What, in a few letters: `v2`.
    pub name: String,
}

/// A count over time with what happened beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    points: Vec<Point>,
    marks: Vec<Mark>,
}

/// The time between two points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: Point,
    to: Point,
}

/// A day in milliseconds.
const DAY: u64 = 86_400_000;

impl Chart {
    /// A chart of `points` in the order of time, of which there must be one; marks before the first or
    /// after the last point stand at the edges.
    pub fn new(mut points: Vec<Point>, mut marks: Vec<Mark>) -> Option<Self> {
        points.sort_by_key(|point| point.at);
        marks.sort_by_key(|mark| mark.at);
        (!points.is_empty()).then_some(Self { points, marks })
    }

    fn first(&self) -> Point {
        self.points.first().copied().unwrap_or(Point {
            at: Timestamp::from_unix_millis(0),
            count: 0,
        })
    }

    fn last(&self) -> Point {
        self.points.last().copied().unwrap_or_else(|| self.first())
    }

    fn most(&self) -> u64 {
        let counts = self.points.iter().map(|point| point.count);
        counts.max().unwrap_or_default()
    }

    fn least(&self) -> u64 {
        let counts = self.points.iter().map(|point| point.count);
        counts.min().unwrap_or_default()
    }

    /// Milliseconds from the first point to `at`, as far as the last.
    fn since_first(&self, at: Timestamp) -> u64 {
        millis(self.first().at, at).min(self.length())
    }

    fn length(&self) -> u64 {
        millis(self.first().at, self.last().at)
    }

    fn spans(&self) -> impl Iterator<Item = Span> {
        let next = self.points.iter().skip(1);
        self.points
            .iter()
            .zip(next)
            .map(|(&from, &to)| Span { from, to })
    }

    /// The instants at which the site reset its counter.
    fn resets(&self) -> impl Iterator<Item = Timestamp> {
        let falling = self.spans().filter(|span| span.is_reset());
        falling.map(|span| span.to.at)
    }
}

impl Span {
    const fn is_reset(self) -> bool {
        self.to.count < self.from.count
    }

    /// So many more a day, in hundredths; nothing across a reset or in no time.
    fn per_day(self) -> Option<u64> {
        let gained = self.to.count.checked_sub(self.from.count)?;
        let length = millis(self.from.at, self.to.at);
        let per_day = u128::from(gained) * 100 * u128::from(DAY);
        let per_day = per_day.checked_div(u128::from(length))?;
        Some(u64::try_from(per_day).unwrap_or(u64::MAX))
    }
}

fn millis(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.since(from).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn at_hour(hour: i64) -> Timestamp {
        // 2026-06-01T00:00:00Z
        Timestamp::from_unix_millis(1_780_272_000_000 + hour * 3_600_000)
    }

    pub(super) fn chart(counts: &[(i64, u64)], marks: &[(i64, &str)]) -> Chart {
        let points = counts.iter().map(|&(hour, count)| Point {
            at: at_hour(hour),
            count,
        });
        let marks = marks.iter().map(|&(hour, name)| Mark {
            at: at_hour(hour),
            name: name.to_owned(),
        });
        Chart::new(points.collect(), marks.collect()).expect("points")
    }

    #[test]
    fn growth_is_told_by_the_day_and_never_across_a_reset() {
        let chart = chart(&[(0, 100), (12, 150), (12, 160), (36, 20), (84, 20)], &[]);
        let rates: Vec<_> = chart.spans().map(Span::per_day).collect();
        assert_eq!(rates, [Some(10_000), None, None, Some(0)]);
        assert_eq!(chart.resets().collect::<Vec<_>>(), [at_hour(36)]);
    }

    #[test]
    fn points_come_in_any_order_and_none_is_no_chart() {
        assert_eq!(Chart::new(Vec::new(), Vec::new()), None);
        let chart = chart(&[(5, 2), (0, 1)], &[]);
        assert_eq!((chart.first().count, chart.last().count), (1, 2));
    }
}
