//! Pictures of articles: which version shows which, which are due, what came of asking for them.

mod commit;
mod lending;
mod reading;

use rusqlite::{Connection, OptionalExtension, params};

use crate::archive::{AssetState, Capture, PageId, WantedAssets};
use crate::model::{HostKey, Image, PageUrl, Timestamp};

use super::column;
use super::fault::Fault;
use super::plan::host_number;

pub(super) use commit::{Prepared, commit};
pub(super) use lending::lease;
pub(super) use reading::{of_version, sums};

/// A version whose pictures are to be known by the version.
pub(super) struct Shown {
    pub(super) version: i64,
    pub(super) page: PageId,
    /// Whether it was made just now.
    pub(super) is_new: bool,
    /// Whether its pictures are wanted, and since when.
    pub(super) wanted: Option<(WantedAssets, Timestamp)>,
}

/// Notes which pictures the version shows that a look saw.
pub(super) fn seen(
    connection: &Connection,
    version: i64,
    is_new: bool,
    capture: &Capture,
) -> Result<(), Fault> {
    let shown = Shown {
        version,
        page: capture.page,
        is_new,
        wanted: capture.assets.map(|wanted| (wanted, capture.sent_at)),
    };
    link(connection, &shown)
}

/// Notes which pictures a version shows. Where they are wanted, those that nobody knew become due, and
/// those that were given up do so with another version; else those that are known are noted alone.
pub(super) fn link(connection: &Connection, shown: &Shown) -> Result<(), Fault> {
    if !shown.is_new && (shown.wanted.is_none() || has_all(connection, shown)?) {
        return Ok(());
    }
    let images: String = connection
        .prepare_cached("SELECT images FROM version WHERE id = ?1")?
        .query_row([shown.version], |row| row.get(0))?;
    for (position, image) in (1_u32..).zip(column::images(&images)) {
        if let Some(asset) = know(connection, shown, position, &image)? {
            connection
                .prepare_cached(
                    "INSERT INTO version_asset (version_id, position, asset_id, alt)
                     VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                )?
                .execute(params![shown.version, position, asset, image.alt])?;
        }
    }
    Ok(())
}

/// Whether all that the version shows is noted, and none of it left out that is wanted now.
fn has_all(connection: &Connection, shown: &Shown) -> Result<bool, Fault> {
    let at_most = shown.wanted.map_or(0, |(wanted, _)| wanted.at_most);
    Ok(connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM version_asset WHERE version_id = ?1)
                    = (SELECT json_array_length(images) FROM version WHERE id = ?1)
                AND NOT EXISTS (SELECT 1 FROM version_asset l JOIN asset a ON a.id = l.asset_id
                                WHERE l.version_id = ?1 AND l.position <= ?2
                                  AND a.state = 'left-out')",
        )?
        .query_row(params![shown.version, at_most], |row| row.get(0))?)
}

/// The picture's number, where it is known or wanted.
fn know(
    connection: &Connection,
    shown: &Shown,
    position: u32,
    image: &Image,
) -> Result<Option<i64>, Fault> {
    let known: Option<(i64, String, bool)> = connection
        .prepare_cached("SELECT id, state, due_at IS NULL FROM asset WHERE url = ?1")?
        .query_row([image.url.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((wanted, at)) = shown.wanted else {
        return Ok(known.map(|(id, ..)| id));
    };
    let is_wanted = position <= wanted.at_most;
    let Some((id, state, is_idle)) = known else {
        let due = is_wanted.then_some(at);
        return insert(connection, shown.page, wanted, due, &image.url).map(Some);
    };
    let state = AssetState::from_name(&state);
    let again = state == Some(AssetState::LeftOut)
        || (shown.is_new && is_idle && state.is_some_and(AssetState::is_given_up));
    if is_wanted && again {
        want_again(connection, shown.page, wanted, at, id)?;
    }
    Ok(Some(id))
}

fn insert(
    connection: &Connection,
    page: PageId,
    wanted: WantedAssets,
    due: Option<Timestamp>,
    url: &PageUrl,
) -> Result<i64, Fault> {
    let state = if due.is_some() {
        AssetState::Wanted
    } else {
        AssetState::LeftOut
    };
    connection
        .prepare_cached(
            "INSERT INTO asset (url, ask_url, page_id, site_id, referrer_policy, state, host_id,
                 due_at)
             SELECT ?1, ?1, p.id, p.site_id, ?3, ?4, ?5, ?6 FROM page p WHERE p.id = ?2",
        )?
        .execute(params![
            url.as_str(),
            page.0,
            wanted.referrer_policy.name(),
            state.name(),
            host_of(connection, url)?,
            column::instant_text(due),
        ])?;
    Ok(connection.last_insert_rowid())
}

fn want_again(
    connection: &Connection,
    page: PageId,
    wanted: WantedAssets,
    at: Timestamp,
    asset: i64,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE asset SET page_id = ?2, referrer_policy = ?3, state = 'wanted', reason = NULL,
                 tries = 0, due_at = ?4, site_id = (SELECT site_id FROM page WHERE id = ?2)
             WHERE id = ?1",
        )?
        .execute(params![
            asset,
            page.0,
            wanted.referrer_policy.name(),
            at.to_string(),
        ])?;
    Ok(())
}

fn host_of(connection: &Connection, url: &PageUrl) -> Result<i64, Fault> {
    let host: HostKey = url.host();
    host_number(connection, &host)
}
