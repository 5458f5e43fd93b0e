//! A hundred and more ways to frame an answer wrongly, each with what becomes of it.
//!
//! What could have been decided otherwise is argued in `docs/decisions/0017-broken-answers.md`.

use std::time::Duration;

use bytes::Bytes;

use super::server::Answer;

/// What is made of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// A complete answer of this status and body.
    Page(u16, Bytes),
    /// No answer, for a reason of this kind.
    Failure(&'static str),
}

use Made::{Failure, Page};

/// One broken answer.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) answer: Answer,
    pub(super) made: Made,
}

/// The page most cases try to give.
const BODY: &str = "ok";

fn ok() -> Made {
    Page(200, BODY.into())
}

/// An answer of `bytes` after which the connection is closed.
fn closed(name: &'static str, bytes: impl AsRef<[u8]>, made: Made) -> Case {
    let answer = Answer::Close(bytes.as_ref().to_vec());
    Case { name, answer, made }
}

/// A proper status line and a proper length around `lines`.
fn fields(name: &'static str, lines: &[u8], made: Made) -> Case {
    let head = b"HTTP/1.1 200 OK\r\n";
    closed(
        name,
        [head, lines, b"content-length: 2\r\n\r\nok"].concat(),
        made,
    )
}

/// A proper head around `lines`, which tell the length in their own way, and `body`.
fn framed(name: &'static str, lines: &str, body: &str, made: Made) -> Case {
    closed(name, format!("HTTP/1.1 200 OK\r\n{lines}\r\n{body}"), made)
}

fn chunked(name: &'static str, body: &str, made: Made) -> Case {
    framed(name, "transfer-encoding: chunked\r\n", body, made)
}

/// `line` in place of the status line of a proper answer.
fn status_line(name: &'static str, line: &[u8], made: Made) -> Case {
    let rest = b"content-length: 2\r\n\r\nok";
    closed(name, [line, rest].concat(), made)
}

/// A proper answer of another page, which nobody asked for.
const POISON: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison";

/// `bytes` on a connection that stays open, with an answer behind them that belongs to nothing.
fn poisoned(name: &'static str, bytes: &str, made: Made) -> Case {
    let answer = Answer::Open(format!("{bytes}{POISON}").into_bytes());
    Case { name, answer, made }
}

/// Every case.
pub(super) fn cases() -> Vec<Case> {
    [
        status_lines(),
        header_fields(),
        lengths(),
        transfer_codings(),
        chunks(),
        interim_and_bodiless(),
        left_open(),
    ]
    .concat()
}

fn status_lines() -> Vec<Case> {
    let broken = || Failure("protocol");
    vec![
        status_line("no reason phrase", b"HTTP/1.1 200\r\n", ok()),
        status_line("an empty reason phrase", b"HTTP/1.1 200 \r\n", ok()),
        status_line(
            "two blanks before the status",
            b"HTTP/1.1  200 OK\r\n",
            broken(),
        ),
        status_line("a tab before the status", b"HTTP/1.1\t200 OK\r\n", broken()),
        status_line("a lower-case protocol", b"http/1.1 200 OK\r\n", broken()),
        status_line("version 2.0 in words", b"HTTP/2.0 200 OK\r\n", broken()),
        status_line("version 1.2", b"HTTP/1.2 200 OK\r\n", broken()),
        status_line("version 1.10", b"HTTP/1.10 200 OK\r\n", broken()),
        status_line("no minor version", b"HTTP/1 200 OK\r\n", broken()),
        status_line("a status of two digits", b"HTTP/1.1 20 OK\r\n", broken()),
        status_line("a status of four digits", b"HTTP/1.1 2000 OK\r\n", broken()),
        status_line("status 000", b"HTTP/1.1 000 OK\r\n", broken()),
        status_line("status 099", b"HTTP/1.1 099 OK\r\n", broken()),
        status_line(
            "a status nobody defined",
            b"HTTP/1.1 600 OK\r\n",
            Page(600, "ok".into()),
        ),
        status_line(
            "status 999",
            b"HTTP/1.1 999 Denied\r\n",
            Page(999, "ok".into()),
        ),
        status_line("a negative status", b"HTTP/1.1 -200 OK\r\n", broken()),
        status_line("a status in letters", b"HTTP/1.1 two OK\r\n", broken()),
        status_line("no protocol", b"200 OK\r\n", broken()),
        status_line("another protocol", b"ICY 200 OK\r\n", broken()),
        status_line("a mail server", b"220 mail.example.cn ESMTP\r\n", broken()),
        status_line("an SSH server", b"SSH-2.0-OpenSSH_9.6\r\n", broken()),
        closed("a TLS alert", b"\x15\x03\x01\x00\x02\x02\x46", broken()),
        closed(
            "HTTP/2 frames",
            b"\0\0\0\x04\0\0\0\0\0\0\0\x08\x06\0\0\0\0\0",
            broken(),
        ),
        closed("HTTP/0.9", b"<html>ok</html>", broken()),
        closed("nothing at all", b"", Failure("truncated")),
        closed("blank lines alone", b"\r\n\r\n\r\n", Failure("truncated")),
        status_line(
            "blank lines before it",
            b"\r\n\r\nHTTP/1.1 200 OK\r\n",
            ok(),
        ),
        status_line(
            "a line before it",
            b"hello\r\nHTTP/1.1 200 OK\r\n",
            broken(),
        ),
        status_line(
            "a mark of byte order before it",
            b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n",
            broken(),
        ),
        status_line(
            "GBK in the reason",
            b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\n",
            ok(),
        ),
        status_line("NUL in the reason", b"HTTP/1.1 200 O\0K\r\n", broken()),
        status_line(
            "an escape in the reason",
            b"HTTP/1.1 200 \x1b[2J\r\n",
            broken(),
        ),
        closed(
            "LF alone ends lines",
            b"HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
            ok(),
        ),
        closed(
            "CR alone ends lines",
            b"HTTP/1.1 200 OK\rcontent-length: 2\r\rok",
            broken(),
        ),
        closed(
            "LF and CR LF mixed",
            b"HTTP/1.1 200 OK\r\nx: y\ncontent-length: 2\r\n\nok",
            ok(),
        ),
        status_line(
            "a long reason",
            format!("HTTP/1.1 200 {}\r\n", "x".repeat(100_000)).as_bytes(),
            ok(),
        ),
        Case {
            name: "a reason without end",
            answer: Answer::Endless(b"HTTP/1.1 200 ".to_vec(), vec![b'x'; 65_536]),
            made: broken(),
        },
    ]
}

fn header_fields() -> Vec<Case> {
    let broken = || Failure("protocol");
    let many = |count: usize| "x: y\r\n".repeat(count);
    vec![
        fields("a line without a colon", b"not a field\r\n", ok()),
        fields("a field without a name", b": value\r\n", ok()),
        fields("a field without a value", b"x:\r\n", ok()),
        fields("a blank before the colon", b"x : y\r\n", ok()),
        fields("a blank in the name", b"a b: y\r\n", ok()),
        fields("NUL in a value", b"x: a\0b\r\n", broken()),
        fields("NUL in a name", b"a\0b: c\r\n", broken()),
        fields("an escape in a value", b"x: \x1b[2J\r\n", ok()),
        fields("GBK in a value", b"x: \xd5\xb9\xbb\xe1\r\n", ok()),
        fields("GBK in a name", b"\xd5\xb9: x\r\n", ok()),
        fields("a folded value", b"x: a\r\n b\r\n\tc\r\n", ok()),
        fields("a folded line before all fields", b" x: y\r\n", ok()),
        fields("CR alone in a value", b"x: a\rb\r\n", broken()),
        fields(
            "CR alone before a length",
            b"x: a\rcontent-length: 99\r\n",
            broken(),
        ),
        fields(
            "two types",
            b"content-type: text/html\r\ncontent-type: image/png\r\n",
            ok(),
        ),
        fields(
            "a long value",
            format!("x: {}\r\n", "y".repeat(100_000)).as_bytes(),
            ok(),
        ),
        fields(
            "a longer value",
            format!("x: {}\r\n", "y".repeat(1_000_000)).as_bytes(),
            broken(),
        ),
        fields("99 fields", many(99).as_bytes(), ok()),
        fields("101 fields", many(100).as_bytes(), broken()),
        fields("ten thousand fields", many(10_000).as_bytes(), broken()),
        Case {
            name: "fields without end",
            answer: Answer::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x: y\r\n".to_vec()),
            made: broken(),
        },
        Case {
            name: "a value without end",
            answer: Answer::Endless(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'y'; 65_536]),
            made: broken(),
        },
        Case {
            name: "fields that drip",
            answer: Answer::Drip(
                b"HTTP/1.1 200 OK\r\n".to_vec(),
                b"x: y\r\n".to_vec(),
                Duration::from_millis(30),
            ),
            made: Failure("timeout"),
        },
        closed(
            "fields without a blank line",
            b"HTTP/1.1 200 OK\r\nx: y\r\n",
            Failure("truncated"),
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let broken = || Failure("protocol");
    let length =
        |name, value: &str, made| framed(name, &format!("content-length: {value}\r\n"), BODY, made);
    vec![
        length("an empty length", "", broken()),
        length("a negative length", "-2", broken()),
        length("a signed length", "+2", broken()),
        length("a fraction of a length", "2.0", broken()),
        length("a hexadecimal length", "0x2", broken()),
        length("a length in words", "two", broken()),
        length("a length with a unit", "2 bytes", broken()),
        length(
            "a length with zeros before it",
            "0000000000000000000002",
            ok(),
        ),
        length("a length among blanks", " \t2 \t", ok()),
        length("two lengths in a line that agree", "2, 2", ok()),
        length("two lengths in a line that differ", "2, 3", broken()),
        length("a length beyond 64 bits", "18446744073709551616", broken()),
        length(
            "the largest length of 64 bits",
            "18446744073709551615",
            broken(),
        ),
        length("a huge length", "9223372036854775807", Failure("too-large")),
        length(
            "a length that is too long by one",
            "3",
            Failure("truncated"),
        ),
        length("a length that is too long", "99", Failure("truncated")),
        length("a length that is too short", "1", Page(200, "o".into())),
        length("a length of nothing", "0", Page(200, Bytes::new())),
        framed("no length, then the end", "", BODY, ok()),
        framed(
            "keep-alive, no length, then the end",
            "connection: keep-alive\r\n",
            BODY,
            ok(),
        ),
        framed(
            "two lengths that agree",
            "content-length: 2\r\ncontent-length: 2\r\n",
            BODY,
            ok(),
        ),
        framed(
            "two lengths that differ",
            "content-length: 2\r\ncontent-length: 3\r\n",
            BODY,
            broken(),
        ),
        framed(
            "a length and one that is none",
            "content-length: 2\r\ncontent-length: x\r\n",
            BODY,
            broken(),
        ),
        framed(
            "a length with NUL in it",
            "content-length: 2\0\r\n",
            BODY,
            broken(),
        ),
    ]
}

fn transfer_codings() -> Vec<Case> {
    const CHUNKS: &str = "2\r\nok\r\n0\r\n\r\n";
    let broken = || Failure("protocol");
    let coding = |name, value: &str, made| {
        framed(
            name,
            &format!("transfer-encoding: {value}\r\n"),
            CHUNKS,
            made,
        )
    };
    vec![
        coding("chunked", "chunked", ok()),
        coding("chunked in capitals", "CHUNKED", ok()),
        coding("chunked among blanks", " \tchunked\t ", ok()),
        coding("chunked twice", "chunked, chunked", broken()),
        coding("chunked with a parameter", "chunked;q=1", broken()),
        coding("gzip as transfer coding", "gzip", broken()),
        coding("gzip within chunks", "gzip, chunked", broken()),
        coding("chunks within gzip", "chunked, gzip", broken()),
        coding("a transfer coding nobody knows", "xchunked", broken()),
        coding("an empty transfer coding", "", broken()),
        coding(
            "a vertical tab before chunked",
            "\x0bchunked",
            Page(200, CHUNKS.into()),
        ),
        coding("chunked in quotes", "\"chunked\"", broken()),
        framed("identity", "transfer-encoding: identity\r\n", BODY, ok()),
        framed(
            "two lines of transfer codings",
            "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n",
            CHUNKS,
            ok(),
        ),
        framed(
            "a blank before its colon",
            "transfer-encoding : chunked\r\n",
            CHUNKS,
            ok(),
        ),
        framed(
            "a folded coding",
            "transfer-encoding:\r\n chunked\r\n",
            CHUNKS,
            ok(),
        ),
        framed(
            "chunks and a length",
            "content-length: 99\r\ntransfer-encoding: chunked\r\n",
            CHUNKS,
            ok(),
        ),
        framed(
            "chunks and a broken length",
            "transfer-encoding: chunked\r\ncontent-length: -1\r\n",
            CHUNKS,
            ok(),
        ),
        closed(
            "chunks from HTTP/1.0",
            format!("HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{CHUNKS}"),
            broken(),
        ),
    ]
}

fn chunks() -> Vec<Case> {
    let cut = || Failure("truncated");
    vec![
        chunked(
            "a size in capitals",
            "A\r\n0123456789\r\n0\r\n\r\n",
            Page(200, "0123456789".into()),
        ),
        chunked("zeros before the size", "0002\r\nok\r\n0\r\n\r\n", ok()),
        chunked(
            "many zeros before the size",
            "00000000000000000002\r\nok\r\n0\r\n\r\n",
            ok(),
        ),
        chunked("a blank behind the size", "2 \r\nok\r\n0\r\n\r\n", ok()),
        chunked("a blank before the size", " 2\r\nok\r\n0\r\n\r\n", cut()),
        chunked("a size with 0x", "0x2\r\nok\r\n0\r\n\r\n", cut()),
        chunked("a negative size", "-2\r\nok\r\n0\r\n\r\n", cut()),
        chunked("a signed size", "+2\r\nok\r\n0\r\n\r\n", cut()),
        chunked("no size", "\r\nok\r\n0\r\n\r\n", cut()),
        chunked("a size that is none", "xy\r\nok\r\n0\r\n\r\n", cut()),
        chunked(
            "a size beyond 64 bits",
            "10000000000000002\r\nok\r\n0\r\n\r\n",
            cut(),
        ),
        chunked(
            "the largest size of 64 bits",
            "ffffffffffffffff\r\nok",
            cut(),
        ),
        chunked("a size that is too long", "3\r\nok\r\n0\r\n\r\n", cut()),
        chunked("a size that is too short", "1\r\nok\r\n0\r\n\r\n", cut()),
        chunked("an extension", "2;name=value\r\nok\r\n0\r\n\r\n", ok()),
        chunked(
            "an extension in quotes",
            "2;a=\"b;\\\"c\"\r\nok\r\n0\r\n\r\n",
            ok(),
        ),
        chunked(
            "an extension of garbage",
            "2;\u{7f}\u{1}\u{1b}[2J\r\nok\r\n0\r\n\r\n",
            ok(),
        ),
        chunked("LF alone in an extension", "2;a\nok\r\n0\r\n\r\n", cut()),
        chunked(
            "a long extension",
            &format!("2;{}\r\nok\r\n0\r\n\r\n", "x".repeat(100_000)),
            cut(),
        ),
        chunked("LF alone behind the size", "2\nok\n0\n\n", cut()),
        chunked("no line end behind a chunk", "2\r\nok0\r\n\r\n", cut()),
        chunked("no last chunk", "2\r\nok\r\n", cut()),
        chunked("no end of the last chunk", "2\r\nok\r\n0\r\n", cut()),
        chunked("only the last chunk's digit", "2\r\nok\r\n0", cut()),
        chunked("no chunks", "", cut()),
        chunked("trailers", "2\r\nok\r\n0\r\nx: y\r\n\r\n", ok()),
        chunked(
            "a length among the trailers",
            "2\r\nok\r\n0\r\ncontent-length: 9\r\n\r\n",
            ok(),
        ),
        chunked(
            "a trailer without a colon",
            "2\r\nok\r\n0\r\nno field\r\n\r\n",
            cut(),
        ),
        chunked(
            "many trailers",
            &format!("2\r\nok\r\n0\r\n{}\r\n", "x: y\r\n".repeat(5_000)),
            cut(),
        ),
        Case {
            name: "trailers without end",
            answer: Answer::Endless(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n".to_vec(),
                b"x: y\r\n".to_vec(),
            ),
            made: cut(),
        },
        chunked(
            "a chunk for each byte",
            &format!("{}0\r\n\r\n", "1\r\nx\r\n".repeat(50_000)),
            Page(200, vec![b'x'; 50_000].into()),
        ),
        Case {
            name: "chunks without end",
            answer: Answer::Endless(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(),
                "8\r\nxxxxxxxx\r\n".repeat(1_000).into_bytes(),
            ),
            made: Failure("too-large"),
        },
        Case {
            name: "an extension without end",
            answer: Answer::Endless(
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;".to_vec(),
                vec![b'x'; 4096],
            ),
            made: cut(),
        },
    ]
}

fn interim_and_bodiless() -> Vec<Case> {
    const PROPER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
    let interim = "HTTP/1.1 100 Continue\r\n\r\n";
    vec![
        closed("continue", format!("{interim}{PROPER}"), ok()),
        closed(
            "early hints",
            format!("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n{PROPER}"),
            ok(),
        ),
        closed(
            "a hundred interim answers",
            format!("{}{PROPER}", interim.repeat(100)),
            ok(),
        ),
        closed("an interim answer alone", interim, Failure("truncated")),
        Case {
            name: "interim answers without end",
            answer: Answer::Endless(Vec::new(), interim.repeat(100).into_bytes()),
            made: Failure("timeout"),
        },
        closed(
            "another protocol without being asked",
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
            Page(101, Bytes::new()),
        ),
        closed(
            "204 with a body",
            "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok",
            Page(204, Bytes::new()),
        ),
        closed(
            "304 with a body",
            "HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok",
            Page(304, Bytes::new()),
        ),
        closed(
            "205 with a body",
            "HTTP/1.1 205 Reset Content\r\ncontent-length: 2\r\n\r\nok",
            Page(205, "ok".into()),
        ),
        closed(
            "a head alone",
            "HTTP/1.1 200 OK\r\n\r\n",
            Page(200, Bytes::new()),
        ),
    ]
}

fn left_open() -> Vec<Case> {
    let silent = |name, bytes: &str| Case {
        name,
        answer: Answer::Silence(bytes.as_bytes().to_vec()),
        made: Failure("timeout"),
    };
    let drip = |name, head: &str, piece: &str| Case {
        name,
        answer: Answer::Drip(head.into(), piece.into(), Duration::from_millis(30)),
        made: Failure("timeout"),
    };
    vec![
        poisoned(
            "an answer behind the answer",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
            ok(),
        ),
        poisoned(
            "an answer behind the last chunk",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            ok(),
        ),
        poisoned(
            "an answer behind 204",
            "HTTP/1.1 204 No Content\r\n\r\n",
            Page(204, Bytes::new()),
        ),
        poisoned(
            "an answer as the body of 304",
            "HTTP/1.1 304 x\r\n\r\n",
            Page(304, Bytes::new()),
        ),
        poisoned(
            "an answer behind an empty one",
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
            Page(200, Bytes::new()),
        ),
        silent("silence", ""),
        silent("silence in the head", "HTTP/1.1 200 OK\r\nx: "),
        silent(
            "silence in the body",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no",
        ),
        silent("silence instead of an end", "HTTP/1.1 200 OK\r\n\r\nok"),
        silent(
            "silence in the chunks",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n",
        ),
        drip("a body that drips", "HTTP/1.1 200 OK\r\n\r\n", "x"),
        drip(
            "chunks that drip",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "1\r\nx\r\n",
        ),
        drip("a status line that drips", "HTTP/1.1 200 ", "x"),
    ]
}
