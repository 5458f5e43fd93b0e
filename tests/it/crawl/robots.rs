//! robots.txt: obeyed, kept, redirected, unreachable.

use std::time::Duration;

use zhanwen::crawl::Event;
use zhanwen::model::Outcome;

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article_url};

const ROBOTS: &str = "http://expo.example.cn/robots.txt";

fn times_asked(scene: &Scene, url: &str) -> usize {
    let asked = scene.network.asked();
    asked.iter().filter(|asked| asked.url == url).count()
}

#[tokio::test(start_paused = true)]
async fn what_it_forbids_is_not_asked_for() {
    let scene = Scene::with_articles(3);
    let robots = "User-agent: zhanwen\nDisallow: /news/2.html";
    scene.network.says(ROBOTS, [Reply::page(robots)]);
    let report = scene.crawl().await;
    assert_eq!(times_asked(&scene, &article_url(2)), 0);
    assert_eq!(report.count(Outcome::New), 2);
    assert_eq!(report.count(Outcome::Blocked), 1);
    let look = &scene.looks(&article_url(2)).await[0];
    assert_eq!(look.reason.as_deref(), Some("robots.txt"));
    assert_eq!(report.failed_by_reason()["robots.txt"].len(), 1);
}

#[tokio::test(start_paused = true)]
async fn it_comes_first_and_is_kept_for_a_day() {
    let scene = Scene::with_articles(1);
    scene.crawl().await;
    assert_eq!(scene.network.asked()[0].url, ROBOTS);
    scene.wait(Duration::from_hours(23)).await;
    scene.crawl().await;
    assert_eq!(times_asked(&scene, ROBOTS), 1);
    scene.wait(Duration::from_hours(2)).await;
    scene.crawl().await;
    assert_eq!(times_asked(&scene, ROBOTS), 2);
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_file_cannot_be_had_is_left_alone() {
    for reply in [
        Reply::status(503),
        Reply::status(429),
        Reply::timeout(ROBOTS),
    ] {
        let scene = Scene::with_articles(3);
        scene.network.says(ROBOTS, [reply, Reply::status(404)]);
        let report = scene.crawl().await;
        assert_eq!(scene.network.pages(), [""; 0]);
        assert_eq!(report.looks(), 1, "the first page says why");
        assert_eq!(report.resting().count(), 1);
        let looks = scene.looks(LIST).await;
        assert!(
            looks[0]
                .reason
                .as_deref()
                .unwrap()
                .starts_with("robots.txt unreachable"),
            "{looks:?}"
        );
        scene.wait(Duration::from_mins(31)).await;
        let report = scene.crawl().await;
        assert_eq!(report.count(Outcome::New), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_error_is_no_file_and_allows_all() {
    for status in [401, 403, 404, 410] {
        let scene = Scene::with_articles(1);
        scene.network.says(ROBOTS, [Reply::status(status)]);
        assert_eq!(scene.crawl().await.count(Outcome::New), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn its_redirects_are_followed_through_each_hosts_gate() {
    let scene = Scene::with_articles(2);
    let elsewhere = "http://cdn.example.net/robots.txt";
    scene
        .network
        .says(ROBOTS, [Reply::redirect(301, elsewhere)]);
    let robots = "User-agent: *\nDisallow: /news/1.html";
    scene.network.says(elsewhere, [Reply::page(robots)]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Blocked), 1);
    assert_eq!(report.count(Outcome::New), 1);
    let pauses = scene.network.pauses(HOST);
    assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn a_file_behind_endless_redirects_is_no_file() {
    let scene = Scene::with_articles(1);
    scene.network.says(ROBOTS, [Reply::redirect(302, ROBOTS)]);
    let report = scene.crawl().await;
    assert_eq!(times_asked(&scene, ROBOTS), 6);
    assert_eq!(report.count(Outcome::New), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_read_is_told() {
    let scene = Scene::with_articles(0);
    scene.network.says(ROBOTS, [Reply::status(500)]);
    let (_, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    let told = events.iter().find_map(|event| match event {
        Event::RobotsRead {
            status,
            unreachable,
            ..
        } => Some((*status, unreachable.clone())),
        _ => None,
    });
    assert_eq!(told, Some((Some(500), Some("status 500".to_owned()))));
}
