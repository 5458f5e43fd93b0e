//! Counters of views that a site's rules allow to be called: asked once in the article's visit,
//! under every rule that a page is asked under, and never at the price of the article.

use std::time::Duration;

use zhanwen::archive::{KeptArticle, Library};
use zhanwen::clock::Clock;
use zhanwen::crawl::{Event, stop};
use zhanwen::model::{Field, Outcome, ViewsNote};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list, page};

const ROBOTS: &str = "http://expo.example.cn/robots.txt";
const MONTH: Duration = Duration::from_hours(24 * 31);
const TEXT: &str = "首届展会在上海开幕，共有五百家企业参展。";

const RULES: &str = r#"
name = "示例会展"
hosts = ["expo.example.cn", "*.expo.example.cn"]
start = ["http://expo.example.cn/news/"]

[list]
items = "ul.news li"

[article]
urls = ['^/news/(?<id>\d+)(_\d+)?\.html$']
next-part = "p.parts"

[counter]
address = "/e/public/ViewClick/?classid={class}&id={id}"
read-only = true

[counter.values]
class = { select = "script[src*=ViewClick]", attribute = "src", regex = 'classid=(\d+)' }

[fields]
title = "h1"
source = "span.source"
publish_time = "span.time"
body = "div.text"
"#;

fn counter_url(number: usize) -> String {
    format!("http://expo.example.cn/e/public/ViewClick/?classid=4&id={number}")
}

/// An article whose views only a script fills; the script's own address would write them.
fn scripted(number: usize, text: &str) -> String {
    let script = format!(
        "浏览：<script src='/e/public/ViewClick/?classid=4&id={number}&addclick=1'></script>次</p>\
         <div class=text>"
    );
    article("展会开幕", text, None).replace("</p><div class=text>", &script)
}

fn says(count: u64) -> Reply {
    Reply::page(format!("document.write('{count}');\r\n"))
}

/// A site with one article and its counter.
fn scene() -> Scene {
    let scene = Scene::with_rules(&[("expo.toml", RULES)]);
    scene
        .network
        .says(LIST, [Reply::page(list(&[article_url(1)], None))]);
    scene.network.says(
        &article_url(1),
        [Reply::page(scripted(1, TEXT)).header("etag", "\"1\"")],
    );
    scene.network.says(&counter_url(1), [says(539)]);
    scene
}

async fn kept(scene: &Scene) -> KeptArticle {
    let page = scene.find(&article_url(1)).await;
    scene.archive.article(page, None).await.unwrap().unwrap()
}

/// The views of each look at the article, first to last.
async fn views(scene: &Scene) -> Vec<Option<u64>> {
    let looks = scene.looks(&article_url(1)).await;
    looks.iter().map(|look| look.views).collect()
}

#[tokio::test(start_paused = true)]
async fn the_number_is_asked_for_once_and_belongs_to_the_look_at_the_article() {
    let scene = scene();
    let (report, events) = scene.run_and_tell(scene.sites(&["expo"])).await;
    assert_eq!(
        scene.network.pages(),
        [LIST.to_owned(), article_url(1), counter_url(1)]
    );
    let told = Event::Counted {
        page: page(&article_url(1)),
        views: Ok(539),
    };
    assert!(events.contains(&told));
    assert_eq!(views(&scene).await, [Some(539)]);
    let kept = kept(&scene).await;
    assert_eq!(kept.reading.article.views, Some(539));
    assert_eq!(kept.reading.article.views_note, None);
    assert_eq!(kept.reading.warnings, [] as [&str; 0]);
    let said = format!("counter {}", counter_url(1));
    assert_eq!(kept.reading.provenance[&Field::Views], said);
    // it waited its turn, and told where it comes from
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
    let asked = scene.network.asked();
    let referer = asked.last().unwrap().referer.clone();
    assert_eq!(referer, Some(article_url(1)));
    // its answer is no page
    assert_eq!(report.count(Outcome::New), 1);
    assert_eq!(report.looks(), 2);
    let articles = scene.archive.articles(None, 9).await.unwrap();
    assert_eq!(articles.len(), 1);
    let counter = counter_url(1);
    assert_eq!(scene.archive.find(&page(&counter)).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_moved_counter_makes_no_version() {
    let mut scene = scene();
    scene
        .network
        .says(&counter_url(1), [says(539), says(539), says(802)]);
    scene.settings.recheck = true;
    for _ in 0..3 {
        scene.crawl().await;
        scene.wait(MONTH).await;
    }
    assert_eq!(
        scene.outcomes(&article_url(1)).await,
        [Outcome::New, Outcome::Unchanged, Outcome::ViewsOnly]
    );
    assert_eq!(views(&scene).await, [Some(539), Some(539), Some(802)]);
    assert_eq!(scene.versions(&article_url(1)).await, 1);
    // "not modified" would leave the counter unasked
    let asked = scene.network.asked();
    assert!(asked.iter().all(|asked| asked.conditional.etag.is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_number_that_the_page_prints_is_believed() {
    for page in [
        article("展会开幕", TEXT, Some(12)),
        article("展会开幕", TEXT, None),
    ] {
        let scene = scene();
        scene.network.says(&article_url(1), [Reply::page(page)]);
        scene.crawl().await;
        assert!(!scene.network.pages().contains(&counter_url(1)));
        assert_eq!(kept(&scene).await.reading.warnings, [] as [&str; 0]);
    }
}

/// The article is kept as if there were no counter, and says why it has no number.
async fn check_uncounted(scene: &Scene, kind: &str, why: &str) {
    scene.crawl().await;
    let kept = kept(scene).await;
    let article = kept.reading.article;
    assert_eq!(article.views, None, "{why}");
    assert_eq!(article.views_note, Some(ViewsNote::ScriptCounter), "{why}");
    assert!(article.body_text.unwrap().contains(TEXT), "{why}");
    let warnings = kept.reading.warnings;
    assert_eq!(warnings.len(), 1, "{why}: {warnings:?}");
    assert!(
        warnings[0].starts_with(&format!("{kind}: ")) && warnings[0].contains(why),
        "{why}: {warnings:?}"
    );
    assert_eq!(
        scene.outcomes(&article_url(1)).await,
        [Outcome::New],
        "{why}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_counter_that_fails_costs_one_request_and_no_article() {
    let counter = counter_url(1);
    let large = format!("{}539", " ".repeat(70_000));
    for (reply, why) in [
        (Reply::status(404), "status 404"),
        (Reply::status(403), "status 403"),
        (Reply::status(503), "status 503"),
        (Reply::status(304), "status 304"),
        (Reply::timeout(&counter), "timeout"),
        (Reply::page(""), "no number"),
        (Reply::page("<html>稍候</html>"), "no number"),
        (Reply::page(large), "too-large"),
        // a way elsewhere may lead to a counter that writes
        (
            Reply::redirect(302, &format!("{counter}&addclick=1")),
            "status 302",
        ),
    ] {
        let scene = scene();
        scene.network.says(&counter, [reply, says(539)]);
        check_uncounted(&scene, "counter-failed", why).await;
        let asked = scene.network.pages();
        assert_eq!(
            asked,
            [LIST.to_owned(), article_url(1), counter.clone()],
            "{why}"
        );
        // the next visit asks anew
        scene.wait(MONTH).await;
        scene.crawl().await;
        assert_eq!(views(&scene).await, [None, Some(539)], "{why}");
        assert_eq!(scene.versions(&article_url(1)).await, 1, "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_counter_that_robots_txt_forbids_is_not_asked() {
    let scene = scene();
    let rules = "User-agent: *\nDisallow: /e/public/";
    scene.network.says(ROBOTS, [Reply::page(rules)]);
    check_uncounted(&scene, "counter-refused", "robots.txt").await;
    assert!(!scene.network.pages().contains(&counter_url(1)));
}

#[tokio::test(start_paused = true)]
async fn an_address_that_the_page_does_not_give_is_not_made_up() {
    let scene = scene();
    let page = scripted(1, TEXT).replace("classid=4", "classid=x");
    scene.network.says(&article_url(1), [Reply::page(page)]);
    check_uncounted(&scene, "counter-failed", "the page gives no `class`").await;
    assert_eq!(scene.network.pages().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_counter_that_asks_for_rest_is_given_it() {
    let scene = scene();
    let urls: Vec<_> = (1..=2).map(article_url).collect();
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    scene
        .network
        .says(&article_url(2), [Reply::page(scripted(2, TEXT))]);
    let busy = Reply::status(429).header("retry-after", "86400");
    scene.network.says(&counter_url(1), [busy]);
    check_uncounted(&scene, "counter-failed", "status 429").await;
    assert!(!scene.network.pages().contains(&article_url(2)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_counter_answers_keeps_the_article() {
    let scene = scene();
    let (handle, stopped) = stop();
    let article = Reply::page(scripted(1, TEXT)).stops(&handle);
    scene.network.says(&article_url(1), [article]);
    let (report, _) = scene.run_until(scene.sites(&["expo"]), stopped).await;
    assert!(report.unwrap().interrupted);
    assert!(!scene.network.pages().contains(&counter_url(1)));
    assert_eq!(views(&scene).await, [None]);
    let warnings = kept(&scene).await.reading.warnings;
    assert!(
        warnings[0].starts_with("counter-failed: ") && warnings[0].contains("a stop"),
        "{warnings:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_article_in_parts_is_counted_once_and_last() {
    let scene = scene();
    let second = "http://expo.example.cn/news/1_2.html";
    let bar = |to: &str| format!("</div><p class=parts><a href='{to}'>下一页</a></p></body>");
    let first = scripted(1, TEXT).replace("</div></body>", &bar(second));
    let rest = scripted(1, "第二个展馆里全是刀具，共有三百家企业。")
        .replace("展会为期三天，设有八个展馆", "展会设有二号馆");
    scene.network.says(&article_url(1), [Reply::page(first)]);
    scene.network.says(second, [Reply::page(rest)]);
    scene.crawl().await;
    assert_eq!(
        scene.network.pages(),
        [
            LIST.to_owned(),
            article_url(1),
            second.to_owned(),
            counter_url(1)
        ]
    );
    let article = kept(&scene).await.reading.article;
    assert_eq!(article.views, Some(539));
    assert!(article.body_text.unwrap().contains("第二个展馆"));
}

#[tokio::test(start_paused = true)]
async fn an_article_and_its_counter_take_one_page_of_the_budget() {
    let mut scene = scene();
    scene.settings.max_pages = Some(2);
    scene.crawl().await;
    assert_eq!(views(&scene).await, [Some(539)]);
    let now = scene.clock.now();
    assert!(scene.looks(&article_url(1)).await[0].fetched_at < now);
}
