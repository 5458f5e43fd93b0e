//! Every body and every text against the digest it is kept under.

use rusqlite::{Connection, OptionalExtension};
use sha1::{Digest, Sha1};

use crate::model::ContentHash;
use crate::store::sqlite::fault::{Fault, Helper};
use crate::store::sqlite::{article, blob};
use crate::version::HASH_RULE;

use super::verify::{Part, Verified};
use super::{Progress, Tell};

/// How many rows are read between two words of progress.
const TOLD_EVERY: u64 = 64;

pub(super) fn look(
    connection: &Connection,
    verified: &mut Verified,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    let of = count(connection, "SELECT count(*) FROM blob")?;
    let mut statement = connection.prepare("SELECT id, sha256, sha1 FROM blob ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        let hash = ContentHash::from_bytes(row.get(1)?);
        let sha1: [u8; 20] = row.get(2)?;
        let wrong = match blob::read(connection, hash) {
            Ok(Some(body)) => {
                verified.body_bytes += u64::try_from(body.len()).unwrap_or(u64::MAX);
                let is_right = <[u8; 20]>::from(Sha1::digest(&body)) == sha1;
                (!is_right).then(|| "does not match its SHA-1".to_owned())
            }
            Ok(None) => Some("is not found under its digest".to_owned()),
            Err(Fault::Pruned { .. }) => {
                verified.pruned += 1;
                continue;
            }
            Err(Fault::Damaged(_)) => Some("does not match its digest".to_owned()),
            Err(Fault::Unreadable(why)) => Some(format!("cannot be read: {why}")),
            Err(Fault::Helpless(_, Helper::Missing(helper))) => {
                Some(format!("cannot be read: its {helper} is missing"))
            }
            Err(Fault::Helpless(_, Helper::Damaged(helper))) => {
                Some(format!("cannot be read: its {helper} is damaged"))
            }
            Err(fault) => return Err(fault),
        };
        verified.bodies += 1;
        if let Some(wrong) = wrong {
            let of = whose(connection, id)?;
            verified.find(Part::Bodies, format!("{of}: body {hash} {wrong}"));
        }
        if verified.bodies.is_multiple_of(TOLD_EVERY) {
            tell(Progress {
                doing: "reading bodies",
                done: verified.bodies,
                of,
            });
        }
    }
    Ok(())
}

pub(super) fn look_at_texts(
    connection: &Connection,
    verified: &mut Verified,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    let of = count(connection, "SELECT count(*) FROM version")?;
    let mut statement = connection.prepare(&format!(
        "SELECT {}, p.url FROM version v JOIN page p ON p.id = v.page_id ORDER BY v.id",
        article::COLUMNS
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let rule: u32 = row.get("hash_rule")?;
        if rule == HASH_RULE {
            verified.texts += 1;
        } else {
            verified.older_texts += 1;
        }
        let wrong = match article::reading(row) {
            Ok(_reading) => None,
            Err(Fault::DamagedText) => Some("does not match its digest".to_owned()),
            Err(Fault::Unreadable(why)) => Some(format!("cannot be read: {why}")),
            // a value that none of ours was ever written as
            Err(Fault::Sqlite(error)) if error.sqlite_error_code().is_none() => {
                Some(format!("cannot be read: {error}"))
            }
            Err(fault) => return Err(fault),
        };
        if let Some(wrong) = wrong {
            let (url, number): (String, i64) = (row.get("url")?, row.get("version_no")?);
            verified.find(Part::Texts, format!("{url}: version {number} {wrong}"));
        }
        let done = verified.texts + verified.older_texts;
        if done.is_multiple_of(TOLD_EVERY) {
            tell(Progress {
                doing: "reading texts",
                done,
                of,
            });
        }
    }
    Ok(())
}

pub(super) fn count(connection: &Connection, sql: &str) -> Result<u64, Fault> {
    let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}

/// A page that a body was received from.
fn whose(connection: &Connection, blob: i64) -> Result<String, Fault> {
    let url = connection
        .prepare_cached(
            "SELECT p.url FROM fetch f JOIN page p ON p.id = f.page_id WHERE f.blob_id = ?1 LIMIT 1",
        )?
        .query_row([blob], |row| row.get(0))
        .optional()?;
    Ok(url.unwrap_or_else(|| "no page".to_owned()))
}
