//! Turns outside the plan: the next free instant of an address, and one host lent by name.

use std::net::IpAddr;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use crate::archive::{Lease, LeaseToken, Loan, Withheld, WithheldReason};
use crate::model::{HostKey, Timestamp};
use crate::store::{WISH, next_slot};

use super::column;
use super::fault::Fault;
use super::lease::{robots, want};
use super::plan::host_number;
use super::writer::Desk;

/// Reserves the next free instant of `address`.
pub(super) fn reserve(
    connection: &Connection,
    address: IpAddr,
    now: Timestamp,
    interval: Duration,
) -> Result<Timestamp, Fault> {
    let address = address.to_string();
    let earliest = connection
        .prepare_cached("SELECT earliest_at FROM address WHERE address = ?1")?
        .query_row([&address], |row| Ok(column::instant(row, "earliest_at")))
        .optional()?
        .transpose()?;
    let slot = next_slot(earliest, now, interval);
    connection
        .prepare_cached(
            "INSERT INTO address (address, earliest_at) VALUES (?1, ?2)
             ON CONFLICT (address) DO UPDATE SET earliest_at = excluded.earliest_at",
        )?
        .execute(params![address, slot.plus(interval).to_string()])?;
    Ok(slot)
}

/// Lends `host`, unless somebody holds it or it rests.
pub(super) fn lease_host(
    connection: &Connection,
    desk: &mut Desk,
    host: HostKey,
    now: Timestamp,
    until: Timestamp,
) -> Result<Loan, Fault> {
    let id = host_number(connection, &host)?;
    let mut statement = connection.prepare_cached(
        "SELECT h.*, l.until AS held_until, l.holder,
                (SELECT count(*) FROM page p WHERE p.host_id = h.id AND p.due_at <= ?2) AS pages
         FROM host h LEFT JOIN lease l ON l.host_id = h.id WHERE h.id = ?1",
    )?;
    let mut rows = statement.query(params![id, now.to_string()])?;
    // the host was made known above
    let Some(row) = rows.next()? else {
        return Err(rusqlite::Error::QueryReturnedNoRows.into());
    };
    let holder: Option<String> = row.get("holder")?;
    let gone = holder
        .as_deref()
        .is_some_and(|holder| desk.holder.knows_gone(holder));
    let held = column::optional_instant(row, "held_until")?.filter(|_| !gone);
    let state = column::host_state(row)?;
    let withheld = |reason, because, until| {
        Ok::<_, Fault>(Loan::Withheld(Withheld {
            host: host.clone(),
            reason,
            because,
            until,
            pages: column::count(row, "pages")?,
        }))
    };
    if let Some(held) = held.filter(|held| *held > now) {
        want(connection, id, Some(now.plus(WISH)))?;
        return withheld(WithheldReason::Held, None, held);
    }
    if let Some(resting) = state.resting_until.filter(|until| *until > now) {
        let because = state.resting_reason.clone();
        return withheld(WithheldReason::Resting, because, resting);
    }
    // a lease that was left behind ends here, and its token with it
    connection
        .prepare_cached("DELETE FROM lease WHERE host_id = ?1")?
        .execute([id])?;
    connection
        .prepare_cached("INSERT INTO lease (host_id, until, holder) VALUES (?1, ?2, ?3)")?
        .execute(params![id, until.to_string(), desk.holder.text()])?;
    let token = LeaseToken(connection.last_insert_rowid());
    want(connection, id, None)?;
    desk.lent.insert(token, host.clone());
    Ok(Loan::Lent(Box::new(Lease {
        token,
        until,
        robots: robots(connection, id)?,
        visits: Vec::new(),
        host,
        state,
        left_behind: holder.is_some(),
    })))
}
