//! Searching: what the index answers, joined with what is known of pages; and versions that wait for the index
//! judged one by one, so that nothing kept is missed.

mod condition;
mod order;

use std::cell::OnceCell;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::archive::{
    Cursor, FoundVersion, Hits, PageId, Place, Rank, SearchOrder, SearchPage, Versions,
};
use crate::search::{Condition, Expression, Subject};

use super::article;
use super::column;
use super::fault::Fault;
use super::reading;
pub(super) use condition::EDITED;
use condition::{OBSERVED_AT, bound};
use order::Terms;

/// What `search` finds in the archive as it stands at one instant.
pub(super) fn search(
    connection: &Connection,
    search: &Expression,
    page: &SearchPage,
) -> Result<Hits, Fault> {
    let snapshot = connection.unchecked_transaction()?;
    let mut question = Question::new(&snapshot, search, page.order, page.versions)?;
    let mut waiting = question.waiting()?;
    let total = question.count()?.saturating_add(waiting.len());
    if let Some(cursor) = &page.after {
        question.go_on_behind(cursor)?;
        waiting.retain(|place| question.is_told(place));
    }
    let last = page.offset.saturating_add(page.limit);
    let mut found = Vec::new();
    let mut number = 0_usize;
    question.each(waiting, last, |place| {
        if number >= page.offset {
            found.push(place);
        }
        number = number.saturating_add(1);
        Ok(())
    })?;
    let (mut articles, mut cursors) = (Vec::new(), Vec::new());
    for place in found {
        if let Some(article) = reading::version(&snapshot, place.serial)? {
            articles.push(article);
            cursors.push(Cursor::new(
                search,
                page.order,
                page.versions,
                place,
                question.scored,
            ));
        }
    }
    Ok(Hits {
        total: u64::try_from(total).unwrap_or(u64::MAX),
        articles,
        cursors,
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
    question.each(waiting, usize::MAX, |place| {
        found.push(name.query_row([place.serial], |row| {
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
    /// The last version that has a score.
    scored: i64,
    /// Where the result was left off.
    after: Option<Place>,
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
            scored: indexed,
            after: None,
        })
    }

    /// Asks for what comes behind `cursor` alone.
    fn go_on_behind(&mut self, cursor: &Cursor) -> Result<(), Fault> {
        self.scored = cursor.scored.min(self.indexed);
        let mut place = cursor.place.clone();
        if let (SearchOrder::Relevance, Some(fts)) = (self.order, self.condition.driver())
            && place.serial <= self.scored
        {
            // what was kept meanwhile weighs words anew, also those of what was told
            let sql = format!(
                "SELECT {} FROM fts WHERE fts MATCH ?1 AND rowid = ?2",
                order::SCORE
            );
            let score = self
                .connection
                .prepare_cached(&sql)?
                .query_row((fts, place.serial), |row| row.get(0))
                .optional()?;
            if let Some(score) = score {
                place.first = Rank::Number(score);
            }
        }
        self.after = Some(place);
        Ok(())
    }

    /// Whether something at `place` is asked for.
    fn is_told(&self, place: &Place) -> bool {
        self.after
            .as_ref()
            .is_none_or(|after| after.compare(place).is_lt())
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

    /// Tells the first `most` versions that are asked for, in order, those that wait among them.
    fn each(
        &self,
        waiting: Vec<Place>,
        most: usize,
        mut tell: impl FnMut(Place) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let (sql, values) = self.in_order(most);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut waiting = waiting.into_iter().peekable();
        let mut left = most;
        while left > 0 {
            let next = rows.next()?.map(order::place).transpose()?;
            if next.as_ref().is_some_and(|next| !self.is_told(next)) {
                continue;
            }
            while let Some(before) = waiting.next_if(|waiting| {
                left > 0
                    && next
                        .as_ref()
                        .is_none_or(|next| waiting.compare(next).is_lt())
            }) {
                tell(before)?;
                left = left.saturating_sub(1);
            }
            match next {
                Some(next) if left > 0 => tell(next)?,
                Some(_) | None => break,
            }
            left = left.saturating_sub(1);
        }
        Ok(())
    }

    /// The first `most` versions in the index that are asked for, in order.
    fn in_order(&self, most: usize) -> (String, Vec<Value>) {
        let mut values = vec![Value::Integer(self.indexed)];
        let meant = condition::sql(&self.condition, &mut values);
        let Terms {
            first,
            publish_time,
        } = Terms::of(self.order, self.scored);
        let mut most = i64::try_from(most).unwrap_or(i64::MAX);
        let driven = (self.order, self.condition.driver());
        let (from, matching) = if let (SearchOrder::Relevance, Some(fts)) = driven {
            if self.after.is_some() {
                // FTS5 knows no score below which to begin
                most = i64::MAX;
            }
            let fts = bound(&mut values, fts.to_owned());
            (
                format!("fts CROSS JOIN {}", self.from()),
                format!("fts MATCH {fts} AND v.id = fts.rowid"),
            )
        } else {
            let behind = self.after.as_ref().map_or_else(
                || "1".to_owned(),
                |place| order::behind(&first, publish_time, place, &mut values),
            );
            (self.from().to_owned(), behind)
        };
        let limit = bound(&mut values, most);
        let sql = format!(
            "SELECT v.id AS serial, {first} AS first, {publish_time} AS published
             FROM {from} WHERE {matching} AND v.id <= ?1 AND {meant}
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
