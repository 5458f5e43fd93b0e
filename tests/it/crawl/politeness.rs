//! Intervals, Crawl-delay, Retry-After, rests.

use std::time::Duration;

use zhanwen::archive::{Archive, LeaseRequest, Scope};
use zhanwen::clock::Clock;
use zhanwen::crawl::Event;
use zhanwen::model::{Outcome, SiteId};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article_url, list};

const SECOND: Duration = Duration::from_secs(1);
const ROBOTS: &str = "http://expo.example.cn/robots.txt";

#[tokio::test(start_paused = true)]
async fn two_requests_to_a_host_are_an_interval_apart() {
    let scene = Scene::with_articles(8);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 8);
    let pauses = scene.network.pauses(HOST);
    assert_eq!(pauses.len(), 9);
    assert!(
        pauses
            .iter()
            .all(|pause| (2 * SECOND..=3 * SECOND).contains(pause)),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_interval_holds_between_two_runs() {
    let scene = Scene::with_articles(0);
    scene.crawl().await;
    scene.crawl().await;
    let pauses = scene.network.pauses(HOST);
    assert_eq!(pauses.len(), 2);
    assert!(
        pauses.iter().all(|pause| *pause >= 2 * SECOND),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn hosts_are_asked_side_by_side() {
    let scene = Scene::with_articles(5);
    let urls: Vec<_> = (1..=5)
        .map(|number| format!("http://fair.example.com/show/{number}.html"))
        .collect();
    let fair = "http://fair.example.com/list/";
    scene.network.says(fair, [Reply::page(list(&urls, None))]);
    let before = scene.clock.now();
    scene.run(scene.sites(&["expo", "fair"])).await;
    // one after the other it would be twice as long
    assert!(scene.clock.now().since(before) < 25 * SECOND);
    assert_eq!(scene.network.asked().len(), 14);
    for host in [HOST, "fair.example.com"] {
        let pauses = scene.network.pauses(host);
        assert!(
            pauses.iter().all(|pause| *pause >= 2 * SECOND),
            "{pauses:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_zero_interval_waits_for_nothing() {
    let mut scene = Scene::with_articles(5);
    scene.settings.interval = Some(Duration::ZERO);
    let before = scene.clock.now();
    scene.crawl().await;
    // seven exchanges of 200 ms, each followed by as long a pause
    assert!(scene.clock.now().since(before) <= 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_crawl_delay_is_heeded_and_told() {
    let scene = Scene::with_articles(3);
    let robots = "User-agent: *\nCrawl-delay: 7";
    scene.network.says(ROBOTS, [Reply::page(robots)]);
    let (_, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().all(|pause| *pause >= 7 * SECOND),
        "{pauses:?}"
    );
    let told = events.iter().any(|event| {
        matches!(event, Event::RobotsRead { crawl_delay: Some(delay), capped_to: None, .. } if *delay == 7 * SECOND)
    });
    assert!(told, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn an_endless_crawl_delay_is_capped_and_told() {
    let scene = Scene::with_articles(2);
    let robots = "User-agent: *\nCrawl-delay: 86400";
    scene.network.says(ROBOTS, [Reply::page(robots)]);
    let (report, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    assert_eq!(report.count(Outcome::New), 2);
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses
            .iter()
            .all(|pause| (300 * SECOND..302 * SECOND).contains(pause)),
        "{pauses:?}"
    );
    let told = events.iter().any(|event| {
        matches!(event, Event::RobotsRead { capped_to: Some(cap), .. } if *cap == 300 * SECOND)
    });
    assert!(told, "{events:?}");
    assert_eq!(report.leases_lost, 0);
}

#[tokio::test(start_paused = true)]
async fn a_host_is_not_to_blame_where_there_is_no_room_for_its_answer() {
    let scene = Scene::with_articles(2);
    let url = article_url(1);
    let page = Reply::page(super::scene::article("展会", "展会在上海开幕。", None));
    // more often than a host may fail
    let in_vain = (0..12).map(|_time| Reply::no_room(&url));
    scene.network.says(&url, in_vain.chain([page]));
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
    assert_eq!(report.failed().count() + report.resting().count(), 0);
    assert_eq!(scene.outcomes(&url).await, [Outcome::New]);
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses
            .iter()
            .all(|pause| (2 * SECOND..=3 * SECOND).contains(pause)),
        "{pauses:?}"
    );
    assert_eq!(report.leases_lost, 0);
}

#[tokio::test(start_paused = true)]
async fn a_short_retry_after_is_waited_for() {
    let scene = Scene::with_articles(2);
    let busy = Reply::status(429).header("retry-after", "40");
    let page = super::scene::article("展会", "展会在上海开幕。", None);
    scene
        .network
        .says(&article_url(1), [busy, Reply::page(page)]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Blocked), 1);
    assert_eq!(report.count(Outcome::New), 1);
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().any(|pause| *pause >= 40 * SECOND),
        "{pauses:?}"
    );
    assert_eq!(report.resting().count(), 0, "it has rested");
    // the page that was refused waits for its own time
    scene.wait(3600 * SECOND).await;
    scene.crawl().await;
    assert_eq!(
        scene.outcomes(&article_url(1)).await,
        [Outcome::Blocked, Outcome::New]
    );
}

#[tokio::test(start_paused = true)]
async fn a_long_retry_after_leaves_the_host_for_the_next_run() {
    let scene = Scene::with_articles(3);
    let busy = Reply::status(503).header("retry-after", "3600");
    scene.network.says(&article_url(1), [busy]);
    let report = scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST.to_owned(), article_url(1)]);
    let (host, rest) = report.resting().next().unwrap();
    assert_eq!(host.as_str(), HOST);
    assert_eq!(rest.reason, "retry-after (status 503)");
    assert_eq!(report.left_due(), 3);
    // a run before the rest is over asks nothing
    scene.network.forget();
    let report = scene.crawl().await;
    assert_eq!(scene.network.asked().len(), 0);
    assert_eq!((report.looks(), report.left_due()), (0, 4));
    scene.wait(3600 * SECOND).await;
    scene.crawl().await;
    assert!(scene.network.pages().contains(&article_url(2)));
}

#[tokio::test(start_paused = true)]
async fn a_host_that_fails_time_after_time_rests() {
    let scene = Scene::with_articles(12);
    for number in 1..=12 {
        let url = article_url(number);
        scene.network.says(&url, [Reply::timeout(&url)]);
    }
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Failed), 5);
    assert_eq!(
        report.resting().next().unwrap().1.reason,
        "5 failures in a row"
    );
    assert_eq!(report.failed_by_reason()["timeout"].len(), 5);
    assert!(report.left_due() >= 7, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failed_page_is_tried_once_more_in_the_same_run() {
    let scene = Scene::with_articles(1);
    let page = super::scene::article("展会", "展会在上海开幕。", None);
    let url = article_url(1);
    scene
        .network
        .says(&url, [Reply::timeout(&url), Reply::page(page)]);
    let report = scene.crawl().await;
    assert_eq!(scene.outcomes(&url).await, [Outcome::Failed, Outcome::New]);
    assert_eq!(report.failed().count(), 0, "what was mended has not failed");
}

#[tokio::test(start_paused = true)]
async fn a_challenge_ends_the_work_on_its_host() {
    let scene = Scene::with_articles(3);
    let challenge = "<script>var arg1='3F2A';reload('acw_sc__v2')</script>";
    scene
        .network
        .says(&article_url(1), [Reply::page(challenge)]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Blocked), 1);
    assert_eq!(scene.network.pages().len(), 2);
    assert_eq!(
        report.resting().next().unwrap().1.reason,
        "challenge:aliyun"
    );
    assert_eq!(scene.versions(&article_url(1)).await, 0);
    let look = &scene.looks(&article_url(1)).await[0];
    assert_eq!(look.reason.as_deref(), Some("challenge:aliyun"));
}

#[tokio::test(start_paused = true)]
async fn every_host_is_given_back() {
    let scene = Scene::with_articles(3);
    scene.crawl().await;
    let leases = scene
        .archive
        .lease_hosts(LeaseRequest {
            scope: Scope::Sites(vec![SiteId::new("expo")]),
            now: scene.clock.now().plus(Duration::from_hours(9999)),
            until: scene.clock.now().plus(Duration::from_hours(10_000)),
            hosts: 1,
            visits_per_host: 1,
            spent: Vec::new(),
            busy: Vec::new(),
        })
        .await
        .unwrap();
    assert_eq!(leases.granted.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_whose_complaints_stretch_the_wait_beyond_patience_is_left_for_the_next_run() {
    let scene = Scene::with_articles(6);
    let robots = Reply::page("User-agent: *\nCrawl-delay: 40");
    scene.network.says(ROBOTS, [robots]);
    for number in [1, 2] {
        scene
            .network
            .says(&article_url(number), [Reply::status(429)]);
    }
    let before = scene.clock.now();
    let report = scene.crawl().await;
    assert_eq!(
        scene.network.pages().len(),
        3,
        "the list and two complaints"
    );
    let (host, rest) = report.resting().next().unwrap();
    assert_eq!(host.as_str(), HOST);
    assert_eq!(rest.reason, "slowed down to a request in 160 s");
    assert!(report.left_due() >= 4, "{report:?}");
    assert!(scene.clock.now().since(before) < 200 * SECOND);
    // the next run goes on, still slowly
    scene.wait(3600 * SECOND).await;
    scene.network.forget();
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 4, "{report:?}");
    let pauses = scene.network.pauses(HOST);
    assert!(pauses[0] > 60 * SECOND, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_as_servers_send_it() {
    // the instant of the answer is 2026-11-23 04:00:0x
    let check = async |status: u16, fields: &[&str], rests: Option<Duration>| {
        let scene = Scene::with_articles(3);
        let reply = fields.iter().fold(Reply::status(status), |reply, field| {
            reply.header("retry-after", field)
        });
        let reply = match status {
            301 => reply.header("location", "http://expo.example.cn/news/2.html"),
            _ => reply,
        };
        scene.network.says(LIST, [reply]);
        let before = scene.clock.now();
        let report = scene.crawl().await;
        let found = report
            .resting()
            .next()
            .map(|(_, rest)| rest.until.since(before));
        // robots.txt and the pause after it come first
        let slack = 10 * SECOND;
        let fits = match (found, rests) {
            (Some(found), Some(rests)) => (rests..=rests + slack).contains(&found),
            (found, rests) => found.is_none() && rests.is_none(),
        };
        assert!(fits, "{status} {fields:?}: {found:?} for {rests:?}");
    };
    for status in [429, 503, 403, 500] {
        check(status, &["120"], Some(120 * SECOND)).await;
    }
    for status in [200, 301] {
        check(status, &["120"], None).await;
    }
    for nothing in [
        "0",
        "-1",
        "abc",
        "",
        "稍后再试",
        "Mon, 23 Nov 2026 03:00:00 GMT",
    ] {
        check(429, &[nothing], None).await;
    }
    check(429, &["180.5"], Some(181 * SECOND)).await;
    check(429, &["90", "300", "abc"], Some(300 * SECOND)).await;
    check(429, &["99999999999999999999"], Some(86_400 * SECOND)).await;
    check(
        429,
        &["Fri, 01 Jan 2038 00:00:00 GMT"],
        Some(86_400 * SECOND),
    )
    .await;
    for date in [
        "Mon, 23 Nov 2026 05:00:00 GMT",
        "Monday, 23-Nov-26 05:00:00 GMT",
        "Mon Nov 23 05:00:00 2026",
    ] {
        check(503, &[date], Some(3600 * SECOND)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_of_refusals_rests_the_host_and_keeps_its_pages_due() {
    let scene = Scene::with_articles(12);
    for number in 1..=12 {
        scene
            .network
            .says(&article_url(number), [Reply::status(403)]);
    }
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Blocked), 5);
    let (_, rest) = report.resting().next().unwrap();
    assert_eq!(rest.reason, "5 failures in a row");
    assert!(report.left_due() >= 7, "{report:?}");
    // the next run takes up what was left
    for number in 1..=12 {
        let page = super::scene::article(&format!("第{number}届展会"), "展会在上海开幕。", None);
        scene
            .network
            .says(&article_url(number), [Reply::page(page)]);
    }
    scene.wait(3600 * SECOND).await;
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 7, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_host_is_asked_more_slowly() {
    let scene = Scene::with_articles(3);
    for number in 1..=3 {
        let page = super::scene::article(&format!("第{number}届展会"), "展会在上海开幕。", None);
        let slow = Reply::page(page).takes(9 * SECOND);
        scene.network.says(&article_url(number), [slow]);
    }
    scene.crawl().await;
    let pauses = scene.network.pauses(HOST);
    assert!(pauses[0] < 4 * SECOND, "{pauses:?}");
    // the last two pauses follow a slow answer
    assert!(
        pauses[2..].iter().all(|pause| *pause >= 9 * SECOND),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_domain_without_a_site_ends_the_work_on_its_host() {
    for (page, reason) in [
        (
            "<title>expo.example.cn 域名出售</title><p>联系我们</p>",
            "parked:for-sale",
        ),
        ("<p>该域名已过期，请续费</p>", "parked:expired"),
        (
            "<p>您访问的网站未备案，暂时无法访问</p>",
            "blocked:unregistered",
        ),
    ] {
        let scene = Scene::with_articles(3);
        scene.crawl().await;
        scene.wait(Duration::from_hours(24 * 31)).await;
        for number in 1..=3 {
            scene
                .network
                .says(&article_url(number), [Reply::page(page)]);
        }
        scene.network.says(LIST, [Reply::page(page)]);
        scene.network.forget();
        let report = scene.crawl().await;
        assert_eq!(
            scene.network.pages().len(),
            1,
            "one page speaks for the host"
        );
        assert_eq!(report.count(Outcome::Blocked), 1);
        assert_eq!(report.failed_by_reason()[reason].len(), 1);
        assert_eq!(report.resting().next().unwrap().1.reason, reason);
        assert!(report.left_due() >= 3, "{report:?}");
        assert_eq!(scene.versions(&article_url(1)).await, 1);
        assert_eq!(scene.outcomes(&article_url(1)).await, [Outcome::New]);
    }
}
