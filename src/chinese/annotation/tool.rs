//! The annotating tool and the decoders behind it, rebuilt to try the recovery on any text.
//!
//! Text goes through a table of single characters into traditional ones, is turned to GBK, and each
//! character of a second table is replaced by itself with its reading, wherever its two bytes stand.
//! What decodes the torn bytes afterwards leaves one of several kinds of scar.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::GBK;

use super::readings;
use super::syllable::in_brackets;
use crate::chinese::script::simplified_character;

/// Characters that the tool leaves as they are, although some words write them otherwise.
const KEPT: &str = "布于后范余并制干";

/// Characters that the tool turns although most words would not.
const TURNED: [(char, char); 2] = [('准', '準'), ('着', '著')];

/// One traditional form for each simplified character.
static FORMS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut forms: HashMap<char, char> = TURNED.into_iter().collect();
    let seen = |character: &char| !readings::was_seen(*character);
    let mut all: Vec<char> = ('\u{4e00}'..='\u{9fa5}').collect();
    all.sort_by_key(seen);
    for traditional in all {
        let simplified = simplified_character(traditional);
        let turns = simplified != traditional
            && !KEPT.contains(simplified)
            && is_gb2312(simplified)
            && !is_gb2312(traditional)
            && readings::bytes_of(traditional).is_some();
        if turns {
            forms.entry(simplified).or_insert(traditional);
        }
    }
    forms
});

/// Whether GB 2312 has the character, as it has all that simplified text is written in.
pub(super) fn is_gb2312(character: char) -> bool {
    readings::bytes_of(character)
        .is_some_and(|[lead, trail]| (0xB0..=0xF7).contains(&lead) && trail >= 0xA1)
}

/// The text in traditional characters, one by one.
pub(super) fn traditional(text: &str) -> String {
    let form = |character| FORMS.get(&character).copied().unwrap_or(character);
    text.chars().map(form).collect()
}

/// The tool's second table.
pub(super) type Table = Vec<(char, String)>;

/// Every character the tool may know: those seen, then more with the default reading of their
/// simplified form, in an order that does not change.
pub(super) static ALL: LazyLock<Table> = LazyLock::new(|| {
    let mut table: Table = readings::SEEN
        .split(' ')
        .filter_map(|pair| {
            let mut characters = pair.chars();
            Some((characters.next()?, characters.as_str().to_owned()))
        })
        .collect();
    let mut more: Vec<char> = FORMS.values().copied().collect();
    more.sort_unstable();
    for traditional in more {
        let reading = readings::default_of(simplified_character(traditional));
        if let Some(reading) = reading.filter(|_| !readings::was_seen(traditional)) {
            let bracketed = format!("({reading})");
            if in_brackets(&bracketed).is_some_and(|(syllable, _)| syllable.toned) {
                table.push((traditional, reading.to_owned()));
            }
        }
    }
    table
});

/// What the tool does to a page, one character of the table after the other.
pub(super) fn annotate<'a, Reading: AsRef<str> + 'a>(
    page: &str,
    table: impl IntoIterator<Item = &'a (char, Reading)>,
) -> Vec<u8> {
    let (bytes, _, _) = GBK.encode(page);
    let mut bytes = bytes.into_owned();
    for (character, reading) in table {
        let wanted = readings::bytes_of(*character).unwrap();
        let (insert, _, _) = GBK.encode(reading.as_ref());
        let mut replaced = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at..].starts_with(&wanted) {
                replaced.extend(wanted);
                replaced.push(b'(');
                replaced.extend(insert.as_ref());
                replaced.push(b')');
                at += 2;
            } else {
                replaced.push(bytes[at]);
                at += 1;
            }
        }
        bytes = replaced;
    }
    bytes
}

/// Who decoded the torn bytes, and what it leaves of a broken pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decoder {
    /// A browser, or this program: U+FFFD for the first byte, an ASCII byte behind it stays.
    Browser,
    /// A browser whose text was saved in an encoding without U+FFFD: `?`.
    SavedBrowser,
    /// `?` for both bytes, and nothing for a private character, as real sites show it.
    PairQuestioned,
    /// U+FFFD for both bytes, and for a private character.
    PairReplaced,
    /// Nothing for both bytes.
    PairDropped,
    /// U+FFFD for the first byte; goes on with the second, whatever it is.
    ByteReplaced,
    /// The same with `?`.
    ByteQuestioned,
    /// Nothing for the first byte.
    ByteDropped,
}

pub(super) const DECODERS: [Decoder; 8] = [
    Decoder::Browser,
    Decoder::SavedBrowser,
    Decoder::PairQuestioned,
    Decoder::PairReplaced,
    Decoder::PairDropped,
    Decoder::ByteReplaced,
    Decoder::ByteQuestioned,
    Decoder::ByteDropped,
];

impl Decoder {
    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Browser => browser(bytes),
            Self::SavedBrowser => browser(bytes).replace('\u{fffd}', "?"),
            Self::PairQuestioned => strict(bytes, "?", 2, ""),
            Self::PairReplaced => strict(bytes, "\u{fffd}", 2, "\u{fffd}"),
            Self::PairDropped => strict(bytes, "", 2, ""),
            Self::ByteReplaced => strict(bytes, "\u{fffd}", 1, "\u{fffd}"),
            Self::ByteQuestioned => strict(bytes, "?", 1, "?"),
            Self::ByteDropped => strict(bytes, "", 1, ""),
        }
    }
}

fn browser(bytes: &[u8]) -> String {
    GBK.decode_without_bom_handling(bytes).0.into_owned()
}

/// Decodes by a table that knows no private characters, as those of PHP, Python and iconv do.
fn strict(bytes: &[u8], mark: &str, skipped: usize, private: &str) -> String {
    let mut text = String::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            text.push(char::from(bytes[at]));
            at += 1;
            continue;
        }
        let trail = bytes.get(at + 1).copied().unwrap_or_default();
        match readings::character_of(bytes[at], trail) {
            Some('\u{e000}'..='\u{f8ff}') => {
                text.push_str(private);
                at += skipped;
            }
            Some(character) => {
                text.push(character);
                at += 2;
            }
            None => {
                text.push_str(mark);
                at += skipped;
            }
        }
    }
    text
}

#[test]
fn the_tool_does_what_was_seen_of_it() {
    for (plain, turned) in [
        ("随着产业发展", "隨著產業發展"),
        ("批准发布于会后", "批準發布于會后"),
        ("范围、余下、并购、制造", "范圍、余下、并購、制造"),
    ] {
        assert_eq!(traditional(plain), turned);
    }
    // as three sites show it
    for (plain, decoder, printed) in [
        (
            "時候對密文進行",
            Decoder::PairQuestioned,
            "時(shí)候?qū)γ芪倪M(jìn)行",
        ),
        ("指向專業觀眾", Decoder::PairQuestioned, "指向?qū)I(yè)觀眾"),
        ("候對密", Decoder::Browser, "候\u{fffd}(qū)γ\u{fffd}"),
    ] {
        let table: Table = ALL
            .iter()
            .filter(|(one, _)| "時驅進業".contains(*one))
            .cloned()
            .collect();
        assert_eq!(decoder.decode(&annotate(plain, &table)), printed);
    }
    assert!(ALL.len() > 1_500, "{}", ALL.len());
}
