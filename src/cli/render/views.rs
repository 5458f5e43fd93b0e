//! View counts over time: the chart and what it comes to.

use serde_json::{Value, json};

use crate::chart::{Chart, terminal};
use crate::cli::output::{Paint, harmless};
use crate::query::ViewPoint;

use super::layout::shorten;

/// The chart under its title, and what it comes to in a sentence.
pub(in crate::cli) fn views(
    title: &str,
    points: &[ViewPoint],
    chart: &Chart,
    width: usize,
    paint: Paint,
) -> String {
    let mut lines = vec![paint.bold(&shorten(&harmless(title), width)), String::new()];
    lines.extend(terminal(chart, width));
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        lines.push(String::new());
        lines.push(format!(
            "{} views at {}, {} at {}",
            first.views, first.at, last.views, last.at
        ));
    }
    let resets = points.iter().filter(|point| is_reset(point)).count();
    if resets > 0 {
        let times = if resets == 1 { "once" } else { "several times" };
        lines.push(paint.yellow(&format!("↺ the site reset its counter {times}")));
    }
    lines.join("\n")
}

/// View counts as an object.
pub(in crate::cli) fn views_object(url: &str, points: &[ViewPoint]) -> Value {
    let points: Vec<Value> = points
        .iter()
        .map(|point| {
            json!({
                "at": point.at.to_string(),
                "views": point.views,
                "gained": point.gained,
                "per_day": point.per_day,
                "reset": is_reset(point),
            })
        })
        .collect();
    json!({"url": url, "points": points})
}

fn is_reset(point: &ViewPoint) -> bool {
    point.gained.is_some_and(|gained| gained < 0)
}
