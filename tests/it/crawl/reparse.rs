//! What is kept, read anew: what a better reader finds, what it must not make of it, and that it does
//! nothing twice.

use std::time::Duration;

use zhanwen::archive::{KeptArticle, Library, PageId, PastPage, RereadScope};
use zhanwen::crawl::{Became, Reparse, Reparsed, Step, reparse, stop};
use zhanwen::model::{Outcome, PageKind};

use super::network::Reply;
use super::scene::{LIST, Scene, article, article_url, page};

const MONTH: Duration = Duration::from_hours(24 * 31);
const A: &str = "第一届展会在上海开幕。";
const B: &str = "第一届展会在北京开幕。";

/// Rules that take a wrong element for the title and know nothing of parts.
const POOR: &str = r#"
name = "示例会展"
hosts = ["expo.example.cn"]
start = ["http://expo.example.cn/news/"]
[list]
items = "ul.news li"
[article]
urls = ['^/news/\d+\.html$']
[fields]
title = "span.source"
publish_time = "span.time"
body = "div.text"
"#;

fn better() -> String {
    let better = POOR.replace("title = \"span.source\"", "title = \"h1\"");
    better.replace("[fields]", "next-part = \"p.parts\"\n[fields]")
}

/// What keeps other rules reads anew in `scene`, page by page, and keeps it or not.
async fn read_anew(scene: &Scene, keep: bool) -> Vec<Reparsed> {
    let world = scene.world();
    let work = Reparse {
        library: scene.archive.clone(),
        archive: keep.then_some(world.archive),
        rules: world.rules,
        clock: world.clock,
        scope: RereadScope::default(),
        jobs: 2,
        command_line: "zhanwen reparse".to_owned(),
    };
    let mut pages = Vec::new();
    let (_handle, never) = stop();
    let tell = |step| {
        if let Step::Page(page) = step {
            pages.push(*page);
        }
    };
    assert!(reparse(&work, tell, &never).await.unwrap());
    pages
}

/// Of those the ones that are read otherwise.
async fn news(scene: &Scene) -> Vec<Reparsed> {
    let pages = read_anew(scene, true).await;
    let failed: Vec<_> = pages
        .iter()
        .filter_map(|page| page.failed.clone())
        .collect();
    assert_eq!(failed, [] as [&str; 0]);
    pages.into_iter().filter(Reparsed::is_news).collect()
}

/// All that is kept of all pages.
async fn everything(scene: &Scene) -> Vec<(PastPage, Vec<KeptArticle>)> {
    let (library, scope) = (&scene.archive, RereadScope::default());
    let mut all = Vec::new();
    for page in library.past_pages(&scope, PageId(0), 99).await.unwrap() {
        let past = library.past(page).await.unwrap().unwrap();
        let mut versions = Vec::new();
        for version in &past.versions {
            let kept = library.article(page, Some(version.version_no)).await;
            versions.push(kept.unwrap().unwrap());
        }
        all.push((past, versions));
    }
    all
}

async fn version_numbers(scene: &Scene, url: &str) -> Vec<Option<u32>> {
    let looks = scene.looks(url).await;
    looks.iter().map(|look| look.version_no).collect()
}

async fn current(scene: &Scene, url: &str) -> KeptArticle {
    let page = scene.find(url).await;
    scene.archive.article(page, None).await.unwrap().unwrap()
}

/// Crawls once for each reply to the only article, a month apart.
async fn seen(rules: &str, replies: Vec<Reply>) -> Scene {
    let mut scene = Scene::with_articles(1).with_other_rules(&[("expo.toml", rules)]);
    scene.settings.recheck = true;
    let runs = replies.len();
    scene.network.says(&article_url(1), replies);
    for _ in 0..runs {
        scene.crawl().await;
        scene.wait(MONTH).await;
    }
    scene
}

fn reads(text: &str, views: u64) -> Reply {
    Reply::page(article("展会开幕", text, Some(views)))
}

#[tokio::test(start_paused = true)]
async fn better_rules_make_versions_and_no_change() {
    let url = article_url(1);
    let scene = seen(POOR, vec![reads(A, 1), reads(A, 2), reads(B, 3)]).await;
    assert_eq!(
        version_numbers(&scene, &url).await,
        [Some(1), Some(1), Some(2)]
    );
    assert_ne!(
        current(&scene, &url).await.reading.article.title.as_deref(),
        Some("展会开幕")
    );
    let due = current(&scene, &url).await;
    let scene = scene.with_other_rules(&[("expo.toml", &better())]);
    let asked = scene.network.asked().len();

    let dry = read_anew(&scene, false).await;
    assert_eq!(
        version_numbers(&scene, &url).await,
        [Some(1), Some(1), Some(2)],
        "a dry run keeps nothing"
    );
    let told = news(&scene).await;
    assert_eq!(
        format!("{dry:?}"),
        format!("{:?}", read_otherwise(&dry, &told))
    );
    assert_eq!(told.len(), 1);
    let fields: Vec<_> = told[0].fields.iter().copied().collect();
    assert_eq!(fields, ["title"]);
    assert_eq!((told[0].made, told[0].views, told[0].became), (2, 0, None));
    let change = &told[0].differences[0].diff.fields[0];
    assert_eq!(change.after.as_deref(), Some("展会开幕"));

    // each look saw what it saw, read by one reader: one edit, as before
    assert_eq!(
        version_numbers(&scene, &url).await,
        [Some(3), Some(3), Some(4)]
    );
    let kept = current(&scene, &url).await;
    assert_eq!((kept.version_no, kept.versions), (4, 4));
    assert_eq!(kept.reading.article.title.as_deref(), Some("展会开幕"));
    assert_eq!(kept.reading.article.views, Some(3));
    assert_eq!(kept.observed_at, due.observed_at);
    let views: Vec<_> = scene
        .looks(&url)
        .await
        .iter()
        .map(|look| look.views)
        .collect();
    assert_eq!(views, [Some(1), Some(2), Some(3)]);
    assert_eq!(scene.network.asked().len(), asked, "no host is asked");

    // a second time there is nothing left to do
    let before = everything(&scene).await;
    assert!(news(&scene).await.is_empty());
    assert_eq!(everything(&scene).await, before);

    // and the crawl finds the page as it is kept
    scene.crawl().await;
    let outcomes = scene.outcomes(&url).await;
    assert_eq!(outcomes.last(), Some(&Outcome::Unchanged), "{outcomes:?}");
    assert_eq!(scene.versions(&url).await, 4);
    assert!(news(&scene).await.is_empty());
}

/// The pages of `all` that are no news, and those of `news`.
fn read_otherwise(all: &[Reparsed], news: &[Reparsed]) -> Vec<Reparsed> {
    let same = |page: &Reparsed| {
        let found = news.iter().find(|one| one.url == page.url);
        found.unwrap_or(page).clone()
    };
    all.iter().map(same).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_crawl_took_for_an_edit_is_none_afterwards() {
    let url = article_url(1);
    let scene = seen(POOR, vec![reads(A, 1), reads(A, 1)]).await;
    let scene = scene.with_other_rules(&[("expo.toml", &better())]);
    scene.crawl().await;
    assert_eq!(
        version_numbers(&scene, &url).await,
        [Some(1), Some(1), Some(2)],
        "the crawl cannot tell the reader's work from an edit"
    );
    let told = news(&scene).await;
    assert_eq!((told.len(), told[0].made), (1, 0));
    assert_eq!(version_numbers(&scene, &url).await, [Some(2); 3]);
    let looks = scene.looks(&url).await;
    let kept = current(&scene, &url).await;
    assert_eq!(
        kept.observed_at, looks[0].fetched_at,
        "it was there at first"
    );
    assert!(news(&scene).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_same_rules_change_nothing_of_any_page() {
    let gone = Reply::status(404);
    let tagged = reads(B, 7).header("etag", "\"b\"");
    let replies = vec![
        reads(A, 1),
        reads(A, 2),
        tagged,
        Reply::status(304),
        gone,
        Reply::page("<title>404</title>"),
        reads(A, 9),
        Reply::status(500),
        reads("昨天，第一届展会开幕。", 9),
    ];
    let scene = seen(&better(), replies).await;
    let before = everything(&scene).await;
    assert!(before.len() >= 2, "the list is a page too");
    let told = news(&scene).await;
    assert!(told.is_empty(), "{told:#?}");
    assert_eq!(everything(&scene).await, before);
    // every body was read, but no body twice
    let read = read_anew(&scene, true).await;
    let article = read.iter().find(|one| one.url == page(&article_url(1)));
    assert_eq!(article.unwrap().answers, 6);
}

#[tokio::test(start_paused = true)]
async fn a_confirmed_page_follows_what_it_confirms() {
    let url = article_url(1);
    let page = Reply::page(article("展会开幕", A, None)).header("etag", "\"a\"");
    let scene = seen(POOR, vec![page, Reply::status(304)]).await;
    assert_eq!(scene.outcomes(&url).await[1], Outcome::NotModified);
    let scene = scene.with_other_rules(&[("expo.toml", &better())]);
    assert_eq!(news(&scene).await.len(), 1);
    assert_eq!(version_numbers(&scene, &url).await, [Some(2), Some(2)]);
}

#[tokio::test(start_paused = true)]
async fn an_article_is_found_and_lost_by_rules() {
    let url = article_url(1);
    let scene = seen(POOR, vec![reads(A, 1), reads(B, 2)]).await;
    // rules that make it a list: it is where they begin
    let list = POOR.replace(LIST, &url);
    let scene = scene.with_other_rules(&[("expo.toml", &list)]);
    let told = news(&scene).await;
    let lost = told.iter().find(|one| one.url == page(&url)).unwrap();
    assert_eq!(lost.became, Some(Became::NoArticle));
    assert_eq!(version_numbers(&scene, &url).await, [None, None]);
    let id = scene.find(&url).await;
    assert!(scene.archive.article(id, None).await.unwrap().is_none());
    let past = scene.archive.past(id).await.unwrap().unwrap();
    assert_eq!((past.kind, past.versions.len()), (PageKind::List, 2));
    assert!(news(&scene).await.is_empty());
    // and back: the very versions it had
    let scene = scene.with_other_rules(&[("expo.toml", POOR)]);
    let told = news(&scene).await;
    let found = told.iter().find(|one| one.url == page(&url)).unwrap();
    assert_eq!((found.became, found.made), (Some(Became::Article), 0));
    assert_eq!(version_numbers(&scene, &url).await, [Some(1), Some(2)]);
    let past = scene.archive.past(id).await.unwrap().unwrap();
    assert_eq!(past.kind, PageKind::Article);
}

const TEXTS: [&str; 2] = ["第一个展馆里全是机床。", "第二个展馆里全是刀具。"];

fn part_url(number: usize) -> String {
    match number {
        1 => article_url(1),
        number => format!("http://expo.example.cn/news/1_{number}.html"),
    }
}

fn part(number: usize, text: &str) -> Reply {
    let other = part_url(3 - number);
    let html = article("一天走完两个展馆", text, None);
    let html = html.replace("本届展会的规模", &format!("第{number}馆的规模"));
    Reply::page(html.replace(
        "</div></body>",
        &format!(
            "</div><p class=parts><a href='{other}'>{}</a></p></body>",
            3 - number
        ),
    ))
}

async fn body(scene: &Scene) -> String {
    let kept = current(scene, &part_url(1)).await;
    kept.reading.article.body_text.unwrap()
}

#[tokio::test(start_paused = true)]
async fn an_article_in_parts_is_put_together_from_what_is_kept() {
    let rules = better().replace("title = \"h1\"", "title = \"span.source\"");
    let mut scene = Scene::with_articles(1).with_other_rules(&[("expo.toml", &rules)]);
    scene.settings.recheck = true;
    scene.network.says(&part_url(1), [part(1, TEXTS[0])]);
    let edited = "第二个展馆里全是量具。";
    scene
        .network
        .says(&part_url(2), [part(2, TEXTS[1]), part(2, edited)]);
    scene.crawl().await;
    scene.wait(MONTH).await;
    scene.crawl().await;
    assert_eq!(
        version_numbers(&scene, &part_url(1)).await,
        [Some(1), Some(2)],
        "only its second part was edited"
    );
    assert!(news(&scene).await.is_empty());
    let scene = scene.with_other_rules(&[("expo.toml", &better())]);
    let told = news(&scene).await;
    assert_eq!((told.len(), told[0].made), (1, 2), "{told:#?}");
    assert_eq!(
        version_numbers(&scene, &part_url(1)).await,
        [Some(3), Some(4)]
    );
    let page = scene.find(&part_url(1)).await;
    let first = scene.archive.article(page, Some(3)).await.unwrap().unwrap();
    let first = first.reading.article.body_text.unwrap();
    assert!(
        first.contains(TEXTS[0]) && first.contains(TEXTS[1]),
        "{first}"
    );
    let second = body(&scene).await;
    assert!(
        second.contains(TEXTS[0]) && second.contains(edited),
        "{second}"
    );
    assert_eq!(version_numbers(&scene, &part_url(2)).await, [None, None]);
    assert!(news(&scene).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_part_that_nobody_asked_for_hides_no_edit() {
    let mut scene = Scene::with_articles(1).with_other_rules(&[("expo.toml", POOR)]);
    scene.settings.recheck = true;
    scene.network.says(
        &part_url(1),
        [part(1, TEXTS[0]), part(1, "第一个展馆里全是铣床。")],
    );
    scene.crawl().await;
    scene.wait(MONTH).await;
    scene.crawl().await;
    let scene = scene.with_other_rules(&[("expo.toml", &better())]);
    news(&scene).await;
    let seen = version_numbers(&scene, &part_url(1)).await;
    assert_eq!(seen, [Some(3), Some(4)]);
    let warnings = current(&scene, &part_url(1)).await.reading.warnings;
    assert!(warnings[0].starts_with("part-missing: "), "{warnings:?}");
    assert!(news(&scene).await.is_empty());
}
