//! Lending hosts: which may be lent, to whom, with what is kept of them and of their due pages.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::archive::{
    Lease, LeaseRequest, LeaseToken, Leases, PageId, Scope, Visit, WithheldReason,
};
use crate::model::{
    Conditional, ContentHash, HostKey, HostState, KeptRobots, KnownVersion, PageHistory, PageKind,
    PageUrl, SiteId, Timestamp,
};

use super::candidate::{Candidate, ScopeSql, candidates};
use super::column;
use super::fault::Fault;
use super::writer::Desk;
use super::{article, claims};
use crate::store::WISH;

/// Lends what can be lent.
pub(super) fn lease_hosts(
    connection: &Connection,
    desk: &mut Desk,
    request: &LeaseRequest,
) -> Result<Leases, Fault> {
    let scope = ScopeSql::of(&request.scope);
    let mut leases = Leases::default();
    for candidate in candidates(connection, desk, &scope, request)? {
        if let Some(withheld) = candidate.withheld(connection, &scope, request)? {
            if names_pages(request) && withheld.reason == WithheldReason::Held {
                want(connection, candidate.id, Some(request.now.plus(WISH)))?;
            }
            leases.withheld.push(withheld);
        } else if leases.granted.len() < request.hosts {
            leases
                .granted
                .push(lend(connection, desk, &scope, request, candidate)?);
        }
    }
    Ok(leases)
}

pub(super) fn names_pages(request: &LeaseRequest) -> bool {
    matches!(request.scope, Scope::Pages(_))
}

/// Records that somebody waits for the host, or that the wait is over.
pub(super) fn want(
    connection: &Connection,
    host: i64,
    until: Option<Timestamp>,
) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE host SET wanted_until = ?2 WHERE id = ?1")?
        .execute(params![host, column::instant_text(until)])?;
    Ok(())
}

/// Prolongs the lease of `token`.
pub(super) fn renew(
    connection: &Connection,
    desk: &mut Desk,
    token: LeaseToken,
    until: Timestamp,
) -> Result<(), Fault> {
    let renewed = connection
        .prepare_cached("UPDATE lease SET until = ?2 WHERE token = ?1")?
        .execute(params![token.0, until.to_string()])?;
    if renewed == 0 {
        return Err(lost(desk, token));
    }
    Ok(())
}

/// Ends the lease of `token`, keeping the host's clock.
pub(super) fn release(
    connection: &Connection,
    desk: &mut Desk,
    token: LeaseToken,
    state: &HostState,
) -> Result<(), Fault> {
    let host = leased_host(connection, desk, token)?;
    keep_state(connection, host, state)?;
    connection
        .prepare_cached("DELETE FROM lease WHERE token = ?1")?
        .execute([token.0])?;
    desk.lent.remove(&token);
    Ok(())
}

/// Keeps a robots.txt of the leased host.
pub(super) fn keep_robots(
    connection: &Connection,
    desk: &mut Desk,
    token: LeaseToken,
    robots: &KeptRobots,
    state: &HostState,
) -> Result<(), Fault> {
    let host = leased_host(connection, desk, token)?;
    connection
        .prepare_cached(
            "INSERT INTO robots (origin, host_id, fetched_at, expires_at, status, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (origin) DO UPDATE SET host_id = excluded.host_id,
                 fetched_at = excluded.fetched_at, expires_at = excluded.expires_at,
                 status = excluded.status, body = excluded.body",
        )?
        .execute(params![
            robots.origin,
            host,
            robots.fetched_at.to_string(),
            robots.expires_at.to_string(),
            robots.status,
            robots.body.as_ref(),
        ])?;
    keep_state(connection, host, state)
}

/// Keeps a host's clock.
pub(super) fn keep_state(
    connection: &Connection,
    host: i64,
    state: &HostState,
) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE host SET earliest_at = ?2, resting_until = ?3, resting_reason = ?4,
                 slowdown_permille = ?5, failures_in_a_row = ?6
             WHERE id = ?1",
        )?
        .execute(params![
            host,
            column::instant_text(state.earliest),
            column::instant_text(state.resting_until),
            state.resting_reason,
            state.slowdown_permille,
            state.failures_in_a_row,
        ])?;
    Ok(())
}

/// A page's history in a row of `page`.
pub(super) fn history(row: &Row<'_>) -> Result<PageHistory, Fault> {
    Ok(PageHistory {
        first_seen_at: column::optional_instant(row, "first_seen_at")?,
        last_fetched_at: column::optional_instant(row, "last_fetched_at")?,
        last_changed_at: column::optional_instant(row, "last_changed_at")?,
        unchanged_in_a_row: row.get("unchanged_in_a_row")?,
        failures_in_a_row: row.get("failures_in_a_row")?,
        gone_in_a_row: row.get("gone_in_a_row")?,
        views_at: column::optional_instant(row, "views_at")?,
        validators: Conditional {
            etag: row.get("etag")?,
            last_modified: row.get("last_modified")?,
        },
        read_by: row.get("read_by")?,
    })
}

fn lend(
    connection: &Connection,
    desk: &mut Desk,
    scope: &ScopeSql,
    request: &LeaseRequest,
    candidate: Candidate,
) -> Result<Lease, Fault> {
    // a lease that was left behind ends here, and its token with it
    connection
        .prepare_cached("DELETE FROM lease WHERE host_id = ?1")?
        .execute([candidate.id])?;
    connection
        .prepare_cached("INSERT INTO lease (host_id, until, holder) VALUES (?1, ?2, ?3)")?
        .execute(params![
            candidate.id,
            request.until.to_string(),
            desk.holder.text()
        ])?;
    let token = LeaseToken(connection.last_insert_rowid());
    if names_pages(request) {
        want(connection, candidate.id, None)?;
    }
    desk.lent.insert(token, candidate.host.clone());
    Ok(Lease {
        token,
        until: request.until,
        robots: robots(connection, candidate.id)?,
        visits: visits(connection, scope, request, candidate.id)?,
        host: candidate.host,
        state: candidate.state,
        left_behind: candidate.left_behind,
    })
}

/// The robots.txt files kept of a host.
pub(super) fn robots(connection: &Connection, host: i64) -> Result<Vec<KeptRobots>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM robots WHERE host_id = ?1 ORDER BY origin")?;
    let mut rows = statement.query([host])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(KeptRobots {
            origin: row.get("origin")?,
            fetched_at: column::instant(row, "fetched_at")?,
            expires_at: column::instant(row, "expires_at")?,
            status: row.get("status")?,
            body: row.get::<_, Vec<u8>>("body")?.into(),
        });
    }
    Ok(found)
}

/// Whose turn it is ([`LeaseRequest::visits_per_host`]), each as a condition and an order that an
/// index gives, so a host with a long queue costs no sorting.
const TURNS: [(&str, &str); 3] = [
    (
        "(p.kind NOT IN ('list', 'feed', 'sitemap')) = 0",
        "p.due_at, p.id",
    ),
    (
        "p.kind NOT IN ('list', 'feed', 'sitemap') AND p.last_fetched_at IS NULL",
        "p.depth, p.due_at DESC, p.id",
    ),
    (
        "(p.kind NOT IN ('list', 'feed', 'sitemap')) = 1 AND p.last_fetched_at IS NOT NULL",
        "p.due_at, p.id",
    ),
];

fn visits(
    connection: &Connection,
    scope: &ScopeSql,
    request: &LeaseRequest,
    host: i64,
) -> Result<Vec<Visit>, Fault> {
    let due = Due {
        scope,
        host,
        now: request.now,
        most: request.visits_per_host,
    };
    due.each(connection, |row| visit(connection, row))
}

/// What is due on one host, of pages in scope.
pub(super) struct Due<'a> {
    pub(super) scope: &'a ScopeSql,
    pub(super) host: i64,
    pub(super) now: Timestamp,
    /// At most so many.
    pub(super) most: usize,
}

impl Due<'_> {
    /// Makes something of each page, in the order they are lent in.
    pub(super) fn each<T>(
        &self,
        connection: &Connection,
        make: impl Fn(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        for (turn, order) in TURNS {
            let wanted = self.most.saturating_sub(found.len());
            if wanted == 0 {
                break;
            }
            let mut statement = connection.prepare_cached(&format!(
                "SELECT p.*, s.key AS site_key FROM page p JOIN site s ON s.id = p.site_id
                 WHERE {} AND p.host_id = ?2 AND p.due_at <= ?3 AND {turn}
                 ORDER BY {order} LIMIT ?4",
                self.scope.condition
            ))?;
            let mut rows = statement.query(params![
                self.scope.members,
                self.host,
                self.now.to_string(),
                i64::try_from(wanted).unwrap_or(i64::MAX),
            ])?;
            while let Some(row) = rows.next()? {
                found.push(make(row)?);
            }
        }
        Ok(found)
    }
}

fn visit(connection: &Connection, row: &Row<'_>) -> Result<Visit, Fault> {
    let page: i64 = row.get("id")?;
    let kind: String = row.get("kind")?;
    let referer: Option<String> = row.get("referer")?;
    let current: Option<i64> = row.get("current_version_id")?;
    let (kept, known) = match current {
        None => (None, Vec::new()),
        Some(current) => {
            let sql = format!(
                "SELECT {} FROM version v JOIN page p ON p.id = v.page_id WHERE v.id = ?1",
                article::COLUMNS
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([current])?;
            let kept = rows.next()?.map(article::kept).transpose()?;
            (kept, known_versions(connection, page)?)
        }
    };
    Ok(Visit {
        page: PageId(page),
        url: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("site_key")?),
        kind: PageKind::from_name(&kind).unwrap_or(PageKind::Other),
        depth: row.get("depth")?,
        referer: referer.and_then(|url| PageUrl::parse(&url).ok()),
        history: history(row)?,
        spoken_for: row.get::<_, Option<String>>("claimed_at")?.is_some()
            && claims::trust(connection, row.get("host_id")?)?.holds(),
        kept,
        known,
    })
}

fn known_versions(connection: &Connection, page: i64) -> Result<Vec<KnownVersion>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT version_no, content_sha256, hash_rule FROM version
         WHERE page_id = ?1 ORDER BY version_no",
    )?;
    let found = statement.query_map([page], |row| {
        Ok(KnownVersion {
            version_no: row.get(0)?,
            content: ContentHash::from_bytes(row.get(1)?),
            hash_rule: row.get(2)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn leased_host(connection: &Connection, desk: &mut Desk, token: LeaseToken) -> Result<i64, Fault> {
    connection
        .prepare_cached("SELECT host_id FROM lease WHERE token = ?1")?
        .query_row([token.0], |row| row.get(0))
        .optional()?
        .ok_or_else(|| lost(desk, token))
}

/// The host is remembered beside the file, since a lost lease is no longer in it.
fn lost(desk: &mut Desk, token: LeaseToken) -> Fault {
    let host = desk.lent.remove(&token);
    Fault::LeaseLost(host.unwrap_or_else(|| HostKey::from_kept("a host of another process")))
}
