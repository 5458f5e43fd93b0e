//! The pictures of a version, for a person and as JSON; and how many there are of a site.

use serde_json::{Value, json};

use crate::archive::{AssetEntry, AssetState, AssetSum};

use super::super::output::{Paint, harmless};
use super::layout::pad;
use super::report::bytes;

/// Draws a list of pictures.
pub(crate) fn assets(entries: &[AssetEntry], paint: Paint) -> String {
    let mut lines = vec![paint.bold("pictures")];
    for entry in entries {
        let state = pad(entry.state.name(), 11);
        let state = match entry.state {
            AssetState::Kept => paint.green(&state),
            AssetState::Failed | AssetState::Refused => paint.red(&state),
            AssetState::Wanted | AssetState::PassedOver | AssetState::LeftOut => paint.dim(&state),
        };
        let mut line = format!("{:>4}  {state}", entry.position);
        let mut facts: Vec<String> = Vec::new();
        facts.extend(entry.kind.map(|kind| kind.name().to_owned()));
        let size = entry
            .size
            .map(|(width, height)| format!("{width}×{height}"));
        facts.extend(size);
        facts.extend(entry.bytes.map(bytes));
        facts.extend(entry.reason.as_deref().map(harmless));
        let again = entry.due_at.filter(|_| entry.state == AssetState::Failed);
        facts.extend(again.map(|at| format!("again at {at}")));
        if entry.kind.is_some_and(crate::asset::Kind::is_active) {
            facts.push("may hold scripts".to_owned());
        }
        if !facts.is_empty() {
            line.push_str(&facts.join(", "));
            line.push_str("  ");
        }
        line.push_str(&paint.dim(entry.url.as_str()));
        lines.push(line);
    }
    lines.join("\n")
}

/// A picture as an object.
pub(crate) fn asset_object(entry: &AssetEntry) -> Value {
    json!({
        "position": entry.position,
        "url": entry.url.as_str(),
        "alt": entry.alt,
        "state": entry.state.name(),
        "reason": entry.reason,
        "media_type": entry.kind.map(crate::asset::Kind::media_type),
        "is_active": entry.kind.map(crate::asset::Kind::is_active),
        "width": entry.size.map(|(width, _)| width),
        "height": entry.size.map(|(_, height)| height),
        "bytes": entry.bytes,
        "sha256": entry.entity.map(|hash| hash.to_string()),
        "fetched_at": entry.fetched_at.map(|at| at.to_string()),
        "status": entry.status,
        "due_at": entry.due_at.map(|at| at.to_string()),
    })
}

/// The pictures of a site as an object; zeros where none were ever wanted.
pub(crate) fn asset_sum_object(sum: Option<&AssetSum>) -> Value {
    let number = |of: fn(&AssetSum) -> u64| sum.map_or(0, of);
    json!({
        "kept": number(|sum| sum.kept),
        "bytes": number(|sum| sum.bytes),
        "due": number(|sum| sum.due),
        "later": number(|sum| sum.later),
        "given_up": number(|sum| sum.given_up),
        "not_kept": number(|sum| sum.not_kept),
    })
}

/// One line for each site with pictures.
pub(crate) fn asset_sums(sums: &[AssetSum]) -> Vec<String> {
    sums.iter()
        .map(|sum| {
            let mut facts = vec![format!("{} kept ({})", sum.kept, bytes(sum.bytes))];
            let others = [
                (sum.due, "due"),
                (sum.later, "asked for again later"),
                (sum.given_up, "given up"),
                (sum.not_kept, "not kept"),
            ];
            let others = others.into_iter().filter(|(count, _)| *count > 0);
            facts.extend(others.map(|(count, words)| format!("{count} {words}")));
            format!("pictures of {}: {}", sum.site, facts.join(", "))
        })
        .collect()
}
