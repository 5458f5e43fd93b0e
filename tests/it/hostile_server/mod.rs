//! A web server of raw sockets that breaks every rule it can, and what becomes of its answers.

mod bombs;
mod framing;
mod injection;
mod redirects;
mod robots;
mod server;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::JoinSet;
use zhanwen::fetch::Fetch;
use zhanwen::model::{Conditional, FetchError, Fetched, PageUrl, Purpose, Request};
use zhanwen::net::{HttpFetch, HttpSettings};

use crate::cli::{Desk, said};
use crate::reliability::Running;
use framing::{Case, Made, cases};
use server::proper;
pub(crate) use server::{Answer, Server};

const BODY_LIMIT: u64 = 100_000;

fn client(total_timeout: Duration) -> HttpFetch {
    HttpFetch::new(HttpSettings {
        allow_net: vec!["127.0.0.0/8".parse().unwrap()],
        connect_timeout: Duration::from_secs(20),
        read_timeout: total_timeout,
        total_timeout,
        body_limit_bytes: BODY_LIMIT,
        ..HttpSettings::default()
    })
    .unwrap()
}

async fn ask(client: &HttpFetch, url: &str) -> Result<Fetched, FetchError> {
    client
        .fetch(Request {
            url: PageUrl::parse(url).unwrap(),
            conditional: Conditional::default(),
            referer: None,
            purpose: Purpose::Page,
        })
        .await
}

fn made(result: Result<Fetched, FetchError>) -> Made {
    match result {
        Ok(fetched) => Made::Page(fetched.status, fetched.body),
        Err(error) => Made::Failure(error.kind()),
    }
}

/// A client for those who never come to an end, and one for the rest on a busy machine.
fn impatient_and_patient() -> Arc<[HttpFetch; 2]> {
    Arc::new([1, 60].map(|seconds| client(Duration::from_secs(seconds))))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_broken_answer_is_taken_or_refused_as_decided() {
    let clients = impatient_and_patient();
    let mut asking = JoinSet::new();
    let cases = cases();
    println!("{} broken answers", cases.len());
    for case in cases {
        let clients = Arc::clone(&clients);
        asking.spawn(async move {
            let Case {
                name,
                answer,
                made: expected,
            } = case;
            let server = Server::start();
            server.put("/1", answer);
            server.put("/2", proper("text/html", "next"));
            let patient = usize::from(expected != Made::Failure("timeout"));
            let found = made(ask(&clients[patient], &server.url("/1")).await);
            // whatever was left on the connection is not the answer to the next request
            let next = || async { made(ask(&clients[1], &server.url("/2")).await) };
            let next = match next().await {
                // it met the end of the connection; a crawl asks once more as well
                Made::Failure("truncated") => next().await,
                next => next,
            };
            let mut wrong = Vec::new();
            if found != expected {
                wrong.push(format!("{name}: {found:?}, not {expected:?}"));
            }
            if next != Made::Page(200, Bytes::from("next")) {
                wrong.push(format!("after {name}: {next:?}"));
            }
            wrong
        });
    }
    let mut wrong = asking.join_all().await.concat();
    wrong.sort();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_cut_anywhere_is_none() {
    let counted = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nx: y\r\n\r\nhello";
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n\
                   0\r\nx: y\r\n\r\n";
    let client = Arc::new(client(Duration::from_mins(1)));
    let server = Server::start();
    let mut asking = JoinSet::new();
    for whole in [counted, chunked] {
        for end in 0..=whole.len() {
            let path = format!("/{}/{end}", whole.len());
            server.put(&path, Answer::Close(whole.as_bytes()[..end].to_vec()));
            let (client, url) = (Arc::clone(&client), server.url(&path));
            asking.spawn(async move { (end, whole, made(ask(&client, &url).await)) });
        }
    }
    for (end, whole, found) in asking.join_all().await {
        let expected = if end == whole.len() {
            Made::Page(200, Bytes::from("hello"))
        } else {
            Made::Failure("truncated")
        };
        assert_eq!(found, expected, "{:?}", &whole[..end]);
    }
}

/// A host of its own for each answer, all asked by the real binary, and what the archive then says
/// of each.
struct Stand {
    desk: Desk,
    servers: Vec<Server>,
}

/// How one answer is recorded.
#[derive(Debug)]
struct Recorded {
    outcome: String,
    status: Option<u16>,
    reason: Option<String>,
    error: Option<String>,
    detail: Option<String>,
    wire_length: Option<i64>,
}

impl Stand {
    /// A server for each of `answers`, which it gives at `/1`.
    fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        let servers = answers.into_iter().map(|answer| {
            let server = Server::start();
            server.put("/1", answer);
            server
        });
        let (desk, servers) = (Desk::new(), servers.collect());
        Self { desk, servers }
    }

    /// What `scrape` says, and the most memory it had.
    fn scrape(&self, limit: Duration) -> (std::process::Output, u64) {
        self.visit("scrape", limit)
    }

    /// The same of `crawl`, which begins at each answer.
    fn crawl(&self, limit: Duration) -> (std::process::Output, u64) {
        self.visit("crawl", limit)
    }

    fn visit(&self, how: &str, limit: Duration) -> (std::process::Output, u64) {
        let urls: Vec<_> = self.servers.iter().map(|server| server.url("/1")).collect();
        let mut command = self.desk.command(&[how, "-q", "--interval", "0"]);
        command.args(["--allow-net", "127.0.0.0/8"]).args(urls);
        let (output, peak) = Running::of(command).watched(limit);
        let told = said(&output);
        assert!(!told.contains("panick"), "{told}");
        assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{told}");
        (output, peak)
    }

    /// What the archive says of each answer, in their order: of each time it was asked for, which
    /// is twice at most.
    fn recorded(&self) -> Vec<Vec<Recorded>> {
        let archive = rusqlite::Connection::open(self.desk.path("archive.db")).unwrap();
        let looks = "SELECT outcome, status, reason, error, error_detail, wire_length
                     FROM v_fetches WHERE url_requested = ?1";
        let mut looks = archive.prepare(looks).unwrap();
        let of = |server: &Server| {
            let looks = looks.query_map([server.url("/1")], |row| {
                Ok(Recorded {
                    outcome: row.get(0)?,
                    status: row.get(1)?,
                    reason: row.get(2)?,
                    error: row.get(3)?,
                    detail: row.get(4)?,
                    wire_length: row.get(5)?,
                })
            });
            let looks: Vec<_> = looks.unwrap().map(Result::unwrap).collect();
            let asked = server.paths().iter().filter(|path| *path == "/1").count();
            assert_eq!(looks.len(), asked, "{looks:?}");
            assert!((1..=2).contains(&asked), "{looks:?}");
            looks
        };
        self.servers.iter().map(of).collect()
    }
}

#[test]
fn the_archive_says_of_each_broken_answer_what_became_of_it() {
    let cases = cases();
    let stand = Stand::of(cases.iter().map(|case| case.answer.clone()));
    let settings = "read_timeout = 4\ntotal_timeout = 6\nbody_limit_mib = 1\n";
    std::fs::write(stand.desk.path("zhanwen.toml"), settings).unwrap();
    let (_, peak) = stand.scrape(Duration::from_mins(2));
    println!("{} MB at most", peak / 1_000_000);
    let mut wrong = Vec::new();
    for (case, found) in cases.iter().zip(stand.recorded()) {
        let as_decided = found.iter().all(|look| match &case.made {
            Made::Page(status, body) => {
                let length = i64::try_from(body.len()).unwrap();
                look.status == Some(*status)
                    && look.wire_length == Some(length)
                    && look.error.is_none()
                    && (matches!(look.outcome.as_str(), "listed" | "new") || look.reason.is_some())
            }
            Made::Failure(kind) => {
                look.error.as_deref() == Some(kind)
                    && look.outcome == "failed"
                    && look.detail.as_ref().is_some_and(|detail| detail.len() > 20)
            }
        });
        if !as_decided {
            wrong.push(format!("{}: {found:?}, not {:?}", case.name, case.made));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!((1..300_000_000).contains(&peak), "{peak}");
}
