//! A text as it is compared: tokens, shingles, numbers in their places, keys.

use crate::chinese::bigrams::folded;
use crate::chinese::script::is_han;

use super::lines::is_credit;

/// Tokens of a shingle. Long ones tell one changed sentence, which costs ten, from twenty changed
/// names, which cost two hundred.
const SHINGLE: usize = 10;
/// How many keys a text has at most.
const KEYS: usize = 16;
/// Texts of fewer tokens have no keys: nobody can tell a repost of theirs from chance.
pub(super) const LEAST_TOKENS: usize = 40;
/// What all numbers are where it matters that there is one, not which.
const NUMBER: u64 = 1;
/// Tokens on each side of a number that say in which place it stands.
const AROUND: usize = 2;
const NUMERALS: &str = "〇零一二三四五六七八九十百千";

/// A sign by which texts are found that may be alike.
pub type Key = u32;

/// Where a number stands, and which it is.
pub(super) type Number = (u64, u64);

/// An article's text, as it is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pub(super) title: Vec<u64>,
    pub(super) body: Vec<u64>,
    /// Distinct and in order.
    pub(super) shingles: Vec<u64>,
    /// Where numbers stand, and which, in order and distinct.
    pub(super) numbers: Vec<Number>,
    pub(super) title_numbers: Vec<Number>,
}

impl Text {
    /// The text of an article.
    pub fn of(title: Option<&str>, body: &str) -> Self {
        let lines = body.lines().filter(|line| !is_credit(line));
        let mut words = Words::default();
        for line in lines {
            words.read(line);
        }
        let mut heading = Words::default();
        heading.read(title.unwrap_or_default());
        Self {
            shingles: shingles(&words.tokens),
            numbers: words.places(),
            title_numbers: heading.places(),
            title: heading.tokens,
            body: words.tokens,
        }
    }

    /// How many tokens the body has.
    pub fn tokens(&self) -> usize {
        self.body.len()
    }

    /// By what it is found.
    pub fn keys(&self) -> Vec<Key> {
        if self.tokens() < LEAST_TOKENS {
            return Vec::new();
        }
        let low = |shingle: &u64| u32::try_from(shingle & u64::from(u32::MAX)).unwrap_or(0);
        self.shingles.iter().take(KEYS).map(low).collect()
    }
}

/// Tokens as they are read.
#[derive(Default)]
struct Words {
    tokens: Vec<u64>,
    is_number: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gap,
    Han,
    Number,
    Word,
}

impl Words {
    fn read(&mut self, text: &str) {
        let (mut hash, mut before) = (FNV_OFFSET, Kind::Gap);
        for letter in folded(text).chain([None]) {
            let kind = letter.map_or(Kind::Gap, kind);
            let goes_on = kind == before && matches!(kind, Kind::Number | Kind::Word);
            if !goes_on {
                self.push(hash, before);
                hash = FNV_OFFSET;
            }
            if let Some(letter) = letter {
                hash = fnv(hash, letter);
            }
            before = kind;
        }
    }

    fn push(&mut self, hash: u64, kind: Kind) {
        if kind != Kind::Gap {
            self.tokens.push(hash);
            self.is_number.push(kind == Kind::Number);
        }
    }

    /// Each number with a hash of what stands around it.
    fn places(&self) -> Vec<Number> {
        let masked = |place: usize| match self.is_number.get(place) {
            Some(true) => NUMBER,
            Some(false) => self.tokens.get(place).copied().unwrap_or_default(),
            None => 0,
        };
        let numbers = self.is_number.iter().enumerate();
        let mut places: Vec<Number> = numbers
            .filter(|(_, is_number)| **is_number)
            .map(|(place, _)| {
                let before = (1..=AROUND).map(|back| place.checked_sub(back).map_or(0, masked));
                let after = (1..=AROUND).map(|ahead| masked(place + ahead));
                let around = before.chain(after).fold(FNV_OFFSET, roll);
                (
                    mix(around),
                    self.tokens.get(place).copied().unwrap_or_default(),
                )
            })
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn kind(letter: char) -> Kind {
    if letter.is_ascii_digit() || NUMERALS.contains(letter) {
        Kind::Number
    } else if is_han(letter)
        || matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    {
        Kind::Han
    } else {
        Kind::Word
    }
}

fn shingles(tokens: &[u64]) -> Vec<u64> {
    let sum = |window: &[u64]| mix(window.iter().copied().fold(0, roll));
    let mut shingles: Vec<u64> = if tokens.len() < SHINGLE {
        Vec::new()
    } else {
        tokens.windows(SHINGLE).map(sum).collect()
    };
    shingles.sort_unstable();
    shingles.dedup();
    shingles
}

const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

fn fnv(hash: u64, letter: char) -> u64 {
    let bytes = u32::from(letter).to_le_bytes();
    bytes.iter().fold(hash, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
    })
}

/// A polynomial over tokens.
const fn roll(sum: u64, token: u64) -> u64 {
    sum.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(token)
}

/// `SplitMix64`'s last step: every bit depends on every bit.
const fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_reader_minds_makes_no_other_text() {
        let text = Text::of(None, "第12届展會於5月3日，在上海開幕。\n来源：示例网");
        for same in [
            "第12届展会于5月3日在上海开幕",
            "第１２届展会 于５月３日\n在上海，开幕！\n（责任编辑：某某）",
        ] {
            assert_eq!(Text::of(None, same), text, "{same}");
        }
        assert_ne!(Text::of(None, "第13届展会于5月3日在上海开幕"), text);
        assert_eq!(text.tokens(), 15);
        assert!(text.keys().is_empty(), "too short to be found");
    }

    #[test]
    fn the_rule_is_pinned() {
        // when this fails, kept fingerprints no longer match: raise RULE
        let body: String = ('\u{4e00}'..'\u{4e40}').collect();
        let keys = Text::of(None, &body).keys();
        assert_eq!((super::super::RULE, keys.len()), (1, 16));
        assert_eq!(keys.first(), Some(&PINNED));
    }

    const PINNED: u32 = 4_062_557_338;
}
