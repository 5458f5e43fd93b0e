//! robots.txt: obeyed, kept, redirected, unreachable.

use std::time::Duration;

use zhanwen::archive::Library;
use zhanwen::crawl::Event;
use zhanwen::model::{NoticeKind, Outcome};

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

/// Whether the page `/news/1.html` is asked for when the file is `robots`.
async fn allows(robots: Reply) -> bool {
    let scene = Scene::with_articles(1);
    scene.network.says(ROBOTS, [robots]);
    let report = scene.crawl().await;
    let asked = times_asked(&scene, &article_url(1)) == 1;
    let refused = report.failed_by_reason().contains_key("robots.txt");
    assert_ne!(asked, refused, "{report:?}");
    asked
}

#[tokio::test(start_paused = true)]
async fn five_redirects_are_followed_and_no_sixth() {
    for (hops, allowed) in [(0, false), (1, false), (5, false), (6, true), (9, true)] {
        let scene = Scene::with_articles(1);
        let hop = |number: usize| match number {
            0 => ROBOTS.to_owned(),
            // every other hop leads to another host
            odd if odd % 2 == 1 => format!("http://cdn.example.net/{odd}"),
            even => format!("http://{HOST}/robots/{even}"),
        };
        for number in 0..hops {
            let next = Reply::redirect(302, &hop(number + 1));
            scene.network.says(&hop(number), [next]);
        }
        let file = Reply::page("User-agent: *\nDisallow: /news/1.html");
        scene.network.says(&hop(hops), [file]);
        scene.crawl().await;
        let asked = times_asked(&scene, &article_url(1)) == 1;
        assert_eq!(asked, allowed, "{hops} redirects");
        for host in [HOST, "cdn.example.net"] {
            let pauses = scene.network.pauses(host);
            assert!(pauses.iter().all(|pause| *pause >= Duration::from_secs(2)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_that_leads_nowhere_is_no_file() {
    for location in [
        "",
        "http://",
        "mailto:webmaster@expo.example.cn",
        "javascript:void(0)",
    ] {
        assert!(allows(Reply::redirect(302, location)).await, "{location:?}");
    }
    assert!(allows(Reply::status(302)).await);
}

#[tokio::test(start_paused = true)]
async fn each_class_of_answer_has_its_meaning() {
    let forbidding = "User-agent: *\nDisallow: /news/1.html";
    for status in [200, 203, 206] {
        let file = Reply::status(status).body(forbidding);
        assert!(!allows(file).await, "{status}");
    }
    for status in [304, 400, 401, 402, 403, 404, 405, 410, 418, 451, 499] {
        let page = Reply::status(status).body(forbidding);
        assert!(allows(page).await, "{status}");
    }
    for status in [429, 500, 502, 503, 504, 520, 599, 999] {
        let scene = Scene::with_articles(1);
        let page = Reply::status(status).body(forbidding);
        scene.network.says(ROBOTS, [page]);
        scene.crawl().await;
        assert_eq!(scene.network.pages(), [""; 0], "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_that_could_not_be_had_is_asked_for_again_and_again() {
    let scene = Scene::with_articles(1);
    scene.network.says(ROBOTS, [Reply::status(500)]);
    for asked in 1..=5 {
        let report = scene.crawl().await;
        assert_eq!(times_asked(&scene, ROBOTS), asked);
        assert!(report.left_due() > 0 || report.failed().count() > 0);
        assert_eq!(scene.network.pages(), [""; 0]);
        scene.wait(Duration::from_mins(61)).await;
    }
    scene.network.says(ROBOTS, [Reply::status(404)]);
    // longer rests follow longer runs of failures
    scene.wait(Duration::from_hours(24)).await;
    assert_eq!(scene.crawl().await.count(Outcome::New), 1);
}

#[tokio::test(start_paused = true)]
async fn an_older_copy_does_not_stand_in_for_a_file_that_cannot_be_had() {
    let scene = Scene::with_articles(1);
    let file = Reply::page("User-agent: *\nDisallow: /secret/");
    scene
        .network
        .says(ROBOTS, [file, Reply::status(503), Reply::page("")]);
    scene.crawl().await;
    scene.network.forget();
    scene.wait(Duration::from_hours(25)).await;
    scene.crawl().await;
    assert_eq!(scene.network.pages(), [""; 0]);
    assert_eq!(times_asked(&scene, ROBOTS), 1);
    scene.wait(Duration::from_mins(31)).await;
    scene.crawl().await;
    assert!(!scene.network.pages().is_empty());
}

#[tokio::test(start_paused = true)]
async fn five_hundred_kibibytes_are_read() {
    let file = |before: usize| {
        let filling = "# filling of no meaning\n".repeat(before / 24);
        Reply::page(format!("{filling}User-agent: *\nDisallow: /news/1.html\n"))
    };
    assert!(!allows(file(499 * 1024)).await);
    assert!(allows(file(501 * 1024)).await);
    assert!(allows(file(3 * 1024 * 1024)).await);
}

#[tokio::test(start_paused = true)]
async fn a_web_page_in_its_place_is_told_and_forbids_nothing() {
    let page = "\r\n<!DOCTYPE html><title>404</title>\nUser-agent: *\nDisallow: /";
    let scene = Scene::with_articles(1);
    scene.network.says(ROBOTS, [Reply::page(page)]);
    let (report, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    assert_eq!(report.count(Outcome::New), 1);
    let told = events
        .iter()
        .any(|event| matches!(event, Event::RobotsRead { is_page: true, .. }));
    assert!(told, "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn files_of_every_editor_are_read() {
    let utf_16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(order).collect()
    };
    let plain = "User-agent: *\r\nDisallow: /news/1.html\r\n";
    let gbk = b"# \xc6\xc1\xb1\xce\xcb\xf9\xd3\xd0\r\nUser-agent\xa3\xba*\r\nDisallow\xa3\xba/news/1.html";
    for file in [
        plain.as_bytes().to_vec(),
        format!("\u{feff}{plain}").into_bytes(),
        utf_16(plain, u16::to_le_bytes),
        utf_16(plain, u16::to_be_bytes),
        gbk.to_vec(),
        "User-agent：*\nDisallow：/news/1.html".into(),
        "# 屏蔽所有\nUser-agent:　*\nDisallow:　/news/1.html".into(),
        plain.replace("\r\n", "\r").into_bytes(),
    ] {
        let text = String::from_utf8_lossy(&file).into_owned();
        let reply = Reply::status(200).bytes(file);
        assert!(!allows(reply).await, "{text:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_capped_crawl_delay_is_in_the_report_and_kept() {
    let scene = Scene::with_articles(1);
    let robots = Reply::page("User-agent: *\nCrawl-delay: 3600");
    scene.network.says(ROBOTS, [robots]);
    for run in 0..2 {
        // the second run goes by the kept file and says so too
        let report = scene.crawl().await;
        let notices: Vec<_> = report.notices().collect();
        assert_eq!(notices.len(), 1, "run {run}: {report:?}");
        assert_eq!(notices[0].kind, NoticeKind::CrawlDelay);
        assert_eq!(
            notices[0].message,
            "http://expo.example.cn/robots.txt asks for 3600 s between two requests; 300 s are kept"
        );
        scene.wait(Duration::from_hours(20)).await;
    }
    assert_eq!(times_asked(&scene, ROBOTS), 1);
    let kept = scene.archive.notices().await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].notice.url.as_str(), ROBOTS);
}
