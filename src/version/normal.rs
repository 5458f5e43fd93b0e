//! The normal form in which texts and picture addresses are compared.
//!
//! Changing anything here changes hashes: raise [`super::HASH_RULE`] with it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::{IsNormalized, is_nfc_quick};

use crate::model::PageUrl;

/// `text` in NFC, each run of blanks one space, invisible characters gone, blank lines gone.
pub(super) fn text(text: &str) -> String {
    // a table is asked for what is not plainly normal alone
    let is_normal = text.chars().all(is_plain) || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if is_normal {
        fold(text.chars(), text.len())
    } else {
        fold(text.nfc(), text.len())
    }
}

/// Whether a character is of a stretch of Unicode in which all are in NFC and none combines.
const fn is_plain(character: char) -> bool {
    matches!(character, '\0'..='\u{2ff}' | '\u{2010}'..='\u{205e}' | '\u{3000}'..='\u{3029}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

/// What a single-line field says, `None` where it says nothing.
pub(super) fn field(value: Option<&str>) -> Option<String> {
    value
        .map(|value| text(value).replace('\n', " "))
        .filter(|value| !value.is_empty())
}

/// The address of a picture without what changes while the picture does not: the scheme, and the
/// expiring signatures that storage services hang on.
pub(super) fn image(url: &PageUrl) -> String {
    let whole = url.as_url();
    let after_scheme = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    let place = after_scheme.split('?').next().unwrap_or_default();
    let lasting: Vec<&str> = whole
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_fleeting(pair))
        .collect();
    if lasting.is_empty() {
        place.to_owned()
    } else {
        format!("{place}?{}", lasting.join("&"))
    }
}

fn fold(characters: impl Iterator<Item = char>, size_hint: usize) -> String {
    let mut folded = String::with_capacity(size_hint);
    let (mut blank, mut line_end) = (false, false);
    for character in characters {
        match character {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => line_end = true,
            // byte-order marks, soft hyphens, zero-width spaces and joiners show nothing
            '\u{FEFF}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' => {}
            _ if character.is_whitespace() || character.is_control() => blank = true,
            _ => {
                if !folded.is_empty() && line_end {
                    folded.push('\n');
                } else if !folded.is_empty() && blank {
                    folded.push(' ');
                }
                (blank, line_end) = (false, false);
                folded.push(character);
            }
        }
    }
    folded
}

fn is_fleeting(pair: &str) -> bool {
    const FLEETING: [&str; 14] = [
        "_",
        "auth_key",
        "expires",
        "ossaccesskeyid",
        "q-ak",
        "q-sign-algorithm",
        "q-signature",
        "q-key-time",
        "q-sign-time",
        "security-token",
        "sign",
        "signature",
        "timestamp",
        "token",
    ];
    let name = pair.split('=').next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    FLEETING.contains(&name.as_str()) || name.starts_with("x-amz-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_what_no_reader_sees() {
        let check = |input: &str, expected: &str| assert_eq!(text(input), expected, "{input:?}");
        check("", "");
        check("  \u{3000}展会\u{a0}\t新闻 ", "展会 新闻");
        check("一\r\n\r\n \n二\n", "一\n二");
        check("展\u{200B}览\u{FEFF}", "展览");
        check("cafe\u{301}", "caf\u{e9}");
        check("a\u{0}b", "a b");
        assert_eq!(field(Some(" \n ")), None);
        assert_eq!(field(Some("甲\n乙")), Some("甲 乙".to_owned()));
    }

    #[test]
    fn plain_characters_need_no_table() {
        use unicode_normalization::char::canonical_combining_class;
        for character in ('\0'..=char::MAX).filter(|one| is_plain(*one)) {
            let is_normal = is_nfc_quick(std::iter::once(character)) == IsNormalized::Yes;
            let combines = canonical_combining_class(character) > 0;
            assert!(is_normal && !combines, "{character:?}");
        }
    }

    #[test]
    fn a_picture_is_known_without_scheme_and_signature() {
        let check = |input: &str, expected: &str| {
            let url = PageUrl::parse(input).expect("url");
            assert_eq!(image(&url), expected);
        };
        check("https://a.cn/1.jpg", "a.cn/1.jpg");
        check(
            "http://a.cn/i.php?id=3&Expires=1&Signature=x",
            "a.cn/i.php?id=3",
        );
        check(
            "http://a.cn/1.jpg?X-Amz-Date=1&x-amz-signature=2",
            "a.cn/1.jpg",
        );
    }
}
