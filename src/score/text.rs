//! Texts as they are compared: width, case, punctuation and spacing aside.
//!
//! Each function answers as the same step of Python's `str`, `unicodedata` and `re` would, so that
//! numbers can be held against those of scorers written there.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Between two names.
const BETWEEN_NAMES: &str = ",，、;；/|";

/// Whether `letter` is part of a word: a letter, a digit or another number, or `_`. Neither marks
/// nor circled letters are, though both count as alphabetic.
pub(super) fn is_word(letter: char) -> bool {
    letter == '_'
        || letter.is_numeric()
        || (letter.is_alphabetic() && !is_combining_mark(letter) && !is_encircled(letter))
}

const fn is_encircled(letter: char) -> bool {
    matches!(letter,
        '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F149}'
        | '\u{1F150}'..='\u{1F169}' | '\u{1F170}'..='\u{1F189}')
}

/// Whether `letter` is blank space, the four separators of ASCII included.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{1c}'..='\u{1f}')
}

/// The compatibility form of `text`: full width to half, ligatures to letters.
pub(super) fn wide(text: &str) -> String {
    text.nfkc().collect()
}

/// Letters and digits alone, without width or case.
pub(super) fn bare(text: &str) -> String {
    text.nfkc()
        .flat_map(fold)
        .filter(|letter| *letter != '_' && is_word(*letter))
        .collect()
}

/// `letter` without case. Down, up and down again is what full case folding does: `ß` and `ẞ`
/// meet `ss` only by way of `SS`. The dotless i alone stays itself, as upper case has but one I.
fn fold(letter: char) -> impl Iterator<Item = char> {
    let is_dotless = letter == 'ı';
    let folded = letter
        .to_lowercase()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    let own = is_dotless.then_some(letter);
    own.into_iter().chain(folded.filter(move |_| !is_dotless))
}

/// The names in `text`, each [`bare`]: 张三、李四; Ann Li and Bo (given and family names apart).
pub(super) fn names(text: &str) -> BTreeSet<String> {
    text.split(|letter| BETWEEN_NAMES.contains(letter) || is_space(letter))
        .flat_map(without_and)
        .map(bare)
        .filter(|name| !name.is_empty())
        .collect()
}

/// `part` cut at each `and` that is a word of its own.
fn without_and(part: &str) -> Vec<&str> {
    const AND: &str = "and";
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (part, 0);
    while let Some(at) = rest.get(from..).and_then(|text| text.find(AND)) {
        let start = from + at;
        let end = start + AND.len();
        let (before, after) = (rest.get(..start), rest.get(end..));
        let (Some(before), Some(after)) = (before, after) else {
            break;
        };
        let stands_alone =
            !before.chars().next_back().is_some_and(is_word) && !after.starts_with(is_word);
        if stands_alone {
            pieces.push(before);
            rest = after;
            from = 0;
        } else {
            from = end;
        }
    }
    pieces.push(rest);
    pieces
}

/// A date as it is compared: the day, and the minute where a time of day stands behind it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Moment {
    /// `2026-06-08`.
    pub(super) day: Option<String>,
    /// `09:05`.
    pub(super) minute: Option<String>,
}

/// The first date in `text`, in figures.
pub(super) fn moment(text: &str) -> Moment {
    static DAY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"([0-9]{4})[\s\x1c-\x1f]*[-/.年][\s\x1c-\x1f]*([0-9]{1,2})[\s\x1c-\x1f]*[-/.月][\s\x1c-\x1f]*([0-9]{1,2})",
        )
        .ok()
    });
    static MINUTE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"([0-9]{1,2})[\s\x1c-\x1f]*[:时][\s\x1c-\x1f]*([0-9]{2})").ok()
    });
    let text = wide(text);
    let Some(found) = DAY.as_ref().and_then(|day| day.captures(&text)) else {
        return Moment::default();
    };
    let (_, [year, month, day]) = found.extract();
    let behind = found
        .get(0)
        .and_then(|whole| text.get(whole.end()..))
        .unwrap_or_default();
    let minute = MINUTE.as_ref().and_then(|minute| minute.captures(behind));
    Moment {
        day: Some(format!("{year}-{month:0>2}-{day:0>2}")),
        minute: minute.map(|found| {
            let (_, [hour, minute]) = found.extract();
            format!("{hour:0>2}:{minute}")
        }),
    }
}

/// The first number in `text`, thousands' commas and leading zeros dropped.
pub(super) fn first_number(text: &str) -> Option<String> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    let digits: String = text
        .get(start..)?
        .chars()
        .take_while(|letter| letter.is_ascii_digit() || *letter == ',')
        .filter(char::is_ascii_digit)
        .collect();
    let number = digits.trim_start_matches('0');
    Some(if number.is_empty() { "0" } else { number }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_text_has_neither_width_nor_case_nor_marks() {
        for (text, expected) in [
            ("第九届 展览会（上海）！", "第九届展览会上海"),
            ("ＡＢＣ　１２３", "abc123"),
            ("snake_case_名", "snakecase名"),
            ("Straße STRASSE ẞ", "strassestrassess"),
            ("ΣΊΣΥΦΟΣ σίσυφος", "σίσυφοσσίσυφοσ"),
            ("ﬁn ſ K", "finsk"),
            ("İı", "iı"),
            ("①Ⅳ½", "1iv12"),
            ("cafe\u{301} कि", "caféक"),
            ("——“”", ""),
        ] {
            assert_eq!(bare(text), expected, "{text}");
        }
    }

    #[test]
    fn words_are_letters_numbers_and_the_underscore() {
        for word in ['a', '展', 'ー', '9', '٣', '½', 'Ⅳ', '〇', '_', 'ß'] {
            assert!(is_word(word), "{word}");
        }
        for other in [
            ' ', '，', '·', '-', '\u{301}', '\u{93F}', 'ⓐ', '🄰', '‿', '\u{200d}',
        ] {
            assert!(!is_word(other), "{other}");
        }
    }

    #[test]
    fn names_are_a_set_however_they_are_joined() {
        for (text, expected) in [
            ("张三、李四", ["张三", "李四"].as_slice()),
            ("李四，张三;张三", &["张三", "李四"]),
            ("Ann Li and Bo", &["ann", "bo", "li"]),
            ("Anderson and", &["anderson"]),
            ("A&and&B", &["a", "b"]),
            ("Andand and_b", &["andand", "andb"]),
            ("展务部", &["展务部"]),
            ("张三／李四", &["张三李四"]),
            ("a\u{1c}b", &["a", "b"]),
            ("——", &[]),
        ] {
            let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
            assert_eq!(names(text), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_is_a_day_and_maybe_a_minute() {
        for (text, day, minute) in [
            ("2026-06-08 09:05:33", Some("2026-06-08"), Some("09:05")),
            ("2026年6月8日 9时05分", Some("2026-06-08"), Some("09:05")),
            ("２０２６／６／８", Some("2026-06-08"), None),
            ("10:30 2026.06.08", Some("2026-06-08"), None),
            ("2026 - 06 - 08  10 : 30", Some("2026-06-08"), Some("10:30")),
            ("2026-06-081", Some("2026-06-08"), None),
            ("2026-06-08T1:2", Some("2026-06-08"), None),
            ("June 8, 2026", None, None),
            ("06-08", None, None),
            ("", None, None),
        ] {
            let found = moment(text);
            let found = (found.day.as_deref(), found.minute.as_deref());
            assert_eq!(found, (day, minute), "{text}");
        }
    }

    #[test]
    fn the_first_number_is_the_count() {
        for (text, expected) in [
            ("1,204 次", Some("1204")),
            ("浏览 007", Some("7")),
            ("0", Some("0")),
            ("1.2万", Some("1")),
            ("99999999999999999999999", Some("99999999999999999999999")),
            ("无", None),
            ("", None),
        ] {
            assert_eq!(first_number(text).as_deref(), expected, "{text}");
        }
    }
}
