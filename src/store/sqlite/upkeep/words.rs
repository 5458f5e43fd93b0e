//! The search index against the texts it was made of.
//!
//! The index keeps no text, so the words of every version are made anew, by the same tokenizer in a
//! small index of their own, and both indexes are compared word by word: by a sum over each
//! version's words and their places, whatever order they come in.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use rusqlite::Connection;

use crate::store::sqlite::article;
use crate::store::sqlite::fault::Fault;

use super::bodies::count;
use super::verify::{Part, Verified};
use super::{Progress, Tell};

/// Versions whose words are made together.
const TOGETHER: i64 = 256;

/// A sum over the words of each version.
type Sums = HashMap<i64, u64>;

pub(super) fn look(
    connection: &Connection,
    verified: &mut Verified,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    // one state of the archive: versions are indexed while a crawl goes on
    connection.execute_batch("PRAGMA query_only = OFF")?;
    connection.execute_batch(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed USING fts5vocab (main, fts, instance)",
    )?;
    let snapshot = connection.unchecked_transaction()?;
    let last = count(&snapshot, "SELECT coalesce(max(id), 0) FROM fts_docsize")?;
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    verified.waiting = count(
        &snapshot,
        &format!("SELECT count(*) FROM version WHERE id > {last}"),
    )?;
    let of = count(
        &snapshot,
        &format!("SELECT count(*) FROM version WHERE id <= {last}"),
    )?;
    tell(Progress {
        doing: "reading the search index",
        done: 0,
        of: 0,
    });
    let mut found = Sums::new();
    add_words(
        &snapshot,
        "SELECT term, doc, col, offset FROM temp.indexed",
        &mut found,
    )?;
    let own = own_index()?;
    let (mut from, mut done) = (0, 0);
    while from < last {
        let until = from.saturating_add(TOGETHER).min(last);
        let mut expected = Sums::new();
        let ids = words_of(&snapshot, &own, from, until, &mut expected)?;
        for id in ids {
            done += 1;
            if found.remove(&id) != expected.remove(&id) {
                let name = name_of(&snapshot, id)?;
                verified.find(
                    Part::Index,
                    format!("{name} is indexed under other words than its own"),
                );
            }
        }
        from = until;
        tell(Progress {
            doing: "comparing words",
            done,
            of,
        });
    }
    verified.indexed = done;
    for id in found.into_keys() {
        verified.find(
            Part::Index,
            format!("the index has words of a version {id} that is not there"),
        );
    }
    drop(snapshot);
    connection.execute_batch("DROP TABLE temp.indexed; PRAGMA query_only = ON")?;
    Ok(())
}

/// An index like the archive's, in memory.
fn own_index() -> Result<Connection, Fault> {
    let own = Connection::open_in_memory()?;
    own.execute_batch(
        "CREATE VIRTUAL TABLE fts USING fts5 (
             title, summary, source, author, body,
             content = '', tokenize = 'unicode61 remove_diacritics 2'
         );
         CREATE VIRTUAL TABLE indexed USING fts5vocab (fts, instance);",
    )?;
    Ok(own)
}

/// Adds up the words that the versions numbered above `from` up to `until` should be found by;
/// answers which those are.
fn words_of(
    archive: &Connection,
    own: &Connection,
    from: i64,
    until: i64,
    sums: &mut Sums,
) -> Result<Vec<i64>, Fault> {
    own.execute_batch("BEGIN; INSERT INTO fts (fts) VALUES ('delete-all')")?;
    let ids = article::index_between(archive, own, from, until)?;
    own.execute_batch("COMMIT")?;
    add_words(own, "SELECT term, doc, col, offset FROM indexed", sums)?;
    Ok(ids)
}

fn add_words(connection: &Connection, sql: &str, sums: &mut Sums) -> Result<(), Fault> {
    // the same in every process and on every machine, though nothing here needs it
    let hasher = BuildHasherDefault::<DefaultHasher>::default();
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let word = row.get_ref(0)?.as_bytes().unwrap_or_default();
        let version: i64 = row.get(1)?;
        let column = row.get_ref(2)?.as_bytes().unwrap_or_default();
        let place: i64 = row.get(3)?;
        let sum = sums.entry(version).or_default();
        *sum = sum.wrapping_add(hasher.hash_one((word, column, place)));
    }
    Ok(())
}

fn name_of(connection: &Connection, version: i64) -> Result<String, Fault> {
    let name = connection
        .prepare_cached(
            "SELECT p.url || ': version ' || v.version_no
             FROM version v JOIN page p ON p.id = v.page_id WHERE v.id = ?1",
        )?
        .query_row([version], |row| row.get(0))?;
    Ok(name)
}
