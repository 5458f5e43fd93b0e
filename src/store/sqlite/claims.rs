//! What sitemaps say of when pages changed, and how often that came true.

use rusqlite::{Connection, params};

use crate::archive::{Due, PageId, Planned};
use crate::model::Timestamp;
use crate::schedule::Trust;

use super::fault::Fault;

/// How often the claims of `host` came true.
pub(super) fn trust(connection: &Connection, host: i64) -> Result<Trust, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT claims_kept, claims_broken FROM host WHERE id = ?1")?;
    Ok(statement.query_row([host], |row| {
        Ok(Trust {
            kept: row.get(0)?,
            broken: row.get(1)?,
        })
    })?)
}

/// Keeps what `planned` claims of a known page. Where that is news and the host is to be believed, a
/// page that was looked at before is due at once.
pub(super) fn keep(connection: &Connection, page: PageId, planned: &Planned) -> Result<(), Fault> {
    let Some(claim) = planned.claim.map(|claim| claim.to_string()) else {
        return Ok(());
    };
    let news = connection
        .prepare_cached(
            "UPDATE page SET claimed_at = ?2
             WHERE id = ?1 AND (claimed_at IS NULL OR claimed_at < ?2)",
        )?
        .execute(params![page.0, claim])?;
    if news == 0 {
        return Ok(());
    }
    let host: i64 = connection
        .prepare_cached("SELECT host_id FROM page WHERE id = ?1")?
        .query_row([page.0], |row| row.get(0))?;
    if trust(connection, host)?.holds() {
        let (Due::IfNew(at) | Due::At(at) | Due::WithNews(at)) = planned.due;
        connection
            .prepare_cached(
                "UPDATE page SET due_at = ?3
                 WHERE id = ?1 AND kind = 'article' AND last_fetched_at < ?2 AND due_at > ?3",
            )?
            .execute(params![page.0, claim, at.to_string()])?;
    }
    Ok(())
}

/// Counts a claim on `host` that came true or did not.
pub(super) fn count(connection: &Connection, host: i64, came_true: bool) -> Result<(), Fault> {
    let trust = trust(connection, host)?.after(came_true);
    connection
        .prepare_cached("UPDATE host SET claims_kept = ?2, claims_broken = ?3 WHERE id = ?1")?
        .execute(params![host, trust.kept, trust.broken])?;
    Ok(())
}

/// When the page's sitemap says that it changed.
pub(super) fn claimed_at(
    connection: &Connection,
    page: PageId,
) -> Result<Option<Timestamp>, Fault> {
    let mut statement = connection.prepare_cached("SELECT claimed_at FROM page WHERE id = ?1")?;
    let mut rows = statement.query([page.0])?;
    match rows.next()? {
        Some(row) => super::column::optional_instant(row, "claimed_at"),
        None => Ok(None),
    }
}
