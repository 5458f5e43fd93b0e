//! Every query of the documents runs on an archive of the demo site, here and in stock SQLite, and
//! finds something.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::{Page, Site};

/// The demo on two addresses, so that one reposts the other; one of them looked at thrice, so that
/// what it withdrew is gone; and a site that sets its counter back and takes an edit back.
fn demo_archive() -> Desk {
    let desk = Desk::new();
    let settings = "interval = 0\naddress_interval = 0\n";
    fs::write(desk.path("zhanwen.toml"), settings).unwrap();
    let first = desk.run(&["demo"]);
    assert!(first.status.success(), "{}", said(&first));

    let mut serving = desk
        .command(&["demo", "--keep-serving"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = BufReader::new(serving.stdout.take().unwrap());
    let start = told
        .lines()
        .map(Result::unwrap)
        .find_map(|line| Some(line.strip_prefix("serving ")?.split(' ').next()?.to_owned()))
        .unwrap();
    let again = desk.on_loopback(&["crawl", &start, "--recheck"]);
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert!(again.status.success(), "{}", said(&again));

    let site = Site::start();
    let edited = "本届展会首次把照明类单独设馆，今年三号馆全部用于照明类，面积比去年增加两倍。";
    for (views, middle) in [(900, MIDDLE), (950, edited), (3, MIDDLE)] {
        site.put("/1.html", article("示例照明展公布名录", views, middle));
        let look = desk.on_loopback(&["scrape", &site.url("/1.html")]);
        assert!(look.status.success(), "{}", said(&look));
    }
    let renamed = article("示例照明展公布参展商名录", 9, MIDDLE);
    let renamed = String::from_utf8(renamed.body).unwrap();
    let renamed = renamed.replace("作者：展务部", "作者：招展部");
    site.put("/1.html", Page::html(renamed));
    let look = desk.on_loopback(&["scrape", &site.url("/1.html")]);
    assert!(look.status.success(), "{}", said(&look));
    desk
}

struct Recipe {
    heading: String,
    sentence: String,
    sql: String,
}

/// The queries of a document, each with the heading above it and the words between.
fn recipes(document: &str, heading: &str) -> Vec<Recipe> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    let text = fs::read_to_string(path).unwrap();
    let sections = text.split(heading).skip(1);
    let mut found = Vec::new();
    for section in sections {
        let (title, rest) = section.split_once('\n').unwrap();
        let rest = rest.split("\n## ").next().unwrap();
        let mut words = "";
        for (number, part) in rest.split("```").enumerate() {
            match part.strip_prefix("sql\n") {
                Some(sql) if number % 2 == 1 => found.push(Recipe {
                    heading: title.to_owned(),
                    sentence: words.trim().to_owned(),
                    sql: sql.to_owned(),
                }),
                _ => words = part,
            }
        }
    }
    found
}

fn rows(output: &Output, what: &str) -> Vec<Value> {
    assert!(output.status.success(), "{what}: {}", said(output));
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    if text.trim().is_empty() {
        return Vec::new();
    }
    serde_json::from_str(&text)
        .map_err(|error| format!("{what}: {error}: {text}"))
        .unwrap()
}

#[test]
fn every_recipe_finds_something_here_and_in_stock_sqlite() {
    let recipes = recipes("docs/cookbook.md", "\n### ");
    assert_eq!(recipes.len(), 30);
    let desk = demo_archive();
    let stock = Command::new("sqlite3").arg("--version").output().is_ok();
    if !stock {
        eprintln!("skipped in part: no sqlite3 command");
    }
    let mut empty = Vec::new();
    for (number, recipe) in (1..).zip(&recipes) {
        let what = &recipe.heading;
        assert!(
            what.starts_with(&format!("{number}. ")) && what.ends_with('?'),
            "{what}"
        );
        assert!(
            recipe.sentence.ends_with('.'),
            "{what}: {}",
            recipe.sentence
        );
        let ours = rows(&desk.run(&["query", &recipe.sql, "-f", "json"]), what);
        if ours.is_empty() {
            empty.push(what);
        }
        if stock {
            let theirs = Command::new("sqlite3")
                .args(["-readonly", "-json", "archive.db", &recipe.sql])
                .current_dir(desk.folder.path())
                .output();
            assert_eq!(rows(&theirs.unwrap(), what), ours, "{what}");
        }
    }
    assert!(empty.is_empty(), "{empty:?}");
    the_queries_of_the_schema_run(&desk);
}

/// What they find is tested on the archive that they speak of (`sqlite.rs`).
fn the_queries_of_the_schema_run(desk: &Desk) {
    let queries = recipes("docs/schema.md", "\n## Questions and queries");
    assert!(queries.len() > 12, "{}", queries.len());
    for query in queries {
        rows(&desk.run(&["query", &query.sql, "-f", "json"]), &query.sql);
    }
}
