//! Takes the annotations out of a text known to be annotated.

use super::gate::each_bracket;
use super::readings;
use super::syllable::in_brackets;

/// A text without its annotations.
pub(super) struct Stripped {
    pub(super) text: String,
    pub(super) annotations: usize,
    /// Toned syllables in brackets that are no annotation of the character before them.
    pub(super) left: usize,
}

pub(super) fn strip(text: &str) -> Stripped {
    let mut stripped = Stripped {
        text: String::with_capacity(text.len()),
        annotations: 0,
        left: 0,
    };
    let mut copied = 0;
    each_bracket(text, |character, rest| {
        let Some((syllable, mut length)) = in_brackets(rest) else {
            return;
        };
        let annotates = if syllable.toned {
            readings::annotates(character, &syllable)
        } else {
            readings::is_toneless(character, &syllable)
        };
        if !annotates {
            stripped.left += usize::from(syllable.toned);
            return;
        }
        stripped.annotations += 1;
        // A page that went through the tool twice has each annotation twice.
        while let Some((again, more)) = rest.get(length..).and_then(in_brackets)
            && again == syllable
        {
            stripped.annotations += 1;
            length += more;
        }
        let start = text.len() - rest.len();
        stripped
            .text
            .push_str(text.get(copied..start).unwrap_or_default());
        copied = start + length;
    });
    stripped
        .text
        .push_str(text.get(copied..).unwrap_or_default());
    stripped
}
