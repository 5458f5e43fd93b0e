//! The real binary where things go wrong: killed, stopped, crowded, without room, memory or files.

mod beside;
mod faults;
mod importing;
mod kills;
mod migration;
mod prune;
mod reparse;
mod sharing;
mod signals;
mod training;

use std::io::Read as _;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::real_time::{now, pause};
use crate::site::{Page, Site};

/// Long enough for a loaded machine, short beside the three minutes that a lease runs.
const SOON: Duration = Duration::from_secs(20);

const LOOPBACK: [&str; 2] = ["--allow-net", "127.0.0.0/8"];

impl Desk {
    /// `crawl` begun and not waited for.
    pub(crate) fn begin(&self, args: &[&str]) -> Running {
        let mut command = self.command(args);
        command.args(LOOPBACK);
        Running::of(command)
    }

    /// The same under a limit of the shell's `ulimit`.
    fn limited(&self, limit: &str, args: &[&str]) -> Output {
        let script = format!(
            "ulimit {limit}; exec {} \"$@\"",
            env!("CARGO_BIN_EXE_zhanwen")
        );
        let mut shell = Command::new("bash");
        let typed = self.command(args);
        shell
            .args(["-c", &script, "zhanwen"])
            .args(typed.get_args())
            .args(LOOPBACK)
            .args(["--interval", "0"])
            .env_clear()
            .env("ZHANWEN_CONTACT", "https://www.example.org/about")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        shell.output().unwrap()
    }

    fn archive(&self) -> Connection {
        Connection::open(self.path("archive.db")).unwrap()
    }

    fn number(&self, sql: &str) -> i64 {
        self.archive().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// The file is whole and every one of `articles` is in it once.
    fn holds(&self, articles: i64) {
        let log = std::fs::metadata(self.path("archive.db-wal"));
        assert!(
            log.map_or(0, |log| log.len()) == 0,
            "the one file is everything"
        );
        let checked: String = self
            .archive()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(checked, "ok");
        assert_eq!(self.number("SELECT count(*) FROM v_articles"), articles);
        assert_eq!(self.number("SELECT count(*) FROM version"), articles);
        assert_eq!(
            self.number("SELECT count(*) FROM fetch WHERE outcome = 'new'"),
            articles
        );
        assert_eq!(self.number("SELECT count(*) FROM lease"), 0);
    }
}

/// A process that ends with the test.
pub(crate) struct Running {
    child: Child,
}

impl Running {
    pub(crate) fn of(mut command: Command) -> Self {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self { child }
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Its output once it ended, which it does within `limit`.
    pub(crate) fn ended_within(mut self, limit: Duration) -> Output {
        let asked = now();
        while self.child.try_wait().unwrap().is_none() {
            if asked.elapsed() > limit {
                self.child.kill().unwrap();
                let output = self.output();
                assert!(asked.elapsed() < limit, "not ended: {}", said(&output));
            }
            pause(5);
        }
        self.output()
    }

    fn output(&mut self) -> Output {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut out = self.child.stdout.take().unwrap();
        let mut err = self.child.stderr.take().unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| out.read_to_end(&mut stdout).unwrap());
            scope.spawn(|| err.read_to_end(&mut stderr).unwrap());
        });
        Output {
            status: self.child.wait().unwrap(),
            stdout,
            stderr,
        }
    }

    /// Its output and the most memory it had, in bytes, once it ended, which it does within
    /// `limit`; what it says is read meanwhile, however much that is.
    pub(crate) fn watched(mut self, limit: Duration) -> (Output, u64) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut out = self.child.stdout.take().unwrap();
        let mut err = self.child.stderr.take().unwrap();
        let (began, mut peak) = (now(), 0);
        let status = std::thread::scope(|scope| {
            scope.spawn(|| out.read_to_end(&mut stdout).unwrap());
            scope.spawn(|| err.read_to_end(&mut stderr).unwrap());
            loop {
                peak = peak.max(self.peak());
                if let Some(status) = self.child.try_wait().unwrap() {
                    break status;
                }
                if began.elapsed() > limit {
                    self.child.kill().unwrap();
                }
                pause(5);
            }
        });
        let output = Output {
            status,
            stdout,
            stderr,
        };
        assert!(began.elapsed() < limit, "not ended: {}", said(&output));
        (output, peak)
    }

    /// The most memory it has had, in bytes.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM"));
        let kilobytes = line.and_then(|line| line.split_ascii_whitespace().nth(1));
        kilobytes.map_or(0, |number| number.parse::<u64>().unwrap() * 1024)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // it may have ended long ago
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Waits until `met`, which it is soon.
fn wait_until(what: &str, met: impl Fn() -> bool) {
    let asked = now();
    while !met() {
        assert!(asked.elapsed() < SOON, "no {what} within {SOON:?}");
        pause(2);
    }
}

/// Puts `articles` articles on `site`, on list pages of twenty, the newest first.
fn publish(site: &Site, articles: u64, delay: Duration) {
    let lists = articles.div_ceil(20);
    for list in 1..=lists {
        let newest = articles - (list - 1) * 20;
        let numbers = newest.saturating_sub(19).max(1)..=newest;
        let items: Vec<_> = numbers.rev().map(item).collect();
        let items = items.concat();
        let pager = if list < lists {
            format!("<a href=/news/index_{}.html>下一页</a>", list + 1)
        } else {
            String::new()
        };
        let page = Page::html(format!(
            "<html><head><title>公司新闻_示例会展</title></head><body><div class=nav>\
             <a href=/>首页</a></div><div class=list><ul>{items}</ul>\
             <div class=page>{pager}</div></div></body></html>"
        ));
        let path = if list == 1 {
            "/news/".to_owned()
        } else {
            format!("/news/index_{list}.html")
        };
        site.put(&path, page);
    }
    for n in 1..=articles {
        let page = article(&title(n), n, &format!("{MIDDLE}这是第{n}号公告。"));
        site.put(&format!("/news/{n}.html"), page.after(delay));
    }
}

/// Lists are `/news/` and `/news/index_2.html`.
fn is_article(path: &str) -> bool {
    path.starts_with("/news/") && path != "/news/" && !path.contains("index")
}

fn item(number: u64) -> String {
    let title = title(number);
    format!("<li><a href=/news/{number}.html>{title}</a><span>2026-06-08</span></li>")
}

fn title(number: u64) -> String {
    format!("示例展会第{number}号公告正式发布")
}

fn crawl(desk: &Desk, start: &str) -> Value {
    let output = desk.on_loopback(&["crawl", "--json", start]);
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_crawl_killed_between_the_parts_of_an_article_keeps_no_half_of_it() {
    const TEXTS: [&str; 3] = ["甲馆里全是机床。", "乙馆里全是刀具。", "丙馆里全是量具。"];
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/plus/view.php?aid=1");
    let put = |number: usize, delay| {
        let middle = format!("{MIDDLE}{}", TEXTS[number - 1]);
        let page = article("一天走完三个展馆", 7, &middle);
        let bar = format!(
            "<div class=viewbox><div class=dede_pages><a href='/plus/view.php?aid=1&pageno={}'>\
             下一页</a></div></div><!--power by dedecms--></body>",
            (number + 1).min(3)
        );
        let html = String::from_utf8(page.body)
            .unwrap()
            .replace("</body>", &bar);
        let html = html.replace("六月", &format!("第{number}页"));
        let path = match number {
            1 => "/plus/view.php?aid=1".to_owned(),
            number => format!("/plus/view.php?aid=1&pageno={number}"),
        };
        site.put(&path, Page::html(html).after(delay));
        path
    };
    put(1, Duration::ZERO);
    put(2, Duration::ZERO);
    let last = put(3, Duration::from_mins(1));
    let running = desk.begin(&["scrape", "--interval", "0", &url]);
    wait_until("last part in flight", || site.asked_paths().contains(&last));
    running.signal("-KILL");
    running.ended_within(SOON);
    assert_eq!(desk.number("SELECT count(*) FROM version"), 0);
    put(3, Duration::ZERO);
    let output = desk.on_loopback(&["scrape", "--json", &url]);
    assert!(output.status.success(), "{}", said(&output));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let body = found["body_text"].as_str().unwrap();
    assert!(TEXTS.iter().all(|text| body.contains(text)), "{found}");
    desk.holds(1);
}

#[test]
fn a_signal_ends_a_crawl_in_order_and_a_second_one_at_once() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 10, Duration::from_secs(2));
    let start = site.url("/news/");
    let in_flight = || site.asked_paths().iter().any(|path| is_article(path));
    let running = desk.begin(&["crawl", "--interval", "0", &start]);
    wait_until("article in flight", in_flight);
    running.signal("-TERM");
    let output = running.ended_within(Duration::from_secs(5));
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert_eq!(desk.number("SELECT count(*) FROM lease"), 0);
    let ended = "SELECT count(*) FROM run WHERE outcome = 'interrupted' AND ended_at IS NOT NULL";
    assert_eq!(desk.number(ended), 1);
    // what was in flight is kept
    assert_eq!(desk.number("SELECT count(*) FROM v_articles"), 1);

    publish(&site, 10, Duration::from_mins(1));
    let seen = site.asked().len();
    let running = desk.begin(&["crawl", "--interval", "0", &start]);
    let asked_again = || {
        site.asked_paths()[seen..]
            .iter()
            .any(|path| is_article(path))
    };
    wait_until("article in flight", asked_again);
    running.signal("-INT");
    pause(300);
    running.signal("-TERM");
    let output = running.ended_within(Duration::from_secs(2));
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));

    publish(&site, 10, Duration::ZERO);
    let began = now();
    crawl(&desk, &start);
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    desk.holds(10);
}

#[test]
fn three_processes_share_one_archive() {
    let (desk, sites) = (Desk::new(), [Site::start(), Site::start()]);
    for site in &sites {
        publish(site, 25, Duration::from_millis(10));
    }
    let starts = sites.each_ref().map(|site| site.url("/news/"));
    let [one, two] = starts.each_ref().map(String::as_str);
    let (single, other) = (sites[0].url("/news/7.html"), sites[1].url("/news/9.html"));
    let interval = ["--interval", "0.1"];
    let with = |args: &[&str]| desk.begin(&[args, &interval].concat());
    let running = [
        with(&["crawl", one, two]),
        with(&["crawl", two, one]),
        with(&["scrape", &single, &other]),
    ];
    for running in running {
        let output = running.ended_within(Duration::from_mins(1));
        // one may find that the others have done it all
        assert!(
            matches!(output.status.code(), Some(0 | 8)),
            "{}",
            said(&output)
        );
        assert!(!said(&output).contains("locked"), "{}", said(&output));
    }
    desk.holds(50);
    for site in &sites {
        let asked = site.asked();
        for pair in asked.windows(2) {
            let gap = pair[1].at - pair[0].at;
            assert!(gap.as_millis() >= 95, "{gap:?} before {}", pair[1].path);
        }
    }
}

#[test]
fn a_disk_without_room_is_told_and_work_resumes_with_room() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 60, Duration::ZERO);
    let start = site.url("/news/");
    // in units of 1024 bytes: room for the tables and some of the articles
    let output = desk.limited("-f 500", &["crawl", &start]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let last = told.lines().last().unwrap();
    assert!(
        last.contains("archive.db")
            && last.contains("size")
            && last.contains("nothing kept before"),
        "{told}"
    );
    let kept = desk.number("SELECT count(*) FROM v_articles");
    assert!((0..60).contains(&kept), "{kept}");
    crawl(&desk, &start);
    desk.holds(60);
}

#[test]
fn a_reader_that_leaves_does_not_stop_the_work() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 5, Duration::ZERO);
    let mut command = desk.command(&["crawl", "--json", "--interval", "0", &site.url("/news/")]);
    let mut child = command
        .args(LOOPBACK)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(!said(&output).contains("panic"), "{}", said(&output));
    desk.holds(5);

    let page = article("展会开幕", 5, MIDDLE).body;
    std::fs::write(desk.path("page.html"), page).unwrap();
    std::fs::write(desk.path("list"), "{\"file\": \"page.html\"}\n".repeat(300)).unwrap();
    let script = format!(
        "{} extract --batch list | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_zhanwen")
    );
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(desk.folder.path())
        .output()
        .unwrap();
    assert_eq!(
        said(&output).matches("panic").count(),
        0,
        "{}",
        said(&output)
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "0");
}

/// `zhanwen` as a user whom the files do not belong to; nothing where nobody can be that.
fn as_stranger(desk: &Desk, args: &[&str]) -> Option<Output> {
    let typed = desk.command(args);
    let user = Command::new("id").arg("-u").output().ok()?;
    let mut command = if user.stdout == b"0\n" {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(typed.get_program());
        command
    } else {
        Command::new(typed.get_program())
    };
    command
        .args(typed.get_args())
        .args(LOOPBACK)
        .env("ZHANWEN_CONTACT", "https://www.example.org/about")
        .current_dir(desk.folder.path());
    // setpriv's own trouble is 127; a binary in a closed folder cannot be run by a stranger
    let output = command.output().ok()?;
    (output.status.code() != Some(127)).then_some(output)
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_told_and_can_be_read() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 2, Duration::ZERO);
    let (start, page) = (site.url("/news/"), site.url("/news/1.html"));
    crawl(&desk, &start);
    let allow = |name: &str, mode: u32| {
        set_permissions(desk.path(name), Permissions::from_mode(mode)).unwrap();
    };
    allow("archive.db", 0o444);
    allow("", 0o555);
    let Some(refused) = as_stranger(&desk, &["crawl", &start]) else {
        eprintln!(
            "skipped: nobody else can run {}",
            env!("CARGO_BIN_EXE_zhanwen")
        );
        return;
    };
    let check = |output: &Output, words: &[&str]| {
        assert_eq!(output.status.code(), Some(5), "{}", said(output));
        for word in words {
            assert!(said(output).contains(word), "{word}: {}", said(output));
        }
    };
    check(&refused, &["archive.db", "read-only"]);
    let shown = as_stranger(&desk, &["show", &page]).unwrap();
    assert!(said(&shown).contains(&title(1)), "{}", said(&shown));
    let new = as_stranger(&desk, &["crawl", &start, "--archive", "new.db"]).unwrap();
    check(&new, &["new.db", "denied"]);
    // a folder that can be written and a file that cannot
    allow("", 0o777);
    let refused = as_stranger(&desk, &["crawl", &start]).unwrap();
    check(&refused, &["archive.db", "read-only"]);
    let nowhere = desk.run(&["crawl", &start, "--archive", "missing/new.db"]);
    check(&nowhere, &["missing/new.db", "folder", "No such file"]);
    desk.holds(2);
}

#[test]
fn a_newer_archive_is_read_and_not_written() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 1, Duration::ZERO);
    let page = site.url("/news/1.html");
    crawl(&desk, &site.url("/news/"));
    desk.archive()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    for command in ["crawl", "scrape"] {
        let output = desk.on_loopback(&[command, &page]);
        assert_eq!(output.status.code(), Some(5), "{}", said(&output));
        assert!(said(&output).contains("version 99"), "{}", said(&output));
    }
    for command in ["show", "history"] {
        let output = desk.run(&[command, &page]);
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(desk.number("SELECT count(*) FROM run"), 1);
}

#[test]
fn a_damaged_archive_is_told() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 20, Duration::ZERO);
    let (start, page) = (site.url("/news/"), site.url("/news/1.html"));
    crawl(&desk, &start);
    let whole = std::fs::read(desk.path("archive.db")).unwrap();
    let size: usize = desk.number("PRAGMA page_size").try_into().unwrap();
    let root = desk.number("SELECT rootpage FROM sqlite_schema WHERE name = 'page'");
    let root: usize = root.try_into().unwrap();
    let overwritten = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0x5A);
        bytes
    };
    let cases = [
        ("one page", overwritten((root - 1) * size, root * size)),
        ("all but the header", overwritten(100, whole.len())),
        ("all but the first page", overwritten(size, whole.len())),
        ("the end", whole[..whole.len() / 3].to_vec()),
    ];
    for (what, bytes) in cases {
        std::fs::write(desk.path("archive.db"), bytes).unwrap();
        for args in [vec!["crawl", &start], vec!["scrape", &page]] {
            let output = desk.on_loopback(&args);
            assert_eq!(output.status.code(), Some(5), "{what}: {}", said(&output));
            assert!(
                said(&output).contains("damaged"),
                "{what}: {}",
                said(&output)
            );
        }
        let output = desk.run(&["show", &page]);
        assert_eq!(output.status.code(), Some(5), "{what}: {}", said(&output));
        for name in ["archive.db-wal", "archive.db-shm"] {
            // left where the damage kept the log from being folded in
            let _none_there = std::fs::remove_file(desk.path(name));
        }
    }
}

#[test]
fn a_page_made_to_hurt_fails_alone_and_in_little_memory() {
    const MEGABYTE: usize = 1 << 20;
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 4, Duration::ZERO);
    let paragraph = format!("<p>{}</p>", MIDDLE.repeat(4));
    let large = article(
        "一页很长的公告",
        1,
        &paragraph.repeat(15 * MEGABYTE / paragraph.len()),
    );
    site.put("/news/2.html", large);
    let mut bomb = Page::html(gzip(&vec![0; 64 * MEGABYTE]));
    bomb.headers.push(("content-encoding", "gzip".to_owned()));
    site.put("/news/3.html", bomb);
    let nested = format!(
        "<html><body><h1>{}</h1>{}",
        title(4),
        "<div>".repeat(MEGABYTE / 5)
    );
    site.put("/news/4.html", Page::html(nested));
    let mut running = desk.begin(&["crawl", "--json", "--interval", "0", &site.url("/news/")]);
    let (mut peak, began) = (0, now());
    while running.child.try_wait().unwrap().is_none() {
        peak = peak.max(running.peak());
        assert!(began.elapsed() < Duration::from_mins(1), "it does not end");
        pause(10);
    }
    let output = running.ended_within(SOON);
    println!("{} MB at most, {:?}", peak / 1_000_000, began.elapsed());
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let bomb = serde_json::json!(
        [{"url": site.url("/news/3.html"), "outcome": "failed", "reason": "too-large"}]
    );
    assert_eq!(report["failed"], bomb, "{report}");
    assert_eq!(report["left_due"], 0, "{report}");
    let because = |path: &str| -> Option<String> {
        let sql = "SELECT reason FROM v_fetches WHERE url = ?1";
        let url = site.url(path);
        desk.archive()
            .query_row(sql, [url], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(because("/news/4.html").as_deref(), Some("no article found"));
    let read = desk.run(&["show", "--json", &site.url("/news/2.html")]);
    let read: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert!(read["body_text"].as_str().unwrap().len() > 3 * MEGABYTE);
    let warnings = read["warnings"].to_string();
    assert!(
        warnings.contains("page-cut: only its first 41"),
        "{warnings}"
    );
    let kept = desk.run(&["show", "--raw", &site.url("/news/2.html")]);
    assert!(kept.stdout.len() > 15 * MEGABYTE, "all of it is kept");
    assert!((1..300_000_000).contains(&peak), "{peak}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut into = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    into.write_all(bytes).unwrap();
    into.finish().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let desk = Desk::new();
    std::fs::write(desk.path("page.html"), article("展会开幕", 5, MIDDLE).body).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut command = desk.command(&["extract", "--json", "page.html"]);
    let output = command.stdout(full.unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("write standard output"),
        "{}",
        said(&output)
    );
}
