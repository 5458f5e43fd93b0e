//! The JSON of a run and of what it came to (`docs/json.md`).

use serde_json::{Map, Value, json};

use crate::archive::{RunEntry, RunReport, Tally};
use crate::model::{Outcome, PageUrl};
use crate::rules::Limit;

/// What a run came to, as an object.
pub(crate) fn report_object(report: &RunReport) -> Value {
    let total = report.total();
    let failed = report.failed.iter().map(|look| {
        json!({"url": look.url.as_str(), "outcome": look.outcome.name(), "reason": look.reason})
    });
    let resting = report.resting.iter().map(|rest| {
        json!({"host": rest.host.as_str(), "until": rest.until.to_string(), "reason": rest.reason})
    });
    let spent = report.spent.iter().map(|spent| {
        json!({"host": spent.host.as_str(), "used_up": spent.limit.name(), "left_due": spent.left_due})
    });
    let notices = report.notices.iter().map(|notice| {
        json!({"kind": notice.kind.name(), "url": notice.url.as_str(), "message": notice.message})
    });
    let gone: Vec<&str> = report.gone_starts.iter().map(PageUrl::as_str).collect();
    let sites = report.sites.iter();
    let sites = sites.map(|(site, tally)| (site.as_str().to_owned(), share(tally)));
    let hosts = report.hosts.iter();
    let hosts = hosts.map(|(host, tally)| (host.as_str().to_owned(), share(tally)));
    json!({
        "looks": total.looks(),
        "outcomes": Outcome::ALL
            .into_iter()
            .map(|outcome| (outcome.name().to_owned(), json!(total.of(outcome))))
            .collect::<Map<_, _>>(),
        "new_pages": report.new_pages,
        "wire_bytes": total.wire_bytes,
        "left_due": report.left_due,
        "interrupted": report.interrupted,
        "out_of_budget": report.out_of_budget(),
        "used_up": report.used_up.map(Limit::name),
        "spent": spent.collect::<Vec<_>>(),
        "held": report.held,
        "gone_starts": gone,
        "failed": failed.collect::<Vec<_>>(),
        "failed_by_reason": report.failed_by_reason,
        "resting": resting.collect::<Vec<_>>(),
        "notices": notices.collect::<Vec<_>>(),
        "more_notices": report.more_notices,
        "untold": report.untold,
        "counts": report.counts,
        "sites": sites.collect::<Map<_, _>>(),
        "hosts": hosts.collect::<Map<_, _>>(),
    })
}

/// A run as an object.
pub(crate) fn run_object(entry: &RunEntry) -> Value {
    let ended = entry.ended_at.or(entry.last_look_at);
    json!({
        "run": entry.run.0,
        "kind": entry.kind.name(),
        "state": entry.state.name(),
        "started_at": entry.started_at.to_string(),
        "ended_at": entry.ended_at.map(|at| at.to_string()),
        "last_look_at": entry.last_look_at.map(|at| at.to_string()),
        "seconds": ended.map(|at| at.since(entry.started_at).as_secs_f64()),
        "command_line": entry.command_line,
        "zhanwen": entry.tool_version,
        "error": entry.error,
        "looks": entry.looks.looks(),
        "outcomes": outcomes(&entry.looks),
    })
}

fn share(tally: &Tally) -> Value {
    json!({
        "looks": tally.looks(),
        "outcomes": outcomes(tally),
        "wire_bytes": tally.wire_bytes,
    })
}

fn outcomes(tally: &Tally) -> Map<String, Value> {
    let outcomes = tally.outcomes.iter();
    outcomes
        .map(|(outcome, looks)| (outcome.name().to_owned(), json!(looks)))
        .collect()
}
