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
//! blank or a tag after the torn run swallows it); then the outcome is lossy. So it is wherever the
//! mark is not U+FFFD: decoders that print `?` or nothing also drop pairs that are no character
//! without a sign (one in seven by the layout of GBK: 自己名下的 comes back as 自己寐的).

use super::gate::Tally;
use super::readings::{annotates, beginning_with, bytes_of, character_of, is_read, was_seen};
use super::syllable::{Syllable, closed, in_brackets};
use crate::chinese::script::simplified_character;

/// How many characters a torn run may have: a run ends at the next ASCII character.
const LONGEST: usize = 4_000;

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
        // An annotation stands between the character and what was torn from it later.
        let length = in_brackets(rest).filter(|(syllable, _)| annotates(before, syllable));
        if let Some((annotation, after)) = length.and_then(|(_, one)| rest.split_at_checked(one)) {
            mended.text.push_str(annotation);
            rest = after;
            continue;
        }
        let scar = if before.is_ascii() {
            None
        } else {
            scar(before, rest)
        };
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
            mended.lossy |= scar.is_some_and(|scar| scar.is_certain);
            mended.text.push(character);
            before = character;
            character.len_utf8()
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    mended
}

/// A syllable that lost its opening bracket or the character before it.
struct Scar {
    /// Whether U+FFFD stands for the orphaned byte. Only decoders that print it drop nothing.
    shown: bool,
    /// Whether it can be nothing else than a scar.
    is_certain: bool,
    syllable: Syllable,
    length: usize,
}

/// The scar at the start of `text`, behind the character `before`.
fn scar(before: char, text: &str) -> Option<Scar> {
    let mut characters = text.chars();
    let first = characters.next()?;
    let marked = matches!(first, LOST | '?');
    let opened = if marked { characters.as_str() } else { text };
    let inside = opened.strip_prefix(['(', '（']).unwrap_or(opened);
    let bracketed = inside.len() < opened.len();
    let (syllable, length) = closed(inside).filter(|(syllable, _)| syllable.toned)?;
    // With its bracket and without a mark it may be a reading that somebody explains: 重(zhòng)要.
    let explained = bracketed && !marked && is_read(before, &syllable);
    (!explained).then(|| Scar {
        shown: first == LOST,
        is_certain: marked || !bracketed,
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
    let characters = beginning_with(lead, &scar.syllable);
    let mut grown: Vec<Grown> = likeliest_first(characters, tally)
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
    best.certain &= !doubtful && scar.shown;
    best.length += scar.length;
    // The annotation behind the run belongs to its last character, or the run was read wrongly.
    let last = best.text.chars().next_back()?;
    let annotation = rest.get(best.length..).and_then(in_brackets);
    best.certain &=
        annotation.is_none_or(|(syllable, _)| !syllable.toned || annotates(last, &syllable));
    Some(best)
}

/// The characters, those first that the page annotates, then those that were seen annotated.
fn likeliest_first(characters: &[char], tally: &Tally) -> Vec<char> {
    let mut characters = characters.to_vec();
    characters.sort_by_key(|character| (!tally.has(*character), !was_seen(*character)));
    characters
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
        if let Some(inner) = inner_scar(rest) {
            // The character this annotation belongs to was torn as well: its first byte is pending.
            let characters = beginning_with(pending, &inner.syllable);
            let characters = likeliest_first(characters, tally);
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

/// A scar with a mark.
fn inner_scar(rest: &str) -> Option<Scar> {
    scar(LOST, rest).filter(|_| rest.starts_with([LOST, '?']))
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
