//! The JSON of a page, of a history and of a diff (`docs/json.md`).
//!
//! Field names and order are a contract: fields are added, never renamed or removed.

use serde_json::{Map, Value, json};

use crate::archive::{Look, Reading, VersionEntry};
use crate::chinese::script;
use crate::model::Timestamp;
use crate::version::{Diff, SentenceKind, Span};

/// What is known of a page beside its reading.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// What was asked for.
    pub url: Option<String>,
    /// Where it was found, redirects followed.
    pub final_url: Option<String>,
    /// The status.
    pub status: Option<u16>,
    /// When.
    pub fetched_at: Option<Timestamp>,
    /// The version's number.
    pub version: Option<u32>,
    /// What the look came to, as in `new`, `views_only`.
    pub change: Option<&'static str>,
    /// Fields changed since the last version.
    pub changed_fields: Vec<String>,
    /// Why there is no article.
    pub error: Option<String>,
}

/// One page as an object; every key is always present.
pub(crate) fn article_object(facts: &Facts, reading: Option<&Reading>) -> Value {
    let article = reading.map(|reading| &reading.article);
    let text = |field: fn(&crate::model::Article) -> &Option<String>| {
        article.and_then(|article| field(article).clone())
    };
    let images: Vec<Value> = article
        .into_iter()
        .flat_map(|article| &article.images)
        .map(|image| json!({"url": image.url.as_str(), "alt": image.alt}))
        .collect();
    let provenance: Map<String, Value> = reading
        .into_iter()
        .flat_map(|reading| &reading.provenance)
        .map(|(field, rule)| (field.name().to_owned(), Value::from(rule.as_str())))
        .collect();
    let as_printed = article
        .and_then(|article| article.as_printed.as_ref())
        .map(|printed| json!({"title": printed.title, "body_text": printed.body_text}));
    let search_text = article.and_then(|article| {
        script::search_text(
            article.lang.as_deref(),
            article.title.as_deref(),
            article.body_text.as_deref(),
        )
    });
    json!({
        "url": facts.url,
        "final_url": facts.final_url,
        "status": facts.status,
        "fetched_at": facts.fetched_at.map(|instant| instant.to_string()),
        "encoding": reading.map(|reading| {
            json!({"name": reading.encoding, "evidence": reading.encoding_evidence})
        }),
        "title": text(|article| &article.title),
        "summary": text(|article| &article.summary),
        "source": text(|article| &article.source),
        "author": text(|article| &article.author),
        "editor": text(|article| &article.editor),
        "publish_time": article.and_then(|article| article.publish_time).map(|time| time.to_string()),
        "publish_time_raw": text(|article| &article.publish_time_raw),
        "views": article.and_then(|article| article.views),
        "views_note": article.and_then(|article| article.views_note).map(crate::model::ViewsNote::name),
        "body_text": text(|article| &article.body_text),
        "body_html": text(|article| &article.body_html),
        "images": images,
        "lang": text(|article| &article.lang),
        "search_text": search_text,
        "as_printed": as_printed,
        "version": facts.version,
        "change": facts.change,
        "changed_fields": facts.changed_fields,
        "warnings": reading.map(|reading| reading.warnings.clone()).unwrap_or_default(),
        "provenance": provenance,
        "error": facts.error,
    })
}

/// A page's versions and looks as an object.
pub(crate) fn history_object(url: &str, versions: &[VersionEntry], looks: &[Look]) -> Value {
    let versions: Vec<Value> = versions
        .iter()
        .map(|version| {
            json!({
                "version": version.version_no,
                "observed_at": version.observed_at.to_string(),
                "title": version.title,
                "body_chars": version.body_chars,
                "content_sha256": version.content.to_string(),
                "parser": version.parser,
                "reread_in": version.reread_in.map(|run| run.0),
            })
        })
        .collect();
    let looks: Vec<Value> = looks
        .iter()
        .map(|look| {
            json!({
                "fetched_at": look.fetched_at.to_string(),
                "status": look.status,
                "outcome": look.outcome.name(),
                "reason": look.reason,
                "version": look.version_no,
                "views": look.views,
                "entity_sha256": look.entity_hash.map(|hash| hash.to_string()),
            })
        })
        .collect();
    json!({"url": url, "versions": versions, "looks": looks})
}

/// A diff as an object.
pub(crate) fn diff_object(url: &str, old: u32, new: u32, diff: &Diff) -> Value {
    let fields: Vec<Value> = diff
        .fields
        .iter()
        .map(
            |change| json!({"field": change.field, "before": change.before, "after": change.after}),
        )
        .collect();
    let body: Vec<Value> = diff
        .body
        .iter()
        .map(|sentence| {
            json!({
                "kind": kind(sentence.kind()),
                "paragraph_before": sentence.paragraph_before,
                "paragraph_after": sentence.paragraph_after,
                "spans": sentence.spans.iter().map(span).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({"url": url, "old": old, "new": new, "fields": fields, "body": body})
}

const fn kind(kind: SentenceKind) -> &'static str {
    match kind {
        SentenceKind::Kept => "kept",
        SentenceKind::Removed => "removed",
        SentenceKind::Added => "added",
        SentenceKind::Edited => "edited",
    }
}

fn span(span: &Span) -> Value {
    let kind = match span {
        Span::Equal(_) => "equal",
        Span::Removed(_) => "removed",
        Span::Added(_) => "added",
    };
    json!({"kind": kind, "text": span.text()})
}
