//! Texts by their keys, in memory: what may be alike, without comparing everything.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::text::Key;

/// How many keys two texts share that are compared.
const LEAST_SHARED: u16 = 2;
/// With how many others a text is compared at most.
const MOST: usize = 12;
/// So many texts of a key are looked at: what more have is a phrase, or a text of which these have
/// enough copies.
const MOST_OF_KEY: usize = 256;

/// Texts by their keys. One of 100,000 articles takes some 30 MB.
#[derive(Debug, Default)]
pub struct Index {
    /// What each text was called by who put it in.
    names: Vec<i64>,
    texts: HashMap<Key, Vec<u32>, BuildHasherDefault<AsItIs>>,
    /// Of each text, how many keys it shares with the one looked for.
    shared: Vec<u16>,
    touched: Vec<u32>,
}

impl Index {
    /// Puts in a text under a name of whoever puts it in.
    pub fn insert(&mut self, name: i64, keys: &[Key]) {
        if keys.is_empty() {
            return;
        }
        let Ok(number) = u32::try_from(self.names.len()) else {
            return;
        };
        self.names.push(name);
        self.shared.push(0);
        for key in keys {
            self.texts.entry(*key).or_default().push(number);
        }
    }

    /// The names of texts that may be alike with one of these keys, those that share most first.
    pub fn candidates(&mut self, keys: &[Key]) -> Vec<i64> {
        for key in keys {
            let texts = self.texts.get(key).into_iter().flatten();
            for number in texts.take(MOST_OF_KEY) {
                if let Some(shared) = place(*number).and_then(|at| self.shared.get_mut(at)) {
                    if *shared == 0 {
                        self.touched.push(*number);
                    }
                    *shared = shared.saturating_add(1);
                }
            }
        }
        let mut found: Vec<(Reverse<u16>, u32)> = Vec::new();
        for number in self.touched.drain(..) {
            if let Some(shared) = place(number).and_then(|at| self.shared.get_mut(at)) {
                if *shared >= LEAST_SHARED {
                    found.push((Reverse(*shared), number));
                }
                *shared = 0;
            }
        }
        found.sort_unstable();
        let names = found.into_iter().take(MOST);
        names
            .filter_map(|(_, number)| self.names.get(place(number)?).copied())
            .collect()
    }
}

fn place(number: u32) -> Option<usize> {
    usize::try_from(number).ok()
}

/// Keys are hashes already.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, key: u32) {
        // hashbrown takes its control bits from the top
        self.0 = u64::from(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_shares_most_comes_first_and_one_key_is_not_enough() {
        let mut index = Index::default();
        index.insert(10, &[1, 2, 3, 4]);
        index.insert(20, &[1, 2, 8, 9]);
        index.insert(30, &[4, 5, 6, 7]);
        index.insert(40, &[]);
        assert_eq!(index.candidates(&[1, 2, 3, 5]), [10, 20]);
        // a second question is not answered with the first one's counts
        assert_eq!(index.candidates(&[1, 6]), Vec::<i64>::new());
        assert_eq!(index.candidates(&[6, 7]), [30]);
    }

    #[test]
    fn a_text_with_a_thousand_copies_is_still_found() {
        let mut index = Index::default();
        for name in 0..1000 {
            index.insert(name, &[1, 2, 3]);
        }
        assert_eq!(index.candidates(&[1, 2, 3]).len(), MOST);
    }
}
