//! How many generated reposts are found, and how many of what is none is taken for one.

use fastrand::Rng;
use zhanwen::repost::{Index, Text, alike};

use super::generated::{EDITS, Piece, TRAPS};

/// One kind of pair.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Whether its pairs are to be found.
    pub(crate) is_repost: bool,
    pub(crate) pairs: usize,
    pub(crate) found: usize,
}

/// What came of all of them.
pub(crate) struct Measured {
    pub(crate) kinds: Vec<Kind>,
    /// Pairs found between texts that have nothing to do with each other.
    pub(crate) strangers: usize,
    pub(crate) texts: usize,
}

impl Measured {
    /// Of the pairs that are to be found, how many are.
    pub(crate) fn recall(&self) -> f64 {
        let of = |count: fn(&Kind) -> usize| -> usize {
            let reposts = self.kinds.iter().filter(|kind| kind.is_repost);
            reposts.map(count).sum()
        };
        ratio(of(|kind| kind.found), of(|kind| kind.pairs))
    }

    /// Of the pairs that are found, how many are to be.
    pub(crate) fn precision(&self) -> f64 {
        let found: usize = self.kinds.iter().map(|kind| kind.found).sum();
        let reposts = self.kinds.iter().filter(|kind| kind.is_repost);
        let right: usize = reposts.map(|kind| kind.found).sum();
        ratio(right, found + self.strangers)
    }
}

pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(part) / number(whole.max(1))
}

/// Puts `each` pairs of every kind into one index and looks for all.
pub(crate) fn measure(each: usize, seed: u64) -> Measured {
    let mut rng = Rng::with_seed(seed);
    let mut pairs: Vec<(usize, Piece, Piece)> = Vec::new();
    for _ in 0..each {
        for (kind, (_, make, edit)) in EDITS.iter().enumerate() {
            let original = make(&mut rng);
            let repost = edit(&original, &mut rng);
            pairs.push((kind, original, repost));
        }
        for (kind, (_, trap)) in TRAPS.iter().enumerate() {
            let (one, other) = trap(&mut rng);
            pairs.push((EDITS.len() + kind, one, other));
        }
    }
    let names = EDITS.iter().map(|(name, _, _)| (*name, true));
    let names = names.chain(TRAPS.iter().map(|(name, _)| (*name, false)));
    let mut kinds: Vec<Kind> = names
        .map(|(name, is_repost)| Kind {
            name,
            is_repost,
            pairs: each,
            found: 0,
        })
        .collect();
    let mut strangers = 0;
    let mut index = Index::default();
    let mut texts: Vec<Text> = Vec::new();
    // a pair is two neighbours: 2n and 2n + 1
    for (place, (_, one, other)) in pairs.iter().enumerate() {
        for (side, piece) in [one, other].into_iter().enumerate() {
            let text = Text::of(Some(&piece.title), &piece.body);
            let keys = text.keys();
            for candidate in index.candidates(&keys) {
                let candidate = usize::try_from(candidate).unwrap_or(0);
                if alike(&text, &texts[candidate]).is_none() {
                    continue;
                }
                let other_pair = candidate / 2;
                if other_pair == place {
                    kinds[pairs[place].0].found += 1;
                } else if is_same_by_chance(&pairs, place, candidate, &piece.body) {
                    // two notices of one place and day are one text
                } else if is_stock(&pairs, place, other_pair) {
                    // other pairs of one trap are made by the same template: a trap as well
                    kinds[pairs[place].0].found += 1;
                } else {
                    strangers += 1;
                }
            }
            index.insert(i64::try_from(place * 2 + side).unwrap_or(0), &keys);
            texts.push(text);
        }
    }
    Measured {
        kinds,
        strangers,
        texts: texts.len(),
    }
}

fn is_same_by_chance(
    pairs: &[(usize, Piece, Piece)],
    place: usize,
    candidate: usize,
    body: &str,
) -> bool {
    let (_, one, other) = &pairs[candidate / 2];
    let there = if candidate.is_multiple_of(2) {
        one
    } else {
        other
    };
    is_stock(pairs, place, candidate / 2) && there.body == body
}

fn is_stock(pairs: &[(usize, Piece, Piece)], one: usize, other: usize) -> bool {
    pairs[one].0 == pairs[other].0 && pairs[one].0 >= EDITS.len()
}
