//! A site whose rules name a counter that only reads, by the real binary.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::cli::{Desk, said};
use crate::site::{Page, Site};

const PATH: &str = "/news/4/12.html";
const COUNTER: &str = "/e/public/ViewClick/?classid=4&id=12";

const RULES: &str = r#"
name = "示例会展"
hosts = ["127.0.0.1"]

[article]
urls = '^/news/(?<classid>\d+)/(?<id>\d+)\.html$'

[counter]
address = "/e/public/ViewClick/?classid={classid}&id={id}"
read-only = true
"#;

/// An article whose views only a script fills; the script's own address would write them.
fn article() -> Page {
    Page::html(format!(
        "<html><head><meta charset=utf-8><title>示例灯饰展公布展位图_示例会展</title></head><body>\
         <div class=nav><a href=/>首页</a> <a href=/news/>公司新闻</a></div>\
         <h1>示例灯饰展公布展位图</h1>\
         <div class=info>来源：示例会展 发布时间：2026-06-08 浏览次数：\
         <script src='{COUNTER}&addclick=1'></script>次</div>\
         <div class=content>\
         <p>示例灯饰展组委会今天公布展位图，四个展馆共设展位九百六十个，其中特装展位三百二十个。</p>\
         <p>今年的展位按照品类分区，家居照明在一号馆和二号馆，商业照明在三号馆，配件在四号馆。</p>\
         <p>参展企业可以从七月一日起在线选位，已经签约的企业保留去年的位置直到六月底。</p>\
         </div><div class=footer>示例会展有限公司 版权所有</div></body></html>"
    ))
}

fn scene() -> (Desk, Site) {
    let (desk, site) = (Desk::new(), Site::start());
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(desk.path("selectors/expo.toml"), RULES).unwrap();
    site.put(PATH, article());
    site.put(COUNTER, Page::html("document.write('539');\r\n"));
    (desk, site)
}

fn scrape(desk: &Desk, site: &Site) -> Value {
    let output = desk.on_loopback(&["scrape", "--json", &site.url(PATH)]);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_scrape_tells_the_views_that_the_counter_tells() {
    let (desk, site) = scene();
    let found = scrape(&desk, &site);
    assert_eq!(found["views"], 539);
    assert_eq!(found["views_note"], Value::Null);
    assert_eq!(found["warnings"], json!([]));
    assert_eq!(
        found["provenance"]["views"],
        format!("counter {}", site.url(COUNTER))
    );
    assert_eq!(site.asked_paths(), ["/robots.txt", PATH, COUNTER]);
    site.put(COUNTER, Page::html("document.write('802');"));
    let again = scrape(&desk, &site);
    assert_eq!(again["views"], 802);
    assert_eq!(again["change"], "views_only");
    assert_eq!(again["version"], 1);

    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let number = |sql: &str| -> i64 { archive.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(number("SELECT count(*) FROM v_articles"), 1);
    assert_eq!(number("SELECT count(*) FROM v_versions"), 1);
    assert_eq!(number("SELECT count(*) FROM v_fetches"), 2);
    assert_eq!(number("SELECT sum(delta) FROM v_views"), 263);
}

#[test]
fn a_counter_that_robots_txt_forbids_is_left_alone() {
    let (desk, site) = scene();
    let robots = Page::html("User-agent: *\nDisallow: /e/");
    site.put("/robots.txt", robots);
    let found = scrape(&desk, &site);
    assert_eq!(found["views"], Value::Null);
    assert_eq!(found["views_note"], "script-counter");
    let address = site.url(COUNTER);
    let warning = format!("counter-refused: {address} was not asked: robots.txt");
    assert_eq!(found["warnings"], json!([warning]));
    assert_eq!(found["change"], "new");
    assert_eq!(site.asked_paths(), ["/robots.txt", PATH]);
}

#[test]
fn a_saved_page_asks_nobody() {
    let (desk, site) = scene();
    std::fs::write(desk.path("page.html"), article().body).unwrap();
    let url = site.url(PATH);
    let output = desk.run(&["extract", "page.html", "--url", &url, "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["views"], Value::Null);
    assert_eq!(found["views_note"], "script-counter");
    assert_eq!(found["warnings"], json!([]));
    assert_eq!(site.asked_paths(), [] as [&str; 0]);
}

#[test]
fn without_rules_no_counter_is_called() {
    let (desk, site) = scene();
    std::fs::remove_dir_all(desk.path("selectors")).unwrap();
    let found = scrape(&desk, &site);
    assert_eq!(found["views_note"], "script-counter");
    assert_eq!(site.asked_paths(), ["/robots.txt", PATH]);
}

#[test]
fn a_file_that_does_not_say_that_its_counter_only_reads_is_refused() {
    let (desk, site) = scene();
    let silent = RULES.replace("read-only = true\n", "");
    std::fs::write(desk.path("selectors/expo.toml"), silent).unwrap();
    let output = desk.on_loopback(&["scrape", &site.url(PATH)]);
    assert_eq!(output.status.code(), Some(6), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("expo.toml:9:11") && told.contains("reading this counter may write it"),
        "{told}"
    );
    assert_eq!(site.asked_paths(), [] as [&str; 0]);
}
