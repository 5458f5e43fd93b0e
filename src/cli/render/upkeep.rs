//! What looking after the archive came to.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::output::{Paint, harmless};
use crate::store::sqlite::upkeep::{Depth, MOST_FINDINGS, Verified};

use super::report::bytes;

/// What a look at an archive came to, as JSON.
pub(in crate::cli) fn verified_object(path: &Path, depth: Depth, verified: &Verified) -> Value {
    let findings: Vec<Value> = verified
        .findings
        .iter()
        .map(|finding| json!({"part": finding.part.name(), "message": finding.message}))
        .collect();
    json!({
        "archive": path.display().to_string(),
        "whole": verified.is_whole(),
        "depth": match depth { Depth::Quick => "quick", Depth::Full => "full" },
        "bodies": verified.bodies,
        "body_bytes": verified.body_bytes,
        "pruned_bodies": verified.pruned,
        "texts": verified.texts,
        "older_texts": verified.older_texts,
        "indexed": verified.indexed,
        "waiting_for_index": verified.waiting,
        "findings": findings,
        "more_findings": verified.more,
    })
}

/// What a look at an archive came to.
pub(in crate::cli) fn verified(
    path: &Path,
    depth: Depth,
    verified: &Verified,
    paint: Paint,
) -> String {
    let mut lines = Vec::new();
    for finding in &verified.findings {
        let part = paint.red(finding.part.name());
        lines.push(format!("{part}  {}", harmless(&finding.message)));
    }
    if verified.more > 0 {
        lines.push(format!(
            "and {} more: told are the first {MOST_FINDINGS}",
            spaced(verified.more)
        ));
    }
    if depth == Depth::Full {
        lines.push(format!(
            "looked at {} bodies of {}, {} texts, the words of {}",
            spaced(verified.bodies),
            bytes(verified.body_bytes),
            spaced(verified.texts + verified.older_texts),
            spaced(verified.indexed),
        ));
    }
    if verified.pruned > 0 {
        lines.push(format!(
            "the bytes of {} more bodies were pruned",
            spaced(verified.pruned)
        ));
    }
    if verified.waiting > 0 {
        lines.push(format!(
            "{} versions wait for the search index until the next run ends",
            spaced(verified.waiting)
        ));
    }
    lines.push(if verified.is_whole() {
        format!("{} is whole", path.display())
    } else {
        format!(
            "{} is damaged: put a copy in its place, or rescue what can still be read with \
             `sqlite3 {} .recover`",
            path.display(),
            path.display()
        )
    });
    lines.join("\n")
}

/// A number in groups of three digits.
fn spaced(number: u64) -> String {
    let digits = number.to_string();
    let mut spaced = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            spaced.push(',');
        }
        spaced.push(digit);
    }
    spaced
}
