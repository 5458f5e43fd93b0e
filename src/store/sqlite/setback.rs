//! What a clock that ran ahead has noted, put right once it has been set back.

use rusqlite::{Connection, params};

use crate::model::Timestamp;
use crate::store::{RECENT_RUNS, ahead_of};

use super::column;
use super::fault::Fault;

/// Where one of the last runs began well after `now`: what was planned under that clock is due now,
/// no host rests by it, and no robots.txt is trusted by it.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<(), Fault> {
    let limit = ahead_of(now).to_string();
    let ahead: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM (SELECT started_at FROM run ORDER BY id DESC LIMIT ?2)
                            WHERE started_at > ?1)",
        )?
        .query_row(params![limit, column::count_value(RECENT_RUNS)], |row| {
            row.get(0)
        })?;
    if !ahead {
        return Ok(());
    }
    let now = now.to_string();
    for repair in [
        "UPDATE page SET due_at = ?2 WHERE due_at > ?2 AND last_fetched_at > ?1",
        "UPDATE host SET resting_until = NULL, resting_reason = NULL
         WHERE resting_until > max(?1, ?2)",
        "UPDATE robots SET expires_at = ?2 WHERE fetched_at > ?1",
    ] {
        connection.execute(repair, params![limit, now])?;
    }
    Ok(())
}
