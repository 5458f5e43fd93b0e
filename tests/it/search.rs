//! `zhanwen search` as a user drives it.

use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::{Page, Site};

#[test]
fn articles_are_found_in_either_script_with_the_place_marked() {
    let desk = Desk::new();
    let site = Site::start();
    site.put("/1.html", article("示例家居展公布名录", 1286, MIDDLE));
    site.put(
        "/2.html",
        article(
            "示例论坛改期",
            7,
            "論壇改到十月舉行，會展中心不变，已经购票的观众请留意通知。",
        ),
    );
    for path in ["/1.html", "/2.html"] {
        let output = desk.on_loopback(&["scrape", "--json", &site.url(path)]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let ask = |args: &[&str]| {
        let mut all = vec!["search"];
        all.extend(args);
        let output = desk.run(&all);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };

    let told = ask(&["会展中心"]);
    assert!(told.starts_with("1 article\n"), "{told}");
    assert!(told.contains("示例论坛改期\n2026-06-08 · "), "{told}");
    assert!(told.contains("舉行，【會展中心】不变"), "{told}");
    let colored = ask(&["会展中心", "--color", "always"]);
    assert!(colored.contains("\u{1b}[33m會展中心\u{1b}[0m"), "{colored}");

    // several words are one search, and options may stand behind them
    let told = ask(&["名录", "NOT", "论坛", "--limit", "1"]);
    assert!(told.starts_with("1 article\n"), "{told}");
    assert!(told.contains("示例家居展公布【名录】"), "{told}");
    assert_eq!(ask(&["没有这个词"]), "no article has it\n");
    let told = ask(&["示例", "--limit", "1", "--sort", "views"]);
    assert!(told.starts_with("2 articles, here 1 to 1\n"), "{told}");
    assert!(told.contains("1286 views"), "{told}");

    let lines = ask(&["示例", "--json", "--sort", "views"]);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let views: Vec<_> = lines.iter().map(|line| line["views"].as_u64()).collect();
    assert_eq!(views, [Some(1286), Some(7)]);
    for line in &lines {
        assert_eq!(line["title_pieces"][0]["text"], "示例");
        assert_eq!(line["title_pieces"][0]["found"], true);
        assert_eq!(line["excerpt"]["part"], "body");
    }

    let refused = desk.run(&["search", "会展 （上海"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("close it with )"), "{told}");
    assert!(told.contains("here"), "{told}");
}

#[test]
fn articles_are_listed_by_options_and_words() {
    let desk = Desk::new();
    let site = Site::start();
    for (path, title, views) in [
        ("/1.html", "示例家居展公布名录", 1286),
        ("/2.html", "示例论坛改期", 7),
        ("/3.html", "示例展会取消", 120),
    ] {
        site.put(path, article(title, views, MIDDLE));
        let output = desk.on_loopback(&["scrape", "--json", &site.url(path)]);
        assert!(output.status.success(), "{}", said(&output));
    }
    // an edit, and a page that vanished
    site.put("/2.html", article("示例论坛改期又改", 7, MIDDLE));
    site.put("/3.html", Page::status(404));
    for path in ["/2.html", "/3.html", "/3.html"] {
        desk.on_loopback(&["scrape", "--json", &site.url(path)]);
    }
    let run = |args: &[&str]| {
        let mut all = vec!["articles"];
        all.extend(args);
        desk.run(&all)
    };
    let ask = |args: &[&str]| {
        let output = run(args);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let told = ask(&["--sort", "views"]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 5, "{told}");
    assert!(lines[0].starts_with("title"), "{told}");
    assert!(lines[1].starts_with("示例家居展公布名录"), "{told}");
    assert!(lines[1].contains("2026-06-08"), "{told}");
    assert!(lines[1].contains("1286"), "{told}");
    assert!(lines[2].starts_with("示例展会取消"), "{told}");
    assert!(lines[2].ends_with("gone"), "{told}");
    assert!(lines[3].starts_with("示例论坛改期又改"), "{told}");
    assert!(lines[3].ends_with("edited v2"), "{told}");
    assert_eq!(lines[4], "3 articles");

    for (options, count) in [
        (&["--views", ">=120"][..], "2 articles"),
        (&["论坛", "--changed"], "1 article"),
        (&["论坛", "--gone"], "no article has it"),
        (&["--changed", "--all-versions"], "2 versions"),
        (&["--after", "2026-06-09"], "no article has it"),
        (&["--gone", "--before", "2027"], "1 article"),
        (&["示例", "--limit", "1"], "3 articles, here 1 to 1"),
        (
            &["--offset", "5"],
            "3 articles, none of them behind the first 5",
        ),
    ] {
        let told = ask(options);
        assert_eq!(told.lines().last(), Some(count), "{options:?}: {told}");
    }
    let refused = run(&["--site", "nowhere"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(said(&refused).contains("known are"), "{}", said(&refused));

    // page by page, each behind the last line of the one before
    let mut told = Vec::new();
    let mut behind: Vec<String> = Vec::new();
    loop {
        let mut options = vec!["--json", "--sort", "views", "--limit", "2"];
        options.extend(behind.iter().map(String::as_str));
        let lines = ask(&options);
        let lines: Vec<Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let Some(last) = lines.last() else { break };
        let cursor = last["cursor"].as_str().unwrap().to_owned();
        told.extend(lines.iter().map(|line| line["views"].as_u64().unwrap()));
        behind = vec!["--after-cursor".to_owned(), cursor];
    }
    assert_eq!(told, [1286, 120, 7]);
    behind.extend(["--sort".to_owned(), "published".to_owned()]);
    let refused = run(&behind.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    let refused = run(&["--after-cursor", "x"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
}
