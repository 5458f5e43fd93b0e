//! What a result consists of, counted in one pass.

use std::collections::HashMap;

use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use crate::archive::{Counted, Counts, Facets, SearchOrder, Versions};
use crate::search::Expression;
use crate::store::sqlite::fault::Fault;

use super::condition::EDITED;
use super::question::Question;

/// What `search` finds, counted by what is known of it; `most` values of each kind.
pub(in crate::store::sqlite) fn facets(
    connection: &Connection,
    search: &Expression,
    versions: Versions,
    most: usize,
) -> Result<Facets, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let question = Question::new(&snapshot, search, SearchOrder::Changed, versions)?;
    let mut counting = Counting {
        connection: &snapshot,
        sites: sites(&snapshot)?,
        counts: Counts::default(),
    };
    let columns = format!(
        "p.site_id, v.source, v.author, v.publish_time, v.lang, {EDITED}, p.gone_in_a_row >= 2"
    );
    let (sql, values) = question.every(&columns);
    counting.add(&sql, values)?;
    for place in question.waiting()? {
        let sql = format!(
            "SELECT {columns} FROM version v JOIN page p ON p.id = v.page_id WHERE v.id = ?1"
        );
        counting.add(&sql, vec![Value::Integer(place.serial)])?;
    }
    Ok(counting.counts.facets(most))
}

fn sites(connection: &Connection) -> Result<HashMap<i64, String>, Fault> {
    let mut statement = connection.prepare_cached("SELECT id, key FROM site")?;
    let sites = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(sites.collect::<Result<_, _>>()?)
}

struct Counting<'a> {
    connection: &'a Connection,
    sites: HashMap<i64, String>,
    counts: Counts,
}

impl Counting<'_> {
    fn add(&mut self, sql: &str, values: Vec<Value>) -> Result<(), Fault> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let text = |column: usize| -> Result<Option<&str>, Fault> {
                Ok(match row.get_ref(column)? {
                    ValueRef::Text(text) => std::str::from_utf8(text).ok(),
                    _ => None,
                })
            };
            let site = self.sites.get(&row.get(0)?);
            self.counts.add(&Counted {
                site: site.map(String::as_str).unwrap_or_default(),
                source: text(1)?,
                author: text(2)?,
                publish_time: text(3)?,
                language: text(4)?,
                changed: row.get(5)?,
                gone: row.get(6)?,
            });
        }
        Ok(())
    }
}
