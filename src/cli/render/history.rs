//! A page's past: versions, then looks with view counts, unchanged ones folded but counted.

use crate::archive::{Look, VersionEntry};
use crate::chart::blocks;
use crate::model::Outcome;
use crate::query::{ViewPoint, view_points};

use super::super::output::Paint;
use super::layout::{pad, shorten};

/// Draws the history of the page at `url`.
pub(crate) fn history(
    url: &str,
    versions: &[VersionEntry],
    looks: &[Look],
    width: usize,
    paint: Paint,
) -> String {
    let mut lines = vec![paint.bold(&shorten(url, width)), String::new()];
    lines.push(paint.cyan(&format!(
        "{} version{}",
        versions.len(),
        plural(versions.len())
    )));
    for version in versions {
        let head = format!(
            "  {}  {}  {:>6} characters  ",
            pad(&version.version_no.to_string(), 3),
            minute(&version.observed_at.to_string()),
            version.body_chars,
        );
        let title = version.title.as_deref().unwrap_or("(no title)");
        let anew = match version.reread_in {
            Some(run) => format!("(read anew in run {}) ", run.0),
            None => String::new(),
        };
        let title = format!("{anew}{title}");
        lines.push(format!(
            "{head}{}",
            shorten(&title, width.saturating_sub(head.len()))
        ));
    }

    lines.push(String::new());
    lines.push(paint.cyan(&format!("{} look{}", looks.len(), plural(looks.len()))));
    let mut folded = 0;
    for (index, look) in looks.iter().enumerate() {
        let quiet = matches!(look.outcome, Outcome::Unchanged | Outcome::NotModified);
        let last = index + 1 == looks.len();
        if quiet && !last {
            folded += 1;
            continue;
        }
        if folded > 0 {
            lines.push(paint.dim(&format!("       {folded} unchanged")));
            folded = 0;
        }
        lines.push(look_line(look, paint));
    }

    let points = view_points(looks);
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        lines.push(String::new());
        lines.push(format!(
            "{} {} → {}  {}",
            paint.cyan("views"),
            first.views,
            last.views,
            sparkline(&points)
        ));
        let resets = points
            .iter()
            .filter(|point| point.gained.is_some_and(|gained| gained < 0));
        let resets = resets.count();
        if resets > 0 {
            let times = if resets == 1 {
                "once".to_owned()
            } else {
                format!("{resets} times")
            };
            lines.push(paint.yellow(&format!("the site reset its counter {times}")));
        }
    }
    lines.join("\n")
}

fn look_line(look: &Look, paint: Paint) -> String {
    let status = look
        .status
        .map_or_else(|| "—".to_owned(), |status| status.to_string());
    let outcome = pad(look.outcome.name(), 13);
    let outcome = match look.outcome {
        Outcome::New | Outcome::Changed | Outcome::Reverted => paint.green(&outcome),
        Outcome::Gone | Outcome::Blocked | Outcome::Failed => paint.red(&outcome),
        _ => outcome,
    };
    let version = look
        .version_no
        .map_or_else(String::new, |number| format!("v{number}"));
    let views = look
        .views
        .map_or_else(String::new, |views| format!("{views} views"));
    let reason = look.reason.as_deref().unwrap_or_default();
    let line = format!(
        "  {}  {}  {outcome} {}  {views} {reason}",
        minute(&look.fetched_at.to_string()),
        pad(&status, 3),
        pad(&version, 3),
    );
    line.trim_end().to_owned()
}

/// `2026-11-23T06:11:00.000Z` to the second, with a space a reader can see.
fn minute(instant: &str) -> String {
    instant.get(..19).unwrap_or(instant).replace('T', " ")
}

/// One block for each view count, scaled between the least and the most.
fn sparkline(points: &[ViewPoint]) -> String {
    const MOST_POINTS: usize = 60;
    let least = points.iter().map(|point| point.views).min().unwrap_or(0);
    let every = points.len().div_ceil(MOST_POINTS).max(1);
    let views = points.iter().step_by(every).map(|point| point.views);
    blocks(&views.collect::<Vec<_>>(), least)
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn look(minute: i64, outcome: Outcome, views: u64) -> Look {
        Look {
            fetched_at: Timestamp::from_unix_millis(minute * 60_000),
            status: Some(200),
            outcome,
            reason: None,
            version_no: Some(1),
            views: Some(views),
            entity_hash: None,
        }
    }

    #[test]
    fn unchanged_looks_are_folded_but_counted_and_the_last_is_shown() {
        let looks = [
            look(0, Outcome::New, 5),
            look(1, Outcome::Unchanged, 5),
            look(2, Outcome::Unchanged, 5),
            look(3, Outcome::ViewsOnly, 9),
            look(4, Outcome::Unchanged, 9),
        ];
        let drawn = history(
            "http://www.example.cn/1.html",
            &[],
            &looks,
            80,
            Paint::plain(),
        );
        assert!(drawn.contains("5 looks"), "{drawn}");
        assert!(drawn.contains("2 unchanged"), "{drawn}");
        assert!(drawn.contains("views 5 → 9  ▁▁▁██"), "{drawn}");
    }

    #[test]
    fn a_counter_that_falls_is_called_a_reset() {
        let looks = [look(0, Outcome::New, 500), look(1, Outcome::ViewsOnly, 2)];
        let drawn = history("u", &[], &looks, 80, Paint::plain());
        assert!(drawn.contains("reset its counter once"), "{drawn}");
    }
}
