//! Looking after an archive with the real binary: whether damage of each kind is found and named,
//! and whether copies are copies.

use std::process::Output;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::Site;

/// An archive of three articles, one of them with two versions.
fn archived() -> Desk {
    let (desk, site) = (Desk::new(), Site::start());
    for number in 1..=3 {
        let path = format!("/news/{number}.html");
        let title = format!("示例展会第{number}号公告正式发布");
        site.put(&path, article(&title, 10 * number, MIDDLE));
        desk.scrape(&site.url(&path));
    }
    let edited = article("示例展会第3号公告更正", 31, MIDDLE);
    site.put("/news/3.html", edited);
    desk.scrape(&site.url("/news/3.html"));
    desk
}

fn verified(output: &Output) -> Value {
    assert!(output.stdout.starts_with(b"{"), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What is found wrong, as `part: message`.
fn findings(found: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = found["findings"].as_array().unwrap().iter();
    let told = findings.map(|one| format!("{}: {}", text(&one["part"]), text(&one["message"])));
    told.collect()
}

#[test]
fn a_whole_archive_is_whole() {
    let desk = archived();
    let output = desk.run(&["verify", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let found = verified(&output);
    assert!(findings(&found).is_empty(), "{found}");
    assert_eq!(found["whole"], true);
    assert_eq!(found["bodies"], 4);
    assert_eq!(found["texts"], 4);
    assert_eq!(found["indexed"], 4);
    assert_eq!(found["waiting_for_index"], 0);

    let told = desk.run(&["verify"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("archive.db is whole"), "{told}");

    let quick = verified(&desk.run(&["verify", "--quick", "--json"]));
    assert_eq!(
        (&quick["whole"], &quick["bodies"]),
        (&Value::Bool(true), &0.into())
    );
}

#[test]
fn damage_of_each_kind_is_found_and_named() {
    // what happens to the archive, and a part of what must be told
    let cases = [
        (
            "UPDATE blob SET data = substr(data, 1, length(data) - 9) WHERE id = 2",
            "bodies: http://",
        ),
        (
            "UPDATE blob SET sha1 = zeroblob(20) WHERE id = 1",
            "does not match its SHA-1",
        ),
        (
            "UPDATE version SET body_text = replace(body_text, '三百二十', '三百三十') WHERE id = 2",
            "texts: http://",
        ),
        (
            "UPDATE fts_data SET block = zeroblob(length(block)) WHERE id > 10",
            "structure: ",
        ),
        (
            "UPDATE version SET title = '别的标题' WHERE id = 3",
            "index: http://",
        ),
        (
            "INSERT INTO fts (rowid, title) VALUES (1, '多余')",
            "version 1 is indexed under other words",
        ),
        ("UPDATE page SET versions = 7 WHERE id = 1", "rows: http://"),
        (
            "UPDATE version SET version_no = 3 WHERE version_no = 2",
            "not numbered from 1 on",
        ),
        (
            "UPDATE page SET current_version_id = 1 WHERE id = 2",
            "current version is another page's",
        ),
        (
            "UPDATE fetch SET version_id = 1 WHERE id = 2",
            "saw another page's version",
        ),
        ("DELETE FROM fetch WHERE id = 4", "says 2 looks and has 1"),
        (
            "DELETE FROM blob WHERE id = 1",
            "leads to a blob that is not there",
        ),
    ];
    let desk = archived();
    let whole = std::fs::read(desk.path("archive.db")).unwrap();
    for (damage, told) in cases {
        std::fs::write(desk.path("archive.db"), &whole).unwrap();
        let archive = Connection::open(desk.path("archive.db")).unwrap();
        archive
            .execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}"))
            .unwrap();
        assert!(archive.changes() > 0, "{damage}");
        archive.close().unwrap();
        let output = desk.run(&["verify", "--json"]);
        assert_eq!(output.status.code(), Some(5), "{damage}: {}", said(&output));
        let findings = findings(&verified(&output));
        assert!(
            findings.iter().any(|finding| finding.contains(told)),
            "{damage}: {findings:#?}"
        );
    }
}

#[test]
fn what_is_no_archive_is_not_looked_at() {
    let desk = Desk::new();
    let missing = desk.run(&["verify"]);
    assert_eq!(missing.status.code(), Some(5), "{}", said(&missing));
    assert!(!desk.path("archive.db").exists());
    std::fs::write(desk.path("archive.db"), "a letter").unwrap();
    for command in [&["verify"][..], &["compact"], &["backup", "copy.db"]] {
        let output = desk.run(command);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(
            said(&output).contains("not a SQLite database"),
            "{}",
            said(&output)
        );
    }
    assert!(!desk.path("copy.db").exists());
}

#[test]
fn a_copy_made_beside_a_crawl_is_whole_and_one_state() {
    let (desk, site) = (Desk::new(), Site::start());
    let numbers = 1..=12_u64;
    for number in numbers.clone() {
        let title = format!("示例展会第{number}号公告正式发布");
        let page = article(&title, number, MIDDLE).after(Duration::from_millis(100));
        site.put(&format!("/news/{number}.html"), page);
    }
    let urls: Vec<String> = numbers
        .map(|number| site.url(&format!("/news/{number}.html")))
        .collect();
    let mut scrape = vec!["scrape", "--json", "--interval", "0"];
    scrape.extend(urls.iter().map(String::as_str));
    desk.scrape(&urls[0]);
    let writing = desk.begin(&scrape);
    for copy in ["one.db", "two.db", "three.db"] {
        let output = desk.run(&["backup", "--json", copy]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert_eq!(verified(&output)["whole"], true);
        // one file, in one piece
        for beside in ["-wal", "-shm", "-journal", ".partial"] {
            assert!(
                !desk.path(&format!("{copy}{beside}")).exists(),
                "{copy}{beside}"
            );
        }
    }
    let written = writing.ended_within(Duration::from_mins(1));
    assert!(written.status.success(), "{}", said(&written));

    // a copy is taken up again as any archive is
    let again = desk.on_loopback(&["--archive", "one.db", "scrape", "--json", &urls[0]]);
    assert!(again.status.success(), "{}", said(&again));
}

#[test]
fn a_copy_takes_no_place_that_is_taken() {
    let desk = archived();
    std::fs::write(desk.path("copy.db"), "what is there").unwrap();
    let there = || std::fs::read(desk.path("copy.db")).unwrap();
    for (target, why) in [
        ("copy.db", "--replace"),
        ("archive.db", "the archive itself"),
        ("nowhere/copy.db", "nowhere"),
    ] {
        let refused = desk.run(&["backup", target]);
        assert!(!refused.status.success(), "{}", said(&refused));
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    assert_eq!(there(), b"what is there");

    // what is damaged is no copy
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    archive
        .execute_batch("UPDATE blob SET sha1 = zeroblob(20)")
        .unwrap();
    archive.close().unwrap();
    let damaged = desk.run(&["backup", "--replace", "copy.db"]);
    assert_eq!(damaged.status.code(), Some(5), "{}", said(&damaged));
    assert_eq!(there(), b"what is there");
    assert!(desk.path("copy.db.partial").exists());

    let replaced = desk.run(&["backup", "--quick", "--replace", "copy.db"]);
    assert_eq!(replaced.status.code(), Some(0), "{}", said(&replaced));
    assert!(there().starts_with(b"SQLite format 3"));
    std::fs::create_dir(desk.path("copies")).unwrap();
    let named = desk.run(&["backup", "--quick", "copies"]);
    assert!(named.status.success(), "{}", said(&named));
    let names = std::fs::read_dir(desk.path("copies")).unwrap();
    let names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert!(
        names[0].starts_with("archive-20") && names[0].ends_with("Z.db"),
        "{names:?}"
    );
}

#[test]
fn an_archive_written_anew_is_smaller_and_says_the_same() {
    let desk = archived();
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    archive
        .execute_batch(
            "CREATE TABLE ballast (x BLOB); INSERT INTO ballast VALUES (randomblob(2000000));
             DROP TABLE ballast;",
        )
        .unwrap();
    archive.close().unwrap();
    let output = desk.run(&["compact", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let came_to = verified(&output);
    let bytes = |name: &str| came_to[name].as_u64().unwrap();
    assert!(bytes("after") + 1_900_000 < bytes("before"), "{came_to}");
    let length = std::fs::metadata(desk.path("archive.db")).unwrap().len();
    assert_eq!(length, bytes("after"));
    let found = verified(&desk.run(&["verify", "--json"]));
    assert_eq!(
        (&found["whole"], &found["indexed"]),
        (&Value::Bool(true), &4.into())
    );
}

#[test]
fn an_archive_at_work_is_not_written_anew() {
    let (desk, site) = (Desk::new(), Site::start());
    let slow = article("示例展会公告", 1, MIDDLE).after(Duration::from_secs(20));
    site.put("/news/1.html", slow);
    let crawl = desk.begin(&[
        "crawl",
        "--json",
        "--interval",
        "0",
        &site.url("/news/1.html"),
    ]);
    while site.asked_paths().len() < 2 {
        crate::real_time::pause(5);
    }
    let refused = desk.run(&["compact"]);
    assert_eq!(refused.status.code(), Some(8), "{}", said(&refused));
    assert!(
        said(&refused).contains("run 1 is at work"),
        "{}",
        said(&refused)
    );
    crawl.signal("-TERM");
    crawl.ended_within(Duration::from_secs(10));
}

#[test]
fn headers_of_before_there_were_sets_are_brought_to_them() {
    let desk = archived();
    let shown = || -> Vec<(i64, String)> {
        let archive = Connection::open(desk.path("archive.db")).unwrap();
        let sql = "SELECT fetch_id, headers FROM v_fetches WHERE headers IS NOT NULL ORDER BY 1";
        let mut statement = archive.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    let before = shown();
    assert!(before.len() >= 4, "{before:?}");
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    archive
        .execute_batch(
            "CREATE TEMP TABLE whole AS SELECT fetch_id, headers FROM v_fetches;
             UPDATE fetch SET header_set_id = NULL,
                 header_values = (SELECT headers FROM whole WHERE fetch_id = fetch.id);
             DELETE FROM header_set;",
        )
        .unwrap();
    archive.close().unwrap();
    assert_eq!(shown(), before);
    let output = desk.run(&["compact"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(shown(), before);
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let whole: i64 = archive
        .query_row(
            "SELECT count(*) FROM fetch WHERE header_values LIKE '[%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(whole, 0);
}
