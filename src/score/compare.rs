//! Two results side by side: what moved, and on which pages.

use std::collections::BTreeMap;

use super::judge::{Asked, Verdict};
use super::metric::Metric;
use super::tally::Group;

/// How far a body's F1 moves before it is told of.
const TOLD_OF: f64 = 0.005;

/// What a result says, without the pages' texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// The numbers of each group.
    pub groups: BTreeMap<String, Group>,
    /// The pages by name.
    pub pages: BTreeMap<String, PageOutline>,
}

/// What a result says of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageOutline {
    /// The body's F1.
    pub body: Option<f64>,
    /// Each field's verdict, with what was read.
    pub fields: BTreeMap<Asked, (Verdict, String)>,
}

/// What moved between two results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Every number that either result has, by group.
    pub metrics: BTreeMap<String, Vec<MetricChange>>,
    /// What got better, the most moved page first.
    pub better: Vec<PageChange>,
    /// What got worse, the most moved page first.
    pub worse: Vec<PageChange>,
    /// Pages that only the earlier result has.
    pub gone: Vec<String>,
    /// Pages that only the later result has.
    pub new: Vec<String>,
}

/// A number before and now; none where no page of the group was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricChange {
    /// Which.
    pub metric: Metric,
    /// In the earlier result.
    pub before: Option<f64>,
    /// In the later one.
    pub now: Option<f64>,
}

impl MetricChange {
    /// By how much it rose.
    pub fn difference(self) -> Option<f64> {
        Some(self.now? - self.before?)
    }
}

/// What moved on a page in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct PageChange {
    /// The page.
    pub file: String,
    /// What moved.
    pub moves: Vec<Move>,
}

/// One thing that moved on a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Move {
    /// The body's F1.
    Body {
        /// In the earlier result.
        before: f64,
        /// In the later one.
        now: f64,
    },
    /// A field went from well read to ill read, or back.
    Field {
        /// Which.
        asked: Asked,
        /// The earlier verdict.
        before: Verdict,
        /// What was read then.
        read_before: String,
        /// The later verdict.
        now: Verdict,
        /// What is read now.
        read_now: String,
    },
}

impl Move {
    /// How much it weighs, to tell the most moved pages first: a field as much as half a body.
    fn weight(&self) -> f64 {
        match self {
            Self::Body { before, now } => (now - before).abs(),
            Self::Field { .. } => 0.5,
        }
    }

    fn is_better(&self) -> bool {
        match self {
            Self::Body { before, now } => now > before,
            Self::Field { now, .. } => now.is_good(),
        }
    }
}

/// What moved from `before` to `now`.
pub fn compare(before: &Outline, now: &Outline) -> Comparison {
    let mut told = Comparison {
        metrics: metrics(before, now),
        ..Comparison::default()
    };
    for (file, page) in &now.pages {
        let Some(earlier) = before.pages.get(file) else {
            told.new.push(file.clone());
            continue;
        };
        let (better, worse): (Vec<Move>, Vec<Move>) =
            moves(earlier, page).into_iter().partition(Move::is_better);
        for (moves, into) in [(better, &mut told.better), (worse, &mut told.worse)] {
            if !moves.is_empty() {
                let file = file.clone();
                into.push(PageChange { file, moves });
            }
        }
    }
    let gone = before
        .pages
        .keys()
        .filter(|file| !now.pages.contains_key(*file));
    told.gone = gone.cloned().collect();
    for pages in [&mut told.better, &mut told.worse] {
        let weight = |page: &PageChange| page.moves.iter().map(Move::weight).sum::<f64>();
        pages.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
    }
    told
}

fn metrics(before: &Outline, now: &Outline) -> BTreeMap<String, Vec<MetricChange>> {
    let names = before.groups.keys().chain(now.groups.keys());
    names
        .map(|name| {
            let value = |outline: &Outline, metric: Metric| {
                let scores = &outline.groups.get(name)?.scores;
                scores.get(&metric).map(|score| score.value)
            };
            let changes = Metric::ALL.into_iter().filter_map(|metric| {
                let (before, now) = (value(before, metric), value(now, metric));
                (before.is_some() || now.is_some()).then_some(MetricChange {
                    metric,
                    before,
                    now,
                })
            });
            (name.clone(), changes.collect())
        })
        .collect()
}

fn moves(before: &PageOutline, now: &PageOutline) -> Vec<Move> {
    let mut found = Vec::new();
    if let (Some(before), Some(now)) = (before.body, now.body)
        && (now - before).abs() > TOLD_OF
    {
        found.push(Move::Body { before, now });
    }
    for (asked, (verdict, read)) in &now.fields {
        let Some((earlier, read_before)) = before.fields.get(asked) else {
            continue;
        };
        if earlier.is_good() != verdict.is_good() {
            found.push(Move::Field {
                asked: *asked,
                before: *earlier,
                read_before: read_before.clone(),
                now: *verdict,
                read_now: read.clone(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::tally::Score;
    use super::*;

    fn page(body: f64, author: Verdict) -> PageOutline {
        PageOutline {
            body: Some(body),
            fields: BTreeMap::from([(Asked::Author, (author, "张三".to_owned()))]),
        }
    }

    fn result(title: f64, pages: &[(&str, PageOutline)]) -> Outline {
        let score = Score {
            value: title,
            pages: 3,
        };
        let group = Group {
            pages: 3,
            scores: BTreeMap::from([(Metric::Title, score)]),
        };
        Outline {
            groups: BTreeMap::from([("ALL-zh".to_owned(), group)]),
            pages: pages
                .iter()
                .map(|(file, page)| ((*file).to_owned(), page.clone()))
                .collect(),
        }
    }

    #[test]
    fn pages_are_told_by_what_moved_on_them() {
        let before = result(
            0.5,
            &[
                ("still", page(0.900, Verdict::Right)),
                ("body up", page(0.900, Verdict::Right)),
                ("both ways", page(0.900, Verdict::Wrong)),
                ("as wrong", page(0.900, Verdict::Wrong)),
                ("gone", page(0.900, Verdict::Right)),
            ],
        );
        let now = result(
            0.75,
            &[
                ("still", page(0.904, Verdict::Right)),
                ("body up", page(0.906, Verdict::Right)),
                ("both ways", page(0.400, Verdict::Right)),
                ("as wrong", page(0.900, Verdict::Missed)),
                ("new", page(0.900, Verdict::Right)),
            ],
        );
        let told = compare(&before, &now);
        let named = |pages: &[PageChange]| -> Vec<String> {
            pages.iter().map(|page| page.file.clone()).collect()
        };
        assert_eq!(named(&told.better), ["both ways", "body up"]);
        assert_eq!(named(&told.worse), ["both ways"]);
        assert_eq!(told.gone, ["gone"]);
        assert_eq!(told.new, ["new"]);
        assert_eq!(told.metrics["ALL-zh"].len(), 1);
        let title = told.metrics["ALL-zh"][0];
        assert_eq!(title.difference(), Some(0.25));
    }

    #[test]
    fn an_answer_no_longer_invented_is_better() {
        let before = result(1.0, &[("a", page(1.0, Verdict::Invented))]);
        let now = result(1.0, &[("a", page(1.0, Verdict::Nothing))]);
        let told = compare(&before, &now);
        assert_eq!(told.better.len(), 1);
        assert_eq!(told.worse, []);
        let back = compare(&now, &before);
        assert_eq!(back.worse.len(), 1);
    }

    #[test]
    fn a_number_may_come_or_go() {
        let (with, without) = (result(1.0, &[]), Outline::default());
        let told = compare(&without, &with);
        let title = told.metrics["ALL-zh"][0];
        assert_eq!((title.before, title.now), (None, Some(1.0)));
        assert_eq!(title.difference(), None);
    }
}
