//! A run's closing report: what came of it, what failed and why, what is left.

use std::time::Duration;

use crate::crawl::Report;
use crate::model::Outcome;

use super::super::output::Paint;
use super::layout::pad;

/// Pages named for each reason of failure.
const EXAMPLES: usize = 3;

/// Draws `report` of a run that took `elapsed`.
pub(crate) fn report(report: &Report, elapsed: Duration, paint: Paint) -> String {
    let seconds = elapsed.as_secs_f64();
    let mut lines = vec![format!(
        "{} {} in {}, {:.1} kB received",
        paint.bold(&report.looks().to_string()),
        if report.looks() == 1 { "look" } else { "looks" },
        duration(seconds),
        kilobytes(report.wire_bytes),
    )];
    for (outcome, count) in report.counts() {
        let words = pad(words(outcome), 14);
        let words = match outcome {
            Outcome::New | Outcome::Changed | Outcome::Reverted => paint.green(&words),
            Outcome::Gone | Outcome::Blocked | Outcome::Failed => paint.red(&words),
            _ => words,
        };
        lines.push(format!("  {words} {count}"));
    }
    for (reason, pages) in report.failed_by_reason() {
        lines.push(paint.yellow(&format!(
            "  {reason}: {} page{}",
            pages.len(),
            plural(pages.len())
        )));
        lines.extend(
            pages
                .iter()
                .take(EXAMPLES)
                .map(|url| paint.dim(&format!("    {url}"))),
        );
        if pages.len() > EXAMPLES {
            lines.push(paint.dim(&format!("    … and {} more", pages.len() - EXAMPLES)));
        }
    }
    for (host, rest) in report.resting() {
        lines.push(paint.yellow(&format!(
            "  {host} rests until {}: {}",
            rest.until, rest.reason
        )));
    }
    for (host, spent) in report.spent() {
        lines.push(paint.yellow(&format!(
            "  {host} has used up its {}: {} page{} stay due",
            spent.limit.name(),
            spent.left_due,
            if spent.left_due == 1 { "" } else { "s" },
        )));
    }
    let notices = report.notices();
    lines.extend(notices.map(|notice| paint.yellow(&format!("  {}", notice.message))));
    if report.left_due() > 0 {
        let budget = report
            .used_up
            .map(|limit| format!("the budget of {} is used up", limit.name()));
        let why = if let Some(budget) = &budget {
            budget
        } else if report.spent().next().is_some() {
            "budgets are used up, hosts rest or are in other hands"
        } else if report.interrupted {
            "stopped"
        } else {
            "their hosts rest or are in other hands"
        };
        lines.push(format!(
            "  {} pages stay due for the next run: {why}",
            report.left_due()
        ));
    }
    lines.join("\n")
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

fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!(
            "{:.0} min {:02.0} s",
            (seconds / 60.0).floor(),
            seconds % 60.0
        )
    }
}

fn kilobytes(bytes: u64) -> f64 {
    u32::try_from(bytes / 100).map_or(f64::INFINITY, |tenths| f64::from(tenths) / 10.0)
}

const fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
