//! Files come in any order, in one run or many, beside the looks of a crawl: the past is the same.

use zhanwen::archive::Library;
use zhanwen::model::Outcome;

use super::{Record, Scene, packed};
use crate::cli::{EDITED, MIDDLE};

const PAGE: &str = "http://expo.example.cn/news/15.html";

fn captures() -> Vec<Record> {
    let page = |date: &str, views: u64, middle: &str| {
        Record::page(PAGE, date, "参展商名录公布", views, middle)
    };
    vec![
        page("2021-01-01T00:00:00Z", 10, MIDDLE),
        page("2021-02-01T00:00:00Z", 20, EDITED),
        page("2021-03-01T00:00:00Z", 20, EDITED),
        page("2021-04-01T00:00:00Z", 30, MIDDLE),
        Record::response(PAGE, "2021-05-01T00:00:00Z", "404 Not Found", b""),
    ]
}

const EXPECTED: [&str; 5] = [
    "2021-01-01T00:00:00.000Z new 参展商名录公布 10",
    "2021-02-01T00:00:00.000Z changed 参展商名录公布 20",
    "2021-03-01T00:00:00.000Z unchanged 参展商名录公布 20",
    "2021-04-01T00:00:00.000Z reverted 参展商名录公布 30",
    "2021-05-01T00:00:00.000Z gone",
];

/// Every order of `count` things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let insert = |order: &Vec<usize>, place: usize| {
        let mut order = order.clone();
        order.insert(place, count - 1);
        order
    };
    let longer = shorter.iter();
    let longer = longer.flat_map(|order| (0..count).map(|place| insert(order, place)));
    longer.collect()
}

#[tokio::test]
async fn the_past_is_the_same_in_whichever_order_files_come() {
    let captures = captures();
    let chosen = [0, 1, 3, 4];
    let expected = chosen.map(|place| EXPECTED[place]);
    for order in orders(chosen.len()) {
        // a run for each
        let scene = Scene::new();
        for place in &order {
            let place = chosen[*place];
            let told = scene.records(&captures[place..=place]).await;
            assert_eq!(told.kept(), 1);
        }
        assert_eq!(scene.timeline(PAGE).await, expected, "{order:?}");
        let past = scene.past(PAGE).await;
        assert_eq!(past.versions.len(), 2, "{order:?}");
        let kept = scene
            .archive
            .article(past.page, None)
            .await
            .unwrap()
            .unwrap();
        let body = kept.reading.article.body_text.unwrap();
        assert!(body.contains(MIDDLE), "{order:?}");
        let lines = scene.archive.articles(None, 9).await.unwrap();
        assert_eq!(
            (lines[0].views, lines[0].missing_since.is_some()),
            (Some(30), true)
        );
    }
    // all in one file, the last first
    let scene = Scene::new();
    let backwards: Vec<Record> = captures.into_iter().rev().collect();
    scene.records(&backwards).await;
    assert_eq!(scene.timeline(PAGE).await, EXPECTED);
}

#[tokio::test]
async fn overlapping_files_are_one_past() {
    let captures = captures();
    let scene = Scene::new();
    let files = vec![
        packed(&captures[1..4]),
        packed(&captures[..3]),
        packed(&captures[2..]),
    ];
    let told = scene.import_with(true, files).await;
    assert_eq!((told.kept(), told.same), (5, 4));
    assert_eq!(scene.timeline(PAGE).await, EXPECTED);
}

#[tokio::test]
async fn what_a_run_of_this_archive_said_stays_said() {
    // this archive's own look, between what others saw
    let own = Scene::new();
    own.records(&captures()[2..3]).await;
    let past = own.past(PAGE).await;
    assert_eq!(past.looks[0].outcome, Outcome::New);
    assert!(past.looks[0].is_foreign);
    own.records(&captures()[..2]).await;
    assert_eq!(own.timeline(PAGE).await, EXPECTED[..3]);
}

#[tokio::test]
async fn seconds_and_fractions_are_one_instant() {
    let scene = Scene::new();
    let record = Record::page(
        PAGE,
        "2021-01-01T00:00:00.345Z",
        "参展商名录公布",
        1,
        MIDDLE,
    );
    scene.records(std::slice::from_ref(&record)).await;
    let told = scene
        .records(&[record.clone().with("WARC-Date", "2021-01-01T00:00:00Z")])
        .await;
    assert_eq!((told.kept(), told.same), (0, 1));
    let told = scene
        .records(&[record.with("WARC-Date", "2021-01-01T00:00:00.9Z")])
        .await;
    assert_eq!((told.kept(), told.same), (1, 0));
}

#[tokio::test]
async fn a_page_looked_at_while_files_are_read_is_read_once_more() {
    // two imports of one page at once: one of them is told that it was looked at meanwhile
    let scene = Scene::new();
    let records: Vec<Record> = captures();
    let (one, other) = (scene.records(&records[..3]), scene.records(&records[2..]));
    let (one, other) = tokio::join!(one, other);
    assert_eq!(one.kept() + other.kept() + one.same + other.same, 6);
    assert_eq!(one.failed, []);
    assert_eq!(other.failed, []);
    assert_eq!(scene.timeline(PAGE).await, EXPECTED);
    let runs = scene
        .archive
        .runs(zhanwen::model::Timestamp::from_unix_millis(0), 9)
        .await;
    assert_eq!(runs.unwrap().len(), 2);
}
