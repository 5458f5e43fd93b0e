//! Looks as they are handed on, page by page.

use std::net::SocketAddr;

use rusqlite::{Connection, Row, params};

use crate::archive::{KeptLook, LookId, LookPlace, LookScope, PageId, brings_the_page};
use crate::model::{ContentHash, Outcome, PageKind, SiteId, Timestamp};

use super::fault::Fault;
use super::plan::keys_text;
use super::{column, headers};

/// Looks in scope; the parameters are those of [`scope`]. `CROSS JOIN` keeps the order: page by page, so that
/// no more than one page's looks are sorted.
const IN_SCOPE: &str = "FROM page p
    CROSS JOIN fetch f ON f.page_id = p.id
    WHERE (?1 IS NULL OR p.site_id IN (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1))))
      AND (?2 IS NULL OR p.id IN (SELECT value FROM json_each(?2)))
      AND (?3 IS NULL OR f.fetched_at >= ?3) AND (?4 IS NULL OR f.fetched_at < ?4)";

/// A look as [`look`] reads it.
fn columns(connection: &Connection) -> Result<String, Fault> {
    Ok(format!(
        "p.id AS page_id, p.kind, (SELECT key FROM site WHERE id = p.site_id) AS site,
         f.id, f.url, f.fetched_at, f.status, {}, f.peer, f.wire_length, f.outcome, f.reason,
         f.error, f.views,
         (SELECT sha256 FROM blob WHERE id = f.blob_id) AS sha256,
         (SELECT version_no FROM version WHERE id = f.version_id) AS version_no",
        headers::columns(connection)?
    ))
}

type Scope = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

fn scope(scope: &LookScope) -> Scope {
    let pages: Vec<String> = scope.pages.iter().map(|page| page.0.to_string()).collect();
    (
        (!scope.sites.is_empty()).then(|| keys_text(&scope.sites)),
        (!pages.is_empty()).then(|| format!("[{}]", pages.join(","))),
        column::instant_text(scope.since),
        column::instant_text(scope.until),
    )
}

/// How many looks there are in scope.
pub(super) fn count(connection: &Connection, wanted: &LookScope) -> Result<u64, Fault> {
    let (sites, pages, since, until) = scope(wanted);
    let count: i64 = connection
        .prepare_cached(&format!("SELECT count(*) {IN_SCOPE}"))?
        .query_row(params![sites, pages, since, until], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// The next looks in scope.
pub(super) fn looks(
    connection: &Connection,
    wanted: &LookScope,
    after: Option<LookPlace>,
    limit: usize,
) -> Result<Vec<KeptLook>, Fault> {
    let (sites, pages, since, until) = scope(wanted);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} {IN_SCOPE}
           AND p.id >= ?5 AND (p.id > ?5 OR (f.fetched_at, f.id) > (?6, ?7))
         ORDER BY p.id, f.fetched_at, f.id LIMIT ?8",
        columns(connection)?
    ))?;
    let mut rows = statement.query(params![
        sites,
        pages,
        since,
        until,
        after.map_or(0, |after| after.page.0),
        after.map(|after| after.fetched_at.to_string()),
        after.map_or(0, |after| after.look.0),
        i64::try_from(limit).unwrap_or(i64::MAX),
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(look(row)?);
    }
    Ok(found)
}

/// The last look at `page` before `before` that brought the page.
pub(super) fn before(
    connection: &Connection,
    page: PageId,
    before: Timestamp,
) -> Result<Option<KeptLook>, Fault> {
    let outcomes: Vec<String> = Outcome::ALL
        .into_iter()
        .filter(|outcome| brings_the_page(*outcome))
        .map(|outcome| format!("'{}'", outcome.name()))
        .collect();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {} FROM page p CROSS JOIN fetch f ON f.page_id = p.id
         WHERE p.id = ?1 AND f.fetched_at < ?2 AND f.outcome IN ({})
         ORDER BY f.fetched_at DESC, f.id DESC LIMIT 1",
        columns(connection)?,
        outcomes.join(", ")
    ))?;
    let mut rows = statement.query(params![page.0, before.to_string()])?;
    rows.next()?.map(look).transpose()
}

fn look(row: &Row<'_>) -> Result<KeptLook, Fault> {
    let (outcome, kind): (String, String) = (row.get("outcome")?, row.get("kind")?);
    let peer: Option<String> = row.get("peer")?;
    Ok(KeptLook {
        place: LookPlace {
            page: PageId(row.get("page_id")?),
            fetched_at: column::instant(row, "fetched_at")?,
            look: LookId(row.get("id")?),
        },
        site: SiteId::new(row.get::<_, String>("site")?),
        kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
        url: column::page_url(row, "url")?,
        status: row.get("status")?,
        headers: headers::read(row)?,
        peer: peer
            .and_then(|peer| peer.parse().ok())
            .map(|peer: SocketAddr| peer.ip()),
        entity: row
            .get::<_, Option<[u8; 32]>>("sha256")?
            .map(ContentHash::from_bytes),
        wire_length: column::optional_count(row, "wire_length")?.unwrap_or_default(),
        outcome: Outcome::from_name(&outcome).ok_or_else(|| {
            Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows"))
        })?,
        reason: row.get("reason")?,
        error: row.get("error")?,
        version_no: row.get("version_no")?,
        views: column::optional_count(row, "views")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::open_writing;

    #[test]
    fn no_more_is_sorted_than_the_looks_at_one_page() {
        let folder = tempfile::tempdir().expect("folder");
        let connection = open_writing(&folder.path().join("archive.db")).expect("archive");
        let mut statement = connection
            .prepare(&format!(
                "EXPLAIN QUERY PLAN SELECT {} {IN_SCOPE}
                   AND p.id >= ?5 AND (p.id > ?5 OR (f.fetched_at, f.id) > (?6, ?7))
                 ORDER BY p.id, f.fetched_at, f.id LIMIT ?8",
                columns(&connection).expect("columns")
            ))
            .expect("a query");
        let steps: Vec<String> = statement
            .query_map([rusqlite::types::Null; 8], |row| row.get(3))
            .expect("a plan")
            .collect::<Result<_, _>>()
            .expect("steps");
        let plan = steps.join("\n");
        assert!(plan.contains("USING INDEX fetch_page"), "{plan}");
        assert!(!plan.contains("FOR ORDER BY"), "all looks at once: {plan}");
    }
}
