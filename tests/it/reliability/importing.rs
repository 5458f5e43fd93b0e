//! An import that is killed: what it kept stands, and the next one brings in the rest, each capture once.

use std::collections::BTreeSet;

use crate::importing::{Record, packed};

use super::{Connection, Desk, MIDDLE, Running, SOON, Value, pause, said};

const PAGES: u32 = 60;

/// Three captures of each page, as a crawl of others made them.
fn records() -> Vec<Record> {
    let days = ["2021-01-01", "2021-02-01", "2021-03-01"];
    let looks = days.iter().zip(1..);
    looks
        .flat_map(|(day, month)| {
            (0..PAGES).map(move |page| {
                let url = format!("http://expo.example.cn/news/{page}.html");
                let date = format!("{day}T00:{page:02}:00Z");
                let middle = MIDDLE.repeat(1 + month % 2);
                let title = format!("参展商名录公布之{page}");
                Record::page(&url, &date, &title, u64::from(page) + 10, &middle)
            })
        })
        .collect()
}

/// Each look that is kept: of which page, when, and the text it saw.
fn looks(archive: &Connection) -> BTreeSet<(String, String, String)> {
    let sql = "SELECT p.url, f.fetched_at, v.body_text FROM fetch f
               JOIN page p ON p.id = f.page_id JOIN version v ON v.id = f.version_id";
    let mut statement = archive.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn an_import_that_is_killed_is_completed_by_the_next() {
    let whole = Desk::new();
    std::fs::write(whole.path("old.warc.gz"), packed(&records())).unwrap();
    let output = whole.run(&["import", "old.warc.gz"]);
    assert!(output.status.success(), "{}", said(&output));
    let expected = looks(&whole.archive());
    assert_eq!(expected.len(), usize::try_from(3 * PAGES).unwrap());

    let desk = Desk::new();
    std::fs::write(desk.path("old.warc.gz"), packed(&records())).unwrap();
    let mut cut_short = 0;
    for after in [40, 60, 80, 100, 120, 140] {
        let running = Running::of(desk.command(&["import", "--jobs", "1", "old.warc.gz"]));
        pause(after);
        running.signal("-KILL");
        running.ended_within(SOON);
        let verified = desk.run(&["verify"]);
        // killed before there was an archive
        if ["an empty database", "no such file", "does not exist"]
            .iter()
            .any(|none| said(&verified).contains(none))
        {
            continue;
        }
        assert!(verified.status.success(), "{}", said(&verified));
        let kept = looks(&desk.archive());
        assert!(kept.is_subset(&expected), "{kept:?}");
        cut_short += i32::from(!kept.is_empty() && kept.len() < expected.len());
    }
    let output = desk.run(&["import", "--json", "old.warc.gz"]);
    assert!(output.status.success(), "{}", said(&output));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["complete"], true);
    assert_eq!(
        looks(&desk.archive()),
        expected,
        "{cut_short} times cut short"
    );
    let number = "SELECT count(*) FROM fetch";
    assert_eq!(desk.number(number), i64::from(3 * PAGES), "each once");
    let versions = "SELECT count(*) FROM version";
    assert_eq!(desk.number(versions), whole.number(versions));
}
