//! How fast looks become WARC and WACZ files, and how that grows: `cargo bench --bench warc [LOOKS…]`.
//!
//! Archives of generated pages, each looked at five times: twice it differs, twice it is the same and once the
//! server says so itself. The real binary exports them; its peak of memory is read while it runs.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark measures by the wall clock, prints and gives up where it cannot go on"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use zhanwen::archive::{
    Answer, Archive, Capture, Due, LeaseRequest, NewRun, Observation, Planned, RunKind, Scope,
};
use zhanwen::model::{
    ContentHash, Headers, HostState, Outcome, PageKind, PageUrl, SiteId, Timestamp,
};
use zhanwen::store::sqlite::SqliteArchive;

const LOOKS_AT_A_PAGE: usize = 5;

fn main() {
    let wanted: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if wanted.is_empty() {
        vec![1_000, 4_000, 16_000]
    } else {
        wanted
    };
    println!("  looks  archive    format      file  seconds  looks/s  peak memory");
    for looks in sizes {
        let folder = tempfile::tempdir().unwrap();
        let archive = folder.path().join("archive.db");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(fill(&archive, looks / LOOKS_AT_A_PAGE));
        for format in ["warc", "wacz"] {
            export(folder.path(), looks, format);
        }
    }
}

fn export(folder: &Path, looks: usize, format: &str) {
    let begun = Instant::now();
    let mut running = Command::new(env!("CARGO_BIN_EXE_zhanwen"))
        .args(["-qq", "export", format, "-o", format])
        .current_dir(folder)
        .spawn()
        .unwrap();
    let mut peak = 0;
    let status = loop {
        if let Some(status) = running.try_wait().unwrap() {
            break status;
        }
        peak = peak.max(memory(running.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    };
    let seconds = begun.elapsed().as_secs_f64();
    assert!(status.success());
    let size = |name: &str| folder.join(name).metadata().unwrap().len() / 1000;
    let each = Duration::from_secs_f64(seconds) / u32::try_from(looks).unwrap();
    println!(
        "{looks:>7} {:>6} kB  {format:>8} {:>6} kB  {seconds:>7.2}  {:>7.0}  {:>8} kB",
        size("archive.db"),
        size(format),
        1.0 / each.as_secs_f64(),
        peak
    );
}

/// The most memory that a process had, in kB.
fn memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// A page of some 40 kB as such pages are: much of it is what all of them have.
fn body(page: usize, edition: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(u64::try_from(page).unwrap());
    let menu: Vec<String> = (0..300)
        .map(|n| {
            format!(
                "<li><a href=\"/news/list_{n}.html\" title=\"栏目{n}\">展会资讯第{n}栏</a></li>"
            )
        })
        .collect();
    let menu = menu.concat();
    let words: Vec<char> = "国际会展中心展览公司参展商观众论坛行业发展合作交流上海广州北京六月举办"
        .chars()
        .collect();
    let text: String = (0..4000)
        .filter_map(|_| words.get(random.usize(0..words.len())))
        .collect();
    format!("<html><ul>{menu}</ul><h1>第{page}号</h1><p>{text}</p><i>{edition}</i></html>")
        .into_bytes()
}

async fn fill(path: &Path, pages: usize) {
    let archive: Arc<dyn Archive> = Arc::new(SqliteArchive::open(path).unwrap());
    let at = |hour: usize| {
        Timestamp::from_unix_millis(1_790_000_000_000)
            .plus(Duration::from_hours(u64::try_from(hour).unwrap()))
    };
    let run = archive
        .begin_run(NewRun {
            kind: RunKind::Crawl,
            command_line: String::new(),
            started_at: at(0),
            alone: false,
        })
        .await
        .unwrap();
    let planned = (0..pages).map(|page| Planned {
        url: PageUrl::parse(&format!("https://expo.example.cn/news/{page}.html")).unwrap(),
        site: SiteId::new("expo"),
        kind: PageKind::Other,
        due: Due::At(at(0)),
        depth: 0,
        referer: None,
        claim: None,
    });
    archive.plan(planned.collect()).await.unwrap();
    let wish = LeaseRequest {
        scope: Scope::Sites(vec![SiteId::new("expo")]),
        now: at(0),
        until: at(1000),
        hosts: 1,
        visits_per_host: pages,
        spent: Vec::new(),
        busy: Vec::new(),
    };
    let lease = archive.lease_hosts(wish).await.unwrap().granted.remove(0);
    for look in 0..LOOKS_AT_A_PAGE {
        let mut commits = tokio::task::JoinSet::new();
        for (page, visit) in lease.visits.iter().enumerate() {
            let unchanged = look == 2;
            let body = (!unchanged).then(|| Bytes::from(body(page, look % 2)));
            let capture = Capture {
                page: visit.page,
                run,
                url: visit.url.clone(),
                sent_at: at(look),
                observation: Observation::Answered(Answer {
                    status: if unchanged { 304 } else { 200 },
                    headers: Headers::new([
                        (
                            "content-type".to_owned(),
                            Bytes::from_static(b"text/html; charset=utf-8"),
                        ),
                        ("server".to_owned(), Bytes::from_static(b"nginx")),
                    ]),
                    wire_length: body.as_ref().map_or(0, Bytes::len).try_into().unwrap(),
                    wire_hash: ContentHash::of(&[]),
                    entity: body,
                    elapsed: Duration::ZERO,
                    peer: Some("192.0.2.7:443".parse().unwrap()),
                }),
                outcome: if unchanged {
                    Outcome::NotModified
                } else {
                    Outcome::Listed
                },
                reason: None,
                kind: PageKind::Other,
                in_parts: false,
                reading: None,
                assets: None,
                discovered: Vec::new(),
                new_at_most: None,
                read_by: None,
                redirect: None,
                calls_itself: None,
                notices: Vec::new(),
                next_visit_at: at(look + 1),
                host_state: HostState::default(),
            };
            let (archive, token) = (Arc::clone(&archive), lease.token);
            commits.spawn(async move { archive.commit(token, capture).await.unwrap() });
            if commits.len() >= 200 {
                commits.join_next().await;
            }
        }
        commits.join_all().await;
    }
}
