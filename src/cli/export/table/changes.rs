//! What happened to an article, out of its looks: the same as `zhanwen changes` tells.

use std::collections::BTreeMap;

use crate::archive::{Dossier, KeptArticle};
use crate::model::Timestamp;
use crate::version::{self, Diff, SentenceKind, Span};

use super::Value;
use super::rows::{number, which};

/// An edit: two looks in a row that saw different versions.
#[derive(Debug)]
pub(in crate::cli::export) struct Edit<'a> {
    /// The look before.
    pub(in crate::cli::export) seen_before_at: Timestamp,
    /// The look that saw it.
    pub(in crate::cli::export) observed_at: Timestamp,
    /// What it was.
    pub(in crate::cli::export) before: &'a KeptArticle,
    /// What it became.
    pub(in crate::cli::export) after: &'a KeptArticle,
}

impl Edit<'_> {
    /// Whether both were read by different readers, so that the page may be the same.
    pub(in crate::cli::export) fn by_other_reader(&self) -> bool {
        self.before.reading.parser != self.after.reading.parser
    }

    /// What differs.
    pub(in crate::cli::export) fn diff(&self) -> Diff {
        version::diff(&self.before.reading.article, &self.after.reading.article)
    }
}

/// The edits of an article, first to last.
pub(in crate::cli::export) fn edits(dossier: &Dossier) -> Vec<Edit<'_>> {
    let versions: BTreeMap<u32, &KeptArticle> = dossier
        .versions
        .iter()
        .map(|kept| (kept.version_no, kept))
        .collect();
    let mut edits = Vec::new();
    let mut last: Option<(u32, Timestamp)> = None;
    for look in &dossier.looks {
        let Some(seen) = look.version_no else {
            continue;
        };
        if let Some((before, seen_before_at)) = last
            && before != seen
            && let (Some(before), Some(after)) = (versions.get(&before), versions.get(&seen))
        {
            edits.push(Edit {
                seen_before_at,
                observed_at: look.fetched_at,
                before,
                after,
            });
        }
        last = Some((seen, look.fetched_at));
    }
    edits
}

/// A row for each edit, first to last, and one for vanishing.
pub(super) fn rows(dossier: &Dossier) -> Vec<Vec<Value<'_>>> {
    let mut rows: Vec<Vec<Value<'_>>> = edits(dossier)
        .iter()
        .map(|edit| row(dossier, edit))
        .collect();
    if let Some(gone_at) = dossier.current.gone_at {
        let mut row = which(dossier).to_vec();
        row.extend([
            Value::text("vanished"),
            Value::Instant(gone_at),
            Value::day(Some(gone_at)),
        ]);
        row.resize(
            super::columns(crate::cli::args::What::Changes).len(),
            Value::Null,
        );
        rows.push(row);
    }
    rows
}

fn row<'a>(dossier: &'a Dossier, edit: &Edit<'a>) -> Vec<Value<'a>> {
    let (before, after) = (&edit.before.reading.article, &edit.after.reading.article);
    let diff = edit.diff();
    let mut fields: Vec<&str> = diff.fields.iter().map(|change| change.field).collect();
    fields.dedup();
    if !diff.body.is_empty() {
        fields.push("body");
    }
    let chars = |text: Option<&str>| {
        let count = text.unwrap_or_default().chars().count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    let delta = chars(after.body_text.as_deref()) - chars(before.body_text.as_deref());
    let mut row = which(dossier).to_vec();
    // the headline as it became: the current one may be a later one
    if let Some(title) = row.get_mut(2) {
        *title = Value::optional_text(after.title.as_deref());
    }
    row.extend([
        Value::text("edited"),
        Value::Instant(edit.observed_at),
        Value::day(Some(edit.observed_at)),
        Value::Instant(edit.seen_before_at),
        number(Some(edit.before.version_no)),
        number(Some(edit.after.version_no)),
        Value::Boolean(edit.by_other_reader()),
        Value::owned(fields.join(" ")),
        Value::Integer(delta),
        Value::optional_text(before.title.as_deref()),
        Value::optional_text(before.source.as_deref()),
        Value::optional_text(after.source.as_deref()),
        Value::optional_text(before.author.as_deref()),
        Value::optional_text(after.author.as_deref()),
        Value::owned(sentences(&diff, |span| !matches!(span, Span::Added(_)))),
        Value::owned(sentences(&diff, |span| !matches!(span, Span::Removed(_)))),
    ]);
    row
}

/// The sentences that differ, one a line, made of the pieces that `is_of` one side.
fn sentences(diff: &Diff, is_of: impl Fn(&Span) -> bool) -> String {
    let differing = diff
        .body
        .iter()
        .filter(|sentence| sentence.kind() != SentenceKind::Kept);
    let texts = differing.map(|sentence| {
        let pieces = sentence.spans.iter().filter(|span| is_of(span));
        pieces.map(Span::text).collect::<String>()
    });
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}
