//! Bytes to text in a known encoding.

use encoding_rs::Encoding;

/// Six characters that GB 18030-2022 moved out of the private use area and that the web's table
/// still puts there.
const PRIVATE_USE: [(char, char); 6] = [
    ('\u{E816}', '\u{20087}'),
    ('\u{E817}', '\u{20089}'),
    ('\u{E818}', '\u{200CC}'),
    ('\u{E831}', '\u{215D7}'),
    ('\u{E83B}', '\u{2298F}'),
    ('\u{E855}', '\u{241FE}'),
];

/// The text of `bytes` in `encoding` as the WHATWG standard reads it, and whether some of it could
/// not be read. A byte order mark of that encoding is dropped.
pub fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> (String, bool) {
    let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
    (text.into_owned(), had_errors)
}

/// Puts real characters where GB 18030 text has their private-use stand-ins.
pub fn replace_private_use(text: String) -> String {
    // the stand-ins share one lead byte in UTF-8, so most texts are passed over at memchr's speed
    if !text.as_bytes().contains(&0xEE)
        || !text.contains(|character| matches!(character, '\u{E816}'..='\u{E855}'))
    {
        return text;
    }
    text.chars()
        .map(|character| {
            PRIVATE_USE
                .iter()
                .find(|(stand_in, _)| *stand_in == character)
                .map_or(character, |(_, real)| *real)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, GBK, UTF_16BE};

    use super::*;

    /// What GB 18030-2022 says of bytes whose mapping moved; also pins the table of `encoding_rs`.
    fn check(bytes: &[u8], expected: &str) {
        for encoding in [GB18030, GBK] {
            let (text, had_errors) = decode_as(bytes, encoding);
            assert!(!had_errors, "{bytes:x?}");
            assert_eq!(replace_private_use(text), expected, "{bytes:x?}");
        }
    }

    #[test]
    fn the_2022_edition_is_read() {
        check(b"\xfe\x51", "\u{20087}");
        check(b"\xfe\x52", "\u{20089}");
        check(b"\xfe\x53", "\u{200CC}");
        check(b"\xfe\x6c", "\u{215D7}");
        check(b"\xfe\x76", "\u{2298F}");
        check(b"\xfe\x91", "\u{241FE}");
        check(b"\xfe\x59", "\u{9FB4}");
        check(b"\xa6\xd9", "\u{FE10}");
        check(b"\xa8\xbc", "\u{1E3F}");
        check(b"\x80", "€");
        check("展会 2026".as_bytes(), "灞曚細 2026");
        check(b"\xd5\xb9\xbb\xe1", "展会");
    }

    #[test]
    fn unreadable_bytes_are_told() {
        assert_eq!(
            decode_as(b"\xd5\xb9\xff", GBK),
            ("展\u{FFFD}".to_owned(), true)
        );
        assert_eq!(
            decode_as(b"\xfe\xff\x5c\x55", UTF_16BE),
            ("展".to_owned(), false)
        );
    }
}
