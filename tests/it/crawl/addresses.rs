//! One clock for each address: many hosts on one machine take turns, in one process or in several.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use zhanwen::archive::Archive;
use zhanwen::clock::Clock;
use zhanwen::crawl::{World, stop};
use zhanwen::model::{Outcome, Timestamp};

use super::network::{PausedClock, Reply};
use super::scene::{LIST, Scene, article, run_world};

const MACHINE: &str = "192.0.2.7";
const HALF: Duration = Duration::from_millis(500);

fn page_on(host: &str) -> String {
    format!("http://{host}/news/1.html")
}

/// `count` companies with a page each, all on one machine.
fn neighbours(scene: &Scene, prefix: &str, count: usize) -> Vec<String> {
    let hosts = (0..count).map(|number| format!("{prefix}{number}.example.com"));
    hosts
        .map(|host| {
            scene.network.lives_at(&host, MACHINE);
            let text = article(&format!("{host}展会开幕"), "展会在上海开幕。", None);
            scene.network.says(&page_on(&host), [Reply::page(text)]);
            page_on(&host)
        })
        .collect()
}

fn refs(urls: &[String]) -> Vec<&str> {
    urls.iter().map(String::as_str).collect()
}

#[tokio::test(start_paused = true)]
async fn hosts_on_one_machine_take_turns() {
    let scene = Scene::new();
    let urls = neighbours(&scene, "a", 10);
    let before = scene.clock.now();
    let report = scene.run(scene.pages(&refs(&urls))).await;
    assert_eq!(report.count(Outcome::New), 10);
    let gaps = scene.network.gaps();
    assert_eq!(gaps.len(), 19, "robots.txt files take turns too");
    assert!(gaps.iter().all(|gap| *gap >= HALF), "{gaps:?}");
    // and no longer than they have to
    assert!(scene.clock.now().since(before) < 12 * Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn hosts_on_one_machine_take_turns_between_processes() {
    let scene = Scene::new();
    let (first, second) = (neighbours(&scene, "a", 6), neighbours(&scene, "b", 6));
    let (one, two) = tokio::join!(
        scene.run(scene.pages(&refs(&first))),
        scene.run(scene.pages(&refs(&second)))
    );
    assert_eq!(one.count(Outcome::New) + two.count(Outcome::New), 12);
    let gaps = scene.network.gaps();
    assert_eq!(gaps.len(), 23);
    assert!(gaps.iter().all(|gap| *gap >= HALF), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn hosts_on_machines_of_their_own_do_not_wait() {
    let scene = Scene::new();
    let urls = neighbours(&scene, "a", 10);
    for number in 0..10 {
        let host = format!("a{number}.example.com");
        scene.network.lives_at(&host, &format!("192.0.2.{number}"));
    }
    let before = scene.clock.now();
    scene.run(scene.pages(&refs(&urls))).await;
    // robots.txt, the host's own interval with its jitter, the page
    assert!(scene.clock.now().since(before) < Duration::from_secs(4));
}

#[tokio::test(start_paused = true)]
async fn the_interval_of_an_address_is_the_operators() {
    let spent = async |interval, address_interval| {
        let mut scene = Scene::new();
        scene.settings.interval = interval;
        scene.settings.address_interval = address_interval;
        let urls = neighbours(&scene, "a", 10);
        let before = scene.clock.now();
        scene.run(scene.pages(&refs(&urls))).await;
        let least = scene.network.gaps().into_iter().min().unwrap();
        (
            scene.clock.now().since(before),
            least,
            scene.network.looked_up().len(),
        )
    };
    let second = Duration::from_secs(1);
    let (_, least, _) = spent(None, Some(2 * second)).await;
    assert!(least >= 2 * second, "{least:?}");
    // off: hosts alone count, and nobody looks up where they live
    let (whole, _, looked_up) = spent(None, Some(Duration::ZERO)).await;
    assert!(whole < 4 * second, "{whole:?}");
    assert_eq!(looked_up, 0);
    // a quarter of an interval that is shorter than ours; none without any
    let (_, least, _) = spent(Some(second), None).await;
    assert!((second / 4..HALF).contains(&least), "{least:?}");
    let (whole, _, looked_up) = spent(Some(Duration::ZERO), None).await;
    assert!(whole < second, "{whole:?}");
    assert_eq!(looked_up, 0);
}

#[tokio::test(start_paused = true)]
async fn redirects_and_second_tries_take_turns() {
    let scene = Scene::new();
    let urls = neighbours(&scene, "a", 3);
    scene.network.says(
        &urls[0],
        [Reply::redirect(302, "http://a1.example.com/moved.html")],
    );
    let moved = article("展会改期", "展会改在北京举行。", None);
    let moved_to = "http://a1.example.com/moved.html";
    scene.network.says(moved_to, [Reply::page(moved.clone())]);
    let failing = Reply::timeout(&urls[2]).takes(Duration::from_millis(10));
    scene.network.says(&urls[2], [failing, Reply::page(moved)]);
    let report = scene.run(scene.pages(&refs(&urls))).await;
    assert_eq!(report.count(Outcome::New), 3, "{report:?}");
    let gaps = scene.network.gaps();
    assert_eq!(
        gaps.len(),
        7,
        "three robots.txt, three pages, a hop and a second try"
    );
    assert!(gaps.iter().all(|gap| *gap >= HALF), "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn a_name_without_an_address_is_looked_up_once_a_request() {
    let scene = Scene::with_articles(1);
    scene.network.lives_nowhere(super::scene::HOST);
    let report = scene.crawl().await;
    assert_eq!(scene.network.asked().len(), 0, "there is nobody to ask");
    assert_eq!(scene.network.looked_up().len(), 1);
    assert_eq!(report.count(Outcome::Failed), 1);
    let reason = "robots.txt unreachable (dns)";
    assert_eq!(report.failed_by_reason()[reason].len(), 1);
    assert_eq!(scene.looks(LIST).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_for_a_turn() {
    let mut scene = Scene::new();
    scene.settings.address_interval = Some(Duration::from_mins(1));
    let urls = neighbours(&scene, "a", 5);
    let (handle, stopping) = stop();
    let plan = scene.pages(&refs(&urls));
    let before = scene.clock.now();
    let (result, ()) = tokio::join!(scene.run_until(plan, stopping), async {
        scene.wait(Duration::from_secs(90)).await;
        handle.request();
    });
    assert!(result.0.unwrap().interrupted);
    assert!(scene.clock.now().since(before) < Duration::from_secs(91));
    assert_eq!(scene.network.asked().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_was_answered_from_elsewhere_has_asked_there() {
    let scene = Scene::with_articles(0);
    scene.network.lives_at(super::scene::HOST, MACHINE);
    let robots = Reply::status(404).from("192.0.2.99");
    scene.network.says(
        &format!("http://{}/robots.txt", super::scene::HOST),
        [robots],
    );
    let began = scene.clock.now();
    scene.crawl().await;
    let reserved = |address: &str| {
        let address = address.parse().unwrap();
        scene.archive.reserve(address, began, HALF)
    };
    assert!(reserved("192.0.2.99").await.unwrap() > began);
    assert_eq!(reserved("192.0.2.98").await.unwrap(), began);
}

/// A clock that often wakes too late, as on a machine that has too much to do.
#[derive(Debug)]
struct Drowsy {
    inner: Arc<PausedClock>,
    sleeps: AtomicU64,
}

#[async_trait]
impl Clock for Drowsy {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    async fn sleep_until(&self, instant: Timestamp) {
        let number = self.sleeps.fetch_add(1, Ordering::Relaxed);
        let late =
            Duration::from_millis([0, 130, 5, 0, 60, 9, 250][usize::try_from(number % 7).unwrap()]);
        self.inner.sleep_until(instant.plus(late)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_wakes_too_late_has_missed_the_turn() {
    let scene = Scene::new();
    let urls = neighbours(&scene, "a", 12);
    let world = World {
        clock: Arc::new(Drowsy {
            inner: Arc::clone(&scene.clock),
            sleeps: AtomicU64::new(0),
        }),
        ..scene.world()
    };
    let (_handle, never) = stop();
    let (result, _) = run_world(&world, scene.pages(&refs(&urls)), never).await;
    assert_eq!(result.unwrap().count(Outcome::New), 12);
    let gaps = scene.network.gaps();
    assert_eq!(gaps.len(), 23);
    assert!(gaps.iter().all(|gap| *gap >= HALF), "{gaps:?}");
}
