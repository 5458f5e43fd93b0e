//! Redirects: each a new visit; circles and endless chains are left.

use zhanwen::model::Outcome;

use super::network::Reply;
use super::scene::{LIST, Scene, article, article_url, list};

#[tokio::test(start_paused = true)]
async fn a_redirect_is_a_new_visit_of_its_own() {
    let scene = Scene::with_articles(1);
    let target = "http://expo.example.cn/news/900.html";
    scene
        .network
        .says(&article_url(1), [Reply::redirect(302, "/news/900.html")]);
    let page = article("展会", "展会在上海开幕。", None);
    scene.network.says(target, [Reply::page(page)]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Redirected), 1);
    assert_eq!(scene.outcomes(&article_url(1)).await, [Outcome::Redirected]);
    assert_eq!(scene.outcomes(target).await, [Outcome::New]);
}

#[tokio::test(start_paused = true)]
async fn a_permanent_redirect_makes_one_page_of_two() {
    let scene = Scene::with_articles(1);
    let target = "https://expo.example.cn/news/900.html";
    scene
        .network
        .says(&article_url(1), [Reply::redirect(301, target)]);
    let page = article("展会", "展会在上海开幕。", None);
    scene.network.says(target, [Reply::page(page)]);
    scene.crawl().await;
    assert_eq!(
        scene.find(&article_url(1)).await,
        scene.find(target).await,
        "the old address stands for the new page"
    );
    assert_eq!(scene.versions(target).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_circle_is_left() {
    let scene = Scene::with_articles(3);
    for (from, to) in [(1, 2), (2, 3), (3, 1)] {
        scene
            .network
            .says(&article_url(from), [Reply::redirect(302, &article_url(to))]);
    }
    let report = scene.crawl().await;
    assert!(
        scene.network.pages().len() <= 8,
        "{:?}",
        scene.network.pages()
    );
    assert!(
        report.failed_by_reason().contains_key("redirect-loop"),
        "{report:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_that_redirects_to_itself_fails() {
    let scene = Scene::with_articles(1);
    scene
        .network
        .says(&article_url(1), [Reply::redirect(302, &article_url(1))]);
    let report = scene.crawl().await;
    assert_eq!(report.failed_by_reason()["redirect-loop"].len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_endless_chain_is_left_after_ten() {
    let scene = Scene::new();
    for number in 0..20 {
        let url = format!("http://h{number}.example.org/");
        let next = format!("http://h{}.example.org/", number + 1);
        scene.network.says(&url, [Reply::redirect(302, &next)]);
    }
    let report = scene.run(scene.pages(&["http://h0.example.org/"])).await;
    assert_eq!(report.count(Outcome::Redirected), 10);
    assert_eq!(report.failed_by_reason()["too-many-redirects"].len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_scrape_follows_to_another_host_and_a_crawl_does_not() {
    let elsewhere = "http://other.example.org/a.html";
    let page = article("展会", "展会在上海开幕。", None);

    let scene = Scene::with_articles(1);
    scene
        .network
        .says(&article_url(1), [Reply::redirect(302, elsewhere)]);
    scene.network.says(elsewhere, [Reply::page(page)]);
    let report = scene.crawl().await;
    assert!(!scene.network.pages().contains(&elsewhere.to_owned()));
    assert_eq!(report.count(Outcome::Redirected), 1);
    let look = &scene.looks(&article_url(1)).await[0];
    assert_eq!(look.reason.as_deref(), Some("leaves the site"));

    let report = scene.run(scene.pages(&[&article_url(1)])).await;
    assert_eq!(report.count(Outcome::Redirected), 1);
    assert_eq!(scene.outcomes(elsewhere).await, [Outcome::New]);
}

#[tokio::test(start_paused = true)]
async fn an_article_that_redirects_home_is_gone_and_not_the_home_page() {
    for to in ["/", "/index.html", "/404.html", "/e.aspx?aspxerrorpath=/1"] {
        let scene = Scene::with_articles(1);
        scene
            .network
            .says(&article_url(1), [Reply::redirect(301, to)]);
        let report = scene.crawl().await;
        assert_eq!(report.count(Outcome::Gone), 1, "{to}");
        let look = &scene.looks(&article_url(1)).await[0];
        assert_eq!(look.reason.as_deref(), Some("soft-404"));
        assert_eq!(scene.network.pages().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_page_that_moved_is_followed() {
    let scene = Scene::with_articles(2);
    let moved = "https://expo.example.cn/news/";
    scene.network.says(LIST, [Reply::redirect(301, moved)]);
    let urls = [1, 2].map(article_url);
    scene.network.says(moved, [Reply::page(list(&urls, None))]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
}
