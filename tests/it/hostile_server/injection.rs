//! What a page, its address or its headers say may not move the cursor of who reads about it.

use std::time::Duration;

use super::server::{Answer, Server, proper};
use super::{Desk, Running, said};

/// Clears the screen, sets the window's title, colours in one character, ends a line.
const EVIL: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\rroot#\u{8}";

#[test]
fn nothing_that_a_page_says_controls_the_terminal() {
    let (desk, server) = (Desk::new(), Server::start());
    let page = format!(
        "<html><head><title>展会{EVIL}开幕</title></head><h1>展会{EVIL}开幕</h1>\
         <p>来源：示例{EVIL}会展 | 作者：展{EVIL}务部 | 时间：2026-06-08</p>\
         <p>示例家居展组委会今天公布第一批参展商名录，{EVIL}三百二十家企业确认参展，展位预订率超过九成。</p>\
         <p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，请在月底之前提交申请。</p>"
    );
    server.put("/1.html", proper("text/html; charset=utf-8", page));
    let coding = "HTTP/1.1 200 OK\r\ncontent-encoding: \u{9b}31mx\r\ncontent-length: 2\r\n\r\nok";
    server.put("/2.html", Answer::Open(coding.into()));
    let charset = "HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=\u{9b}31m\r\n\
                   content-length: 2\r\n\r\nok";
    server.put("/3.html", Answer::Open(charset.into()));
    let transfer = "HTTP/1.1 200 OK\r\ntransfer-encoding: \u{9b}31m\r\n\r\nok";
    server.put("/4.html", Answer::Open(transfer.into()));
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: /\u{9b}31m%1b[2J\r\ncontent-length: 0\r\n\r\n";
    server.put("/5.html", Answer::Open(elsewhere.into()));
    let urls: Vec<_> = (1..=5).map(|n| server.url(&format!("/{n}.html"))).collect();
    let mut wrong = Vec::new();
    let mut check = |args: &[&str], urls: &[String]| {
        let mut command = desk.command(args);
        command.args(["--allow-net", "127.0.0.0/8"]).args(urls);
        let (output, _) = Running::of(command).watched(Duration::from_mins(1));
        let told = said(&output);
        let controls = |letter: &char| letter.is_control() && *letter != '\n';
        if let Some(letter) = told.chars().find(controls) {
            let line = told.split('\n').find(|line| line.contains(letter)).unwrap();
            wrong.push(format!("{args:?}: {letter:?} in {line:?}"));
        }
    };
    for args in [
        vec!["scrape", "--interval", "0", "-vv"],
        vec!["scrape", "--interval", "0", "--json"],
        vec!["scrape", "--interval", "0", "--log-format", "json"],
        vec!["crawl", "--interval", "0", "-v", "--recheck"],
    ] {
        check(&args, &urls);
    }
    for args in [
        vec!["show"],
        vec!["show", "--json"],
        vec!["history"],
        vec!["runs"],
    ] {
        let url = if args == ["runs"] { &[] } else { &urls[..1] };
        check(&args, url);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
