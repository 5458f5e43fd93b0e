//! Lending hosts for their pictures. Nothing here grows with the pictures that are due: hosts are found
//! by seeks in `asset_due`.

use rusqlite::{Connection, Row, params};
use serde_json::Value;

use crate::archive::{
    AssetId, AssetLease, AssetLeases, AssetRequest, AssetVisit, Lease, LeaseToken, PageId, Scope,
};
use crate::asset::ReferrerPolicy;
use crate::model::{HostKey, HostState, SiteId, Timestamp};
use crate::store::sqlite::column;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::lease::robots;
use crate::store::sqlite::plan::keys_text;
use crate::store::sqlite::writer::Desk;

/// The sites in scope, as numbers: `?1` the scope, `?4` the sites left out.
const SITES: &str = "SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?1))
                         AND key NOT IN (SELECT value FROM json_each(?4))";

/// Of articles of sites: from pair to pair of site and host, each found by a seek.
const OF_SITES: &str = "WITH RECURSIVE pair (site_id, host_id) AS (
        SELECT s.id, (SELECT min(a.host_id) FROM asset a
                      WHERE a.site_id = s.id AND a.due_at IS NOT NULL)
        FROM (SITES) s
        UNION ALL
        SELECT site_id, (SELECT min(a.host_id) FROM asset a
                         WHERE a.site_id = pair.site_id AND a.host_id > pair.host_id
                           AND a.due_at IS NOT NULL)
        FROM pair WHERE host_id IS NOT NULL),
     due AS (
        SELECT host_id, min((SELECT a.due_at FROM asset a
                             WHERE a.site_id = pair.site_id AND a.host_id = pair.host_id
                               AND a.due_at <= ?2
                             ORDER BY a.due_at LIMIT 1)) AS first_due
        FROM pair WHERE host_id IS NOT NULL GROUP BY host_id)";

const OF_PAGES: &str = "WITH due AS (
        SELECT a.host_id, min(a.due_at) AS first_due FROM asset a
        WHERE a.page_id IN (SELECT value FROM json_each(?1)) AND a.due_at <= ?2
          AND a.site_id NOT IN (SELECT id FROM site WHERE key IN (SELECT value FROM json_each(?4)))
        GROUP BY a.host_id)";

/// A scope as SQL.
struct ScopeSql {
    due: String,
    /// A condition on `asset a`.
    condition: String,
    members: String,
}

impl ScopeSql {
    fn of(scope: &Scope) -> Self {
        match scope {
            Scope::Sites(sites) => Self {
                due: OF_SITES.replace("SITES", SITES),
                condition: format!("a.site_id IN ({SITES})"),
                members: keys_text(sites),
            },
            Scope::Pages(pages) => Self {
                due: OF_PAGES.to_owned(),
                condition: "a.page_id IN (SELECT value FROM json_each(?1))
                    AND a.site_id NOT IN (SELECT id FROM site
                                          WHERE key IN (SELECT value FROM json_each(?4)))"
                    .to_owned(),
                members: Value::Array(pages.iter().map(|page| page.0.into()).collect()).to_string(),
            },
        }
    }

    /// Hosts with due pictures, the longest due first, but those of `?3`.
    fn hosts(&self) -> String {
        format!(
            "{} SELECT h.*, l.until AS held_until, l.holder
             FROM due JOIN host h ON h.id = due.host_id
             LEFT JOIN lease l ON l.host_id = h.id
             WHERE due.first_due IS NOT NULL AND h.name NOT IN (SELECT value FROM json_each(?3))
             ORDER BY due.first_due, h.name",
            self.due
        )
    }
}

/// A host with due pictures.
struct Candidate {
    id: i64,
    host: HostKey,
    state: HostState,
    left_behind: bool,
}

/// Lends what can be lent.
pub(in crate::store::sqlite) fn lease(
    connection: &Connection,
    desk: &mut Desk,
    request: &AssetRequest,
) -> Result<AssetLeases, Fault> {
    let scope = ScopeSql::of(&request.scope);
    let without = keys_text(&request.without);
    let mut leases = AssetLeases::default();
    for candidate in candidates(connection, desk, &scope, request, &without, &mut leases)? {
        if leases.granted.len() >= request.hosts {
            break;
        }
        let pictures = pictures(connection, &scope, request, &without, candidate.id)?;
        let lease = lend(connection, desk, request.until, candidate)?;
        leases.granted.push(AssetLease { lease, pictures });
    }
    Ok(leases)
}

fn candidates(
    connection: &Connection,
    desk: &Desk,
    scope: &ScopeSql,
    request: &AssetRequest,
    without: &str,
    leases: &mut AssetLeases,
) -> Result<Vec<Candidate>, Fault> {
    let busy = request.busy.iter().map(|host| host.as_str().into());
    let mut statement = connection.prepare_cached(&scope.hosts())?;
    let mut rows = statement.query(params![
        scope.members,
        request.now.to_string(),
        Value::Array(busy.collect()).to_string(),
        without,
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let holder: Option<String> = row.get("holder")?;
        let gone = holder
            .as_deref()
            .is_some_and(|holder| desk.holder.knows_gone(holder));
        let held = column::optional_instant(row, "held_until")?.filter(|_| !gone);
        let wished = column::optional_instant(row, "wanted_until")?;
        let is_ahead = |until: Option<Timestamp>| until.is_some_and(|until| until > request.now);
        if is_ahead(held) || is_ahead(wished) {
            continue;
        }
        let state = column::host_state(row)?;
        if is_ahead(state.resting_until) {
            let known = leases.again_at.into_iter();
            leases.again_at = known.chain(state.resting_until).min();
            continue;
        }
        found.push(Candidate {
            id: row.get("id")?,
            host: HostKey::from_kept(row.get::<_, String>("name")?),
            left_behind: holder.is_some(),
            state,
        });
    }
    Ok(found)
}

fn lend(
    connection: &Connection,
    desk: &mut Desk,
    until: Timestamp,
    candidate: Candidate,
) -> Result<Lease, Fault> {
    // a lease that was left behind ends here, and its token with it
    connection
        .prepare_cached("DELETE FROM lease WHERE host_id = ?1")?
        .execute([candidate.id])?;
    connection
        .prepare_cached("INSERT INTO lease (host_id, until, holder) VALUES (?1, ?2, ?3)")?
        .execute(params![candidate.id, until.to_string(), desk.holder.text()])?;
    let token = LeaseToken(connection.last_insert_rowid());
    desk.lent.insert(token, candidate.host.clone());
    Ok(Lease {
        token,
        until,
        robots: robots(connection, candidate.id)?,
        visits: Vec::new(),
        host: candidate.host,
        state: candidate.state,
        left_behind: candidate.left_behind,
    })
}

fn pictures(
    connection: &Connection,
    scope: &ScopeSql,
    request: &AssetRequest,
    without: &str,
    host: i64,
) -> Result<Vec<AssetVisit>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT a.id, a.ask_url, a.url, s.key AS site, a.page_id, p.url AS page_url,
                a.referrer_policy, a.hops, a.tries,
                (SELECT coalesce(sum(b.raw_length), 0) FROM asset o JOIN blob b ON b.id = o.blob_id
                 WHERE o.page_id = a.page_id) AS article_bytes
         FROM asset a JOIN site s ON s.id = a.site_id JOIN page p ON p.id = a.page_id
         WHERE a.host_id = ?3 AND a.due_at <= ?2 AND {}
         ORDER BY a.due_at, a.id LIMIT ?5",
        scope.condition
    ))?;
    let most = i64::try_from(request.pictures_per_host).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![
        scope.members,
        request.now.to_string(),
        host,
        without,
        most,
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(visit(row)?);
    }
    Ok(found)
}

fn visit(row: &Row<'_>) -> Result<AssetVisit, Fault> {
    let policy: String = row.get("referrer_policy")?;
    Ok(AssetVisit {
        asset: AssetId(row.get("id")?),
        url: column::page_url(row, "ask_url")?,
        shown_at: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("site")?),
        page: PageId(row.get("page_id")?),
        page_url: column::page_url(row, "page_url")?,
        referrer_policy: ReferrerPolicy::from_name(&policy).unwrap_or_default(),
        hops: row.get("hops")?,
        tries: row.get("tries")?,
        article_bytes: column::count(row, "article_bytes")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::open_writing;

    /// How SQLite finds pictures for a statement, by its own account.
    fn ways(connection: &Connection, statement: &str) -> Vec<String> {
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .expect("statement");
        let ways = explained
            .query_map(params!["[]", "2026", "[]", "[]"], |row| {
                row.get::<_, String>(3)
            })
            .expect("query");
        ways.map(|way| way.expect("row"))
            .filter(|way| way.contains(" a "))
            .collect()
    }

    #[test]
    fn hosts_are_found_by_seeks_however_many_pictures_are_due() {
        let folder = tempfile::tempdir().expect("folder");
        let connection = open_writing(&folder.path().join("archive.db")).expect("archive");
        let of_sites = ways(
            &connection,
            &ScopeSql::of(&Scope::Sites(Vec::new())).hosts(),
        );
        assert!(of_sites.len() >= 3, "{of_sites:?}");
        for way in &of_sites {
            let index = "SEARCH a USING COVERING INDEX asset_due (site_id=?";
            assert!(way.starts_with(index), "{of_sites:?}");
        }
        let of_pages = ScopeSql::of(&Scope::Pages(vec![PageId(1)]));
        for way in ways(&connection, &of_pages.hosts()) {
            assert!(way.contains("INDEX asset_page (page_id=?)"), "{way}");
        }
    }
}
