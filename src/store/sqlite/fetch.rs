//! A look as a row.

use rusqlite::{Connection, params};

use crate::archive::Observation;
use crate::model::{FetchError, ViewsNote};

use super::commit::Prepared;
use super::fault::Fault;
use super::{column, headers};

/// Keeps the look at a page of `host`, whose body is `blob`; answers its number.
pub(super) fn insert(
    connection: &Connection,
    host: i64,
    prepared: &Prepared,
    blob: Option<i64>,
) -> Result<i64, Fault> {
    let capture = prepared.capture();
    let (header_set, header_values) = match &prepared.headers {
        Some(packed) => headers::keep(connection, host, packed)?,
        None => (None, None),
    };
    let answer = match &capture.observation {
        Observation::Answered(answer) => Some(answer),
        Observation::Failed(_) | Observation::Refused => None,
    };
    let error = match &capture.observation {
        Observation::Failed(error) => Some(error),
        Observation::Answered(_) | Observation::Refused => None,
    };
    let article = capture.reading.as_ref().map(|reading| &reading.article);
    connection
        .prepare_cached(
            "INSERT INTO fetch (page_id, run_id, fetched_at, outcome, reason, status, views,
                 views_note, blob_id, elapsed_ms, wire_length, wire_sha256, content_type, peer,
                 error, error_detail, url, redirect_to, header_set_id, header_values)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20)",
        )?
        .execute(params![
            capture.page.0,
            capture.run.0,
            capture.sent_at.to_string(),
            capture.outcome.name(),
            capture.reason,
            answer.map(|answer| answer.status),
            article
                .and_then(|article| article.views)
                .map(column::count_value),
            article
                .and_then(|article| article.views_note)
                .map(ViewsNote::name),
            blob,
            answer.map(|answer| i64::try_from(answer.elapsed.as_millis()).unwrap_or(i64::MAX)),
            answer.map(|answer| column::count_value(answer.wire_length)),
            answer.map(|answer| *answer.wire_hash.as_bytes()),
            answer.and_then(|answer| answer.headers.first("content-type")),
            answer.and_then(|answer| answer.peer.map(|peer| peer.to_string())),
            error.map(FetchError::kind),
            error.map(ToString::to_string),
            capture.url.as_str(),
            capture
                .redirect
                .as_ref()
                .map(|redirect| redirect.to.as_str()),
            header_set,
            header_values,
        ])?;
    Ok(connection.last_insert_rowid())
}
