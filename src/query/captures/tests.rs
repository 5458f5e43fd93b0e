//! Looks kept in memory, as they are written for others.

use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::archive::{
    Answer, Archive as _, Capture, Due, LeaseRequest, NewRun, Observation, Planned, RunKind, Scope,
};
use crate::model::{FetchError, HostState, Outcome, SiteId};
use crate::store::memory::MemoryArchive;
use crate::warc::{RecordKind, field, profile};

const PAGE: &str = "https://expo.example.cn/news/1.html";

fn url(text: &str) -> PageUrl {
    PageUrl::parse(text).expect("a URL")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + seconds * 1000)
}

/// One look to be kept: when, of which page, what it came to, the status and the body.
type Made<'a> = (i64, &'a str, Outcome, u16, Option<&'static [u8]>);

/// An archive with these looks; a status of 0 is no answer.
async fn archive(looks: &[Made<'_>]) -> Arc<MemoryArchive> {
    let archive = Arc::new(MemoryArchive::new());
    for (second, page, outcome, status, body) in looks {
        let run = archive
            .begin_run(NewRun {
                kind: RunKind::Crawl,
                command_line: String::new(),
                started_at: at(*second),
                alone: false,
            })
            .await
            .expect("a run");
        let planned = Planned {
            url: url(page),
            site: SiteId::new("expo"),
            kind: PageKind::Other,
            due: Due::At(at(*second)),
            depth: 0,
            referer: None,
            claim: None,
        };
        let pages = archive.plan(vec![planned]).await.expect("planned");
        let wish = LeaseRequest {
            scope: Scope::Pages(pages),
            now: at(*second),
            until: at(second + 60),
            hosts: 1,
            visits_per_host: 1,
            spent: Vec::new(),
            busy: Vec::new(),
        };
        let leases = archive.lease_hosts(wish).await.expect("lent");
        let lease = leases.granted.first().expect("a host");
        let visit = lease.visits.first().expect("a page");
        let length = body.map_or(0, <[u8]>::len);
        let observation = match status {
            0 => Observation::Failed(FetchError::Connect {
                host: visit.url.host(),
                reason: "refused".to_owned(),
            }),
            status => Observation::Answered(Answer {
                status: *status,
                headers: Headers::new([(
                    "Content-Type".to_owned(),
                    Bytes::from_static(b"text/html"),
                )]),
                entity: body.map(Bytes::from_static),
                wire_length: u64::try_from(length).expect("a length"),
                wire_hash: ContentHash::of(body.unwrap_or_default()),
                elapsed: Duration::ZERO,
                peer: None,
            }),
        };
        let capture = Capture {
            page: visit.page,
            run,
            url: visit.url.clone(),
            sent_at: at(*second),
            observation,
            outcome: *outcome,
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
            next_visit_at: at(second + 3600),
            host_state: HostState::default(),
        };
        let token = lease.token;
        archive.commit(token, capture).await.expect("kept");
        let state = HostState::default();
        archive.release(token, state).await.expect("given back");
    }
    archive
}

async fn all(archive: Arc<MemoryArchive>, scope: LookScope) -> Vec<Captured> {
    let mut captures = Captures::new(archive, scope);
    let mut found = Vec::new();
    while let Some(captured) = captures.next().await.expect("read") {
        found.push(captured);
    }
    found
}

/// What is written for each look: the kind of each record, the second it was seen at and the one it
/// refers to; `lost` where the answer is not written.
async fn check(looks: &[Made<'_>], scope: LookScope, expected: &[&str]) {
    let found = all(archive(looks).await, scope).await;
    let seconds = |text: &str| {
        let date: Timestamp = text.parse().expect("a date");
        (date.as_unix_millis() - at(0).as_unix_millis()) / 1000
    };
    let told: Vec<String> = found
        .iter()
        .map(|captured| {
            let mut words: Vec<String> = Vec::new();
            for written in &captured.records {
                let fields = &written.record.fields;
                let date = seconds(fields.first(field::DATE).expect("a date"));
                let kind = match fields.first(field::PROFILE) {
                    Some(profile::IDENTICAL) => "same",
                    Some(profile::NOT_MODIFIED) => "unchanged",
                    _ => written.record.kind.name(),
                };
                let of = fields.first(field::REFERS_TO_DATE).map(seconds);
                words.push(match of {
                    Some(of) => format!("{kind}@{date}->{of}"),
                    None => format!("{kind}@{date}"),
                });
            }
            words.extend(captured.lost.then(|| "lost".to_owned()));
            words.join(" ")
        })
        .collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_body_is_written_once_and_then_pointed_at() {
    let (a, b) = (Some(&b"a"[..]), Some(&b"b"[..]));
    check(
        &[
            (10, PAGE, Outcome::Listed, 200, a),
            (20, PAGE, Outcome::Listed, 200, b),
            (30, PAGE, Outcome::Listed, 200, a),
            (40, PAGE, Outcome::NotModified, 304, None),
            (50, PAGE, Outcome::Gone, 404, b),
            (60, PAGE, Outcome::NotModified, 304, None),
            (70, "https://expo.example.cn/2", Outcome::Listed, 200, a),
        ],
        LookScope::default(),
        &[
            "response@10 metadata@10",
            "response@20 metadata@20",
            "same@30->10 metadata@30",
            "unchanged@40->10 metadata@40",
            "same@50->20 metadata@50",
            "unchanged@60->10 metadata@60",
            // another page stands by itself
            "response@70 metadata@70",
        ],
    )
    .await;
}

#[tokio::test]
async fn what_lies_before_the_time_is_there_where_it_is_pointed_at() {
    let (a, b) = (Some(&b"a"[..]), Some(&b"b"[..]));
    let looks = [
        (10, PAGE, Outcome::Listed, 200, a),
        (20, PAGE, Outcome::Gone, 404, b),
        (30, PAGE, Outcome::NotModified, 304, None),
        (40, PAGE, Outcome::NotModified, 304, None),
        (50, PAGE, Outcome::Listed, 200, a),
    ];
    let since = |second| LookScope {
        since: Some(at(second)),
        ..LookScope::default()
    };
    let expected = [
        "response@10 unchanged@30->10 metadata@30",
        "unchanged@40->10 metadata@40",
        "same@50->10 metadata@50",
    ];
    check(&looks, since(30), &expected).await;
    check(&looks, since(50), &["response@50 metadata@50"]).await;
    let until = LookScope {
        until: Some(at(20)),
        ..LookScope::default()
    };
    check(&looks, until, &["response@10 metadata@10"]).await;
}

#[tokio::test]
async fn what_cannot_be_written_is_told() {
    check(
        &[
            // no answer; a "not modified" of nothing that is known
            (10, PAGE, Outcome::Failed, 0, None),
            (20, PAGE, Outcome::NotModified, 304, None),
            // nothing was received, which is an answer, and nothing is pointed at
            (30, PAGE, Outcome::Redirected, 302, Some(b"")),
            (40, PAGE, Outcome::Listed, 204, None),
            (50, PAGE, Outcome::Redirected, 302, Some(b"")),
            (60, PAGE, Outcome::NotModified, 304, None),
        ],
        LookScope::default(),
        &[
            "metadata@10",
            "metadata@20 lost",
            "response@30 metadata@30",
            "response@40 metadata@40",
            "response@50 metadata@50",
            "unchanged@60->40 metadata@60",
        ],
    )
    .await;
}

#[tokio::test]
async fn the_head_of_a_not_modified_is_told_beside_it() {
    let looks: [Made<'_>; 2] = [
        (10, PAGE, Outcome::Listed, 200, Some(b"a")),
        (20, PAGE, Outcome::NotModified, 304, None),
    ];
    let found = all(archive(&looks).await, LookScope::default()).await;
    let notes: Vec<Value> = found
        .iter()
        .flat_map(|captured| &captured.records)
        .filter(|written| written.record.kind == RecordKind::Metadata)
        .map(|written| serde_json::from_slice(&written.record.payload).expect("JSON"))
        .collect();
    assert_eq!(
        notes,
        [
            json!({"site": "expo", "kind": "other", "outcome": "listed", "status": 200, "wire_length": 1}),
            json!({"site": "expo", "kind": "other", "outcome": "not_modified", "status": 304,
                   "wire_length": 0, "headers": [["content-type", "text/html"]]}),
        ]
    );
}

#[tokio::test]
async fn two_looks_at_one_instant_are_two_captures() {
    let looks: [Made<'_>; 3] = [
        (10, PAGE, Outcome::Listed, 200, Some(b"a")),
        (10, PAGE, Outcome::Listed, 200, Some(b"b")),
        (10, PAGE, Outcome::Listed, 200, Some(b"b")),
    ];
    let found = all(archive(&looks).await, LookScope::default()).await;
    let indexed = found.iter().flat_map(|captured| &captured.records);
    let dates: Vec<i64> = indexed
        .filter_map(|written| written.indexed.as_ref())
        .map(|indexed| indexed.date.as_unix_millis() - at(10).as_unix_millis())
        .collect();
    assert_eq!(dates, [0, 1, 2]);
}
