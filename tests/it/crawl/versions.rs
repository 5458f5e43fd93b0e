//! What comes of looking again: unchanged, counted, edited, reverted, gone, come back.

use std::time::Duration;

use zhanwen::archive::Library;
use zhanwen::model::Outcome;

use super::network::Reply;
use super::scene::{Scene, article, article_url};

const A: &str = "第一届展会在上海开幕。";
const B: &str = "第一届展会在北京开幕。";

/// Crawls once for each reply to the only article, a month apart.
async fn see(replies: Vec<Reply>) -> Scene {
    let scene = Scene::with_articles(1);
    let runs = replies.len();
    scene.network.says(&article_url(1), replies);
    for _ in 0..runs {
        scene.crawl().await;
        scene.wait(Duration::from_hours(24 * 31)).await;
    }
    scene
}

fn reads(text: &str, views: u64) -> Reply {
    Reply::page(article("展会开幕", text, Some(views)))
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_a_second_version() {
    let scene = see(vec![reads(A, 1), reads(B, 1)]).await;
    let url = article_url(1);
    assert_eq!(scene.outcomes(&url).await, [Outcome::New, Outcome::Changed]);
    assert_eq!(scene.versions(&url).await, 2);
    let page = scene.find(&url).await;
    let kept = scene.archive.article(page, None).await.unwrap().unwrap();
    assert_eq!(kept.version_no, 2);
    assert!(kept.reading.article.body_text.unwrap().contains("北京"));
}

#[tokio::test(start_paused = true)]
async fn a_counter_is_not_an_edit() {
    let scene = see(vec![reads(A, 1), reads(A, 2), reads(A, 2)]).await;
    let url = article_url(1);
    assert_eq!(
        scene.outcomes(&url).await,
        [Outcome::New, Outcome::ViewsOnly, Outcome::Unchanged]
    );
    assert_eq!(scene.versions(&url).await, 1);
    let views: Vec<_> = scene
        .looks(&url)
        .await
        .iter()
        .map(|look| look.views)
        .collect();
    assert_eq!(views, [Some(1), Some(2), Some(2)]);
}

#[tokio::test(start_paused = true)]
async fn an_edit_taken_back_is_the_first_version_again() {
    let scene = see(vec![reads(A, 1), reads(B, 1), reads(A, 1)]).await;
    let url = article_url(1);
    assert_eq!(
        scene.outcomes(&url).await,
        [Outcome::New, Outcome::Changed, Outcome::Reverted]
    );
    assert_eq!(scene.versions(&url).await, 2);
    assert_eq!(scene.looks(&url).await[2].version_no, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_not_modified_is_believed() {
    // without views, which would be sampled by asking in full
    let tagged = Reply::page(article("展会开幕", A, None)).header("etag", "\"one\"");
    let scene = see(vec![tagged, Reply::status(304)]).await;
    let url = article_url(1);
    assert_eq!(
        scene.outcomes(&url).await,
        [Outcome::New, Outcome::NotModified]
    );
    let asked = scene.network.asked();
    let sent: Vec<_> = asked
        .iter()
        .filter(|asked| asked.url == url)
        .map(|asked| asked.conditional.etag.as_deref())
        .collect();
    assert_eq!(sent, [None, Some("\"one\"")]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_went_is_gone_and_may_come_back() {
    let scene = see(vec![
        reads(A, 1),
        Reply::status(404),
        Reply::status(410),
        reads(A, 1),
    ])
    .await;
    let url = article_url(1);
    assert_eq!(
        scene.outcomes(&url).await,
        [
            Outcome::New,
            Outcome::Gone,
            Outcome::Gone,
            Outcome::Unchanged
        ]
    );
    assert_eq!(scene.versions(&url).await, 1);
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_no_articles_make_no_version() {
    for (reply, outcome, reason) in [
        (Reply::page("<title>404</title>"), Outcome::Gone, "soft-404"),
        (
            Reply::page("<script>alert('信息不存在');history.back()</script>"),
            Outcome::Gone,
            "soft-404",
        ),
        (
            Reply::page("<title>网站防火墙</title>您的请求带有不合法参数，已被网站管理员设置拦截"),
            Outcome::Blocked,
            "blocked:waf",
        ),
        (
            Reply::status(521).body("<script>document.cookie='';location.href=''</script>"),
            Outcome::Blocked,
            "challenge:jsl",
        ),
        (Reply::status(403), Outcome::Blocked, "status 403"),
        (Reply::page(""), Outcome::Listed, "empty"),
    ] {
        let scene = see(vec![reads(A, 1), reply]).await;
        let looks = scene.looks(&article_url(1)).await;
        assert_eq!(looks.len(), 2);
        assert_eq!(looks[1].outcome, outcome, "{reason}");
        assert_eq!(looks[1].reason.as_deref(), Some(reason));
        assert_eq!(scene.versions(&article_url(1)).await, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_due_is_not_asked_for_unless_rechecked() {
    let mut scene = Scene::with_articles(3);
    scene.crawl().await;
    scene.network.forget();
    scene.crawl().await;
    assert_eq!(scene.network.pages().len(), 1, "the start page alone");
    scene.settings.recheck = true;
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::Unchanged), 3);
}

#[tokio::test(start_paused = true)]
async fn many_articles_that_lead_to_one_notice_are_gone() {
    let scene = Scene::with_articles(9);
    scene.crawl().await;
    scene.wait(Duration::from_hours(24 * 31)).await;
    let notice = "http://expo.example.cn/public/tip.html";
    scene
        .network
        .says(notice, [Reply::page("<title>提示</title><p>系统升级</p>")]);
    for number in 1..=7 {
        scene
            .network
            .says(&article_url(number), [Reply::redirect(302, notice)]);
    }
    let moved = "http://expo.example.cn/news/80.html";
    scene.network.says(moved, [reads(A, 1)]);
    for number in [8, 9] {
        scene
            .network
            .says(&article_url(number), [Reply::redirect(302, moved)]);
    }
    let report = scene.crawl().await;
    // the first five could have been moved, and two have been
    assert_eq!(report.count(Outcome::Redirected), 5 + 2, "{report:?}");
    assert_eq!(report.count(Outcome::Gone), 2);
    let mut soft = 0;
    for number in 1..=9 {
        let looks = scene.looks(&article_url(number)).await;
        match looks[1].reason.as_deref() {
            Some("soft-404") => soft += 1,
            other => assert_eq!(other, None, "{number}"),
        }
        assert_eq!(scene.versions(&article_url(number)).await, 1);
    }
    assert_eq!(soft, 2);
}
