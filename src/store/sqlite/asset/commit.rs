//! Keeping what came of asking for a picture.

use rusqlite::{Connection, params};

use crate::archive::{AssetCapture, AssetOutcome, LeaseToken};
use crate::model::PageUrl;
use crate::store::sqlite::blob::{self, Packed};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::{column, lease};

use super::host_of;

/// A capture with its body and headers made ready outside the writer's thread.
#[derive(Debug)]
pub(in crate::store::sqlite) struct Prepared {
    capture: AssetCapture,
    body: Option<Packed>,
    headers: Option<String>,
}

impl Prepared {
    /// Hashes and compresses what the writer's thread need not.
    pub(in crate::store::sqlite) fn of(mut capture: AssetCapture) -> Self {
        let is_kept = matches!(capture.outcome, AssetOutcome::Kept(_));
        let entity = capture
            .answer
            .as_mut()
            .and_then(|answer| answer.entity.take());
        let headers = capture.answer.as_ref();
        Self {
            body: entity
                .filter(|_| is_kept)
                .map(|body| blob::pack_alone(&body)),
            headers: headers.map(|answer| column::headers_text(&answer.headers)),
            capture,
        }
    }
}

/// Keeps `prepared`, if `token` still stands for the host that was asked.
pub(in crate::store::sqlite) fn commit(
    connection: &Connection,
    token: LeaseToken,
    prepared: &Prepared,
) -> Result<(), Fault> {
    let capture = &prepared.capture;
    let host = leased_host(connection, token, capture)?;
    let blob = match &prepared.body {
        Some(packed) => blob::keep(connection, packed)?.map(|kept| kept.id),
        None => None,
    };
    let (picture, moved_to, again_at) = match &capture.outcome {
        AssetOutcome::Kept(picture) => (Some(picture), None, None),
        AssetOutcome::Moved(to) => (None, Some(to), Some(capture.sent_at)),
        AssetOutcome::Failed { again_at, .. } => (None, None, *again_at),
        AssetOutcome::PassedOver(_) | AssetOutcome::Refused(_) => (None, None, None),
    };
    let answer = capture.answer.as_ref();
    let size = picture.and_then(|picture| picture.size);
    connection
        .prepare_cached(
            "UPDATE asset SET state = ?2, reason = ?3, due_at = ?4, run_id = ?5, fetched_at = ?6,
                 status = ?7, blob_id = ?8, media_type = ?9, width = ?10, height = ?11,
                 elapsed_ms = ?12, wire_length = ?13, wire_sha256 = ?14, content_type = ?15,
                 peer = ?16, headers = ?17, tries = tries + ?18
             WHERE id = ?1",
        )?
        .execute(params![
            capture.asset.0,
            capture.outcome.state().name(),
            capture.outcome.reason(),
            column::instant_text(again_at),
            capture.run.0,
            capture.sent_at.to_string(),
            answer.map(|answer| answer.status),
            blob,
            picture.map(|picture| picture.kind.media_type()),
            size.map(|(width, _)| width),
            size.map(|(_, height)| height),
            answer.map(|answer| i64::try_from(answer.elapsed.as_millis()).unwrap_or(i64::MAX)),
            answer.map(|answer| column::count_value(answer.wire_length)),
            answer.map(|answer| *answer.wire_hash.as_bytes()),
            answer.and_then(|answer| answer.headers.first("content-type")),
            answer.and_then(|answer| answer.peer.map(|peer| peer.to_string())),
            prepared.headers,
            matches!(capture.outcome, AssetOutcome::Failed { .. }),
        ])?;
    match &capture.outcome {
        AssetOutcome::Moved(_) => lead(connection, capture, moved_to)?,
        // the next try begins where articles say the picture is
        AssetOutcome::Failed { .. } => lead(connection, capture, None)?,
        AssetOutcome::Kept(_) | AssetOutcome::PassedOver(_) | AssetOutcome::Refused(_) => {}
    }
    lease::keep_state(connection, host, &capture.host_state)
}

/// Has the picture asked for at `to`, or where articles show it.
fn lead(
    connection: &Connection,
    capture: &AssetCapture,
    to: Option<&PageUrl>,
) -> Result<(), Fault> {
    let url = match to {
        Some(to) => to.clone(),
        None => connection
            .prepare_cached("SELECT url FROM asset WHERE id = ?1")?
            .query_row([capture.asset.0], |row| Ok(column::page_url(row, "url")))??,
    };
    connection
        .prepare_cached(
            "UPDATE asset SET ask_url = ?2, host_id = ?3, hops = CASE WHEN ?4 THEN hops + 1 ELSE 0 END
             WHERE id = ?1",
        )?
        .execute(params![
            capture.asset.0,
            url.as_str(),
            host_of(connection, &url)?,
            to.is_some(),
        ])?;
    Ok(())
}

fn leased_host(
    connection: &Connection,
    token: LeaseToken,
    capture: &AssetCapture,
) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT l.host_id FROM lease l JOIN asset a ON a.host_id = l.host_id
         WHERE l.token = ?1 AND a.id = ?2",
    )?;
    let mut rows = statement.query(params![token.0, capture.asset.0])?;
    match rows.next()? {
        Some(row) => Ok(row.get(0)?),
        None => Err(Fault::LeaseLost(capture.url.host())),
    }
}
