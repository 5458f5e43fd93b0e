//! A place in a text, read one folded character at a time.

use crate::chinese::numbers::half_width;

/// A place in a text. Copying it is how a reader tries something and takes it back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

/// Blanks as a page's source writes them, where a script or an attribute shows the source.
const BLANKS: [&str; 6] = ["&nbsp;", "&#32;", "&#160;", "&ensp;", "&emsp;", "&#12288;"];

/// A run of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digits {
    pub(super) value: i16,
    pub(super) length: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The byte it stands at.
    pub(super) const fn at(self) -> usize {
        self.at
    }

    fn rest(self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The next character, half-width and in lower case; every blank is a space.
    pub(super) fn peek(self) -> Option<char> {
        self.rest().chars().next().map(half_width)
    }

    /// The characters before, nearest first, folded.
    pub(super) fn backwards(self) -> impl Iterator<Item = char> {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.chars().rev().map(half_width)
    }

    /// Whether nothing but blanks follows.
    pub(super) fn is_at_end(self) -> bool {
        let mut after = self;
        after.blanks(16);
        after.peek().is_none()
    }

    /// Whether nothing but blanks stands before.
    pub(super) fn is_at_start(self) -> bool {
        self.backwards().take(16).all(|one| one == ' ')
    }

    pub(super) fn skip_all(&mut self) {
        self.at = self.text.len();
    }

    /// Moves past one character, or past all digits or letters of a run.
    pub(super) fn skip_token(&mut self) {
        let class = |one: char| (one.is_ascii_digit(), one.is_ascii_alphabetic());
        let Some(first) = self.peek().map(class) else {
            return;
        };
        self.bump();
        while first != (false, false) && self.peek().is_some_and(|one| class(one) == first) {
            self.bump();
        }
    }

    pub(super) fn bump(&mut self) {
        self.at += self.rest().chars().next().map_or(0, char::len_utf8);
    }

    /// Takes the next character if it is one of `wanted`.
    pub(super) fn eat(&mut self, wanted: &[char]) -> Option<char> {
        let next = self.peek().filter(|one| wanted.contains(one))?;
        self.bump();
        Some(next)
    }

    /// Takes the first of `words` that follows.
    pub(super) fn eat_word(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let word = words.iter().find(|word| {
            let mut folded = self.rest().chars().map(half_width);
            word.chars().all(|one| folded.next() == Some(one))
        })?;
        for _ in word.chars() {
            self.bump();
        }
        Some(word)
    }

    /// Takes up to `most` blanks and says whether there was one.
    pub(super) fn blanks(&mut self, most: usize) -> bool {
        let start = self.at;
        for _ in 0..most {
            let blank = match self.peek() {
                Some(' ') => self.eat(&[' ']).is_some(),
                Some('&') => self.eat_word(&BLANKS).is_some(),
                _ => false,
            };
            if !blank {
                break;
            }
        }
        self.at > start
    }

    /// Takes a whole run of `least` to `most` digits; a longer or shorter run is not taken.
    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<Digits> {
        let mut after = *self;
        let mut run = Digits {
            value: 0,
            length: 0,
        };
        while let Some(digit) = after.peek().and_then(|one| one.to_digit(10)) {
            run.length += 1;
            if run.length > most {
                return None;
            }
            let digit = i16::try_from(digit).ok()?;
            run.value = run.value.checked_mul(10)?.checked_add(digit)?;
            after.bump();
        }
        if run.length < least {
            return None;
        }
        *self = after;
        Some(run)
    }

    /// Takes exactly two digits, whatever follows.
    pub(super) fn two_digits(&mut self) -> Option<i8> {
        let mut value = 0_i8;
        let mut after = *self;
        for _ in 0..2 {
            let digit = after.peek().and_then(|one| one.to_digit(10))?;
            value = value
                .checked_mul(10)?
                .checked_add(i8::try_from(digit).ok()?)?;
            after.bump();
        }
        *self = after;
        Some(value)
    }
}
