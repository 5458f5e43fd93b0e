//! JSON lines: an object for each article, version, count, change or look, its names in the order of the
//! alphabet, so that two exports can be compared line by line.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use serde_json::{Map, Value, json};

use crate::archive::{Dossier, KeptArticle, Look};
use crate::cli::args::What;
use crate::cli::failure::Failure;
use crate::query::view_points;

use super::Sink;
use super::choice::About;
use super::table::{self, Column};
use super::way::{Pen, Way};

/// Writes JSON lines.
#[derive(Debug)]
pub(super) struct JsonLines<'a> {
    what: What,
    columns: Vec<Column>,
    way: Way,
    pen: Pen<'a>,
}

impl<'a> JsonLines<'a> {
    /// Begins to write objects of `what`.
    pub(super) fn new(what: What, way: Way, pen: Pen<'a>) -> Self {
        Self {
            what,
            columns: table::columns(what),
            way,
            pen,
        }
    }

    fn flat(&self, row: &[table::Value<'_>]) -> Value {
        let names = self.columns.iter().map(|column| column.name.to_owned());
        Value::Object(names.zip(row.iter().map(value)).collect())
    }
}

impl Sink for JsonLines<'_> {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        let objects: Vec<Value> = match self.what {
            What::Articles => vec![article(dossier)],
            What::Versions => {
                let versions = dossier.versions.iter();
                versions.map(|kept| version(kept, &dossier.looks)).collect()
            }
            What::Views | What::Changes | What::Looks => {
                let rows = table::rows(self.what, dossier);
                rows.iter().map(|row| self.flat(row)).collect()
            }
        };
        for object in &objects {
            writeln!(self.pen, "{}", sorted(object))?;
        }
        Ok(u64::try_from(objects.len()).unwrap_or(u64::MAX))
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.way.refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        let Self { way, mut pen, .. } = *self;
        let written = pen.flush();
        drop(pen);
        way.finish(written, &about.object())
    }
}

fn value(value: &table::Value<'_>) -> Value {
    match value {
        table::Value::Null => Value::Null,
        table::Value::Integer(number) => json!(number),
        table::Value::Real(number) => json!(number),
        table::Value::Boolean(is) => json!(is),
        table::Value::Text(text) => json!(text),
        table::Value::Instant(at) => json!(at.to_string()),
        table::Value::Day(day) => json!(day.to_string()),
        table::Value::PublishTime(time) => json!(time.to_string()),
    }
}

fn article(dossier: &Dossier) -> Value {
    let kept = &dossier.current;
    let mut object = text(kept);
    let instant = |at: Option<crate::model::Timestamp>| json!(at.map(|at| at.to_string()));
    let article = &kept.reading.article;
    for (name, value) in [
        ("views", json!(article.views)),
        ("views_at", instant(dossier.views_at)),
        ("versions", json!(kept.versions)),
        ("edited", json!(dossier.edited)),
        ("first_seen_at", instant(dossier.first_seen_at)),
        ("last_fetched_at", instant(dossier.last_fetched_at)),
        ("last_changed_at", instant(dossier.last_changed_at)),
        ("gone_at", instant(kept.gone_at)),
    ] {
        object.insert(name.to_owned(), value);
    }
    object.insert("view_history".to_owned(), counts(&dossier.looks));
    Value::Object(object)
}

/// A version, with the counts that were seen while it stood.
fn version(kept: &KeptArticle, looks: &[Look]) -> Value {
    let mut object = text(kept);
    let own = looks
        .iter()
        .filter(|look| look.version_no == Some(kept.version_no));
    let own: Vec<Look> = own.cloned().collect();
    object.insert("view_history".to_owned(), counts(&own));
    Value::Object(object)
}

fn counts(looks: &[Look]) -> Value {
    let points = view_points(looks);
    let points = points
        .iter()
        .map(|point| json!({"at": point.at.to_string(), "views": point.views}));
    points.collect()
}

fn text(kept: &KeptArticle) -> Map<String, Value> {
    let reading = &kept.reading;
    let article = &reading.article;
    let provenance: Map<String, Value> = reading
        .provenance
        .iter()
        .map(|(field, rule)| (field.name().to_owned(), json!(rule)))
        .collect();
    let printed = article
        .as_printed
        .as_ref()
        .map(|printed| json!({"title": printed.title, "body_text": printed.body_text}));
    let object = json!({
        "site": kept.site.as_str(),
        "url": kept.url.as_str(),
        "version_no": kept.version_no,
        "observed_at": kept.observed_at.to_string(),
        "title": article.title,
        "summary": article.summary,
        "source": article.source,
        "author": article.author,
        "editor": article.editor,
        "publish_time": article.publish_time.map(|time| time.to_string()),
        "publish_time_raw": article.publish_time_raw,
        "lang": article.lang,
        "body_text": article.body_text,
        "body_html": article.body_html,
        "images": table::images(&article.images),
        "as_printed": printed,
        "content_sha256": reading.content.to_string(),
        "hash_rule": reading.hash_rule,
        "parser": reading.parser,
        "encoding": {"name": reading.encoding, "evidence": reading.encoding_evidence},
        "warnings": reading.warnings,
        "provenance": provenance,
    });
    match object {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

/// The same with the names of every object in the order of the alphabet, written so that no control
/// character that a terminal obeys is left.
fn sorted(value: &Value) -> String {
    fn ordered(value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let sorted: BTreeMap<&String, &Value> = object.iter().collect();
                let sorted = sorted.into_iter();
                Value::Object(
                    sorted
                        .map(|(name, value)| (name.clone(), ordered(value)))
                        .collect(),
                )
            }
            Value::Array(values) => values.iter().map(ordered).collect(),
            other => other.clone(),
        }
    }
    crate::tabular::escaped_json(&ordered(value).to_string())
}
