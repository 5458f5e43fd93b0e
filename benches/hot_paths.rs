//! The hot paths, each beside what it cannot be faster than: read the ratios of one run.
//!
//! `cargo bench` prints the time for one page and the bytes a second. What bounds a crawl is the
//! interval between requests; what bounds `extract --batch` is the HTML parser, so every step of
//! reading is to be held against `parse_alone`, the parser of `html5ever` with nothing around it.
//! On the enlarged pages, which are as large as pages of news are, the whole of reading
//! (`read_whole_page`) takes a little over twice that: the parser once, all that is asked of its
//! tree once more, and less than a tenth to decode.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark without its page has nothing to measure"
)]

use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use zhanwen::chinese::annotation;
use zhanwen::crawl;
use zhanwen::extract::{Page, extract};
use zhanwen::model::{PageUrl, Timestamp};
use zhanwen::rules::RuleBook;
use zhanwen::{canon, decode, discover, robots, version};

/// Fixture pages: a template with a table of metadata in GBK, one in UTF-8, an annotated one; and
/// the first two with the navigation, lists and scripts that real pages of them have around.
const PAGES: [&str; 5] = [
    "dedecms/viewbox-gb2312",
    "300cn/double-variant",
    "generic/annotated-dense-scar",
    "dedecms/viewbox-gb2312+",
    "300cn/double-variant+",
];

/// How large the enlarged pages are.
const LARGE: usize = 130_000;

fn main() {
    divan::main();
}

fn bytes(case: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages");
    let saved = folder.join(case.trim_end_matches('+')).join("page.html");
    let bytes = std::fs::read(saved).unwrap();
    if case.ends_with('+') {
        let decoded = decode::decode(&bytes, None);
        let page = enlarged(&decoded.text);
        return decoded.encoding.encode(&page).0.into_owned();
    }
    bytes
}

/// The page with a menu and scripts before its text, and lists behind it, as builders print them.
fn enlarged(page: &str) -> String {
    let mut before = String::from("<div class=\"header\"><ul class=\"nav\">\n");
    let mut after = String::from("<div class=\"sidebar\"><ul class=\"list\">\n");
    for n in 0.. {
        if page.len() + before.len() + after.len() > LARGE {
            break;
        }
        let menu = format!(
            "<li class=\"nav-item item-{n}\"><a href=\"/column/{n}/\" title=\"示例栏目{n}\" \
             target=\"_blank\"><span class=\"icon\"></span>示例栏目{n}</a></li>\n"
        );
        before.push_str(&menu);
        if n % 20 == 0 {
            let script = format!(
                "</ul><!-- 第{n}组 --><script type=\"text/javascript\">\n\
                 var group{n} = {{ id: {n}, speed: 500, items: [\"a\", \"b\"] }};\n\
                 $(function () {{ $('.nav .item-{n}').hover(function () {{ $(this).show(); }}); }});\n\
                 </script><style>.item-{n} {{ float: left; width: 120px; }}</style><ul class=\"nav\">\n"
            );
            before.push_str(&script);
        }
        let item = format!(
            "<li><a href=\"/news/2026/{n}.html\" title=\"示例展会第{n}号公告\">\
             <img src=\"/uploads/small/{n}.jpg\" alt=\"\" width=\"80\" height=\"60\" />\
             某市示例展会第{n}号公告：展位分配与布展安排</a>&nbsp;<span class=\"date\">2026-06-{:02}</span>\
             <p class=\"intro\">本公告说明第{n}批展位的分配办法，请各参展商留意。</p></li>\n",
            n % 28 + 1
        );
        after.push_str(&item);
    }
    before.push_str("</ul></div>\n");
    after.push_str("</ul></div>\n");
    let opened = page.find("<body").unwrap();
    let at = opened + page.get(opened..).unwrap().find('>').unwrap() + 1;
    let (head, body) = page.split_at(at);
    let (text, foot) = body.split_at(body.rfind("</body").unwrap_or(body.len()));
    format!("{head}{before}{text}{after}{foot}")
}

fn text(case: &str) -> String {
    decode::decode(&bytes(case), None).text
}

fn page(text: &str) -> Page {
    let url = PageUrl::parse("http://www.example.cn/news/15.html").ok();
    Page::parse(
        text,
        url,
        Timestamp::from_unix_millis(0),
        encoding_rs::UTF_8,
    )
}

#[divan::bench(args = PAGES)]
fn decode_bytes(bencher: Bencher<'_, '_>, case: &str) {
    let bytes = bytes(case);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| decode::decode(divan::black_box(&bytes), None));
}

#[divan::bench(args = PAGES)]
fn recover_annotation(bencher: Bencher<'_, '_>, case: &str) {
    let text = text(case);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| annotation::recover(divan::black_box(&text)).annotations);
}

#[divan::bench(args = PAGES)]
fn parse_alone(bencher: Bencher<'_, '_>, case: &str) {
    let text = text(case);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| scraper::Html::parse_document(divan::black_box(&text)));
}

#[divan::bench(args = PAGES)]
fn parse_page(bencher: Bencher<'_, '_>, case: &str) {
    let text = text(case);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| page(divan::black_box(&text)));
}

#[divan::bench(args = PAGES)]
fn extract_article(bencher: Bencher<'_, '_>, case: &str) {
    let text = text(case);
    let (page, rules) = (page(&text), RuleBook::builtin());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| extract(divan::black_box(&page), &rules));
}

#[divan::bench(args = PAGES)]
fn read_whole_page(bencher: Bencher<'_, '_>, case: &str) {
    let (bytes, rules) = (bytes(case), RuleBook::builtin());
    let url = PageUrl::parse("http://www.example.cn/news/15.html").ok();
    let at = Timestamp::from_unix_millis(0);
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench_local(|| crawl::read_page(divan::black_box(&bytes), None, url.as_ref(), at, &rules));
}

#[divan::bench(args = PAGES)]
fn discover_links(bencher: Bencher<'_, '_>, case: &str) {
    let text = text(case);
    let (page, rules) = (page(&text), RuleBook::builtin());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| discover::discover(divan::black_box(&page), &rules));
}

#[divan::bench]
fn hash_of_content(bencher: Bencher<'_, '_>) {
    let rules = RuleBook::builtin();
    let article = extract(&page(&text("dedecms/viewbox-gb2312")), &rules).article;
    bencher.bench_local(|| version::content_hash(divan::black_box(&article)));
}

#[divan::bench]
fn diff_of_one_edit(bencher: Bencher<'_, '_>) {
    let rules = RuleBook::builtin();
    let old = extract(&page(&text("dedecms/viewbox-gb2312")), &rules).article;
    let mut new = old.clone();
    new.body_text = old
        .body_text
        .as_ref()
        .map(|body| body.replacen('的', "之", 1));
    bencher.bench_local(|| version::diff(divan::black_box(&old), divan::black_box(&new)));
}

#[divan::bench]
fn canonical_url(bencher: Bencher<'_, '_>) {
    let url =
        PageUrl::parse("http://www.Example.cn/news/show.php?id=15&utm_source=x&PHPSESSID=0a1b2c");
    let url = url.unwrap();
    bencher.bench(|| canon::canonical(divan::black_box(&url)));
}

#[divan::bench]
fn robots_parse_and_ask(bencher: Bencher<'_, '_>) {
    let groups: Vec<String> = (0..200)
        .map(|n| format!("User-agent: bot{n}\nDisallow: /p{n}*x$\n"))
        .collect();
    let file = groups.concat();
    let url = PageUrl::parse("http://www.example.cn/news/15.html").unwrap();
    bencher.bench(|| {
        robots::RobotsRules::parse(divan::black_box(file.as_bytes())).allows("zhanwen", &url)
    });
}
