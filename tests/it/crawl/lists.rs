//! Which lists a crawl follows, and which it only offers.

use std::time::Duration;

use zhanwen::model::{NoticeKind, Outcome};

use super::network::Reply;
use super::scene::{LIST, Scene, article, article_url, list};

const INDUSTRY: &str = "http://expo.example.cn/industry/";

fn rules(more: &str) -> String {
    format!(
        "name = '示例会展'\nhosts = ['expo.example.cn']\nstart = '{LIST}'\n\
         [article]\nurls = '^/(news|industry)/\\d+\\.html$'\n{more}"
    )
}

/// A start page that lists one article and links 行业动态, which lists another.
fn scene(more: &str) -> Scene {
    let scene = Scene::with_rules(&[("expo.toml", &rules(more))]);
    let menu = "<div class=nav><a href='/industry/'>行业动态</a></div>";
    let start = menu.to_owned() + &list(&[article_url(1)], None);
    scene.network.says(LIST, [Reply::page(start)]);
    let other = "http://expo.example.cn/industry/7.html".to_owned();
    scene.network.says(
        INDUSTRY,
        [Reply::page(list(std::slice::from_ref(&other), None))],
    );
    let text =
        "示例展览馆今天开幕，共有五百家企业参展。<a href='/news/3.html'>第三届展会开幕的消息</a>";
    for url in [article_url(1), article_url(3), other] {
        let page = article("展会开幕", text, None);
        scene.network.says(&url, [Reply::page(page)]);
    }
    scene
}

#[tokio::test(start_paused = true)]
async fn a_list_that_rules_do_not_name_is_offered_and_not_followed() {
    let scene = scene("[list]\nurls = '^/news/(list_\\d+\\.html)?$'\n");
    let report = scene.crawl().await;
    assert_eq!(scene.network.pages(), [LIST.to_owned(), article_url(1)]);
    let notices: Vec<_> = report.notices().collect();
    let [notice] = notices.as_slice() else {
        panic!("one notice: {notices:?}");
    };
    assert_eq!(notice.kind, NoticeKind::List);
    assert_eq!(notice.url.as_str(), INDUSTRY);
    assert!(notice.message.contains("行业动态"), "{}", notice.message);
}

#[tokio::test(start_paused = true)]
async fn where_rules_name_no_lists_they_are_followed() {
    let scene = scene("");
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
    assert_eq!(report.notices().count(), 0);
    assert!(scene.network.pages().contains(&INDUSTRY.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn links_in_articles_are_followed_when_asked() {
    let named = "[list]\nurls = '^/news/$'\n";
    let asked = format!("follow-links = true\n{named}");
    let scene = scene(named);
    scene.crawl().await;
    assert!(!scene.network.pages().contains(&article_url(3)));
    let scene = self::scene(&asked);
    scene.crawl().await;
    assert!(scene.network.pages().contains(&article_url(3)));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_a_script_alone_turns_is_told_of() {
    let scene = scene("");
    let start = list(&[article_url(1)], None) + "<a href='javascript:turn(2)'>下一页</a>";
    scene.network.says(LIST, [Reply::page(start)]);
    let report = scene.crawl().await;
    let told: Vec<_> = report
        .notices()
        .map(|notice| notice.message.clone())
        .collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("turn(2)"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn parameters_that_rules_drop_make_no_second_page() {
    let scene = scene("[urls]\ndrop = 'from'\n");
    let urls = [article_url(1) + "?from=list", article_url(1) + "?from=top"];
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 1);
    assert_eq!(scene.network.pages(), [LIST.to_owned(), article_url(1)]);
}

/// A site that publishes a page full of articles between any two looks at its list.
#[tokio::test(start_paused = true)]
async fn a_list_that_grows_while_it_is_walked_loses_nothing() {
    const NEXT: [&str; 3] = [
        "http://expo.example.cn/news/list_2.html",
        "http://expo.example.cn/news/list_3.html",
        "http://expo.example.cn/news/list_4.html",
    ];
    let scene = Scene::new();
    let page = |newest: usize, next: Option<&str>| {
        let urls: Vec<_> = (newest - 2..=newest).rev().map(article_url).collect();
        Reply::page(list(&urls, next))
    };
    for number in 1..=24 {
        let page = article(&format!("第{number}届展会开幕"), "展会今天开幕。", None);
        scene
            .network
            .says(&article_url(number), [Reply::page(page)]);
    }
    let shows = |newest: [usize; 4]| {
        let lists = [LIST, NEXT[0], NEXT[1], NEXT[2]];
        let next = NEXT.map(Some).into_iter().chain([None]);
        for ((list, newest), next) in lists.into_iter().zip(newest).zip(next) {
            scene.network.says(list, [page(newest, next)]);
        }
        scene.network.forget();
    };
    shows([12, 9, 6, 3]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 12);

    // 18, 17, 16 | 15, 14, 13 when the walk begins, and three more before it goes on
    scene.wait(Duration::from_hours(1)).await;
    shows([18, 18, 15, 12]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 6);

    // the next walk ends at what was known when this one began
    scene.wait(Duration::from_hours(1)).await;
    shows([24, 21, 18, 15]);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 6);
    let asked = scene.network.pages();
    assert!(asked.contains(&NEXT[1].to_owned()));
    assert!(!asked.contains(&NEXT[2].to_owned()), "{asked:?}");
}

/// A list page has a schedule of its own and may come before the first page of its list.
#[tokio::test(start_paused = true)]
async fn a_list_page_that_was_looked_at_early_in_a_run_is_no_end_of_a_walk() {
    const NEXT: [&str; 2] = [
        "http://expo.example.cn/news/list_2.html",
        "http://expo.example.cn/news/list_3.html",
    ];
    let scene = Scene::new();
    let page = |newest: usize, next: Option<&str>| {
        let urls: Vec<_> = (newest - 2..=newest).rev().map(article_url).collect();
        Reply::page(list(&urls, next))
    };
    for number in 1..=15 {
        let page = article(&format!("第{number}届展会开幕"), "展会今天开幕。", None);
        scene
            .network
            .says(&article_url(number), [Reply::page(page)]);
    }
    let shows = |first: usize, second: &[usize], third: usize| {
        scene.network.says(LIST, [page(first, Some(NEXT[0]))]);
        let second = second.iter().map(|newest| page(*newest, Some(NEXT[1])));
        scene.network.says(NEXT[0], second);
        scene.network.says(NEXT[1], [page(third, None)]);
        scene.network.forget();
    };
    shows(9, &[6], 3);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 9);
    // a run in which the first page alone is looked at: it is now due later than the second
    scene.wait(Duration::from_hours(6 * 24)).await;
    scene.crawl().await;

    scene.wait(Duration::from_hours(2 * 24)).await;
    // nothing new when the second page is looked at, and two pages full a moment later
    shows(15, &[6, 12], 9);
    let report = scene.crawl().await;
    let asked = scene.network.pages();
    assert_eq!(asked[..3], [NEXT[0], LIST, NEXT[0]], "{asked:?}");
    assert_eq!(report.count(Outcome::New), 6, "{asked:?}");
}
