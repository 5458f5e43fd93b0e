//! Laying out text whose characters are one or two columns wide.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// `text` with spaces up to `columns`.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

/// `text` cut to `columns`, with an ellipsis where something is missing.
pub(crate) fn shorten(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 0;
    for letter in text.chars() {
        let width = letter.width().unwrap_or(0);
        if used + width + 1 > columns {
            break;
        }
        short.push(letter);
        used += width;
    }
    short.push('…');
    short
}

/// `text` broken into lines of at most `columns`: between any two Chinese characters, between
/// words otherwise. Closing punctuation never starts a line.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let starts_badly =
            piece.starts_with(|letter| "，。、；：！？）》”’】,.;:!?)".contains(letter));
        if line.width() + piece.trim_end().width() > columns && !line.is_empty() && !starts_badly {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        if !(line.is_empty() && piece.trim().is_empty()) {
            line.push_str(&piece);
        }
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// A horizontal line of `columns`.
pub(super) fn rule(columns: usize) -> String {
    "─".repeat(columns)
}

/// What may not be broken: a wide character, or a word with the space behind it.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if letter.width().unwrap_or(0) > 1 {
            if !word.is_empty() {
                pieces.push(std::mem::take(&mut word));
            }
            pieces.push(letter.to_string());
        } else {
            word.push(letter);
            if letter.is_whitespace() {
                pieces.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.is_empty() {
        pieces.push(word);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_by_columns_not_characters() {
        assert_eq!(pad("来源", 6), "来源  ");
        assert_eq!(pad("title", 3), "title");
    }

    #[test]
    fn shortens_without_splitting_a_wide_character() {
        assert_eq!(shorten("展览会新闻", 6), "展览…");
        assert_eq!(shorten("展览", 6), "展览");
    }

    #[test]
    fn wraps_between_wide_characters_and_between_words() {
        assert_eq!(wrap("展览会新闻。", 8), ["展览会新", "闻。"]);
        assert_eq!(wrap("展览会新，闻", 8), ["展览会新，", "闻"]);
        assert_eq!(wrap("two words here", 9), ["two words", "here"]);
        assert_eq!(wrap("", 9), Vec::<String>::new());
    }
}
