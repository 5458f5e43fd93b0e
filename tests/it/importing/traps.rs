//! What befalls captures on the way: codings that lie, answers that broke off, pages that are none.

use zhanwen::archive::Library;
use zhanwen::model::Outcome;

use super::{HTML, Record, Scene, member, packed};
use crate::cli::{MIDDLE, article};

const PAGE: &str = "http://expo.example.cn/news/15.html";
const DATE: &str = "2021-01-01T00:00:00Z";

fn plain() -> Vec<u8> {
    article("参展商名录公布", 7, MIDDLE).body
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    for chunk in body.chunks(300) {
        coded.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        coded.extend_from_slice(chunk);
        coded.extend_from_slice(b"\r\n");
    }
    coded.extend_from_slice(b"0\r\n\r\n");
    coded
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut coded = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &body[..], &mut coded, &settings).unwrap();
    coded
}

#[tokio::test]
async fn bodies_are_the_same_however_they_were_written_down() {
    let coding = |name: &str| format!("{HTML}\nContent-Encoding: {name}");
    let chunks = format!("{HTML}\nTransfer-Encoding: chunked");
    let zstd = zstd::encode_all(&plain()[..], 3).unwrap();
    for (name, head, body) in [
        ("plain", HTML.to_owned(), plain()),
        ("chunked", chunks.clone(), chunked(&plain())),
        ("chunked by the header alone", chunks.clone(), plain()),
        ("gzip", coding("gzip"), member(&plain())),
        ("gzip by the header alone", coding("gzip"), plain()),
        ("brotli", coding("br"), brotli(&plain())),
        ("zstd", coding("zstd"), zstd),
        (
            "gzip in chunks",
            format!("{}\nTransfer-Encoding: chunked", coding("gzip")),
            chunked(&member(&plain())),
        ),
        (
            "gzip that nobody told of",
            HTML.to_owned(),
            member(&plain()),
        ),
    ] {
        let scene = Scene::new();
        let told = scene
            .records(&[Record::response(PAGE, DATE, &head, &body)])
            .await;
        assert_eq!(told.digests_differ, 0, "{name}");
        let timeline = scene.timeline(PAGE).await;
        assert_eq!(
            timeline,
            ["2021-01-01T00:00:00.000Z new 参展商名录公布 7"],
            "{name}"
        );
        let past = scene.past(PAGE).await;
        let kept = scene
            .archive
            .entity(past.looks[0].entity.unwrap())
            .await
            .unwrap();
        assert_eq!(kept.unwrap(), plain(), "{name}");
    }
}

#[tokio::test]
async fn what_is_not_whole_is_no_edit() {
    let scene = Scene::new();
    let chunks = format!("{HTML}\nTransfer-Encoding: chunked");
    let mut cut = chunked(&plain());
    cut.truncate(500);
    let half = Record::response(PAGE, "2021-02-02T00:00:00Z", HTML, &plain()[..700]);
    let told = scene
        .records(&[
            Record::response(PAGE, DATE, HTML, &plain()),
            Record::response(PAGE, "2021-02-01T00:00:00Z", &chunks, &cut),
            half.with("WARC-Truncated", "length"),
            Record::response(PAGE, "2021-02-03T00:00:00Z", HTML, &plain()[..700])
                .with("WARC-Segment-Number", "1"),
        ])
        .await;
    assert_eq!(told.kept(), 1);
    let passed: Vec<_> = told
        .passed_over
        .iter()
        .map(|(why, count)| (*why, *count))
        .collect();
    assert_eq!(passed, [("in-segments", 1), ("truncated", 2)]);
}

#[tokio::test]
async fn a_body_too_large_is_passed_over() {
    let scene = Scene::new();
    let large = vec![b' '; 22_000_000];
    let told = scene
        .import(
            [
                Record::response(PAGE, DATE, HTML, &large).bytes(),
                Record::page(PAGE, DATE, "参展商名录公布", 7, MIDDLE).bytes(),
            ]
            .concat(),
        )
        .await;
    assert_eq!(
        (told.kept(), told.passed_over.get("too-large")),
        (1, Some(&1))
    );
}

#[tokio::test]
async fn pages_that_are_none_are_told_apart_as_in_a_crawl() {
    let scene = Scene::new();
    let at = |name: &str| format!("http://expo.example.cn/news/{name}.html");
    let html = |body: &str| format!("<html><head><meta charset=utf-8>{body}</html>");
    let missing = html("<title>页面不存在</title></head><body>您访问的页面不存在</body>");
    let parked = html("<title>域名出售</title></head><body>该域名正在出售</body>");
    let refresh =
        html("<meta http-equiv=refresh content='0;url=/news/15.html'></head><body></body>");
    let told = scene
        .records(&[
            Record::response(&at("missing"), DATE, HTML, missing.as_bytes()),
            Record::response(&at("parked"), DATE, HTML, parked.as_bytes()),
            Record::response(&at("refresh"), DATE, HTML, refresh.as_bytes()),
            Record::response(&at("empty"), DATE, HTML, b""),
            Record::response(&at("busy"), DATE, "503 Service Unavailable", b"busy"),
            Record::response(&at("forbidden"), DATE, "403 Forbidden", b""),
            Record::response(
                &at("coded"),
                DATE,
                "200 OK\nContent-Type: text/html\nContent-Encoding: br",
                b"\x00\xff\x01",
            ),
        ])
        .await;
    assert_eq!((told.kept(), told.versions), (7, 0));
    for (name, expected) in [
        ("missing", Outcome::Gone),
        ("parked", Outcome::Blocked),
        ("refresh", Outcome::Redirected),
        ("empty", Outcome::Listed),
        ("busy", Outcome::Failed),
        ("forbidden", Outcome::Blocked),
        ("coded", Outcome::Failed),
    ] {
        let past = scene.past(&at(name)).await;
        assert_eq!(past.looks[0].outcome, expected, "{name}");
    }
}

#[tokio::test]
async fn broken_records_are_told_and_cost_no_other() {
    let scene = Scene::new();
    let page = |name: &str| {
        let url = format!("http://expo.example.cn/news/{name}.html");
        Record::page(&url, DATE, "参展商名录公布", 7, MIDDLE)
    };
    let first = member(&page("1").bytes());
    let mut damaged = member(&page("2").bytes());
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    let no_http =
        Record::new("response", PAGE, DATE, "<html>").with("Content-Type", "application/http");
    let no_date = page("4").with("WARC-Date", "yesterday");
    let rest = packed(&[no_http, no_date, page("5")]);
    let told = scene.import([&first[..], &damaged, &rest].concat()).await;
    assert_eq!((told.kept(), told.broken), (2, 3), "{told:?}");
    let offset = u64::try_from(first.len()).unwrap();
    assert_eq!(
        (
            told.broken_at[0].place.offset,
            told.broken_at[0].file.as_str()
        ),
        (offset, "0.warc")
    );
    assert!(
        told.broken_at[1].reason.contains("no HTTP status"),
        "{told:?}"
    );
    assert!(told.broken_at[2].reason.contains("no date"), "{told:?}");
    let past = scene.past("http://expo.example.cn/news/5.html").await;
    assert_eq!(past.looks.len(), 1);
}

#[tokio::test]
async fn a_stop_leaves_what_came_in_and_the_next_run_brings_the_rest() {
    let scene = Scene::new();
    let records: Vec<Record> = (0..1500)
        .map(|number| {
            let url = format!("http://expo.example.cn/gone/{number}.html");
            Record::response(&url, DATE, "404 Not Found", b"")
        })
        .collect();
    let file = packed(&records);
    let input = zhanwen::crawl::Input {
        name: "all.warc.gz".to_owned(),
        source: zhanwen::crawl::InputSource::Stream(Box::new(std::io::Cursor::new(file.clone()))),
    };
    let (handle, stop) = zhanwen::crawl::stop();
    let work = scene.work(true);
    let tell = |_told: &zhanwen::crawl::Imported| handle.request();
    let (told, all) = zhanwen::crawl::import(&work, vec![input], tell, &stop)
        .await
        .unwrap();
    assert!(!all);
    assert_eq!(told.kept(), 512);
    let again = scene.import(file).await;
    assert_eq!((again.kept(), again.same), (1500 - 512, 512));
}
