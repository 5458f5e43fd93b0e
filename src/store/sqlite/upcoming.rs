//! What is due, for who wants to know without taking it.

use rusqlite::{Connection, OptionalExtension, params};

use crate::archive::{Backlog, Scope, Upcoming, UpcomingPage};
use crate::model::{HostKey, PageKind, SiteId, Timestamp};

use super::candidate::ScopeSql;
use super::fault::Fault;
use super::lease::Due;
use super::{column, lease};

/// Hosts with pages of `sites` (a JSON array of keys) that are due, the longest due first.
pub(super) fn backlog(
    connection: &Connection,
    sites: &str,
    now: Timestamp,
) -> Result<Vec<Backlog>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT h.*, l.until AS held_until, due.pages, due.first_due
         FROM (SELECT host_id, count(*) AS pages, min(due_at) AS first_due FROM page
               WHERE site_id IN (SELECT id FROM site
                                 WHERE key IN (SELECT value FROM json_each(?1)))
                 AND due_at <= ?2
               GROUP BY host_id) due
         JOIN host h ON h.id = due.host_id
         LEFT JOIN lease l ON l.host_id = h.id
         ORDER BY due.first_due, h.name",
    )?;
    let mut rows = statement.query(params![sites, now.to_string()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let held_until = column::optional_instant(row, "held_until")?;
        found.push(Backlog {
            host: HostKey::from_kept(row.get::<_, String>("name")?),
            pages: column::count(row, "pages")?,
            due_since: column::instant(row, "first_due")?,
            state: column::host_state(row)?,
            held_until: held_until.filter(|until| *until > now),
        });
    }
    Ok(found)
}

/// What is due on one host.
pub(super) fn of_host(
    connection: &Connection,
    host: &HostKey,
    sites: &[SiteId],
    now: Timestamp,
    limit: usize,
) -> Result<Upcoming, Fault> {
    let host: Option<i64> = connection
        .prepare_cached("SELECT id FROM host WHERE name = ?1")?
        .query_row([host.as_str()], |row| row.get(0))
        .optional()?;
    let Some(host) = host else {
        return Ok(Upcoming::default());
    };
    let scope = ScopeSql::of(&Scope::Sites(sites.to_vec()));
    let due = Due {
        scope: &scope,
        host,
        now,
        most: limit,
    };
    let pages = due.each(connection, |row| {
        let kind: String = row.get("kind")?;
        Ok(UpcomingPage {
            url: column::page_url(row, "url")?,
            site: SiteId::new(row.get::<_, String>("site_key")?),
            kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
            due_at: column::instant(row, "due_at")?,
            history: lease::history(row)?,
        })
    })?;
    Ok(Upcoming {
        robots: lease::robots(connection, host)?,
        pages,
    })
}
