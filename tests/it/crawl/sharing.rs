//! Two machines on one archive: no interval broken, no page looked at twice.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use zhanwen::archive::{Archive, Due, LeaseRequest, Library, Planned, Scope};
use zhanwen::clock::Clock;
use zhanwen::crawl::{Event, World, stop};
use zhanwen::model::{Outcome, PageKind, SiteId};
use zhanwen::store::sqlite::{SqliteArchive, SqliteLibrary};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list, page, run_world};

#[tokio::test(start_paused = true)]
async fn two_machines_share_the_work() {
    let mut scene = Scene::with_articles(15);
    scene.settings.visits_per_lease = 4;
    let urls: Vec<_> = (1..=15)
        .map(|number| format!("http://fair.example.com/show/{number}.html"))
        .collect();
    let fair = "http://fair.example.com/list/";
    scene.network.says(fair, [Reply::page(list(&urls, None))]);
    let plan = || scene.sites(&["expo", "fair"]);
    let (one, two) = tokio::join!(scene.run(plan()), scene.run(plan()));
    assert_eq!(one.count(Outcome::New) + two.count(Outcome::New), 15);
    assert_eq!(one.count(Outcome::Gone) + two.count(Outcome::Gone), 15);
    assert_eq!(one.leases_lost + two.leases_lost, 0);
    let asked = scene.network.asked();
    let distinct: HashSet<_> = asked.iter().map(|asked| &asked.url).collect();
    assert_eq!(distinct.len(), asked.len(), "nothing is asked for twice");
    for host in [HOST, "fair.example.com"] {
        let pauses = scene.network.pauses(host);
        assert!(
            pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
            "{pauses:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_another_machine_holds_is_waited_for() {
    let scene = Scene::with_articles(2);
    scene.crawl().await;
    scene.wait(Duration::from_hours(24 * 31)).await;
    // a machine that was killed with the host in its hands
    let leases = scene
        .archive
        .lease_hosts(LeaseRequest {
            scope: Scope::Sites(vec![SiteId::new("expo")]),
            now: scene.clock.now(),
            until: scene.clock.now().plus(Duration::from_mins(3)),
            hosts: 1,
            visits_per_host: 100,
            spent: Vec::new(),
            busy: Vec::new(),
        })
        .await
        .unwrap();
    assert_eq!(leases.granted.len(), 1);
    let before = scene.clock.now();
    let (report, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    assert_eq!(report.count(Outcome::Unchanged), 2);
    let told = events
        .iter()
        .filter(|event| matches!(event, Event::HostHeld { host, .. } if host.as_str() == HOST));
    assert_eq!(told.count(), 1);
    assert!(scene.clock.now().since(before) >= Duration::from_mins(3));
}

#[tokio::test(start_paused = true)]
async fn an_archive_in_a_file_remembers_what_one_in_memory_would() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    let scene = Scene::with_articles(3);
    let edited = article("第1届展会开幕", "第1届展会改在北京开幕。", Some(12));
    for run in 0..2 {
        // each run opens the file anew, as a cron job does
        let world = World {
            archive: Arc::new(SqliteArchive::open(&path).unwrap()),
            ..scene.world()
        };
        let (_handle, never) = stop();
        let (result, _) = run_world(&world, scene.sites(&["expo"]), never).await;
        let report = result.unwrap();
        if run == 0 {
            assert_eq!(report.count(Outcome::New), 3);
        } else {
            assert_eq!(report.count(Outcome::Changed), 1);
            assert_eq!(report.count(Outcome::Unchanged), 2);
        }
        let page = Reply::page(edited.clone());
        scene.network.says(&article_url(1), [page]);
        scene.wait(Duration::from_hours(24 * 31)).await;
    }
    let library = SqliteLibrary::open(&path).unwrap();
    let found = library.find(&page(&article_url(1))).await.unwrap().unwrap();
    assert_eq!(library.versions(found).await.unwrap().len(), 2);
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_host_left_behind_may_have_been_asked_a_moment_ago() {
    let scene = Scene::with_articles(2);
    let robots = Reply::page("User-agent: *\nCrawl-delay: 5\n");
    scene
        .network
        .says(&format!("http://{HOST}/robots.txt"), [robots]);
    scene.crawl().await;
    scene.wait(Duration::from_mins(1)).await;
    // a machine that was killed while it waited for an answer
    let now = scene.clock.now();
    let due = Planned {
        url: page(LIST),
        site: SiteId::new("expo"),
        kind: PageKind::List,
        due: Due::At(now),
        depth: 0,
        referer: None,
        claim: None,
    };
    scene.archive.plan(vec![due]).await.unwrap();
    let request = LeaseRequest {
        scope: Scope::Sites(vec![SiteId::new("expo")]),
        now,
        until: now,
        hosts: 1,
        visits_per_host: 100,
        spent: Vec::new(),
        busy: Vec::new(),
    };
    let leases = scene.archive.lease_hosts(request).await.unwrap();
    assert_eq!(leases.granted.len(), 1);
    scene.network.forget();
    scene.crawl().await;
    let first = &scene.network.asked()[0];
    assert_eq!(first.url, LIST, "the kept robots.txt still holds");
    assert!(first.sent_at.since(now) >= Duration::from_secs(5));
}
