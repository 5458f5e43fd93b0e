//! The head of an HTTP answer as a record holds it: what describes bytes that are not there is kept under
//! another name.

use http::StatusCode;

use crate::model::Headers;

/// Before the names of fields that were true on the wire alone.
const ORIGINAL: &str = "X-Archive-Orig-";

/// Status line and header fields of an answer whose body, codings undone, has `length` bytes, and the empty line
/// after them.
///
/// What the archive keeps is written in the place of what crossed the wire: which version of HTTP was
/// spoken and which words followed the status is not known, names are in lower case. A field that would
/// end its line is made harmless.
pub fn http_head(status: u16, headers: &Headers, length: usize) -> Vec<u8> {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or_default();
    let mut head = format!("HTTP/1.1 {status:03} {reason}\r\n").into_bytes();
    let is_plain = !headers
        .iter()
        .any(|(name, _)| matches!(name, "content-encoding" | "transfer-encoding"));
    let length = length.to_string();
    let mut has_length = false;
    for (name, value) in headers.iter().filter(|(name, _)| !name.is_empty()) {
        let is_true = match name {
            "content-encoding" | "transfer-encoding" => false,
            "content-length" => {
                let is_true = is_plain && !has_length && value == length.as_bytes();
                has_length |= is_true;
                is_true
            }
            _ => true,
        };
        if !is_true {
            head.extend_from_slice(ORIGINAL.as_bytes());
        }
        line(&mut head, name, value);
    }
    if !has_length {
        line(&mut head, "content-length", length.as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

fn line(head: &mut Vec<u8>, name: &str, value: &[u8]) {
    // a name is a token (RFC 9110, 5.1)
    let name = name.bytes().map(|byte| match byte {
        byte if byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte) => byte,
        _ => b'_',
    });
    head.extend(name);
    head.extend_from_slice(b": ");
    // bytes beyond ASCII stay: old servers send GBK
    head.extend(value.iter().map(|byte| match byte {
        0..=8 | 10..=31 | 127 => b' ',
        byte => *byte,
    }));
    head.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    type Sent<'a> = &'a [(&'a str, &'a [u8])];

    fn check(status: u16, fields: Sent<'_>, length: usize, expected: &[u8]) {
        let fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Bytes::copy_from_slice(value)));
        let head = http_head(status, &Headers::new(fields), length);
        assert_eq!(
            head.escape_ascii().to_string(),
            expected.escape_ascii().to_string()
        );
    }

    #[test]
    fn what_is_true_of_the_body_stays() {
        check(
            200,
            &[
                ("server", b"nginx"),
                ("content-length", b"5"),
                ("date", b"x"),
            ],
            5,
            b"HTTP/1.1 200 OK\r\nserver: nginx\r\ncontent-length: 5\r\ndate: x\r\n\r\n",
        );
    }

    #[test]
    fn what_was_true_on_the_wire_alone_gets_another_name() {
        let cases: [(Sent<'_>, &[u8]); 5] = [
            (&[], b""),
            (
                &[("content-encoding", b"gzip"), ("content-length", b"5")],
                b"X-Archive-Orig-content-encoding: gzip\r\nX-Archive-Orig-content-length: 5\r\n",
            ),
            (
                &[("transfer-encoding", b"chunked")],
                b"X-Archive-Orig-transfer-encoding: chunked\r\n",
            ),
            (
                &[("content-length", b"7")],
                b"X-Archive-Orig-content-length: 7\r\n",
            ),
            (
                &[("content-length", b"5, 5"), ("content-length", b"x")],
                b"X-Archive-Orig-content-length: 5, 5\r\nX-Archive-Orig-content-length: x\r\n",
            ),
        ];
        for (fields, kept) in cases {
            let expected = [
                b"HTTP/1.1 404 Not Found\r\n",
                kept,
                b"content-length: 5\r\n\r\n",
            ];
            check(404, fields, 5, &expected.concat());
        }
        check(
            200,
            &[("content-length", b"5"), ("content-length", b"5")],
            5,
            b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nX-Archive-Orig-content-length: 5\r\n\r\n",
        );
    }

    #[test]
    fn no_field_ends_its_line_or_the_head() {
        check(
            599,
            &[
                ("x-a", b"1\r\nset-cookie: evil\r\n\r\n<html>"),
                ("x-nul\0: b\r\n", b"\0\t\x7f"),
                ("x-name", b"\xbb\xe1\xd5\xb9"),
                ("", b""),
            ],
            0,
            b"HTTP/1.1 599 \r\nx-a: 1  set-cookie: evil    <html>\r\nx-nul___b__:  \t \r\n\
              x-name: \xbb\xe1\xd5\xb9\r\ncontent-length: 0\r\n\r\n",
        );
    }

    #[test]
    fn ten_thousand_fields_are_written() {
        let fields: Vec<(&str, &[u8])> = vec![("x-many", b"1"); 10_000];
        let expected = [
            b"HTTP/1.1 200 OK\r\n".to_vec(),
            b"x-many: 1\r\n".repeat(10_000),
            b"content-length: 0\r\n\r\n".to_vec(),
        ];
        check(200, &fields, 0, &expected.concat());
    }
}
