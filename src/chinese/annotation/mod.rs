//! Undoes the pinyin annotation: 來(lái)源 back to 来源.
//!
//! Some copies of Chinese pages went through a tool that turned the text into traditional
//! characters, one by one, and then replaced the bytes of some sixty to a hundred of them, in GBK,
//! by the same character with its default reading in brackets. [`recover`] takes that back:
//!
//! 1. **The gate** (`gate.rs`): is the page annotated at all? An annotation counts when the
//!    character is a traditional form, the syllable carries a tone mark and is a reading of the
//!    character. A page is annotated with at least five of them (three, where one Han character in
//!    sixty or more has one), on three different characters, when they are nine in ten of all toned
//!    syllables in brackets after a Han character and those characters stand bare at most once in
//!    ten times. So 行(háng)业 and 重庆(Chongqing) never open it, nor does a traditional page that
//!    explains a word the first time it comes up. The share is taken over all characters together,
//!    since one that also stands in an imported frame must not hide a hundred others.
//! 2. **Scars** (`scars.rs`): a byte-wise replacement also hits the last byte of one character with
//!    the first of the next, and tears both apart (時候?qū)γ芪倪M(jìn)行 for 時候對密文進行). They are
//!    mended on GBK bytes, while the brackets still stand. Where bytes are gone, or two mendings are
//!    possible, the result is marked lossy.
//! 3. **Stripping** (`strip.rs`): the brackets go, also toneless ones after a character that is
//!    read without tone (們(men)). Everything else in brackets stays: 會(huì)(2020) loses the first.
//! 4. **Simplifying**, of this text only. A traditional page without annotations is never touched.
//!
//! In HTML only text, JSON-LD, and the values of `alt`, `title` and `content` are read and changed;
//! tags and addresses, comments, scripts and styles stay byte for byte. A page without a single toned letter is told by
//! its bytes and given back borrowed.

mod gate;
mod markup;
mod readings;
mod scars;
mod strip;
mod syllable;

use std::borrow::Cow;
use std::ops::Range;

use super::script;
use gate::Tally;

/// A text, with its annotation undone where it had one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered<'a> {
    /// The text or HTML source; borrowed where nothing was to do.
    pub html: Cow<'a, str>,
    /// How many annotations were taken out.
    pub annotations: usize,
    /// How many torn places were mended.
    pub scars_repaired: usize,
    /// Whether something may be missing or wrong: a torn place could not be mended for certain.
    pub lossy: bool,
    /// Toned syllables in brackets after a Han character that were left standing.
    pub suspicious: usize,
    /// Whether the page is annotated.
    pub annotated: bool,
}

/// Recovers the simplified text of an annotated page from its HTML source.
pub fn recover(html: &str) -> Recovered<'_> {
    recover_stretches(html, markup::readable, script::simplify)
}

/// Recovers plain text, judged by itself.
pub fn recover_text(text: &str) -> Recovered<'_> {
    recover_stretches(text, whole, script::simplify)
}

/// Takes the annotation out of an HTML source and leaves it in traditional characters.
pub fn strip(html: &str) -> Recovered<'_> {
    recover_stretches(html, markup::readable, str::to_owned)
}

fn whole(text: &str) -> Vec<Range<usize>> {
    std::iter::once(0..text.len()).collect()
}

fn recover_stretches(
    source: &str,
    stretches_of: fn(&str) -> Vec<Range<usize>>,
    finish: fn(&str) -> String,
) -> Recovered<'_> {
    let untouched = |suspicious| Recovered {
        html: Cow::Borrowed(source),
        annotations: 0,
        scars_repaired: 0,
        lossy: false,
        suspicious,
        annotated: false,
    };
    if !syllable::may_have_tones(source) || !gate::has_toned(source) {
        return untouched(0);
    }
    let stretches = stretches_of(source);
    let texts = || {
        stretches
            .iter()
            .filter_map(|range| source.get(range.clone()))
    };
    let tally = Tally::of(texts());
    if !tally.opens(texts()) {
        return untouched(tally.toned());
    }
    let mut recovered = Recovered {
        html: Cow::Borrowed(""),
        annotated: true,
        ..untouched(0)
    };
    let mut html = String::with_capacity(source.len());
    let mut copied = 0;
    for stretch in &stretches {
        let unseen = source.get(copied..stretch.start).unwrap_or_default();
        // A tear in an address may have eaten its closing quote, and what is read with it.
        recovered.lossy |= scars::mend(unseen, &tally).lossy;
        html.push_str(unseen);
        let text = source.get(stretch.clone()).unwrap_or_default();
        let mended = scars::mend(text, &tally);
        let stripped = strip::strip(&mended.text);
        html.push_str(&finish(&stripped.text));
        copied = stretch.end;
        recovered.annotations += stripped.annotations + mended.annotations;
        recovered.suspicious += stripped.left;
        recovered.scars_repaired += mended.repaired;
        recovered.lossy |= mended.lossy;
    }
    let unseen = source.get(copied..).unwrap_or_default();
    recovered.lossy |= scars::mend(unseen, &tally).lossy;
    html.push_str(unseen);
    recovered.html = Cow::Owned(html);
    recovered
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tool;
