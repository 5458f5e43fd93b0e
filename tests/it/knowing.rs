//! What a person can know of crawls that ran alone: runs, exit codes, health, metrics, forecasts.

#![expect(clippy::panic, reason = "a test says what was wrong and stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::{Page, Site};

const LOOPBACK: [&str; 2] = ["--allow-net", "127.0.0.0/8"];

/// A site whose list leads to `count` articles.
fn company(count: usize) -> Site {
    let site = Site::start();
    let items: Vec<String> = (1..=count)
        .map(|number| {
            format!(
                "<li><a href=/news/{number}.html>示例展会第{number}号公告正式发布</a>\
                 <span>2026-06-08</span></li>"
            )
        })
        .collect();
    let items = items.concat();
    site.put(
        "/news/",
        Page::html(format!(
            "<html><head><title>公司新闻_示例会展</title></head><body><div class=nav>\
             <a href=/>首页</a></div><div class=list><ul>{items}</ul></div></body></html>"
        )),
    );
    for number in 1..=count {
        let title = format!("示例展会第{number}号公告正式发布");
        let middle = format!("{MIDDLE}这是第{number}号公告。");
        site.put(&format!("/news/{number}.html"), article(&title, 7, &middle));
    }
    site
}

impl Desk {
    fn object(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)))
    }

    fn text(&self, args: &[&str]) -> String {
        String::from_utf8(self.run(args).stdout).unwrap()
    }

    /// Rules for the site, whose start pages are `start`.
    fn rules(&self, name: &str, site: &Site, start: &[&str]) {
        let start: Vec<String> = start
            .iter()
            .map(|path| format!("\"{}\"", site.url(path)))
            .collect();
        let rules = format!(
            "name = \"示例会展\"\nhosts = [\"{}\"]\nstart = [{}]\n",
            site.url("").trim_start_matches("http://"),
            start.join(", ")
        );
        let folder = self.path("selectors");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.toml")), rules).unwrap();
    }

    fn change(&self, sql: &str) {
        let archive = Connection::open(self.path("archive.db")).unwrap();
        archive.execute_batch(sql).unwrap();
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

/// Waits until `holds`; what a test waits for comes soon or not at all.
fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    for _try in 0..2000 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("waited in vain until {what}");
}

#[test]
fn a_run_is_told_again_as_it_reported() {
    let (desk, site) = (Desk::new(), company(4));
    site.put("/news/3.html", Page::status(500));
    site.put("/news/4.html", Page::status(404));
    let start = site.url("/news/");
    let crawled = desk.on_loopback(&["crawl", "--json", &start]);
    assert_eq!(code(&crawled), 3, "{}", said(&crawled));
    let reported: Value = serde_json::from_slice(&crawled.stdout).unwrap();
    assert_eq!(reported["failed_by_reason"]["status 500"], 1, "{reported}");

    let shown = desk.object(&["runs", "show", "latest", "--json"]);
    assert_eq!(shown["report"], reported);
    assert_eq!(shown["reported"], true);
    assert_eq!(shown["state"], "completed");
    assert_eq!(shown["run"], 1);
    let host = start
        .trim_start_matches("http://")
        .trim_end_matches("/news/");
    assert_eq!(shown["report"]["hosts"][host]["outcomes"]["new"], 2);
    assert_eq!(shown["report"]["sites"][host]["looks"], 6, "{shown}");

    let scraped = desk.on_loopback(&["scrape", &site.url("/news/1.html")]);
    assert_eq!(code(&scraped), 0);
    let lines = desk.text(&["runs", "--json"]);
    let listed: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["run"], &listed[0]["kind"]),
        (&2.into(), &"scrape".into())
    );
    assert_eq!(listed[1]["outcomes"]["failed"], 2);
    assert_eq!(desk.text(&["runs", "--limit", "1"]).lines().count(), 2);

    let text = desk.text(&["runs", "show", "1"]);
    for part in [
        "run 1 crawl, completed",
        "status 500: 1 page",
        "/news/3.html",
        host,
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let unknown = desk.run(&["runs", "show", "77"]);
    assert_eq!(code(&unknown), 1);
    assert!(said(&unknown).contains("run 77"), "{}", said(&unknown));
    assert_eq!(code(&desk.run(&["runs", "show", "last"])), 2);
}

#[test]
fn an_archive_made_before_runs_had_reports_is_read() {
    let (desk, site) = (Desk::new(), company(1));
    desk.on_loopback(&["crawl", &site.url("/news/")]);
    desk.change("ALTER TABLE run DROP COLUMN holder; ALTER TABLE run DROP COLUMN report");
    let shown = desk.object(&["runs", "show", "--json"]);
    assert_eq!(shown["reported"], false, "{shown}");
    assert_eq!(shown["report"]["outcomes"]["new"], 1, "{shown}");
    assert_eq!(shown["report"]["new_pages"], Value::Null);
}

#[test]
fn a_killed_run_is_told_from_one_at_work_by_its_looks() {
    let (desk, site) = (Desk::new(), company(9));
    for number in 3..=9 {
        let slow = article("示例展会公告", 7, MIDDLE).after(Duration::from_mins(1));
        site.put(&format!("/news/{number}.html"), slow);
    }
    let start = site.url("/news/");
    let running = desk.begin(&["crawl", "--interval", "0", &start]);
    wait_until("two articles are kept", || {
        desk.path("archive.db").exists() && desk.text(&["runs", "--json"]).contains("\"new\":2")
    });
    let shown = desk.object(&["runs", "show", "--json"]);
    assert_eq!(shown["state"], "running", "{shown}");

    // a crawl that is to be alone ends at once, and begins nothing
    let alone = desk.on_loopback(&["crawl", "--alone", &start]);
    assert_eq!(code(&alone), 8, "{}", said(&alone));
    assert!(
        said(&alone).contains("run 1 is at work"),
        "{}",
        said(&alone)
    );
    assert_eq!(desk.text(&["runs", "--json"]).lines().count(), 1);

    running.signal("-KILL");
    let _ended = running.ended_within(Duration::from_secs(20));
    let shown = desk.object(&["runs", "show", "--json"]);
    assert_eq!(shown["state"], "killed", "{shown}");
    assert_eq!(shown["reported"], false);
    assert_eq!(shown["report"]["outcomes"]["new"], 2, "{shown}");
    let text = desk.text(&["runs", "show"]);
    assert!(text.contains("killed: its last look was at"), "{text}");
    // who was killed is in nobody's way
    site.put("/news/", Page::html("<p>nothing"));
    for number in 1..=9 {
        site.put(&format!("/news/{number}.html"), Page::status(404));
    }
    let alone = desk.on_loopback(&["crawl", "--alone", &start]);
    assert_eq!(code(&alone), 0, "{}", said(&alone));
}

#[test]
fn each_exit_code_says_what_came_of_it() {
    let check = |expected: i32, what: &str, run: &dyn Fn(&Desk, &Site) -> Output| {
        let (desk, site) = (Desk::new(), company(3));
        let output = run(&desk, &site);
        assert_eq!(code(&output), expected, "{what}: {}", said(&output));
    };
    let crawl =
        |desk: &Desk, site: &Site, path: &str| desk.on_loopback(&["crawl", &site.url(path)]);
    check(0, "all is well", &|desk, site| crawl(desk, site, "/news/"));
    check(0, "an article is gone, which is news", &|desk, site| {
        site.put("/news/2.html", Page::status(404));
        crawl(desk, site, "/news/")
    });
    check(2, "no such option", &|desk, _site| {
        desk.run(&["crawl", "--nonsense"])
    });
    check(3, "a page fails", &|desk, site| {
        site.put("/news/2.html", Page::status(500));
        crawl(desk, site, "/news/")
    });
    check(3, "one of two start pages is gone", &|desk, site| {
        desk.on_loopback(&["crawl", &site.url("/news/"), &site.url("/old/")])
    });
    check(4, "the only start page is gone", &|desk, site| {
        crawl(desk, site, "/old/")
    });
    check(4, "nobody answers", &|desk, _site| {
        desk.on_loopback(&["crawl", "http://127.0.0.1:9/"])
    });
    check(5, "no archive to read", &|desk, _site| desk.run(&["runs"]));
    check(5, "no archive to write", &|desk, site| {
        std::fs::create_dir(desk.path("archive.db")).unwrap();
        crawl(desk, site, "/news/")
    });
    check(6, "wrong rules", &|desk, site| {
        desk.rules("expo", site, &["/news/"]);
        std::fs::write(desk.path("selectors/expo.toml"), "start = 3").unwrap();
        desk.run(&["crawl"])
    });
    check(0, "a well site", &|desk, site| {
        desk.rules("expo", site, &["/news/"]);
        desk.on_loopback(&["crawl"]);
        desk.run(&["health", "--check"])
    });
    check(9, "a site that is not well", &|desk, site| {
        desk.rules("expo", site, &["/old/"]);
        for _crawl in 0..3 {
            desk.on_loopback(&["crawl"]);
        }
        desk.change("UPDATE page SET due_at = '2026-01-01T00:00:00.000Z', kind = 'list'");
        desk.run(&["health", "--check"])
    });
}

#[test]
fn every_exit_code_is_in_the_guide_and_in_the_help() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(root.join("src/cli/exit.rs")).unwrap();
    let guide = std::fs::read_to_string(root.join("docs/guide.md")).unwrap();
    let help = Desk::new().text(&["--help"]);
    let help = &help[help.find("Exit codes").unwrap()..];
    let name = regex::Regex::new(r"(?m)^    [A-Z]\w+ = (\d+),$").unwrap();
    let codes: BTreeSet<&str> = name
        .captures_iter(&source)
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert_eq!(codes.len(), 11, "{codes:?}");
    for code in codes {
        assert!(
            guide.contains(&format!("\n| {code} | ")),
            "{code} in the guide"
        );
        let told = help.split_whitespace().any(|word| word == code);
        assert!(told, "{code} in the help: {help}");
    }
}

#[test]
fn health_tells_what_is_wrong_and_checks_for_cron() {
    let (desk, site) = (Desk::new(), company(3));
    desk.rules("expo", &site, &["/news/"]);
    let crawled = desk.on_loopback(&["crawl"]);
    assert_eq!(code(&crawled), 0, "{}", said(&crawled));
    let told = desk.object(&["health", "--json"]);
    assert_eq!(
        (&told["site"], &told["well"]),
        (&"expo".into(), &true.into())
    );
    assert_eq!(
        (&told["articles"], &told["watched"]),
        (&3.into(), &true.into())
    );
    assert_eq!(
        told["last_looks"],
        serde_json::json!({"failed": 0, "looks": 4})
    );
    // cron mails whatever is printed
    let checked = desk.run(&["health", "--check"]);
    assert_eq!(
        (code(&checked), checked.stdout.len()),
        (0, 0),
        "{}",
        said(&checked)
    );

    desk.rules("fair", &Site::start(), &["/"]);
    desk.change(
        "UPDATE page SET due_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-3 days')
         WHERE kind = 'list'",
    );
    let checked = desk.run(&["health", "--check"]);
    assert_eq!(code(&checked), 9, "{}", said(&checked));
    let text = String::from_utf8(checked.stdout).unwrap();
    for part in [
        "overdue: its list pages have been due for 3 days",
        "never-looked-at",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let one = desk.text(&["health", "expo", "--json"]);
    assert_eq!(one.lines().count(), 1, "{one}");
    assert_eq!(code(&desk.run(&["health", "nobody"])), 2);
}

#[test]
fn silence_counts_from_the_day_of_the_news_in_text_and_json() {
    let (desk, site) = (Desk::new(), company(12));
    desk.rules("expo", &site, &["/news/"]);
    let crawled = desk.on_loopback(&["crawl"]);
    assert_eq!(code(&crawled), 0, "{}", said(&crawled));
    // news of every second day until forty days ago, all found a moment ago
    desk.change("UPDATE version SET publish_time = date('now', '-' || (38 + 2 * id) || ' days')");
    let told = desk.object(&["health", "--json"]);
    let (day, found) = (&told["last_news_on"], told["last_new_at"].as_str().unwrap());
    assert_eq!(
        (&told["silent_days"], &told["usual_gap_days"]),
        (&40.into(), &2.into()),
        "{told}"
    );
    assert!(found > day.as_str().unwrap(), "{told}");
    let words = format!(
        "its latest news is of {}, 40 days before it was last had; as a rule 2 days at most lie between \
         two days of news",
        day.as_str().unwrap()
    );
    assert_eq!(
        told["findings"],
        serde_json::json!([{"kind": "silent", "wrong": true, "message": words}])
    );
    let text = desk.text(&["health"]);
    assert!(text.contains(&format!("silent: {words}")), "{text}");
    assert!(text.contains(", last article found "), "{text}");
    assert_eq!(code(&desk.run(&["health", "--check"])), 9);
}

/// What a dry run must leave alone: every row of every table.
fn rows(desk: &Desk) -> BTreeMap<String, Vec<String>> {
    let archive = Connection::open(desk.path("archive.db")).unwrap();
    let mut tables = archive
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
        .unwrap();
    let names: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    names
        .into_iter()
        .map(|name| {
            let mut all = archive.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns = all.column_count();
            let rows = all
                .query_map([], |row| {
                    let cells = (0..columns).map(|column| row.get_ref(column).unwrap());
                    Ok(format!("{:?}", cells.collect::<Vec<_>>()))
                })
                .unwrap();
            let rows = rows.map(Result::unwrap).collect();
            (name, rows)
        })
        .collect()
}

#[test]
fn a_dry_run_tells_what_would_be_fetched_and_changes_nothing() {
    let (desk, site) = (Desk::new(), company(4));
    let start = site.url("/news/");
    let fresh = desk.object(&["crawl", "--dry-run", "--json", &start]);
    assert_eq!(fresh["pages"], 1, "{fresh}");
    assert_eq!(fresh["hosts"][0]["asks_robots"], true);
    assert_eq!(fresh["hosts"][0]["visits"][0]["why"], "start");
    assert!(!desk.path("archive.db").exists(), "nothing is made");
    assert_eq!(site.asked_paths(), Vec::<String>::new(), "nobody is asked");

    let robots = "User-agent: *\nDisallow: /news/4.html\nCrawl-delay: 3\n";
    site.put("/robots.txt", Page::html(robots));
    site.put("/news/2.html", Page::status(500));
    let crawl = ["crawl", "--max-pages", "3", "--interval", "0", &start];
    let crawled = desk.run(&[&crawl[..], &LOOPBACK[..]].concat());
    assert_eq!(code(&crawled), 3, "{}", said(&crawled));
    desk.change("UPDATE page SET due_at = '2026-01-01T00:00:00.000Z' WHERE failures_in_a_row > 0");
    let asked = site.asked_paths();
    let (bytes, kept) = (std::fs::read(desk.path("archive.db")).unwrap(), rows(&desk));

    let told = desk.object(&["crawl", "--dry-run", "--json", &start]);
    let host = &told["hosts"][0];
    assert_eq!(
        (&told["pages"], &host["pages"]),
        (&4.into(), &4.into()),
        "{told}"
    );
    assert_eq!(host["interval_seconds"], 3.0);
    assert_eq!(
        (&told["seconds"], &host["asks_robots"]),
        (&12.0.into(), &false.into())
    );
    let visits: Vec<(&str, &str, bool)> = host["visits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| {
            let path = visit["url"].as_str().unwrap().rsplit('/').next().unwrap();
            let allowed = visit["allowed"].as_bool().unwrap();
            (path, visit["why"].as_str().unwrap(), allowed)
        })
        .collect();
    assert_eq!(
        visits,
        [
            ("", "start", true),
            ("3.html", "new", true),
            ("4.html", "new", false),
            ("2.html", "retry", true),
        ]
    );
    let text = desk.text(&["crawl", "--dry-run", "--max-pages", "2", &start]);
    for part in [
        "4 pages on 1 host, about 12.0 s",
        "of which 2 would be looked at",
        "start page",
        "/news/2.html  its last look failed, due again since 2026-01-01",
        "robots.txt forbids it",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let all = desk.object(&["crawl", "--dry-run", "--recheck", "--json", &start]);
    assert_eq!(all["pages"], 5, "{all}");

    assert_eq!(site.asked_paths(), asked, "nobody is asked");
    assert!(rows(&desk) == kept, "no row changes");
    assert!(
        std::fs::read(desk.path("archive.db")).unwrap() == bytes,
        "no byte changes"
    );
}

/// Reads Prometheus's text format as strictly as its own tools do: each family has its HELP and
/// its TYPE before its samples, which stand together; no sample comes twice.
fn families(text: &str) -> BTreeMap<String, f64> {
    let sample = regex::Regex::new(
        r#"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (\S+)$"#,
    )
    .unwrap();
    let (mut found, mut done) = (BTreeMap::new(), BTreeSet::new());
    let (mut helped, mut typed) = (None, None);
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty(), "{line}");
            assert!(done.insert(name.to_owned()), "{name} comes twice");
            helped = Some(name.to_owned());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(helped.as_deref(), Some(name), "{line}");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            typed = Some(name.to_owned());
        } else {
            let parts = sample.captures(line).unwrap_or_else(|| panic!("{line}"));
            let family = typed.clone().unwrap();
            let name = parts.get(1).unwrap().as_str();
            let suffix = name
                .strip_prefix(&family)
                .unwrap_or_else(|| panic!("{line}"));
            assert!(
                ["", "_bucket", "_sum", "_count"].contains(&suffix),
                "{line}"
            );
            let value = parts.get(3).unwrap().as_str().parse().unwrap();
            let labels = parts.get(2).map_or("", |labels| labels.as_str());
            let before = found.insert(format!("{name}{labels}"), value);
            assert_eq!(before, None, "{line} comes twice");
        }
    }
    found
}

#[test]
fn a_crawl_leaves_its_metrics_in_a_file() {
    let (desk, site) = (Desk::new(), company(4));
    desk.rules("expo", &site, &["/news/"]);
    site.put("/news/3.html", Page::status(500));
    let crawl = ["crawl", "--metrics-file", "zhanwen.prom"];
    let crawled = desk.on_loopback(&crawl);
    assert_eq!(code(&crawled), 3, "{}", said(&crawled));
    let text = std::fs::read_to_string(desk.path("zhanwen.prom")).unwrap();
    let told = families(&text);
    let is = |name: &str, value: f64| assert_eq!(told.get(name), Some(&value), "{name}\n{text}");
    is("zhanwen_looks_total{outcome=\"new\",site=\"expo\"}", 3.0);
    // what failed is tried again in the same run
    is("zhanwen_looks_total{outcome=\"failed\",site=\"expo\"}", 2.0);
    is("zhanwen_retries_total", 1.0);
    is("zhanwen_due_pages", 0.0);
    is("zhanwen_looks_total{outcome=\"listed\",site=\"expo\"}", 1.0);
    is(
        "zhanwen_requests_total{purpose=\"page\",result=\"2xx\"}",
        4.0,
    );
    is(
        "zhanwen_requests_total{purpose=\"page\",result=\"5xx\"}",
        2.0,
    );
    is(
        "zhanwen_requests_total{purpose=\"robots\",result=\"4xx\"}",
        1.0,
    );
    is("zhanwen_request_duration_seconds_count", 7.0);
    is("zhanwen_site_articles{site=\"expo\"}", 3.0);
    is("zhanwen_run_exit_code", 3.0);
    is("zhanwen_pages_found_total", 4.0);
    let ended = told["zhanwen_run_ended_timestamp_seconds"];
    let success = told["zhanwen_site_last_success_timestamp_seconds{site=\"expo\"}"];
    assert!(told["zhanwen_run_started_timestamp_seconds"] <= success && success <= ended);

    // a site that the next run does not come to is told all the same
    let crawled = desk.on_loopback(&[
        "crawl",
        "--metrics-file",
        "zhanwen.prom",
        "--max-pages",
        "0",
    ]);
    assert!(code(&crawled) != 1, "{}", said(&crawled));
    let text = std::fs::read_to_string(desk.path("zhanwen.prom")).unwrap();
    let told = families(&text);
    let kept = told["zhanwen_site_last_success_timestamp_seconds{site=\"expo\"}"];
    assert!((kept - success).abs() < 0.01, "{kept} {success}");
    let articles = told.get("zhanwen_site_articles{site=\"expo\"}");
    assert_eq!(articles, Some(&3.0));

    let files: Vec<_> = std::fs::read_dir(desk.folder.path()).unwrap().collect();
    assert!(files.iter().all(|file| {
        let name = file.as_ref().unwrap().file_name();
        !name.to_string_lossy().contains(".tmp")
    }));
    let nowhere = desk.on_loopback(&["crawl", "--metrics-file", "no/such/folder/zhanwen.prom"]);
    assert_eq!(code(&nowhere), 1, "{}", said(&nowhere));
}

#[test]
fn log_lines_name_host_page_and_run_once_for_a_failure() {
    let (desk, site) = (Desk::new(), company(2));
    site.put("/news/2.html", Page::status(500));
    let start = site.url("/news/");
    let crawled = desk.on_loopback(&["--log-format", "json", "crawl", &start]);
    let lines: Vec<Value> = String::from_utf8_lossy(&crawled.stderr)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let page = site.url("/news/2.html");
    let about: Vec<&Value> = lines
        .iter()
        .filter(|line| line["page.url"] == page.as_str())
        .collect();
    let asked = site.asked_paths();
    let asked = asked.iter().filter(|path| *path == "/news/2.html").count();
    assert_eq!(about.len(), asked, "one line for each look: {lines:?}");
    assert_eq!(about[0]["run"], 1);
    assert_eq!(about[0]["outcome"], "failed");
    let host = start
        .trim_start_matches("http://")
        .trim_end_matches("/news/");
    assert_eq!(about[0]["host"], host);
}

#[test]
fn a_title_cannot_speak_to_the_terminal() {
    let (desk, site) = (Desk::new(), company(1));
    site.put(
        "/news/1.html",
        article("公告\u{1b}[2J\u{9b}31m发布", 7, MIDDLE),
    );
    let crawled = desk.on_loopback(&["crawl", &site.url("/news/")]);
    let told = String::from_utf8_lossy(&crawled.stderr);
    assert!(told.contains("公告"), "{told}");
    let acts = |letter: char| letter.is_control() && letter != '\n';
    assert!(!told.contains(acts), "{told:?}");
}
