//! Fifty crawls in a row, as cron starts them, over a site that publishes, edits, takes back,
//! removes, restores, counts, shifts its lists, loses its feed, breaks down and asks to be left alone:
//! what is kept is what was served.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Output;

use rusqlite::Connection;
use serde_json::Value;

use crate::cli::{Desk, said};
use crate::site::{Page, Site};

const CRAWLS: usize = 50;
/// Articles on one list page.
const LISTED: usize = 8;
/// Every fifth article is told of in the feed alone.
const FEED_ALONE: usize = 5;
const FEED: &str = "/feed.xml";
/// The rounds in which there is no feed.
const NO_FEED: std::ops::Range<usize> = 33..38;

/// What one article shows now, and what it has shown at the crawls so far.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is so or not, whatever the others are"
)]
struct Story {
    draft: u32,
    drafts: u32,
    views: u64,
    removed: bool,
    /// The server fails to give it at this round.
    broken: bool,
    /// Whether its page prints a number of views.
    counts: bool,
    /// Whether a crawl has come after what tells of it.
    told_of: bool,
    seen_drafts: Vec<u32>,
    seen_views: Vec<u64>,
    /// Rounds in a row that found it removed.
    missed: u32,
}

impl Story {
    fn page(&self, number: usize) -> Page {
        if self.broken {
            return Page::status(500);
        }
        if self.removed {
            return Page::status(404);
        }
        let draft = self.draft;
        let views = if self.counts {
            format!(" | 浏览次数：{}", self.views)
        } else {
            String::new()
        };
        let page = Page::html(format!(
            "<html><head><meta charset=utf-8><title>第{number}届展会开幕_示例会展</title></head>\
             <body><h1>第{number}届展会开幕</h1>\
             <div class=info>来源：示例会展 | 发布时间：2026-06-08{views}</div>\
             <div class=content><p>第{number}届展会的第{draft}稿：组委会今天公布第一批参展商名录，三百二十家企业\
             确认参展，展位预订率超过九成。</p><p>第二批名录将于七月初公布，已经列入名录的企业如需修改展品信息，\
             请在月底之前提交申请。</p></div></body></html>"
        ));
        page.tagged(&format!(
            "{draft}-{}",
            if self.counts { self.views } else { 0 }
        ))
    }

    /// What a crawl that looks now sees.
    fn look(&mut self) {
        if self.broken || !self.told_of {
            return;
        }
        if self.removed {
            self.missed += 1;
            return;
        }
        self.missed = 0;
        if self.seen_drafts.last() != Some(&self.draft) {
            self.seen_drafts.push(self.draft);
        }
        if self.counts && self.seen_views.last() != Some(&self.views) {
            self.seen_views.push(self.views);
        }
    }
}

/// The site with its editors.
struct Newsroom {
    site: Site,
    stories: BTreeMap<usize, Story>,
    has_feed: bool,
    chance: fastrand::Rng,
}

impl Newsroom {
    fn open() -> Self {
        let mut room = Self {
            site: Site::start(),
            stories: BTreeMap::new(),
            has_feed: true,
            chance: fastrand::Rng::with_seed(20_261_123),
        };
        for _ in 0..12 {
            room.publish();
        }
        room.put_up();
        room
    }

    fn publish(&mut self) {
        let number = self.stories.len() + 1;
        let story = Story {
            draft: 1,
            drafts: 1,
            views: 10,
            counts: !number.is_multiple_of(3),
            ..Story::default()
        };
        self.stories.insert(number, story);
    }

    /// A story picked by chance.
    fn any(&mut self) -> &mut Story {
        let number = self.chance.usize(1..=self.stories.len());
        self.stories.get_mut(&number).unwrap()
    }

    /// What happens between two crawls.
    fn day(&mut self, round: usize) {
        if self.chance.u8(0..10) < 6 {
            self.publish();
        }
        for story in self.stories.values_mut() {
            story.broken = false;
            if self.chance.u8(0..10) < 3 {
                story.views += self.chance.u64(1..40);
            }
        }
        let story = self.any();
        story.drafts += 1;
        story.draft = story.drafts;
        let story = self.any();
        story.draft = 1;
        if round.is_multiple_of(4) {
            self.any().removed = true;
        }
        if round.is_multiple_of(6) {
            for story in self.stories.values_mut() {
                story.removed = false;
            }
        }
        if (20..24).contains(&round) {
            self.any().broken = true;
        }
        self.has_feed = !NO_FEED.contains(&round);
        if round == NO_FEED.start {
            // one that nobody can know of for now
            self.publish();
            while !self.stories.len().is_multiple_of(FEED_ALONE) {
                self.publish();
            }
        }
    }

    /// The pages as they are now. The newest story leads the first list page, so each new one
    /// shifts all the others.
    fn put_up(&self) {
        for (number, story) in &self.stories {
            self.site.put(&path(*number), story.page(*number));
        }
        self.put_up_feed();
        let numbers: Vec<usize> = self.stories.keys().rev().copied().collect();
        let numbers: Vec<usize> = numbers
            .into_iter()
            .filter(|number| is_listed(*number))
            .collect();
        let lists = numbers.chunks(LISTED).count();
        for (at, chunk) in numbers.chunks(LISTED).enumerate() {
            let mut html = "<meta charset=utf-8><title>新闻中心</title><ul class=news>".to_owned();
            for number in chunk {
                write!(
                    html,
                    "<li><a href='{}'>第{number}届展会开幕了</a>",
                    path(*number)
                )
                .unwrap();
            }
            html.push_str("</ul>");
            if at + 1 < lists {
                write!(
                    html,
                    "<a class=next href='{}'>下一页</a>",
                    list_path(at + 1)
                )
                .unwrap();
            }
            self.site.put(&list_path(at), Page::html(html));
        }
    }

    fn put_up_feed(&self) {
        if !self.has_feed {
            self.site.put(FEED, Page::status(404));
            return;
        }
        let mut xml = "<?xml version='1.0'?><rss version='2.0'><channel>".to_owned();
        for number in self
            .stories
            .keys()
            .rev()
            .filter(|number| !is_listed(**number))
        {
            let url = self.site.url(&path(*number));
            write!(xml, "<item><title>展会</title><link>{url}</link></item>").unwrap();
        }
        self.site.put(FEED, Page::html(xml + "</channel></rss>"));
    }

    /// Whatever is asked for is answered so.
    fn answer_all(&self, page: &Page) {
        for number in self.stories.keys() {
            self.site.put(&path(*number), page.clone());
        }
        for at in 0..self.stories.len().div_ceil(LISTED) {
            self.site.put(&list_path(at), page.clone());
        }
        self.site.put(FEED, page.clone());
    }

    /// A crawl that is answered so, after `requests` of which the host is left alone; one that
    /// leaves it alone; and some hours. Answers why it was left alone.
    fn rests(&self, desk: &Desk, page: &Page, requests: usize) -> String {
        self.answer_all(page);
        let before = self.site.asked().len();
        assert_eq!(crawl(desk, &["--recheck"]).status.code(), Some(4));
        assert_eq!(self.site.asked().len(), before + requests);
        self.put_up();
        let resting = report(&crawl(desk, &["--recheck"]));
        assert_eq!(
            self.site.asked().len(),
            before + requests,
            "a resting host is not asked"
        );
        let left = resting.get("left_due").and_then(Value::as_u64);
        assert!(left.is_some_and(|left| left > 20), "{resting}");
        archive(desk)
            .execute(
                "UPDATE host SET resting_until = NULL, failures_in_a_row = 0",
                [],
            )
            .unwrap();
        let why = resting.pointer("/resting/0/reason").and_then(Value::as_str);
        why.unwrap().to_owned()
    }

    fn rules(&self) -> String {
        format!(
            "name = '示例会展'\nhosts = ['{}']\nstart = '{}'\nfeeds = '{}'\n\
             [list]\nitems = 'ul.news > li'\nnext = 'a.next'\nurls = '^/news/(list_\\d+\\.html)?$'\n\
             [article]\nurls = '^/news/\\d+\\.html$'\n",
            self.site.url("").trim_start_matches("http://"),
            self.site.url("/news/"),
            self.site.url(FEED)
        )
    }
}

const fn is_listed(number: usize) -> bool {
    !number.is_multiple_of(FEED_ALONE)
}

fn path(number: usize) -> String {
    format!("/news/{number}.html")
}

fn list_path(at: usize) -> String {
    if at == 0 {
        "/news/".to_owned()
    } else {
        format!("/news/list_{}.html", at + 1)
    }
}

fn crawl(desk: &Desk, flags: &[&str]) -> Output {
    let mut args = vec!["crawl", "--json"];
    args.extend(flags);
    let output = desk.on_loopback(&args);
    assert_ne!(output.status.code(), Some(1), "{}", said(&output));
    output
}

fn report(output: &Output) -> Value {
    assert!(!output.stdout.is_empty(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn archive(desk: &Desk) -> Connection {
    Connection::open(desk.path("archive.db")).unwrap()
}

fn column<T: rusqlite::types::FromSql>(archive: &Connection, sql: &str, url: &str) -> Vec<T> {
    let mut statement = archive.prepare(sql).unwrap();
    let rows = statement.query_map([url], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The number of the draft that a text is.
fn draft_of(body: &str) -> u32 {
    let (_, after) = body.split_once("的第").unwrap();
    after.split_once('稿').unwrap().0.parse().unwrap()
}

#[test]
fn fifty_crawls_of_a_changing_site_keep_exactly_what_it_published() {
    let (desk, mut room) = (Desk::new(), Newsroom::open());
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(desk.path("selectors/moving.toml"), room.rules()).unwrap();
    let mut late = 0;
    for round in 0..CRAWLS {
        if round > 0 {
            room.day(round);
            room.put_up();
        }
        if round == 30 {
            let why = room.rests(&desk, &Page::status(500), 5);
            assert!(why.contains("5 failures in a row"), "{why}");
        }
        if round == 42 {
            let mut busy = Page::status(429);
            busy.headers.push(("retry-after", "7200".to_owned()));
            let why = room.rests(&desk, &busy, 1);
            assert!(why.contains("429"), "{why}");
        }
        let crawled = crawl(&desk, &["--recheck"]);
        if NO_FEED.contains(&round) {
            // what is missing is news; the lists are there
            assert_eq!(crawled.status.code(), Some(0), "{}", said(&crawled));
        }
        for (number, story) in &mut room.stories {
            story.told_of |= room.has_feed || is_listed(*number);
            late += usize::from(!story.told_of);
            story.look();
        }
    }
    assert!(late >= NO_FEED.len(), "{late}: a story waited for the feed");
    let archive = archive(&desk);
    let mut versions = 0;
    for (number, story) in &room.stories {
        let url = room.site.url(&path(*number));
        let sql = "SELECT v.body_text FROM v_timeline t JOIN version v ON v.id = t.version_id
                   WHERE t.url = ?1 ORDER BY t.fetch_id";
        let kept: Vec<String> = column(&archive, sql, &url);
        let kept: Vec<u32> = kept.iter().map(|body| draft_of(body)).collect();
        assert_eq!(kept, story.seen_drafts, "{url}: every turn, in order");
        let mut distinct = kept.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let numbers: Vec<u32> = column(
            &archive,
            "SELECT version_no FROM v_versions WHERE url = ?1 ORDER BY version_no",
            &url,
        );
        assert_eq!(
            numbers.len(),
            distinct.len(),
            "{url}: a text is one version"
        );
        versions += numbers.len();
        let sql = "SELECT views FROM v_views WHERE url = ?1 ORDER BY fetched_at";
        let mut views: Vec<u64> = column::<i64>(&archive, sql, &url)
            .into_iter()
            .map(|views| u64::try_from(views).unwrap())
            .collect();
        views.dedup();
        assert_eq!(views, story.seen_views, "{url}: every count that was shown");
        let gone: Vec<Option<String>> = column(
            &archive,
            "SELECT gone_at FROM v_articles WHERE url = ?1",
            &url,
        );
        assert_eq!(gone.len(), 1, "{url} is kept once");
        assert_eq!(gone[0].is_some(), story.missed >= 2, "{url}: {story:?}");
    }
    let number = |sql: &str| -> i64 { archive.query_row(sql, [], |row| row.get(0)).unwrap() };
    let stories = i64::try_from(room.stories.len()).unwrap();
    assert!(stories > 30 && versions > 60, "{stories} {versions}");
    assert_eq!(number("SELECT count(*) FROM v_articles"), stories);
    assert_eq!(
        number("SELECT count(*) FROM version"),
        i64::try_from(versions).unwrap()
    );
    let twice =
        "SELECT count(*) FROM (SELECT 1 FROM fetch WHERE outcome NOT IN ('failed', 'blocked')
                 GROUP BY page_id, run_id HAVING count(*) > 1)";
    assert_eq!(number(twice), 0, "no page is looked at twice in a run");
    assert_eq!(number("SELECT count(*) FROM lease"), 0);
    unchanged(&desk, &room, versions);
}

/// One more crawl in which nothing has changed.
#[expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    reason = "how long it takes is what is asked, and an absent number fails the test"
)]
fn unchanged(desk: &Desk, room: &Newsroom, versions: usize) {
    let known = room.stories.len() + room.stories.len().div_ceil(LISTED);
    let before = room.site.asked().len();
    let begun = std::time::Instant::now();
    let report = report(&crawl(desk, &[]));
    let took = begun.elapsed();
    let asked = room.site.asked().split_off(before);
    let in_full = asked.iter().filter(|asked| asked.status == 200).count();
    assert!(
        in_full * 20 <= known,
        "{in_full} of {known} pages were sent again: {asked:?}"
    );
    assert_eq!(report["new_pages"], 0);
    let kept: i64 = archive(desk)
        .query_row("SELECT count(*) FROM version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(kept, i64::try_from(versions).unwrap(), "no new version");
    assert!(took.as_secs() < 20, "{took:?}");
}

#[test]
fn a_second_look_at_everything_is_answered_by_not_modified() {
    let (desk, room) = (Desk::new(), Newsroom::open());
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(desk.path("selectors/still.toml"), room.rules()).unwrap();
    crawl(&desk, &[]);
    let report = report(&crawl(&desk, &["--recheck"]));
    assert_eq!(
        report["outcomes"]["not_modified"].as_u64(),
        Some(12),
        "{report}"
    );
    assert_eq!(report["outcomes"]["new"], 0);
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is asked"
)]
fn a_run_whose_time_is_up_ends_in_order_and_the_next_goes_on() {
    let (desk, room) = (Desk::new(), Newsroom::open());
    std::fs::create_dir(desk.path("selectors")).unwrap();
    std::fs::write(desk.path("selectors/slow.toml"), room.rules()).unwrap();
    let loopback = ["--allow-net", "127.0.0.0/8"];
    let mut args = vec!["crawl", "--json", "--interval", "30", "--max-time", "2s"];
    args.extend(loopback);
    let begun = std::time::Instant::now();
    let output = desk.run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(
        begun.elapsed().as_secs() < 20,
        "it does not wait for the host"
    );
    let first = report(&output);
    assert_eq!(first["used_up"], "time", "{first}");
    assert_eq!(first["interrupted"], false);
    archive(&desk)
        .execute("UPDATE host SET earliest_at = NULL", [])
        .unwrap();
    let then = report(&crawl(&desk, &[]));
    assert_eq!(then["outcomes"]["new"], 12, "{then}");
    assert_eq!(then["used_up"], Value::Null);
}
