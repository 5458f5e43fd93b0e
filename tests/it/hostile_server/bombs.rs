//! Answers that are small on the way and large at home, or large on the way already, or never end.

use std::io::Write as _;
use std::time::Duration;

use super::server::Answer;
use super::{Recorded, Stand};

const MEGABYTE: usize = 1 << 20;

/// The settings' limit for one body.
const LIMIT: usize = 20 * MEGABYTE;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut into = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    into.write_all(bytes).unwrap();
    into.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut into = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    into.write_all(bytes).unwrap();
    into.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 3, 22)
        .write_all(bytes)
        .unwrap();
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).unwrap()
}

/// What an answer comes to: an error's kind, or an outcome.
type Attack = (&'static str, Answer, &'static str);

fn coded(name: &'static str, label: &str, body: &[u8], comes_to: &'static str) -> Attack {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-encoding: {label}\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    (
        name,
        Answer::Open([head.as_bytes(), body].concat()),
        comes_to,
    )
}

fn endless(name: &'static str, head: &str, block: &[u8]) -> Attack {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n{head}\r\n");
    let block = block.repeat(65_536 / block.len());
    (name, Answer::Endless(head.into(), block), "too-large")
}

fn attacks() -> Vec<Attack> {
    let zeros = vec![0; 10 * LIMIT];
    let packed = gzip(&zeros);
    let empty = |unit: &[u8]| unit.repeat(LIMIT / unit.len() - 1);
    // frame header, window descriptor of 2 GiB, one raw last block of a byte
    let wide_zstd = b"\x28\xb5\x2f\xfd\x00\xa8\x09\x00\x00x";
    let brotli_of_nothing = [b"\x0c".as_slice(), &vec![6; LIMIT - 3], b"\x03"].concat();
    vec![
        coded("gzip", "gzip", &packed, "too-large"),
        coded("deflate", "deflate", &deflate(&zeros), "too-large"),
        coded("br", "br", &brotli(&zeros), "too-large"),
        coded("zstd", "zstd", &zstd(&zeros), "too-large"),
        coded("gzip twice", "gzip, gzip", &gzip(&packed), "too-large"),
        coded(
            "three codings",
            "gzip, zstd, br",
            &brotli(&zstd(&packed)),
            "too-large",
        ),
        coded(
            "four codings",
            "gzip, gzip, deflate, zstd",
            &zstd(&deflate(&gzip(&packed))),
            "too-large",
        ),
        coded(
            "five codings",
            "gzip, gzip, gzip, gzip, gzip",
            &packed,
            "coding",
        ),
        coded("gzip without a label", "identity", &packed, "too-large"),
        coded(
            "gzip within gzip, once named",
            "gzip",
            &gzip(&packed),
            "too-large",
        ),
        coded(
            "gzip members of nothing",
            "gzip",
            &empty(&gzip(b"")),
            "listed",
        ),
        coded(
            "zstd frames of nothing",
            "zstd",
            &empty(&zstd(b"")),
            "listed",
        ),
        coded(
            "zstd frames to skip",
            "zstd",
            &empty(b"\x50\x2a\x4d\x18\0\0\0\0"),
            "listed",
        ),
        coded(
            "brotli blocks of nothing",
            "br",
            &brotli_of_nothing,
            "listed",
        ),
        coded("a zstd window of 2 GiB", "zstd", wide_zstd, "coding"),
        coded("a brotli window of 1 GiB", "br", b"\x11\x1e\x03", "coding"),
        endless("a body without end", "", b"<p>x</p>"),
        endless("text without end", "", b"x"),
        endless("NUL without end", "", b"\0"),
        endless("less-than signs without end", "", b"<"),
        endless("lines without end", "", b"\n"),
        endless(
            "chunks without end",
            "transfer-encoding: chunked\r\n",
            b"8\r\nxxxxxxxx\r\n",
        ),
        endless(
            "gzip without end",
            "content-encoding: gzip\r\n",
            b"\x1f\x8b\x08\0",
        ),
        endless("a body without end, again", "", b"<p>x</p>"),
        endless("text without end, again", "", b"x"),
        endless("a third body without end", "", b"<p>x</p>"),
    ]
}

/// A page of 20 MB that takes many times as much while it is read.
fn large_page(unit: &str) -> Vec<u8> {
    let start = "<h1>示例展会在某市开幕</h1><p>来源：示例会展 | 时间：2026-06-08</p>";
    let repeated = unit.repeat((LIMIT - start.len()) / unit.len());
    [start, &repeated].concat().into_bytes()
}

/// What `crawl` takes at most where every host has one of `answers`.
fn memory_of(answers: Vec<Attack>) -> u64 {
    let stand = Stand::of(answers.into_iter().map(|(_, answer, _)| answer));
    let (_, peak) = stand.crawl(Duration::from_mins(3));
    for looks in stand.recorded() {
        assert!(looks.iter().all(|look| look.outcome == "new"), "{looks:?}");
    }
    peak
}

#[test]
fn large_pages_take_no_more_memory_the_more_hosts_have_them() {
    let page = large_page("<p><img src=/1.jpg>展会，今年，某市。</p>");
    let packed = gzip(&page);
    let plain = coded("plain", "identity", &page, "");
    let coded = coded("coded", "gzip", &packed, "");
    let alone = memory_of(vec![plain.clone()]);
    // the coded ones are small on the way, so that they all come at once
    let together = memory_of([vec![plain; 6], vec![coded; 6]].concat());
    println!(
        "{} MB alone, {} MB together",
        alone / 1_000_000,
        together / 1_000_000
    );
    for peak in [alone, together] {
        assert!((1..300_000_000).contains(&peak), "{peak}");
    }
}

#[test]
fn bombs_and_endless_bodies_fail_alone_in_little_memory() {
    let attacks = attacks();
    let stand = Stand::of(attacks.iter().map(|(_, answer, _)| answer.clone()));
    let (_, peak) = stand.scrape(Duration::from_mins(2));
    println!("{} MB at most", peak / 1_000_000);
    let mut wrong = Vec::new();
    for ((name, _, comes_to), looks) in attacks.iter().zip(stand.recorded()) {
        let came_to = |look: &Recorded| look.error.clone().unwrap_or(look.outcome.clone());
        if looks.iter().any(|look| came_to(look) != *comes_to) {
            wrong.push(format!("{name}: {looks:?}, not {comes_to}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!((1..300_000_000).contains(&peak), "{peak}");
}
