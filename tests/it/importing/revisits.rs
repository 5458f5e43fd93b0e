//! Records that only refer to others: the same bytes again, "not modified".

use zhanwen::archive::Library;
use zhanwen::model::{Outcome, PageUrl};

use super::{Record, Scene, of, packed, sha1};
use crate::cli::{EDITED, MIDDLE, article};

const PAGE: &str = "http://expo.example.cn/news/15.html";
const IDENTICAL: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.0/revisit/server-not-modified";
const FIRST: &str = "2021-01-01T00:00:00Z";

fn page(date: &str, middle: &str) -> Record {
    Record::page(PAGE, date, "参展商名录公布", 7, middle)
}

fn digest(middle: &str) -> String {
    sha1(&article("参展商名录公布", 7, middle).body)
}

fn again(url: &str, date: &str) -> Record {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nX-Again: 1\r\n\r\n";
    Record::new("revisit", url, date, head)
        .with("Content-Type", "application/http; msgtype=response")
        .with("WARC-Profile", IDENTICAL)
}

#[tokio::test]
async fn the_same_bytes_again_are_a_look_with_a_body() {
    let named: [(&str, Record); 5] = [
        (
            "by address and time",
            again(PAGE, "2021-02-01T00:00:00Z")
                .with("WARC-Refers-To-Target-URI", PAGE)
                .with("WARC-Refers-To-Date", FIRST),
        ),
        (
            "as wget writes them",
            again(PAGE, "2021-02-01T00:00:00Z")
                .with("WARC-Truncated", "length")
                .with(
                    "WARC-Profile",
                    "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
                )
                .with("WARC-Payload-Digest", &digest(MIDDLE)),
        ),
        (
            "by digest",
            again(PAGE, "2021-02-01T00:00:00Z").with("WARC-Payload-Digest", &digest(MIDDLE)),
        ),
        (
            "by name",
            again(PAGE, "2021-02-01T00:00:00Z").with(
                "WARC-Refers-To",
                &page(FIRST, MIDDLE)
                    .fields
                    .iter()
                    .find(|(name, _)| name == "WARC-Record-ID")
                    .unwrap()
                    .1,
            ),
        ),
        (
            "without a block",
            Record {
                block: Vec::new(),
                ..again(PAGE, "2021-02-01T00:00:00Z")
            }
            .with("WARC-Payload-Digest", &digest(MIDDLE)),
        ),
    ];
    for (name, revisit) in named {
        let first = page(FIRST, MIDDLE);
        let edit = page("2021-03-01T00:00:00Z", EDITED);
        let mut files = vec![vec![first.clone(), revisit.clone(), edit.clone()]];
        files.push(vec![revisit.clone(), edit.clone(), first.clone()]);
        for records in files {
            let scene = Scene::new();
            let told = scene.records(&records).await;
            assert_eq!((told.kept(), told.versions), (3, 2), "{name} {told:?}");
            assert_eq!(told.all_passed_over(), 0, "{name}");
            let past = scene.past(PAGE).await;
            let looks = &past.looks;
            assert_eq!(looks[1].entity, looks[0].entity, "{name}");
            assert_eq!(looks[1].outcome, Outcome::Unchanged, "{name}");
            assert_eq!(looks[2].outcome, Outcome::Changed, "{name}");
        }
        if name == "by name" {
            continue;
        }
        // the first in an earlier run
        let scene = Scene::new();
        scene.records(&[first]).await;
        let told = scene.records(std::slice::from_ref(&revisit)).await;
        assert_eq!((told.kept(), told.versions), (1, 0), "{name}");
        let told = scene.records(&[revisit]).await;
        assert_eq!((told.kept(), told.same), (0, 1), "{name}");
    }
}

#[tokio::test]
async fn the_same_bytes_at_another_address_are_a_page_of_its_own() {
    let other = "http://expo.example.cn/print/15.html";
    let revisit = again(other, "2021-02-01T00:00:00Z")
        .with("WARC-Refers-To-Target-URI", PAGE)
        .with("WARC-Refers-To-Date", FIRST);
    let scene = Scene::new();
    scene.records(&[page(FIRST, MIDDLE), revisit]).await;
    assert_eq!(
        scene.timeline(other).await,
        ["2021-02-01T00:00:00.000Z new 参展商名录公布 7"]
    );
}

#[tokio::test]
async fn coded_bytes_are_undone_where_they_came_from() {
    let plain = article("参展商名录公布", 7, MIDDLE).body;
    let coded = super::member(&plain);
    let head = "200 OK\nContent-Type: text/html; charset=utf-8\nContent-Encoding: gzip";
    let first = Record::response(PAGE, FIRST, head, &coded);
    let revisit = Record::new(
        "revisit",
        PAGE,
        "2021-02-01T00:00:00Z",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n\r\n",
    )
    .with("WARC-Profile", IDENTICAL)
    .with("WARC-Refers-To-Date", FIRST)
    .with("WARC-Payload-Digest", &sha1(&coded));
    let scene = Scene::new();
    scene.records(&[first.clone(), revisit.clone()]).await;
    let later = Scene::new();
    later.records(&[first]).await;
    later.records(&[revisit]).await;
    for scene in [scene, later] {
        let past = scene.past(PAGE).await;
        let outcomes: Vec<_> = past.looks.iter().map(|look| look.outcome).collect();
        assert_eq!(outcomes, [Outcome::New, Outcome::Unchanged]);
        let kept = scene
            .archive
            .entity(past.looks[1].entity.unwrap())
            .await
            .unwrap();
        assert_eq!(kept.unwrap(), plain);
    }
}

#[tokio::test]
async fn not_modified_is_what_stood_then() {
    let unchanged = |date: &str, since: &str| {
        Record::new("revisit", PAGE, date, "")
            .with("WARC-Profile", NOT_MODIFIED)
            .with("WARC-Refers-To-Target-URI", PAGE)
            .with("WARC-Refers-To-Date", since)
    };
    let scene = Scene::new();
    let told = scene
        .records(&[
            unchanged("2021-01-15T00:00:00Z", FIRST),
            page(FIRST, MIDDLE),
            page("2021-02-01T00:00:00Z", EDITED),
            // a cache that answered for the older one
            unchanged("2021-02-02T00:00:00Z", FIRST),
            unchanged("2021-02-03T00:00:00Z", "2021-02-01T00:00:00Z"),
        ])
        .await;
    assert_eq!(of(&told, Outcome::NotModified), 3);
    let past = scene.past(PAGE).await;
    let seen: Vec<_> = past.looks.iter().map(|look| look.version_no).collect();
    assert_eq!(seen, [Some(1), Some(1), Some(2), Some(1), Some(2)]);
    assert!(
        past.looks
            .iter()
            .all(|look| look.entity.is_some() == (look.status == Some(200)))
    );
}

#[tokio::test]
async fn what_refers_to_nothing_here_is_told_and_comes_in_later() {
    let revisit = again(PAGE, "2021-02-01T00:00:00Z").with("WARC-Payload-Digest", &digest(MIDDLE));
    let unchanged =
        Record::new("revisit", PAGE, "2021-03-01T00:00:00Z", "").with("WARC-Profile", NOT_MODIFIED);
    let file = packed(&[revisit, unchanged]);
    let scene = Scene::new();
    let told = scene.import(file.clone()).await;
    assert_eq!(told.kept(), 0);
    assert_eq!(told.passed_over.get("refers-to-nothing-here"), Some(&2));
    scene.records(&[page(FIRST, MIDDLE)]).await;
    let told = scene.import(file).await;
    assert_eq!((told.kept(), told.all_passed_over()), (2, 0));
    let page = scene
        .archive
        .find(&PageUrl::parse(PAGE).unwrap())
        .await
        .unwrap();
    assert_eq!(scene.archive.looks(page.unwrap()).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_revisit_of_what_is_no_page_makes_no_page() {
    let picture = "http://expo.example.cn/logo.gif";
    let head = "HTTP/1.1 200 OK\r\nContent-Type: image/gif\r\n\r\n";
    let told_by_header = Record {
        block: head.as_bytes().to_vec(),
        ..again("http://expo.example.cn/logo", "2021-02-01T00:00:00Z")
    };
    let told_by_name = Record {
        block: Vec::new(),
        ..again(picture, "2021-02-01T00:00:00Z")
    };
    let unknown = again("http://expo.example.cn/lost", "2021-02-01T00:00:00Z");
    let scene = Scene::new();
    let told = scene
        .records(&[told_by_header, told_by_name, unknown])
        .await;
    assert_eq!(told.passed_over.get("no-page"), Some(&2));
    assert_eq!(told.passed_over.get("refers-to-nothing-here"), Some(&1));
    let lost = PageUrl::parse("http://expo.example.cn/lost").unwrap();
    assert_eq!(scene.archive.find(&lost).await.unwrap(), None);
}

#[tokio::test]
async fn a_digest_of_chunks_is_found_by_its_record_batches_later() {
    let plain = article("参展商名录公布", 7, MIDDLE).body;
    let chunked = [
        format!("{:x}\r\n", plain.len()).as_bytes(),
        &plain,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let head = "200 OK\nContent-Type: text/html; charset=utf-8\nTransfer-Encoding: chunked";
    let first = Record::response(PAGE, FIRST, head, &chunked);
    let filler = (0..600).map(|number| {
        let url = format!("http://expo.example.cn/gone/{number}.html");
        Record::response(&url, FIRST, "404 Not Found", b"")
    });
    let revisit = again(PAGE, "2021-02-01T00:00:00Z").with("WARC-Payload-Digest", &sha1(&chunked));
    let mut records = vec![first];
    records.extend(filler);
    records.push(revisit);
    let scene = Scene::new();
    let told = scene.records(&records).await;
    assert_eq!((told.kept(), told.all_passed_over()), (602, 0));
    assert_eq!(of(&told, Outcome::Unchanged), 1);
}
