//! What bringing in captures of others came to, in words and in JSON.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::crawl::Imported;

use super::super::output::{Paint, harmless};
use super::report::{bytes, duration};

/// Broken records shown one by one.
const SHOWN: usize = 20;

/// The report in words.
pub(in crate::cli) fn imported(
    told: &Imported,
    dry: bool,
    all: bool,
    elapsed: Duration,
    paint: Paint,
) -> String {
    let mut lines = Vec::new();
    let counted = |counts: Vec<(String, u64)>| {
        let counts = counts
            .into_iter()
            .map(|(name, count)| format!("{name} {count}"));
        counts.collect::<Vec<_>>().join(", ")
    };
    let records = told.records.iter();
    let records = records
        .map(|(kind, count)| (harmless(kind), *count))
        .collect();
    let seconds = elapsed.as_secs_f64().max(0.001);
    let all_records = told.all_records();
    lines.push(format!(
        "{all_records} records in {} of {} files, {} ({:.0} a second): {}",
        bytes(told.bytes),
        told.files,
        duration(elapsed),
        // a rate is told without decimals, and no count of records is that large
        f64::from(u32::try_from(all_records).unwrap_or(u32::MAX)) / seconds,
        counted(records),
    ));
    let looks = told.looks.iter();
    let looks: Vec<_> = looks
        .map(|(outcome, count)| (outcome.name().replace('_', " "), *count))
        .collect();
    let would = if dry { "would be " } else { "" };
    lines.push(format!(
        "{} looks {would}kept at {} pages, {} of them new; {} versions{}",
        paint.bold(&told.kept().to_string()),
        told.pages,
        told.new_pages,
        told.versions,
        within(&counted(looks)),
    ));
    if told.same > 0 {
        lines.push(format!("{} were kept already", told.same));
    }
    if told.all_passed_over() > 0 {
        let reasons = told.passed_over.iter();
        let reasons = reasons.map(|(reason, count)| ((*reason).to_owned(), *count));
        let reasons = counted(reasons.collect());
        lines.push(format!(
            "{} passed over{}",
            told.all_passed_over(),
            within(&reasons)
        ));
    }
    if told.digests_differ > 0 {
        let differ = format!(
            "{} records hold something else than their digest says; a warning is kept with them",
            told.digests_differ
        );
        lines.push(paint.yellow(&differ));
    }
    if told.parts_missing > 0 {
        lines.push(format!(
            "{} articles go on at addresses that nobody looked at; `zhanwen reparse` joins what comes in later",
            told.parts_missing
        ));
    }
    failures(told, &mut lines, paint);
    if !all {
        let stopped =
            "stopped before the end: what came in stays, and the next run brings the rest";
        lines.push(stopped.to_owned());
    }
    lines.join("\n")
}

fn within(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!(": {text}")
    }
}

fn failures(told: &Imported, lines: &mut Vec<String>, paint: Paint) {
    if told.broken > 0 {
        lines.push(paint.red(&format!("{} records are broken:", told.broken)));
        for broken in told.broken_at.iter().take(SHOWN) {
            let (file, reason) = (harmless(&broken.file), harmless(&broken.reason));
            lines.push(format!("  {file} at {}: {reason}", broken.place));
        }
        let shown = told.broken_at.len().min(SHOWN);
        let more = told.broken - u64::try_from(shown).unwrap_or_default();
        if more > 0 {
            lines.push(paint.dim(&format!("  … and {more} more")));
        }
    }
    for file in &told.unreadable {
        let (name, reason) = (harmless(&file.file), harmless(&file.reason));
        lines.push(paint.red(&format!("{name} could not be read: {reason}")));
    }
    for (url, why) in told.failed.iter().take(SHOWN) {
        let line = format!(
            "{} stays as it was: {}",
            harmless(url.as_str()),
            harmless(why)
        );
        lines.push(paint.red(&line));
    }
}

/// The report as JSON.
pub(in crate::cli) fn imported_object(
    told: &Imported,
    dry: bool,
    all: bool,
    elapsed: Duration,
) -> Value {
    let looks = told.looks.iter();
    let looks: Map<String, Value> = looks
        .map(|(outcome, count)| (outcome.name().to_owned(), json!(count)))
        .collect();
    let broken = told.broken_at.iter().map(|broken| {
        json!({
            "file": broken.file,
            "offset": broken.place.offset,
            "unpacked": broken.place.unpacked,
            "reason": broken.reason,
        })
    });
    let unreadable = told.unreadable.iter();
    let unreadable = unreadable.map(|file| json!({"file": file.file, "reason": file.reason}));
    let failed = told.failed.iter();
    let failed = failed.map(|(url, why)| json!({"url": url.as_str(), "reason": why}));
    json!({
        "run": told.run.map(|run| run.0),
        "dry_run": dry,
        "complete": all,
        "seconds": elapsed.as_secs_f64(),
        "files": told.files,
        "bytes": told.bytes,
        "records": told.records,
        "looks": looks,
        "same": told.same,
        "passed_over": told.passed_over,
        "pages": told.pages,
        "new_pages": told.new_pages,
        "versions": told.versions,
        "digests_differ": told.digests_differ,
        "parts_missing": told.parts_missing,
        "broken": told.broken,
        "broken_at": broken.collect::<Vec<_>>(),
        "unreadable": unreadable.collect::<Vec<_>>(),
        "failed": failed.collect::<Vec<_>>(),
    })
}
