//! Every robots.txt that a server may have, as bytes through the real binary: what is then asked for.

use std::time::Duration;

use super::bombs::gzip;
use super::server::{Answer, Server, proper};
use super::{Desk, Running, said};

/// What a file comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heeded {
    /// Its one rule: `/secret` is left alone.
    Rule,
    /// That there is none: everything is asked for.
    Nothing,
    /// That it cannot be had: nothing is asked for.
    Unreachable,
}

use Heeded::{Nothing, Rule, Unreachable};

const RULE: &str = "User-agent: *\nDisallow: /secret\n";

/// What is heeded of which answers.
type Case = (&'static str, Vec<(String, Answer)>, Heeded);

fn at(name: &'static str, answer: Answer, heeded: Heeded) -> Case {
    (name, vec![("/robots.txt".to_owned(), answer)], heeded)
}

fn text(name: &'static str, body: impl AsRef<[u8]>, heeded: Heeded) -> Case {
    at(name, proper("text/plain", body), heeded)
}

fn status(name: &'static str, line: &str, heeded: Heeded) -> Case {
    let body = format!(
        "HTTP/1.1 {line}\r\ncontent-length: {}\r\n\r\n{RULE}",
        RULE.len()
    );
    at(name, Answer::Open(body.into_bytes()), heeded)
}

fn coded(name: &'static str, label: &str, body: &[u8], heeded: Heeded) -> Case {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-encoding: {label}\r\n\
         content-length: {length}\r\n\r\n"
    );
    at(name, Answer::Open([head.as_bytes(), body].concat()), heeded)
}

/// The file behind so many redirects.
fn behind(name: &'static str, redirects: usize, heeded: Heeded) -> Case {
    let path = |number: usize| match number {
        0 => "/robots.txt".to_owned(),
        number => format!("/robots-{number}.txt"),
    };
    let redirect = |to: String| {
        let head = format!(
            "HTTP/1.1 301 Moved Permanently\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        );
        Answer::Open(head.into_bytes())
    };
    let redirects = (0..redirects).map(|number| (path(number), redirect(path(number + 1))));
    let mut answers: Vec<_> = redirects.collect();
    answers.push((path(answers.len()), proper("text/plain", RULE)));
    (name, answers, heeded)
}

fn utf_16(mark: [u8; 2], bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    let letters = RULE.encode_utf16().flat_map(bytes);
    mark.into_iter().chain(letters).collect()
}

/// The rule, then comments up to so many bytes.
fn padded(length: usize) -> Vec<u8> {
    let comment = "# 本站欢迎各类搜索引擎\n";
    let comments = comment.repeat((length - RULE.len()) / comment.len());
    [RULE, &comments].concat().into_bytes()
}

fn cases() -> Vec<Case> {
    const MEGABYTE: usize = 1 << 20;
    let html = "<!doctype html><html><title>404</title>\nUser-agent: *\nDisallow: /secret\n</html>";
    let late = [&b"# x\n".repeat(600 * 256), RULE.as_bytes()].concat();
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n".to_vec();
    let endless = [head.as_slice(), RULE.as_bytes()].concat();
    let mut noise = vec![b'x'; 25 * MEGABYTE];
    fastrand::Rng::with_seed(9).fill(&mut noise);
    let noise = [RULE.as_bytes(), &noise].concat();
    let drip = Answer::Drip(head, b"#".to_vec(), Duration::from_millis(100));
    let packed = gzip(RULE.as_bytes());
    vec![
        text("plain", RULE, Rule),
        text("empty", "", Nothing),
        at("a page in its place", proper("text/html", html), Nothing),
        text("a page that says it is text", html, Nothing),
        text("behind a mark of UTF-8", format!("\u{feff}{RULE}"), Rule),
        text(
            "UTF-16, small end first",
            utf_16(*b"\xff\xfe", u16::to_le_bytes),
            Rule,
        ),
        text(
            "UTF-16, big end first",
            utf_16(*b"\xfe\xff", u16::to_be_bytes),
            Rule,
        ),
        text(
            "a comment in GBK",
            [b"# \xbd\xfb\xd6\xb9\xd7\xa5\xc8\xa1\n", RULE.as_bytes()].concat(),
            Rule,
        ),
        text("full-width colons", RULE.replace(':', "："), Rule),
        text(
            "full-width colons in GBK",
            b"User-agent\xa3\xba*\nDisallow\xa3\xba /secret\n",
            Rule,
        ),
        text("CR alone ends lines", RULE.replace('\n', "\r"), Rule),
        text("NUL between", format!("\0\0\n{RULE}"), Rule),
        text("its rule behind 500 KiB", late, Nothing),
        text("600 KiB behind its rule", padded(600 * 1024), Rule),
        text("25 MB behind its rule", padded(25 * MEGABYTE), Rule),
        at(
            "without end behind its rule",
            Answer::Endless(endless, vec![b'#'; 65_536]),
            Rule,
        ),
        coded("gzip", "gzip", &packed, Rule),
        text("gzip that nobody named", &packed, Rule),
        coded("gzip of 25 MB", "gzip", &gzip(&padded(25 * MEGABYTE)), Rule),
        coded("25 MB of gzip", "gzip", &gzip(&noise), Rule),
        coded(
            "25 MB of gzip twice",
            "gzip, gzip",
            &gzip(&gzip(&noise)),
            Rule,
        ),
        coded(
            "25 MB of zstd",
            "zstd",
            &zstd::encode_all(&*noise, 1).unwrap(),
            Rule,
        ),
        coded(
            "half of a gzip file",
            "gzip",
            packed.split_at(packed.len() - 9).0,
            Unreachable,
        ),
        coded("an unknown coding", "rot13", RULE.as_bytes(), Unreachable),
        behind("five redirects", 5, Rule),
        behind("six redirects", 6, Nothing),
        at(
            "204",
            Answer::Open(b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()),
            Nothing,
        ),
        status("401", "401 Unauthorized", Nothing),
        status("403", "403 Forbidden", Nothing),
        status("404", "404 Not Found", Nothing),
        status("429", "429 Too Many Requests", Unreachable),
        status("500", "500 Internal Server Error", Unreachable),
        status("503", "503 Service Unavailable", Unreachable),
        at("a drip without end", drip, Unreachable),
        at("nothing said", Answer::Silence(Vec::new()), Unreachable),
        at(
            "cut off",
            Answer::Close(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nUs".to_vec()),
            Unreachable,
        ),
    ]
}

#[test]
fn each_robots_file_is_heeded_as_far_as_it_can_be_had() {
    let (desk, cases) = (Desk::new(), cases());
    std::fs::write(
        desk.path("zhanwen.toml"),
        "read_timeout = 4\ntotal_timeout = 6\n",
    )
    .unwrap();
    let mut command = desk.command(&["scrape", "-q", "--interval", "0"]);
    command.args(["--address-interval", "0", "--allow-net", "127.0.0.0/8"]);
    let servers: Vec<_> = cases
        .iter()
        .map(|(_, answers, _)| {
            let server = Server::start();
            for (path, answer) in answers {
                server.put(path, answer.clone());
            }
            for path in ["/open", "/secret"] {
                server.put(path, proper("text/html", "<p>ok</p>"));
                command.arg(server.url(path));
            }
            server
        })
        .collect();
    let (output, peak) = Running::of(command).watched(Duration::from_mins(2));
    assert!(!said(&output).contains("panick"), "{}", said(&output));
    println!("{} MB at most", peak / 1_000_000);
    let mut wrong = Vec::new();
    for ((name, _, heeded), server) in cases.iter().zip(&servers) {
        let paths = server.paths();
        let asked = |path: &str| paths.iter().any(|asked| asked == path);
        let found = match (asked("/open"), asked("/secret")) {
            (true, false) => Rule,
            (true, true) => Nothing,
            (false, _) => Unreachable,
        };
        if found != *heeded {
            wrong.push(format!(
                "{name}: {found:?}, not {heeded:?}; asked {paths:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!((1..300_000_000).contains(&peak), "{peak}");
}
