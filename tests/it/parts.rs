//! Articles split over several pages, by the real binary: one article in, one article out.
#![expect(clippy::indexing_slicing, reason = "there are three parts")]

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, said};
use crate::site::{Page, Site};

const TEXTS: [&str; 3] = [
    "第一天，记者走完一号馆和二号馆，两个馆里全是机床，参展企业二百二十家，面积两万平方米。",
    "第二天，记者走完三号馆，馆里全是刀具和夹具，参展企业一百四十家，面积一万平方米。",
    "第三天，记者走完四号馆，馆里全是量具和检测仪器，参展企业六十家，面积六千平方米。",
];

/// Part `number` of three as PHPCMS prints it.
fn part(number: usize) -> Page {
    let text = TEXTS[number - 1];
    let links = (1..=3).map(|other| match other {
        own if own == number => format!("<span>{own}</span>"),
        other => format!("<a href=content-9-5-{other}.html>{other}</a>"),
    });
    let bar = links.collect::<Vec<_>>().join(" ");
    let next = (number + 1).min(3);
    let credit = if number == 3 {
        "<p>（责任编辑：庚四）</p>"
    } else {
        ""
    };
    Page::html(format!(
        "<html><head><meta charset=utf-8><title>三天走完示例机床展</title></head><body>\
         <div class=nav><a href=/>首页</a> <a href=/news/>新闻中心</a></div>\
         <div id=Article><h1>三天走完示例机床展<br><span>2026-05-16 10:30:00 来源：示例日报 点击：</span>\
         <span id=hits></span></h1><div class=content><p>{text}</p>{credit}</div>\
         <div id=pages>{bar}<a href=content-9-5-{next}.html>下一页</a></div></div>\
         <div class=footer>Powered by PHPCMS V9</div></body></html>"
    ))
}

fn path(number: usize) -> String {
    format!("/content-9-5-{number}.html")
}

fn site() -> Site {
    let site = Site::start();
    for number in 1..=3 {
        site.put(&path(number), part(number));
    }
    site
}

fn scrape(desk: &Desk, url: &str) -> Value {
    let output = desk.on_loopback(&["scrape", "--json", url]);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_scrape_gives_the_whole_article_and_keeps_every_part() {
    let (desk, site) = (Desk::new(), site());
    let url = site.url(&path(1));
    let found = scrape(&desk, &url);
    assert_eq!(found["body_text"], TEXTS.join("\n"));
    assert_eq!(found["title"], "三天走完示例机床展");
    assert_eq!(found["editor"], "庚四");
    assert_eq!(found["change"], "new");
    assert_eq!(found["warnings"], serde_json::json!([]));
    assert_eq!(
        found["provenance"]["body"],
        "builder:phpcms body[0], 3 parts"
    );
    for number in 1..=3 {
        let raw = desk.run(&["show", "--raw", &site.url(&path(number))]);
        assert_eq!(raw.stdout, part(number).body, "{number}");
    }
    let again = scrape(&desk, &url);
    assert_eq!(again["change"], "unchanged");
    assert_eq!(again["body_text"], found["body_text"]);
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let number = |sql: &str| -> i64 { archive.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(number("SELECT count(*) FROM v_articles"), 1);
    assert_eq!(number("SELECT count(*) FROM v_versions"), 1);
    let parts = "SELECT count(*) FROM v_fetches WHERE outcome = 'part' AND entity_sha256 NOT NULL
                 AND reason LIKE 'part _ of http://%/content-9-5-1.html'";
    assert_eq!(number(parts), 4);
}

#[test]
fn a_scrape_of_a_part_gives_its_article() {
    let (desk, site) = (Desk::new(), site());
    let found = scrape(&desk, &site.url(&path(3)));
    assert_eq!(found["url"], site.url(&path(3)));
    assert_eq!(found["final_url"], site.url(&path(1)));
    assert_eq!(found["body_text"], TEXTS.join("\n"));
}

#[test]
fn a_missing_part_is_named_and_makes_no_short_version_of_a_whole_one() {
    let (desk, site) = (Desk::new(), site());
    let url = site.url(&path(1));
    site.put(&path(3), Page::status(404));
    let short = scrape(&desk, &url);
    assert_eq!(short["body_text"], TEXTS[..2].join("\n"));
    let warning = short["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("part-missing: ") && warning.contains(&site.url(&path(3))),
        "{warning}"
    );
    site.put(&path(3), part(3));
    let whole = scrape(&desk, &url);
    assert_eq!(whole["change"], "changed");
    assert_eq!(whole["warnings"], serde_json::json!([]));
    site.put(&path(3), Page::status(404));
    let output = desk.on_loopback(&["scrape", "--json", &url]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["change"], "failed");
    assert_eq!(found["error"], "part-missing");
    let kept = desk.run(&["show", "--json", &url]);
    let kept: Value = serde_json::from_slice(&kept.stdout).unwrap();
    assert_eq!(kept["body_text"], whole["body_text"]);
}

#[test]
fn a_saved_part_says_that_it_is_one() {
    let desk = Desk::new();
    let mut told = Vec::new();
    for number in 1..=3 {
        std::fs::write(desk.path("page.html"), part(number).body).unwrap();
        let url = format!("http://parts.example.com{}", path(number));
        let output = desk.run(&["extract", "page.html", "--url", &url, "--json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["body_text"], TEXTS[number - 1]);
        told.push(found["warnings"].clone());
    }
    let begins = "of 3 of the article that begins at http://parts.example.com/content-9-5-1.html";
    let goes_on = "more-parts: the article goes on at http://parts.example.com/content-9-5";
    assert_eq!(
        told,
        [
            serde_json::json!([format!("{goes_on}-2.html")]),
            serde_json::json!([
                format!("later-part: this is part 2 {begins}"),
                format!("{goes_on}-3.html")
            ]),
            serde_json::json!([format!("later-part: this is part 3 {begins}")]),
        ]
    );
}
