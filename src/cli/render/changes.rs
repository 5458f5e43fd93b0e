//! Changes of articles: a heading for each, then what differs.

use serde_json::{Value, json};

use crate::archive::Happening;
use crate::cli::output::{Paint, harmless};
use crate::query::Change;

use super::diff::diff;
use super::json::diff_object;
use super::layout::shorten;

/// Draws changes for a terminal of `width` columns.
pub(in crate::cli) fn changes(changes: &[Change], width: usize, paint: Paint) -> String {
    if changes.is_empty() {
        return "nothing was edited, and nothing vanished".to_owned();
    }
    let parts: Vec<String> = changes
        .iter()
        .map(|change| one(change, width, paint))
        .collect();
    parts.join("\n\n")
}

fn one(change: &Change, width: usize, paint: Paint) -> String {
    let entry = &change.entry;
    let article = &change.article.reading.article;
    let title = harmless(article.title.as_deref().unwrap_or("(no title)"));
    let by: Vec<String> = [
        Some(entry.site.to_string()),
        article.source.clone(),
        article.author.clone(),
        article.publish_time.map(|time| time.to_string()),
    ]
    .into_iter()
    .flatten()
    .map(|part| harmless(&part))
    .collect();
    let what = match entry.happening {
        Happening::Edited {
            before,
            after,
            other_reader,
        } => {
            let reader = if other_reader {
                ", read by another reader"
            } else {
                ""
            };
            let seen = entry.seen_before_at.map_or_else(String::new, |before| {
                format!("{} … ", minute(&before.to_string()))
            });
            let head = format!("edited  {seen}{}", minute(&entry.observed_at.to_string()));
            format!("{}  v{before} → v{after}{reader}", paint.yellow(&head))
        }
        Happening::Vanished => {
            let head = format!("vanished  {}", minute(&entry.observed_at.to_string()));
            paint.red(&head)
        }
    };
    let mut lines = vec![
        what,
        paint.bold(&shorten(&title, width)),
        paint.dim(&shorten(&by.join(" · "), width)),
        shorten(entry.url.as_str(), width),
    ];
    if !change.diff.is_empty() {
        lines.push(diff(&change.diff, width, paint));
    }
    lines.join("\n")
}

/// `2026-11-23T06:11:00.000Z` to the minute, with a space a reader can see.
fn minute(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// A change as an object.
pub(in crate::cli) fn change_object(change: &Change) -> Value {
    let entry = &change.entry;
    let article = &change.article.reading.article;
    let object = json!({
        "happening": match entry.happening {
            Happening::Edited { .. } => "edited",
            Happening::Vanished => "vanished",
        },
        "url": entry.url.as_str(),
        "site": entry.site.as_str(),
        "observed_at": entry.observed_at.to_string(),
        "seen_before_at": entry.seen_before_at.map(|at| at.to_string()),
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "publish_time": article.publish_time.map(|time| time.to_string()),
    });
    let Happening::Edited {
        before,
        after,
        other_reader,
    } = entry.happening
    else {
        return object;
    };
    let diff = diff_object(entry.url.as_str(), before, after, &change.diff);
    match (object, diff) {
        (Value::Object(mut object), Value::Object(mut diff)) => {
            diff.shift_remove("url");
            object.extend(diff);
            object.insert("other_reader".to_owned(), json!(other_reader));
            Value::Object(object)
        }
        (object, _) => object,
    }
}
