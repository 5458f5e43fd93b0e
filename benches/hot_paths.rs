//! The hot paths, each beside what it cannot be faster than: read the ratios of one run.
//!
//! `cargo bench` prints the time for one page and the bytes a second. What bounds a crawl is the
//! interval between requests; what bounds `extract --batch` is the HTML parser, so every step of
//! reading is to be held against `parse_alone`.
#![expect(
    clippy::unwrap_used,
    reason = "a benchmark without its page has nothing to measure"
)]

use std::path::Path;

use divan::Bencher;
use divan::counter::BytesCount;
use zhanwen::chinese::annotation;
use zhanwen::extract::{Page, extract};
use zhanwen::model::{PageUrl, Timestamp};
use zhanwen::rules::RuleBook;
use zhanwen::{canon, decode, discover, robots, version};

/// Fixture pages: a template with a table of metadata in GBK, one in UTF-8, an annotated one.
const PAGES: [&str; 3] = [
    "dedecms/viewbox-gb2312",
    "300cn/double-variant",
    "generic/annotated-dense-scar",
];

fn main() {
    divan::main();
}

fn bytes(case: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/pages");
    std::fs::read(folder.join(case).join("page.html")).unwrap()
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
