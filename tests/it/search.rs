//! `zhanwen search` as a user drives it.

use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::Site;

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
