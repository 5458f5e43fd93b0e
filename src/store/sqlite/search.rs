//! Searching: what the index answers, joined with what is known of pages; and versions that wait for the index
//! judged one by one, so that nothing kept is missed.

use std::cell::OnceCell;
use std::collections::HashMap;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::archive::{Hits, PageId, Place, SearchOrder, SearchPage};
use crate::search::{Condition, Expression, Filter, Side, Subject, Weights};

use super::article;
use super::column;
use super::fault::Fault;
use super::reading;

/// Current versions, with what filters ask of.
const FROM: &str = "FROM version v
     JOIN page p ON p.current_version_id = v.id
     JOIN site s ON s.id = p.site_id
     JOIN fetch f ON f.id = v.first_fetch_id
     WHERE p.kind <> 'part'";

/// Whether looks saw several versions of a page.
const EDITED: &str = "(p.versions > 1 AND EXISTS (SELECT 1 FROM fetch l
     WHERE l.page_id = p.id AND l.version_id <> p.current_version_id))";

/// What `search` finds in the archive as it stands at one instant.
pub(super) fn search(
    connection: &Connection,
    search: &Expression,
    page: SearchPage,
) -> Result<Hits, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let indexed: i64 = snapshot
        .prepare_cached("SELECT coalesce(max(id), 0) FROM fts_docsize")?
        .query_row([], |row| row.get(0))?;
    let condition = Condition::of(search);
    let mut found = from_index(&snapshot, &condition, indexed, page.order)?;
    found.extend(waiting(&snapshot, search, indexed)?);
    let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
    let mut articles = Vec::new();
    for page in page.of(found) {
        articles.extend(reading::article(&snapshot, page, None)?);
    }
    Ok(Hits { total, articles })
}

fn from_index(
    connection: &Connection,
    condition: &Condition,
    indexed: i64,
    order: SearchOrder,
) -> Result<Vec<Place>, Fault> {
    let mut values = vec![Value::Integer(indexed)];
    let meant = sql(condition, &mut values);
    let scores = match (order, condition.driver()) {
        (SearchOrder::Relevance, Some(fts)) => scores(connection, fts)?,
        _ => HashMap::new(),
    };
    let mut statement = connection.prepare(&format!(
        "SELECT v.id, p.id AS page_id, v.publish_time, p.views, f.fetched_at
         {FROM} AND v.id <= ?1 AND {meant}"
    ))?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let version: i64 = row.get("id")?;
        found.push(Place {
            page: PageId(row.get("page_id")?),
            score: scores.get(&version).copied().unwrap_or_default(),
            publish_time: row.get("publish_time")?,
            views: column::optional_count(row, "views")?,
            observed_at: column::instant(row, "fetched_at")?,
        });
    }
    Ok(found)
}

/// How well each version answers; the higher the better, where SQLite says it the other way round.
fn scores(connection: &Connection, fts: &str) -> Result<HashMap<i64, f64>, Fault> {
    let [title, summary, source, author, body] = Weights::default().0;
    let mut statement = connection.prepare_cached(
        "SELECT rowid, -bm25(fts, ?2, ?3, ?4, ?5, ?6) FROM fts WHERE fts MATCH ?1",
    )?;
    let rows = statement.query_map((fts, title, summary, source, author, body), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The condition in SQL, its values behind those already in `values`.
fn sql(condition: &Condition, values: &mut Vec<Value>) -> String {
    match condition {
        Condition::Index(fts) => {
            let fts = bound(values, fts.clone());
            format!("v.id IN (SELECT rowid FROM fts WHERE fts MATCH {fts})")
        }
        Condition::Filter(filter) => filtered(filter, values),
        Condition::All(these) => joined(these, " AND ", "1", values),
        Condition::Any(these) => joined(these, " OR ", "0", values),
        Condition::Not(inner) => format!("NOT {}", sql(inner, values)),
    }
}

fn joined(these: &[Condition], between: &str, none: &str, values: &mut Vec<Value>) -> String {
    if these.is_empty() {
        return none.to_owned();
    }
    let parts: Vec<String> = these.iter().map(|one| sql(one, values)).collect();
    format!("({})", parts.join(between))
}

/// A filter in SQL; never NULL, so that its opposite is the rest.
fn filtered(filter: &Filter, values: &mut Vec<Value>) -> String {
    let side = |side: &Side| match side {
        Side::After => ">=",
        Side::Before => "<",
    };
    match filter {
        Filter::Site(key) => format!("s.key = {}", bound(values, key.clone())),
        Filter::Source(name) => format!("v.source IS {}", bound(values, name.clone())),
        Filter::Author(name) => format!("v.author IS {}", bound(values, name.clone())),
        Filter::Published(which, time) => format!(
            "coalesce(v.publish_time {} {}, 0)",
            side(which),
            bound(values, time.clone())
        ),
        Filter::Seen(which, instant) => format!(
            "f.fetched_at {} {}",
            side(which),
            bound(values, instant.clone())
        ),
        Filter::Views(range) => {
            // more than SQLite can count is more than any count kept
            let mut within = |bound_at: Option<u64>, compared: &str| {
                bound_at.map(|number| {
                    let number = i64::try_from(number).unwrap_or(i64::MAX);
                    format!(" AND p.views {compared} {}", bound(values, number))
                })
            };
            let least = within(range.least, ">=").unwrap_or_default();
            let most = within(range.most, "<=").unwrap_or_default();
            format!("(p.views IS NOT NULL{least}{most})")
        }
        Filter::Language(tag) => {
            let tag = bound(values, tag.to_ascii_lowercase());
            format!(
                "coalesce(lower(v.lang) = {tag}
                     OR substr(lower(v.lang), 1, length({tag}) + 1) = {tag} || '-', 0)"
            )
        }
        Filter::Changed => EDITED.to_owned(),
        Filter::Gone => "(p.gone_in_a_row >= 2)".to_owned(),
    }
}

fn bound(values: &mut Vec<Value>, value: impl Into<Value>) -> String {
    values.push(value.into());
    format!("?{}", values.len())
}

/// Those of the versions above `indexed` that `search` means. They are few: a run indexes what it keeps in
/// portions. They have no score, and stand behind those that do.
fn waiting(
    connection: &Connection,
    search: &Expression,
    indexed: i64,
) -> Result<Vec<Place>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {}, p.id AS page_id, s.key AS site, f.fetched_at, {EDITED} AS edited,
                p.gone_in_a_row >= 2 AS gone
         {FROM} AND v.id > ?1",
        article::COLUMNS
    ))?;
    let mut rows = statement.query([indexed])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let read = article::reading(row)?;
        let site: String = row.get("site")?;
        let observed_at = column::instant(row, "fetched_at")?;
        let subject = Subject {
            site: &site,
            article: &read.article,
            observed_at,
            views: read.article.views,
            changed: row.get("edited")?,
            gone: row.get("gone")?,
            words: OnceCell::new(),
        };
        if subject.is(search) {
            found.push(Place {
                page: PageId(row.get("page_id")?),
                score: 0.0,
                publish_time: read.article.publish_time.map(|time| time.to_string()),
                views: read.article.views,
                observed_at,
            });
        }
    }
    Ok(found)
}
