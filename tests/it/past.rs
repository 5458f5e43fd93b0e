//! What the archive tells of the past: view counts drawn, edits, disappearances, numbers.

use serde_json::Value;

use crate::cli::{Desk, EDITED, MIDDLE, article, said};
use crate::site::{Page, Site};

#[test]
fn views_are_drawn_as_characters_svg_and_json() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/15.html");
    for (views, middle) in [(120, MIDDLE), (150, EDITED), (40, EDITED)] {
        site.put("/news/15.html", article("参展商名录公布", views, middle));
        desk.scrape(&url);
    }
    let drawn = desk.run(&["views", &url]);
    let drawn = String::from_utf8(drawn.stdout).unwrap();
    for expected in [
        "参展商名录公布",
        "┤",
        "v2",
        "120 views at 20",
        "reset its counter once",
    ] {
        assert!(drawn.contains(expected), "{expected}: {drawn}");
    }
    let picture = desk.run(&["views", &url, "--svg", "views.svg"]);
    assert!(picture.status.success(), "{}", said(&picture));
    let picture = std::fs::read_to_string(desk.path("views.svg")).unwrap();
    assert!(
        picture.starts_with("<svg ") && picture.ends_with("</svg>\n"),
        "{picture}"
    );
    let object = desk.run(&["views", &url, "--json"]);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    let points = object["points"].as_array().unwrap();
    assert_eq!(points.len(), 3);
    assert_eq!(points[2]["reset"], true);
    assert_eq!(points[2]["per_day"], Value::Null);

    site.put("/news/16.html", Page::html("<title>公告</title><h1>没有浏览次数的公告</h1><p>展会将于六月八日在示例市国际会展中心开幕，请参展商按时进馆布展。</p>"));
    let other = site.url("/news/16.html");
    desk.on_loopback(&["scrape", &other]);
    let none = desk.run(&["views", &other]);
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(said(&none).contains("no look at it saw a view count"));
}

#[test]
fn edits_and_disappearances_are_told_with_what_differs() {
    let (desk, site) = (Desk::new(), Site::start());
    let (edited, gone) = (site.url("/news/15.html"), site.url("/news/16.html"));
    for middle in [MIDDLE, EDITED] {
        site.put("/news/15.html", article("参展商名录公布", 120, middle));
        desk.scrape(&edited);
    }
    site.put("/news/16.html", article("展会延期公告发布", 9, MIDDLE));
    desk.scrape(&gone);
    site.put("/news/16.html", Page::status(404));
    for _ in 0..2 {
        desk.on_loopback(&["scrape", &gone]);
    }
    let told = desk.run(&["changes"]);
    let told = String::from_utf8(told.stdout).unwrap();
    for expected in [
        "vanished",
        "展会延期公告发布",
        "v1 → v2",
        "参展商名录公布",
        "[-二-]{+三+}号馆",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let objects = desk.run(&["changes", "--json", "--since", "2026-01-01"]);
    let objects = String::from_utf8(objects.stdout).unwrap();
    let objects: Vec<Value> = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), 2, "{objects:?}");
    assert_eq!(objects[0]["happening"], "vanished");
    assert_eq!(objects[1]["happening"], "edited");
    assert_eq!(
        (&objects[1]["old"], &objects[1]["new"]),
        (&1.into(), &2.into())
    );
    assert_eq!(objects[1]["source"], "示例会展");

    let none = desk.run(&["changes", "--until", "2026-01-01"]);
    assert!(
        said(&none).contains("nothing was edited"),
        "{}",
        said(&none)
    );
    let unknown = desk.run(&["changes", "--site", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    assert!(
        said(&unknown).contains("known are 127.0.0.1"),
        "{}",
        said(&unknown)
    );
    let misspelt = desk.run(&["changes", "--since", "yesterday"]);
    assert_eq!(misspelt.status.code(), Some(2), "{}", said(&misspelt));
}

#[test]
fn the_archive_is_told_in_numbers() {
    let (desk, site) = (Desk::new(), Site::start());
    for number in 1..=3 {
        let path = format!("/news/{number}.html");
        site.put(&path, article("参展商名录公布", 100 * number, MIDDLE));
        desk.scrape(&site.url(&path));
    }
    let told = desk.run(&["stats"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("127.0.0.1") && told.contains("100%"),
        "{told}"
    );
    let object = desk.run(&["stats", "--json", "--months", "1200"]);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    let name = object["site"].as_str().unwrap();
    let one = desk.run(&["stats", name, "--months", "3"]);
    assert_eq!(said(&one).matches("\n20").count(), 3, "{}", said(&one));
    assert!(said(&one).contains("all time"), "{}", said(&one));
    assert_eq!(object["all_time"]["published"], 3);
    assert_eq!(object["all_time"]["views"], 600);
    let months = object["months"].as_array().unwrap();
    let june = months
        .iter()
        .find(|month| month["month"] == "2026-06")
        .unwrap();
    assert_eq!(june["published"], 3);
}
