//! The words of the full-text index with their places in the text, to mark what a search found.
//!
//! The index holds folded text (㎡ as `m2`, 會 as 会) in which no place of the original is left.
//! Here each word carries the bytes of the text that it was made of.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::bigrams::{fold_after, is_indexed_by_pairs};

/// A word of the index, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The word as [`index_text`](super::bigrams::index_text) gives it.
    pub word: String,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
    /// Where its first character ends.
    pub first_end: usize,
}

/// The words of [`index_text`](super::bigrams::index_text), in order.
pub fn located(text: &str) -> Vec<Located> {
    let mut words: Vec<Located> = Vec::new();
    // the last character, if it counts, and whether it goes by pairs
    let mut before: Option<(Letter, bool)> = None;
    for letter in letters(text) {
        let now = letter.map(|letter| {
            let by_pairs = is_indexed_by_pairs(letter.character);
            (letter, by_pairs)
        });
        if let Some((last, true)) = &before {
            words.push(match &now {
                Some((next, true)) => last.joined(next),
                _ => last.alone(),
            });
        }
        if let Some((next, false)) = &now {
            match words.last_mut() {
                Some(word) if matches!(before, Some((_, false))) => {
                    word.word.push(next.character);
                    word.bytes.end = next.bytes.end;
                }
                _ => words.push(next.alone()),
            }
        }
        before = now;
    }
    if let Some((last, true)) = before {
        words.push(last.alone());
    }
    words
}

/// A folded character and what it was made of.
#[derive(Clone, Debug)]
struct Letter {
    character: char,
    bytes: Range<usize>,
}

impl Letter {
    fn alone(&self) -> Located {
        Located {
            word: self.character.to_string(),
            bytes: self.bytes.clone(),
            first_end: self.bytes.end,
        }
    }

    fn joined(&self, next: &Self) -> Located {
        Located {
            word: [self.character, next.character].iter().collect(),
            bytes: self.bytes.start..next.bytes.end,
            first_end: self.bytes.end,
        }
    }
}

/// The folded characters of the text; nothing for what parts words.
fn letters(text: &str) -> impl Iterator<Item = Option<Letter>> {
    let mut before = ' ';
    clusters(text)
        .flat_map(|(start, cluster)| {
            let bytes = start..start + cluster.len();
            let folded = cluster.nfkc().flat_map(char::to_lowercase);
            let folded: Vec<char> = folded.collect();
            folded
                .into_iter()
                .map(move |character| (character, bytes.clone()))
        })
        .map(move |(character, bytes)| {
            fold_after(&mut before, character).map(|character| Letter { character, bytes })
        })
}

/// The text in pieces that are normalised each by itself: a character with what joins it.
fn clusters(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest: Peekable<CharIndices<'_>> = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (start, _) = rest.next()?;
        while rest.next_if(|(_, next)| joins(*next)).is_some() {}
        let end = rest.peek().map_or(text.len(), |(next, _)| *next);
        Some((start, text.get(start..end)?))
    })
}

/// Whether normalising may join it to the character before: accents, sound marks, parts of Hangul.
fn joins(character: char) -> bool {
    if character.is_ascii() || matches!(character, '\u{4e00}'..='\u{9fff}') {
        return false;
    }
    let mut first = None;
    decompose_compatible(character, |part| {
        first.get_or_insert(part);
    });
    first.is_some_and(|first| {
        is_combining_mark(first)
            || matches!(first, '\u{1160}'..='\u{11ff}' | '\u{3099}' | '\u{309a}')
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bigrams::index_text;
    use super::*;

    fn places(text: &str) -> Vec<(String, &str)> {
        located(text)
            .into_iter()
            .map(|found| (found.word, text.get(found.bytes).unwrap()))
            .collect()
    }

    #[test]
    fn words_stand_where_they_were_read() {
        assert_eq!(
            places("會展，ＡＩ 5㎡"),
            [
                ("会展".to_owned(), "會展"),
                ("展".to_owned(), "展"),
                ("ai".to_owned(), "ＡＩ"),
                ("5m2".to_owned(), "5㎡"),
            ]
        );
        // one sign becomes two words; both stand on it
        assert_eq!(
            places("㈱展"),
            [("株".to_owned(), "㈱"), ("展".to_owned(), "展")]
        );
    }

    proptest! {
        #[test]
        fn they_are_the_words_of_the_index(
            text in "[会展計畫か\u{3099}ｶﾞ\u{301}aÉＡaa22 ㎡㈱，\u{f900}\u{1100}\u{1161}\u{11a8}\u{ffc2}ﬁ]{0,16}",
        ) {
            let words: Vec<String> = located(&text).into_iter().map(|found| found.word).collect();
            prop_assert_eq!(words.join(" "), index_text(&text));
        }

        #[test]
        fn any_text_has_its_words_in_order(text in "\\PC{0,24}") {
            let found = located(&text);
            let words: Vec<&str> = found.iter().map(|found| found.word.as_str()).collect();
            prop_assert_eq!(words.join(" "), index_text(&text));
            for word in &found {
                prop_assert!(text.get(word.bytes.clone()).is_some());
                prop_assert!(word.bytes.start < word.first_end && word.first_end <= word.bytes.end);
            }
            prop_assert!(found.is_sorted_by_key(|word| word.bytes.start));
        }
    }
}
