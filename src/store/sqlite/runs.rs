//! Runs: their start, their end, and how they stand.

use rusqlite::{Connection, Row, params};

use crate::archive::{
    FailedLook, NewRun, RunEnd, RunEnding, RunEntry, RunId, RunKind, RunRecord, RunReport,
    RunState, Tally, failure_kind,
};
use crate::model::{HostKey, Outcome, SiteId, Timestamp};

use super::fault::Fault;
use super::holder::Holder;
use super::writer::Desk;
use super::{column, report, setback};
use crate::store::SIGN_OF_LIFE;

/// Records that a run starts, unless it is to be alone and is not.
pub(super) fn begin(connection: &Connection, desk: &Desk, run: &NewRun) -> Result<RunId, Fault> {
    if run.alone
        && let Some((run, since)) = at_work(connection, &desk.holder, run.started_at)?
    {
        return Err(Fault::Busy { run, since });
    }
    setback::forget(connection, run.started_at)?;
    connection
        .prepare_cached(
            "INSERT INTO run (kind, command_line, tool_version, started_at, holder)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            run.kind.name(),
            run.command_line,
            env!("CARGO_PKG_VERSION"),
            run.started_at.to_string(),
            desk.holder.text(),
        ])?;
    Ok(RunId(connection.last_insert_rowid()))
}

/// Records how a run ended; who held it is of no use any more.
pub(super) fn end(connection: &Connection, run: RunId, ending: &RunEnding) -> Result<(), Fault> {
    connection
        .prepare_cached(
            "UPDATE run SET outcome = ?2, ended_at = ?3, error = ?4, report = ?5, holder = NULL
             WHERE id = ?1",
        )?
        .execute(params![
            run.0,
            ending.end.name(),
            ending.at.to_string(),
            ending.error,
            ending.report.as_ref().map(report::text),
        ])?;
    Ok(())
}

/// A crawl that is at work, and since when.
pub(super) fn at_work(
    connection: &Connection,
    me: &Holder,
    now: Timestamp,
) -> Result<Option<(i64, Timestamp)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT id, started_at, holder FROM run
         WHERE ended_at IS NULL AND kind = 'crawl' ORDER BY id DESC",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let started_at = column::instant(row, "started_at")?;
        let holder: Option<String> = row.get("holder")?;
        if lives(connection, me, holder.as_deref(), started_at, now)? {
            return Ok(Some((row.get("id")?, started_at)));
        }
    }
    Ok(None)
}

/// Whether the process that began a run is at work. About one beside this the system tells; one
/// elsewhere (another machine or container, or this one before it was started anew) is believed to
/// live as long as it holds a host or has only begun.
fn lives(
    connection: &Connection,
    me: &Holder,
    holder: Option<&str>,
    started_at: Timestamp,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(holder) = holder else {
        return Ok(false);
    };
    if me.is_beside(holder) {
        return Ok(!me.knows_gone(holder));
    }
    let holds: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM lease WHERE holder = ?1 AND until > ?2)")?
        .query_row(params![holder, now.to_string()], |row| row.get(0))?;
    Ok(holds || now.since(started_at) < SIGN_OF_LIFE)
}

/// The last `limit` runs, latest first.
pub(super) fn latest(
    connection: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<RunEntry>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM run ORDER BY id DESC LIMIT ?1")?;
    let mut rows = statement.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(entry(connection, row, now)?);
    }
    Ok(found)
}

/// One run, and what it came to.
pub(super) fn one(
    connection: &Connection,
    run: RunId,
    now: Timestamp,
) -> Result<Option<RunRecord>, Fault> {
    let mut statement = connection.prepare_cached("SELECT * FROM run WHERE id = ?1")?;
    let mut rows = statement.query([run.0])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let kept = optional_text(row, "report")?;
    let kept = kept.as_deref().and_then(report::read);
    let reported = kept.is_some();
    let mut report = match kept {
        Some(report) => report,
        None => RunReport {
            interrupted: optional_text(row, "outcome")?.as_deref()
                == Some(RunEnd::Interrupted.name()),
            ..failures(connection, run)?
        },
    };
    tally(connection, run, &mut report)?;
    Ok(Some(RunRecord {
        entry: entry(connection, row, now)?,
        report,
        reported,
    }))
}

fn entry(connection: &Connection, row: &Row<'_>, now: Timestamp) -> Result<RunEntry, Fault> {
    let id: i64 = row.get("id")?;
    let started_at = column::instant(row, "started_at")?;
    let ended_at = column::optional_instant(row, "ended_at")?;
    let outcome: Option<String> = row.get("outcome")?;
    let end = outcome.as_deref().and_then(RunEnd::from_name);
    let state = if let Some(end) = end.filter(|_| ended_at.is_some()) {
        RunState::Ended(end)
    } else {
        let holder = optional_text(row, "holder")?;
        if lives(
            connection,
            &Holder::this(),
            holder.as_deref(),
            started_at,
            now,
        )? {
            RunState::Running
        } else {
            RunState::Killed
        }
    };
    let kind: String = row.get("kind")?;
    Ok(RunEntry {
        run: RunId(id),
        kind: RunKind::from_name(&kind)
            .ok_or_else(|| Fault::Unreadable(format!("`{kind}` starts no run that is known")))?,
        command_line: row.get("command_line")?,
        tool_version: row.get("tool_version")?,
        started_at,
        ended_at,
        last_look_at: last_look(connection, id)?,
        state,
        error: row.get("error")?,
        looks: looks(connection, id)?,
    })
}

/// The text of a column that archives of earlier versions lack.
fn optional_text(row: &Row<'_>, column: &str) -> Result<Option<String>, Fault> {
    match row.get(column) {
        Err(rusqlite::Error::InvalidColumnName(_)) => Ok(None),
        other => Ok(other?),
    }
}

/// Looks are committed in the order in which they are made, but for hosts side by side.
fn last_look(connection: &Connection, run: i64) -> Result<Option<Timestamp>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT fetched_at FROM fetch
         WHERE id = (SELECT max(id) FROM fetch WHERE run_id = ?1)",
    )?;
    let mut rows = statement.query([run])?;
    rows.next()?
        .map(|row| column::instant(row, "fetched_at"))
        .transpose()
}

/// What the looks of a run came to; their bytes are not asked for, since that is to read each row.
fn looks(connection: &Connection, run: i64) -> Result<Tally, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT outcome, count(*) AS looks FROM fetch WHERE run_id = ?1 GROUP BY outcome",
    )?;
    let mut rows = statement.query([run])?;
    let mut tally = Tally::default();
    while let Some(row) = rows.next()? {
        tally.count(outcome(row)?, column::count(row, "looks")?);
    }
    Ok(tally)
}

/// What came of the pages of each site and host.
fn tally(connection: &Connection, run: RunId, report: &mut RunReport) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.key, h.name, f.outcome, count(*) AS looks,
                coalesce(sum(f.wire_length), 0) AS bytes
         FROM fetch f
         JOIN page p ON p.id = f.page_id
         JOIN site s ON s.id = p.site_id
         JOIN host h ON h.id = p.host_id
         WHERE f.run_id = ?1
         GROUP BY p.site_id, p.host_id, f.outcome",
    )?;
    let mut rows = statement.query([run.0])?;
    while let Some(row) = rows.next()? {
        let site = SiteId::new(row.get::<_, String>("key")?);
        let host = HostKey::from_kept(row.get::<_, String>("name")?);
        let (outcome, looks) = (outcome(row)?, column::count(row, "looks")?);
        let bytes = column::count(row, "bytes")?;
        for tally in [
            report.sites.entry(site).or_default(),
            report.hosts.entry(host).or_default(),
        ] {
            tally.count(outcome, looks);
            tally.wire_bytes += bytes;
        }
    }
    Ok(())
}

/// The pages whose last look in the run failed, in the order of their addresses.
fn failures(connection: &Connection, run: RunId) -> Result<RunReport, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT f.url, f.outcome, f.reason, f.error FROM fetch f
         WHERE f.run_id = ?1 AND f.outcome IN ('failed', 'blocked')
           AND NOT EXISTS (SELECT 1 FROM fetch l
                           WHERE l.page_id = f.page_id AND l.run_id = f.run_id AND l.id > f.id)
         ORDER BY f.url",
    )?;
    let mut rows = statement.query([run.0])?;
    let mut report = RunReport::default();
    while let Some(row) = rows.next()? {
        let (reason, error): (Option<String>, Option<String>) =
            (row.get("reason")?, row.get("error")?);
        let outcome = outcome(row)?;
        report.fail(FailedLook {
            url: column::page_url(row, "url")?,
            outcome,
            reason: failure_kind(reason.as_deref(), error.as_deref(), outcome),
        });
    }
    Ok(report)
}

fn outcome(row: &Row<'_>) -> Result<Outcome, Fault> {
    let outcome: String = row.get("outcome")?;
    Outcome::from_name(&outcome)
        .ok_or_else(|| Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows")))
}
