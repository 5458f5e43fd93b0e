//! `crawl --watch` as a service manager sees it: the real binary, a real socket, real signals.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use crate::cli::{Desk, said};
use crate::real_time::{now, pause};
use crate::site::{Page, Site};

/// Long enough for a loaded machine.
const SOON: Duration = Duration::from_secs(30);

/// A service and the socket of its manager.
struct Service {
    desk: Desk,
    site: Site,
    said: Receiver<String>,
    child: Child,
}

impl Service {
    /// A watch of one site whose rounds begin every minute, as a service manager starts it.
    fn start(args: &[&str]) -> Self {
        Self::start_with(Desk::new(), args)
    }

    fn start_with(desk: Desk, args: &[&str]) -> Self {
        let site = Site::start();
        site.put("/news/", Page::html("<title>新闻中心</title><ul></ul>"));
        std::fs::create_dir_all(desk.path("selectors")).unwrap();
        let service_socket = desk.path("notify");
        let socket = UnixDatagram::bind(&service_socket).unwrap();
        let (heard, said) = std::sync::mpsc::channel();
        // a manager always listens: a message that nobody takes would hold up who sends it
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length) = socket.recv(&mut bytes) {
                let message = String::from_utf8_lossy(bytes.get(..length).unwrap());
                if heard.send(message.into_owned()).is_err() {
                    return;
                }
            }
        });
        rules(&desk, &site, "expo", "* * * * *");
        let mut command = desk.command(&["crawl", "--watch", "--allow-net", "127.0.0.0/8"]);
        let child = command
            .args(["--interval", "0"])
            .args(args)
            .env("NOTIFY_SOCKET", &service_socket)
            .env("WATCHDOG_USEC", "1000000")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            desk,
            site,
            said,
            child,
        }
    }

    /// The next message that holds `word`; what comes before is passed over.
    fn hears(&self, word: &str) -> String {
        let asked = now();
        let mut passed = Vec::new();
        loop {
            let message = self.said.recv_timeout(SOON);
            assert!(message.is_ok(), "no {word}: {message:?} after {passed:?}");
            let message = message.unwrap();
            if message.contains(word) {
                return message;
            }
            passed.push(message);
            assert!(asked.elapsed() < SOON, "no {word}: {passed:?}");
        }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Its output and how long it took to end.
    fn ended(mut self) -> (Output, Duration) {
        let asked = now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(asked.elapsed() < SOON, "not ended");
            pause(5);
        }
        let took = asked.elapsed();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut out = self.child.stdout.take().unwrap();
        let mut err = self.child.stderr.take().unwrap();
        out.read_to_end(&mut stdout).unwrap();
        err.read_to_end(&mut stderr).unwrap();
        let status = self.child.wait().unwrap();
        let output = Output {
            status,
            stdout,
            stderr,
        };
        (output, took)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // it may have ended long ago
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// Rules of a site called `name` that is watched by `schedule`.
fn rules(desk: &Desk, site: &Site, name: &str, schedule: &str) {
    let start = site.url("/news/");
    let host = start
        .trim_start_matches("http://")
        .trim_end_matches("/news/");
    let text = format!(
        "name = '示例会展'\nhosts = ['{host}']\nstart = '{start}'\nschedule = '{schedule}'\n"
    );
    std::fs::write(desk.path("selectors").join(format!("{name}.toml")), text).unwrap();
}

/// The whole answer to a GET of `path`.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_service_manager_hears_how_the_watch_is() {
    let service = Service::start(&[]);
    let ready = service.hears("READY=1");
    assert!(ready.contains("STATUS=watching 1 sites"), "{ready}");
    let status = service.hears("STATUS=");
    assert!(
        status.contains("next at") && status.contains("(expo)"),
        "{status}"
    );
    // half a second is half of what the manager was told to wait
    let first = now();
    for _sign in 0..3 {
        service.hears("WATCHDOG=1");
    }
    let took = first.elapsed();
    assert!(took >= Duration::from_millis(400), "{took:?}");

    rules(&service.desk, &service.site, "fair", "0 0 1 1 *");
    service.signal("-HUP");
    let reloading = service.hears("RELOADING=1");
    assert!(reloading.contains("MONOTONIC_USEC="), "{reloading}");
    let ready = service.hears("READY=1");
    assert!(ready.contains("2 sites"), "{ready}");

    std::fs::write(service.desk.path("selectors/fair.toml"), "name = ").unwrap();
    service.signal("-HUP");
    service.hears("RELOADING=1");
    let ready = service.hears("READY=1");
    assert!(ready.contains("stay as they were"), "{ready}");
    let status = service.hears("WATCHDOG=1");
    assert!(status.contains("which have a mistake"), "{status}");

    service.signal("-TERM");
    service.hears("STOPPING=1");
    let (output, took) = service.ended();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    let told = said(&output);
    assert!(
        told.contains("fair.toml:1:"),
        "the mistake is shown: {told}"
    );
}

#[test]
fn a_round_begins_at_its_minute_and_sigterm_ends_it_within_five_seconds() {
    let service = Service::start(&["--json"]);
    let slow = Page::html("<title>新闻中心</title>").after(Duration::from_mins(5));
    service.site.put("/news/", slow);
    let asked = now();
    // a minute at most until the next minute begins
    while !service.site.asked_paths().contains(&"/news/".to_owned()) {
        assert!(asked.elapsed() < Duration::from_secs(61) + SOON, "no round");
        pause(20);
    }
    service.signal("-TERM");
    let (output, took) = service.ended();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["interrupted"], true, "{report}");
}

#[test]
fn a_second_sigterm_ends_the_watch_at_once() {
    let service = Service::start(&[]);
    service.hears("READY=1");
    service.hears("WATCHDOG=1");
    service.signal("-TERM");
    service.signal("-TERM");
    let (output, took) = service.ended();
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(output.status.code(), Some(130), "{}", said(&output));
}

#[test]
fn the_endpoint_tells_whether_the_watch_is_well() {
    // a port that was free a moment ago
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let port = address.rsplit(':').next().unwrap();
    let service = Service::start(&["--metrics-listen", port]);
    service.hears("WATCHDOG=1");
    let answer = get(&address, "/healthz");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("watching 1 sites; next at"), "{answer}");
    let answer = get(&address, "/metrics");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("version=0.0.4"), "{answer}");
    assert!(answer.contains("# TYPE zhanwen_"), "{answer}");
    let answer = get(&address, "/elsewhere");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");

    std::fs::write(service.desk.path("selectors/expo.toml"), "hosts = 7").unwrap();
    service.signal("-HUP");
    service.hears("which have a mistake");
    let answer = get(&address, "/healthz");
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("which have a mistake"), "{answer}");
}

#[test]
fn a_watch_that_cannot_begin_says_why_with_its_exit_code() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("selectors")).unwrap();
    let refused = |args: &[&str], code: i32, words: &str| {
        let mut all = vec!["crawl", "--watch"];
        all.extend(args);
        let output = desk.run(&all);
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
    };
    refused(&[], 1, "has no enabled rules file");
    refused(&["--recheck"], 2, "cannot be used with");
    refused(&["--metrics-listen", "example.cn"], 2, "write a port");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&["--metrics-listen", &address], 1, "failed to listen on");
    std::fs::write(desk.path("zhanwen.toml"), "schedule = 'soon'").unwrap();
    refused(&[], 6, "schedule");
}
