//! The orders of what is found, in SQL.

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};

use crate::archive::{Place, Rank, SearchOrder};

use super::condition::{OBSERVED_AT, bound};
use super::way::Way;
use crate::store::sqlite::fault::Fault;

/// How well a version answers what the index was asked for: the higher the better, where SQLite says it the other
/// way round. The weights are those of [`Weights`](crate::search::Weights).
pub(super) const SCORE: &str = "-bm25(fts, 8.0, 3.0, 2.0, 2.0, 1.0)";

/// The views a page gained a day lately, to a hundredth.
const GROWTH: &str = "(SELECT CASE
         WHEN l.views >= b.views
              AND unixepoch(l.fetched_at, 'subsec') - unixepoch(b.fetched_at, 'subsec') >= 3600
         THEN round((l.views - b.views) * 86400.0
                    / (unixepoch(l.fetched_at, 'subsec') - unixepoch(b.fetched_at, 'subsec')), 2)
         END
     FROM fetch l
     JOIN fetch b ON b.id = coalesce(
         (SELECT id FROM fetch WHERE page_id = l.page_id AND views IS NOT NULL
              AND fetched_at <= strftime('%Y-%m-%dT%H:%M:%fZ', l.fetched_at, '-1 day')
          ORDER BY fetched_at DESC, id DESC LIMIT 1),
         (SELECT id FROM fetch WHERE page_id = l.page_id AND views IS NOT NULL
          ORDER BY fetched_at, id LIMIT 1))
     WHERE l.id = (SELECT id FROM fetch WHERE page_id = p.id AND views IS NOT NULL
                   ORDER BY fetched_at DESC, id DESC LIMIT 1))";

/// What SQLite sorts by, the highest first: as [`Place`] has it.
pub(super) struct Terms {
    pub(super) first: String,
    pub(super) publish_time: &'static str,
    /// The clause itself.
    pub(super) order: String,
}

impl Terms {
    /// The terms of `order` for the version numbered `id`. Versions above `scored` have no score.
    pub(super) fn of(order: SearchOrder, way: Way, id: &str, scored: i64) -> Self {
        let published = "coalesce(v.publish_time, '')";
        let (first, publish_time) = match order {
            SearchOrder::Relevance => (
                format!("CASE WHEN {id} <= {scored} THEN {SCORE} ELSE 0.0 END"),
                "''",
            ),
            SearchOrder::Published if way == Way::Latest => {
                ("coalesce(w.publish_time, '')".to_owned(), "''")
            }
            SearchOrder::Published => (published.to_owned(), "''"),
            SearchOrder::Views => ("coalesce(p.views, -1)".to_owned(), published),
            SearchOrder::Growth => (format!("coalesce({GROWTH}, -1)"), published),
            SearchOrder::Changed => (OBSERVED_AT.to_owned(), "''"),
        };
        let order = match way {
            // as the index has it
            Way::Latest => "w.publish_time DESC, w.id DESC".to_owned(),
            Way::Words | Way::Listing => "first DESC, published DESC, serial DESC".to_owned(),
        };
        Self {
            first,
            publish_time,
            order,
        }
    }

    /// The same for versions `v` that have no score.
    pub(super) fn without_score(order: SearchOrder) -> Self {
        let terms = Self::of(order, Way::Listing, "v.id", 0);
        match order {
            SearchOrder::Relevance => Self {
                first: "0.0".to_owned(),
                ..terms
            },
            _ => terms,
        }
    }

    /// Whether the version numbered `id` comes behind `place`, in SQL.
    pub(super) fn behind(&self, place: &Place, id: &str, values: &mut Vec<Value>) -> String {
        let rank = match &place.first {
            Rank::Number(number) => Value::Real(*number),
            Rank::Text(text) => Value::Text(text.clone()),
        };
        let rank = bound(values, rank);
        let time = bound(values, place.publish_time.clone());
        let serial = bound(values, place.serial);
        let Self {
            first,
            publish_time,
            ..
        } = self;
        format!("({first}, {publish_time}, {id}) < ({rank}, {time}, {serial})")
    }
}

/// The place in a row's columns `serial`, `first` and `published`.
pub(super) fn place(row: &Row<'_>) -> Result<Place, Fault> {
    let first = match row.get_ref("first")? {
        ValueRef::Text(text) => Rank::Text(String::from_utf8_lossy(text).into_owned()),
        _ => Rank::Number(row.get("first")?),
    };
    Ok(Place {
        first,
        publish_time: row.get("published")?,
        serial: row.get("serial")?,
    })
}

#[cfg(test)]
mod tests {
    use crate::search::Weights;

    #[test]
    fn the_weights_are_those_of_every_store() {
        let weights = Weights::default().0.map(|weight| format!("{weight:?}"));
        let score = format!("-bm25(fts, {})", weights.join(", "));
        assert_eq!(super::SCORE, score);
    }
}
