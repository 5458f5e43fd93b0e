//! `zhanwen saved` as a user drives it: a search is kept, a site changes, and what is new is told once, to
//! standard output or to a receiver that answers as the services do.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;

use crate::cli::{Desk, EDITED, MIDDLE, article, said};
use crate::site::{Page, Site};

const PATH: &str = "/news/15.html";

/// What the program prints; it must have done what it was asked.
fn told(desk: &Desk, args: &[&str]) -> String {
    let output = desk.run(args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// A desk with one article, and a search that finds it and others like it.
fn watched() -> (Desk, Site, String) {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url(PATH);
    site.put(PATH, article("参展商名录公布", 120, MIDDLE));
    desk.scrape(&url);
    let args = ["saved", "add", "名录", "title:名录"];
    let kept = told(
        &desk,
        &[
            &args[..],
            &["--events", "new,edited,gone,back,views:+1000/day"],
        ]
        .concat(),
    );
    assert!(kept.contains("1 articles match now"), "{kept}");
    (desk, site, url)
}

fn objects(lines: &str) -> Vec<Value> {
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn events(lines: &str) -> Vec<String> {
    let objects = objects(lines);
    let events = objects.iter().map(|one| one["event"].as_str().unwrap());
    events.map(str::to_owned).collect()
}

#[test]
fn what_happens_to_a_site_is_told_once() {
    let (desk, site, url) = watched();
    let news = || told(&desk, &["saved", "news", "名录", "--format", "jsonl"]);
    assert_eq!(news(), "", "what was there is no news");

    site.put("/news/16.html", article("第二批名录公布", 7, MIDDLE));
    desk.scrape(&site.url("/news/16.html"));
    site.put(PATH, article("参展商名录公布", 121, MIDDLE));
    desk.scrape(&url);
    let kept = told(
        &desk,
        &["saved", "news", "名录", "--keep", "--format", "jsonl"],
    );
    let told_once = news();
    assert_eq!(kept, told_once, "what is kept is told again");
    assert_eq!(events(&told_once), ["new"]);
    let new = &objects(&told_once)[0];
    assert_eq!(new["title"], "第二批名录公布");
    assert_eq!(
        (&new["search"], &new["found"]),
        (&"名录".into(), &true.into())
    );
    assert_eq!(news(), "", "nothing is told twice");

    site.put(PATH, article("参展商名录公布", 5000, EDITED));
    desk.scrape(&url);
    let text = told(&desk, &["saved", "news"]);
    for expected in [
        "名录: 2 events",
        "edited  ",
        "v1 → v2",
        "[-二-]{+三+}号馆",
        "views  120 → 5000",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    site.put(PATH, Page::status(404));
    desk.on_loopback(&["scrape", &url]);
    assert_eq!(news(), "", "one look may err");
    desk.on_loopback(&["scrape", &url]);
    assert_eq!(events(&news()), ["gone"]);
    site.put(PATH, article("参展商名单公布", 5001, EDITED));
    desk.scrape(&url);
    let back = news();
    assert_eq!(events(&back), ["back", "edited"]);
    assert_eq!(
        objects(&back)[1]["found"],
        false,
        "its word is gone from the title"
    );
    assert_eq!(objects(&back)[1]["fields"][0]["field"], "title");
    assert_eq!(news(), "");

    let listed = objects(&told(&desk, &["saved", "list", "--json"]));
    assert_eq!(
        (&listed[0]["told"], &listed[0]["waiting"]),
        (&6.into(), &0.into())
    );
    let sql = "select event, previous_version_no from v_saved_news order by fetch_id, event";
    let rows = told(&desk, &["query", sql, "--format", "csv"]);
    assert_eq!(rows.lines().count(), 7, "a header and six events: {rows}");
}

#[test]
fn searches_are_kept_by_name() {
    let (desk, _site, _url) = watched();
    let taken = desk.run(&["saved", "add", "名录", "别的"]);
    assert_eq!(taken.status.code(), Some(2), "{}", said(&taken));
    let wrong = desk.run(&["saved", "add", "新的", "会展 （上海"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    assert!(said(&wrong).contains("close it with )"), "{}", said(&wrong));
    for args in [
        ["saved", "add", "新的", "会展", "--events", "news"],
        ["saved", "add", "a\u{7}b", "会展", "--events", "new"],
    ] {
        let wrong = desk.run(&args);
        assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    }
    told(&desk, &["saved", "add", "上海", "上海", "OR", "北京"]);
    told(&desk, &["saved", "rename", "名录", "名单"]);
    let unknown = desk.run(&["saved", "news", "名录"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", said(&unknown));
    assert!(
        said(&unknown).contains("there are 上海, 名单"),
        "{}",
        said(&unknown)
    );
    let listed = told(&desk, &["saved", "list"]);
    assert!(
        listed.contains("名单  nothing new\n  title:名录\n"),
        "{listed}"
    );
    told(&desk, &["saved", "remove", "上海"]);
    let again = desk.run(&["saved", "remove", "上海"]);
    assert_eq!(again.status.code(), Some(2), "{}", said(&again));
    let nowhere = Desk::new();
    let none = nowhere.run(&["saved", "list"]);
    assert_eq!(none.status.code(), Some(5), "{}", said(&none));
    assert!(
        !nowhere.path("archive.db").exists(),
        "asking makes no archive"
    );
}

#[test]
fn a_feed_holds_what_was_told_before_too() {
    let (desk, site, _url) = watched();
    let feed = || {
        let written = told(&desk, &["saved", "news", "名录", "--format", "atom"]);
        feed_rs::parser::parse(written.as_bytes()).unwrap()
    };
    assert_eq!(feed().entries.len(), 0);
    site.put("/news/16.html", article("第二批名录公布", 7, MIDDLE));
    desk.scrape(&site.url("/news/16.html"));
    let first = feed();
    assert_eq!(first.entries.len(), 1);
    let again = feed();
    assert_eq!(again.entries[0].id, first.entries[0].id);
    site.put("/news/16.html", article("第二批名录公布", 7, EDITED));
    desk.scrape(&site.url("/news/16.html"));
    let second = feed();
    assert_eq!((second.id, second.entries.len()), (first.id, 2));
    assert_eq!(
        second.entries[1].id, first.entries[0].id,
        "the latest comes first"
    );
    let unnamed = desk.run(&["saved", "news", "--format", "atom"]);
    assert_eq!(unnamed.status.code(), Some(2), "{}", said(&unnamed));
}

/// A receiver on loopback that gives one answer to all, and hands on what it was sent.
struct Receiver {
    address: std::net::SocketAddr,
    sent: mpsc::Receiver<(String, String)>,
}

impl Receiver {
    /// One that answers with this; it hangs where that is empty.
    fn start(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (send, sent) = mpsc::channel();
        std::thread::spawn(move || {
            let mut hanging = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if send.send(request(&mut stream)).is_err() {
                    return;
                }
                stream.write_all(answer.as_bytes()).unwrap();
                if answer.is_empty() {
                    hanging.push(stream);
                }
            }
        });
        Self { address, sent }
    }

    fn url(&self) -> String {
        format!("http://{}/hook/secret-path?key=secret-key", self.address)
    }

    /// The head and the body of what was sent.
    fn got(&self) -> (String, Value) {
        let (head, body) = self.sent.recv_timeout(Duration::from_secs(20)).unwrap();
        (head, serde_json::from_str(&body).unwrap())
    }
}

fn request(stream: &mut TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "{head}");
    }
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    let mut body = vec![0; length.unwrap()];
    reader.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

macro_rules! http {
    ($status:literal, $body:literal) => {
        concat!("HTTP/1.1 ", $status, "\r\nconnection: close\r\n\r\n", $body)
    };
}

/// Sends what is new in `format` to one who gives `answer`; the exit code, what was said and what was sent.
fn sent(
    desk: &Desk,
    format: &str,
    answer: &'static str,
    more: &[&str],
) -> (Option<i32>, String, (String, Value)) {
    let receiver = Receiver::start(answer);
    let url = receiver.url();
    let mut args = vec!["saved", "news", "--format", format, "--post", &url, "-vv"];
    args.extend(more);
    let output = desk.run(&args);
    let words = said(&output);
    assert!(
        !words.contains("secret-"),
        "the address is a secret: {words}"
    );
    (output.status.code(), words, receiver.got())
}

fn with_news() -> Desk {
    let (desk, site, url) = watched();
    site.put(PATH, article("参展商名录公布", 121, EDITED));
    desk.scrape(&url);
    desk
}

#[test]
fn each_service_is_sent_its_message_and_believed() {
    let taken = [
        ("json", http!("204 No Content", "")),
        ("wecom", http!("200 OK", r#"{"errcode":0,"errmsg":"ok"}"#)),
        (
            "dingtalk",
            http!("200 OK", r#"{"errcode":0,"errmsg":"ok"}"#),
        ),
        (
            "feishu",
            http!("200 OK", r#"{"code":0,"msg":"success","data":{}}"#),
        ),
    ];
    let refused = [
        ("json", http!("503 Service Unavailable", ""), "status 503"),
        (
            "wecom",
            http!(
                "200 OK",
                r#"{"errcode":93000,"errmsg":"invalid webhook url"}"#
            ),
            "invalid webhook url (error 93000)",
        ),
        (
            "dingtalk",
            http!("200 OK", r#"{"errcode":310000,"errmsg":"sign not match"}"#),
            "sign not match (error 310000)",
        ),
        (
            "feishu",
            http!("200 OK", r#"{"code":19021,"msg":"sign match fail"}"#),
            "sign match fail (error 19021)",
        ),
        (
            "feishu",
            http!("200 OK", "<html>login</html>"),
            "is the address right?",
        ),
        (
            "wecom",
            http!("302 Found\r\nlocation: https://www.example.cn/", ""),
            "it redirects (status 302)",
        ),
    ];
    let desk = with_news();
    for (format, answer, expected) in refused {
        let (code, words, _) = sent(&desk, format, answer, &[]);
        assert_eq!(code, Some(1), "{format}: {words}");
        assert!(words.contains(expected), "{format}: {words}");
        assert!(words.contains("again next time"), "{format}: {words}");
    }
    let waiting = told(&desk, &["saved", "list"]);
    assert!(waiting.contains("名录  1 new"), "{waiting}");
    for (format, answer) in taken {
        let desk = with_news();
        let (code, words, (head, body)) = sent(&desk, format, answer, &[]);
        assert_eq!(code, Some(0), "{format}: {words}");
        assert!(
            head.starts_with("POST /hook/secret-path?key=secret-key HTTP/1.1"),
            "{head}"
        );
        assert!(head.contains("content-type: application/json"), "{head}");
        let text = body.to_string();
        assert!(text.contains("参展商名录公布"), "{format}: {text}");
        let waiting = told(&desk, &["saved", "list"]);
        assert!(waiting.contains("名录  nothing new"), "{format}: {waiting}");
    }
}

#[test]
fn what_is_sent_is_signed_with_a_secret() {
    let ok = http!("200 OK", r#"{"errcode":0,"code":0}"#);
    let desk = with_news();
    std::fs::write(desk.path("secret"), "SEC-secret-word\n").unwrap();
    let (code, words, (head, _)) = sent(&desk, "dingtalk", ok, &["--secret-file", "secret"]);
    assert_eq!(code, Some(0), "{words}");
    assert!(head.contains("?key=secret-key&timestamp="), "{head}");
    assert!(head.contains("&sign="), "{head}");
    let desk = with_news();
    let (_, words, (_, body)) = sent(&desk, "feishu", ok, &["--secret", "secret-word"]);
    assert_eq!(body["sign"].as_str().map(str::len), Some(44), "{words}");
    let desk = with_news();
    let (_, _, (head, body)) = sent(&desk, "json", ok, &["--secret", "secret-word"]);
    assert!(head.contains("x-zhanwen-signature: sha256="), "{head}");
    assert_eq!(body["events"][0]["event"], "edited");
}

#[test]
fn who_does_not_answer_is_told_again() {
    let desk = with_news();
    std::fs::write(desk.path("zhanwen.toml"), "total_timeout = 1\n").unwrap();
    let (code, words, _) = sent(&desk, "wecom", "", &[]);
    assert_eq!(code, Some(1), "{words}");
    assert!(
        words.contains("within 1 s; it may have taken the message"),
        "{words}"
    );
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{nobody}/secret-path");
    std::fs::write(desk.path("hook"), format!("{url}\n")).unwrap();
    let output = desk.run(&["saved", "news", "--format", "wecom", "--post-file", "hook"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("refused") && !said(&output).contains("secret-"),
        "{}",
        said(&output)
    );
    assert!(told(&desk, &["saved", "news"]).contains("1 event"));
    // with nothing to say nobody is asked
    let output = desk.run(&["saved", "news", "--format", "wecom", "--post", &url]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn where_nothing_may_be_sent_nothing_is() {
    let desk = with_news();
    for (format, url, expected) in [
        (
            "wecom",
            "http://www.example.cn/secret-path",
            "without encryption",
        ),
        ("wecom", "secret-path", "cannot be read"),
        (
            "text",
            "https://www.example.cn/secret-path",
            "--format json, wecom",
        ),
    ] {
        let output = desk.run(&["saved", "news", "--format", format, "--post", url]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{}", said(&output));
        assert!(!said(&output).contains("secret-"), "{}", said(&output));
    }
    let unread = desk.run(&[
        "saved",
        "news",
        "--format",
        "wecom",
        "--post-file",
        "nothing",
    ]);
    assert_eq!(unread.status.code(), Some(1), "{}", said(&unread));
    assert!(told(&desk, &["saved", "news"]).contains("1 event"));
}

#[test]
fn who_tells_at_the_same_time_does_not_tell_the_same() {
    let desk = with_news();
    let receiver = Receiver::start("");
    let url = receiver.url();
    let mut hanging = desk
        .command(&["saved", "news", "--format", "wecom", "--post", &url])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    receiver.got();
    let second = desk.run(&["saved", "news", "名录"]);
    assert_eq!(second.status.code(), Some(8), "{}", said(&second));
    assert!(
        said(&second).contains("another process does"),
        "{}",
        said(&second)
    );
    assert!(
        !told(&desk, &["saved", "news", "--keep"]).is_empty(),
        "who only looks need not wait"
    );
    hanging.kill().unwrap();
    hanging.wait().unwrap();
    if cfg!(target_os = "linux") {
        assert!(
            told(&desk, &["saved", "news"]).contains("1 event"),
            "who was killed holds nobody up"
        );
    }
}
