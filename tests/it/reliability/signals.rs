//! Signals while a host drips, while a crawl waits, and before it has begun.

use super::{Desk, Duration, Running, Site, publish, said, wait_until};
use crate::hostile_server::{Answer, Server};

const FIVE_SECONDS: Duration = Duration::from_secs(5);

/// A crawl begun, sent `signal` once `met`; it ends in order within five seconds.
fn stopped(desk: &Desk, running: Running, signal: &str) {
    running.signal(signal);
    let output = running.ended_within(FIVE_SECONDS);
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    assert_eq!(desk.number("SELECT count(*) FROM lease"), 0, "{signal}");
    let interrupted = "SELECT count(*) FROM run WHERE outcome = 'interrupted'";
    assert_eq!(desk.number(interrupted), 1, "{signal}");
    let whole: String = desk
        .archive()
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(whole, "ok");
}

#[test]
fn a_host_that_drips_does_not_hold_up_a_stop() {
    for signal in ["-TERM", "-INT"] {
        let (desk, server) = (Desk::new(), Server::start());
        let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n".to_vec();
        let drip = Answer::Drip(head, b"x".to_vec(), Duration::from_millis(50));
        server.put("/news/", drip);
        let running = desk.begin(&["crawl", "--interval", "0", &server.url("/news/")]);
        wait_until("page in flight", || {
            server.paths().contains(&"/news/".to_owned())
        });
        stopped(&desk, running, signal);
    }
}

#[test]
fn a_long_interval_does_not_hold_up_a_stop() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 5, Duration::ZERO);
    let start = site.url("/news/");
    let running = desk.begin(&["crawl", "--interval", "300", &start]);
    // robots.txt was asked for, and the first page may be in five minutes
    wait_until("wait", || site.asked_paths() == ["/robots.txt"]);
    stopped(&desk, running, "-TERM");
    assert_eq!(site.asked_paths(), ["/robots.txt"]);
}
