//! A pinyin syllable in brackets, in one spelling whatever was typed.

use unicode_normalization::UnicodeNormalization;

/// The letters of the longest syllable: `zhuang`.
const LETTERS: usize = 6;

/// Every toned letter of pinyin, composed.
const TONED: &str = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ";

/// A syllable in lower case, composed, with `ü` for `v`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Syllable {
    pub(super) letters: String,
    /// Whether it carries a tone mark.
    pub(super) toned: bool,
}

/// Whether the text has a byte that begins a toned letter or a combining mark. In Chinese text
/// those bytes (0xC3 to 0xCD) begin nothing else, so most pages are done here. Blocks let the
/// compiler compare many bytes at once.
pub(super) fn may_have_tones(text: &str) -> bool {
    tone_bytes(text.as_bytes()).next().is_some()
}

/// Where those bytes are.
pub(super) fn tone_bytes(bytes: &[u8]) -> impl Iterator<Item = usize> {
    const BLOCK: usize = 256;
    let is_tone = |byte: &u8| (0xC3..=0xCD).contains(byte);
    let blocks = bytes.chunks(BLOCK).enumerate();
    blocks
        .filter(move |(_, block)| block.iter().fold(false, |any, byte| any | is_tone(byte)))
        .flat_map(move |(index, block)| {
            let places = block.iter().enumerate();
            places
                .filter(move |(_, byte)| is_tone(byte))
                .map(move |(at, _)| index * BLOCK + at)
        })
}

/// The syllable in brackets at the start of `text`, and the bytes it takes with its brackets.
pub(super) fn in_brackets(text: &str) -> Option<(Syllable, usize)> {
    let inside = text.strip_prefix(['(', '（'])?;
    let (syllable, length) = closed(inside)?;
    Some((syllable, text.len() - inside.len() + length))
}

/// The syllable at the start of `text` that a bracket closes, and the bytes up to and with it.
pub(super) fn closed(text: &str) -> Option<(Syllable, usize)> {
    // A letter and its mark may be two characters, ü with a tone three.
    let end = text
        .char_indices()
        .take(LETTERS + 3)
        .find(|(_, character)| !is_letter_or_mark(*character));
    let (at, bracket) = end.filter(|(_, character)| matches!(character, ')' | '）'))?;
    let letters: String = text.get(..at)?.nfc().flat_map(spelling).collect();
    let count = letters.chars().count();
    (1..=LETTERS).contains(&count).then(|| {
        let toned = letters.chars().any(|letter| TONED.contains(letter));
        (Syllable { letters, toned }, at + bracket.len_utf8())
    })
}

const fn is_letter_or_mark(character: char) -> bool {
    matches!(
        character,
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{1dc}' | '\u{1f8}'..='\u{1f9}' | 'ɑ' | 'ɡ'
            | '\u{300}'..='\u{30c}' | 'ḿ'
    )
}

/// One letter as dictionaries spell it: script letters plain, breves for carons, ü for v.
fn spelling(letter: char) -> impl Iterator<Item = char> {
    let letter = match letter {
        'ɑ' => 'a',
        'ɡ' => 'g',
        'ă' | 'Ă' => 'ǎ',
        'ĕ' | 'Ĕ' => 'ě',
        'ĭ' | 'Ĭ' => 'ǐ',
        'ŏ' | 'Ŏ' => 'ǒ',
        'ŭ' | 'Ŭ' => 'ǔ',
        'v' | 'V' => 'ü',
        other => other,
    };
    letter.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_syllable_in_any_typing() {
        for (text, letters, toned) in [
            ("(huì)展", "huì", true),
            ("（huì）", "huì", true),
            ("(hui\u{300})", "huì", true),
            ("(chu\u{308}\u{30c})", "chǚ", true),
            ("(zhuǎng)", "zhuǎng", true),
            ("(GUǍNG)", "guǎng", true),
            ("(hăo)", "hǎo", true),
            ("(gōnɡ)", "gōng", true),
            ("(lv)", "lü", false),
            ("(men)", "men", false),
        ] {
            let (syllable, _) = in_brackets(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (syllable.letters.as_str(), syllable.toned),
                (letters, toned)
            );
        }
        for text in [
            "(2020)",
            "()",
            "(huì zhǎn)",
            "(人工)",
            "(Chongqing)",
            "(huì",
            "huì)",
            "",
        ] {
            assert_eq!(in_brackets(text), None, "{text}");
        }
    }

    #[test]
    fn tells_clean_text_by_its_bytes() {
        assert!(!may_have_tones("成渝核心商圈（2020）·“会展”—…①"));
        for letter in TONED.chars().filter(|letter| *letter != 'ḿ') {
            assert!(may_have_tones(&format!("会展{letter}")), "{letter}");
        }
        assert!(may_have_tones("hui\u{300}"));
    }
}
