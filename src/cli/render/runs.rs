//! The list of runs, and one run in full.

use std::time::Duration;

use unicode_width::UnicodeWidthStr as _;

use crate::archive::{RunEnd, RunEntry, RunRecord, RunState, Tally};
use crate::model::{Outcome, Timestamp};

use super::super::output::{Paint, harmless};
use super::layout::{pad, shorten};
use super::report::{bytes, duration, failures, report};
use super::table::table;

/// Hosts shown of a run; a run of a thousand says more in JSON.
const HOSTS: usize = 30;

/// Columns of the list before the command line.
const HEAD: [(&str, usize); 8] = [
    ("run", 5),
    ("began (UTC)", 16),
    ("took", 11),
    ("looks", 6),
    ("new", 5),
    ("changed", 7),
    ("failed", 6),
    ("outcome", 11),
];

/// The list of `runs` in `width` columns.
pub(crate) fn runs(runs: &[RunEntry], now: Timestamp, width: usize, paint: Paint) -> String {
    let columns = HEAD
        .iter()
        .map(|(_name, columns)| columns + 1)
        .sum::<usize>();
    let head = HEAD.map(|(name, _columns)| name.to_owned());
    let what = width.saturating_sub(columns);
    let mut lines = vec![paint.cyan(line(&head, "what", what).trim_end())];
    for run in runs {
        let cells = [
            run.run.0.to_string(),
            minute(run.started_at),
            duration(took(run, now)),
            run.looks.looks().to_string(),
            run.looks.of(Outcome::New).to_string(),
            run.looks.changed().to_string(),
            run.looks.failed().to_string(),
            run.state.name().to_owned(),
        ];
        let drawn = line(&cells, &arguments(run), what);
        lines.push(match run.state {
            RunState::Killed | RunState::Ended(RunEnd::Failed) => paint.red(&drawn),
            RunState::Running => paint.green(&drawn),
            RunState::Ended(_) => drawn,
        });
    }
    lines.join("\n")
}

/// One run in full.
pub(crate) fn run_in_full(
    record: &RunRecord,
    now: Timestamp,
    width: usize,
    paint: Paint,
) -> String {
    let entry = &record.entry;
    let mut lines = vec![
        format!(
            "{} {}, {}",
            paint.bold(&format!("run {}", entry.run.0)),
            entry.kind.name(),
            state(entry)
        ),
        paint.dim(&format!("  {}", harmless(&entry.command_line))),
        paint.dim(&format!(
            "  {} to {} by zhanwen {}",
            entry.started_at,
            entry
                .ended_at
                .map_or_else(|| "?".to_owned(), |at| at.to_string()),
            entry.tool_version
        )),
    ];
    if let Some(error) = &entry.error {
        lines.push(paint.red(&format!("  {}", harmless(error))));
    }
    if !record.reported {
        lines.push(paint.dim("  it left no report; this is what its looks tell"));
    }
    lines.push(String::new());
    lines.push(report(&record.report, took(entry, now), paint));
    let sites = record.report.sites.iter();
    let mut rows: Vec<_> = sites
        .map(|(site, tally)| row(site.as_str(), tally))
        .collect();
    if rows.is_empty() {
        return lines.join("\n");
    }
    lines.push(String::new());
    lines.extend(table(&tally_head("site"), &rows, width, paint));
    let mut busiest: Vec<_> = record.report.hosts.iter().collect();
    busiest.sort_by_key(|(_host, tally)| std::cmp::Reverse((tally.failed(), tally.looks())));
    let more = busiest.len().saturating_sub(HOSTS);
    rows = busiest
        .iter()
        .take(HOSTS)
        .map(|(host, tally)| row(host.as_str(), tally))
        .collect();
    lines.push(String::new());
    lines.extend(table(&tally_head("host"), &rows, width, paint));
    if more > 0 {
        lines.push(paint.dim(&format!("… and {more} more, with fewer failures")));
    }
    if !record.report.failed.is_empty() {
        lines.push(String::new());
        lines.push(paint.cyan("what failed"));
        lines.extend(failures(&record.report, usize::MAX, paint));
    }
    lines.join("\n")
}

fn state(entry: &RunEntry) -> String {
    let last = entry.last_look_at.map_or_else(
        || "before its first look".to_owned(),
        |at| format!("its last look was at {at}"),
    );
    match entry.state {
        RunState::Killed => format!("killed: {last}"),
        RunState::Running => format!("running: {last}"),
        RunState::Ended(end) => end.name().to_owned(),
    }
}

const fn tally_head(name: &'static str) -> [&'static str; 7] {
    [
        name, "looks", "new", "changed", "gone", "failed", "received",
    ]
}

fn row(name: &str, tally: &Tally) -> Vec<String> {
    vec![
        harmless(name),
        tally.looks().to_string(),
        tally.of(Outcome::New).to_string(),
        tally.changed().to_string(),
        tally.of(Outcome::Gone).to_string(),
        tally.failed().to_string(),
        bytes(tally.wire_bytes),
    ]
}

/// How long a run took; one without an end until its last look, one at work until now.
fn took(entry: &RunEntry, now: Timestamp) -> Duration {
    let until = match entry.state {
        RunState::Running => now,
        RunState::Ended(_) | RunState::Killed => entry
            .ended_at
            .or(entry.last_look_at)
            .unwrap_or(entry.started_at),
    };
    until.since(entry.started_at)
}

fn line(cells: &[String; 8], what: &str, columns: usize) -> String {
    let mut line = String::new();
    for (cell, (name, columns)) in cells.iter().zip(HEAD) {
        let is_text = matches!(name, "began (UTC)" | "outcome");
        let missing = columns.saturating_sub(cell.width());
        let padded = if is_text {
            pad(cell, columns)
        } else {
            format!("{}{cell}", " ".repeat(missing))
        };
        line.push_str(&padded);
        line.push(' ');
    }
    // a command line of a few letters tells nothing
    if columns >= 8 {
        line.push_str(&shorten(what, columns));
    }
    line.trim_end().to_owned()
}

/// The command line without the program's own name.
fn arguments(run: &RunEntry) -> String {
    let words = run.command_line.split_once(' ');
    harmless(words.map_or("", |(_program, arguments)| arguments))
}

fn minute(instant: Timestamp) -> String {
    let text = instant.to_string().replace('T', " ");
    text.chars().take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::{RunId, RunKind, RunReport};
    use crate::model::{HostKey, SiteId};

    fn entry(state: RunState) -> RunEntry {
        let started_at: Timestamp = "2026-11-23T06:11:00.000Z".parse().expect("instant");
        let mut looks = Tally::default();
        looks.count(Outcome::New, 12);
        looks.count(Outcome::Failed, 3);
        RunEntry {
            run: RunId(41),
            kind: RunKind::Crawl,
            command_line: "/usr/bin/zhanwen crawl -q \u{1b}[2J展会网站".to_owned(),
            tool_version: "0.1.0".to_owned(),
            started_at,
            ended_at: (state != RunState::Killed)
                .then(|| started_at.plus(Duration::from_secs(723))),
            last_look_at: Some(started_at.plus(Duration::from_secs(65))),
            state,
            error: None,
            looks,
        }
    }

    #[test]
    fn a_list_fits_its_columns() {
        let entries = [
            entry(RunState::Ended(RunEnd::Completed)),
            entry(RunState::Killed),
        ];
        let now = entries[0].started_at;
        let drawn = runs(&entries, now, 100, Paint::plain());
        assert_eq!(
            drawn,
            "  run began (UTC)             took  looks   new changed failed outcome     what\n   \
             41 2026-11-23 06:11 12 min 03 s     15    12       0      3 completed   crawl -q \u{fffd}[2J展会网站\n   \
             41 2026-11-23 06:11  1 min 05 s     15    12       0      3 killed      crawl -q \u{fffd}[2J展会网站"
        );
        for width in [60, 80] {
            let drawn = runs(&entries, now, width, Paint::plain());
            assert!(drawn.lines().all(|line| line.width() <= 80), "{drawn}");
        }
    }

    #[test]
    fn a_killed_run_says_so_and_what_its_looks_tell() {
        let entry = entry(RunState::Killed);
        let now = entry.started_at;
        let mut report = RunReport::default();
        report
            .sites
            .insert(SiteId::new("expo"), entry.looks.clone());
        let host = HostKey::from_kept("expo.example.cn");
        report.hosts.insert(host, entry.looks.clone());
        let record = RunRecord {
            entry,
            report,
            reported: false,
        };
        let drawn = run_in_full(&record, now, 80, Paint::plain());
        for part in [
            "run 41 crawl, killed: its last look was at 2026-11-23T06:12:05.000Z",
            "it left no report",
            "15 looks in 1 min 05 s",
            "expo.example.cn     15   12        0     0       3    0.0 kB",
        ] {
            assert!(drawn.contains(part), "{part}\n{drawn}");
        }
        assert!(!drawn.contains('\u{1b}'), "{drawn}");
    }
}
