//! What one file holds: records of all types, and what is kept of them.

use zhanwen::archive::{Library, RunKind, RunState};
use zhanwen::crawl::Wanted;
use zhanwen::model::{Outcome, PageKind, SiteId, Timestamp};

use super::{Record, Scene, of, packed, picture};
use crate::cli::{EDITED, MIDDLE};

const PAGE: &str = "http://expo.example.cn/news/15.html";

/// A file as Common Crawl writes them: each page with its request and what was found out about it.
fn extract() -> Vec<Record> {
    let date = "2021-03-04T05:06:07Z";
    let info = "software: a crawler\r\nisPartOf: an extract\r\nformat: WARC File Format 1.1\r\n";
    let head = "200 OK\nContent-Type: text/html; charset=utf-8\nX-Crawl-Content-Encoding: gzip\n\
         X-Crawl-Transfer-Encoding: chunked\nContent-Length: 10";
    let page = Record::page(PAGE, date, "参展商名录公布", 120, MIDDLE);
    let body = page.block.split_off_body();
    vec![
        Record::new("warcinfo", "-", date, info).with("Content-Type", "application/warc-fields"),
        Record::new(
            "request",
            PAGE,
            date,
            "GET /news/15.html HTTP/1.1\r\nHost: expo.example.cn\r\n\r\n",
        ),
        Record::response(PAGE, date, head, &body).with("WARC-IP-Address", "192.0.2.1"),
        Record::new(
            "metadata",
            PAGE,
            date,
            "fetchTimeMs: 97\r\nlanguages-cld2: zh\r\n",
        ),
        Record::response(
            "http://expo.example.cn/robots.txt",
            date,
            "200 OK\nContent-Type: text/plain",
            b"User-agent: *\nDisallow:",
        ),
        Record::response(
            "http://expo.example.cn/a.gif",
            date,
            "200 OK\nContent-Type: image/gif",
            &picture(),
        ),
        Record::response(
            "http://expo.example.cn/old.html",
            date,
            "301 Moved\nLocation: /news/15.html",
            b"",
        ),
        Record::response(
            "http://expo.example.cn/lost.html",
            date,
            "404 Not Found\nContent-Type: text/html",
            b"<p>x",
        ),
        Record::new("conversion", PAGE, date, "text of the page"),
        Record::new(
            "response",
            "dns:expo.example.cn",
            date,
            "20210304050607\nexpo.example.cn. 300 IN A 192.0.2.1",
        )
        .with("Content-Type", "text/dns"),
    ]
}

trait Body {
    fn split_off_body(&self) -> Vec<u8>;
}

impl Body for Vec<u8> {
    fn split_off_body(&self) -> Vec<u8> {
        let place = self
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        self[place + 4..].to_vec()
    }
}

#[tokio::test]
async fn an_extract_becomes_looks_and_versions() {
    let scene = Scene::new();
    let told = scene.records(&extract()).await;
    let records: Vec<_> = told
        .records
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(
        records,
        [
            ("conversion", 1),
            ("metadata", 1),
            ("request", 1),
            ("response", 6),
            ("warcinfo", 1)
        ]
    );
    assert_eq!(
        (told.kept(), told.versions, told.pages, told.new_pages),
        (3, 1, 3, 3)
    );
    assert_eq!(of(&told, Outcome::New), 1);
    assert_eq!(of(&told, Outcome::Redirected), 1);
    assert_eq!(of(&told, Outcome::Gone), 1);
    let passed: Vec<_> = told
        .passed_over
        .iter()
        .map(|(why, count)| (*why, *count))
        .collect();
    assert_eq!(passed, [("no-page", 2), ("no-web-address", 1)]);
    assert_eq!((told.broken, told.digests_differ), (0, 0), "{told:?}");

    let past = scene.past(PAGE).await;
    assert_eq!(past.kind, PageKind::Article);
    assert_eq!(past.site, SiteId::new("expo.example.cn"));
    assert_eq!(
        past.looks[0].headers.first("x-crawl-content-encoding"),
        Some("gzip")
    );
    assert_eq!(
        scene.timeline(PAGE).await,
        ["2021-03-04T05:06:07.000Z new 参展商名录公布 120"]
    );
    let kept = scene
        .archive
        .article(past.page, None)
        .await
        .unwrap()
        .unwrap();
    assert!(kept.reading.article.publish_time.is_some());
    assert_eq!(kept.reading.warnings, [] as [&str; 0]);
    let now = Timestamp::from_unix_millis(0);
    let runs = scene.archive.runs(now, 9).await.unwrap();
    assert_eq!(runs[0].kind, RunKind::Import);
    assert!(matches!(runs[0].state, RunState::Ended(_)));
    assert_eq!(runs[0].looks.looks(), 3);
}

#[tokio::test]
async fn the_same_file_again_adds_nothing() {
    let scene = Scene::new();
    scene.records(&extract()).await;
    let before = scene.everything().await;
    let again = scene.records(&extract()).await;
    assert_eq!(
        (again.kept(), again.same, again.versions, again.new_pages),
        (0, 3, 0, 0)
    );
    // and twice in one run
    let twice = [packed(&extract()), packed(&extract())];
    let other = Scene::new();
    let told = other.import_with(true, twice.to_vec()).await;
    assert_eq!((told.kept(), told.same, told.files), (3, 3, 2));
    assert_eq!(scene.everything().await, before);
    assert_eq!(other.everything().await, before);
}

#[tokio::test]
async fn a_dry_run_tells_and_keeps_nothing() {
    let scene = Scene::new();
    let told = scene.import_with(false, vec![packed(&extract())]).await;
    assert_eq!((told.kept(), told.versions, told.run), (3, 1, None));
    assert_eq!(scene.everything().await, []);
    assert!(
        scene
            .archive
            .runs(Timestamp::from_unix_millis(0), 9)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn edits_and_counts_are_told_as_a_crawl_tells_them() {
    let scene = Scene::new();
    let page = |date: &str, views: u64, middle: &str| {
        Record::page(PAGE, date, "参展商名录公布", views, middle)
    };
    let gone = Record::response(PAGE, "2021-05-01T00:00:00Z", "404 Not Found", b"");
    let told = scene
        .records(&[
            page("2021-01-01T00:00:00Z", 10, MIDDLE),
            page("2021-01-02T00:00:00Z", 20, MIDDLE),
            page("2021-01-03T00:00:00Z", 20, MIDDLE),
            page("2021-02-01T00:00:00Z", 30, EDITED),
            page("2021-03-01T00:00:00Z", 40, MIDDLE),
            gone.clone(),
            Record::response(PAGE, "2021-05-02T00:00:00Z", "404 Not Found", b""),
        ])
        .await;
    let outcomes: Vec<_> = scene
        .past(PAGE)
        .await
        .looks
        .iter()
        .map(|look| look.outcome)
        .collect();
    assert_eq!(
        outcomes,
        [
            Outcome::New,
            Outcome::ViewsOnly,
            Outcome::Unchanged,
            Outcome::Changed,
            Outcome::Reverted,
            Outcome::Gone,
            Outcome::Gone
        ]
    );
    assert_eq!(told.versions, 2);
    let lines = scene.archive.articles(None, 9).await.unwrap();
    let since = lines[0].missing_since.map(|at| at.to_string());
    assert_eq!(since.as_deref(), Some("2021-05-01T00:00:00.000Z"));
    assert_eq!(lines[0].views, Some(40));
}

#[tokio::test]
async fn only_what_is_wanted_comes_in() {
    let mut scene = Scene::new();
    let other = "http://fair.example.com/1.html";
    let records = [
        Record::page(PAGE, "2020-12-31T23:59:59Z", "参展商名录公布", 1, MIDDLE),
        Record::page(PAGE, "2021-01-01T00:00:00Z", "参展商名录公布", 2, MIDDLE),
        Record::page(PAGE, "2021-02-01T00:00:00Z", "参展商名录公布", 3, MIDDLE),
        Record::page(other, "2021-01-01T00:00:00Z", "展会延期公告发布", 4, MIDDLE),
    ];
    scene.wanted = Wanted {
        sites: vec![SiteId::new("expo.example.cn")],
        since: Some("2021-01-01T00:00:00Z".parse().unwrap()),
        until: Some("2021-02-01T00:00:00Z".parse().unwrap()),
    };
    let told = scene.records(&records).await;
    let passed: Vec<_> = told
        .passed_over
        .iter()
        .map(|(why, count)| (*why, *count))
        .collect();
    assert_eq!(passed, [("other-site", 1), ("other-time", 2)]);
    let timeline = scene.timeline(PAGE).await;
    assert_eq!(timeline, ["2021-01-01T00:00:00.000Z new 参展商名录公布 2"]);
}

#[tokio::test]
async fn resources_and_feeds_come_in_too() {
    let scene = Scene::new();
    let page = Record::page(PAGE, "2021-01-01T00:00:00Z", "参展商名录公布", 1, MIDDLE);
    let body = page.block.split_off_body();
    let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>新闻</title>\
         <item><title>展会</title><link>http://expo.example.cn/news/15.html</link></item></channel></rss>";
    let records = [
        Record::new("resource", PAGE, "2021-01-01T00:00:00Z", body)
            .with("Content-Type", "text/html"),
        Record::response(
            "http://expo.example.cn/feed",
            "2021-01-01T00:00:00Z",
            "200 OK\nContent-Type: application/rss+xml",
            feed.as_bytes(),
        ),
        Record::new("resource", "urn:text:1", "2021-01-01T00:00:00Z", "x")
            .with("Content-Type", "text/html"),
    ];
    let told = scene.records(&records).await;
    assert_eq!(told.kept(), 2);
    let timeline = scene.timeline(PAGE).await;
    assert_eq!(timeline, ["2021-01-01T00:00:00.000Z new 参展商名录公布 1"]);
    let feed = scene.past("http://expo.example.cn/feed").await;
    assert_eq!(
        (feed.kind, feed.looks[0].outcome),
        (PageKind::Feed, Outcome::Listed)
    );
}

#[tokio::test]
async fn answers_to_other_requests_than_get_are_no_pages() {
    let scene = Scene::new();
    let date = "2021-01-01T00:00:00Z";
    let get = Record::page(PAGE, date, "参展商名录公布", 1, MIDDLE);
    let post = Record::page(
        "http://expo.example.cn/search",
        date,
        "查询结果一览",
        1,
        MIDDLE,
    );
    let of = |record: &Record, name: &str| {
        let field = record.fields.iter().find(|(known, _)| known == name);
        field.unwrap().1.clone()
    };
    let asked = |record: &Record, method: &str| {
        let url = of(record, "WARC-Target-URI");
        let request = Record::new(
            "request",
            &url,
            date,
            format!("{method} / HTTP/1.1\r\n\r\n"),
        );
        request.with("WARC-Concurrent-To", &of(record, "WARC-Record-ID"))
    };
    let told = scene
        .records(&[
            get.clone(),
            asked(&get, "GET"),
            post.clone(),
            asked(&post, "POST"),
        ])
        .await;
    assert_eq!((told.kept(), told.passed_over.get("no-get")), (1, Some(&1)));
    // the request first
    let (request, scene) = (asked(&post, "POST"), Scene::new());
    let answer = post
        .clone()
        .with("WARC-Concurrent-To", &of(&request, "WARC-Record-ID"));
    let request = Record::new("request", PAGE, date, "POST / HTTP/1.1\r\n\r\n")
        .with("WARC-Record-ID", &of(&request, "WARC-Record-ID"));
    let told = scene.records(&[request, answer]).await;
    assert_eq!((told.kept(), told.passed_over.get("no-get")), (0, Some(&1)));
}

#[tokio::test]
async fn a_digest_that_differs_is_a_warning_that_stays() {
    let scene = Scene::new();
    let page = Record::page(PAGE, "2021-01-01T00:00:00Z", "参展商名录公布", 1, MIDDLE);
    let told = scene
        .records(&[page.with(
            "WARC-Payload-Digest",
            "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        )])
        .await;
    assert_eq!((told.kept(), told.digests_differ), (1, 1));
    let past = scene.past(PAGE).await;
    let kept = scene
        .archive
        .article(past.page, None)
        .await
        .unwrap()
        .unwrap();
    let expected = "warc-digest: the payload is not what the record's digest says";
    assert_eq!(kept.reading.warnings, [expected]);
}

#[tokio::test]
async fn pages_are_due_only_where_that_is_wanted() {
    let page = || Record::page(PAGE, "2021-01-01T00:00:00Z", "参展商名录公布", 1, MIDDLE);
    for (due, expected) in [(false, 0), (true, 1)] {
        let scene = Scene {
            due,
            ..Scene::new()
        };
        scene.records(&[page()]).await;
        let now = Timestamp::from_unix_millis(4_000_000_000_000);
        let backlog = scene
            .archive
            .backlog(&[SiteId::new("expo.example.cn")], now)
            .await
            .unwrap();
        assert_eq!(backlog.len(), expected);
    }
}
