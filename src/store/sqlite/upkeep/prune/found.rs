//! Which bodies may go: those that only old looks received, and that no rule keeps.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension};

use crate::model::SiteId;
use crate::store::sqlite::blob::rebase::kept_against;
use crate::store::sqlite::column;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::plan::keys_text;

use super::{Pruned, Pruning};

/// A body by its number, and the pages that received it.
pub(super) type Body = (i64, Vec<i64>);

/// What may go, as of one instant.
pub(super) struct Found {
    pub(super) bodies: Vec<Body>,
    /// The latest look there was.
    pub(super) looks: i64,
}

/// The looks at a page with a body, as far as the rules ask for them.
#[derive(Clone, Copy)]
struct Ends {
    first: (i64, i64),
    last: (i64, i64),
}

/// Finds them, by the rules.
pub(super) fn find(connection: &Connection, pruning: &Pruning) -> Result<Found, Fault> {
    let _one_state = connection.unchecked_transaction()?;
    let looks = connection.query_row("SELECT coalesce(max(id), 0) FROM fetch", [], |row| {
        row.get(0)
    })?;
    let in_scope = pages_in_scope(connection, &pruning.sites)?;
    let before = pruning.before.as_unix_millis();
    let (mut may_go, mut stay) = (Vec::<(i64, i64)>::new(), HashSet::<i64>::new());
    let mut ends = HashMap::<i64, Ends>::new();
    let mut statement = connection.prepare(
        "SELECT page_id, blob_id, fetched_at FROM fetch WHERE blob_id IS NOT NULL ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (page, body): (i64, i64) = (row.get(0)?, row.get(1)?);
        let at = column::instant(row, "fetched_at")?.as_unix_millis();
        let is_old = at < before && in_scope.as_ref().is_none_or(|pages| pages.contains(&page));
        if is_old {
            may_go.push((body, page));
        } else {
            stay.insert(body);
        }
        let look = (at, body);
        let ends = ends.entry(page).or_insert(Ends {
            first: look,
            last: look,
        });
        if at < ends.first.0 {
            ends.first = look;
        }
        if at >= ends.last.0 {
            ends.last = look;
        }
    }
    if pruning.keep.first {
        stay.extend(ends.values().map(|ends| ends.first.1));
    }
    if pruning.keep.last {
        stay.extend(ends.values().map(|ends| ends.last.1));
    }
    if pruning.keep.versions {
        let mut statement =
            connection.prepare("SELECT blob_id FROM version WHERE blob_id IS NOT NULL")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            stay.insert(row.get(0)?);
        }
    }
    may_go.retain(|(body, _page)| !stay.contains(body));
    may_go.sort_unstable();
    may_go.dedup();
    let mut bodies = Vec::<Body>::new();
    for (body, page) in may_go {
        match bodies.last_mut() {
            Some((last, pages)) if *last == body => pages.push(page),
            _ => bodies.push((body, vec![page])),
        }
    }
    Ok(Found { bodies, looks })
}

/// The pages of `sites`; nothing where it is all.
fn pages_in_scope(
    connection: &Connection,
    sites: &[SiteId],
) -> Result<Option<HashSet<i64>>, Fault> {
    if sites.is_empty() {
        return Ok(None);
    }
    let mut statement = connection.prepare(
        "SELECT id FROM page WHERE site_id IN
             (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1)))",
    )?;
    let found = statement.query_map([keys_text(sites)], |row| row.get(0))?;
    Ok(Some(found.collect::<Result<_, _>>()?))
}

/// What would go.
pub(super) fn estimate(connection: &Connection, pruning: &Pruning) -> Result<Pruned, Fault> {
    let found = find(connection, pruning)?;
    let going: HashSet<i64> = found.bodies.iter().map(|(body, _)| *body).collect();
    let mut pruned = Pruned::default();
    for (body, _pages) in &found.bodies {
        let Some(length) = kept_in(connection, *body)? else {
            continue;
        };
        pruned.bodies += 1;
        pruned.freed += length;
        let against = kept_against(connection, *body, i64::MAX)?;
        let staying = against.iter().filter(|one| !going.contains(one)).count();
        pruned.rebased += u64::try_from(staying).unwrap_or(u64::MAX);
    }
    Ok(pruned)
}

/// Bytes that a body is kept in, where they are not given up already.
pub(super) fn kept_in(connection: &Connection, body: i64) -> Result<Option<u64>, Fault> {
    let length: Option<i64> = connection
        .prepare_cached("SELECT length(data) FROM blob WHERE id = ?1 AND codec <> 'pruned'")?
        .query_row([body], |row| row.get(0))
        .optional()?;
    Ok(length.map(|length| u64::try_from(length).unwrap_or_default()))
}
