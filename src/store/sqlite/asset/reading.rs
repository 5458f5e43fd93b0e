//! What is kept of pictures.

use rusqlite::{Connection, Row, params};

use crate::archive::{AssetEntry, AssetId, AssetState, AssetSum, PageId};
use crate::asset::Kind;
use crate::model::{ContentHash, SiteId, Timestamp};
use crate::store::sqlite::column;
use crate::store::sqlite::fault::Fault;

/// The pictures of a version of `page`, or of the current one.
pub(in crate::store::sqlite) fn of_version(
    connection: &Connection,
    page: PageId,
    version_no: Option<u32>,
) -> Result<Vec<AssetEntry>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT l.position, l.alt, a.*, b.sha256, b.raw_length
         FROM version v
         JOIN page p ON p.id = v.page_id
         JOIN version_asset l ON l.version_id = v.id
         JOIN asset a ON a.id = l.asset_id
         LEFT JOIN blob b ON b.id = a.blob_id
         WHERE p.id = ?1 AND CASE WHEN ?2 IS NULL THEN v.id = p.current_version_id
                                  ELSE v.version_no = ?2 END
         ORDER BY l.position",
    )?;
    let mut rows = statement.query(params![page.0, version_no])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(entry(row)?);
    }
    Ok(found)
}

fn entry(row: &Row<'_>) -> Result<AssetEntry, Fault> {
    let state: String = row.get("state")?;
    let hash: Option<[u8; 32]> = row.get("sha256")?;
    let media_type: Option<String> = row.get("media_type")?;
    let (width, height): (Option<u32>, Option<u32>) = (row.get("width")?, row.get("height")?);
    let headers: Option<String> = row.get("headers")?;
    Ok(AssetEntry {
        position: row.get("position")?,
        asset: AssetId(row.get("id")?),
        url: column::page_url(row, "url")?,
        alt: row.get("alt")?,
        state: AssetState::from_name(&state)
            .ok_or_else(|| Fault::Unreadable(format!("`{state}` is no state of a picture")))?,
        reason: row.get("reason")?,
        entity: hash.map(ContentHash::from_bytes),
        bytes: column::optional_count(row, "raw_length")?,
        kind: media_type.as_deref().and_then(Kind::from_media_type),
        size: width.zip(height),
        url_requested: column::page_url(row, "ask_url")?,
        fetched_at: column::optional_instant(row, "fetched_at")?,
        status: row.get("status")?,
        headers: headers.as_deref().map(column::headers).unwrap_or_default(),
        due_at: column::optional_instant(row, "due_at")?,
    })
}

/// The pictures of each site in numbers.
pub(in crate::store::sqlite) fn sums(
    connection: &Connection,
    now: Timestamp,
) -> Result<Vec<AssetSum>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.key AS site, sum(a.state = 'kept') AS kept,
                coalesce(sum(b.raw_length), 0) AS bytes,
                coalesce(sum(a.due_at <= ?1), 0) AS due, coalesce(sum(a.due_at > ?1), 0) AS later,
                sum(a.state IN ('failed', 'refused') AND a.due_at IS NULL) AS given_up,
                sum(a.state IN ('passed-over', 'left-out')) AS not_kept
         FROM asset a JOIN site s ON s.id = a.site_id LEFT JOIN blob b ON b.id = a.blob_id
         GROUP BY s.id ORDER BY s.key",
    )?;
    let mut rows = statement.query([now.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(AssetSum {
            site: SiteId::new(row.get::<_, String>("site")?),
            kept: column::count(row, "kept")?,
            bytes: column::count(row, "bytes")?,
            due: column::count(row, "due")?,
            later: column::count(row, "later")?,
            given_up: column::count(row, "given_up")?,
            not_kept: column::count(row, "not_kept")?,
        });
    }
    Ok(found)
}
