//! `zhanwen query` as a user drives it: what it answers, what it refuses, how it looks.

use std::fs;
use std::io::Write as _;
use std::process::{Output, Stdio};

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::Site;

/// An archive of one site with two articles.
fn archived() -> Desk {
    let desk = Desk::new();
    let site = Site::start();
    site.put("/1.html", article("示例家居展公布名录", 1286, MIDDLE));
    site.put("/2.html", article("=展会,“会展”", 7, MIDDLE));
    for path in ["/1.html", "/2.html"] {
        let output = desk.on_loopback(&["scrape", "--json", &site.url(path)]);
        assert!(output.status.success(), "{}", said(&output));
    }
    desk
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
    String::from_utf8(output.stderr.clone()).unwrap()
}

const TITLES: &str = "SELECT title, views FROM v_articles ORDER BY views DESC";

#[test]
fn an_answer_comes_in_every_format() {
    let desk = archived();
    let ask = |format: &[&str]| {
        let mut args = vec!["query", TITLES];
        args.extend(format);
        out(&desk.run(&args))
    };
    assert_eq!(
        ask(&[]),
        "title               views\n示例家居展公布名录   1286\n=展会,“会展”            7\n"
    );
    assert_eq!(
        ask(&["--format", "csv"]),
        "\u{feff}title,views\r\n示例家居展公布名录,1286\r\n\"'=展会,“会展”\",7\r\n"
    );
    assert_eq!(
        ask(&["--format", "csv", "--no-bom", "--no-guard"]),
        "title,views\r\n示例家居展公布名录,1286\r\n\"=展会,“会展”\",7\r\n"
    );
    let rows = json!([
        {"title": "示例家居展公布名录", "views": 1286},
        {"title": "=展会,“会展”", "views": 7},
    ]);
    let array: Value = serde_json::from_str(&ask(&["-f", "json"])).unwrap();
    assert_eq!(array, rows);
    let lines = ask(&["-f", "jsonl"]);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(Value::Array(lines), rows);
    assert_eq!(
        ask(&["-f", "markdown"]),
        "| title | views |\n| --- | ---: |\n| 示例家居展公布名录 | 1286 |\n| =展会,“会展” | 7 |\n"
    );
}

#[test]
fn a_file_is_there_only_when_it_is_whole() {
    let desk = archived();
    fs::write(
        desk.path("question.sql"),
        format!("\u{feff}-- 标题\n{TITLES};\n"),
    )
    .unwrap();
    let asked = desk.run(&["query", "--file", "question.sql", "-o", "answer.csv"]);
    assert_eq!(out(&asked), "");
    let answer = fs::read_to_string(desk.path("answer.csv")).unwrap();
    assert!(answer.starts_with("\u{feff}title,views\r\n"), "{answer}");

    // the first row is there before the mistake in the second is met
    let half = "SELECT json(value) FROM json_each('[\"1\", \"x\"]')";
    err(&desk.run(&["query", half, "-o", "answer.csv"]), 2);
    assert_eq!(fs::read_to_string(desk.path("answer.csv")).unwrap(), answer);
    assert!(!desk.path("answer.csv.part").exists());

    let told = err(&desk.run(&["query", TITLES, "-o", "archive.db"]), 1);
    assert!(told.contains("it is the archive"), "{told}");
    assert!(out(&desk.run(&["query", TITLES])).contains("1286"));
}

#[test]
fn standard_input_is_a_question_too() {
    let desk = archived();
    let mut asking = desk
        .command(&["query", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = asking.stdin.take().unwrap();
    input
        .write_all(b"SELECT count(*) AS n FROM v_articles")
        .unwrap();
    drop(input);
    assert_eq!(out(&asking.wait_with_output().unwrap()), "n\n2\n");
}

#[test]
fn a_value_comes_in_by_name_and_never_as_sql() {
    let desk = archived();
    let sql = "SELECT title FROM v_articles WHERE views > :least AND title <> :other";
    let ask = |parameters: &[&str]| {
        let mut args = vec!["query", sql];
        args.extend(parameters.iter().flat_map(|given| ["-p", given]));
        desk.run(&args)
    };
    assert_eq!(
        out(&ask(&["least=100", "other=' OR 1"])),
        "title\n示例家居展公布名录\n"
    );
    let year = "SELECT count(*) FROM v_articles WHERE substr(publish_time, 1, 4) = :year";
    for (given, found) in [("year='2026'", "2"), ("year=2026", "0")] {
        let counted = out(&desk.run(&["query", year, "-p", given, "-f", "csv"]));
        assert_eq!(counted.lines().last(), Some(found), "{given}");
    }
    let missing = err(&ask(&["least=100"]), 2);
    assert!(
        missing.contains(":other") && missing.contains("--param other=VALUE"),
        "{missing}"
    );
    let unasked = err(&ask(&["least=100", "other=a", "site=b"]), 2);
    assert!(unasked.contains("`:site`"), "{unasked}");
    let nameless = err(&desk.run(&["query", "SELECT ?"]), 2);
    assert!(nameless.contains(":site"), "{nameless}");
}

#[test]
fn nothing_but_reading_is_allowed() {
    let desk = archived();
    let before = fs::read(desk.path("archive.db")).unwrap();
    let refused = [
        ("DELETE FROM page", "DELETE FROM page"),
        ("WITH a AS (SELECT 1) DELETE FROM page", "DELETE FROM page"),
        ("UPDATE page SET views = 0", "UPDATE page"),
        ("INSERT INTO fts(fts) VALUES ('rebuild')", "INSERT INTO fts"),
        ("EXPLAIN DELETE FROM page", "DELETE FROM page"),
        ("DROP TABLE page", "DROP"),
        ("CREATE TEMP TABLE a (b)", "CREATE"),
        (
            "CREATE VIRTUAL TABLE a USING fts5vocab('fts', 'row')",
            "CREATE",
        ),
        ("ATTACH 'other.db' AS other", "ATTACH"),
        ("ATTACH ':memory:' AS other", "ATTACH"),
        ("VACUUM", "VACUUM"),
        ("VACUUM INTO 'other.db'", "VACUUM"),
        ("REINDEX", "REINDEX"),
        ("ANALYZE", "ANALYZE"),
        ("BEGIN IMMEDIATE", "BEGIN"),
        ("SAVEPOINT a", "SAVEPOINT"),
        ("PRAGMA query_only = OFF", "PRAGMA query_only"),
        ("PRAGMA journal_mode = DELETE", "PRAGMA journal_mode"),
        ("PRAGMA writable_schema = ON", "PRAGMA writable_schema"),
        ("PRAGMA hard_heap_limit = 0", "PRAGMA hard_heap_limit"),
        ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_checkpoint"),
        ("PRAGMA incremental_vacuum", "PRAGMA incremental_vacuum"),
        ("SELECT load_extension('x')", "load_extension()"),
        ("SELECT fts3_tokenizer('a')", "fts3_tokenizer()"),
        ("SELECT 1; SELECT 2", "several statements"),
        ("SELECT 1; DROP TABLE page", "several statements"),
        ("SELECT 1; DELETE FROM page", "DELETE FROM page"),
        ("/* nothing */", "it asks for nothing"),
    ];
    for (sql, told) in refused {
        let message = err(&desk.run(&["query", sql]), 2);
        assert!(message.contains(told), "{sql}: {message}");
        assert!(message.lines().count() == 1, "{sql}: {message}");
    }
    assert!(!desk.path("other.db").exists());
    assert_eq!(fs::read(desk.path("archive.db")).unwrap(), before);
    for sql in [
        "SELECT 1; -- and no more",
        "VALUES (1)",
        "EXPLAIN QUERY PLAN SELECT * FROM v_articles",
        "PRAGMA table_info(page)",
        "PRAGMA integrity_check",
        "SELECT * FROM pragma_table_list",
        "SELECT value FROM json_each('[1]')",
        "SELECT count(*) FROM fts WHERE fts MATCH '会展'",
    ] {
        assert!(!out(&desk.run(&["query", sql])).is_empty(), "{sql}");
    }
}

#[test]
fn a_mistake_is_shown_where_it_is_with_what_was_meant() {
    let desk = archived();
    let told = err(
        &desk.run(&["query", "SELECT a.title,\n  a.veiws\nFROM v_articles a"]),
        2,
    );
    for part in [
        "failed to understand the query: no such column: a.veiws",
        "query:2:3",
        "did you mean `views`?",
        "v_articles has page_id, site, url,",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // under the word, wherever the wide characters before it put it
    let lines: Vec<&str> = told.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains("a.veiws") && line.contains('│'));
    let mark = lines.get(at.unwrap() + 1).unwrap();
    assert!(mark.contains('┬'), "{told}");

    let table = err(&desk.run(&["query", "SELECT 1 FROM v_article"]), 2);
    assert!(table.contains("did you mean `v_articles`?"), "{table}");
    let wide = err(
        &desk.run(&["query", "SELECT title，views FROM v_articles"]),
        2,
    );
    assert!(wide.contains("`，` is a full-width sign"), "{wide}");
    for words in ["2026-06", "(", "\"a", "titel:a"] {
        let sql = format!("SELECT rowid FROM fts WHERE fts MATCH '{words}'");
        let told = err(&desk.run(&["query", &sql]), 2);
        assert!(told.contains("the words after MATCH"), "{words}: {told}");
    }
    // what SQLite would otherwise take for text
    let quoted = err(&desk.run(&["query", "SELECT \"titel\" FROM v_articles"]), 2);
    assert!(quoted.contains("did you mean `title`?"), "{quoted}");
    let second = err(&desk.run(&["query", "SELECT 1; SELEC 2"]), 2);
    assert!(second.contains("query:1:11"), "{second}");
}

const NUMBERS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) ";

#[test]
fn a_question_without_end_is_given_up() {
    let desk = archived();
    let sql = format!("{NUMBERS} SELECT count(*) FROM n");
    let told = err(&desk.run(&["query", &sql, "--timeout", "1s"]), 1);
    assert!(told.contains("failed to answer within"), "{told}");
    assert!(told.contains("--timeout 5m"), "{told}");
}

#[test]
fn a_question_without_bounds_is_given_up_before_memory_is() {
    let desk = archived();
    // joined text is noticed at its end only
    let sql = format!("{NUMBERS} SELECT group_concat(i) FROM (SELECT i FROM n LIMIT 2000000)");
    let told = err(&desk.run(&["query", &sql, "--memory", "8MB"]), 1);
    assert!(told.contains("--memory 1GB"), "{told}");
    let value = "SELECT length(zeroblob(400000000))";
    let told = err(&desk.run(&["query", value]), 2);
    assert!(told.contains("too big"), "{told}");
}

#[test]
fn a_table_is_cut_with_a_word_and_data_never() {
    let desk = archived();
    let sql = format!("{NUMBERS} SELECT i FROM n LIMIT 1500");
    let table = desk.run(&["query", &sql]);
    assert_eq!(out(&table).lines().count(), 1001);
    let told = String::from_utf8(table.stderr).unwrap();
    assert!(
        told.contains("more than 1000 rows") && told.contains("--limit 0"),
        "{told}"
    );
    for (args, lines) in [
        (["--limit", "0", "-f", "table"], 1501),
        (["--limit", "0", "-f", "csv"], 1501),
        (["--limit", "3", "-f", "jsonl"], 3),
        (["--limit", "1500", "-f", "jsonl"], 1500),
    ] {
        let mut all = vec!["query", sql.as_str()];
        all.extend(args);
        let answer = desk.run(&all);
        assert_eq!(out(&answer).lines().count(), lines, "{args:?}");
        assert_eq!(answer.stderr.is_empty(), args[1] != "3", "{args:?}");
    }
    assert_eq!(
        out(&desk.run(&["query", &sql, "-f", "csv"]))
            .lines()
            .count(),
        1501
    );
}

#[test]
fn the_schema_says_what_columns_mean() {
    let desk = Desk::new();
    let all = out(&desk.run(&["query", "--schema"]));
    let archive = archived();
    let views = out(&archive.run(&[
        "query",
        "SELECT name FROM sqlite_schema WHERE type = 'view'",
        "-f",
        "jsonl",
    ]));
    assert!(views.lines().count() >= 9);
    for view in views.lines() {
        let view: Value = serde_json::from_str(view).unwrap();
        let view = view["name"].as_str().unwrap();
        assert!(all.contains(&format!("{view}  ")), "{view}");
    }
    let one = out(&desk.run(&["query", "--schema", "v_views"]));
    assert!(one.starts_with("v_views  One row for each look"), "{one}");
    assert!(
        one.contains("negative where the site reset its counter"),
        "{one}"
    );
    assert!(!one.contains("v_hosts"), "{one}");
    let wrong = err(&desk.run(&["query", "--schema", "v_veiws"]), 2);
    assert!(wrong.contains("did you mean v_views?"), "{wrong}");
}

#[test]
fn an_archive_of_somebody_else_and_none_are_told_apart() {
    let desk = Desk::new();
    err(&desk.run(&["query", "SELECT 1"]), 5);
    assert!(!desk.path("archive.db").exists());
    let other = Connection::open(desk.path("archive.db")).unwrap();
    other.execute_batch("CREATE TABLE a (b)").unwrap();
    let told = err(&desk.run(&["query", "SELECT 1"]), 5);
    assert!(told.contains("not a zhanwen archive"), "{told}");
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_failure() {
    let desk = archived();
    let sql = format!("{NUMBERS} SELECT i FROM n");
    let script = format!(
        "set -o pipefail; '{}' query '{sql}' -f csv --timeout 0 | head -n 2",
        env!("CARGO_BIN_EXE_zhanwen")
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(out(&output), "\u{feff}i\r\n1\r\n");
}
