//! Reposts: how many are found, what is taken for one, and what the command tells.
#![expect(clippy::indexing_slicing, reason = "a missing row is a failed test")]

#[path = "../../../benches/reposts/generated.rs"]
mod generated;
#[path = "../../../benches/reposts/measured.rs"]
mod measured;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, said};
use crate::site::{Page, Site};

/// The floors of `docs/decisions/0023-reposts.md`.
#[test]
fn most_edited_reposts_are_found_and_no_trap_is_taken_for_one() {
    let found = measured::measure(60, 7);
    for kind in &found.kinds {
        let share = measured::ratio(kind.found, kind.pairs);
        let right = if kind.is_repost {
            share >= 0.9
        } else {
            share <= 0.02
        };
        assert!(right, "{}: {} of {}", kind.name, kind.found, kind.pairs);
    }
    assert!(found.recall() >= 0.97, "{}", found.recall());
    assert!(found.precision() >= 0.995, "{}", found.precision());
    assert_eq!(found.strangers, 0);
    assert!(found.texts > 2000);
}

fn page(title: &str, time: &str, source: &str, body: &str) -> Page {
    let paragraphs: Vec<&str> = body.lines().collect();
    let paragraphs = paragraphs.join("</p><p>");
    Page::html(format!(
        "<html><head><meta charset=utf-8><title>{title}_示例会展</title></head><body>\
         <h1>{title}</h1>\
         <div class=info>来源：{source} | 发布时间：{time} | 浏览次数：12</div>\
         <div class=content><p>{paragraphs}</p></div></body></html>"
    ))
}

fn told(desk: &Desk, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["reposts", "--json"];
    all.extend(args);
    let output = desk.run(&all);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn the_command_tells_who_was_first_and_again_what_came_since() {
    let mut rng = fastrand::Rng::with_seed(3);
    let text = generated::article(&mut rng);
    let dressed = (generated::EDITS[2].2)(&text, &mut rng);
    let desk = Desk::new();
    let sites: Vec<Site> = (0..3).map(|_| Site::start()).collect();
    let put = |site: &Site, path: &str, time: &str, body: &str| {
        site.put(path, page(&text.title, time, "示例会展", body));
        desk.scrape(&site.url(path));
    };
    put(&sites[0], "/1.html", "2026-06-08 10:00", &dressed.body);
    put(&sites[1], "/7.html", "2026-06-08 08:30", &text.body);
    let other = generated::article(&mut rng);
    put(&sites[1], "/8.html", "2026-06-09 08:30", &other.body);

    let found = told(&desk, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["sites"], 2);
    let pages = &found[0]["pages"];
    assert_eq!(pages[0]["url"], sites[1].url("/7.html"));
    assert_eq!(
        (&pages[0]["relation"], &pages[0]["first_by"]),
        (&"first".into(), &"time".into())
    );
    assert_eq!(
        (&pages[1]["relation"], &pages[1]["lag_minutes"]),
        (&"repost".into(), &90.into())
    );

    // one more site, and one more column of the first
    put(&sites[2], "/3.html", "2026-06-10 08:30", &text.body);
    put(&sites[1], "/9.html", "2026-06-11 08:30", &text.body);
    let as_kept = told(&desk, &["--as-kept"]);
    assert_eq!(as_kept, found, "nothing is looked for");
    let url = sites[2].url("/3.html");
    let found = told(&desk, &[&url]);
    let relations = found[0]["pages"].as_array().unwrap().iter();
    let relations: Vec<&str> = relations
        .map(|page| page["relation"].as_str().unwrap())
        .collect();
    assert_eq!(relations, ["first", "repost", "repost", "duplicate"]);
    assert_eq!(found[0]["sites"], 3);

    let matrix = told(&desk, &["--matrix"]);
    assert_eq!(matrix.len(), 2);
    assert!(
        matrix
            .iter()
            .all(|pair| pair["texts"] == 1 && pair["from"] == pages[0]["site"])
    );
    assert_eq!(told(&desk, &["--min-sites", "4"]).len(), 0);
    assert_eq!(told(&desk, &["--since", "2026-06-12"]).len(), 0);
    assert_eq!(told(&desk, &["--since", "2026-06-11"]).len(), 1);
    assert_eq!(told(&desk, &["--site", "nobody"]).len(), 0);

    // an edit makes another text of one page: it leaves
    put(&sites[2], "/3.html", "2026-06-10 08:30", &other.body);
    let found = told(&desk, &[]);
    let first = found
        .iter()
        .find(|text| text["pages"][0]["url"] == sites[1].url("/7.html"));
    assert_eq!(first.unwrap()["sites"], 2, "{found:?}");
    assert_eq!(found.len(), 2, "the edited page has the other text now");

    let drawn = desk.run(&["reposts", "--as-kept"]);
    let drawn = String::from_utf8(drawn.stdout).unwrap();
    for words in ["first ", "+1 h 30 min", "had first → has, too", "2 texts"] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }

    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let in_sql: i64 = archive
        .query_row(
            "SELECT count(*) FROM v_reposts WHERE NOT is_first AND first_url <> url",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(in_sql, 3);
    let (rule, definition): (u32, String) = archive
        .query_row("SELECT rule, definition FROM repost_rule", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(rule, zhanwen::repost::RULE);
    assert_eq!(definition, zhanwen::repost::DEFINITION);
}
