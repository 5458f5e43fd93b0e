//! Mends what a byte-wise replacement tore apart.
//!
//! 候對 is `BA F2 | 8C A6`. The tool looked for 驅, `F2 8C`, found it across the border and put
//! `(qū)` after it: `BA F2 8C ( q ū ) A6 …`. The orphan `8C` and the bracket come out as `?` or
//! U+FFFD, and from `A6` on every character is read one byte late until an ASCII byte ends it:
//! `候?qū)γ芪倪M(jìn)行`. So the characters after the bracket are turned to bytes again, the second
//! byte of 驅 is put before them, and they are read once more: 對密文進.
//!
//! Which character was looked for follows from its reading and its first byte, which is the last
//! byte of the character before the scar. Sometimes several fit, and sometimes a byte is gone (a
//! blank or a tag after the torn run swallows it); then the outcome is lossy.

use super::gate::Tally;
use super::readings::{annotates, beginning_with, bytes_of, character_of, was_seen};
use super::syllable::{Syllable, closed, in_brackets};
use crate::chinese::script::{is_han, simplified_character};

/// How many characters a torn run may have: a run ends at the next ASCII character.
const LONGEST: usize = 4_000;

/// How many characters are mended for certain behind a `?`. A converter that prints `?` may also
/// have dropped pairs that are no character, one in seven by the layout of GBK, and then the rest
/// of the run is read wrongly without a sign. A decoder that prints U+FFFD drops nothing.
const CERTAIN_RUN: usize = 6;

/// What stands for a lost character.
const LOST: char = '\u{fffd}';

/// A text with its scars mended; its annotations still stand.
pub(super) struct Mended {
    pub(super) text: String,
    pub(super) repaired: usize,
    /// Annotations whose character had to be found first.
    pub(super) annotations: usize,
    pub(super) lossy: bool,
}

/// Mends every scar of a stretch of an annotated page.
pub(super) fn mend(text: &str, tally: &Tally) -> Mended {
    let mut mended = Mended {
        text: String::with_capacity(text.len()),
        repaired: 0,
        annotations: 0,
        lossy: false,
    };
    let mut before = ' ';
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let scar = if before.is_ascii() { None } else { scar(rest) };
        let grown = scar
            .as_ref()
            .and_then(|scar| regrow(before, scar, rest, tally));
        let step = if let Some(grown) = grown {
            mended.repaired += usize::from(!grown.text.contains(LOST));
            mended.annotations += grown.annotations;
            mended.lossy |= !grown.certain;
            mended.text.push_str(&grown.text);
            before = grown.text.chars().next_back().unwrap_or(' ');
            grown.length
        } else {
            mended.lossy |= scar.is_some_and(|scar| scar.mark != Mark::Nothing);
            mended.text.push(character);
            before = character;
            character.len_utf8()
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    mended
}

/// What a converter left of the orphaned byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// U+FFFD: a browser, or this program.
    Replacement,
    /// `?`.
    Question,
    /// Nothing at all.
    Nothing,
}

/// A syllable that lost its opening bracket or the character before it.
struct Scar {
    mark: Mark,
    syllable: Syllable,
    length: usize,
}

/// The scar at the start of `text`.
fn scar(text: &str) -> Option<Scar> {
    let mut characters = text.chars();
    let mark = match characters.next()? {
        LOST => Mark::Replacement,
        '?' => Mark::Question,
        letter if letter.is_alphabetic() && !is_han(letter) => Mark::Nothing,
        _ => return None,
    };
    let inside = if mark == Mark::Nothing {
        text
    } else {
        let after = characters.as_str();
        after.strip_prefix(['(', '（']).unwrap_or(after)
    };
    let (syllable, length) = closed(inside).filter(|(syllable, _)| syllable.toned)?;
    Some(Scar {
        mark,
        syllable,
        length: text.len() - inside.len() + length,
    })
}

/// What a torn run was before.
struct Grown {
    text: String,
    length: usize,
    annotations: usize,
    certain: bool,
}

/// Mends the scar that `rest` begins with, behind the character `before`.
fn regrow(before: char, scar: &Scar, rest: &str, tally: &Tally) -> Option<Grown> {
    let [_, lead] = bytes_of(before)?;
    let torn = rest.get(scar.length..)?;
    let mut grown: Vec<Grown> = likely(beginning_with(lead, &scar.syllable), tally)
        .into_iter()
        .filter_map(|character| reread(bytes_of(character)?[1], torn, tally))
        .collect();
    // Certain outcomes first; several different ones leave a doubt.
    grown.sort_by_key(|one| (!one.certain, one.text.contains(LOST)));
    let alternatives = grown.split_off(grown.len().min(1));
    let mut best = grown.pop()?;
    let doubtful = alternatives
        .iter()
        .any(|other| other.text != best.text && other.certain == best.certain);
    let long = scar.mark != Mark::Replacement && best.text.chars().count() > CERTAIN_RUN;
    best.certain &= !doubtful && !long;
    best.length += scar.length;
    // The annotation behind the run belongs to its last character, or the run was read wrongly.
    let last = best.text.chars().next_back()?;
    let annotation = rest.get(best.length..).and_then(in_brackets);
    best.certain &=
        annotation.is_none_or(|(syllable, _)| !syllable.toned || annotates(last, &syllable));
    Some(best)
}

/// Of several characters, those the page annotates or that were seen annotated, if there are any.
fn likely(characters: &[char], tally: &Tally) -> Vec<char> {
    let known: Vec<char> = characters
        .iter()
        .copied()
        .filter(|character| tally.has(*character) || was_seen(*character))
        .collect();
    if known.is_empty() {
        characters.to_vec()
    } else {
        known
    }
}

/// Reads `torn` again with the byte `pending` before it, until both readings agree where a
/// character begins.
fn reread(pending: u8, torn: &str, tally: &Tally) -> Option<Grown> {
    let mut grown = Grown {
        text: String::new(),
        length: 0,
        annotations: 0,
        certain: true,
    };
    let mut pending = pending;
    for _ in 0..LONGEST {
        let rest = torn.get(grown.length..)?;
        if let Some(inner) = scar(rest).filter(|inner| inner.mark != Mark::Nothing) {
            // The character this annotation belongs to was torn as well: its first byte is pending.
            let characters = likely(beginning_with(pending, &inner.syllable), tally);
            grown.certain &= characters.len() == 1;
            grown.text.push(*characters.first()?);
            grown.length += inner.length;
            grown.annotations += 1;
            return Some(grown);
        }
        let Some(character) = rest.chars().next() else {
            return Some(lost(grown, 0));
        };
        if character.is_ascii() {
            let byte = u8::try_from(character).ok()?;
            let whole = character_of(pending, byte).filter(|_| byte >= 0x40);
            let Some(whole) = whole else {
                return Some(lost(grown, usize::from(character == '?')));
            };
            grown.certain &= is_plausible(whole);
            grown.text.push(whole);
            grown.length += 1;
            return Some(grown);
        }
        if character == LOST {
            return Some(lost(grown, LOST.len_utf8()));
        }
        let [first, second] = bytes_of(character)?;
        let whole = character_of(pending, first)?;
        grown.certain &= is_plausible(whole);
        grown.text.push(whole);
        grown.length += character.len_utf8();
        if second < 0x80 {
            grown.text.push(char::from(second));
            return Some(grown);
        }
        pending = second;
    }
    None
}

/// A run whose last character cannot be known: half of it is gone.
fn lost(mut grown: Grown, length: usize) -> Grown {
    grown.text.push(LOST);
    grown.length += length;
    grown.certain = false;
    grown
}

/// Whether the character is one that simplified text has (in GB 2312) or its traditional form:
/// what is mended wrongly is mostly something rarer.
fn is_plausible(character: char) -> bool {
    bytes_of(simplified_character(character)).is_some_and(|[lead, trail]| {
        (0xA1..=0xF7).contains(&lead) && trail >= 0xA1 && !matches!(lead, 0xAA..=0xAF)
    })
}
