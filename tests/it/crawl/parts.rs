//! Articles split over several pages: one article, whatever happens to its parts on the way.

use std::time::Duration;

use zhanwen::archive::{Archive, KeptArticle, LeaseRequest, Library, Scope};
use zhanwen::clock::Clock;
use zhanwen::crawl::stop;
use zhanwen::model::{Outcome, SiteId};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list, page};

const ROBOTS: &str = "http://expo.example.cn/robots.txt";
const MONTH: Duration = Duration::from_hours(24 * 31);
const TEXTS: [&str; 3] = [
    "第一个展馆里全是机床。",
    "第二个展馆里全是刀具。",
    "第三个展馆里全是量具。",
];

fn part_url(number: usize) -> String {
    match number {
        1 => article_url(1),
        number => format!("http://expo.example.cn/news/1_{number}.html"),
    }
}

/// Part `number` of `count`, with its page bar.
fn part(number: usize, count: usize, text: &str) -> String {
    let others = (1..=count).filter(|other| *other != number);
    let links = others.map(|other| format!("<a href='{}'>{other}</a>", part_url(other)));
    let bar = links.collect::<Vec<_>>().join(" ");
    let html = article("一天走完五个展馆", text, Some(10));
    html.replace(
        "</div></body>",
        &format!("</div><p class=parts>{bar}</p></body>"),
    )
    .replace("本届展会的规模", &format!("第{number}馆的规模"))
}

fn reply(number: usize, text: &str) -> Reply {
    Reply::page(part(number, 3, text)).header("etag", &format!("\"{number}\""))
}

/// A site whose only article has three parts.
fn scene() -> Scene {
    let scene = Scene::with_articles(1);
    for (number, text) in (1..).zip(TEXTS) {
        scene.network.says(&part_url(number), [reply(number, text)]);
    }
    scene
}

async fn kept(scene: &Scene) -> KeptArticle {
    let page = scene.find(&part_url(1)).await;
    scene.archive.article(page, None).await.unwrap().unwrap()
}

async fn body(scene: &Scene) -> String {
    kept(scene).await.reading.article.body_text.unwrap()
}

async fn warnings(scene: &Scene) -> Vec<String> {
    kept(scene).await.reading.warnings
}

/// How many of the three parts are in the text.
async fn parts_kept(scene: &Scene) -> Vec<usize> {
    let body = body(scene).await;
    let held = (1..).zip(TEXTS).filter(|(_, text)| body.contains(text));
    held.map(|(number, _)| number).collect()
}

#[tokio::test(start_paused = true)]
async fn all_parts_are_one_article_under_the_first_one_s_address() {
    let scene = scene();
    let report = scene.crawl().await;
    let asked: Vec<String> = [LIST.to_owned()]
        .into_iter()
        .chain((1..=3).map(part_url))
        .collect();
    assert_eq!(scene.network.pages(), asked);
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
    let body = body(&scene).await;
    assert!(body.find(TEXTS[0]) < body.find(TEXTS[1]) && body.find(TEXTS[1]) < body.find(TEXTS[2]));
    assert_eq!(warnings(&scene).await, [] as [&str; 0]);
    assert_eq!(scene.versions(&part_url(1)).await, 1);
    let articles = scene.archive.articles(None, 9).await.unwrap();
    let urls: Vec<_> = articles.iter().map(|line| line.url.as_str()).collect();
    assert_eq!(urls, [part_url(1)]);
    assert_eq!(report.count(Outcome::New), 1);
    assert_eq!(report.count(Outcome::Part), 2);
    // each waited its turn
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
    // what was received of each part is kept under its own address
    for number in 2..=3 {
        let looks = scene.looks(&part_url(number)).await;
        assert_eq!(looks.len(), 1);
        assert_eq!(looks[0].outcome, Outcome::Part);
        let said = format!("part {number} of {}", part_url(1));
        assert_eq!(looks[0].reason.as_deref(), Some(said.as_str()));
        let entity = scene.archive.entity(looks[0].entity_hash.unwrap()).await;
        let received = part(number, 3, TEXTS[number - 1]);
        assert_eq!(entity.unwrap().unwrap(), received.as_bytes());
        assert_eq!(scene.versions(&part_url(number)).await, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_later_look_asks_for_all_of_it_and_none_of_it_twice() {
    let mut scene = scene();
    scene.crawl().await;
    scene.wait(MONTH).await;
    scene.network.forget();
    scene.settings.recheck = true;
    scene.crawl().await;
    assert_eq!(scene.network.pages().len(), 4);
    // "not modified" would speak for one part alone
    let asked = scene.network.asked();
    assert!(asked.iter().all(|asked| asked.conditional.etag.is_none()));
    assert_eq!(
        scene.outcomes(&part_url(1)).await,
        [Outcome::New, Outcome::Unchanged]
    );
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_of_the_last_part_is_an_edit() {
    let scene = scene();
    scene.crawl().await;
    scene.wait(MONTH).await;
    scene
        .network
        .says(&part_url(3), [reply(3, "第三个展馆改成了会场。")]);
    scene.crawl().await;
    assert_eq!(
        scene.outcomes(&part_url(1)).await,
        [Outcome::New, Outcome::Changed]
    );
    assert!(body(&scene).await.contains("第三个展馆改成了会场。"));
}

#[tokio::test(start_paused = true)]
async fn a_part_that_cannot_be_had_is_named() {
    let second = part_url(2);
    let silent = "<html><title>维护</title><body>稍候</body></html>";
    for (reply, why) in [
        (Reply::status(404), "status 404"),
        (Reply::status(403), "status 403"),
        (Reply::status(503), "status 503"),
        (Reply::status(304), "status 304 unasked"),
        (Reply::timeout(&second), "timeout"),
        (Reply::page(silent), "no text found"),
        (Reply::page(""), "empty"),
        (
            Reply::redirect(302, "http://elsewhere.example.com/2.html"),
            "leaves the site",
        ),
        (Reply::redirect(302, &article_url(1)), "it redirects to"),
        (Reply::redirect(302, &second), "redirect-loop"),
    ] {
        let scene = scene();
        scene.network.says(&second, [reply]);
        scene.crawl().await;
        let looks = scene.looks(&part_url(1)).await;
        assert_eq!(looks[0].outcome, Outcome::New, "{why}");
        assert_eq!(parts_kept(&scene).await, [1], "{why}");
        let warnings = warnings(&scene).await;
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].starts_with("part-missing: ")
                && warnings[0].contains(&second)
                && warnings[0].contains(why),
            "{why}: {warnings:?}"
        );
        assert!(!scene.network.pages().contains(&part_url(3)), "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_that_may_not_be_asked_for_is_not_asked_for() {
    let scene = scene();
    let rules = "User-agent: *\nDisallow: /news/1_3";
    scene.network.says(ROBOTS, [Reply::page(rules)]);
    scene.crawl().await;
    assert!(!scene.network.pages().contains(&part_url(3)));
    assert_eq!(parts_kept(&scene).await, [1, 2]);
    let warnings = warnings(&scene).await;
    assert!(warnings[0].ends_with(": robots.txt"), "{warnings:?}");
    assert_eq!(scene.outcomes(&part_url(3)).await, [Outcome::Blocked]);
}

#[tokio::test(start_paused = true)]
async fn a_part_on_another_host_is_not_asked_for() {
    let scene = scene();
    let elsewhere = "http://m.expo.example.cn/news/1_2.html";
    let first = part(1, 2, TEXTS[0]).replace(&part_url(2), elsewhere);
    scene.network.says(&part_url(1), [Reply::page(first)]);
    scene.crawl().await;
    assert!(!scene.network.pages().iter().any(|url| url == elsewhere));
    let warnings = warnings(&scene).await;
    assert!(
        warnings[0].ends_with("it is on another host"),
        "{warnings:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_missing_is_looked_for_soon() {
    let scene = scene();
    scene
        .network
        .says(&part_url(3), [Reply::status(404), reply(3, TEXTS[2])]);
    scene.crawl().await;
    assert_eq!(parts_kept(&scene).await, [1, 2]);
    scene.wait(Duration::from_secs(3700)).await;
    scene.crawl().await;
    assert_eq!(
        scene.outcomes(&part_url(1)).await,
        [Outcome::New, Outcome::Changed]
    );
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
    assert_eq!(warnings(&scene).await, [] as [&str; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_bad_day_makes_no_short_version() {
    for trouble in [
        Reply::status(404),
        Reply::status(304),
        Reply::status(500),
        Reply::timeout(&part_url(3)),
    ] {
        let scene = scene();
        let well = reply(3, TEXTS[2]);
        scene
            .network
            .says(&part_url(3), [well.clone(), trouble, well]);
        scene.crawl().await;
        scene.wait(MONTH).await;
        let report = scene.crawl().await;
        let (_, failed) = report
            .failed()
            .find(|(url, _)| **url == page(&part_url(1)))
            .unwrap();
        assert_eq!(failed.reason, "part-missing");
        assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
        scene.wait(MONTH).await;
        scene.crawl().await;
        assert_eq!(
            scene.outcomes(&part_url(1)).await,
            [Outcome::New, Outcome::Failed, Outcome::Unchanged]
        );
        assert_eq!(scene.versions(&part_url(1)).await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_part_that_stays_away_is_given_up_in_the_end() {
    let scene = scene();
    scene
        .network
        .says(&part_url(3), [reply(3, TEXTS[2]), Reply::status(404)]);
    for _ in 0..6 {
        scene.crawl().await;
        scene.wait(MONTH).await;
    }
    assert_eq!(
        scene.outcomes(&part_url(1)).await,
        [
            Outcome::New,
            Outcome::Failed,
            Outcome::Failed,
            Outcome::Failed,
            Outcome::Changed,
            Outcome::Unchanged
        ]
    );
    assert_eq!(parts_kept(&scene).await, [1, 2]);
    assert!(warnings(&scene).await[0].contains(&part_url(3)));
}

#[tokio::test(start_paused = true)]
async fn circles_end_without_a_word() {
    let next = |to: &str| format!("<p class=parts><a href='{to}'>下一页</a></p></body>");
    let page = |number: usize, text: &str, to: &str| {
        let html = article("一天走完五个展馆", text, None);
        let html = html.replace("本届展会的规模", &format!("第{number}馆的规模"));
        Reply::page(html.replace("</body>", &next(to)))
    };
    // the last leads to the first, to itself, back to the second, on to more of the same
    for last in [1, 3, 2, 4] {
        let scene = scene();
        scene
            .network
            .says(&part_url(1), [page(1, TEXTS[0], &part_url(2))]);
        scene
            .network
            .says(&part_url(2), [page(2, TEXTS[1], &part_url(3))]);
        scene
            .network
            .says(&part_url(3), [page(3, TEXTS[2], &part_url(last))]);
        scene
            .network
            .says(&part_url(4), [page(3, TEXTS[2], &part_url(5))]);
        scene.crawl().await;
        assert_eq!(parts_kept(&scene).await, [1, 2, 3], "{last}");
        assert_eq!(warnings(&scene).await, [] as [&str; 0], "{last}");
        assert_eq!(body(&scene).await.matches(TEXTS[2]).count(), 1, "{last}");
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_parts_are_read_than_allowed() {
    let mut scene = scene();
    scene.settings.max_parts = 2;
    scene.crawl().await;
    assert_eq!(parts_kept(&scene).await, [1, 2]);
    let warnings = warnings(&scene).await;
    assert!(
        warnings[0].contains(&part_url(3)) && warnings[0].contains("no more than 2 parts"),
        "{warnings:?}"
    );
    assert_eq!(scene.network.pages().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_moved_within_its_host_is_followed() {
    let scene = scene();
    let moved = "http://expo.example.cn/news/p/1-2.html";
    scene
        .network
        .says(&part_url(2), [Reply::redirect(301, moved)]);
    scene.network.says(moved, [reply(2, TEXTS[1])]);
    for _ in 0..2 {
        scene.crawl().await;
        assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
        scene.wait(MONTH).await;
    }
    assert_eq!(scene.versions(&part_url(1)).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_between_parts_keeps_no_half_article() {
    let scene = scene();
    let report = scene
        .crawl_and_stop(|handle| {
            let stops = reply(2, TEXTS[1]).stops(handle);
            scene.network.says(&part_url(2), [stops]);
        })
        .await;
    assert!(report.interrupted);
    assert_eq!(report.count(Outcome::New), 0);
    let first = scene.find(&part_url(1)).await;
    assert!(scene.archive.article(first, None).await.unwrap().is_none());
    scene.network.says(&part_url(2), [reply(2, TEXTS[1])]);
    scene.crawl().await;
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
    assert_eq!(scene.outcomes(&part_url(1)).await, [Outcome::New]);
}

#[tokio::test(start_paused = true)]
async fn a_part_asked_for_by_name_leads_to_its_article() {
    for crawled_before in [false, true] {
        let scene = scene();
        if crawled_before {
            scene.crawl().await;
            scene.wait(Duration::from_mins(1)).await;
        }
        scene.run(scene.pages(&[&part_url(2)])).await;
        assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
        let look = scene
            .looks(&part_url(2))
            .await
            .into_iter()
            .find(|look| look.outcome == Outcome::Redirected)
            .unwrap();
        assert_eq!(look.reason.as_deref(), Some("part 2"));
        assert_eq!(scene.versions(&part_url(2)).await, 0);
        assert_eq!(scene.versions(&part_url(1)).await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_list_that_links_a_part_still_gives_one_article() {
    let scene = scene();
    let urls = [part_url(3), part_url(2)];
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    scene.crawl().await;
    let articles = scene.archive.articles(None, 9).await.unwrap();
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0].url.as_str(), part_url(1));
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
    // and from then on the parts are asked for with their article alone
    scene.wait(MONTH).await;
    let now = scene.clock.now();
    let due = scene
        .archive
        .lease_hosts(LeaseRequest {
            scope: Scope::Sites(vec![SiteId::new("expo")]),
            now,
            until: now.plus(MONTH),
            hosts: 9,
            visits_per_host: 99,
            spent: Vec::new(),
            busy: Vec::new(),
        })
        .await
        .unwrap();
    let due: Vec<_> = due.granted[0]
        .visits
        .iter()
        .map(|visit| visit.url.to_string())
        .collect();
    assert_eq!(due, [LIST.to_owned(), part_url(1)]);
}

#[tokio::test(start_paused = true)]
async fn an_article_of_parts_takes_one_page_of_the_budget() {
    let mut scene = scene();
    scene.settings.max_pages = Some(2);
    let (_handle, never) = stop();
    let (report, _) = scene.run_until(scene.sites(&["expo"]), never).await;
    assert!(report.unwrap().out_of_budget());
    assert_eq!(parts_kept(&scene).await, [1, 2, 3]);
}
