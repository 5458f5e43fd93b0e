//! Articles a second through the seam, acknowledged after `COMMIT` with `synchronous = FULL`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use zhanwen::archive::{
    Answer, Archive, Capture, Due, Lease, LeaseRequest, NewRun, Observation, Planned, Reading,
    RunEnd, RunEnding, RunId, RunKind, Scope,
};
use zhanwen::model::{
    Article, ContentHash, Headers, HostState, Outcome, PageKind, PageUrl, Provenance, SiteId,
    Timestamp,
};
use zhanwen::store::sqlite::SqliteArchive;
use zhanwen::version::{HASH_RULE, content_hash};

use super::pages::{page, text};

/// Hosts that are looked at side by side.
const HOSTS: u64 = 16;

pub(crate) fn run(articles: u64) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let folder = tempfile::tempdir_in(".").unwrap();
    let path = folder.path().join("archive.db");
    let archive: Arc<dyn Archive> = Arc::new(SqliteArchive::open(&path).unwrap());
    for outcome in [Outcome::New, Outcome::Unchanged] {
        let leases = runtime.block_on(lend(&archive, articles));
        let run = runtime.block_on(archive.begin_run(start())).unwrap();
        let captures: Vec<_> = leases
            .iter()
            .map(|lease| captures(lease, run, outcome))
            .collect();
        let (began, before) = (Instant::now(), cpu());
        runtime.block_on(commit(&archive, &leases, captures));
        runtime.block_on(archive.end_run(run, ending())).unwrap();
        let (wall, cpu) = (began.elapsed(), cpu().saturating_sub(before));
        for lease in leases {
            let state = HostState::default();
            runtime
                .block_on(archive.release(lease.token, state))
                .unwrap();
        }
        println!(
            "{articles:>7} {:<10} {:>7.0} a second, {:>7.0} a CPU second, {:>5.2} CPU s",
            outcome.name(),
            articles as f64 / wall.as_secs_f64(),
            articles as f64 / cpu.as_secs_f64(),
            cpu.as_secs_f64()
        );
    }
    drop(archive);
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!(
        "{articles:>7} articles   {:>7.0} bytes each in the file",
        bytes as f64 / articles as f64
    );
}

/// What this process has used of all processors.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn at() -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000)
}

fn start() -> NewRun {
    NewRun {
        kind: RunKind::Crawl,
        command_line: "zhanwen crawl".to_owned(),
        started_at: at(),
        alone: false,
    }
}

fn ending() -> RunEnding {
    RunEnding {
        end: RunEnd::Completed,
        at: at(),
        error: None,
        report: None,
    }
}

/// Plans all articles and leases their hosts.
async fn lend(archive: &Arc<dyn Archive>, articles: u64) -> Vec<Lease> {
    let planned = |n: u64| Planned {
        url: PageUrl::parse(&format!(
            "https://expo{}.example.cn/news/{n}.html",
            n % HOSTS
        ))
        .unwrap(),
        site: SiteId::new("expo"),
        kind: PageKind::Article,
        due: Due::At(at()),
        depth: 1,
        referer: None,
        claim: None,
    };
    archive
        .plan((0..articles).map(planned).collect())
        .await
        .unwrap();
    let request = LeaseRequest {
        scope: Scope::Sites(vec![SiteId::new("expo")]),
        now: at(),
        until: at().plus(Duration::from_hours(1)),
        hosts: 100,
        visits_per_host: 1_000_000,
        spent: Vec::new(),
        busy: Vec::new(),
    };
    archive.lease_hosts(request).await.unwrap().granted
}

fn captures(lease: &Lease, run: RunId, outcome: Outcome) -> Vec<Capture> {
    let capture = |visit: &zhanwen::archive::Visit| {
        let number = visit.page.0.unsigned_abs();
        let body = Bytes::from(page(number));
        let article = Article {
            title: Some(format!("第{number}号公告正式发布")),
            source: Some("示例会展".to_owned()),
            body_text: Some(text(number)),
            publish_time: Some("2026-11-23 10:20".parse().unwrap()),
            ..Article::default()
        };
        let headers = [
            ("server", "nginx".to_owned()),
            ("date", "Mon, 21 Sep 2026 14:13:20 GMT".to_owned()),
            ("content-type", "text/html; charset=utf-8".to_owned()),
            (
                "set-cookie",
                format!("PHPSESSID={number:026x}; path=/; HttpOnly"),
            ),
        ];
        Capture {
            page: visit.page,
            run,
            url: visit.url.clone(),
            sent_at: at(),
            observation: Observation::Answered(Answer {
                status: 200,
                headers: Headers::new(
                    headers.map(|(name, value)| (name.to_owned(), Bytes::from(value))),
                ),
                wire_length: 1,
                wire_hash: ContentHash::of(&number.to_be_bytes()),
                entity: Some(body),
                elapsed: Duration::from_millis(80),
                peer: None,
            }),
            outcome,
            reason: None,
            kind: PageKind::Article,
            in_parts: false,
            reading: Some(Arc::new(Reading {
                content: content_hash(&article),
                article,
                hash_rule: HASH_RULE,
                parser: "zhanwen/1 generic".to_owned(),
                encoding: "UTF-8".to_owned(),
                encoding_evidence: "meta".to_owned(),
                warnings: Vec::new(),
                provenance: Provenance::new(),
            })),
            discovered: Vec::new(),
            new_at_most: None,
            read_by: None,
            redirect: None,
            calls_itself: None,
            notices: Vec::new(),
            next_visit_at: at(),
            host_state: HostState::default(),
        }
    };
    lease.visits.iter().map(capture).collect()
}

/// Several of each host are on their way at once, as from several parsers.
async fn commit(archive: &Arc<dyn Archive>, leases: &[Lease], captures: Vec<Vec<Capture>>) {
    let mut work = tokio::task::JoinSet::new();
    for (lease, mut captures) in leases.iter().zip(captures) {
        for _ in 0..4 {
            let share = captures.split_off(captures.len() - captures.len() / 4);
            let (archive, token) = (Arc::clone(archive), lease.token);
            work.spawn(async move {
                for capture in share {
                    archive.commit(token, capture).await.unwrap();
                }
            });
        }
        let (archive, token) = (Arc::clone(archive), lease.token);
        work.spawn(async move {
            for capture in captures {
                archive.commit(token, capture).await.unwrap();
            }
        });
    }
    while let Some(done) = work.join_next().await {
        done.unwrap();
    }
}
