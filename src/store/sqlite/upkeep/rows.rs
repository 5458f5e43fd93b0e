//! What rows say of each other.

use rusqlite::Connection;

use crate::store::sqlite::fault::Fault;

use super::verify::{Part, Verified};
use super::{Progress, Tell};

/// Each gives a row of two columns for whatever is wrong: the page, and what is wrong with it.
const QUESTIONS: &[&str] = &[
    "SELECT p.url, 'says ' || p.versions || ' versions and has ' || count(v.id)
     FROM page p LEFT JOIN version v ON v.page_id = p.id
     GROUP BY p.id HAVING p.versions <> count(v.id)",
    "SELECT p.url, 'its versions are not numbered from 1 on'
     FROM version v JOIN page p ON p.id = v.page_id
     GROUP BY p.id HAVING min(v.version_no) <> 1 OR max(v.version_no) <> count(*)",
    "SELECT p.url, 'its current version is another page''s'
     FROM page p JOIN version v ON v.id = p.current_version_id WHERE v.page_id <> p.id",
    "SELECT p.url, 'look ' || f.id || ' saw another page''s version'
     FROM fetch f JOIN version v ON v.id = f.version_id JOIN page p ON p.id = f.page_id
     WHERE v.page_id <> f.page_id",
    "SELECT p.url, 'version ' || v.version_no || ' was first seen by a look at another page'
     FROM version v JOIN fetch f ON f.id = v.first_fetch_id JOIN page p ON p.id = v.page_id
     WHERE f.page_id <> v.page_id",
    "SELECT p.url, 'says ' || p.fetches || ' looks and has ' || count(f.id)
     FROM page p LEFT JOIN fetch f ON f.page_id = p.id
     GROUP BY p.id HAVING p.fetches <> count(f.id)",
    "SELECT url, 'is a picture that is said to be ' || state
            || CASE WHEN blob_id IS NULL THEN ' and has no body' ELSE ' and has one' END
     FROM asset WHERE (state = 'kept') <> (blob_id IS NOT NULL)",
    "SELECT p.url, 'version ' || v.version_no || ' shows ' || a.url || ' as picture '
            || l.position || ', which is another'
     FROM version_asset l JOIN asset a ON a.id = l.asset_id
     JOIN version v ON v.id = l.version_id JOIN page p ON p.id = v.page_id
     WHERE json_extract(v.images, '$[' || (l.position - 1) || '].url') IS NOT a.url",
];

pub(super) fn look(
    connection: &Connection,
    verified: &mut Verified,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    let of = u64::try_from(QUESTIONS.len() + 1).unwrap_or(u64::MAX);
    let mut done = 0;
    let mut step = || {
        tell(Progress {
            doing: "checking rows",
            done,
            of,
        });
        done += 1;
    };
    step();
    let mut strays = connection.prepare("PRAGMA foreign_key_check")?;
    let mut found = strays.query([])?;
    while let Some(row) = found.next()? {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        let id: Option<i64> = row.get(1)?;
        let id = id.map_or_else(|| "a row".to_owned(), |id| format!("row {id}"));
        verified.find(
            Part::Rows,
            format!("{table}: {id} leads to a {parent} that is not there"),
        );
    }
    for question in QUESTIONS {
        step();
        let mut statement = connection.prepare(question)?;
        let mut wrong = statement.query([])?;
        while let Some(row) = wrong.next()? {
            let (url, what): (String, String) = (row.get(0)?, row.get(1)?);
            verified.find(Part::Rows, format!("{url}: {what}"));
        }
    }
    Ok(())
}
