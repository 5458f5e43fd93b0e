//! Sites whose lists only a script loads, by the real binary: GBK and UTF-8, HTML and JSON.

use encoding_rs::{Encoding, GBK, UTF_8};
use serde_json::Value;

use crate::cli::{Desk, said};
use crate::site::{Page, Site};

fn page(text: &str, kind: &str, encoding: &'static Encoding) -> Page {
    let mut page = Page::html(encoding.encode(text).0.into_owned());
    page.headers = vec![(
        "content-type",
        format!("{kind}; charset={}", encoding.name()),
    )];
    page
}

/// A start page that holds nothing but a script, and nine articles.
fn scene(encoding: &'static Encoding, ajax: &str) -> (Desk, Site) {
    let (desk, site) = (Desk::new(), Site::start());
    let ajax = ajax.replace("SITE", &site.url(""));
    let rules = format!(
        "name = '示例会展'\nhosts = ['127.0.0.1']\nstart = '{}'\ninterval = '1ms'\n\
         [article]\nurls = '^/news/\\d+\\.html$'\n{ajax}",
        site.url("/news/")
    );
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(desk.path("selectors/expo.toml"), rules).unwrap();
    let start = "<title>新闻中心</title><div id=list></div><script>load(1)</script>";
    site.put("/news/", page(start, "text/html", encoding));
    for number in 1..=9 {
        let article = format!(
            "<title>第{number}届展会开幕</title><h1>第{number}届展会开幕</h1><p>发布时间：2026-06-08</p>\
             <div class=content><p>第{number}届展会今天在示例展览馆开幕，四个展馆共有五百家企业参展。</p>\
             <p>展会为期三天，设有八个展馆，欢迎各界人士前来参观洽谈，主办方提供往返班车。</p></div>"
        );
        let path = format!("/news/{number}.html");
        site.put(&path, page(&article, "text/html", encoding));
    }
    (desk, site)
}

fn crawl(desk: &Desk) -> Value {
    let output = desk.on_loopback(&["crawl", "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn lists(site: &Site, from: usize) -> Vec<String> {
    let asked = site.asked_paths().split_off(from);
    let lists = asked.into_iter().filter(|path| path.contains("page="));
    lists.collect()
}

fn fragments(site: &Site, encoding: &'static Encoding, pages: &[&[u32]]) {
    for (place, numbers) in pages.iter().enumerate() {
        let items = numbers.iter().map(|number| {
            format!("<dl><dt><a href='{number}.html'>第{number}届展会开幕</a></dt><dd>2026-06-08</dd></dl>")
        });
        let html = items.collect::<String>();
        let path = format!("/comp/list.do?cid=3&page={}", place + 1);
        site.put(&path, page(&html, "text/html", encoding));
    }
}

const HTML: &str = "[list.ajax]\naddress = 'SITE/comp/list.do?cid=3&page={page}'\n";

#[test]
fn fragments_of_html_are_walked_until_nothing_is_new() {
    for encoding in [GBK, UTF_8] {
        let (desk, site) = scene(encoding, HTML);
        fragments(&site, encoding, &[&[9, 8, 7], &[6, 5, 4], &[3, 2], &[]]);
        let report = crawl(&desk);
        assert_eq!(report["outcomes"]["new"], 8, "{report}");
        assert_eq!(lists(&site, 0).len(), 4, "the empty one is the last");
        // nothing new on the first page
        let before = site.asked().len();
        crawl(&desk);
        assert_eq!(lists(&site, before), ["/comp/list.do?cid=3&page=1"]);
    }
}

#[test]
fn items_of_json_are_walked_until_nothing_is_new() {
    const JSON: &str = "[list.ajax]\naddress = 'SITE/api/news?page={page}&size=3'\nstart = 0\n\
        items = '/data/list'\nurl = '/news/{id}.html'\nmost = 3\n";
    for encoding in [GBK, UTF_8] {
        let (desk, site) = scene(encoding, JSON);
        let put = |place: usize, numbers: &[u32]| {
            let items = numbers
                .iter()
                .map(|id| format!("{{\"id\":{id},\"title\":\"展会\"}}"));
            let items = items.collect::<Vec<_>>().join(",");
            let json = format!("{{\"msg\":\"成功\",\"data\":{{\"list\":[{items}]}}}}");
            let path = format!("/api/news?page={place}&size=3");
            site.put(&path, page(&json, "application/json", encoding));
        };
        put(0, &[8, 7, 6]);
        put(1, &[5, 4, 3]);
        // the third is the last that the rules allow, whatever comes after it
        put(2, &[2, 1]);
        put(3, &[9]);
        let report = crawl(&desk);
        assert_eq!(report["outcomes"]["new"], 8, "{report}");
        assert_eq!(lists(&site, 0).len(), 3);
        put(0, &[9, 8, 7]);
        let before = site.asked().len();
        let report = crawl(&desk);
        assert_eq!(report["outcomes"]["new"], 1, "{report}");
        let two = ["/api/news?page=0&size=3", "/api/news?page=1&size=3"];
        assert_eq!(lists(&site, before), two);
    }
}

#[test]
fn robots_txt_holds_for_a_list_that_a_script_loads() {
    let (desk, site) = scene(UTF_8, HTML);
    fragments(&site, UTF_8, &[&[9, 8, 7]]);
    site.put("/robots.txt", Page::html("User-agent: *\nDisallow: /comp/"));
    let output = desk.on_loopback(&["crawl", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["failed"][0]["reason"], "robots.txt", "{report}");
    assert_eq!(lists(&site, 0), [""; 0]);
}

#[test]
fn an_answer_that_is_not_what_the_rules_say_fails_by_name() {
    let json = format!("{HTML}items = '/list'\nurl = '{{url}}'\n");
    let (desk, site) = scene(UTF_8, &json);
    fragments(&site, UTF_8, &[&[9, 8, 7]]);
    let output = desk.on_loopback(&["crawl", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let reason = report["failed"][0]["reason"].as_str().unwrap();
    assert!(reason.starts_with("its answer is no JSON"), "{reason}");
}
