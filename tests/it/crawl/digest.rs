//! The digest by itself: one answer in, one capture out, no machine around it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use zhanwen::archive::{Capture, Observation, PageId, RunId, Visit};
use zhanwen::crawl::{DigestContext, Follow, READER, Sighting, digest};
use zhanwen::model::{Fetched, Headers, Outcome, PageHistory, PageKind, SiteId, Timestamp};
use zhanwen::rules::RuleBook;

use super::scene::{article, list, page};

const URL: &str = "http://small.example.org/news/2026/1120/1.html";

fn visit(kind: PageKind, depth: u32) -> Visit {
    Visit {
        page: PageId(1),
        url: page(URL),
        site: SiteId::new("small.example.org"),
        kind,
        depth,
        referer: None,
        history: PageHistory::default(),
        spoken_for: false,
        kept: None,
        known: Vec::new(),
    }
}

fn context() -> DigestContext {
    DigestContext {
        run: RunId(1),
        rules: Arc::new(RuleBook::default()),
        follow: Follow::Site,
        max_depth: 10,
        body_limit_bytes: 1_000_000,
        room_bytes: u64::MAX,
        trail: Vec::new(),
        crowded: Arc::default(),
        pictures: None,
    }
}

fn fetched(status: u16, headers: &[(&str, &[u8])], body: impl Into<Bytes>) -> Sighting {
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Bytes::copy_from_slice(value)));
    Sighting::Answered(Fetched {
        url: page(URL),
        status,
        headers: Headers::new(headers),
        body: body.into(),
        sent_at: Timestamp::from_unix_millis(1_795_000_000_000),
        elapsed: Duration::from_millis(100),
        peer: None,
    })
}

fn digested(status: u16, headers: &[(&str, &[u8])], body: impl Into<Bytes>) -> Capture {
    let visit = visit(PageKind::Article, 1);
    digest(&visit, fetched(status, headers, body), &context())
}

#[test]
fn the_same_answer_gives_the_same_capture() {
    let body = article("展会开幕", "展会在上海开幕。", Some(3));
    let once = digested(200, &[("content-type", b"text/html")], body.clone());
    assert_eq!(once, digested(200, &[("content-type", b"text/html")], body));
    assert_eq!(once.outcome, Outcome::New);
    let reading = once.reading.unwrap();
    assert_eq!(reading.article.title.as_deref(), Some("展会开幕"));
    assert_eq!(reading.article.views, Some(3));
    assert_eq!(reading.parser, format!("zhanwen/{READER} generic"));
    let Observation::Answered(answer) = once.observation else {
        panic!("an answer came");
    };
    assert_eq!(
        answer.wire_length,
        u64::try_from(answer.entity.unwrap().len()).unwrap()
    );
}

#[test]
fn a_location_in_bytes_of_gbk_is_kept_byte_for_byte() {
    let capture = digested(302, &[("location", b"/news/\xd5\xb9.html")], "");
    let to = capture.redirect.unwrap().to;
    assert_eq!(to.as_str(), "http://small.example.org/news/%D5%B9.html");
}

#[test]
fn a_body_that_does_not_decode_is_no_answer() {
    let capture = digested(200, &[("content-encoding", b"gzip")], "no gzip at all");
    // what is wrongly labelled is read as it is; what is labelled and broken is not
    let broken = digested(
        200,
        &[("content-encoding", b"gzip")],
        &b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03broken"[..],
    );
    assert!(!matches!(capture.observation, Observation::Refused));
    assert_eq!(broken.outcome, Outcome::Failed);
    assert!(matches!(broken.observation, Observation::Failed(_)));
    // of an error page the status is enough
    let gone = digested(
        404,
        &[("content-encoding", b"gzip")],
        &b"\x1f\x8b\x08broken"[..],
    );
    assert_eq!(gone.outcome, Outcome::Gone);
}

#[test]
fn what_is_no_web_page_is_kept_and_not_read() {
    for (media, body, expected) in [
        (
            "application/pdf",
            &b"%PDF-1.4"[..],
            Some("not a web page (application/pdf)"),
        ),
        (
            "image/jpeg",
            b"\xff\xd8",
            Some("not a web page (image/jpeg)"),
        ),
        (
            "image/jpeg",
            b" <html><title>t</title>",
            Some("no article found"),
        ),
        (
            "text/plain",
            b"<html><title>t</title>",
            Some("no article found"),
        ),
        (
            "application/xhtml+xml",
            b"<html/>",
            Some("no article found"),
        ),
    ] {
        let capture = digested(200, &[("content-type", media.as_bytes())], body);
        assert_eq!(capture.outcome, Outcome::Listed, "{media}");
        assert_eq!(capture.reason.as_deref(), expected, "{media}");
    }
}

#[test]
fn an_announcement_without_text_is_kept_for_what_it_says_of_itself() {
    let said = "<html><head><title>关于召开示例展工作会议的通知_示例会展</title></head><body>\
        <h1>关于召开示例展工作会议的通知</h1><div>时间：2026-06-08 来源：示例会展 作者：展务部</div>\
        <div class=content></div><div>上一篇：没有了</div><div>下一篇：没有了</div></body></html>";
    let capture = digested(200, &[("content-type", b"text/html; charset=utf-8")], said);
    assert_eq!(capture.outcome, Outcome::New);
    let silent = "<html><head><title>关于召开示例展工作会议的通知</title></head><body>\
        <h1>关于召开示例展工作会议的通知</h1><div id=app></div></body></html>";
    let capture = digested(
        200,
        &[("content-type", b"text/html; charset=utf-8")],
        silent,
    );
    assert_eq!(capture.outcome, Outcome::Listed);
}

#[test]
fn links_are_followed_from_lists_and_from_an_article_one_began_at() {
    let urls: Vec<_> = (101..109)
        .map(|number| format!("http://small.example.org/news/2026/1120/{number}.html"))
        .collect();
    let found = |kind, depth, follow| {
        let context = DigestContext {
            follow,
            ..context()
        };
        let sighting = fetched(200, &[], list(&urls, None));
        digest(&visit(kind, depth), sighting, &context)
            .discovered
            .len()
    };
    assert_eq!(found(PageKind::List, 0, Follow::Site), 8);
    assert_eq!(found(PageKind::List, 9, Follow::Site), 8);
    assert_eq!(found(PageKind::List, 10, Follow::Site), 0, "too deep");
    assert_eq!(found(PageKind::List, 0, Follow::Redirects), 0);
}

#[test]
fn what_a_page_calls_itself_is_noted_and_not_followed() {
    let called = |href: &str| {
        let body = article("展会开幕", "展会在上海开幕。", Some(3));
        let head = format!("<head><link rel=canonical href='{href}'>");
        let capture = digested(200, &[], body.replace("<head>", &head));
        assert_eq!(capture.url, page(URL));
        assert_eq!((capture.redirect, capture.discovered), (None, Vec::new()));
        capture.calls_itself.map(|url| url.to_string())
    };
    // a home page on every article is what careless templates print
    let home = "http://small.example.org/";
    assert_eq!(called("/").as_deref(), Some(home));
    assert_eq!(called(URL), None);
    assert_eq!(called(&format!("{URL}?utm_source=feed")), None);
}

#[test]
fn hostile_pages_are_digested_too() {
    let deep = "<div>".repeat(4000);
    let attributes = format!("<p {}>", "a='b' ".repeat(100_000));
    let digits = "9".repeat(1_000_000);
    let refresh = "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>".to_owned();
    for body in [deep, attributes, digits, refresh, "\0".repeat(1000)] {
        let capture = digested(200, &[("content-type", b"text/html")], body);
        assert!(capture.redirect.is_none());
    }
}
