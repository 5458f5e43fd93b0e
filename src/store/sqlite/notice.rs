//! What a person should know of a site: kept with the look that showed it, read by whoever asks.

use rusqlite::{Connection, params};

use crate::archive::{Capture, KeptNotice, PageId, RunId};
use crate::model::{Notice, NoticeKind, SiteId};

use super::column;
use super::fault::Fault;

/// Keeps the notices of `capture`, which looked at `page`.
pub(super) fn keep(connection: &Connection, page: PageId, capture: &Capture) -> Result<(), Fault> {
    for notice in &capture.notices {
        connection
            .prepare_cached(
                "INSERT INTO notice (run_id, site_id, kind, url, message, noticed_at)
                 SELECT ?2, site_id, ?3, ?4, ?5, ?6 FROM page WHERE id = ?1
                 ON CONFLICT (site_id, kind, url) DO UPDATE SET run_id = excluded.run_id,
                     message = excluded.message, noticed_at = excluded.noticed_at",
            )?
            .execute(params![
                page.0,
                capture.run.0,
                notice.kind.name(),
                notice.url.as_str(),
                notice.message,
                capture.sent_at.to_string(),
            ])?;
    }
    Ok(())
}

/// All notices, latest first; those of a later zhanwen are left out.
pub(super) fn all(connection: &Connection) -> Result<Vec<KeptNotice>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT n.kind, n.url, n.message, n.run_id, n.noticed_at, s.key
         FROM notice n JOIN site s ON s.id = n.site_id
         ORDER BY n.noticed_at DESC, s.key, n.kind, n.url",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: String = row.get("kind")?;
        let Some(kind) = NoticeKind::from_name(&kind) else {
            continue;
        };
        found.push(KeptNotice {
            site: SiteId::new(row.get::<_, String>("key")?),
            notice: Notice {
                kind,
                url: column::page_url(row, "url")?,
                message: row.get("message")?,
            },
            run: RunId(row.get("run_id")?),
            noticed_at: column::instant(row, "noticed_at")?,
        });
    }
    Ok(found)
}
