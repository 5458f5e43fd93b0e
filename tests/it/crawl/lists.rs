//! Which lists a crawl follows, and which it only offers.

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
