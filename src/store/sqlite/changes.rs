//! What happened to articles after they were first kept.

use rusqlite::{Connection, Row, named_params};

use crate::archive::{ChangeEntry, ChangeFilter, Happening, PageId};
use crate::model::SiteId;

use super::column;
use super::fault::Fault;
use super::plan::keys_text;

/// Edits are asked for among pages of several versions alone, which are few.
const SQL: &str = "
    WITH chosen AS (
        SELECT p.id, p.url, s.key AS site, p.versions, p.gone_in_a_row, p.gone_since,
               p.current_version_id
        FROM page p JOIN site s ON s.id = p.site_id
        WHERE p.kind <> 'part'
          AND (:sites = '[]' OR s.key IN (SELECT value FROM json_each(:sites)))
    ), seen AS (
        SELECT c.id AS page_id, c.url, c.site, f.id, f.fetched_at, f.version_id,
               lag(f.version_id) OVER looks AS before_id,
               lag(f.fetched_at) OVER looks AS seen_before_at
        FROM chosen c JOIN fetch f ON f.page_id = c.id
        WHERE c.versions > 1 AND f.version_id IS NOT NULL
        WINDOW looks AS (PARTITION BY f.page_id ORDER BY f.fetched_at, f.id)
    )
    SELECT e.page_id AS page_id, e.url, e.site, e.fetched_at AS observed_at, e.seen_before_at,
           o.version_no AS before_no, n.version_no AS after_no, n.parser <> o.parser AS other_reader
    FROM seen e
    JOIN version n ON n.id = e.version_id
    JOIN version o ON o.id = e.before_id
    WHERE e.version_id <> e.before_id AND (:readers OR n.parser = o.parser)
      AND (:since IS NULL OR e.fetched_at >= :since)
      AND (:until IS NULL OR e.fetched_at < :until)
    UNION ALL
    SELECT id, url, site, gone_since, NULL, NULL, NULL, 0
    FROM chosen
    WHERE gone_in_a_row >= 2 AND current_version_id IS NOT NULL
      AND (:since IS NULL OR gone_since >= :since)
      AND (:until IS NULL OR gone_since < :until)
    ORDER BY observed_at DESC, page_id
    LIMIT :limit";

/// The changes that `filter` asks for, latest first.
pub(super) fn changes(
    connection: &Connection,
    filter: &ChangeFilter,
) -> Result<Vec<ChangeEntry>, Fault> {
    let mut statement = connection.prepare_cached(SQL)?;
    let mut rows = statement.query(named_params! {
        ":sites": keys_text(&filter.sites),
        ":readers": filter.other_readers,
        ":since": filter.since.map(|at| at.to_string()),
        ":until": filter.until.map(|at| at.to_string()),
        ":limit": i64::try_from(filter.limit).unwrap_or(i64::MAX),
    })?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(entry(row)?);
    }
    Ok(found)
}

fn entry(row: &Row<'_>) -> Result<ChangeEntry, Fault> {
    let numbers: (Option<u32>, Option<u32>) = (row.get("before_no")?, row.get("after_no")?);
    Ok(ChangeEntry {
        page: PageId(row.get("page_id")?),
        url: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("site")?),
        observed_at: column::instant(row, "observed_at")?,
        seen_before_at: column::optional_instant(row, "seen_before_at")?,
        happening: match numbers {
            (Some(before), Some(after)) => Happening::Edited {
                before,
                after,
                other_reader: row.get("other_reader")?,
            },
            _ => Happening::Vanished,
        },
    })
}
