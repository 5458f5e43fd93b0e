//! A robots.txt that is kept on another host: asked for as that host's own worker would ask.

use std::time::Duration;

use zhanwen::archive::{Archive, Loan};
use zhanwen::clock::Clock;
use zhanwen::crawl::{Event, World, stop};
use zhanwen::model::{HostKey, HostState, Outcome, PageUrl};

use super::network::Reply;
use super::scene::{HOST, Scene, list, run_world};
use super::stopping::{Way, broken};

const ROBOTS: &str = "http://expo.example.cn/robots.txt";
const FAIR_ROBOTS: &str = "http://fair.example.com/robots.txt";
const ELSEWHERE: &str = "http://cdn.example.net/robots.txt";
const SECOND: Duration = Duration::from_secs(1);

fn elsewhere() -> HostKey {
    PageUrl::parse(ELSEWHERE).unwrap().host()
}

/// A scene whose first site keeps its robots.txt on another host.
fn scene() -> Scene {
    let scene = Scene::with_articles(1);
    let there = Reply::redirect(301, ELSEWHERE);
    scene.network.says(ROBOTS, [there]);
    scene
}

/// The clock of the other host as the archive has it.
async fn clock_elsewhere(scene: &Scene) -> HostState {
    let now = scene.clock.now();
    let loan = scene
        .archive
        .lease_host(elsewhere(), now, now.plus(SECOND))
        .await;
    match loan.unwrap() {
        Loan::Lent(lease) => {
            let state = lease.state.clone();
            scene
                .archive
                .release(lease.token, lease.state)
                .await
                .unwrap();
            state
        }
        Loan::Withheld(withheld) => HostState {
            resting_until: Some(withheld.until),
            resting_reason: withheld.because,
            ..HostState::default()
        },
    }
}

#[tokio::test(start_paused = true)]
async fn two_processes_ask_the_other_host_in_turn() {
    let scene = scene();
    let there = Reply::redirect(301, ELSEWHERE);
    scene.network.says(FAIR_ROBOTS, [there]);
    let (one, two) = tokio::join!(
        scene.run(scene.sites(&["expo"])),
        scene.run(scene.sites(&["fair"]))
    );
    assert_eq!(one.count(Outcome::New), 1);
    assert_eq!(two.looks(), 1);
    let pauses = scene.network.pauses("cdn.example.net");
    assert_eq!(pauses.len(), 1);
    assert!(pauses[0] >= 2 * SECOND, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn two_workers_ask_the_other_host_in_turn() {
    let scene = scene();
    let there = Reply::redirect(301, ELSEWHERE);
    scene.network.says(FAIR_ROBOTS, [there]);
    let report = scene.run(scene.sites(&["expo", "fair"])).await;
    assert_eq!(report.leases_lost, 0);
    let pauses = scene.network.pauses("cdn.example.net");
    assert_eq!(pauses.len(), 1);
    assert!(pauses[0] >= 2 * SECOND, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_another_process_holds_is_not_asked_meanwhile() {
    let scene = scene();
    let now = scene.clock.now();
    let until = now.plus(60 * SECOND);
    let held = scene.archive.lease_host(elsewhere(), now, until).await;
    assert!(matches!(held, Ok(Loan::Lent(_))));
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 1);
    assert_eq!(report.leases_lost, 0);
    let asked = scene.network.asked();
    let there = asked.iter().find(|asked| asked.url == ELSEWHERE).unwrap();
    // what the other left behind may have been asked at the last moment
    assert!(there.sent_at.since(now) >= 62 * SECOND, "{there:?}");
}

#[tokio::test(start_paused = true)]
async fn a_host_that_another_process_never_gives_back_is_not_waited_for_for_ever() {
    let scene = scene();
    let now = scene.clock.now();
    let until = now.plus(86_400 * SECOND);
    let held = scene.archive.lease_host(elsewhere(), now, until).await;
    assert!(matches!(held, Ok(Loan::Lent(_))));
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 0);
    assert!(
        scene
            .network
            .asked()
            .iter()
            .all(|asked| asked.url != ELSEWHERE)
    );
    let (host, rest) = report.resting().next().unwrap();
    assert_eq!(host.as_str(), HOST);
    assert!(
        rest.reason.contains("another process works on it"),
        "{rest:?}"
    );
    assert!(scene.clock.now().since(now) < 300 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_for_a_host_that_is_held() {
    let scene = scene();
    let now = scene.clock.now();
    let until = now.plus(86_400 * SECOND);
    let held = scene.archive.lease_host(elsewhere(), now, until).await;
    assert!(matches!(held, Ok(Loan::Lent(_))));
    let (handle, stopping) = stop();
    let plan = scene.sites(&["expo"]);
    let (result, ()) = tokio::join!(scene.run_until(plan, stopping), async {
        scene.wait(12 * SECOND).await;
        handle.request();
    });
    assert!(result.0.unwrap().interrupted);
    assert!(scene.clock.now().since(now) < 13 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn what_the_other_host_asks_for_is_kept_for_everybody() {
    let scene = scene();
    let busy = Reply::status(429).header("retry-after", "3600");
    scene.network.says(ELSEWHERE, [busy]);
    let asked_at = scene.clock.now();
    let (report, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    assert_eq!(report.count(Outcome::New), 0);
    let unreachable = events.iter().any(|event| {
        matches!(event, Event::RobotsRead { unreachable: Some(why), .. } if why == "status 429")
    });
    assert!(unreachable, "{events:?}");
    let state = clock_elsewhere(&scene).await;
    let until = state.resting_until.unwrap();
    assert!(until.since(asked_at) >= 3600 * SECOND);
    assert_eq!(
        state.resting_reason.as_deref(),
        Some("retry-after (status 429)")
    );

    // another site with the same arrangement does not ask it again
    scene
        .network
        .says(FAIR_ROBOTS, [Reply::redirect(301, ELSEWHERE)]);
    scene.network.forget();
    scene.run(scene.sites(&["fair"])).await;
    let asked = scene.network.asked();
    let urls: Vec<_> = asked.iter().map(|asked| asked.url.as_str()).collect();
    assert_eq!(urls, [FAIR_ROBOTS]);
}

#[tokio::test(start_paused = true)]
async fn two_hosts_whose_files_lead_to_each_other_come_to_an_end() {
    let scene = Scene::with_articles(1);
    scene
        .network
        .says(ROBOTS, [Reply::redirect(301, FAIR_ROBOTS)]);
    scene
        .network
        .says(FAIR_ROBOTS, [Reply::redirect(301, ROBOTS)]);
    let before = scene.clock.now();
    for plan in [["expo", "fair"], ["fair", "expo"]] {
        scene.run(scene.sites(&plan)).await;
    }
    let (one, two) = tokio::join!(
        scene.run(scene.sites(&["expo"])),
        scene.run(scene.sites(&["fair"]))
    );
    assert_eq!(one.leases_lost + two.leases_lost, 0);
    assert!(scene.clock.now().since(before) < 900 * SECOND);
    for host in [HOST, "fair.example.com"] {
        let pauses = scene.network.pauses(host);
        assert!(
            pauses.iter().all(|pause| *pause >= 2 * SECOND),
            "{pauses:?}"
        );
    }
}

const FAIR_HOST: &str = "fair.example.com";

/// A scene whose first site keeps its robots.txt with the second, which asks for a delay.
fn scene_at_fair(crawl_delay: u32) -> Scene {
    let scene = Scene::with_articles(1);
    scene
        .network
        .says(ROBOTS, [Reply::redirect(301, FAIR_ROBOTS)]);
    let robots = Reply::page(format!("User-agent: *\nCrawl-delay: {crawl_delay}\n"));
    scene.network.says(FAIR_ROBOTS, [robots]);
    let urls = [1, 2].map(|number| format!("http://{FAIR_HOST}/show/{number}.html"));
    let list = Reply::page(list(&urls, None));
    scene
        .network
        .says(&format!("http://{FAIR_HOST}/list/"), [list]);
    scene
}

#[tokio::test(start_paused = true)]
async fn a_guest_knows_the_delay_that_the_other_host_asks_for() {
    let scene = scene_at_fair(40);
    scene.run(scene.sites(&["fair"])).await;
    scene.wait(3600 * SECOND).await;
    scene.network.forget();
    tokio::join!(scene.crawl(), async {
        // another process asks the host next
        scene.wait(3 * SECOND).await;
        scene.run(scene.sites(&["fair"])).await
    });
    assert_eq!(scene.network.asked()[1].url, FAIR_ROBOTS);
    let pauses = scene.network.pauses(FAIR_HOST);
    assert!(!pauses.is_empty());
    assert!(
        pauses.iter().all(|pause| *pause >= 40 * SECOND),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_host_is_kept_while_a_guest_waits_for_its_turn() {
    let scene = scene_at_fair(200);
    scene.run(scene.sites(&["fair"])).await;
    scene.wait(3600 * SECOND).await;
    scene.network.forget();
    let (one, two) = tokio::join!(scene.run(scene.sites(&["fair", "expo"])), async {
        scene.wait(SECOND).await;
        scene.run(scene.sites(&["fair"])).await
    });
    assert_eq!(one.leases_lost + two.leases_lost, 0);
    let pauses = scene.network.pauses(FAIR_HOST);
    assert!(pauses.len() > 1);
    assert!(
        pauses.iter().all(|pause| *pause >= 200 * SECOND),
        "{pauses:?}"
    );
}

/// The host of a guest may be lent to a worker of the same run before the guest is gone.
#[tokio::test(start_paused = true)]
async fn a_worker_that_follows_a_guest_knows_what_the_guest_did() {
    let mut scene = scene_at_fair(0);
    scene.settings.interval = Some(30 * SECOND);
    let now = scene.clock.now();
    let fair = PageUrl::parse(FAIR_ROBOTS).unwrap().host();
    let held = scene
        .archive
        .lease_host(fair, now, now.plus(10 * SECOND))
        .await;
    assert!(matches!(held, Ok(Loan::Lent(_))));
    let world = World {
        archive: broken(&scene, 0, Way::SlowToRelease(20 * SECOND)),
        ..scene.world()
    };
    let (_handle, never) = stop();
    let (result, _) = run_world(&world, scene.sites(&["expo", "fair"]), never).await;
    assert_eq!(result.unwrap().leases_lost, 0);
    let pauses = scene.network.pauses(FAIR_HOST);
    assert!(pauses.len() > 1);
    assert!(
        pauses.iter().all(|pause| *pause >= 30 * SECOND),
        "{pauses:?}"
    );
}
