//! Two machines on one archive: no interval broken, no page looked at twice.

use std::collections::HashSet;
use std::time::Duration;

use zhanwen::archive::{Archive, LeaseRequest, Scope};
use zhanwen::clock::Clock;
use zhanwen::model::{Outcome, SiteId};

use super::network::Reply;
use super::scene::{HOST, Scene, list};

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
        })
        .await
        .unwrap();
    assert_eq!(leases.granted.len(), 1);
    let before = scene.clock.now();
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Unchanged), 2);
    assert!(scene.clock.now().since(before) >= Duration::from_mins(3));
}
