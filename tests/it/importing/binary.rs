//! `zhanwen import` as it is typed.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use rusqlite::Connection;
use serde_json::Value;

use super::{Record, member, packed};
use crate::cli::{Desk, EDITED, MIDDLE, said};
use crate::site::Site;

const PAGE: &str = "http://expo.example.cn/news/15.html";

fn records() -> Vec<Record> {
    let page = |date: &str, views: u64, middle: &str| {
        Record::page(PAGE, date, "参展商名录公布", views, middle)
    };
    vec![
        Record::new("warcinfo", "-", "2021-01-01T00:00:00Z", "software: x\r\n"),
        page("2021-01-01T00:00:00Z", 10, MIDDLE),
        page("2021-02-01T00:00:00Z", 20, EDITED),
    ]
}

fn count(desk: &Desk, sql: &str) -> i64 {
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    archive.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_file_comes_in_and_is_told() {
    let desk = Desk::new();
    fs::write(desk.path("old.warc.gz"), packed(&records())).unwrap();
    let dry = desk.run(&["import", "--dry-run", "old.warc.gz"]);
    assert!(dry.status.success(), "{}", said(&dry));
    assert!(
        said(&dry).contains("2 looks would be kept at 1 pages"),
        "{}",
        said(&dry)
    );
    assert!(!desk.path("archive.db").exists());

    let output = desk.run(&["import", "--json", "old.warc.gz"]);
    assert!(output.status.success(), "{}", said(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["records"]["response"], 2);
    assert_eq!(told["looks"], serde_json::json!({"new": 1, "changed": 1}));
    assert_eq!(
        (&told["versions"], &told["complete"]),
        (&2.into(), &true.into())
    );

    let history = desk.run(&["history", PAGE]);
    let history = said(&history);
    assert!(
        history.contains("2021-01-01") && history.contains("2021-02-01"),
        "{history}"
    );
    let runs = desk.run(&["runs"]);
    assert!(said(&runs).contains("import"), "{}", said(&runs));
    let shown = desk.run(&["runs", "show"]);
    assert!(said(&shown).contains("import"), "{}", said(&shown));
    let changes = desk.run(&["changes"]);
    assert!(
        said(&changes).contains("参展商名录公布"),
        "{}",
        said(&changes)
    );
    let found = desk.run(&["search", "定制柜类"]);
    assert!(said(&found).contains("15.html"), "{}", said(&found));
    let whole = desk.run(&["verify"]);
    assert!(whole.status.success(), "{}", said(&whole));

    let again = desk.run(&["import", "old.warc.gz"]);
    assert!(
        said(&again).contains("2 were kept already"),
        "{}",
        said(&again)
    );
    assert_eq!(count(&desk, "SELECT count(*) FROM fetch"), 2);
    assert_eq!(
        count(&desk, "SELECT count(*) FROM page WHERE due_at IS NOT NULL"),
        0
    );
    assert_eq!(
        count(
            &desk,
            "SELECT count(*) FROM host WHERE earliest_at IS NOT NULL"
        ),
        0
    );
}

#[test]
fn many_captures_of_a_page_take_little_room() {
    let desk = Desk::new();
    let captures: Vec<Record> = (1..=300)
        .map(|number| {
            let date = format!(
                "2021-{:02}-{:02}T00:00:00Z",
                1 + number / 28,
                1 + number % 28
            );
            Record::page(PAGE, &date, "参展商名录公布", number, MIDDLE)
        })
        .collect();
    fs::write(desk.path("old.warc.gz"), packed(&captures)).unwrap();
    let output = desk.run(&["import", "old.warc.gz"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(count(&desk, "SELECT count(*) FROM version"), 1);
    assert_eq!(count(&desk, "SELECT count(*) FROM blob"), 300);
    assert_eq!(
        count(
            &desk,
            "SELECT count(*) FROM blob WHERE codec <> 'zstd+base'"
        ),
        1
    );
}

#[test]
fn standard_input_is_a_file_too() {
    let desk = Desk::new();
    let mut command = desk.command(&["import", "--json", "-"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let plain: Vec<u8> = records().iter().flat_map(Record::bytes).collect();
    input.write_all(&member(&plain)).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(count(&desk, "SELECT count(*) FROM version"), 2);
}

#[test]
fn a_package_is_known_by_its_first_bytes() {
    let desk = Desk::new();
    let mut package = zip::ZipWriter::new(fs::File::create(desk.path("old.zip")).unwrap());
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    package.start_file("datapackage.json", stored).unwrap();
    package.write_all(b"{}").unwrap();
    for (name, record) in ["archive/a.warc.gz", "archive/b.warc.gz"]
        .iter()
        .zip(&records()[1..])
    {
        package.start_file(*name, stored).unwrap();
        package
            .write_all(&packed(std::slice::from_ref(record)))
            .unwrap();
    }
    package.finish().unwrap();
    let output = desk.run(&["import", "old.zip"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(count(&desk, "SELECT count(*) FROM version"), 2);
}

#[test]
fn exit_codes_tell_what_could_not_be_read() {
    let desk = Desk::new();
    let check = |files: &[&str], expected: i32, words: &str| {
        let args = [&["import"], files].concat();
        let output = desk.run(&args);
        assert_eq!(output.status.code(), Some(expected), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    };
    fs::write(desk.path("good.warc.gz"), packed(&records())).unwrap();
    fs::write(desk.path("cut.warc.gz"), &packed(&records())[..900]).unwrap();
    fs::write(desk.path("page.html"), "<html>").unwrap();
    fs::write(desk.path("bad.wacz"), "PK\u{3}\u{4}and nothing more").unwrap();
    check(&["good.warc.gz"], 0, "2 looks kept");
    check(&["cut.warc.gz"], 3, "the file breaks off within gzip data");
    check(
        &["page.html", "good.warc.gz"],
        3,
        "page.html at 0: no record begins here",
    );
    check(
        &["none.warc", "good.warc.gz"],
        3,
        "none.warc could not be read",
    );
    check(&["none.warc"], 4, "none.warc could not be read");
    check(&["bad.wacz"], 4, "bad.wacz could not be read");
    check(&["."], 4, "could not be read");
    check(&["--since", "soon", "good.warc.gz"], 2, "soon");
    check(&[], 2, "FILE");
}

#[test]
fn captures_stand_beside_what_a_crawl_saw() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/15.html");
    site.put(
        "/news/15.html",
        crate::cli::article("参展商名录公布", 120, EDITED),
    );
    desk.scrape(&url);
    let due = "SELECT due_at > '2022' FROM page";
    assert_eq!(count(&desk, due), 1);
    let old = Record::page(&url, "2021-01-01T00:00:00Z", "参展商名录公布", 10, MIDDLE);
    fs::write(desk.path("old.warc"), old.bytes()).unwrap();
    let output = desk.run(&["import", "old.warc"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(count(&desk, "SELECT count(*) FROM v_timeline"), 2);
    assert_eq!(count(&desk, "SELECT version_no FROM v_articles"), 1);
    assert_eq!(count(&desk, "SELECT views FROM v_articles"), 120);
    assert_eq!(count(&desk, "SELECT versions FROM v_articles"), 2);
    assert_eq!(count(&desk, due), 1);
    let again = desk.scrape(&url);
    assert_eq!(again["change"], "unchanged");
}
