//! Killed or stopped while an archive of an older schema is brought to the newest: the file is the
//! old one or the new one, never something between, and the next start does what is left.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;

use rusqlite::params;
use zhanwen::model::ContentHash;

use super::{Connection, Desk, Duration, LOOPBACK, Running, SOON, Site, now, pause, publish, said};

const FIRST_STEP: &str = include_str!("../../../migrations/sqlite/0001-archive.sql");
const VERSIONS: i64 = 2500;

/// An archive as the first schema left it, with enough in it to be some time on its way.
fn old_archive(path: &Path) {
    let mut chance = fastrand::Rng::with_seed(20_261_123);
    let mut archive = Connection::open(path).unwrap();
    archive.pragma_update(None, "journal_mode", "WAL").unwrap();
    // a page and its version name each other
    archive.pragma_update(None, "foreign_keys", false).unwrap();
    let filling = archive.transaction().unwrap();
    filling.execute_batch(FIRST_STEP).unwrap();
    filling
        .execute(
            "INSERT INTO schema_migration VALUES (1, 'archive', ?1, '2026-01-01T00:00:00.000Z', 'zhanwen 0.1.0')",
            [ContentHash::of(FIRST_STEP.as_bytes()).as_bytes()],
        )
        .unwrap();
    filling
        .execute_batch(
            "INSERT INTO site (id, key) VALUES (1, 'old');
             INSERT INTO host (id, name) VALUES (1, 'old.example.cn');
             INSERT INTO run (id, kind, command_line, tool_version, started_at, ended_at, outcome)
             VALUES (1, 'crawl', 'zhanwen crawl', '0.1.0', '2026-01-01T00:00:00.000Z',
                     '2026-01-01T01:00:00.000Z', 'completed');",
        )
        .unwrap();
    for number in 1..=VERSIONS {
        let mut body = String::new();
        for _ in 0..600 {
            write!(body, "{}", chance.char('\u{4e00}'..='\u{9fa5}')).unwrap();
        }
        let url = format!("http://old.example.cn/news/{number}.html");
        filling
            .execute(
                "INSERT INTO page (id, site_id, host_id, urlkey, url, kind, depth, due_at,
                     current_version_id, versions)
                 VALUES (?1, 1, 1, ?2, ?2, 'article', 1, '2999-01-01T00:00:00.000Z', ?1, 1)",
                params![number, url],
            )
            .unwrap();
        filling
            .execute(
                "INSERT INTO fetch (id, page_id, run_id, fetched_at, outcome, version_id, url)
                 VALUES (?1, ?1, 1, '2026-01-01T00:30:00.000Z', 'new', ?1, ?2)",
                params![number, url],
            )
            .unwrap();
        filling
            .execute(
                "INSERT INTO version (id, page_id, version_no, content_sha256, hash_rule,
                     first_fetch_id, title, body_chars, parser, encoding, encoding_evidence,
                     warnings, provenance, images, body_text)
                 VALUES (?1, ?1, 1, randomblob(32), 1, ?1, '書展計畫', 600, 'zhanwen/1', 'Big5',
                         'meta', '[]', '{}', '[]', ?2)",
                params![number, body],
            )
            .unwrap();
        filling
            .execute(
                "INSERT INTO fts (rowid, title, body) VALUES (?1, '书展 展计 计画 画', ?2)",
                params![number, body],
            )
            .unwrap();
    }
    filling.pragma_update(None, "user_version", 1).unwrap();
    filling.commit().unwrap();
}

/// The schema of the archive at `path`, which is whole and has all its versions.
fn schema(path: &Path) -> i64 {
    let archive = Connection::open(path).unwrap();
    let number = |sql: &str| -> i64 { archive.query_row(sql, [], |row| row.get(0)).unwrap() };
    let checked: String = archive
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(checked, "ok", "{}", path.display());
    assert_eq!(
        number(&format!(
            "SELECT count(*) FROM version WHERE page_id <= {VERSIONS}"
        )),
        VERSIONS
    );
    assert_eq!(
        number("SELECT count(*) FROM v_articles WHERE site = 'old'"),
        VERSIONS
    );
    let steps = number("SELECT max(version) FROM schema_migration");
    assert_eq!(number("PRAGMA user_version"), steps);
    steps
}

/// The newest schema: there is a file for each step.
fn newest() -> i64 {
    let steps = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    i64::try_from(std::fs::read_dir(steps).unwrap().count()).unwrap()
}

/// What lies beside the archive, SQLite's own helpers aside.
fn copies(desk: &Desk) -> Vec<String> {
    let entries = std::fs::read_dir(desk.folder.path()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names
        .filter(|name| name.starts_with("archive.db.v"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_change_of_schema_that_is_cut_short_is_done_by_the_next_start() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 1, Duration::ZERO);
    let (path, start) = (desk.path("archive.db"), site.url("/news/"));
    old_archive(&path);
    let old = std::fs::read(&path).unwrap();
    let begin = || {
        let mut command = desk.command(&["crawl", "--interval", "0", &start]);
        command.args(LOOPBACK).stdout(Stdio::null());
        Running::of(command)
    };
    let partial = desk.path("archive.db.v1.partial");
    let journal = desk.path("archive.db.v1.partial-journal");
    let written = || std::fs::metadata(&partial).and_then(|file| file.modified());
    // while it is copied, and ever later in the steps after that
    let kills = [
        ("-KILL", None),
        ("-TERM", None),
        ("-KILL", Some(0)),
        ("-TERM", Some(15)),
        ("-KILL", Some(30)),
        ("-INT", Some(50)),
        ("-KILL", Some(80)),
    ];
    for (signal, after_the_copy) in kills {
        let before = written().ok();
        let running = begin();
        let asked = now();
        let wait_until = |is_so: &dyn Fn() -> bool| {
            while !is_so() {
                assert!(asked.elapsed() < SOON, "it does not come to that");
                pause(1);
            }
        };
        wait_until(&|| written().is_ok_and(|written| Some(written) != before));
        if let Some(after) = after_the_copy {
            let has_length = || std::fs::metadata(&partial).is_ok_and(|file| file.len() > 0);
            wait_until(&|| has_length() && !journal.exists());
            pause(after);
        }
        running.signal(signal);
        let output = running.ended_within(Duration::from_secs(5));
        assert!(!output.status.success(), "{}", said(&output));
        assert_eq!(schema(&path), 1, "{signal} {after_the_copy:?}");
        assert!(std::fs::read(&path).unwrap() == old, "it is not touched");
        assert!(site.asked_paths().is_empty(), "nothing is asked before");
        let left = copies(&desk);
        if after_the_copy.is_some() {
            assert_eq!(left, ["archive.db.v1.partial"], "{signal}");
            assert_eq!(schema(&partial), 1, "it is a whole copy");
        } else {
            assert!(
                left.iter().all(|name| name.contains(".partial")),
                "{left:?}"
            );
        }
    }

    let output = desk.on_loopback(&["crawl", &start]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("archive.db.v1.bak"),
        "{}",
        said(&output)
    );
    assert_eq!(schema(&path), newest());
    assert_eq!(desk.number("SELECT count(*) FROM v_articles"), VERSIONS + 1);
    assert_eq!(copies(&desk), ["archive.db.v1.bak"], "one copy, and whole");
    assert_eq!(schema(&desk.path("archive.db.v1.bak")), 1);
    let found = "SELECT count(*) FROM fts WHERE fts MATCH 'title:计划'";
    assert_eq!(desk.number(found), VERSIONS, "the words are indexed anew");
}
