//! Runs as the library gives them, and what is due for who only looks.

use std::collections::BTreeMap;

use zhanwen::archive::{
    ArchiveError, Due, FailedLook, LeaseRequest, NewRun, Planned, RestingHost, RunEnd, RunEnding,
    RunId, RunKind, RunReport, RunState, SpentHost,
};
use zhanwen::model::{HostState, KeptRobots, Notice, NoticeKind, Outcome, PageKind, SiteId};
use zhanwen::rules::Limit;

use super::scene::{Scene, Seen, at, planned, site, url, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";
const OTHER: &str = "https://expo.example.cn/news/2.html";

fn new_run(kind: RunKind, started_at: i64, alone: bool) -> NewRun {
    NewRun {
        kind,
        command_line: format!("zhanwen {}", kind.name()),
        started_at: at(started_at),
        alone,
    }
}

fn ending(end: RunEnd, second: i64, report: Option<RunReport>) -> RunEnding {
    RunEnding {
        end,
        at: at(second),
        error: (end == RunEnd::Failed).then(|| "failed to keep it".to_owned()),
        report,
    }
}

pub(crate) async fn runs_come_latest_first(scene: &Scene) {
    assert_eq!(scene.library.runs(at(0), 10).await.unwrap(), []);
    for (second, end) in [
        (0, RunEnd::Completed),
        (10, RunEnd::Interrupted),
        (20, RunEnd::Failed),
    ] {
        let run = new_run(RunKind::Crawl, second, false);
        let run = scene.archive.begin_run(run).await.unwrap();
        let end = ending(end, second + 5, None);
        scene.archive.end_run(run, end).await.unwrap();
    }
    let scrape = new_run(RunKind::Scrape, 30, false);
    scene.archive.begin_run(scrape).await.unwrap();
    let runs = scene.library.runs(at(31), 3).await.unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!(runs[0].state, RunState::Running);
    assert_eq!(runs[0].kind, RunKind::Scrape);
    assert_eq!((runs[0].ended_at, runs[0].last_look_at), (None, None));
    assert_eq!(runs[1].state, RunState::Ended(RunEnd::Failed));
    assert_eq!(runs[1].error.as_deref(), Some("failed to keep it"));
    assert_eq!(runs[1].started_at, at(20));
    assert_eq!(runs[1].ended_at, Some(at(25)));
    assert_eq!(runs[2].state, RunState::Ended(RunEnd::Interrupted));
    assert_eq!(runs[2].command_line, "zhanwen crawl");
    assert!(runs[0].run > runs[1].run && runs[1].run > runs[2].run);
}

/// Two looks at one page and one at another, of which the last failed.
async fn looks(scene: &Scene) -> RunId {
    let run = scene.run().await;
    scene.look_in(run, PAGE, 1, Seen::failed()).await;
    let seen = Seen::article(Outcome::New, "甲", None);
    scene.look_in(run, PAGE, 2, seen).await;
    scene.look_in(run, OTHER, 3, Seen::refused()).await;
    run
}

pub(crate) async fn a_run_tells_its_report(scene: &Scene) {
    let run = looks(scene).await;
    let mut report = RunReport {
        new_pages: Some(7),
        left_due: Some(4),
        used_up: Some(Limit::Bytes),
        spent: vec![SpentHost {
            host: url(PAGE).host(),
            limit: Limit::Pages,
            left_due: 3,
        }],
        held: 1,
        gone_starts: vec![url("https://expo.example.cn/news/")],
        resting: vec![RestingHost {
            host: url(PAGE).host(),
            until: at(4000),
            reason: "status 429".to_owned(),
        }],
        notices: vec![Notice {
            kind: NoticeKind::Feed,
            url: url("https://expo.example.cn/rss.xml"),
            message: "it offers a feed".to_owned(),
        }],
        more_notices: 12,
        untold: 3,
        counts: [("pages_read".to_owned(), 5)].into(),
        ..RunReport::default()
    };
    report.fail(FailedLook {
        url: url(OTHER),
        outcome: Outcome::Blocked,
        reason: "robots.txt".to_owned(),
    });
    let end = ending(RunEnd::Completed, 9, Some(report.clone()));
    scene.archive.end_run(run, end).await.unwrap();
    let record = scene.library.run(run, at(10)).await.unwrap().unwrap();
    assert!(record.reported);
    assert_eq!(record.entry.state, RunState::Ended(RunEnd::Completed));
    assert_eq!(record.entry.last_look_at, Some(at(3)));
    // what came of sites and hosts is told by the looks themselves
    let sites: Vec<_> = record.report.sites.keys().cloned().collect();
    assert_eq!(sites, [site()]);
    let host = &record.report.hosts[&url(PAGE).host()];
    let outcomes = [
        (Outcome::New, 1),
        (Outcome::Blocked, 1),
        (Outcome::Failed, 1),
    ];
    assert_eq!(host.outcomes, BTreeMap::from(outcomes));
    assert_eq!(host.wire_bytes, "<h1>甲</h1><i>None</i>".len() as u64);
    assert_eq!(record.report.total().looks(), 3);
    assert_eq!(record.entry.looks.looks(), 3);
    let told = RunReport {
        sites: BTreeMap::new(),
        hosts: BTreeMap::new(),
        ..record.report
    };
    assert_eq!(told, report);
    let nobody = scene.library.run(RunId(4711), at(10)).await.unwrap();
    assert_eq!(nobody, None);
}

pub(crate) async fn a_run_without_a_report_tells_its_looks(scene: &Scene) {
    let run = looks(scene).await;
    let other = scene.run().await;
    scene.look_in(other, OTHER, 4, Seen::failed()).await;
    let record = scene.library.run(run, at(10)).await.unwrap().unwrap();
    assert!(!record.reported);
    assert_eq!(record.entry.state, RunState::Running);
    assert_eq!(record.entry.looks.failed(), 2);
    // the page that failed at first was had later
    let failed = FailedLook {
        url: url(OTHER),
        outcome: Outcome::Blocked,
        reason: "robots.txt".to_owned(),
    };
    assert_eq!(record.report.failed, [failed]);
    assert_eq!(record.report.new_pages, None);
    let record = scene.library.run(other, at(10)).await.unwrap().unwrap();
    assert_eq!(record.report.failed[0].reason, "connect");
}

pub(crate) async fn a_crawl_that_is_to_be_alone_begins_when_it_is(scene: &Scene) {
    let scrape = new_run(RunKind::Scrape, 0, false);
    scene.archive.begin_run(scrape).await.unwrap();
    let alone = new_run(RunKind::Crawl, 1, true);
    let first = scene.archive.begin_run(alone.clone()).await.unwrap();
    let refused = scene.other.begin_run(alone.clone()).await;
    assert!(
        matches!(refused, Err(ArchiveError::Busy { run, since }) if run == first.0 && since == at(1)),
        "{refused:?}"
    );
    // who does not mind company begins beside it
    let beside = new_run(RunKind::Crawl, 2, false);
    let beside = scene.other.begin_run(beside).await.unwrap();
    let end = ending(RunEnd::Completed, 3, None);
    scene.archive.end_run(first, end.clone()).await.unwrap();
    let refused = scene.archive.begin_run(alone.clone()).await;
    assert!(
        matches!(refused, Err(ArchiveError::Busy { run, .. }) if run == beside.0),
        "{refused:?}"
    );
    scene.archive.end_run(beside, end).await.unwrap();
    scene.archive.begin_run(alone).await.unwrap();
}

pub(crate) async fn what_is_due_is_seen_without_taking_it(scene: &Scene) {
    let list = Planned {
        kind: PageKind::List,
        ..planned("https://expo.example.cn/news/", Due::At(at(50)))
    };
    let elsewhere = Planned {
        site: SiteId::new("another-site"),
        ..planned("https://expo.example.cn/other", Due::At(at(0)))
    };
    let pages = [
        planned(PAGE, Due::At(at(10))),
        planned(OTHER, Due::At(at(5))),
        list,
        elsewhere,
        planned("https://img.example.cn/3.html", Due::At(at(1))),
        planned("https://later.example.cn/", Due::At(at(9000))),
    ];
    scene.plan(&pages).await;
    let sites = [site()];
    let backlog = scene.library.backlog(&sites, at(60)).await.unwrap();
    let told: Vec<_> = backlog
        .iter()
        .map(|due| (due.host.as_str(), due.pages, due.due_since, due.held_until))
        .collect();
    assert_eq!(
        told,
        [
            ("img.example.cn", 1, at(1), None),
            ("expo.example.cn", 3, at(5), None)
        ]
    );
    let host = url(PAGE).host();
    let upcoming = scene.library.upcoming(&host, &sites, at(60), 2).await;
    let upcoming = upcoming.unwrap();
    assert_eq!(upcoming.robots, []);
    let order: Vec<_> = upcoming
        .pages
        .iter()
        .map(|page| page.url.as_url().path())
        .collect();
    // as they are lent: lists first, then what was found last
    assert_eq!(order, ["/news/", "/news/1.html"]);
    assert_eq!(upcoming.pages[1].due_at, at(10));
    assert_eq!(upcoming.pages[1].history.last_fetched_at, None);
    let nobody = url("https://nobody.example.cn/").host();
    let nothing = scene.library.upcoming(&nobody, &sites, at(60), 2).await;
    assert_eq!(nothing.unwrap().pages, []);

    // a lease, a robots.txt and a rest are seen too
    let leases = scene.archive.lease_hosts(wish(60)).await.unwrap();
    let lease = leases.granted.iter().find(|lease| lease.host == host);
    let lease = lease.unwrap();
    let robots = KeptRobots {
        origin: "https://expo.example.cn".to_owned(),
        fetched_at: at(60),
        expires_at: at(9000),
        status: Some(404),
        body: bytes::Bytes::new(),
    };
    let rests = HostState {
        resting_until: Some(at(99)),
        resting_reason: Some("status 503".to_owned()),
        ..HostState::default()
    };
    let kept = scene
        .archive
        .keep_robots(lease.token, robots.clone(), rests.clone());
    kept.await.unwrap();
    let backlog = scene.library.backlog(&sites, at(60)).await.unwrap();
    assert_eq!(backlog[1].held_until, Some(at(120)));
    assert_eq!(backlog[1].state, rests);
    let later = scene.library.backlog(&sites, at(130)).await.unwrap();
    assert_eq!(later[1].held_until, None);
    let upcoming = scene.library.upcoming(&host, &sites, at(60), 2).await;
    assert_eq!(upcoming.unwrap().robots, [robots]);
}

pub(crate) async fn a_clock_that_was_set_back_holds_nothing_up(scene: &Scene) {
    const YEAR: i64 = 365 * 86_400;
    let run = async |second| {
        let run = new_run(RunKind::Crawl, second, false);
        let run = scene.archive.begin_run(run).await.unwrap();
        let end = ending(RunEnd::Completed, second, None);
        scene.archive.end_run(run, end).await.unwrap();
    };
    run(0).await;
    let seen = |title| Seen::article(Outcome::New, title, None);
    scene.look(OTHER, 10, seen("乙")).await;
    run(YEAR).await;
    scene.look(PAGE, YEAR, seen("甲")).await;
    let request = LeaseRequest {
        scope: zhanwen::archive::Scope::Pages(
            scene.plan(&[planned(PAGE, Due::At(at(YEAR)))]).await,
        ),
        ..wish(YEAR)
    };
    let lease = scene
        .archive
        .lease_hosts(request)
        .await
        .unwrap()
        .granted
        .remove(0);
    let robots = KeptRobots {
        origin: "https://expo.example.cn".to_owned(),
        fetched_at: at(YEAR),
        expires_at: at(YEAR + 86_400),
        status: Some(200),
        body: bytes::Bytes::from_static(b"User-agent: *"),
    };
    let resting = HostState {
        resting_until: Some(at(YEAR + 3600)),
        resting_reason: Some("5 failures in a row".to_owned()),
        ..HostState::default()
    };
    let kept = scene
        .archive
        .keep_robots(lease.token, robots, resting.clone())
        .await;
    kept.unwrap();
    scene.archive.release(lease.token, resting).await.unwrap();
    // a day back is no more than a clock may do
    run(YEAR - 86_400).await;
    assert_eq!(scene.lease(YEAR - 86_400).await.granted.len(), 0);
    run(100).await;
    let lease = scene.only_lease(100).await;
    let urls: Vec<_> = lease
        .visits
        .iter()
        .map(|visit| visit.url.as_str())
        .collect();
    assert_eq!(urls, [PAGE], "the other one has its own time");
    assert_eq!(lease.state.resting_until, None);
    assert_eq!(lease.robots[0].expires_at, at(100));
}
