//! Files of all writers, and what befalls files.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

/// A record as its target and its block.
fn record(version: &str, target: &str, block: &str) -> Vec<u8> {
    let length = block.len();
    format!(
        "WARC/{version}\r\nWARC-Type: response\r\nWARC-Target-URI: {target}\r\n\
         WARC-Date: 2024-05-06T07:08:09Z\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n"
    )
    .into_bytes()
}

fn three() -> [Vec<u8>; 3] {
    ["a", "b", "c"].map(|name| {
        let block = format!("HTTP/1.1 200 OK\r\n\r\npage {name}");
        record("1.0", &format!("http://a.cn/{name}"), &block)
    })
}

fn member(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// What a reader says of `file`, a line for each.
fn read(file: &[u8]) -> Vec<String> {
    read_with(file, 1 << 20)
}

fn read_with(file: &[u8], limit: usize) -> Vec<String> {
    let mut reader = Reader::new(file, limit);
    let mut found = Vec::new();
    while let Some(item) = reader.next().expect("memory") {
        found.push(match item {
            Item::Record(record) => {
                let block = match &record.block {
                    Block::Whole(block) => String::from_utf8_lossy(block).into_owned(),
                    Block::TooLarge(length) => format!("{length} bytes"),
                };
                let body = block.rsplit("\r\n").next().unwrap_or_default().to_owned();
                format!("{} {}", record.target().unwrap_or("-"), body)
            }
            Item::Broken(broken) => format!("{}: {}", broken.place, broken.reason),
        });
    }
    assert_eq!(
        reader.read_so_far(),
        u64::try_from(file.len()).expect("length")
    );
    found
}

const ALL: [&str; 3] = [
    "http://a.cn/a page a",
    "http://a.cn/b page b",
    "http://a.cn/c page c",
];

#[test]
fn plain_packed_and_mixed_files_are_read_alike() {
    let records = three();
    let plain = records.concat();
    let members = records.each_ref().map(|one| member(one)).concat();
    let one_stream = member(&plain);
    // packed in pieces that know nothing of records
    let pieces: Vec<u8> = plain.chunks(50).flat_map(member).collect();
    let mixed = [member(&records[0]), records[1].clone(), records[2].clone()].concat();
    let padded = [members.as_slice(), &[0; 300]].concat();
    for (name, file) in [
        ("plain", &plain),
        ("members", &members),
        ("one stream", &one_stream),
        ("pieces", &pieces),
        ("mixed", &mixed),
        ("padded", &padded),
    ] {
        assert_eq!(read(file), ALL, "{name}");
    }
    let mut headless = members.clone();
    headless[0] = 0xff;
    assert_eq!(
        read(&headless),
        ["0: no record begins here", ALL[1], ALL[2]]
    );
    assert!(read(b"").is_empty());
}

#[test]
fn headers_of_all_versions_are_read() {
    let check = |header: &str, expected: (&str, &str, &str)| {
        let file = header.replace("LENGTH", "Content-Length: 1") + "x\n";
        let mut reader = Reader::new(file.as_bytes(), 10);
        let Ok(Some(Item::Record(found))) = reader.next() else {
            panic!("{header}");
        };
        let date = found.date().map(|date| date.to_string());
        let told = (
            found.version.as_str(),
            found.target().unwrap_or_default(),
            date.as_deref().unwrap_or_default(),
        );
        assert_eq!(told, expected, "{header}");
    };
    check(
        "WARC/0.18\nWARC-Target-URI:http://a.cn/\nWARC-Date: 2009-01-02T03:04:05Z\nLENGTH\n\n",
        ("0.18", "http://a.cn/", "2009-01-02T03:04:05.000Z"),
    );
    check(
        "WARC/1.0\r\nwarc-target-uri: <http://a.cn/>\r\nLENGTH\r\nWARC-Date: 20090102030405\r\n\r\n",
        ("1.0", "http://a.cn/", "2009-01-02T03:04:05.000Z"),
    );
    check(
        "WARC/1.1\r\nWARC-Target-URI: http://a.cn/\r\n ?q=1\r\nWARC-Date: 2020-01-02T03:04:05.678901Z\r\nLENGTH\r\n\r\n",
        ("1.1", "http://a.cn/ ?q=1", "2020-01-02T03:04:05.678Z"),
    );
    check(
        "WARC/1.1\r\nno field\r\nWARC-Date: yesterday\r\nLENGTH\r\n\r\n",
        ("1.1", "", ""),
    );
}

#[test]
fn what_is_broken_is_told_and_passed_over() {
    let [a, b, c] = three();
    let check = |name: &str, file: &[u8], expected: &[&str]| {
        assert_eq!(read(file), expected, "{name}");
    };
    let edit = |record: &[u8], from: &str, to: &str| -> Vec<u8> {
        let text = String::from_utf8(record.to_vec()).expect("text");
        assert!(text.contains(from), "{text}");
        text.replace(from, to).into_bytes()
    };
    let at = a.len();
    let told = |reason: &str| format!("{at}: {reason}");

    let longer = edit(&b, "Content-Length: 25", "Content-Length: 70");
    let reason = told("its Content-Length is too large");
    check(
        "too long",
        &[&a[..], &longer, &c].concat(),
        &[ALL[0], &reason, ALL[2]],
    );

    let shorter = edit(&b, "Content-Length: 25", "Content-Length: 20");
    let reason = told("its Content-Length is too small");
    check(
        "too short",
        &[&a[..], &shorter, &c].concat(),
        &[ALL[0], &reason, ALL[2]],
    );

    let endless = edit(&b, "Content-Length: 25", "Content-Length: 99999");
    let reason = told("its block breaks off: 176 of 99999 bytes");
    check(
        "to the end",
        &[&a[..], &endless, &c].concat(),
        &[ALL[0], &reason],
    );

    let without = edit(&b, "Content-Length: 25\r\n", "");
    let reason = told("it has no Content-Length");
    check(
        "no length",
        &[&a[..], &without, &c].concat(),
        &[ALL[0], &reason, ALL[2]],
    );

    let words = edit(&b, "Content-Length: 25", "Content-Length: -1");
    let reason = told("its Content-Length is no number");
    check(
        "no number",
        &[&a[..], &words, &c].concat(),
        &[ALL[0], &reason, ALL[2]],
    );

    let reason = told("no record begins here");
    let noise = b"\x00\xffnoise WARC/1.0 noise\n\n".as_slice();
    check(
        "noise",
        &[&a[..], noise, &c].concat(),
        &[ALL[0], &reason, ALL[2]],
    );

    let reason = told("its header breaks off");
    check("cut", &[&a[..], &b[..40]].concat(), &[ALL[0], &reason]);

    let tight = edit(&b, "page b\r\n\r\n", "page b");
    check("nothing between", &[&a[..], &tight, &c].concat(), &ALL);
    check(
        "html",
        b"<!DOCTYPE html><p>not found",
        &["0: no record begins here"],
    );
}

#[test]
fn a_damaged_member_takes_no_other_with_it() {
    let [a, b, c] = three().map(|record| member(&record));
    let at = a.len();
    for place in 0..b.len() {
        let mut damaged = b.clone();
        damaged[place] ^= 0x55;
        let found = read(&[&a[..], &damaged, &c].concat());
        assert_eq!(found.first().map(String::as_str), Some(ALL[0]), "{place}");
        assert_eq!(
            found.last().map(String::as_str),
            Some(ALL[2]),
            "{place}: {found:?}"
        );
        // fields of the gzip header say nothing of the content
        if found.get(1).map(String::as_str) == Some(ALL[1]) {
            assert!(place < 10, "{place}");
        } else {
            let told = found.get(1).cloned().unwrap_or_default();
            assert!(told.starts_with(&format!("{at}")), "{place}: {told}");
        }
    }
    for length in 1..c.len() {
        let found = read(&[&a[..], &b, &c[..length]].concat());
        assert_eq!(found.len(), 3, "{length}: {found:?}");
        assert_eq!(found[..2], ALL[..2], "{length}");
        assert!(
            found[2].starts_with(&(at + b.len()).to_string()),
            "{found:?}"
        );
    }
}

#[test]
fn a_length_that_lies_ends_with_its_member() {
    let [a, b, c] = three();
    let text = String::from_utf8(b).expect("text");
    let longer = text.replace("Content-Length: 25", "Content-Length: 999999");
    let file = [member(&a), member(longer.as_bytes()), member(&c)].concat();
    let reason = format!(
        "{}: its block breaks off: 29 of 999999 bytes",
        member(&a).len()
    );
    assert_eq!(read(&file), [ALL[0], &reason, ALL[2]]);
}

#[test]
fn a_large_block_is_passed_over() {
    let large = record("1.0", "http://a.cn/large", &"x".repeat(300_000));
    let [a, _, c] = three();
    for file in [
        [&a[..], &large, &c].concat(),
        [member(&a), member(&large), member(&c)].concat(),
    ] {
        let expected = [ALL[0], "http://a.cn/large 300000 bytes", ALL[2]];
        assert_eq!(read_with(&file, 200_000), expected);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_no_damage() {
    struct Failing(Vec<u8>);
    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Err(io::Error::other("the disk is gone"));
            }
            let count = into.len().min(self.0.len());
            into[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }
    let [a, b, _] = three();
    for (file, first) in [
        ([&a[..], &b].concat(), ALL[0]),
        ([member(&a), member(&b)[..60].to_vec()].concat(), ALL[0]),
    ] {
        let mut reader = Reader::new(Failing(file), 1000);
        let Ok(Some(Item::Record(record))) = reader.next() else {
            panic!("{first}");
        };
        assert_eq!(record.target(), Some("http://a.cn/a"));
        let second = reader.next();
        assert!(second.is_err(), "{second:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_run_for_ever(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        place in 0..900_usize,
        gzip in any::<bool>(),
        cut in 0..900_usize,
    ) {
        let records = three();
        let mut file = if gzip {
            records.map(|record| member(&record)).concat()
        } else {
            records.concat()
        };
        let place = place.min(file.len());
        let end = (place + bytes.len() / 2).min(file.len());
        file.splice(place..end, bytes);
        file.truncate(file.len().saturating_sub(cut));
        let _told = read(&file);
    }

    #[test]
    fn no_block_makes_the_answer_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), chunked in any::<bool>()) {
        let mut block = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n".to_vec();
        if chunked {
            block.extend_from_slice(b"\r\n");
        }
        block.extend_from_slice(&bytes);
        for block in [block, bytes] {
            if let Ok(answer) = Answer::parse(&block.into()) {
                let _body = answer.body();
            }
        }
    }
}
