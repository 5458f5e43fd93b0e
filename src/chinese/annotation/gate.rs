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
    /// Of these, those that the tool's bytes may have left elsewhere than it meant to.
    astray: usize,
    /// For each annotated character, how often it has each reading.
    annotated: HashMap<char, HashMap<String, usize>>,
}

/// Calls `visit` with each character that a bracket may annotate and the text from the bracket on.
pub(super) fn each_bracket<'a>(text: &'a str, mut visit: impl FnMut(char, &'a str)) {
    for (at, _) in text.match_indices(['(', '（']) {
        let before = text.get(..at).and_then(before_bracket);
        if let (Some(character), Some(rest)) = (before, text.get(at..)) {
            visit(character, rest);
        }
    }
}

/// The Han character that `text` ends in. A replacement of bytes also finds one in the last byte of
/// a character and a letter behind it: in 候E(jùn) it is 駿, `F2 45`.
fn before_bracket(text: &str) -> Option<char> {
    let last = text.chars().next_back()?;
    if is_han(last) {
        return Some(last);
    }
    let trail = u8::try_from(last)
        .ok()
        .filter(|byte| (0x40..0x7f).contains(byte))?;
    let before = without_annotation(text.get(..text.len() - 1)?);
    let [_, lead] = readings::bytes_of(before.chars().next_back()?)?;
    readings::character_of(lead, trail).filter(|one| is_han(*one))
}

/// The text without an annotation at its end.
fn without_annotation(text: &str) -> &str {
    let Some(at) = text
        .strip_suffix([')', '）'])
        .and_then(|_| text.rfind(['(', '（']))
    else {
        return text;
    };
    let (before, bracket) = text.split_at_checked(at).unwrap_or((text, ""));
    match (before.chars().next_back(), in_brackets(bracket)) {
        (Some(one), Some((syllable, length)))
            if length == bracket.len() && readings::annotates(one, &syllable) =>
        {
            before
        }
        _ => text,
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
                } else if readings::may_be_torn(character, &syllable) {
                    tally.astray += 1;
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
        let consistent = strong * 10 >= (self.toned - self.astray) * 9;
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
