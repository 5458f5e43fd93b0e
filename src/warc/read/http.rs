//! The HTTP answer in the block of a record, as lenient as browsers are with servers.

use bytes::Bytes;

use crate::model::Headers;

/// An answer as it was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in order.
    pub headers: Headers,
    /// All that follows them.
    pub payload: Bytes,
}

/// The block is no HTTP answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its block begins with no HTTP status")]
pub struct NotHttp;

/// A body with its transfer coding undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// All of it.
    Whole(Bytes),
    /// It breaks off within a chunk.
    BrokenOff,
}

impl Answer {
    /// Reads `block`. Lines may end with LF alone, values may go on in the next line and hold any bytes,
    /// lines that are no field are passed over.
    pub fn parse(block: &Bytes) -> Result<Self, NotHttp> {
        let mut rest = block.clone();
        loop {
            let answer = Self::once(&rest)?;
            // "100 Continue" goes before the answer
            let interim = (100..200).contains(&answer.status) && answer.status != 101;
            if !interim || !is_status_line(&answer.payload) {
                return Ok(answer);
            }
            rest = answer.payload;
        }
    }

    fn once(block: &Bytes) -> Result<Self, NotHttp> {
        let mut lines = Lines { block, at: 0 };
        let first = loop {
            match lines.next().ok_or(NotHttp)? {
                line if line.iter().all(u8::is_ascii_whitespace) => {}
                line => break line,
            }
        };
        let status = status(first).ok_or(NotHttp)?;
        let mut fields: Vec<(String, Vec<u8>)> = Vec::new();
        for line in lines.by_ref() {
            if line.is_empty() {
                break;
            }
            if matches!(line.first(), Some(b' ' | b'\t')) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(b' ');
                    value.extend_from_slice(line.trim_ascii());
                }
            } else if let Some(colon) = memchr::memchr(b':', line) {
                let (name, value) = line.split_at_checked(colon).unwrap_or_default();
                let value = value.get(1..).unwrap_or_default().trim_ascii();
                let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
                fields.push((name, value.to_vec()));
            }
        }
        let fields = fields.into_iter();
        Ok(Self {
            status,
            headers: Headers::new(fields.map(|(name, value)| (name, Bytes::from(value)))),
            payload: block.slice(lines.at.min(block.len())..),
        })
    }

    /// The body without its chunks, where it has any: some writers keep them and some take them off
    /// without saying so.
    pub fn body(&self) -> Body {
        let codings = self.headers.all("transfer-encoding");
        let chunked = codings
            .flat_map(|value| value.split(','))
            .any(|coding| coding.trim().eq_ignore_ascii_case("chunked"));
        if !chunked {
            return Body::Whole(self.payload.clone());
        }
        match unchunked(&self.payload) {
            Chunks::None => Body::Whole(self.payload.clone()),
            Chunks::Whole(body) => Body::Whole(body.into()),
            Chunks::BrokenOff => Body::BrokenOff,
        }
    }
}

struct Lines<'a> {
    block: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.block.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest);
        self.at += end.map_or(rest.len(), |end| end + 1);
        let line = rest.get(..end.unwrap_or(rest.len()))?;
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

fn is_status_line(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next();
    line.is_some_and(|line| status(line).is_some())
}

/// `HTTP/1.1 200 OK`, `HTTP/2 200`, `ICY 200 OK`.
fn status(line: &[u8]) -> Option<u16> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let protocol = words.next()?.to_ascii_uppercase();
    if !protocol.starts_with(b"HTTP") && protocol != b"ICY" {
        return None;
    }
    let code = std::str::from_utf8(words.next()?).ok()?;
    let code: u16 = code.get(..3)?.parse().ok()?;
    (100..=999).contains(&code).then_some(code)
}

enum Chunks {
    /// It has none.
    None,
    Whole(Vec<u8>),
    BrokenOff,
}

fn unchunked(body: &[u8]) -> Chunks {
    let mut whole = Vec::with_capacity(body.len());
    let mut rest = body;
    let mut first = true;
    loop {
        let broken = if first {
            Chunks::None
        } else {
            Chunks::BrokenOff
        };
        if rest.is_empty() {
            // the last chunk, which is empty, is left out by some servers
            return if first {
                Chunks::None
            } else {
                Chunks::Whole(whole)
            };
        }
        let Some(end) = memchr::memchr(b'\n', rest) else {
            return broken;
        };
        let line = rest.get(..end).unwrap_or_default();
        let Some(size) = chunk_size(line) else {
            return broken;
        };
        rest = rest.get(end + 1..).unwrap_or_default();
        if size == 0 {
            return Chunks::Whole(whole);
        }
        let Some((chunk, after)) = rest.split_at_checked(size) else {
            return broken;
        };
        whole.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r").unwrap_or(after);
        rest = match rest.strip_prefix(b"\n") {
            Some(rest) => rest,
            None if rest.is_empty() => rest,
            None => return broken,
        };
        first = false;
    }
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let digits = line.split(|byte| *byte == b';').next()?.trim_ascii();
    let digits = std::str::from_utf8(digits).ok()?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    usize::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(block: &[u8]) -> Result<Answer, NotHttp> {
        Answer::parse(&Bytes::copy_from_slice(block))
    }

    #[test]
    fn status_lines_of_all_kinds_are_read() {
        let check = |block: &[u8], expected: Option<(u16, &[u8])>| {
            let found = parse(block).ok();
            let found = found.as_ref().map(|one| (one.status, &*one.payload));
            assert_eq!(found, expected, "{}", block.escape_ascii());
        };
        check(b"HTTP/1.1 200 OK\r\n\r\nx", Some((200, b"x")));
        check(b"HTTP/1.0 404\n\nx", Some((404, b"x")));
        check(b"http/1.1  200  Fine\r\n\r\n", Some((200, b"")));
        check(b"HTTP/2 301 \r\nlocation: /\r\n\r\n", Some((301, b"")));
        check(b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx", Some((200, b"x")));
        check(b"ICY 200 OK\r\n\r\nx", Some((200, b"x")));
        check(b"HTTP/1.1 200OK\r\n\r\nx", Some((200, b"x")));
        check(b"HTTP/1.1 200 OK", Some((200, b"")));
        check(b"HTTP/1.1 200 OK\r\nserver: x", Some((200, b"")));
        check(
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\na: b\r\n\r\nx",
            Some((200, b"x")),
        );
        check(b"HTTP/1.1 OK\r\n\r\nx", None);
        check(b"HTTP/1.1\r\n\r\nx", None);
        check(b"<html>HTTP/1.1 200 OK", None);
        check(b"GET / HTTP/1.1\r\n\r\n", None);
        check(b"", None);
        check(b"\n\n\n", None);
    }

    #[test]
    fn header_fields_are_kept_as_they_came() {
        let block = b"HTTP/1.1 200 OK\nContent-Type: text/html;\n\tcharset=gbk\r\nX-Title: \xd5\xb9\xbb\xe1 \r\n\
            no field\r\nServer : a:b\r\nEmpty:\r\n\r\n\r\nbody";
        let answer = parse(block).expect("answer");
        let fields: Vec<(&str, &[u8])> = answer.headers.iter().collect();
        let expected: [(&str, &[u8]); 4] = [
            ("content-type", b"text/html; charset=gbk"),
            ("x-title", b"\xd5\xb9\xbb\xe1"),
            ("server", b"a:b"),
            ("empty", b""),
        ];
        assert_eq!(fields, expected);
        assert_eq!(&*answer.payload, b"\r\nbody");
    }

    #[test]
    fn chunks_are_taken_off_where_there_are_any() {
        let check = |chunked: bool, body: &[u8], expected: Option<&[u8]>| {
            let head: &[u8] = if chunked {
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"
            } else {
                b"HTTP/1.1 200 OK\r\n\r\n"
            };
            let answer = parse(&[head, body].concat()).expect("answer");
            let found = answer.body();
            let expected = expected.map_or(Body::BrokenOff, |body| {
                Body::Whole(Bytes::copy_from_slice(body))
            });
            assert_eq!(found, expected, "{}", body.escape_ascii());
        };
        check(true, b"3\r\nabc\r\n0\r\n\r\n", Some(b"abc"));
        check(
            true,
            b"3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: 1\r\n\r\n",
            Some(b"abcde"),
        );
        check(true, b"0003\nabc\n0\n\n", Some(b"abc"));
        check(true, b"3\r\nabc\r\n", Some(b"abc"));
        check(true, b"3\r\nabc", Some(b"abc"));
        check(true, b"0\r\n\r\n", Some(b""));
        // the header says so and nobody did it
        check(true, b"<html>\n</html>", Some(b"<html>\n</html>"));
        check(true, b"", Some(b""));
        check(true, b"cafe\nau lait", Some(b"cafe\nau lait"));
        check(true, b"3\r\nabc\r\n9\r\nde", None);
        check(true, b"3\r\nabc\r\nxyz\r\n", None);
        check(
            true,
            b"ffffffffffffffff\r\nabc",
            Some(b"ffffffffffffffff\r\nabc"),
        );
        check(
            false,
            b"3\r\nabc\r\n0\r\n\r\n",
            Some(b"3\r\nabc\r\n0\r\n\r\n"),
        );
    }
}
