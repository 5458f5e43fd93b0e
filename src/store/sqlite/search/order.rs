//! The orders of what is found, in SQL.

use rusqlite::Row;
use rusqlite::types::{Value, ValueRef};

use crate::archive::{Place, Rank, SearchOrder};

use super::condition::{OBSERVED_AT, bound};
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
}

impl Terms {
    /// The terms of `order`. Versions above `scored` have no score.
    pub(super) fn of(order: SearchOrder, scored: i64) -> Self {
        let published = "coalesce(v.publish_time, '')";
        let (first, publish_time) = match order {
            SearchOrder::Relevance => (
                format!("CASE WHEN v.id <= {scored} THEN {SCORE} ELSE 0.0 END"),
                "''",
            ),
            SearchOrder::Published => (published.to_owned(), "''"),
            SearchOrder::Views => ("coalesce(p.views, -1)".to_owned(), published),
            SearchOrder::Growth => (format!("coalesce({GROWTH}, -1)"), published),
            SearchOrder::Changed => (OBSERVED_AT.to_owned(), "''"),
        };
        Self {
            first,
            publish_time,
        }
    }

    /// The same for versions that have no score.
    pub(super) fn without_score(order: SearchOrder) -> Self {
        match order {
            SearchOrder::Relevance => Self {
                first: "0.0".to_owned(),
                publish_time: "''",
            },
            order => Self::of(order, 0),
        }
    }
}

/// Whether a version comes behind `place`, in SQL.
pub(super) fn behind(
    first: &str,
    publish_time: &str,
    place: &Place,
    values: &mut Vec<Value>,
) -> String {
    let rank = match &place.first {
        Rank::Number(number) => Value::Real(*number),
        Rank::Text(text) => Value::Text(text.clone()),
    };
    let rank = bound(values, rank);
    let time = bound(values, place.publish_time.clone());
    let serial = bound(values, place.serial);
    format!("({first}, {publish_time}, v.id) < ({rank}, {time}, {serial})")
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
