//! Looks for the programs of web archives: what those need that the tests of their own do not look at.

use std::fs;
use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;
use rusqlite::Connection;

use zhanwen::warc::read::{Answer, Block, DigestCheck, Item, Reader};

use super::{archived, beside, done};
use crate::cli::{Desk, said};

/// The records of a file, as text.
fn records(desk: &Desk, file: &str) -> Vec<String> {
    let bytes = fs::read(desk.path(file)).unwrap();
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_end(&mut plain)
        .unwrap();
    let text = String::from_utf8_lossy(&plain).into_owned();
    text.split("\r\n\r\nWARC/1.1\r\n")
        .map(str::to_owned)
        .collect()
}

fn count(records: &[String], kind: &str) -> usize {
    let line = format!("WARC-Type: {kind}\r\n");
    records
        .iter()
        .filter(|record| record.contains(&line))
        .count()
}

#[test]
fn each_look_is_a_record_with_what_is_known_of_it() {
    let (desk, site) = archived();
    done(&desk.run(&["export", "warc", "-o", "all.warc.gz"]));
    let all = records(&desk, "all.warc.gz");
    assert_eq!(beside(&desk), ["all.warc.gz"]);
    assert_eq!(count(&all, "warcinfo"), 1);
    assert!(
        all[0].contains("WARC-Filename: all.warc.gz\r\n"),
        "{}",
        all[0]
    );
    // three looks at one page, three at another, one at the third; a 404 came twice, with nothing in it
    assert_eq!((count(&all, "response"), count(&all, "metadata")), (7, 7));
    // one for each version of an article
    assert_eq!(count(&all, "conversion"), 4);

    let url = site.url("/news/16.html");
    done(&desk.run(&["export", "warc", "--url", &url, "-o", "one.warc.gz"]));
    let one = records(&desk, "one.warc.gz");
    assert_eq!(count(&one, "response"), 3);
    assert!(
        one[0].contains(&format!("looks at {url} in archive.db")),
        "{}",
        one[0]
    );
    done(&desk.run(&[
        "export",
        "warc",
        "--until",
        "2001-01-01",
        "-o",
        "none.warc.gz",
    ]));
    assert_eq!(records(&desk, "none.warc.gz").len(), 1);
}

#[test]
fn the_same_archive_gives_the_same_records() {
    let (desk, _site) = archived();
    for file in ["a.warc.gz", "b.warc.gz"] {
        done(&desk.run(&["export", "warc", "-o", file]));
    }
    let (first, again) = (records(&desk, "a.warc.gz"), records(&desk, "b.warc.gz"));
    assert_eq!(first[1..], again[1..]);
}

#[test]
fn answers_without_their_bodies_are_left_out_and_told() {
    let (desk, site) = archived();
    let url = site.url("/news/15.html");
    let changed = Connection::open(desk.path("archive.db")).unwrap().execute(
        "UPDATE fetch SET blob_id = NULL WHERE url = ?1 AND views = 150",
        [&url],
    );
    assert_eq!(changed.unwrap(), 1);
    let output = desk.run(&["export", "warc", "--url", &url, "-o", "some.warc.gz"]);
    done(&output);
    assert!(
        said(&output).contains("not kept any more: 1"),
        "{}",
        said(&output)
    );
    let some = records(&desk, "some.warc.gz");
    assert_eq!((count(&some, "response"), count(&some, "metadata")), (2, 3));
    let notes: Vec<&String> = some
        .iter()
        .filter(|record| record.contains("\"body\":\"not kept\""))
        .collect();
    assert_eq!(notes.len(), 1);
    assert!(notes[0].contains("\"headers\":[["), "{}", notes[0]);
}

#[test]
fn records_go_to_files_that_are_free() {
    let (desk, _site) = archived();
    fs::write(desk.path("all.warc.gz"), "mine").unwrap();
    for format in ["warc", "wacz"] {
        let refused = desk.run(&["export", format, "-o", "all.warc.gz"]);
        assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
    }
    // the records of an index go beside it
    let refused = desk.run(&["export", "cdxj", "-o", "all.cdxj"]);
    assert!(said(&refused).contains("all.warc.gz"), "{}", said(&refused));
    assert_eq!(fs::read(desk.path("all.warc.gz")).unwrap(), b"mine");
    assert_eq!(beside(&desk), ["all.warc.gz"]);
    let refused = desk.run(&["export", "warc", "-o", "-"]);
    assert!(said(&refused).contains("name a file"), "{}", said(&refused));
    let refused = desk.run(&["export", "warc", "--site", "nobody", "-o", "a.warc.gz"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    let elsewhere = "https://expo.example.cn/never";
    let refused = desk.run(&["export", "wacz", "--url", elsewhere, "-o", "a.wacz"]);
    assert!(said(&refused).contains(elsewhere), "{}", said(&refused));
    assert_eq!(beside(&desk), ["all.warc.gz"]);
}

#[test]
fn what_is_written_is_read_back() {
    let (desk, site) = archived();
    done(&desk.run(&["export", "warc", "-o", "all.warc.gz"]));
    let file = fs::File::open(desk.path("all.warc.gz")).unwrap();
    let (mut reader, mut bodies) = (Reader::new(file, 1 << 20), Vec::new());
    while let Some(item) = reader.next().unwrap() {
        let Item::Record(record) = item else {
            panic!("{item:?}");
        };
        assert_eq!(record.version, "1.1");
        assert_eq!(record.check_block(), DigestCheck::Holds, "{record:?}");
        if record.kind() != "response" {
            continue;
        }
        let Block::Whole(block) = &record.block else {
            panic!("{record:?}");
        };
        let answer = Answer::parse(block).unwrap();
        let digest = record.payload_digest().unwrap();
        assert_eq!(digest.check(&[&answer.payload]), DigestCheck::Holds);
        if record.target() == Some(&site.url("/news/15.html")) {
            assert_eq!(answer.status, 200);
            assert_eq!(
                answer.headers.first("content-type"),
                Some("text/html; charset=utf-8")
            );
            bodies.push(answer.payload.to_vec());
        }
    }
    assert_eq!(bodies.len(), 3);
    let shown = desk.run(&["show", &site.url("/news/15.html"), "--raw"]);
    assert_eq!(bodies[2], shown.stdout);
}
