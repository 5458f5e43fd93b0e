//! A search of an archive that stands still.

use std::cell::OnceCell;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::archive::{Cursor, Place, Rank, SearchOrder, Versions};
use crate::search::{Condition, Expression, Subject};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::{article, column};

use super::condition::{self, EDITED, OBSERVED_AT, bound};
use super::order::{self, Terms};
use super::way::{Needs, Tables, Way};

/// A search of an archive that stands still.
pub(super) struct Question<'a> {
    connection: &'a Connection,
    search: &'a Expression,
    condition: Condition,
    order: SearchOrder,
    versions: Versions,
    tables: Tables,
    /// The last version that the index has.
    indexed: i64,
    /// The last version that has a score.
    scored: i64,
    /// Where the result was left off.
    after: Option<Place>,
}

impl<'a> Question<'a> {
    pub(super) fn new(
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
            tables: Tables::of(connection, versions)?,
            indexed,
            scored: indexed,
            after: None,
        })
    }

    /// Asks for what comes behind `cursor` alone.
    pub(super) fn go_on_behind(&mut self, cursor: &Cursor) -> Result<(), Fault> {
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
    pub(super) fn is_told(&self, place: &Place) -> bool {
        self.after
            .as_ref()
            .is_none_or(|after| after.compare(place).is_lt())
    }

    /// The last version that has a score.
    pub(super) const fn scored(&self) -> i64 {
        self.scored
    }

    /// The page and number of a version, in SQL.
    pub(super) fn name(&self) -> String {
        let version = self.tables.version();
        format!("SELECT page_id, version_no FROM {version} WHERE v.id = ?1")
    }

    /// How many versions in the index there are.
    pub(super) fn count(&self) -> Result<usize, Fault> {
        let mut values = Vec::new();
        let (way, matching) = self.words(&mut values);
        let needs = Needs::of(&self.condition);
        let (from, id) = self.tables.from(way, needs);
        let meant = condition::sql(&self.condition, way, id, &mut values);
        let indexed = bound(&mut values, self.indexed);
        let sql = format!(
            "SELECT count(*) FROM {from} WHERE {matching} AND {id} <= {indexed} AND {meant}"
        );
        let count: i64 = self
            .connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// `columns` of every version in the index that is found, in any order; of the version `v` and its page `p`.
    pub(super) fn every(&self, columns: &str) -> (String, Vec<Value>) {
        let mut values = Vec::new();
        let (way, matching) = self.words(&mut values);
        let (from, id) = self.tables.from(way, Needs { version: true });
        let meant = condition::sql(&self.condition, way, id, &mut values);
        let indexed = bound(&mut values, self.indexed);
        let sql = format!(
            "SELECT {columns} FROM {from} WHERE {matching} AND {id} <= {indexed} AND {meant}"
        );
        (sql, values)
    }

    /// The way of who goes through all that is found.
    fn words(&self, values: &mut Vec<Value>) -> (Way, String) {
        match self.condition.driver() {
            Some(fts) => {
                let fts = bound(values, fts.to_owned());
                (Way::Words, format!("fts MATCH {fts}"))
            }
            None => (Way::Listing, "1".to_owned()),
        }
    }

    /// Tells the first `most` of `total` versions that are asked for, in order, those that wait among them.
    pub(super) fn each(
        &self,
        waiting: Vec<Place>,
        most: usize,
        total: usize,
        tell: impl FnMut(Place) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if let Some(best) = self.best(most)? {
            return self.merged(best.into_iter().map(Ok), waiting, most, tell);
        }
        let (sql, values) = self.in_order(most, total);
        let mut statement = self.connection.prepare_cached(&sql)?;
        let places = statement.query_and_then(params_from_iter(values), order::place)?;
        self.merged(places, waiting, most, tell)
    }

    fn merged(
        &self,
        mut places: impl Iterator<Item = Result<Place, Fault>>,
        waiting: Vec<Place>,
        most: usize,
        mut tell: impl FnMut(Place) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut waiting = waiting.into_iter().peekable();
        let mut left = most;
        while left > 0 {
            let next = places.next().transpose()?;
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

    /// The first `most` best answers where words alone are asked for: of the few that come first each is asked
    /// whether it is current, in place of all that are found. Nothing where those few are not enough.
    fn best(&self, most: usize) -> Result<Option<Vec<Place>>, Fault> {
        const FEW: usize = 200;
        let Condition::Index(fts) = &self.condition else {
            return Ok(None);
        };
        let plain = self.order == SearchOrder::Relevance && self.versions == Versions::Current;
        if !plain || self.after.is_some() || most > FEW {
            return Ok(None);
        }
        let few = most.saturating_mul(2).saturating_add(16);
        let sql = format!(
            "SELECT rowid AS serial, {} AS first, '' AS published FROM fts
             WHERE fts MATCH ?1 AND rowid <= ?2 ORDER BY first DESC, serial DESC LIMIT ?3",
            order::SCORE
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let limit = i64::try_from(few).unwrap_or(i64::MAX);
        let places = statement.query_and_then((fts, self.indexed, limit), order::place)?;
        let mut is_current = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM page
                            WHERE current_version_id = ?1 AND kind <> 'part')",
        )?;
        let (mut best, mut looked) = (Vec::new(), 0_usize);
        for place in places {
            let place = place?;
            looked = looked.saturating_add(1);
            if is_current.query_row([place.serial], |row| row.get(0))? {
                best.push(place);
            }
        }
        let enough = looked < few || best.len() >= most;
        Ok(enough.then_some(best))
    }

    /// The first `most` of `total` versions in the index that are asked for, in order.
    fn in_order(&self, most: usize, total: usize) -> (String, Vec<Value>) {
        let mut values = Vec::new();
        let (way, matching) = if self.is_walked(most, total) {
            (Way::Latest, "1".to_owned())
        } else {
            self.words(&mut values)
        };
        let needs = Needs::of(&self.condition).and(match way {
            Way::Latest => Needs::default(),
            Way::Words | Way::Listing => Needs::for_order(self.order),
        });
        let (from, id) = self.tables.from(way, needs);
        let terms = Terms::of(self.order, way, id, self.scored);
        let meant = condition::sql(&self.condition, way, id, &mut values);
        let indexed = bound(&mut values, self.indexed);
        let mut limit = i64::try_from(most).unwrap_or(i64::MAX);
        let behind = match &self.after {
            // FTS5 knows no score below which to begin
            Some(_) if self.order == SearchOrder::Relevance => {
                limit = i64::MAX;
                "1".to_owned()
            }
            Some(place) => terms.behind(place, id, &mut values),
            None => "1".to_owned(),
        };
        let limit = bound(&mut values, limit);
        let Terms {
            first,
            publish_time,
            order,
        } = terms;
        let sql = format!(
            "SELECT {id} AS serial, {first} AS first, {publish_time} AS published
             FROM {from}
             WHERE {matching} AND {id} <= {indexed} AND {meant} AND {behind}
             ORDER BY {order} LIMIT {limit}"
        );
        (sql, values)
    }

    /// Whether going through all versions, the latest published first, is done sooner than sorting what is found:
    /// of so many in all, `most` are found among so many.
    fn is_walked(&self, most: usize, total: usize) -> bool {
        let all = usize::try_from(self.indexed).unwrap_or(usize::MAX);
        self.order == SearchOrder::Published
            && most.saturating_mul(all) < total.saturating_mul(total)
    }

    /// The places of those versions behind the index that `search` means, in order. They are few: a run indexes
    /// what it keeps in portions. They have no score, and stand behind those that do.
    pub(super) fn waiting(&self) -> Result<Vec<Place>, Fault> {
        let Terms {
            first,
            publish_time,
            ..
        } = Terms::without_score(self.order);
        let page = match self.versions {
            Versions::Current => "p.current_version_id = v.id",
            Versions::All => "p.id = v.page_id",
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {}, v.id AS serial, {first} AS first, {publish_time} AS published,
                    (SELECT key FROM site WHERE id = p.site_id) AS site,
                    {OBSERVED_AT} AS fetched_at, {EDITED} AS edited,
                    p.gone_in_a_row >= 2 AS gone
             FROM version v JOIN page p ON {page} AND p.kind <> 'part' WHERE v.id > ?1",
            article::COLUMNS,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::parse;
    use crate::store::sqlite::connection::open_writing;

    /// How SQLite goes about the first twenty of `total`, by its own account.
    fn ways(search: &str, order: SearchOrder, total: usize) -> String {
        let folder = tempfile::tempdir().expect("folder");
        let connection = open_writing(&folder.path().join("archive.db")).expect("archive");
        let search = parse(search).expect("search");
        let mut question =
            Question::new(&connection, &search, order, Versions::Current).expect("question");
        question.indexed = 100_000;
        let (sql, values) = question.in_order(20, total);
        let mut explained = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .expect("statement");
        let ways = explained
            .query_map(params_from_iter(values), |row| row.get::<_, String>(3))
            .expect("query");
        let ways: Vec<String> = ways.map(|way| way.expect("row")).collect();
        ways.join("\n")
    }

    #[test]
    fn no_text_is_read_to_put_what_is_found_in_order() {
        let page = "SEARCH p USING COVERING INDEX page_current (current_version_id=?)";
        let version = "SEARCH v USING COVERING INDEX version_listing (id=?)";
        let latest = "SCAN w USING COVERING INDEX version_publish_time";
        let by_page = "SEARCH p USING INDEX page_current (current_version_id=?)";
        for (search, order, total, expected) in [
            ("会展", SearchOrder::Relevance, 10_000, &[page][..]),
            ("会展 site:x", SearchOrder::Relevance, 10_000, &[page]),
            (
                "会展 source:=x after:2026 lang:zh",
                SearchOrder::Relevance,
                10_000,
                &[page, version],
            ),
            ("会展", SearchOrder::Published, 100, &[page, version]),
            ("会展", SearchOrder::Published, 10_000, &[latest, page]),
            ("", SearchOrder::Published, 100_000, &[latest, page]),
            ("会展", SearchOrder::Views, 10_000, &[version, by_page]),
        ] {
            let ways = ways(search, order, total);
            for way in expected {
                assert!(ways.contains(way), "{search} {order:?}: {ways}");
            }
            let found = ways
                .lines()
                .filter(|way| way.contains(" v ") && !way.contains(version));
            assert_eq!(found.count(), 0, "{search} {order:?}: {ways}");
            if total == 10_000 && order != SearchOrder::Published {
                assert!(ways.contains("SCAN fts VIRTUAL TABLE"), "{ways}");
            }
        }
    }
}
