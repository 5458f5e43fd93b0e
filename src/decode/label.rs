//! Encoding labels as they are written in headers and pages: the standard's, and the misspellings
//! that browsers do not know but old servers send.

use encoding_rs::{BIG5, Encoding, GB18030, GBK, REPLACEMENT, UTF_8, WINDOWS_1252};

/// Spellings outside the standard's table, in lower case.
const MISSPELT: [(&str, &Encoding); 22] = [
    ("gb-2312", GBK),
    ("gb2312-80", GBK),
    ("gb2312_80", GBK),
    ("gb", GBK),
    ("gbk2312", GBK),
    ("cp936", GBK),
    ("ms936", GBK),
    ("windows-936", GBK),
    ("euc-cn", GBK),
    ("x-euc-cn", GBK),
    ("zh_cn.gbk", GBK),
    ("gb-18030", GB18030),
    ("gb18030-2000", GB18030),
    ("gb18030-2005", GB18030),
    ("gb18030-2022", GB18030),
    ("big-5", BIG5),
    ("cp950", BIG5),
    ("big5hkscs", BIG5),
    ("utf_8", UTF_8),
    ("utf8mb4", UTF_8),
    ("uft-8", UTF_8),
    ("iso-88591", WINDOWS_1252),
];

/// The encoding a label means, tidied first: `"GB2312;`, `gb-2312`, `GB18030-2022`.
///
/// Labels of encodings that the standard replaces for safety (`hz-gb-2312`) are unknown here:
/// replacing a whole page by one U+FFFD helps no reader of an archive.
pub fn from_label(label: &str) -> Option<&'static Encoding> {
    let tidy = tidy(label);
    Encoding::for_label(tidy.as_bytes())
        .filter(|encoding| *encoding != REPLACEMENT)
        .or_else(|| {
            MISSPELT
                .iter()
                .find(|(spelling, _)| tidy.eq_ignore_ascii_case(spelling))
                .map(|(_, encoding)| *encoding)
        })
}

/// The `charset` of a `Content-Type` value, as written.
pub fn from_content_type(content_type: &str) -> Option<&str> {
    charset_parameter(content_type)
}

/// Like [`from_label`] for a header: `unicode` there comes from old ASP pages that mean nothing by
/// it, while the standard reads UTF-16LE.
pub(super) fn from_http_label(label: &str) -> Option<&'static Encoding> {
    from_label(label).filter(|_| !tidy(label).eq_ignore_ascii_case("unicode"))
}

/// The standard's "algorithm for extracting a character encoding from a meta element", up to the
/// label. The header goes through it as well: it forgives what servers write there.
pub(super) fn charset_parameter(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (_, after) = split_at_ignoring_case(rest, "charset")?;
        rest = after;
        let Some(value) = after.trim_start_matches(is_space).strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start_matches(is_space);
        for quote in ['"', '\''] {
            if let Some(quoted) = value.strip_prefix(quote) {
                return quoted.split_once(quote).map(|(label, _)| label);
            }
        }
        return value
            .split(|character: char| is_space(character) || character == ';')
            .next();
    }
}

fn split_at_ignoring_case<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let at = text
        .as_bytes()
        .windows(word.len())
        .position(|window| window.eq_ignore_ascii_case(word.as_bytes()))?;
    let (before, from) = text.split_at_checked(at)?;
    let (_, after) = from.split_at_checked(word.len())?;
    Some((before, after))
}

fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

fn tidy(label: &str) -> &str {
    let is_wrapping = |character: char| {
        character.is_whitespace()
            || matches!(character, '"' | '\'' | '“' | '”' | '[' | ']' | '=' | ':')
    };
    label
        .trim_matches(is_wrapping)
        .split([';', ',', '，', '；', '/'])
        .next()
        .unwrap_or_default()
        .trim_matches(is_wrapping)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, expected: Option<&'static Encoding>) {
        assert_eq!(from_label(label), expected, "{label:?}");
    }

    #[test]
    fn labels_are_tidied_before_they_are_looked_up() {
        check("GB2312;", Some(GBK));
        check("\"gbk\"", Some(GBK));
        check("'gb2312", Some(GBK));
        check("gb-2312", Some(GBK));
        check("GB18030-2022", Some(GB18030));
        check(" utf-8 ", Some(UTF_8));
        check("utf-8, gbk", Some(UTF_8));
        check("Big5-HKSCS", Some(BIG5));
        check("ISO-8859-1", Some(WINDOWS_1252));
        check("ISO-88509-1", None);
        check("hz-gb-2312", None);
        check("", None);
    }

    #[test]
    fn a_header_gives_its_charset() {
        for (value, expected) in [
            ("text/html; charset=gb2312", Some("gb2312")),
            ("text/html;Charset = \"UTF-8\"", Some("UTF-8")),
            ("text/html; charset=gbk; version=1", Some("gbk")),
            ("text/html; charset gbk; charset=big5", Some("big5")),
            ("text/html; charset=", Some("")),
            ("text/html", None),
            ("文字/html; charset=gbk", Some("gbk")),
        ] {
            assert_eq!(from_content_type(value), expected, "{value}");
        }
        assert_eq!(from_http_label("unicode"), None);
        assert_eq!(from_label("unicode"), Some(encoding_rs::UTF_16LE));
    }
}
