//! Which hosts have due pages, and which of them may be lent.
//!
//! A host is asked for every few pages, so nothing here may grow with the pages that are known or
//! due: hosts are found by seeks in `page_site`, and due pages counted where somebody is told.

use rusqlite::{Connection, params};
use serde_json::Value;

use crate::archive::{LeaseRequest, Scope, Withheld, WithheldReason};
use crate::model::{HostKey, HostState, Timestamp};

use super::column;
use super::fault::Fault;
use super::lease::names_pages;
use super::plan::keys_text;
use super::writer::Desk;

/// A scope as SQL whose one parameter, `?1`, is a JSON array.
pub(super) struct ScopeSql {
    /// A condition on `page p`.
    pub(super) condition: &'static str,
    /// Hosts with pages due at `?2`, each with the longest due.
    due: &'static str,
    pub(super) members: String,
}

/// From pair to pair of site and host, each found by a seek.
const OF_SITES: &str = "WITH RECURSIVE pair (site_id, host_id) AS (
        SELECT id, (SELECT min(p.host_id) FROM page p WHERE p.site_id = site.id) FROM site
        WHERE key IN (SELECT value FROM json_each(?1))
        UNION ALL
        SELECT site_id, (SELECT min(p.host_id) FROM page p
                         WHERE p.site_id = pair.site_id AND p.host_id > pair.host_id)
        FROM pair WHERE host_id IS NOT NULL),
     due AS (
        SELECT host_id, min((SELECT p.due_at FROM page p
                             WHERE p.site_id = pair.site_id AND p.host_id = pair.host_id
                               AND p.due_at <= ?2
                             ORDER BY p.due_at LIMIT 1)) AS first_due
        FROM pair WHERE host_id IS NOT NULL GROUP BY host_id)";

const OF_PAGES: &str = "WITH due AS (
        SELECT p.host_id, min(p.due_at) AS first_due FROM page p
        WHERE p.id IN (SELECT value FROM json_each(?1)) AND p.due_at <= ?2 GROUP BY p.host_id)";

impl ScopeSql {
    pub(super) fn of(scope: &Scope) -> Self {
        match scope {
            Scope::Sites(sites) => Self {
                condition: "p.site_id IN (SELECT id FROM site
                            WHERE key IN (SELECT value FROM json_each(?1)))",
                due: OF_SITES,
                members: keys_text(sites),
            },
            Scope::Pages(pages) => Self {
                condition: "p.id IN (SELECT value FROM json_each(?1))",
                due: OF_PAGES,
                members: Value::Array(pages.iter().map(|page| page.0.into()).collect()).to_string(),
            },
        }
    }
}

impl ScopeSql {
    /// Hosts with due pages, the longest due first, but those of `?3`.
    fn candidates(&self) -> String {
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

/// A host with due pages in scope.
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) host: HostKey,
    /// Until when its lease holds; never for one whose holder is gone.
    held_until: Option<Timestamp>,
    /// Whether somebody holds it or did not give it back.
    pub(super) left_behind: bool,
    /// Until when somebody's wish for named pages of it stands.
    wanted_until: Option<Timestamp>,
    pub(super) state: HostState,
}

impl Candidate {
    /// Why it cannot be lent, if it cannot.
    pub(super) fn withheld(
        &self,
        connection: &Connection,
        scope: &ScopeSql,
        request: &LeaseRequest,
    ) -> Result<Option<Withheld>, Fault> {
        let now = request.now;
        let held = (WithheldReason::Held, self.held_until);
        let resting = (WithheldReason::Resting, self.state.resting_until);
        let wanted = self.wanted_until.filter(|_| !names_pages(request));
        let wanted = (WithheldReason::Held, wanted);
        let spent = request.spent.contains(&self.host).then_some(request.until);
        let spent = (WithheldReason::Spent, spent);
        let why = [held, resting, spent, wanted]
            .into_iter()
            .find_map(|(reason, until)| Some((reason, until.filter(|until| *until > now)?)));
        let Some((reason, until)) = why else {
            return Ok(None);
        };
        let because = self.state.resting_reason.clone();
        Ok(Some(Withheld {
            host: self.host.clone(),
            reason,
            because: because.filter(|_| reason == WithheldReason::Resting),
            until,
            pages: self.pages(connection, scope, now)?,
        }))
    }

    /// How many of its pages are due.
    fn pages(
        &self,
        connection: &Connection,
        scope: &ScopeSql,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let pages: i64 = connection
            .prepare_cached(&format!(
                "SELECT count(*) FROM page p WHERE {} AND p.host_id = ?2 AND p.due_at <= ?3",
                scope.condition
            ))?
            .query_row(params![scope.members, self.id, now.to_string()], |row| {
                row.get(0)
            })?;
        Ok(u64::try_from(pages).unwrap_or(0))
    }
}

/// Hosts with due pages in scope, the longest due first.
pub(super) fn candidates(
    connection: &Connection,
    desk: &Desk,
    scope: &ScopeSql,
    request: &LeaseRequest,
) -> Result<Vec<Candidate>, Fault> {
    let busy: Vec<Value> = request
        .busy
        .iter()
        .map(|host| host.as_str().into())
        .collect();
    let mut statement = connection.prepare_cached(&scope.candidates())?;
    let mut rows = statement.query(params![
        scope.members,
        request.now.to_string(),
        Value::Array(busy).to_string()
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let holder: Option<String> = row.get("holder")?;
        let gone = holder
            .as_deref()
            .is_some_and(|holder| desk.holder.knows_gone(holder));
        found.push(Candidate {
            id: row.get("id")?,
            host: HostKey::from_kept(row.get::<_, String>("name")?),
            left_behind: holder.is_some(),
            held_until: if gone {
                None
            } else {
                column::optional_instant(row, "held_until")?
            },
            wanted_until: column::optional_instant(row, "wanted_until")?,
            state: column::host_state(row)?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::connection::open_writing;
    use super::*;
    use crate::archive::PageId;

    /// How SQLite finds pages for a statement, by its own account.
    fn ways(connection: &Connection, statement: &str) -> Vec<String> {
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .expect("statement");
        let ways = explained
            .query_map(params!["[]", "2026", "[]"], |row| row.get::<_, String>(3))
            .expect("query");
        ways.map(|way| way.expect("row"))
            .filter(|way| way.contains(" p "))
            .collect()
    }

    #[test]
    fn hosts_are_found_by_seeks_however_many_pages_are_due() {
        let folder = tempfile::tempdir().expect("folder");
        let connection = open_writing(&folder.path().join("archive.db")).expect("archive");
        let sites = ScopeSql::of(&Scope::Sites(Vec::new()));
        let ways_of_sites = ways(&connection, &sites.candidates());
        assert!(ways_of_sites.len() >= 3, "{ways_of_sites:?}");
        for way in &ways_of_sites {
            let index = "SEARCH p USING COVERING INDEX page_site (site_id=?";
            assert!(way.starts_with(index), "{ways_of_sites:?}");
        }
        // each pair of site and host is one step, and what is due on it another
        assert!(ways_of_sites.iter().any(|way| way.contains("host_id>?")));
        assert!(ways_of_sites.iter().any(|way| way.contains("due_at<?")));
        let pages = ScopeSql::of(&Scope::Pages(vec![PageId(1)]));
        for way in ways(&connection, &pages.candidates()) {
            assert!(
                way.starts_with("SEARCH p USING INTEGER PRIMARY KEY"),
                "{way}"
            );
        }
    }
}
