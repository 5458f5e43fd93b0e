//! How far a crawl goes: the site, the budget, the depth, the pages already known.

use std::time::Duration;

use zhanwen::model::Outcome;

use super::network::Reply;
use super::scene::{LIST, Scene, article, article_url, list};

#[tokio::test(start_paused = true)]
async fn a_crawl_stays_on_its_site() {
    let scene = Scene::with_articles(1);
    let urls = [
        article_url(1),
        "http://www.other.example.org/news/5.html".to_owned(),
        "http://fair.example.com/show/5.html".to_owned(),
    ];
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST.to_owned(), article_url(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_crawl_from_a_page_without_rules_stays_on_its_host() {
    let scene = Scene::new();
    let start = "http://www.small.example.org/news/list.html";
    let own = "http://www.small.example.org/news/2026/1120/101.html";
    let urls = [
        own.to_owned(),
        "http://www.small.example.org/news/2026/1120/102.html".to_owned(),
        "http://www.small.example.org/news/2026/1120/103.html".to_owned(),
        "http://www.big.example.org/news/2026/1120/104.html".to_owned(),
    ];
    scene.network.says(start, [Reply::page(list(&urls, None))]);
    let page = article("展会开幕了", "展会在上海开幕。", None);
    scene.network.says(own, [Reply::page(page)]);
    scene.run(scene.begin_at(start)).await;
    let pages = scene.network.pages();
    assert!(pages.contains(&own.to_owned()), "{pages:?}");
    assert!(
        !pages.iter().any(|url| url.contains("big.example")),
        "{pages:?}"
    );
    assert_eq!(scene.outcomes(own).await, [Outcome::New]);
}

#[tokio::test(start_paused = true)]
async fn a_budget_ends_the_run_and_the_next_one_goes_on() {
    let mut scene = Scene::with_articles(5);
    scene.settings.max_pages = Some(3);
    let report = scene.crawl().await;
    assert_eq!(scene.network.pages().len(), 3);
    assert!(report.out_of_budget());
    scene.network.forget();
    scene.settings.max_pages = None;
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 3);
    assert!(!report.out_of_budget());
}

#[tokio::test(start_paused = true)]
async fn lists_are_walked_to_the_end_once() {
    let scene = three_lists();
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Listed), 3);
    assert_eq!(report.count(Outcome::New), 6);
    // nothing new on the first page: the walk ends there
    scene.network.forget();
    scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST]);
}

#[tokio::test(start_paused = true)]
async fn news_on_the_first_list_lead_one_list_further() {
    let scene = three_lists();
    scene.crawl().await;
    scene.network.forget();
    let urls: Vec<_> = (7..=8).map(article_url).collect();
    let first = list(&urls, Some("/news/list_2.html"));
    scene.network.says(LIST, [Reply::page(first)]);
    scene.wait(Duration::from_hours(1)).await;
    scene.crawl().await;
    let pages = scene.network.pages();
    assert!(pages.contains(&list_url(2)), "{pages:?}");
    assert!(
        !pages.contains(&list_url(3)),
        "all of the second is known: {pages:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_walk_that_was_cut_short_is_taken_up_where_it_was() {
    let mut scene = three_lists();
    scene.crawl().await;
    // four news push the old ones down: the second list is all news, the third half
    let page = |numbers: &[usize], next: Option<&str>| {
        let urls: Vec<_> = numbers.iter().copied().map(article_url).collect();
        [Reply::page(list(&urls, next))]
    };
    let text = article("又一届展会开幕", "展会在上海开幕。", None);
    for number in 9..=11 {
        scene
            .network
            .says(&article_url(number), [Reply::page(text.clone())]);
    }
    scene
        .network
        .says(LIST, page(&[11, 10], Some("/news/list_2.html")));
    scene
        .network
        .says(&list_url(2), page(&[9, 8], Some("/news/list_3.html")));
    scene.network.says(&list_url(3), page(&[7, 1], None));
    scene.wait(Duration::from_hours(1)).await;
    scene.network.forget();
    scene.settings.max_pages = Some(1);
    scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST]);
    // each run looks at the start page and gets one page further
    scene.settings.max_pages = Some(2);
    for _ in 0..7 {
        scene.crawl().await;
    }
    for number in 7..=11 {
        assert_eq!(scene.versions(&article_url(number)).await, 1, "{number}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_depth_ends_the_walk() {
    let mut scene = three_lists();
    scene.settings.max_depth = 1;
    scene.crawl().await;
    let pages = scene.network.pages();
    assert!(pages.contains(&list_url(2)));
    assert!(!pages.contains(&list_url(3)), "{pages:?}");
}

#[tokio::test(start_paused = true)]
async fn a_scrape_looks_at_its_pages_and_no_others() {
    let scene = Scene::with_articles(3);
    let report = scene.run(scene.pages(&[&article_url(2), LIST])).await;
    let mut pages = scene.network.pages();
    pages.sort();
    assert_eq!(pages, [LIST.to_owned(), article_url(2)]);
    assert_eq!(report.count(Outcome::New), 1);
}

fn list_url(number: usize) -> String {
    format!("http://expo.example.cn/news/list_{number}.html")
}

/// Three list pages of two articles each.
fn three_lists() -> Scene {
    let scene = Scene::with_articles(8);
    let page = |first: usize, next: Option<&str>| {
        let urls: Vec<_> = (first..first + 2).map(article_url).collect();
        [Reply::page(list(&urls, next))]
    };
    scene.network.says(LIST, page(1, Some("/news/list_2.html")));
    scene
        .network
        .says(&list_url(2), page(3, Some("/news/list_3.html")));
    scene.network.says(&list_url(3), page(5, None));
    scene
}
