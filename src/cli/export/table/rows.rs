//! The rows that an article makes in each table.

use serde_json::{Map, json};

use crate::archive::{Dossier, KeptArticle};
use crate::cli::args::What;
use crate::model::{Image, ViewsNote};
use crate::query::view_points;

use super::Value;
use super::changes;

/// The rows of `what` that `dossier` makes, which has what [`scope`](super::scope) asks for.
pub(in crate::cli::export) fn rows(what: What, dossier: &Dossier) -> Vec<Vec<Value<'_>>> {
    match what {
        What::Articles => vec![article(dossier)],
        What::Versions => dossier.versions.iter().map(version).collect(),
        What::Views => views(dossier),
        What::Looks => looks(dossier),
        What::Changes => changes::rows(dossier),
    }
}

/// The values of the columns that both texts have.
fn text(kept: &KeptArticle) -> Vec<Value<'_>> {
    let reading = &kept.reading;
    let article = &reading.article;
    let body = article.body_text.as_deref();
    let chars = body.unwrap_or_default().chars().count();
    let published = article.publish_time;
    vec![
        Value::text(kept.site.as_str()),
        Value::text(kept.url.as_str()),
        Value::optional_text(article.title.as_deref()),
        Value::optional_text(article.summary.as_deref()),
        Value::optional_text(article.source.as_deref()),
        Value::optional_text(article.author.as_deref()),
        Value::optional_text(article.editor.as_deref()),
        published.map_or(Value::Null, Value::PublishTime),
        published.map_or(Value::Null, |time| Value::Day(time.date)),
        Value::Integer(i64::from(kept.version_no)),
        Value::Instant(kept.observed_at),
        Value::day(Some(kept.observed_at)),
        Value::optional_text(article.lang.as_deref()),
        Value::count(u64::try_from(chars).unwrap_or(u64::MAX)),
        Value::optional_text(body),
        Value::owned(images(&article.images).to_string()),
        Value::owned(reading.content.to_string()),
        Value::text(&reading.parser),
    ]
}

fn article(dossier: &Dossier) -> Vec<Value<'_>> {
    let kept = &dossier.current;
    let article = &kept.reading.article;
    let mut row = text(kept);
    row.extend([
        article.views.map_or(Value::Null, Value::count),
        Value::optional_text(article.views_note.map(ViewsNote::name)),
        Value::instant(dossier.views_at),
        Value::Integer(i64::from(kept.versions)),
        Value::Boolean(dossier.edited),
        Value::instant(dossier.first_seen_at),
        Value::instant(dossier.last_fetched_at),
        Value::instant(dossier.last_changed_at),
        Value::instant(kept.gone_at),
    ]);
    row
}

fn version(kept: &KeptArticle) -> Vec<Value<'_>> {
    let reading = &kept.reading;
    let provenance: Map<String, serde_json::Value> = reading
        .provenance
        .iter()
        .map(|(field, rule)| (field.name().to_owned(), json!(rule)))
        .collect();
    let mut row = text(kept);
    row.extend([
        Value::Integer(i64::from(reading.hash_rule)),
        Value::text(&reading.encoding),
        Value::text(&reading.encoding_evidence),
        Value::owned(json!(reading.warnings).to_string()),
        Value::owned(serde_json::Value::Object(provenance).to_string()),
    ]);
    row
}

/// What says which article it is about.
pub(super) fn which(dossier: &Dossier) -> [Value<'_>; 3] {
    let kept = &dossier.current;
    [
        Value::text(kept.site.as_str()),
        Value::text(kept.url.as_str()),
        Value::optional_text(kept.reading.article.title.as_deref()),
    ]
}

fn views(dossier: &Dossier) -> Vec<Vec<Value<'_>>> {
    let points = view_points(&dossier.looks);
    let seen = dossier.looks.iter().filter(|look| look.views.is_some());
    let row = |(point, look): (&crate::query::ViewPoint, &crate::archive::Look)| {
        let mut row = which(dossier).to_vec();
        row.extend([
            Value::Instant(point.at),
            Value::day(Some(point.at)),
            Value::count(point.views),
            point.gained.map_or(Value::Null, Value::Integer),
            point.per_day.map_or(Value::Null, Value::Real),
            number(look.version_no),
        ]);
        row
    };
    points.iter().zip(seen).map(row).collect()
}

fn looks(dossier: &Dossier) -> Vec<Vec<Value<'_>>> {
    let row = |look| {
        let look: &crate::archive::Look = look;
        let mut row = which(dossier).to_vec();
        row.extend([
            Value::Instant(look.fetched_at),
            Value::day(Some(look.fetched_at)),
            look.status
                .map_or(Value::Null, |status| Value::Integer(i64::from(status))),
            Value::text(look.outcome.name()),
            Value::optional_text(look.reason.as_deref()),
            number(look.version_no),
            look.views.map_or(Value::Null, Value::count),
        ]);
        row
    };
    dossier.looks.iter().map(row).collect()
}

pub(super) fn number(number: Option<u32>) -> Value<'static> {
    number.map_or(Value::Null, |number| Value::Integer(i64::from(number)))
}

/// Pictures as a list of objects.
pub(in crate::cli::export) fn images(images: &[Image]) -> serde_json::Value {
    let images = images
        .iter()
        .map(|image| json!({"alt": image.alt, "url": image.url.as_str()}));
    images.collect()
}
