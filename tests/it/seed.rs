//! The page the project began with, in the shape its site serves it, must always come out clean.

use std::path::Path;

use zhanwen::crawl::read_page;
use zhanwen::model::{PageKind, PageUrl, Timestamp};
use zhanwen::rules::RuleBook;

/// The seed's text in the page of a company site: pipes between the metadata, the first paragraph
/// once more as an abstract before the body.
fn page(text: &str) -> String {
    let (title, rest) = text.split_once('\n').unwrap();
    let (metadata, body) = rest.split_once("分享到:\n").unwrap();
    let (abstract_, body) = body.split_once('\n').unwrap();
    let metadata: Vec<String> = metadata
        .lines()
        .map(|line| match line.split_once(" 次") {
            _ if line == "|" => "<i>|</i>".to_owned(),
            Some((count, label)) => format!("<span><b>{count}</b> 次{label}</span>"),
            None => format!("<span>{line}</span>"),
        })
        .collect();
    let metadata = metadata.concat() + "<span>分享到:</span>";
    let body = body.trim_end().replace('\n', "</p><p>");
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}_新聞中心</title></head>\
         <body><div class=\"nav\"><a href=\"/\">首頁(yè)</a><a href=\"/about/\">關(guān)于我們</a>\
         <a href=\"/news/\">新聞中心</a></div>\
         <div class=\"newsdetail\"><h1>{title}</h1><div class=\"newsinfo\">{metadata}</div>\
         <div class=\"summary\">{abstract_}</div><div class=\"content\"><p>{body}</p></div></div>\
         <div class=\"prevnext\"><a href=\"/news/14.html\">上一條(tiáo)：展館資訊</a>\
         <a href=\"/news/16.html\">下一條(tiáo)：展會(huì)預(yù)告</a></div>\
         <div class=\"footer\">版權(quán)所有</div></body></html>"
    )
}

#[test]
fn the_seed_page_comes_out_clean() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/seed");
    let Ok(mut files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: the seed text is not beside the project");
        return;
    };
    let text = std::fs::read_to_string(files.next().unwrap().unwrap().path()).unwrap();
    let url = PageUrl::parse("http://www.example.cn/news/15.html").unwrap();
    let (kind, reading) = read_page(
        page(&text).as_bytes(),
        Some("text/html"),
        Some(&url),
        Timestamp::from_unix_millis(1_750_000_000_000),
        &RuleBook::builtin(),
    );
    let article = &reading.article;
    assert_eq!(kind, PageKind::Article);
    assert_eq!(
        article.title.as_deref(),
        Some("成渝核心商圈党建联盟渝中峰会举行")
    );
    assert_eq!(article.source.as_deref(), Some("优创会展"));
    assert_eq!(article.author.as_deref(), Some("优创会展"));
    assert_eq!(
        article.publish_time.map(|time| time.to_string()).as_deref(),
        Some("2020-09-16")
    );
    assert_eq!(article.views, Some(5476));
    assert!(
        reading
            .warnings
            .iter()
            .any(|warning| warning.starts_with("annotated-text"))
    );

    let body = article.body_text.as_deref().unwrap();
    let toned = regex::Regex::new(r"\([a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-zü]*\)").unwrap();
    assert!(!toned.is_match(body), "{body}");
    assert_eq!(body.matches("9月3日,由重庆市渝中区委").count(), 1, "{body}");
    assert_eq!(body.matches("张振敏说,渝中区与锦江区").count(), 1, "{body}");
    assert!(body.ends_with("影响力、竞争力。"), "{body}");
    let summary = article.summary.as_deref().unwrap();
    assert!(summary.starts_with("9月3日,由重庆市渝中区委"), "{summary}");

    let printed = article.as_printed.as_ref().unwrap();
    assert_eq!(printed.title.as_deref(), text.lines().next());
}
