//! A run's closing report: what came of it, what failed and why, what is left.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::archive::RunReport;
use crate::model::Outcome;

use super::super::output::{Paint, harmless};
use super::layout::pad;

/// Pages named for each reason of failure.
const EXAMPLES: usize = 3;

/// What a run without looks counted.
fn counts(report: &RunReport, elapsed: Duration) -> String {
    let mut lines = vec![format!("done in {}", duration(elapsed))];
    for (name, count) in &report.counts {
        lines.push(format!(
            "  {count:>8}  {}",
            harmless(&name.replace('_', " "))
        ));
    }
    if report.interrupted {
        lines.push("  stopped before the end".to_owned());
    }
    lines.join("\n")
}

/// Draws `report` of a run that took `elapsed`.
pub(crate) fn report(report: &RunReport, elapsed: Duration, paint: Paint) -> String {
    let total = report.total();
    let looks = total.looks();
    if looks == 0 && !report.counts.is_empty() {
        return counts(report, elapsed);
    }
    let mut lines = vec![format!(
        "{} {} in {}, {} received",
        paint.bold(&looks.to_string()),
        if looks == 1 { "look" } else { "looks" },
        duration(elapsed),
        bytes(total.wire_bytes),
    )];
    for (outcome, count) in &total.outcomes {
        let words = pad(words(*outcome), 14);
        let words = match outcome {
            Outcome::New | Outcome::Changed | Outcome::Reverted => paint.green(&words),
            Outcome::Gone | Outcome::Blocked | Outcome::Failed => paint.red(&words),
            _ => words,
        };
        lines.push(format!("  {words} {count}"));
    }
    for (name, count) in &report.counts {
        let words = pad(&harmless(&name.replace('_', " ")), 14);
        lines.push(format!("  {words} {count}"));
    }
    lines.extend(failures(report, EXAMPLES, paint));
    for url in &report.gone_starts {
        lines.push(paint.yellow(&format!("  {url} is gone, and is a start page")));
    }
    for rest in &report.resting {
        lines.push(paint.yellow(&format!(
            "  {} rests until {}: {}",
            rest.host,
            rest.until,
            harmless(&rest.reason)
        )));
    }
    let notices = report.notices.iter();
    lines.extend(notices.map(|notice| paint.yellow(&format!("  {}", harmless(&notice.message)))));
    if report.more_notices > 0 {
        let more = report.more_notices;
        lines.push(paint.yellow(&format!("  … and {more} more of this kind")));
    }
    if report.untold > 0 {
        let (untold, s) = (report.untold, plural(report.untold));
        lines.push(paint.yellow(&format!(
            "  {untold} event{s} went untold: the log was written too slowly"
        )));
    }
    for spent in &report.spent {
        lines.push(paint.yellow(&format!(
            "  {} has used up its {}: {} page{} stay{} due",
            spent.host,
            spent.limit.name(),
            spent.left_due,
            plural(spent.left_due),
            if spent.left_due == 1 { "s" } else { "" },
        )));
    }
    if looks == 0 && report.held > 0 && report.left_due == Some(0) {
        let held = report.held;
        lines.push(paint.yellow(&format!(
            "  another run was at work on {held} host{}, and left nothing to do here",
            plural(held)
        )));
    }
    if let Some(left) = report.left_due.filter(|left| *left > 0) {
        let budget = report
            .used_up
            .map(|limit| format!("the budget of {} is used up", limit.name()));
        let why = if let Some(budget) = &budget {
            budget
        } else if !report.spent.is_empty() {
            "budgets are used up, hosts rest or are in other hands"
        } else if report.interrupted {
            "stopped"
        } else {
            "their hosts rest or are in other hands"
        };
        lines.push(format!(
            "  {left} page{} stay{} due for the next run: {why}",
            plural(left),
            if left == 1 { "s" } else { "" }
        ));
    }
    lines.join("\n")
}

/// The reasons of failure, each with `examples` of its pages.
pub(super) fn failures(report: &RunReport, examples: usize, paint: Paint) -> Vec<String> {
    let mut pages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for look in &report.failed {
        let pages = pages.entry(look.reason.as_str()).or_default();
        pages.push(look.url.as_str());
    }
    let mut lines = Vec::new();
    for (reason, count) in &report.failed_by_reason {
        let named = pages.get(reason.as_str()).into_iter().flatten();
        let named: Vec<_> = named.take(examples).collect();
        let reason = harmless(reason);
        lines.push(paint.yellow(&format!("  {reason}: {count} page{}", plural(*count))));
        lines.extend(named.iter().map(|url| paint.dim(&format!("    {url}"))));
        let more = count.saturating_sub(u64::try_from(named.len()).unwrap_or(u64::MAX));
        if more > 0 {
            lines.push(paint.dim(&format!("    … and {more} more")));
        }
    }
    lines
}

const fn words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::New => "new",
        Outcome::Changed => "changed",
        Outcome::Reverted => "reverted",
        Outcome::ViewsOnly => "views only",
        Outcome::Unchanged => "unchanged",
        Outcome::NotModified => "not modified",
        Outcome::Listed => "lists",
        Outcome::Part => "later parts",
        Outcome::Redirected => "redirected",
        Outcome::Gone => "gone",
        Outcome::Blocked => "blocked",
        Outcome::Failed => "failed",
    }
}

/// A span in words.
pub(crate) fn duration(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..60 => format!("{:.1} s", span.as_secs_f64()),
        60..3_600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        3_600..172_800 => format!("{} h {:02} min", seconds / 3_600, seconds / 60 % 60),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A size in words.
pub(crate) fn bytes(bytes: u64) -> String {
    let float = |count: u64| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    if bytes < 10_000_000 {
        format!("{:.1} kB", float(bytes) / 1e3)
    } else {
        format!("{:.1} MB", float(bytes / 1_000) / 1e3)
    }
}

const fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}
