//! Lending: one holder for each host, tokens that stop counting, and the order of the visits.

use std::collections::HashSet;
use std::sync::Arc;

use bytes::Bytes;
use zhanwen::archive::{
    Archive, ArchiveError, Due, LeaseRequest, LeaseToken, Scope, Withheld, WithheldReason,
};
use zhanwen::model::{HostKey, HostState, KeptRobots, Outcome, PageKind, SiteId};

use super::scene::{Scene, Seen, at, planned, url, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";

fn host() -> HostKey {
    url(PAGE).host()
}

fn lost(result: Result<(), ArchiveError>) -> bool {
    matches!(result, Err(ArchiveError::LeaseLost { host: lost }) if lost == host())
}

pub(crate) async fn a_host_is_lent_to_one_holder_at_a_time(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let first = scene.only_lease(0).await;
    assert_eq!(first.host, host());
    assert_eq!(first.until, at(60));

    let second = scene.other.lease_hosts(wish(1)).await.unwrap();
    assert_eq!(second.granted, []);
    let withheld = Withheld {
        host: host(),
        reason: WithheldReason::Held,
        because: None,
        until: at(60),
        pages: 1,
    };
    assert_eq!(second.withheld, [withheld]);
}

pub(crate) async fn a_lease_that_ran_out_is_lent_again_and_its_token_refused(scene: &Scene) {
    let run = scene.run().await;
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let first = scene.only_lease(0).await;
    let second = scene.other.lease_hosts(wish(60)).await.unwrap();
    assert_eq!(second.granted.len(), 1);

    let capture = Seen::article(Outcome::New, "标题", None).capture(&first.visits[0], run, 61);
    let committed = scene.archive.commit(first.token, capture.clone()).await;
    assert!(lost(committed.map(|_| ())));
    let state = HostState::default();
    assert!(lost(scene.archive.renew(first.token, at(99)).await));
    let robots = KeptRobots {
        origin: url(PAGE).origin(),
        fetched_at: at(61),
        expires_at: at(99),
        status: Some(200),
        body: Bytes::new(),
    };
    let kept = scene
        .archive
        .keep_robots(first.token, robots, state.clone());
    assert!(matches!(kept.await, Err(ArchiveError::LeaseLost { .. })));
    let released = scene.archive.release(first.token, state).await;
    assert!(matches!(released, Err(ArchiveError::LeaseLost { .. })));

    // the new holder is not disturbed
    let committed = scene.other.commit(second.granted[0].token, capture).await;
    assert_eq!(committed.unwrap().version_no, Some(1));
    let page = scene.find(PAGE).await;
    assert_eq!(scene.library.looks(page).await.unwrap().len(), 1);
}

pub(crate) async fn a_lease_that_ran_out_holds_until_the_host_is_lent_again(scene: &Scene) {
    let run = scene.run().await;
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let late = Seen::article(Outcome::New, "标题", None).capture(&lease.visits[0], run, 600);
    let committed = scene.archive.commit(lease.token, late).await.unwrap();
    assert_eq!(committed.version_no, Some(1));
    scene.archive.renew(lease.token, at(900)).await.unwrap();
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    assert_eq!(scene.lease(700).await.withheld[0].until, at(900));
}

pub(crate) async fn a_released_token_is_refused(scene: &Scene) {
    let run = scene.run().await;
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let state = HostState::default();
    scene
        .archive
        .release(lease.token, state.clone())
        .await
        .unwrap();
    let capture = Seen::gone().capture(&lease.visits[0], run, 1);
    assert!(lost(
        scene.archive.commit(lease.token, capture).await.map(|_| ())
    ));
    let again = scene.archive.release(lease.token, state).await;
    assert!(matches!(again, Err(ArchiveError::LeaseLost { .. })));
    let never = scene.archive.renew(LeaseToken(987_654), at(9)).await;
    assert!(matches!(never, Err(ArchiveError::LeaseLost { .. })));
}

pub(crate) async fn a_renewed_lease_lasts(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    scene.archive.renew(lease.token, at(120)).await.unwrap();
    let second = scene.other.lease_hosts(wish(61)).await.unwrap();
    assert_eq!(second.granted, []);
    assert_eq!(second.withheld[0].until, at(120));
}

pub(crate) async fn tokens_are_never_used_twice(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let mut tokens = HashSet::new();
    for round in 0..5 {
        let lease = scene.only_lease(round * 100).await;
        assert!(tokens.insert(lease.token));
        // every second holder is never heard of again
        assert_eq!(lease.left_behind, round % 2 == 0 && round > 0, "{round}");
        if round % 2 == 0 {
            scene
                .archive
                .release(lease.token, lease.state)
                .await
                .unwrap();
        }
    }
}

pub(crate) async fn a_token_is_good_for_its_host_alone(scene: &Scene) {
    let run = scene.run().await;
    let elsewhere = "https://other.example.cn/1.html";
    scene
        .plan(&[
            planned(PAGE, Due::At(at(0))),
            planned(elsewhere, Due::At(at(1))),
        ])
        .await;
    let leases = scene.lease(1).await.granted;
    assert_eq!(leases.len(), 2);
    let capture = Seen::gone().capture(&leases[0].visits[0], run, 2);
    assert!(lost(
        scene
            .archive
            .commit(leases[1].token, capture)
            .await
            .map(|_| ())
    ));
}

pub(crate) async fn two_workers_share_the_hosts(scene: &Scene) {
    let pages: Vec<_> = (0..6)
        .map(|n| planned(&format!("https://h{n}.example.cn/"), Due::At(at(n))))
        .collect();
    scene.plan(&pages).await;
    let some = LeaseRequest {
        hosts: 4,
        ..wish(10)
    };
    let first = scene.archive.lease_hosts(some.clone()).await.unwrap();
    let second = scene.other.lease_hosts(some).await.unwrap();
    let names = |leases: &zhanwen::archive::Leases| -> Vec<String> {
        let hosts = leases.granted.iter().map(|lease| lease.host.to_string());
        hosts.collect()
    };
    // the longest due first
    let expected = ["h0", "h1", "h2", "h3"].map(|name| format!("{name}.example.cn"));
    assert_eq!(names(&first), expected);
    assert_eq!(first.withheld, []);
    assert_eq!(
        names(&second),
        ["h4", "h5"].map(|name| format!("{name}.example.cn"))
    );
    assert_eq!(second.withheld.len(), 4);
}

pub(crate) async fn many_workers_never_hold_one_host_together(scene: &Scene) {
    let pages: Vec<_> = (0..20)
        .map(|n| planned(&format!("https://h{n}.example.cn/"), Due::At(at(0))))
        .collect();
    scene.plan(&pages).await;
    let workers = (0..10).map(|n| {
        let archive = Arc::clone(if n % 2 == 0 {
            &scene.archive
        } else {
            &scene.other
        });
        tokio::spawn(async move { take_all(archive.as_ref()).await })
    });
    let mut held = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        held.extend(worker.await.unwrap());
    }
    held.sort();
    let distinct: HashSet<_> = held.iter().collect();
    assert_eq!(distinct.len(), held.len(), "{held:?}");
    assert_eq!(held.len(), 20);
}

async fn take_all(archive: &dyn Archive) -> Vec<HostKey> {
    let mut held = Vec::new();
    loop {
        let one = LeaseRequest {
            hosts: 1,
            ..wish(1)
        };
        let leases = archive.lease_hosts(one).await.unwrap();
        if leases.granted.is_empty() {
            return held;
        }
        held.extend(leases.granted.into_iter().map(|lease| lease.host));
    }
}

pub(crate) async fn who_waits_for_named_pages_goes_before_a_crawl(scene: &Scene) {
    let pages = scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let by_name = |now| LeaseRequest {
        scope: Scope::Pages(pages.clone()),
        ..wish(now)
    };
    let crawl = scene.only_lease(0).await;
    assert_eq!(
        scene.other.lease_hosts(by_name(1)).await.unwrap().granted,
        []
    );
    let clock = HostState::default();
    scene
        .archive
        .release(crawl.token, clock.clone())
        .await
        .unwrap();

    // the crawl stands back for who was told to wait, and takes the host after it
    let crawl = scene.lease(2).await;
    assert_eq!(crawl.granted, []);
    assert_eq!(crawl.withheld[0].reason, WithheldReason::Held);
    let mut named = scene.other.lease_hosts(by_name(3)).await.unwrap().granted;
    let named = named.pop().unwrap();
    scene
        .other
        .release(named.token, clock.clone())
        .await
        .unwrap();
    let crawl = scene.only_lease(4).await;

    // a wish that nobody repeats is forgotten
    assert_eq!(
        scene.other.lease_hosts(by_name(5)).await.unwrap().granted,
        []
    );
    scene.archive.release(crawl.token, clock).await.unwrap();
    assert_eq!(scene.lease(6).await.granted, []);
    scene.only_lease(60).await;
}

pub(crate) async fn a_resting_host_is_withheld(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let resting = HostState {
        resting_until: Some(at(500)),
        resting_reason: Some("retry-after".to_owned()),
        ..HostState::default()
    };
    scene
        .archive
        .release(lease.token, resting.clone())
        .await
        .unwrap();
    let leases = scene.lease(499).await;
    assert_eq!(leases.granted, []);
    assert_eq!(leases.withheld[0].reason, WithheldReason::Resting);
    assert_eq!(leases.withheld[0].because.as_deref(), Some("retry-after"));
    assert_eq!(leases.withheld[0].until, at(500));
    assert_eq!(scene.only_lease(500).await.state, resting);
}

/// The page called `name` of the kind, due at `due`.
fn page(name: &str, kind: PageKind, due: i64) -> zhanwen::archive::Planned {
    zhanwen::archive::Planned {
        kind,
        ..planned(
            &format!("https://expo.example.cn/{name}"),
            Due::IfNew(at(due)),
        )
    }
}

pub(crate) async fn lists_come_before_articles(scene: &Scene) {
    scene
        .plan(&[
            page("late", PageKind::Article, 30),
            page("list-late", PageKind::List, 40),
            page("early", PageKind::Article, 10),
            page("other", PageKind::Other, 20),
            page("list-early", PageKind::List, 35),
            page("tomorrow", PageKind::List, 5000),
        ])
        .await;
    let due = scene.due(50).await;
    let names: Vec<_> = due
        .iter()
        .filter_map(|url| url.rsplit('/').next())
        .collect();
    assert_eq!(names, ["list-early", "list-late", "late", "other", "early"]);
    let few = LeaseRequest {
        visits_per_host: 2,
        ..wish(50)
    };
    let leases = scene.archive.lease_hosts(few).await.unwrap();
    assert_eq!(leases.granted[0].visits.len(), 2);
}

pub(crate) async fn new_pages_come_before_revisits_and_the_latest_found_first(scene: &Scene) {
    let name = |name: &str| format!("https://expo.example.cn/{name}");
    let found = |page: &str, depth, due| zhanwen::archive::Planned {
        depth,
        ..planned(&name(page), Due::IfNew(at(due)))
    };
    for (page, now) in [("seen-late", 20), ("seen-early", 10)] {
        let seen = Seen::article(Outcome::New, page, None);
        scene.look(&name(page), now, seen).await;
    }
    scene
        .plan(&[
            found("old-run-first", 1, 100),
            found("old-run-second", 1, 100),
            found("old-run-deep", 2, 101),
            found("new-run-first", 1, 200),
            found("new-run-second", 1, 200),
        ])
        .await;
    let due = scene.due(9000).await;
    let names: Vec<_> = due
        .iter()
        .filter_map(|url| url.rsplit('/').next())
        .collect();
    let expected = [
        "new-run-first",
        "new-run-second",
        "old-run-first",
        "old-run-second",
        "old-run-deep",
        "seen-early",
        "seen-late",
    ];
    assert_eq!(names, expected);
    let few = LeaseRequest {
        visits_per_host: 6,
        ..wish(9000)
    };
    let leases = scene.archive.lease_hosts(few).await.unwrap();
    let visits = &leases.granted[0].visits;
    assert_eq!(visits.len(), 6);
    assert_eq!(visits[5].url, url(&name("seen-early")));
}

pub(crate) async fn a_host_that_who_asks_works_on_is_passed_over(scene: &Scene) {
    const OTHER: &str = "https://fair.example.cn/news/1.html";
    let pages = [
        planned(PAGE, Due::At(at(0))),
        planned(OTHER, Due::At(at(0))),
    ];
    scene.plan(&pages).await;
    let busy = |now| LeaseRequest {
        busy: vec![host()],
        ..wish(now)
    };
    let leases = scene.archive.lease_hosts(busy(0)).await.unwrap();
    assert_eq!(leases.withheld, []);
    assert_eq!(leases.granted.len(), 1, "{leases:?}");
    assert_eq!(leases.granted[0].host, url(OTHER).host());
    let leases = scene.archive.lease_hosts(wish(0)).await.unwrap();
    assert_eq!(leases.granted.len(), 1, "{leases:?}");
    assert_eq!(leases.granted[0].host, host());
    let leases = scene.archive.lease_hosts(busy(0)).await.unwrap();
    let told: Vec<&HostKey> = leases
        .withheld
        .iter()
        .map(|withheld| &withheld.host)
        .collect();
    assert_eq!(told, [&url(OTHER).host()]);
}

pub(crate) async fn a_spent_host_is_withheld(scene: &Scene) {
    scene
        .plan(&[
            planned("https://expo.example.cn/1", Due::At(at(0))),
            planned("https://expo.example.cn/2", Due::At(at(0))),
            planned("https://fair.example.cn/1", Due::At(at(0))),
        ])
        .await;
    let spent = LeaseRequest {
        spent: vec![url("https://expo.example.cn/").host()],
        hosts: 1,
        ..wish(5)
    };
    let leases = scene.archive.lease_hosts(spent).await.unwrap();
    let granted: Vec<_> = leases.granted.iter().map(|one| one.host.as_str()).collect();
    assert_eq!(granted, ["fair.example.cn"], "it takes nobody's place");
    assert_eq!(leases.withheld.len(), 1);
    let withheld = &leases.withheld[0];
    assert_eq!(withheld.reason, WithheldReason::Spent);
    assert_eq!(withheld.host.as_str(), "expo.example.cn");
    assert_eq!(withheld.pages, 2);
    // it is the wish of one run alone
    assert_eq!(scene.lease(5).await.granted.len(), 1);
}

pub(crate) async fn only_pages_in_scope_are_lent(scene: &Scene) {
    let other = zhanwen::archive::Planned {
        site: SiteId::new("another-site"),
        ..planned("https://expo.example.cn/of-another-site", Due::At(at(0)))
    };
    let ids = scene
        .plan(&[
            planned(PAGE, Due::At(at(0))),
            other,
            planned("https://expo.example.cn/2", Due::At(at(0))),
        ])
        .await;
    assert_eq!(scene.due(1).await, [PAGE, "https://expo.example.cn/2"]);
    let named = LeaseRequest {
        scope: Scope::Pages(vec![ids[1]]),
        ..wish(1)
    };
    let leases = scene.archive.lease_hosts(named).await.unwrap();
    assert_eq!(leases.granted[0].visits.len(), 1);
    assert_eq!(leases.granted[0].visits[0].page, ids[1]);
    let nothing = LeaseRequest {
        scope: Scope::Sites(Vec::new()),
        ..wish(1)
    };
    let leases = scene.other.lease_hosts(nothing).await.unwrap();
    assert!(leases.granted.is_empty() && leases.withheld.is_empty());
}

pub(crate) async fn the_clock_and_robots_of_a_host_are_kept(scene: &Scene) {
    let run = scene.run().await;
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    assert_eq!(lease.state, HostState::default());
    assert_eq!(lease.robots, []);
    let robots = KeptRobots {
        origin: "https://expo.example.cn".to_owned(),
        fetched_at: at(1),
        expires_at: at(86_400),
        status: Some(200),
        body: Bytes::from_static(b"User-agent: *\nCrawl-delay: 5\n\xd5\xb9"),
    };
    let after_robots = HostState {
        earliest: Some(at(6)),
        ..HostState::default()
    };
    scene
        .archive
        .keep_robots(lease.token, robots.clone(), after_robots)
        .await
        .unwrap();
    let after_page = HostState {
        earliest: Some(at(11)),
        resting_until: Some(at(12)),
        resting_reason: Some("three failures in a row".to_owned()),
        slowdown_permille: 1500,
        failures_in_a_row: 3,
    };
    let seen = Seen {
        host_state: after_page.clone(),
        ..Seen::failed()
    };
    let capture = seen.capture(&lease.visits[0], run, 6);
    scene.archive.commit(lease.token, capture).await.unwrap();
    // the holder vanishes without a word
    let next = scene.only_lease(4000).await;
    assert_eq!(next.state, after_page);
    assert_eq!(next.robots, [robots]);
}

pub(crate) async fn robots_are_replaced_by_origin(scene: &Scene) {
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let robots = |origin: &str, status, body: &'static str| KeptRobots {
        origin: origin.to_owned(),
        fetched_at: at(1),
        expires_at: at(2),
        status,
        body: Bytes::from_static(body.as_bytes()),
    };
    let last = [
        robots("http://expo.example.cn", None, ""),
        robots("https://expo.example.cn", Some(200), "Disallow: /new"),
    ];
    let first = robots("https://expo.example.cn", Some(404), "");
    for kept in [&first, &last[1], &last[0]] {
        scene
            .archive
            .keep_robots(lease.token, kept.clone(), lease.state.clone())
            .await
            .unwrap();
    }
    assert_eq!(scene.only_lease(100).await.robots, last);
}

pub(crate) async fn feeds_and_sitemaps_come_before_articles(scene: &Scene) {
    scene
        .plan(&[
            page("1", PageKind::Article, 0),
            page("sitemap.xml", PageKind::Sitemap, 3),
            page("feed.xml", PageKind::Feed, 2),
            page("list", PageKind::List, 1),
        ])
        .await;
    let lease = scene.only_lease(10).await;
    let kinds: Vec<_> = lease.visits.iter().map(|visit| visit.kind).collect();
    let expected = [
        PageKind::List,
        PageKind::Feed,
        PageKind::Sitemap,
        PageKind::Article,
    ];
    assert_eq!(kinds, expected);
}
