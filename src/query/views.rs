//! A page's view counts over time, with the growth between them.

use crate::archive::Look;
use crate::chart::{Chart, Mark, Point};
use crate::model::Timestamp;

/// A view count as one look saw it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewPoint {
    /// When.
    pub at: Timestamp,
    /// The count.
    pub views: u64,
    /// How many more than at the point before; negative where the site reset its counter.
    pub gained: Option<i64>,
    /// Views a day since the point before; none across a reset or within the same instant.
    pub per_day: Option<f64>,
}

/// The view counts among `looks`, first to last.
pub fn view_points(looks: &[Look]) -> Vec<ViewPoint> {
    let mut points: Vec<ViewPoint> = Vec::new();
    for look in looks {
        let Some(views) = look.views else { continue };
        let before = points.last();
        let gained = before.map(|before| {
            let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            signed(views).saturating_sub(signed(before.views))
        });
        let days = before.map(|before| look.fetched_at.since(before.at).as_secs_f64() / 86_400.0);
        let per_day = match (gained, days) {
            (Some(gained), Some(days)) if gained >= 0 && days > 0.0 => u32::try_from(gained)
                .ok()
                .map(|gained| f64::from(gained) / days),
            _ => None,
        };
        points.push(ViewPoint {
            at: look.fetched_at,
            views,
            gained,
            per_day,
        });
    }
    points
}

/// The view counts among `looks` as a chart, with a mark at each look that found another version than the
/// one before; none where no count was seen.
pub fn view_chart(looks: &[Look]) -> Option<Chart> {
    let points = looks.iter().filter_map(|look| {
        look.views.map(|count| Point {
            at: look.fetched_at,
            count,
        })
    });
    let mut before = None;
    let mut marks = Vec::new();
    for look in looks {
        let Some(number) = look.version_no else {
            continue;
        };
        if before.is_some_and(|before| before != number) {
            marks.push(Mark {
                at: look.fetched_at,
                name: format!("v{number}"),
            });
        }
        before = Some(number);
    }
    Chart::new(points.collect(), marks)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Outcome;

    fn look(hours: u64, views: Option<u64>) -> Look {
        Look {
            fetched_at: Timestamp::from_unix_millis(0).plus(Duration::from_secs(hours * 3600)),
            status: Some(200),
            outcome: Outcome::ViewsOnly,
            reason: None,
            version_no: Some(1),
            views,
            entity_hash: None,
        }
    }

    #[test]
    fn growth_is_counted_between_looks_that_saw_a_number() {
        let points = view_points(&[look(0, Some(10)), look(6, None), look(12, Some(16))]);
        assert_eq!(points.len(), 2);
        assert_eq!(points[1].gained, Some(6));
        assert_eq!(points[1].per_day, Some(12.0));
    }

    #[test]
    fn a_reset_has_no_rate() {
        let points = view_points(&[look(0, Some(900)), look(24, Some(3))]);
        assert_eq!(points[1].gained, Some(-897));
        assert_eq!(points[1].per_day, None);
    }
}
