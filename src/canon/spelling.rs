//! Percent escapes in one spelling.

/// `text` with the escapes of unreserved characters undone and all others in upper case: RFC 3986
/// (6.2.2) says these mean the same, and servers agree.
///
/// A text with a `%` that begins no escape is left alone: undoing an escape beside it could make it
/// begin one.
pub(super) fn respell(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let Some((digits, rest)) = piece.split_at_checked(2) else {
            return text.to_owned();
        };
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return text.to_owned();
        }
        match u8::from_str_radix(digits, 16) {
            Ok(byte) if is_unreserved(byte) => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push_str(&digits.to_ascii_uppercase());
            }
        }
        out.push_str(rest);
    }
    out
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}
