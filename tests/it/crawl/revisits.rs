//! When known pages are asked for again, and with which question.

use std::time::Duration;

use zhanwen::crawl::Report;
use zhanwen::model::{Conditional, Outcome};

use super::network::Reply;
use super::scene::{LIST, Scene, article, article_url, list};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const A: &str = "第一届展会在上海开幕。";
const B: &str = "第一届展会在北京开幕。";

fn tagged(text: &str, views: Option<u64>) -> Reply {
    Reply::page(article("展会开幕", text, views)).header("etag", "\"one\"")
}

/// The validators of each request for `url`, first to last.
fn questions(scene: &Scene, url: &str) -> Vec<Conditional> {
    let asked = scene.network.asked().into_iter();
    asked
        .filter(|asked| asked.url == url)
        .map(|asked| asked.conditional)
        .collect()
}

/// Crawls every `pause` for `times` times.
async fn keep_crawling(scene: &Scene, times: usize, pause: Duration) -> Vec<Report> {
    let mut reports = Vec::new();
    for _ in 0..times {
        reports.push(scene.crawl().await);
        scene.wait(pause).await;
    }
    reports
}

#[tokio::test(start_paused = true)]
async fn a_server_that_always_says_not_modified_is_found_out() {
    let mut scene = Scene::with_articles(1);
    let url = article_url(1);
    scene.settings.recheck = true;
    // without views there is nothing to be sampled
    scene
        .network
        .says(&url, [tagged(A, None), Reply::status(304)]);
    keep_crawling(&scene, 10, DAY).await;
    let asked = questions(&scene, &url);
    assert!(
        asked.iter().skip(1).all(|question| question.etag.is_some()),
        "{asked:?}"
    );
    // the eleventh look asks in full, and hears of the edit
    scene.network.says(&url, [tagged(B, None)]);
    scene.crawl().await;
    assert_eq!(
        questions(&scene, &url).last(),
        Some(&Conditional::default())
    );
    assert_eq!(scene.outcomes(&url).await.last(), Some(&Outcome::Changed));
}

#[tokio::test(start_paused = true)]
async fn not_modified_is_believed_only_where_it_was_asked() {
    let scene = Scene::with_articles(1);
    let url = article_url(1);
    // no validators to ask with
    let plain = Reply::page(article("展会开幕", A, None));
    scene
        .network
        .says(&url, [plain.clone(), Reply::status(304), plain]);
    keep_crawling(&scene, 3, DAY * 31).await;
    let looks = scene.looks(&url).await;
    let outcomes: Vec<_> = looks.iter().map(|look| look.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::New, Outcome::Failed, Outcome::Unchanged]
    );
    assert_eq!(looks[1].reason.as_deref(), Some("status 304 unasked"));
    assert_eq!(looks[1].status, Some(304));
    assert_eq!(scene.versions(&url).await, 1);
}

#[tokio::test(start_paused = true)]
async fn tags_that_differ_from_machine_to_machine_give_way_to_the_date() {
    let scene = Scene::with_articles(1);
    let url = article_url(1);
    let machine = |tag: &str| {
        Reply::page(article("展会开幕", A, None))
            .header("etag", tag)
            .header("last-modified", "Fri, 20 Nov 2026 02:00:00 GMT")
    };
    scene.network.says(
        &url,
        [
            machine("\"a\""),
            machine("\"b\""),
            Reply::status(304).header("etag", "\"c\""),
        ],
    );
    keep_crawling(&scene, 4, DAY * 31).await;
    let asked: Vec<_> = questions(&scene, &url)
        .into_iter()
        .map(|question| question.etag)
        .collect();
    assert_eq!(asked, [None, Some("\"a\"".to_owned()), None, None]);
    let expected = [
        Outcome::New,
        Outcome::Unchanged,
        Outcome::NotModified,
        Outcome::NotModified,
    ];
    assert_eq!(scene.outcomes(&url).await, expected);
}

#[tokio::test(start_paused = true)]
async fn views_of_young_articles_are_sampled_though_the_text_stands_still() {
    let rules = format!(
        "name = 'x'\nhosts = ['expo.example.cn']\nstart = '{LIST}'\n\
         [revisit]\nleast = '1h'\nmost = '30d'\n[views]\nsample = ['5d', '6d', '7d', '20d']\n\
         [article]\nurls = '^/news/\\d+\\.html$'\n[fields]\nviews = 'span.views'\n\
         publish_time = 'span.time'\n"
    );
    let scene = Scene::with_rules(&[("expo.toml", &rules)]);
    let url = article_url(1);
    scene
        .network
        .says(LIST, [Reply::page(list(std::slice::from_ref(&url), None))]);
    // published on 20 November at 10 in Shanghai, found on the 23rd at noon: three days old
    scene.network.says(&url, [tagged(A, Some(10))]);
    keep_crawling(&scene, 24, HOUR * 12).await;
    let seen: Vec<_> = scene
        .network
        .asked()
        .into_iter()
        .filter(|asked| asked.url == url)
        .map(|asked| {
            let hours = asked
                .sent_at
                .since("2026-11-20T02:00:00Z".parse().unwrap())
                .as_secs()
                / 3600;
            (hours, asked.conditional.etag.is_some())
        })
        .collect();
    // a crawl every twelve hours: each sample is taken by the first after it, in full; what the
    // text alone makes due asks whether there is anything newer
    let in_full: Vec<_> = seen
        .iter()
        .filter(|(_, conditional)| !conditional)
        .map(|(hours, _)| *hours)
        .collect();
    assert_eq!(in_full, [74, 122, 146, 170], "{seen:?}");
    assert!(seen.iter().any(|(_, conditional)| *conditional), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_start_page_that_brings_nothing_is_asked_less_where_only_what_is_due_is() {
    let mut scene = Scene::with_articles(1);
    scene.settings.only_due = true;
    let lists = |scene: &Scene| {
        let pages = scene.network.pages();
        scene.network.forget();
        pages.iter().filter(|page| *page == LIST).count()
    };
    keep_crawling(&scene, 24, HOUR).await;
    let first_day = lists(&scene);
    keep_crawling(&scene, 24 * 5, HOUR).await;
    lists(&scene);
    keep_crawling(&scene, 24, HOUR).await;
    let seventh_day = lists(&scene);
    assert!((8..=14).contains(&first_day), "{first_day}");
    assert_eq!(seventh_day, 1);
    // news: it is looked at within the hour, and soon again
    let urls = [article_url(2), article_url(1)];
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    keep_crawling(&scene, 24, HOUR).await;
    keep_crawling(&scene, 8, HOUR).await;
    let found = scene.looks(&article_url(2)).await[0].fetched_at;
    let then = scene
        .looks(LIST)
        .await
        .into_iter()
        .map(|look| look.fetched_at);
    let soon = then
        .filter(|at| *at > found && at.since(found) < HOUR * 8)
        .count();
    assert!(
        soon >= 3,
        "found within a day, and looked at often again: {soon}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_for_weeks_is_asked_ever_less() {
    let scene = Scene::with_articles(2);
    scene.crawl().await;
    let url = article_url(1);
    scene.network.says(&url, [Reply::status(500)]);
    scene.network.forget();
    keep_crawling(&scene, 24 * 60, HOUR).await;
    let asked = questions(&scene, &url).len();
    assert!((6..=12).contains(&asked), "{asked} times in sixty days");
    assert_eq!(scene.versions(&url).await, 1);
    let page = article("展会开幕", A, Some(10));
    scene.network.says(&url, [Reply::page(page)]);
    keep_crawling(&scene, 30, DAY).await;
    assert!(
        scene
            .outcomes(&url)
            .await
            .iter()
            .rev()
            .any(|one| *one == Outcome::Changed)
    );
}

#[tokio::test(start_paused = true)]
async fn a_site_that_was_down_for_a_month_comes_back_without_a_burst() {
    let mut scene = Scene::with_articles(60);
    scene.crawl().await;
    keep_crawling(&scene, 30, DAY).await;
    let pages: Vec<_> = (1..=60).map(article_url).collect();
    for url in pages.iter().map(String::as_str).chain([LIST]) {
        scene.network.says(url, [Reply::timeout(url)]);
    }
    scene.network.forget();
    keep_crawling(&scene, 30, DAY).await;
    let down = scene.network.pages().len();
    assert!(down <= 30 * 6, "{down} requests to a host that is down");
    // it is back, with news; a budget bites
    for (number, url) in pages.iter().enumerate() {
        let page = article(&format!("第{}届展会开幕", number + 1), A, Some(10));
        scene.network.says(url, [Reply::page(page)]);
    }
    let news = article_url(61);
    let page = article("第61届展会开幕", A, Some(10));
    scene.network.says(&news, [Reply::page(page)]);
    let mut listed = pages.clone();
    listed.insert(0, news.clone());
    scene.network.says(LIST, [Reply::page(list(&listed, None))]);
    scene.settings.host_budget.pages = Some(20);
    scene.network.forget();
    scene.crawl().await;
    let asked = scene.network.pages();
    assert_eq!(
        asked[..2],
        [LIST.to_owned(), news],
        "what is new comes first"
    );
    assert_eq!(asked.len(), 20);
    let pauses = scene.network.pauses("expo.example.cn");
    assert!(
        pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
    keep_crawling(&scene, 5, HOUR).await;
    assert!(scene.outcomes(&pages[59]).await.contains(&Outcome::Changed));
}
