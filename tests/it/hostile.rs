//! The real binary given pages that are made to break their reader.
//!
//! No page may take more than its size warrants: each is held against an ordinary page, byte for
//! byte, in processor time, so that a slow or crowded machine changes nothing. Memory is held to
//! what `docs/guide.md` promises by the shell's `ulimit`.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::cli::{Desk, said};

/// How much slower than an ordinary page a hostile one may be read.
const TIMES: u32 = 40;

/// The promise for any one page, in kilobytes; addresses that are only reserved are counted here
/// as well.
const MOST_MEMORY: u32 = 1_000_000;

const ARTICLE: &str = "<h1>示例展会在某市开幕</h1><p>来源：示例会展 | 时间：2026-06-08</p>\
    <p>示例家居展组委会今天公布第一批参展商名录，三百二十家企业确认参展，展位预订率超过九成。</p>\
    <p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，请在月底之前提交申请。</p>";

/// A page of news and links, of about `bytes`.
fn ordinary(bytes: usize) -> String {
    let link = "<li class=item><a href='/news/12.html'>某某展会将于明年春季在某市举行</a>\
        <span>2026-06-08</span></li>\n";
    let paragraph =
        "<p>本届展会首次把定制柜类单独设馆，今年二号馆全部用于定制柜类，面积比去年增加一倍。</p>\n";
    let script = "<script>var items = [1, 2, 3]; show(items);</script>\n";
    let part = [link, paragraph, script].concat();
    format!("{ARTICLE}{}", part.repeat(bytes / part.len() + 1))
}

/// The processor time that reading `page` takes, and the JSON that comes of it.
fn read(desk: &Desk, page: &str) -> (Duration, serde_json::Value) {
    std::fs::write(desk.path("page.html"), page).unwrap();
    let script = format!(
        "ulimit -v {MOST_MEMORY}; {} extract --json --url http://www.example.cn/news/1.html \
         page.html && times >&2",
        env!("CARGO_BIN_EXE_zhanwen")
    );
    let output = Command::new("bash")
        .args(["-c", &script])
        .env_clear()
        .current_dir(desk.folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    // the shell's own times, then those of its children: `0m0.120s 0m0.010s`
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let seconds = |written: &str| {
        let (minutes, seconds) = written.trim_end_matches('s').split_once('m').unwrap();
        minutes.parse::<f64>().unwrap() * 60.0 + seconds.parse::<f64>().unwrap()
    };
    let children = told.lines().last().unwrap();
    let spent = children.split_whitespace().map(seconds).sum();
    let json = serde_json::from_slice(&output.stdout).unwrap();
    (Duration::from_secs_f64(spent), json)
}

fn numbered(count: usize, write: impl Fn(usize) -> String) -> String {
    (0..count).map(write).collect::<Vec<_>>().concat()
}

/// What is put before an article, by what it tries.
fn attacks() -> Vec<(&'static str, String)> {
    vec![
        ("deep nesting", "<div>".repeat(200_000)),
        ("misnested blocks", "<b></div>".repeat(30_000)),
        (
            "formats that are never closed",
            numbered(30_000, |n| format!("<b id={n}></div>")),
        ),
        (
            "formats opened again by each paragraph",
            format!(
                "<p>{}{}",
                numbered(400, |n| format!("<font size={n}>")),
                "<p>x".repeat(50_000)
            ),
        ),
        ("words around paragraphs", "<span><p></span></p>".repeat(20_000)),
        (
            "attributes of one element",
            format!("<div{}>", numbered(200_000, |n| format!(" a{n}=1"))),
        ),
        (
            "attributes that hold tags",
            format!("<div{}>", numbered(100_000, |n| format!(" a{n}=\"<b>\""))),
        ),
        (
            "attributes of many elements",
            numbered(40_000, |n| format!("<i a{n}=1 b=2 c=3 d=4 e=5>x</i>")),
        ),
        ("a million elements", "<i></i>".repeat(1_000_000)),
        ("elements with words", "<div class=share>分享</div>".repeat(100_000)),
        (
            "a table of many rows",
            format!("<table>{}</table>", "<tr><td>甲<td>乙<td>2026-01-01".repeat(60_000)),
        ),
        ("nested tables", "<table><tr><td>".repeat(30_000)),
        ("nested lists", "<ul><li>".repeat(50_000)),
        ("entities", "&nbsp;&amp;&#20250;".repeat(100_000)),
        ("entities in prose", format!("<p>{}", "展会，&nbsp;&lt;".repeat(60_000))),
        ("a line without end", format!("<p>{}", "展会，".repeat(400_000))),
        ("lines without end", "展会。<br>".repeat(100_000)),
        ("a title without end", format!("<title>{}</title>", "标题".repeat(200_000))),
        ("labels without end", format!("<p>{}", "来源：".repeat(200_000))),
        ("brackets without end", format!("<p>{}", "（来源：（记者 ".repeat(100_000))),
        ("dates without end", format!("<p>发布时间：{}", "2026-01-0".repeat(200_000))),
        ("digits without end", format!("<p>浏览：{}", "1".repeat(1_000_000))),
        ("annotations without end", "<p>会(huì)?huì)".repeat(50_000)),
        ("blanks without end", format!("<p>来源：{}", " \u{a0}　".repeat(300_000))),
        ("pictures", numbered(20_000, |n| format!("<p><img src=/{n}.jpg>展会，今年，某市。</p>"))),
        (
            "JSON-LD",
            format!(
                "<script type=application/ld+json>{}{}</script>",
                "[".repeat(1_000_000),
                "]".repeat(1_000_000)
            ),
        ),
        (
            "much JSON-LD",
            "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"author\":{\"name\":\"张三\"},\"datePublished\":\"2026-01-01\"}</script>".repeat(10_000),
        ),
        ("scripts", format!("<script>{}</script>", "ct = \"1; var publishTime=\n".repeat(50_000))),
        ("an open script", format!("<script>{}", "</scrip".repeat(200_000))),
        ("an open comment", format!("<!--{}", "--!".repeat(500_000))),
        ("open tags", "<a ".repeat(500_000)),
        ("less-than signs", "<".repeat(500_000)),
        ("names of classes", numbered(30_000, |n| format!("<div class='c{n} d{n}'>x</div>"))),
        ("a name of a class", format!("<div class='{}'>", "shareBox".repeat(200_000))),
        ("options", "<select><optgroup><option>".repeat(50_000)),
        ("NUL", "\0".repeat(1_000_000)),
    ]
}

#[test]
fn no_page_takes_more_than_its_size_warrants() {
    let desk = Desk::new();
    let size = 2_000_000;
    let (start, _) = read(&desk, ARTICLE);
    let (whole, _) = read(&desk, &ordinary(size));
    let each_megabyte = whole.saturating_sub(start) / 2;
    let mut slow = Vec::new();
    for (name, attack) in attacks() {
        let page = format!("{attack}{ARTICLE}");
        let megabytes = u32::try_from(page.len() / 1_000_000 + 1).unwrap();
        let (spent, json) = read(&desk, &page);
        assert!(json["error"].is_null(), "{name}: {json}");
        if spent > start * 3 + each_megabyte * megabytes * TIMES {
            slow.push(format!("{name}: {spent:?}"));
        }
    }
    assert!(
        slow.is_empty(),
        "{slow:#?} beside {each_megabyte:?} a megabyte"
    );
}

#[test]
fn a_page_beyond_the_limit_is_read_as_far_as_that_goes() {
    let desk = Desk::new();
    std::fs::write(desk.path("zhanwen.toml"), "body_limit_mib = 1").unwrap();
    let (_, json) = read(&desk, &format!("{ARTICLE}{}", "展会，".repeat(700_000)));
    assert_eq!(json["title"], "示例展会在某市开幕");
    assert_eq!(json["source"], "示例会展");
    let warnings = json["warnings"].to_string();
    assert!(
        warnings.contains("page-cut: only its first 1048576 bytes were read"),
        "{warnings}"
    );
    let (_, json) = read(&desk, ARTICLE);
    assert_eq!(json["warnings"], serde_json::json!([]));
}

#[test]
fn a_page_of_too_many_elements_says_so() {
    let desk = Desk::new();
    let (_, json) = read(&desk, &format!("{ARTICLE}{}", "<i></i>".repeat(600_000)));
    assert_eq!(json["title"], "示例展会在某市开幕");
    let warnings = json["warnings"].to_string();
    assert!(
        warnings.contains("page-cut: it has more elements"),
        "{warnings}"
    );
}
