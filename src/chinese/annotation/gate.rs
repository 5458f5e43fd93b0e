//! Is this page annotated? Counts over the whole page, before anything is changed.

use std::collections::{HashMap, HashSet};

use super::readings;
use super::syllable::in_brackets;
use crate::chinese::script::is_han;

/// Annotations that open the gate of any page.
const MANY: usize = 5;
/// Annotations that open the gate of a page where they stand close together.
const FEW: usize = 3;
/// How close: one annotation for so many Han characters.
const CLOSE: usize = 60;
/// How many different characters must be annotated.
const DISTINCT: usize = 3;

/// What stands in brackets after the Han characters of a page.
#[derive(Debug, Default)]
pub(super) struct Tally {
    toned: usize,
    /// For each annotated character, how often it has each reading.
    annotated: HashMap<char, HashMap<String, usize>>,
}

/// Calls `visit` with each Han character before a bracket and the text from the bracket on.
pub(super) fn each_bracket<'a>(text: &'a str, mut visit: impl FnMut(char, &'a str)) {
    for (at, _) in text.match_indices(['(', '（']) {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        if let (Some(character), Some(rest)) = (before, text.get(at..))
            && is_han(character)
        {
            visit(character, rest);
        }
    }
}

/// Whether an opening bracket stands shortly before any byte that may begin a toned letter.
fn near_bracket(source: &str) -> bool {
    // nine letters and marks of up to three bytes, and a bracket
    const NEAR: usize = 32;
    let bytes = source.as_bytes();
    super::syllable::tone_bytes(bytes).any(|at| {
        let before = bytes.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        // the last byte of the wide bracket
        before.iter().any(|byte| matches!(byte, b'(' | 0x88))
    })
}

/// Whether a toned syllable in brackets follows any Han character: letters such as `×` and `é` make
/// a page look as if it had tones.
pub(super) fn has_toned(source: &str) -> bool {
    let mut found = false;
    if !near_bracket(source) {
        return false;
    }
    each_bracket(source, |_, rest| {
        found = found || in_brackets(rest).is_some_and(|(one, _)| one.toned);
    });
    found
}

impl Tally {
    pub(super) fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut tally = Self::default();
        for text in texts {
            each_bracket(text, |character, rest| {
                let Some((syllable, _)) = in_brackets(rest).filter(|(one, _)| one.toned) else {
                    return;
                };
                tally.toned += 1;
                if readings::annotates(character, &syllable) {
                    let of_character = tally.annotated.entry(character).or_default();
                    *of_character.entry(syllable.letters).or_default() += 1;
                }
            });
        }
        tally
    }

    /// Toned syllables in brackets after a Han character.
    pub(super) const fn toned(&self) -> usize {
        self.toned
    }

    /// Whether the page annotates `character`.
    pub(super) fn has(&self, character: char) -> bool {
        self.annotated.contains_key(&character)
    }

    /// Whether the page the tally was made of is an annotated one.
    pub(super) fn opens<'a>(&self, texts: impl Iterator<Item = &'a str>) -> bool {
        // The tool knows one reading for each character; others are somebody's explanation.
        let strong: usize = self
            .annotated
            .values()
            .filter_map(|readings| readings.values().max())
            .sum();
        let consistent = strong * 10 >= self.toned * 9;
        if strong < FEW || self.annotated.len() < DISTINCT || !consistent {
            return false;
        }
        let characters: HashSet<char> = self.annotated.keys().copied().collect();
        let (mut han, mut standing) = (0_usize, 0_usize);
        for character in texts.flat_map(str::chars).filter(|one| is_han(*one)) {
            han += 1;
            standing += usize::from(characters.contains(&character));
        }
        let rarely_bare = strong * 10 >= standing * 9;
        let enough = strong >= MANY || strong * CLOSE >= han;
        rarely_bare && enough
    }
}
