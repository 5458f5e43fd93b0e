//! Making pages known and due: sites, hosts, pages and the URLs that stand for them.

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::archive::{Due, PageId, Planned};
use crate::canon::urlkey;
use crate::model::{HostKey, PageKind, SiteId, Timestamp};

use super::claims;
use super::fault::Fault;
use crate::store::discovered::Planner;

impl Planner for &Connection {
    type Fault = Fault;

    fn latest(&self) -> Result<i64, Fault> {
        latest_page(self)
    }

    fn knows(&self, planned: &Planned) -> Result<bool, Fault> {
        Ok(resolve(self, &urlkey(&planned.url))?.is_some())
    }

    fn plan_one(&mut self, planned: &Planned) -> Result<(PageId, bool), Fault> {
        plan(self, planned)
    }

    fn walk_on(&mut self, page: PageId, began_after: i64) -> Result<(), Fault> {
        walk_on(self, page, began_after)
    }
}

/// Has a walk go on at `page`; of two that meet there, the longer one.
fn walk_on(connection: &Connection, page: PageId, began_after: i64) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE page SET walk_began_after = ?2
             WHERE id = ?1 AND ifnull(walk_began_after, ?2 + 1) > ?2",
        )?
        .execute(params![page.0, began_after])?;
    Ok(())
}

/// The number of the page that became known last.
fn latest_page(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection
        .prepare_cached("SELECT ifnull(max(id), 0) FROM page")?
        .query_row([], |row| row.get(0))?)
}

/// Plans one page; answers with its number and whether it had not been known.
pub(super) fn plan(connection: &Connection, planned: &Planned) -> Result<(PageId, bool), Fault> {
    let key = urlkey(&planned.url);
    let known = match planned.kind {
        // what an address led to before is not what it is a part of now
        PageKind::Part => own_page(connection, &key)?,
        _ => resolve(connection, &key)?,
    };
    match known {
        Some(page) => {
            plan_known(connection, page, planned)?;
            claims::keep(connection, page, planned)?;
            keep_spelling(connection, page, &key, planned.url.as_str())?;
            Ok((page, false))
        }
        None => Ok((plan_new(connection, &key, planned)?, true)),
    }
}

/// Makes every page of `sites` due at `at` or before; answers how many those are.
pub(super) fn recheck(
    connection: &Connection,
    sites: &[SiteId],
    at: Timestamp,
) -> Result<u64, Fault> {
    let (sites, at) = (keys_text(sites), at.to_string());
    connection
        .prepare_cached(
            "UPDATE page SET due_at = ?2
             WHERE site_id IN (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1)))
               AND due_at > ?2",
        )?
        .execute(params![sites, at])?;
    let due: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM page
             WHERE site_id IN (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1)))
               AND due_at <= ?2",
        )?
        .query_row(params![sites, at], |row| row.get(0))?;
    Ok(u64::try_from(due).unwrap_or(0))
}

/// The page that stands for the URLs of `key`.
pub(super) fn resolve(connection: &Connection, key: &str) -> Result<Option<PageId>, Fault> {
    let page: Option<i64> = connection
        .prepare_cached(
            "SELECT coalesce(
                 (SELECT page_id FROM page_alias WHERE urlkey = ?1 AND reason = 'redirect'),
                 (SELECT id FROM page WHERE urlkey = ?1))",
        )?
        .query_row([key], |row| row.get(0))?;
    Ok(page.map(PageId))
}

/// The page of `key` itself, whatever stands for it.
pub(super) fn own_page(connection: &Connection, key: &str) -> Result<Option<PageId>, Fault> {
    let page = connection
        .prepare_cached("SELECT id FROM page WHERE urlkey = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(page.map(PageId))
}

/// Keeps `url` as another spelling of the page, unless it is the one that is asked for.
pub(super) fn keep_spelling(
    connection: &Connection,
    page: PageId,
    key: &str,
    url: &str,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "INSERT INTO page_alias (url, urlkey, page_id, reason)
             SELECT ?1, urlkey, id, 'spelling' FROM page
             WHERE id = ?2 AND urlkey = ?3 AND url <> ?1
             ON CONFLICT (url) DO NOTHING",
        )?
        .execute(params![url, page.0, key])?;
    Ok(())
}

/// The number of `host`, made known if it was not.
pub(super) fn host_number(connection: &Connection, host: &HostKey) -> Result<i64, Fault> {
    number(
        connection,
        "SELECT id FROM host WHERE name = ?1",
        "INSERT INTO host (name) VALUES (?1)",
        host.as_str(),
    )
}

/// Site keys as a JSON array, to be read by `json_each`.
pub(super) fn keys_text(sites: &[SiteId]) -> String {
    Value::Array(sites.iter().map(|site| site.as_str().into()).collect()).to_string()
}

pub(super) fn site_number(connection: &Connection, site: &SiteId) -> Result<i64, Fault> {
    number(
        connection,
        "SELECT id FROM site WHERE key = ?1",
        "INSERT INTO site (key) VALUES (?1)",
        site.as_str(),
    )
}

fn number(connection: &Connection, select: &str, insert: &str, name: &str) -> Result<i64, Fault> {
    let known = connection
        .prepare_cached(select)?
        .query_row([name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection.prepare_cached(insert)?.execute([name])?;
    Ok(connection.last_insert_rowid())
}

fn plan_new(connection: &Connection, key: &str, planned: &Planned) -> Result<PageId, Fault> {
    let (Due::IfNew(due) | Due::At(due) | Due::WithNews(due)) = planned.due;
    connection
        .prepare_cached(
            "INSERT INTO page (site_id, host_id, urlkey, url, kind, depth, referer, due_at,
                 claimed_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            site_number(connection, &planned.site)?,
            host_number(connection, &planned.url.host())?,
            key,
            planned.url.as_str(),
            planned.kind.name(),
            planned.depth,
            planned.referer.as_ref().map(crate::model::PageUrl::as_str),
            (planned.kind != PageKind::Part).then(|| due.to_string()),
            planned.claim.map(|claim| claim.to_string()),
        ])?;
    Ok(PageId(connection.last_insert_rowid()))
}

/// The rules of planning a known page are told in [`crate::store`].
fn plan_known(connection: &Connection, page: PageId, planned: &Planned) -> Result<(), Fault> {
    let (due, hasten) = match planned.due {
        Due::IfNew(due) => (due, false),
        Due::At(due) | Due::WithNews(due) => (due, true),
    };
    connection
        .prepare_cached(
            "UPDATE page SET
                 due_at = CASE WHEN ?5 AND ?2 < ifnull(due_at, '9') THEN ?2
                               WHEN due_at IS NULL AND kind <> 'part' AND ?3 <> 'part' THEN ?2
                               ELSE due_at END,
                 kind = CASE WHEN kind = 'other' OR (kind = 'article' AND ?3 = 'part') THEN ?3
                             ELSE kind END,
                 referer = CASE ?3 WHEN 'part' THEN ?6 ELSE referer END,
                 depth = min(depth, ?4)
             WHERE id = ?1
               AND (due_at IS NULL OR (?5 AND ?2 < due_at)
                    OR (kind = 'other' AND ?3 <> 'other') OR ?3 = 'part' OR depth > ?4)",
        )?
        .execute(params![
            page.0,
            due.to_string(),
            planned.kind.name(),
            planned.depth,
            hasten,
            planned.referer.as_ref().map(crate::model::PageUrl::as_str),
        ])?;
    let moves: bool = connection
        .prepare_cached(
            "SELECT site.key <> ?2 AND (?3 OR site.key = host.name)
             FROM page JOIN site ON site.id = page.site_id JOIN host ON host.id = page.host_id
             WHERE page.id = ?1",
        )?
        .query_row(params![page.0, planned.site.as_str(), hasten], |row| {
            row.get(0)
        })?;
    if moves {
        connection
            .prepare_cached("UPDATE page SET site_id = ?2 WHERE id = ?1")?
            .execute(params![page.0, site_number(connection, &planned.site)?])?;
    }
    Ok(())
}
