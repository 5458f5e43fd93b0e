//! Saved searches in a list, and the news of one: as text and as JSON.

use serde_json::{Value, json};

use crate::alert::{Alert, EventKind, Item};
use crate::archive::SavedSearch;
use crate::cli::output::{Paint, harmless};

use super::diff::diff;
use super::json::diff_object;
use super::layout::shorten;

/// The saved searches, each with the number of its news; none where it cannot be read.
pub(in crate::cli) fn saved(
    searches: &[(SavedSearch, Option<usize>)],
    width: usize,
    paint: Paint,
) -> String {
    if searches.is_empty() {
        return "no search is saved; `zhanwen saved add NAME WORDS` keeps one".to_owned();
    }
    let one = |(search, waiting): &(SavedSearch, Option<usize>)| {
        let news = match waiting {
            Some(0) => paint.dim("nothing new"),
            Some(count) => paint.yellow(&format!("{count} new")),
            None => paint.red("not understood"),
        };
        let told = match search.told_at {
            Some(at) => format!("{} told, last {}", search.told, minute(&at.to_string())),
            None => "nothing told yet".to_owned(),
        };
        let query = shorten(&harmless(&search.query), width.saturating_sub(2));
        format!(
            "{}  {news}\n  {query}\n  {}",
            paint.bold(&harmless(&search.name)),
            paint.dim(&shorten(
                &format!("{} · {told}", harmless(&search.events)),
                width.saturating_sub(2)
            ))
        )
    };
    let all: Vec<String> = searches.iter().map(one).collect();
    all.join("\n")
}

/// A saved search as an object.
pub(in crate::cli) fn saved_object(search: &SavedSearch, waiting: Option<usize>) -> Value {
    json!({
        "name": search.name,
        "query": search.query,
        "events": search.events,
        "created_at": search.created_at.to_string(),
        "told_until": search.told_until.0,
        "told_at": search.told_at.map(|at| at.to_string()),
        "told": search.told,
        "waiting": waiting,
    })
}

/// The news of a search for a terminal of `width` columns.
pub(in crate::cli) fn news(alert: &Alert, width: usize, paint: Paint) -> String {
    let count = match alert.items.len() {
        1 => "1 event".to_owned(),
        more => format!("{more} events"),
    };
    let mut parts = vec![paint.cyan(&format!("{}: {count}", harmless(&alert.name)))];
    parts.extend(alert.items.iter().map(|item| one(item, width, paint)));
    parts.join("\n\n") + "\n"
}

fn one(item: &Item, width: usize, paint: Paint) -> String {
    let at = minute(&item.observed_at.to_string());
    let since = item.since.map(|since| minute(&since.to_string()));
    let since = since.unwrap_or_default();
    let what = match item.kind {
        EventKind::New => paint.green(&format!("new  {at}")),
        EventKind::Edited => {
            let lost = if item.found { "" } else { ", no longer found" };
            paint.yellow(&format!("edited  {since} … {at}{lost}"))
        }
        EventKind::Gone => paint.red(&format!("vanished  {since}")),
        EventKind::Back => paint.green(&format!("back  {at}, gone since {since}")),
        EventKind::Views => {
            let (before, now) = item.views.unwrap_or_default();
            paint.yellow(&format!("views  {before} → {now}, {since} … {at}"))
        }
    };
    let versions = item.previous_no.map_or_else(String::new, |before| {
        format!("  v{before} → v{}", item.version_no)
    });
    let by: Vec<String> = [
        Some(item.site.to_string()),
        item.source.clone(),
        item.author.clone(),
        item.publish_time.map(|time| time.to_string()),
    ]
    .into_iter()
    .flatten()
    .map(|part| harmless(&part))
    .collect();
    let title = harmless(item.title.as_deref().unwrap_or("(no title)"));
    let mut lines = vec![
        format!("{what}{versions}"),
        paint.bold(&shorten(&title, width)),
        paint.dim(&shorten(&by.join(" · "), width)),
        item.url.to_string(),
    ];
    if !item.diff.is_empty() {
        lines.push(diff(&item.diff, width, paint));
    }
    lines.join("\n")
}

/// `2026-11-23T06:11:00.000Z` to the minute, with a space a reader can see.
fn minute(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// The news of a search as an object.
pub(in crate::cli) fn alert_object(alert: &Alert) -> Value {
    let events: Vec<Value> = alert.items.iter().map(event).collect();
    json!({
        "search": {"name": alert.name, "query": alert.query, "key": alert.key},
        "made_at": alert.made_at.to_string(),
        "events": events,
    })
}

/// One event as an object that says of which search it is.
pub(in crate::cli) fn event_object(alert: &Alert, item: &Item) -> Value {
    match event(item) {
        Value::Object(mut object) => {
            object.shift_insert(0, "search".to_owned(), Value::from(alert.name.as_str()));
            Value::Object(object)
        }
        other => other,
    }
}

fn event(item: &Item) -> Value {
    let (before, now) = item.views.unzip();
    let object = json!({
        "id": format!("{}/{}", item.look, item.kind.name()),
        "event": item.kind.name(),
        "url": item.url.as_str(),
        "site": item.site.as_str(),
        "observed_at": item.observed_at.to_string(),
        "since": item.since.map(|at| at.to_string()),
        "found": item.found,
        "title": item.title,
        "source": item.source,
        "author": item.author,
        "publish_time": item.publish_time.map(|time| time.to_string()),
        "version": item.version_no,
        "previous_version": item.previous_no,
        "views_before": before,
        "views": now,
    });
    let diff = diff_object(
        item.url.as_str(),
        item.previous_no.unwrap_or_default(),
        item.version_no,
        &item.diff,
    );
    match (object, diff) {
        (Value::Object(mut object), Value::Object(mut diff)) => {
            for name in ["fields", "body"] {
                object.extend(diff.remove(name).map(|value| (name.to_owned(), value)));
            }
            Value::Object(object)
        }
        (object, _) => object,
    }
}
