//! Budgets of pages, bytes and time: of the run, of each host, and who goes first when one bites.

use std::time::Duration;

use zhanwen::crawl::Report;
use zhanwen::model::Outcome;
use zhanwen::rules::{Budget, Limit};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list};

const FAIR: &str = "http://fair.example.com/list/";

/// Five articles of the first site and two of the second.
fn two_sites() -> Scene {
    let scene = Scene::with_articles(5);
    let urls = [1, 2].map(|number| format!("http://fair.example.com/show/{number}.html"));
    scene.network.says(FAIR, [Reply::page(list(&urls, None))]);
    for url in &urls {
        let page = article("展览开幕", "展览在广州开幕。", None);
        scene.network.says(url, [Reply::page(page)]);
    }
    scene
}

/// The spent hosts, by what, and how many of their pages stay due.
fn spent(report: &Report) -> Vec<(String, Limit, u64)> {
    report
        .spent()
        .map(|(host, spent)| (host.to_string(), spent.limit, spent.left_due))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_host_has_its_share_and_the_others_go_on() {
    let mut scene = two_sites();
    scene.settings.visits_per_lease = 2;
    scene.settings.host_budget.pages = Some(4);
    let report = scene.run(scene.sites(&["expo", "fair"])).await;
    assert_eq!(report.count(Outcome::New), 3 + 2);
    assert_eq!(spent(&report), [(HOST.to_owned(), Limit::Pages, 2)]);
    assert_eq!(report.left_due(), 2);
    assert!(!report.out_of_budget(), "the run itself has no bound");
    // the next run has a budget of its own
    let report = scene.run(scene.sites(&["expo", "fair"])).await;
    assert_eq!(report.count(Outcome::New), 2);
    assert_eq!(spent(&report), []);
}

#[tokio::test(start_paused = true)]
async fn rules_may_allow_a_host_less_but_not_more() {
    let rules = |pages| {
        format!(
            "name = 'x'\nhosts = ['expo.example.cn']\nstart = '{LIST}'\n\
             [budget]\npages = {pages}\n[article]\nurls = '^/news/\\d+\\.html$'\n"
        )
    };
    for (by_rules, general, looks) in [(2, None, 2), (2, Some(4), 2), (9, Some(3), 3)] {
        let mut scene = Scene::with_rules(&[("expo.toml", &rules(by_rules))]);
        let urls: Vec<_> = (1..=5).map(article_url).collect();
        scene.network.says(LIST, [Reply::page(list(&urls, None))]);
        scene.settings.host_budget.pages = general;
        let report = scene.crawl().await;
        assert_eq!(report.looks(), looks, "{by_rules} {general:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_are_counted_for_the_host_and_the_run() {
    let page = article(
        "第1届展会开幕",
        "第1届展会在上海开幕，共有五百家企业参展。",
        Some(10),
    );
    let one = u64::try_from(page.len()).unwrap();
    let mut scene = Scene::with_articles(5);
    scene.settings.host_budget.bytes = Some(one * 2);
    let report = scene.crawl().await;
    assert!((2..=3).contains(&report.looks()), "{report:?}");
    assert!(report.wire_bytes < one * 4);
    assert_eq!(spent(&report).len(), 1);
    assert_eq!(spent(&report)[0].1, Limit::Bytes);

    let mut scene = Scene::with_articles(5);
    scene.settings.max_bytes = Some(one * 2);
    let report = scene.crawl().await;
    assert_eq!(report.used_up, Some(Limit::Bytes));
    assert!((2..=3).contains(&report.looks()), "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn time_ends_the_run_in_order_while_it_waits_for_a_host() {
    let mut scene = Scene::with_articles(5);
    scene.settings.interval = Some(Duration::from_secs(30));
    scene.settings.max_time = Some(Duration::from_secs(75));
    let begun = tokio::time::Instant::now();
    let report = scene.crawl().await;
    assert_eq!(report.used_up, Some(Limit::Time));
    assert!(!report.interrupted, "this end was asked for beforehand");
    assert!(report.looks() >= 2 && report.left_due() > 0, "{report:?}");
    assert!(
        begun.elapsed() < Duration::from_secs(80),
        "{:?}",
        begun.elapsed()
    );
    // nothing is lost
    scene.settings.max_time = None;
    let before = report.count(Outcome::New);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 5 - before);
    assert_eq!(report.used_up, None);
}

#[tokio::test(start_paused = true)]
async fn a_slow_host_has_its_time_and_the_others_go_on() {
    let mut scene = two_sites();
    for number in 1..=5 {
        let page = article("展会开幕", "展会在上海开幕。", None);
        let slow = Reply::page(page).takes(Duration::from_secs(40));
        scene.network.says(&article_url(number), [slow]);
    }
    scene.settings.host_budget = Budget {
        time: Some(Duration::from_mins(1)),
        ..Budget::default()
    };
    let report = scene.run(scene.sites(&["expo", "fair"])).await;
    let spent = spent(&report);
    assert_eq!(spent.len(), 1, "{spent:?}");
    assert_eq!((spent[0].0.as_str(), spent[0].1), (HOST, Limit::Time));
    assert_eq!(
        scene.outcomes("http://fair.example.com/show/2.html").await,
        [Outcome::New]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_new_goes_before_what_waited() {
    let mut scene = Scene::with_articles(6);
    let listed = |numbers: &[usize]| {
        let urls: Vec<_> = numbers.iter().map(|number| article_url(*number)).collect();
        Reply::page(list(&urls, None))
    };
    scene
        .network
        .says(LIST, [listed(&[4, 3, 2, 1]), listed(&[6, 5, 4, 3, 2, 1])]);
    scene.settings.max_pages = Some(3);
    scene.crawl().await;
    scene.wait(Duration::from_hours(24 * 40)).await;
    let asked = |scene: &Scene| {
        let pages = scene.network.pages();
        scene.network.forget();
        pages
    };
    assert_eq!(
        asked(&scene),
        [LIST.to_owned(), article_url(4), article_url(3)]
    );
    scene.settings.max_pages = Some(4);
    scene.crawl().await;
    let expected = [
        LIST.to_owned(),
        article_url(6),
        article_url(5),
        article_url(2),
    ];
    assert_eq!(asked(&scene), expected, "the looks that are due again wait");
    scene.settings.max_pages = None;
    scene.crawl().await;
    let expected = [
        LIST.to_owned(),
        article_url(1),
        article_url(4),
        article_url(3),
    ];
    assert_eq!(asked(&scene), expected);
}
