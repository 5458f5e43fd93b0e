//! How well an article answers a search: BM25 over the words of the index, as FTS5 computes it.
//!
//! A store with FTS5 lets that do it; this is the same for one without.

use super::expression::{Part, Term};
use super::subject::Words;

/// How much a term counts in each part: an article that says it in its headline is about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights(pub [f64; 5]);

impl Default for Weights {
    fn default() -> Self {
        Self([8.0, 3.0, 2.0, 2.0, 1.0])
    }
}

/// All articles that are searched, as far as ranking needs to know them.
#[derive(Clone, Debug)]
pub struct Corpus {
    rows: f64,
    mean_length: f64,
    /// How rare each term is.
    rarity: Vec<f64>,
}

impl Corpus {
    /// What `terms` are worth among `all` that is kept.
    pub fn of<'a>(terms: &[&Term], all: &(impl Iterator<Item = &'a Words> + Clone)) -> Self {
        let rows = number(all.clone().count());
        let words: usize = all.clone().map(length).sum();
        let rarity = terms.iter().map(|term| {
            let found = all
                .clone()
                .filter(|words| words.places(term).next().is_some());
            let found = number(found.count());
            let rarity = ((rows - found + 0.5) / (found + 0.5)).ln();
            // what half of all have counts for next to nothing, but never against an article
            if rarity <= 0.0 { 1e-6 } else { rarity }
        });
        Self {
            rows,
            mean_length: number(words) / rows.max(1.0),
            rarity: rarity.collect(),
        }
    }

    /// How well `words` answer `terms`: the higher the better.
    pub fn score(&self, terms: &[&Term], words: &Words, weights: Weights) -> f64 {
        if self.rows <= 0.0 {
            return 0.0;
        }
        let longer = number(length(words)) / self.mean_length.max(f64::MIN_POSITIVE);
        terms
            .iter()
            .zip(&self.rarity)
            .map(|(term, rarity)| {
                let often: f64 = words.places(term).map(|(part, _)| weights.of(part)).sum();
                rarity * (often * 2.2) / (often + 1.2 * (0.25 + 0.75 * longer))
            })
            .sum()
    }
}

impl Weights {
    const fn of(self, part: Part) -> f64 {
        let [title, summary, source, author, body] = self.0;
        match part {
            Part::Title => title,
            Part::Summary => summary,
            Part::Source => source,
            Part::Author => author,
            Part::Body => body,
        }
    }
}

fn length(words: &Words) -> usize {
    let of = |part: Part| {
        let words = words.part(part).iter();
        words.filter(|word| !word.is_empty()).count()
    };
    Part::ALL.into_iter().map(of).sum()
}

/// A count as a number to reckon with.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
