//! The real binary, driven as a user drives it, against a real site on loopback.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::site::{Page, Site};

/// A working folder with an archive of its own.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zhanwen"));
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("ZHANWEN_CONTACT", "https://www.example.org/about")
            .args(args)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs on loopback without an interval, so that no test waits.
    pub(crate) fn on_loopback(&self, args: &[&str]) -> Output {
        let mut all = args.to_vec();
        all.extend(["--allow-net", "127.0.0.0/8", "--interval", "0"]);
        self.run(&all)
    }

    pub(crate) fn scrape(&self, url: &str) -> Value {
        let output = self.on_loopback(&["scrape", "--json", url]);
        assert!(output.status.success(), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

pub(crate) fn said(output: &Output) -> String {
    format!(
        "exit {:?}\n{}\n{}",
        output.status.code(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

pub(crate) fn article(title: &str, views: u64, middle: &str) -> Page {
    Page::html(format!(
        "<html><head><meta charset=utf-8><title>{title}_示例会展</title></head><body>\
         <div class=nav><a href=/>首页</a> <a href=/news/>公司新闻</a></div>\
         <h1>{title}</h1>\
         <div class=info>来源：示例会展 | 作者：展务部 | 发布时间：2026-06-08 | 浏览次数：{views}</div>\
         <div class=content>\
         <p>示例家居展组委会今天公布第一批参展商名录，三百二十家企业确认参展，展位预订率超过九成。</p>\
         <p>{middle}</p>\
         <p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，请在月底之前提交申请。</p>\
         </div><div class=footer>示例会展有限公司 版权所有</div></body></html>"
    ))
}

pub(crate) const MIDDLE: &str =
    "本届展会首次把定制柜类单独设馆，今年二号馆全部用于定制柜类，面积比去年增加一倍。";
const EDITED: &str =
    "本届展会首次把定制柜类单独设馆，今年三号馆全部用于定制柜类，面积比去年增加两倍。";

#[test]
fn a_second_scrape_tells_an_edit_from_a_counter() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/15.html");

    site.put("/news/15.html", article("参展商名录公布", 120, MIDDLE));
    let first = desk.scrape(&url);
    assert_eq!(first["change"], "new");
    assert_eq!(first["version"], 1);
    assert_eq!(first["title"], "参展商名录公布");
    assert_eq!(first["source"], "示例会展");
    assert_eq!(first["author"], "展务部");
    assert_eq!(first["publish_time"], "2026-06-08");
    assert_eq!(first["views"], 120);
    assert_eq!(first["encoding"]["name"], "UTF-8");

    site.put("/news/15.html", article("参展商名录公布", 131, MIDDLE));
    let counted = desk.scrape(&url);
    assert_eq!(counted["change"], "views_only");
    assert_eq!(counted["version"], 1);
    assert_eq!(counted["views"], 131);

    site.put("/news/15.html", article("参展商名录公布", 140, EDITED));
    let edited = desk.scrape(&url);
    assert_eq!(edited["change"], "changed");
    assert_eq!(edited["version"], 2);
    assert_eq!(edited["changed_fields"], serde_json::json!(["body"]));

    let history: Value =
        serde_json::from_slice(&desk.run(&["history", "--json", &url]).stdout).unwrap();
    assert_eq!(history["versions"].as_array().unwrap().len(), 2);
    let views: Vec<_> = history["looks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["views"])
        .collect();
    assert_eq!(views, [120, 131, 140]);

    let diff = desk.run(&["diff", &url]);
    let drawn = String::from_utf8_lossy(&diff.stdout).into_owned();
    assert!(
        drawn.contains("[-二-]{+三+}") && drawn.contains("[-一-]{+两+}"),
        "{drawn}"
    );

    let old = desk.run(&["show", &url, "--version-no", "1", "--json"]);
    let old: Value = serde_json::from_slice(&old.stdout).unwrap();
    assert!(old["body_text"].as_str().unwrap().contains("二号馆"));
}

#[test]
fn no_archive_means_no_file() {
    let (desk, site) = (Desk::new(), Site::start());
    site.put("/1.html", article("展会开幕", 5, MIDDLE));
    let output = desk.on_loopback(&["scrape", "--no-archive", &site.url("/1.html")]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(String::from_utf8_lossy(&output.stdout).contains("展会开幕"));
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn loopback_is_closed_unless_opened() {
    let (desk, site) = (Desk::new(), Site::start());
    site.put("/1.html", article("展会开幕", 5, MIDDLE));
    let output = desk.run(&["scrape", &site.url("/1.html"), "--interval", "0"]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains("--allow-net"), "{}", said(&output));
    assert!(site.asked().is_empty());
    // what we refused says nothing against the host: opened, it is asked at once
    assert_eq!(desk.scrape(&site.url("/1.html"))["change"], "new");
}

#[test]
fn robots_txt_is_read_first_and_obeyed() {
    let (desk, site) = (Desk::new(), Site::start());
    let text = Page::html("User-agent: *\nDisallow: /internal/\n");
    site.put("/robots.txt", text);
    site.put("/internal/1.html", article("内部", 1, MIDDLE));
    let output = desk.on_loopback(&["scrape", &site.url("/internal/1.html")]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains("robots.txt"), "{}", said(&output));
    assert_eq!(site.asked_paths(), ["/robots.txt"]);
}

#[test]
fn a_host_that_asked_for_rest_is_named_with_its_reason_in_the_next_run_too() {
    let (desk, site) = (Desk::new(), Site::start());
    let mut busy = Page::status(503);
    busy.headers.push(("retry-after", "1800".to_owned()));
    site.put("/1.html", busy);
    let first = desk.on_loopback(&["scrape", &site.url("/1.html")]);
    assert_eq!(first.status.code(), Some(4), "{}", said(&first));
    let asked = site.asked().len();

    site.put("/1.html", article("展会开幕", 5, MIDDLE));
    let second = desk.on_loopback(&["scrape", &site.url("/1.html")]);
    assert_eq!(second.status.code(), Some(4), "{}", said(&second));
    let told = said(&second);
    assert!(
        told.contains("left alone until") && told.contains("retry-after"),
        "{told}"
    );
    assert_eq!(site.asked().len(), asked, "Retry-After holds across runs");
}

#[test]
fn a_quiet_crawl_is_heard_of_only_when_something_went_wrong() {
    let (desk, site) = (Desk::new(), Site::start());
    site.put("/news/", article("展会开幕", 5, MIDDLE));
    let quiet = |path: &str| desk.on_loopback(&["-q", "crawl", &site.url(path)]);
    let well = quiet("/news/");
    assert!(well.status.success() && well.stdout.is_empty() && well.stderr.is_empty());
    site.put("/broken/", Page::status(500));
    let badly = quiet("/broken/");
    assert_eq!(badly.status.code(), Some(4), "{}", said(&badly));
    assert!(String::from_utf8_lossy(&badly.stdout).contains("status 500"));
}

#[test]
fn requests_to_one_host_keep_their_distance() {
    let (desk, site) = (Desk::new(), Site::start());
    let urls: Vec<String> = (1..=3).map(|n| site.url(&format!("/{n}.html"))).collect();
    for (number, path) in ["/1.html", "/2.html", "/3.html"].into_iter().enumerate() {
        site.put(
            path,
            article("展会开幕", number.try_into().unwrap(), MIDDLE),
        );
    }
    let mut args = vec![
        "scrape",
        "--json",
        "--allow-net",
        "127.0.0.0/8",
        "--interval",
        "0.2",
    ];
    args.extend(urls.iter().map(String::as_str));
    let output = desk.run(&args);
    assert!(output.status.success(), "{}", said(&output));
    let asked = site.asked();
    assert_eq!(asked.len(), 4, "robots.txt and three pages");
    for pair in asked.windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(
            gap.as_millis() >= 195,
            "{} came {gap:?} after {}",
            pair[1].path,
            pair[0].path
        );
    }
}

#[test]
fn every_request_says_who_asks_and_nothing_of_the_user() {
    let (desk, site) = (Desk::new(), Site::start());
    site.put("/1.html", article("展会开幕", 5, MIDDLE));
    desk.scrape(&site.url("/1.html"));
    for asked in site.asked() {
        let agent = asked.headers["user-agent"].to_str().unwrap();
        assert!(agent.starts_with("zhanwen/"), "{agent}");
        assert!(
            agent.ends_with("(+https://www.example.org/about)"),
            "{agent}"
        );
        assert!(!asked.headers.contains_key("cookie"));
    }
}

#[test]
fn a_crawl_follows_lists_and_comes_back_for_changes() {
    let (desk, site) = (Desk::new(), Site::start());
    let item = |path: &str, title: &str| {
        format!("<li><a href=\"{path}\">{title}</a><span>2026-06-08</span></li>")
    };
    let list = |items: &str, pager: &str| {
        Page::html(format!(
            "<html><head><title>公司新闻_示例会展</title></head><body><div class=nav>\
             <a href=/>首页</a></div><div class=list><ul>{items}</ul>\
             <div class=page>{pager}</div></div></body></html>"
        ))
    };
    let first: String = (1..=6)
        .map(|n| {
            item(
                &format!("/news/{n}.html"),
                &format!("示例展会第{n}号公告正式发布"),
            )
        })
        .collect();
    let second: String = (7..=9)
        .map(|n| {
            item(
                &format!("/news/{n}.html"),
                &format!("示例展会第{n}号公告正式发布"),
            )
        })
        .collect();
    site.put(
        "/news/",
        list(&first, "<a href=/news/index_2.html>下一页</a>"),
    );
    site.put(
        "/news/index_2.html",
        list(&second, "<a href=/news/>上一页</a>"),
    );
    for n in 1..=9 {
        let title = format!("示例展会第{n}号公告正式发布");
        let middle = format!("{MIDDLE}这是第{n}号公告。");
        site.put(&format!("/news/{n}.html"), article(&title, n, &middle));
    }
    let start = site.url("/news/");

    let report = crawl(&desk, &start, &[]);
    assert_eq!(report["outcomes"]["new"], 9, "{report}");

    site.put(
        "/news/3.html",
        article("示例展会第3号公告正式发布", 4, EDITED),
    );
    site.put("/news/4.html", Page::status(404));
    let report = crawl(&desk, &start, &["--recheck"]);
    assert_eq!(report["outcomes"]["new"], 0, "{report}");
    assert_eq!(report["outcomes"]["changed"], 1, "{report}");
    assert_eq!(report["outcomes"]["gone"], 1, "{report}");

    let asked = site.asked().len();
    let report = crawl(&desk, &start, &[]);
    assert_eq!(report["outcomes"]["changed"], 0, "{report}");
    assert!(
        site.asked().len() - asked < 5,
        "nothing but the start page was due"
    );
}

fn crawl(desk: &Desk, start: &str, more: &[&str]) -> Value {
    let mut args = vec!["crawl", "--json", start];
    args.extend(more);
    let output = desk.on_loopback(&args);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_batch_answers_in_the_order_of_its_list() {
    let desk = Desk::new();
    let mut list = String::new();
    for number in 0..40 {
        let name = format!("{number}.html");
        let page = article(&format!("示例展会第{number}号公告"), number, MIDDLE);
        std::fs::write(desk.path(&name), page.body).unwrap();
        list += &serde_json::json!({"file": name, "url": format!("http://www.example.cn/{name}")})
            .to_string();
        list.push('\n');
    }
    list += "{\"file\": \"missing.html\"}\n";
    std::fs::write(desk.path("list.jsonl"), list).unwrap();
    let output = desk.run(&["extract", "--batch", "list.jsonl"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let lines: Vec<Value> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 41);
    for (number, line) in lines.iter().take(40).enumerate() {
        assert_eq!(line["file"], format!("{number}.html"));
        assert_eq!(line["views"], number);
        assert_eq!(line["kind"], "article");
    }
    assert!(
        lines[40]["error"]
            .as_str()
            .unwrap()
            .contains("missing.html")
    );
}

#[test]
fn standard_input_is_read_as_a_page() {
    let desk = Desk::new();
    let (text, ..) = encoding_rs::GBK.encode(
        "<html><head><meta charset=gb2312><title>展会开幕_示例会展</title></head><body>\
         <h1>展会开幕</h1><p>作者：展务部</p><p>示例会展今天在示例市开幕，参展企业三百家，展览面积三万平方米。</p>\
         </body></html>",
    );
    let mut child = desk
        .command(&["extract", "-", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    let output = child.wait_with_output().unwrap();
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(value["title"], "展会开幕");
    assert_eq!(value["encoding"]["name"], "GBK");
    assert_eq!(value["encoding"]["evidence"], "meta");
}

#[test]
fn mistakes_are_named_with_the_fix_and_the_documented_code() {
    let desk = Desk::new();
    let check = |args: &[&str], code: i32, words: &[&str]| {
        let output = desk.run(args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?} {}",
            said(&output)
        );
        for word in words {
            assert!(said(&output).contains(word), "{args:?} {}", said(&output));
        }
    };
    check(
        &["scrape", "www.example.cn"],
        2,
        &["https://www.example.cn/news/"],
    );
    check(
        &["scrape", "ftp://www.example.cn/"],
        2,
        &["only http and https"],
    );
    let secret = "http://me:secret@www.example.cn/1.html";
    for command in ["scrape", "crawl", "show"] {
        check(
            &[command, secret],
            2,
            &["write http://www.example.cn/1.html"],
        );
        assert!(!said(&desk.run(&[command, secret])).contains("secret"));
    }
    check(&["crawl"], 1, &["rules file"]);
    check(&["crawl", "nobody"], 2, &["nobody"]);
    check(
        &["show", "http://www.example.cn/1.html"],
        5,
        &["archive.db"],
    );
    check(&["extract", "missing.html"], 1, &["missing.html"]);

    std::fs::create_dir(desk.path("selectors")).unwrap();
    let wrong = "name = \"示例\"\nhosts = [\"www.example.cn\"]\n\n[fields]\ntitle = \"h1[\"\n";
    std::fs::write(desk.path("selectors/example.toml"), wrong).unwrap();
    check(&["crawl"], 6, &["example.toml", "h1["]);
    std::fs::remove_dir_all(desk.path("selectors")).unwrap();

    std::fs::write(
        desk.path("archive.db"),
        "this is a text, not an archive, and long enough",
    )
    .unwrap();
    check(
        &["crawl", "http://www.example.cn/"],
        5,
        &["not a zhanwen archive"],
    );
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let desk = Desk::new();
    let script = format!(
        "{} completions bash | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_zhanwen")
    );
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(desk.folder.path())
        .output();
    assert_eq!(String::from_utf8_lossy(&output.unwrap().stdout).trim(), "0");
}

#[test]
fn manual_pages_cover_every_command() {
    let desk = Desk::new();
    assert!(desk.run(&["man", "man"]).status.success());
    for command in [
        "scrape", "crawl", "extract", "eval", "show", "history", "diff", "query", "runs", "health",
        "demo",
    ] {
        assert!(
            Path::exists(&desk.path(&format!("man/zhanwen-{command}.1"))),
            "{command}"
        );
    }
}

#[test]
fn the_demo_tells_the_whole_story() {
    let desk = Desk::new();
    let output = desk.run(&["demo"]);
    assert!(output.status.success(), "{}", said(&output));
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in [
        "changed",
        "views only",
        "gone",
        "what archive.db holds now",
        "edited:",
    ] {
        assert!(told.contains(words), "no {words} in\n{told}");
    }
    assert!(desk.path("archive.db").exists());
}

#[test]
fn an_explanation_tells_what_was_considered_and_why_it_was_refused() {
    let desk = Desk::new();
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/pages/generic/event-dates-in-body/page.html");
    let page = page.to_str().unwrap();
    let url = "https://www.shili.example/news/791.html";

    let shown = desk.run(&["extract", page, "--url", url, "--explain"]);
    assert!(shown.status.success(), "{}", said(&shown));
    let told = String::from_utf8(shown.stdout.clone()).unwrap();
    for part in [
        "page          article: enough text",
        "rules         generic",
        "encoding      UTF-8 (meta), declared as utf-8",
        "publish_time  2026-06-08\n  taken    labels 发布日期: 2026-06-08\n",
        "  refused  labels 举办时间: 2026年10月16日—18日\n           a date of an event\n",
        "author        —\n           nothing on the page looks like it\n",
        "body          7 lines, worth",
        "div.main > div.article-box > div.article-content",
        "  rival    worth",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let widest = told.lines().map(console::measure_text_width).max();
    assert!(
        widest.is_some_and(|widest| widest <= 80),
        "{widest:?}\n{told}"
    );

    let printed = desk.run(&["extract", page, "--url", url, "--explain", "--json"]);
    let object: Value = serde_json::from_slice(&printed.stdout).unwrap();
    let plain = desk.run(&["extract", page, "--url", url, "--json"]);
    let mut without: Value = serde_json::from_slice(&plain.stdout).unwrap();
    let explain = object["explain"].clone();
    without["explain"] = explain.clone();
    assert_eq!(object, without, "explaining changes nothing");

    let times = explain["fields"]["publish_time"].as_array().unwrap();
    assert_eq!(times[0]["verdict"], "taken");
    assert_eq!(times[0]["value"], object["publish_time"]);
    assert_eq!(times[0]["rule"], object["provenance"]["publish_time"]);
    assert_eq!(times[0]["place"], "tail");
    assert_eq!(
        times[0]["path"],
        "div.wrap > div.main > div.article-box > div.meta-bottom"
    );
    let event = times
        .iter()
        .find(|one| one["rule"] == "labels 举办时间")
        .unwrap();
    assert_eq!(event["verdict"], "refused");
    assert_eq!(event["reason"], "event-date");
    assert_eq!(event["line"], "举办时间：2026年10月16日—18日");
    assert_eq!(explain["fields"]["title"][0]["value"], object["title"]);
    assert!(explain["fields"]["title"][0]["weight"].as_i64() > Some(20));
    assert_eq!(explain["body"]["rivals"][0]["relation"], "around");
}

#[test]
fn an_explanation_says_which_of_a_sites_rules_fails() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(
        desk.path("selectors/expo.toml"),
        "name = \"示例会展\"\nhosts = [\"www.expo.example\"]\n[fields]\n\
         source = [{ select = \"#from\" }, { select = \".info\", label = \"稿源\" }]\n\
         author = { select = \".info\", label = \"作者\" }\n",
    )
    .unwrap();
    let page = article("示例家居展公布参展商名录", 7, MIDDLE);
    std::fs::write(desk.path("page.html"), &page.body).unwrap();
    let url = "https://www.expo.example/news/1.html";
    let shown = desk.run(&["extract", "page.html", "--url", url, "--explain"]);
    let told = String::from_utf8_lossy(&shown.stdout);
    for part in [
        "rules         site:expo\n",
        "source        示例会展\n  taken    labels 来源: 示例会展\n           head, div.info: ",
        "  refused  site:expo source[0]: #from\n           the selector finds no element\n",
        "  refused  site:expo source[1]: 来源：示例会展",
        "           the label is not in the element\n           div.info\n",
        "author        展务部\n  taken    site:expo author[0]: 来源：",
        "  also     labels 作者: 展务部\n           would do, but another is believed more\n",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_crawl_that_may_do_nothing_is_refused() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/");
    for flag in [
        "--max-pages=0",
        "--max-bytes=0MB",
        "--max-time=0s",
        "--host-pages=0",
        "--host-bytes=0",
        "--host-time=0m",
    ] {
        let output = desk.on_loopback(&["crawl", flag, &url]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        let told = said(&output);
        assert!(told.contains("nothing could be asked for"), "{told}");
    }
    std::fs::write(desk.path("zhanwen.toml"), "max_pages = 0\n").unwrap();
    let output = desk.on_loopback(&["crawl", &url]);
    assert_eq!(output.status.code(), Some(6), "{}", said(&output));
    assert!(said(&output).contains("max_pages"), "{}", said(&output));
    assert!(site.asked_paths().is_empty());
}

#[test]
fn views_are_drawn_as_characters_svg_and_json() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/15.html");
    for (views, middle) in [(120, MIDDLE), (150, EDITED), (40, EDITED)] {
        site.put("/news/15.html", article("参展商名录公布", views, middle));
        desk.scrape(&url);
    }
    let drawn = desk.run(&["views", &url]);
    let drawn = String::from_utf8(drawn.stdout).unwrap();
    for expected in [
        "参展商名录公布",
        "┤",
        "v2",
        "120 views at 20",
        "reset its counter once",
    ] {
        assert!(drawn.contains(expected), "{expected}: {drawn}");
    }
    let picture = desk.run(&["views", &url, "--svg", "views.svg"]);
    assert!(picture.status.success(), "{}", said(&picture));
    let picture = std::fs::read_to_string(desk.path("views.svg")).unwrap();
    assert!(
        picture.starts_with("<svg ") && picture.ends_with("</svg>\n"),
        "{picture}"
    );
    let object = desk.run(&["views", &url, "--json"]);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    let points = object["points"].as_array().unwrap();
    assert_eq!(points.len(), 3);
    assert_eq!(points[2]["reset"], true);
    assert_eq!(points[2]["per_day"], Value::Null);

    site.put("/news/16.html", Page::html("<title>公告</title><h1>没有浏览次数的公告</h1><p>展会将于六月八日在示例市国际会展中心开幕，请参展商按时进馆布展。</p>"));
    let other = site.url("/news/16.html");
    desk.on_loopback(&["scrape", &other]);
    let none = desk.run(&["views", &other]);
    assert_eq!(none.status.code(), Some(1), "{}", said(&none));
    assert!(said(&none).contains("no look at it saw a view count"));
}

#[test]
fn edits_and_disappearances_are_told_with_what_differs() {
    let (desk, site) = (Desk::new(), Site::start());
    let (edited, gone) = (site.url("/news/15.html"), site.url("/news/16.html"));
    for middle in [MIDDLE, EDITED] {
        site.put("/news/15.html", article("参展商名录公布", 120, middle));
        desk.scrape(&edited);
    }
    site.put("/news/16.html", article("展会延期公告发布", 9, MIDDLE));
    desk.scrape(&gone);
    site.put("/news/16.html", Page::status(404));
    for _ in 0..2 {
        desk.on_loopback(&["scrape", &gone]);
    }
    let told = desk.run(&["changes"]);
    let told = String::from_utf8(told.stdout).unwrap();
    for expected in [
        "vanished",
        "展会延期公告发布",
        "v1 → v2",
        "参展商名录公布",
        "[-二-]{+三+}号馆",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    let objects = desk.run(&["changes", "--json", "--since", "2026-01-01"]);
    let objects = String::from_utf8(objects.stdout).unwrap();
    let objects: Vec<Value> = objects
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(objects.len(), 2, "{objects:?}");
    assert_eq!(objects[0]["happening"], "vanished");
    assert_eq!(objects[1]["happening"], "edited");
    assert_eq!(
        (&objects[1]["old"], &objects[1]["new"]),
        (&1.into(), &2.into())
    );
    assert_eq!(objects[1]["source"], "示例会展");

    let none = desk.run(&["changes", "--until", "2026-01-01"]);
    assert!(
        said(&none).contains("nothing was edited"),
        "{}",
        said(&none)
    );
    let unknown = desk.run(&["changes", "--site", "nobody"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    assert!(
        said(&unknown).contains("known are 127.0.0.1"),
        "{}",
        said(&unknown)
    );
    let misspelt = desk.run(&["changes", "--since", "yesterday"]);
    assert_eq!(misspelt.status.code(), Some(2), "{}", said(&misspelt));
}

#[test]
fn the_archive_is_told_in_numbers() {
    let (desk, site) = (Desk::new(), Site::start());
    for number in 1..=3 {
        let path = format!("/news/{number}.html");
        site.put(&path, article("参展商名录公布", 100 * number, MIDDLE));
        desk.scrape(&site.url(&path));
    }
    let told = desk.run(&["stats"]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(
        told.contains("127.0.0.1") && told.contains("100%"),
        "{told}"
    );
    let object = desk.run(&["stats", "--json", "--months", "1200"]);
    let object: Value = serde_json::from_slice(&object.stdout).unwrap();
    let name = object["site"].as_str().unwrap();
    let one = desk.run(&["stats", name, "--months", "3"]);
    assert_eq!(said(&one).matches("\n20").count(), 3, "{}", said(&one));
    assert!(said(&one).contains("all time"), "{}", said(&one));
    assert_eq!(object["all_time"]["published"], 3);
    assert_eq!(object["all_time"]["views"], 600);
    let months = object["months"].as_array().unwrap();
    let june = months
        .iter()
        .find(|month| month["month"] == "2026-06")
        .unwrap();
    assert_eq!(june["published"], 3);
}
