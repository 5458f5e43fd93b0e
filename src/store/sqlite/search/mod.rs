//! Searching: what the index answers, joined with what is known of pages; and versions that wait for the index
//! judged one by one, so that nothing kept is missed.

mod condition;
mod order;

use std::cell::OnceCell;

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use crate::archive::{FoundVersion, Hits, PageId, Place, SearchOrder, SearchPage, Versions};
use crate::search::{Condition, Expression, Subject};

use super::article;
use super::column;
use super::fault::Fault;
use super::reading;
use condition::{EDITED, OBSERVED_AT, bound};
use order::Terms;

/// What `search` finds in the archive as it stands at one instant.
pub(super) fn search(
    connection: &Connection,
    search: &Expression,
    page: SearchPage,
) -> Result<Hits, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let question = Question::new(&snapshot, search, page.order, page.versions)?;
    let waiting = question.waiting()?;
    let total = question.count()?.saturating_add(waiting.len());
    let last = page.offset.saturating_add(page.limit);
    let mut found = Vec::new();
    let mut number = 0_usize;
    question.each(waiting, last, |version| {
        if number >= page.offset {
            found.push(version);
        }
        number = number.saturating_add(1);
        Ok(())
    })?;
    let mut articles = Vec::with_capacity(found.len());
    for version in found {
        articles.extend(reading::version(&snapshot, version)?);
    }
    Ok(Hits {
        total: u64::try_from(total).unwrap_or(u64::MAX),
        articles,
    })
}

/// Every version that `search` means, in order.
pub(super) fn found(
    connection: &Connection,
    search: &Expression,
    order: SearchOrder,
    versions: Versions,
) -> Result<Vec<FoundVersion>, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let question = Question::new(&snapshot, search, order, versions)?;
    let waiting = question.waiting()?;
    let mut found = Vec::new();
    let mut name =
        snapshot.prepare_cached("SELECT page_id, version_no FROM version WHERE id = ?1")?;
    question.each(waiting, usize::MAX, |version| {
        found.push(name.query_row([version], |row| {
            Ok(FoundVersion {
                page: PageId(row.get(0)?),
                version_no: row.get(1)?,
            })
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// A search of an archive that stands still.
struct Question<'a> {
    connection: &'a Connection,
    search: &'a Expression,
    condition: Condition,
    order: SearchOrder,
    versions: Versions,
    /// The last version that the index has.
    indexed: i64,
}

impl<'a> Question<'a> {
    fn new(
        connection: &'a Connection,
        search: &'a Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Result<Self, Fault> {
        let condition = Condition::of(search);
        let indexed = connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM fts_docsize")?
            .query_row([], |row| row.get(0))?;
        Ok(Self {
            connection,
            search,
            order: order.among(condition.driver().is_some()),
            condition,
            versions,
            indexed,
        })
    }

    /// Where versions with their pages come from.
    const fn from(&self) -> &'static str {
        match self.versions {
            Versions::Current => {
                "version v JOIN page p ON p.current_version_id = v.id AND p.kind <> 'part'"
            }
            Versions::All => "version v JOIN page p ON p.id = v.page_id AND p.kind <> 'part'",
        }
    }

    /// How many versions in the index there are.
    fn count(&self) -> Result<usize, Fault> {
        let mut values = vec![Value::Integer(self.indexed)];
        let meant = condition::sql(&self.condition, &mut values);
        let sql = format!(
            "SELECT count(*) FROM {} WHERE v.id <= ?1 AND {meant}",
            self.from()
        );
        let count: i64 = self
            .connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Tells the first `most` versions in order, those that wait among them.
    fn each(
        &self,
        waiting: Vec<Place>,
        most: usize,
        mut tell: impl FnMut(i64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (sql, values) = self.in_order(most);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut waiting = waiting.into_iter().peekable();
        let mut left = most;
        while left > 0 {
            let next = rows.next()?.map(order::place).transpose()?;
            while let Some(before) = waiting.next_if(|waiting| {
                left > 0
                    && next
                        .as_ref()
                        .is_none_or(|next| waiting.compare(next).is_lt())
            }) {
                tell(before.serial)?;
                left = left.saturating_sub(1);
            }
            match next {
                Some(next) if left > 0 => tell(next.serial)?,
                Some(_) | None => break,
            }
            left = left.saturating_sub(1);
        }
        Ok(())
    }

    /// The first `most` versions in the index, in order.
    fn in_order(&self, most: usize) -> (String, Vec<Value>) {
        let mut values = vec![Value::Integer(self.indexed)];
        let meant = condition::sql(&self.condition, &mut values);
        let Terms {
            first,
            publish_time,
        } = Terms::of(self.order);
        let (from, matching) = match (self.order, self.condition.driver()) {
            (SearchOrder::Relevance, Some(fts)) => {
                let fts = bound(&mut values, fts.to_owned());
                (
                    format!("fts CROSS JOIN {}", self.from()),
                    format!("fts MATCH {fts} AND v.id = fts.rowid AND "),
                )
            }
            _ => (self.from().to_owned(), String::new()),
        };
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let limit = bound(&mut values, limit);
        let sql = format!(
            "SELECT v.id AS serial, {first} AS first, {publish_time} AS published
             FROM {from} WHERE {matching} v.id <= ?1 AND {meant}
             ORDER BY first DESC, published DESC, serial DESC LIMIT {limit}"
        );
        (sql, values)
    }

    /// The places of those versions behind the index that `search` means, in order. They are few: a run indexes
    /// what it keeps in portions. They have no score, and stand behind those that do.
    fn waiting(&self) -> Result<Vec<Place>, Fault> {
        let Terms {
            first,
            publish_time,
        } = Terms::without_score(self.order);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {}, v.id AS serial, {first} AS first, {publish_time} AS published,
                    (SELECT key FROM site WHERE id = p.site_id) AS site,
                    {OBSERVED_AT} AS fetched_at, {EDITED} AS edited,
                    p.gone_in_a_row >= 2 AS gone
             FROM {} WHERE v.id > ?1",
            article::COLUMNS,
            self.from()
        ))?;
        let mut rows = statement.query([self.indexed])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let read = article::reading(row)?;
            let site: String = row.get("site")?;
            let subject = Subject {
                site: &site,
                article: &read.article,
                observed_at: column::instant(row, "fetched_at")?,
                views: read.article.views,
                changed: row.get("edited")?,
                gone: row.get("gone")?,
                words: OnceCell::new(),
            };
            if subject.is(self.search) {
                found.push(order::place(row)?);
            }
        }
        found.sort_by(Place::compare);
        Ok(found)
    }
}
