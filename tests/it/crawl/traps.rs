//! Sites that lead on and on: the crawl ends by itself, says so, and has every article there is.

use std::fmt::Write as _;

use zhanwen::model::NoticeKind;

use super::network::{Answers, Reply};
use super::scene::{Scene, article};

const START: &str = "http://www.trap.example.cn/news/";

/// Five real articles, and a way into a trap.
fn start_page(trap: &str) -> Reply {
    let mut html = "<title>新闻中心</title><ul class=news>".to_owned();
    for number in 101..=105 {
        write!(
            html,
            "<li><a href='/news/{number}.html'>第{number}届示例展览会开幕</a> 2026-11-20</li>"
        )
        .unwrap();
    }
    Reply::page(html + "</ul>" + trap)
}

fn real(path: &str) -> Option<Reply> {
    let number: u32 = path
        .strip_prefix("/news/")?
        .strip_suffix(".html")?
        .parse()
        .ok()?;
    let text = format!("第{number}届展会今天开幕，共有五百家企业参展。");
    let page = article(&format!("第{number}届示例展览会开幕"), &text, None);
    (101..=105).contains(&number).then(|| Reply::page(page))
}

/// Crawls a site that answers so; the notices of traps and how many pages were asked for. All five
/// articles must be there.
async fn crawl(answers: Answers) -> (Vec<(String, String)>, usize) {
    let rules = format!(
        "name = '示例'\nhosts = ['*.trap.example.cn']\nstart = '{START}'\n\
         [list]\nurls = '^/(list|calendar|s|x|page|a|b|tag)[/.?]|^/news/(\\?|$)'\n\
         [article]\nurls = '^/news/.*\\d+\\.html'\n"
    );
    let scene = Scene::with_rules(&[("trap.toml", &rules)]);
    scene.network.answers(answers);
    let report = scene.run(scene.sites(&["trap"])).await;
    for number in 101..=105 {
        let url = format!("http://www.trap.example.cn/news/{number}.html");
        assert_eq!(scene.versions(&url).await, 1, "{url}");
    }
    let told = report
        .notices()
        .filter(|notice| notice.kind == NoticeKind::Trap);
    let told: Vec<_> = told
        .map(|notice| (notice.url.to_string(), notice.message.clone()))
        .collect();
    (told, scene.network.pages().len())
}

/// The path and query of an address on the site.
fn path(url: &str) -> &str {
    let rest = url.strip_prefix("http://").unwrap();
    &rest[rest.find('/').unwrap()..]
}

#[tokio::test(start_paused = true)]
async fn a_calendar_ends() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page("<a href='/calendar/2026/11/'>活动</a>")),
        month if month.starts_with("/calendar/") => {
            let parts: Vec<u32> = month
                .split('/')
                .filter_map(|part| part.parse().ok())
                .collect();
            let [year, month] = parts[..] else {
                return None;
            };
            let (ahead, back) = (year * 12 + month, year * 12 + month - 2);
            let link = |months: u32| {
                format!(
                    "<a href='/calendar/{}/{}/'>月</a>",
                    months / 12,
                    months % 12 + 1
                )
            };
            Some(Reply::page(link(ahead) + &link(back)))
        }
        other => real(other),
    })
    .await;
    assert!(asked < 60, "{asked}");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "http://*.trap.example.cn/calendar/*/*/");
}

#[tokio::test(start_paused = true)]
async fn months_that_are_far_away_are_not_asked_for() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page(
            "<a href='/calendar?month=2033-01'>活动</a><a href='/calendar?month=1900-01'>活动</a>",
        )),
        other => real(other),
    })
    .await;
    assert_eq!(asked, 6);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("calendar"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn folders_that_grow_end() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page("<a href='/a/b/'>活动</a>")),
        grows if grows.starts_with("/a/") => Some(Reply::page("<a href='a/b/'>活动</a>")),
        other => real(other),
    })
    .await;
    assert!(asked < 12, "{asked}");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.contains("repeat their own folders"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn queries_that_feed_on_themselves_end() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page("<a href='/tag?t=a'>活动</a>")),
        grows if grows.starts_with("/tag?") => {
            let html = format!("<a href='{grows}&t=a'>活动</a><a href='{grows}&t=b'>活动</a>");
            Some(Reply::page(html))
        }
        other => real(other),
    })
    .await;
    assert!(asked < 20, "{asked}");
    assert!(
        told[0].1.contains("repeat their own parameters"),
        "{told:?}"
    );
}

/// Twelve links to the start list, each with a session of its own.
fn sessions(of: &str) -> String {
    let mut links = String::new();
    for n in 0..12 {
        let mix = |sum: u64, byte: u8| sum * 31 % 99_991 + u64::from(byte);
        let token = of.bytes().fold(n + 7, mix);
        write!(links, "<a href='/s?k=t{token}x{n}'>新闻</a>").unwrap();
    }
    links
}

#[tokio::test(start_paused = true)]
async fn sessions_end() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page(&sessions(""))),
        session if session.starts_with("/s?k=") => Some(start_page(&sessions(session))),
        other => real(other),
    })
    .await;
    assert!(asked < 60, "{asked}");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].0, "http://*.trap.example.cn/s?k=*");
}

fn pager(url: &str, articles: bool) -> Option<Reply> {
    let number = |page: &str| -> u32 { page.trim_start_matches("/news/?page=").parse().unwrap() };
    match path(url) {
        "/news/" => Some(start_page("<a href='/news/?page=2'>下一页</a>")),
        page if page.starts_with("/news/?page=") => {
            let next = format!("<a href='/news/?page={}'>下一页</a>", number(page) + 1);
            Some(if articles {
                start_page(&next)
            } else {
                Reply::page(next)
            })
        }
        other => real(other),
    }
}

#[tokio::test(start_paused = true)]
async fn a_pager_without_an_end_ends() {
    for answers in [|url: &str| pager(url, true), |url: &str| pager(url, false)] {
        let (told, asked) = crawl(answers).await;
        assert!(asked < 12, "{asked}");
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, "http://*.trap.example.cn/news/?page=*");
    }
}

#[tokio::test(start_paused = true)]
async fn one_article_under_a_thousand_slugs_is_asked_for_a_few_times() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => {
            let slugs = (0..1000).map(|n| {
                format!(
                    "<li><a href='/news/s{n}-about-expo-{}.html'>示例展览会开幕的消息</a>",
                    103 + n % 2
                )
            });
            Some(start_page(&slugs.collect::<String>()))
        }
        slug if slug.contains("-about-expo-") => {
            let number = slug.rsplit_once('-')?.1;
            real(&format!("/news/{number}"))
        }
        other => real(other),
    })
    .await;
    assert!(asked < 20, "{asked}");
    assert_eq!(told.len(), 1, "both are of one kind: {told:?}");
    assert!(told[0].1.contains("one text over and over"), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn hosts_without_end_end() {
    let (told, asked) = crawl(|url| {
        let host = url
            .strip_prefix("http://")
            .unwrap()
            .split('/')
            .next()
            .unwrap();
        let number: u32 = host
            .trim_start_matches('h')
            .split('.')
            .next()
            .and_then(|name| name.parse().ok())
            .unwrap_or(0);
        match path(url) {
            "/news/" => {
                let links = (1..=5).map(|n| {
                    let next = number * 5 + n;
                    format!("<a href='http://h{next}.trap.example.cn/news/'>新闻</a>")
                });
                Some(start_page(&links.collect::<String>()))
            }
            other => real(other),
        }
    })
    .await;
    assert!(asked < 120, "{asked}");
    assert!(!told.is_empty() && told.len() <= 6, "{told:?}");
    assert!(
        told.iter()
            .all(|(url, _)| url.starts_with("http://*.trap.example.cn/news/")),
        "{told:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_archive_of_four_hundred_pages_is_walked_to_its_end() {
    let (told, asked) = crawl(|url| match path(url) {
        "/news/" => Some(start_page("<a href='/page/2/'>下一页</a>")),
        page if page.starts_with("/page/") => {
            let number: u32 = page
                .trim_matches(|sign: char| !sign.is_ascii_digit())
                .parse()
                .unwrap();
            let next = if number < 400 {
                format!("<a href='/page/{}/'>下一页</a>", number + 1)
            } else {
                String::new()
            };
            let own =
                format!("<li><a href='/news/x{number}-1.html'>第{number}页的一条展会新闻</a></li>");
            Some(start_page(&(own + &next)))
        }
        // gone long ago
        other => real(other),
    })
    .await;
    assert_eq!(told, []);
    assert_eq!(asked, 1 + 399 + 399 + 5);
}
