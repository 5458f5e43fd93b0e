//! How small bodies are kept in SQLite: a dictionary for each site, re-fetches against the first body.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use zhanwen::archive::{ArchiveError, Observation, RunEnd, RunEnding, RunReport};
use zhanwen::model::{ContentHash, Outcome};
use zhanwen::store::sqlite::SqliteArchive;

use crate::real_time::{now, pause};

use super::scene::{Scene, Seen, at};

/// Words of the trade, of which texts are made.
const WORDS: &str = "展览 展会 会议 主办 承办 参展商 观众 展位 布展 开幕 闭幕 论坛 峰会 场馆 广场 国际 \
    博览会 采购 签约 品牌 设计 搭建 物流 报名 名录 通知 公告 日程 嘉宾 媒体 记者 报道 现场 企业 产品 技术 \
    创新 市场 行业 协会 合作 交流 服务 平台 城市 经济 发展 同比 增长 面积 平方米 届 万 人次 今年 昨日 上午 \
    在 的 了 与 将 为 等 于 共 达 由 和";

/// A page of a site with a template, as builders print them: menus, a list, styles and scripts around a
/// text of its own.
pub(super) fn page(number: u64, counter: u64) -> String {
    let mut random = fastrand::Rng::with_seed(number);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    // the same on every page, as the names of a build's files are
    let mut template = fastrand::Rng::with_seed(0);
    let mut menu = String::new();
    for (n, word) in words.iter().enumerate() {
        let item = format!(
            "<link href=\"/static/{:016x}{:016x}.css\"><li class=\"nav-item item-{n}\">\
             <a href=\"/column/{n}/\" title=\"{word}\">\
             <span class=\"icon-{n}\"></span>{word}栏目</a></li>\n\
             <style>.item-{n} {{ float: left; width: {}px; }}</style>\n\
             <script>var group{n} = {{ id: {}, speed: 500 }};</script>\n",
            template.u64(..),
            template.u64(..),
            n * 7 % 90 + 60,
            n * 7919,
        );
        menu.push_str(&item);
    }
    let text: String = (0..250)
        .map(|_| words[random.usize(..words.len())])
        .collect();
    format!(
        "<html><head><title>公告{number}</title></head><ul>{menu}</ul><p>{text}</p>\
         <script>var id = {number};</script><p>浏览次数：{counter}</p></html>"
    )
}

/// Pages that have nothing in common.
fn noise(number: u64) -> String {
    let mut random = fastrand::Rng::with_seed(number);
    (0..2000).map(|_| random.alphanumeric()).collect()
}

fn gzip(body: &str) -> usize {
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(6));
    packer.write_all(body.as_bytes()).unwrap();
    packer.finish().unwrap().len()
}

pub(super) fn number(path: &Path, sql: &str) -> usize {
    let connection = Connection::open(path).unwrap();
    let number: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    usize::try_from(number).unwrap()
}

/// Waits until so many attempts at a dictionary are kept, which another thread makes.
pub(super) fn wait_for_attempts(path: &Path, attempts: usize) {
    let asked = now();
    while number(path, "SELECT count(*) FROM dict") < attempts {
        assert!(asked.elapsed() < Duration::from_mins(2), "no dictionary");
        pause(20);
    }
}

/// An archive with `pages` looked at; after fifty the dictionary that is then in hand is waited for.
async fn kept(pages: u64, body: fn(u64) -> String) -> (Scene, PathBuf) {
    let scene = Scene::in_sqlite();
    let path = scene.folder.as_ref().unwrap().path().join("archive.db");
    let run = scene.run().await;
    for n in 0..pages {
        let url = format!("https://expo.example.cn/{n}");
        let seen = Seen::article(Outcome::New, "甲", None).with_body(&body(n));
        scene
            .look_in(run, &url, i64::try_from(n).unwrap(), seen)
            .await;
        if n == 49 {
            wait_for_attempts(&path, 1);
        }
    }
    (scene, path)
}

async fn is_read_back(scene: &Scene, body: String) {
    let back = scene.library.entity(ContentHash::of(body.as_bytes())).await;
    assert_eq!(back.unwrap(), Some(Bytes::from(body)));
}

#[tokio::test]
async fn a_site_of_300_pages_is_kept_below_nine_twentieths_of_gzip_and_read_back() {
    let (scene, path) = kept(300, |n| page(n, 1)).await;
    let gzipped: usize = (0..300).map(|n| gzip(&page(n, 1))).sum();
    let bytes = number(
        &path,
        "SELECT (SELECT sum(length(data)) FROM blob) + (SELECT sum(length(data)) FROM dict)",
    );
    assert!(bytes * 100 < gzipped * 45, "{bytes} of {gzipped} bytes");
    // the first fifty too, which were kept before there was a dictionary
    let others = number(
        &path,
        "SELECT count(*) FROM blob WHERE codec <> 'zstd+dict'",
    );
    assert_eq!(others, 0);
    for n in [0, 30, 299] {
        is_read_back(&scene, page(n, 1)).await;
    }
    // and a counter that moves takes next to nothing against a base that needs the dictionary
    let seen = Seen::article(Outcome::ViewsOnly, "甲", Some(2)).with_body(&page(7, 2));
    scene.look("https://expo.example.cn/7", 1000, seen).await;
    let bytes = number(
        &path,
        "SELECT length(data) FROM blob WHERE codec = 'zstd+base'",
    );
    assert!(bytes <= 80, "{bytes} bytes");
    is_read_back(&scene, page(7, 2)).await;
}

#[tokio::test]
async fn a_site_whose_pages_have_nothing_in_common_gets_no_dictionary() {
    let (scene, path) = kept(60, noise).await;
    let attempts = number(&path, "SELECT count(*) FROM dict WHERE data IS NULL");
    assert_eq!(attempts, 1, "tried once, and not with each page again");
    assert_eq!(number(&path, "SELECT count(dict_id) FROM site"), 0);
    is_read_back(&scene, noise(5)).await;
}

#[tokio::test]
async fn a_site_that_changed_its_template_gets_another_dictionary() {
    fn redesigned(n: u64) -> String {
        if n < 50 {
            return page(n, 1);
        }
        let menu: Vec<String> = (0..300_u32)
            .map(|n| {
                let key = n.wrapping_mul(2_246_822_519);
                format!("<div data-key='{key}'><i>频道{n}</i></div>")
            })
            .collect();
        let menu = menu.concat();
        format!(
            "{menu}{}",
            page(n, 1)
                .replace("nav-item", "x")
                .replace("column", "y")
                .replace("group", "z")
        )
    }
    let (scene, path) = kept(200, redesigned).await;
    wait_for_attempts(&path, 2);
    drop((scene.archive, scene.other));
    assert_eq!(number(&path, "SELECT count(data) FROM dict"), 2);
    // what was kept with the first is read with the first
    let first = number(&path, "SELECT count(*) FROM blob WHERE dict_id = 1");
    assert!(first >= 50, "{first}");
    for n in [3, 60, 199] {
        let body = redesigned(n);
        let back = scene.library.entity(ContentHash::of(body.as_bytes())).await;
        assert_eq!(back.unwrap(), Some(Bytes::from(body)));
    }
}

#[tokio::test]
async fn a_dictionary_that_is_gone_is_named() {
    // a site of its own: dictionaries stay ready in the process
    let (scene, path) = kept(51, |n| page(n + 9000, 1)).await;
    drop((scene.archive, scene.other));
    let connection = Connection::open(&path).unwrap();
    connection
        .execute("UPDATE dict SET data = x'00', sha256 = zeroblob(32)", [])
        .unwrap();
    let hash = ContentHash::of(page(9003, 1).as_bytes());
    let found = scene.library.entity(hash).await;
    assert!(
        matches!(&found, Err(ArchiveError::Helpless { hash: asked, helper, .. })
            if *asked == hash && helper == "dictionary 1"),
        "{found:?}"
    );
}

/// The headers of one day's answer, as of a server with sessions behind a cache: the date, two
/// cookies and a number of the request differ each day.
fn headers_of(day: u64) -> Vec<(&'static str, String)> {
    let mut random = fastrand::Rng::with_seed(day + 77);
    // the server's clock is a little ahead
    let instant = at(i64::try_from(day).unwrap() * 86_400 + random.i64(..).rem_euclid(3));
    let instant = instant.as_jiff();
    let date = instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let word = |random: &mut fastrand::Rng, letters: usize| -> String {
        (0..letters).map(|_| random.lowercase()).collect()
    };
    vec![
        ("server", "nginx/1.18.0".to_owned()),
        ("date", date.clone()),
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("transfer-encoding", "chunked".to_owned()),
        ("connection", "keep-alive".to_owned()),
        ("vary", "Accept-Encoding".to_owned()),
        ("x-powered-by", "PHP/7.4.33".to_owned()),
        ("expires", "Thu, 19 Nov 1981 08:52:00 GMT".to_owned()),
        (
            "cache-control",
            "no-store, no-cache, must-revalidate".to_owned(),
        ),
        ("pragma", "no-cache".to_owned()),
        (
            "set-cookie",
            format!("PHPSESSID={}; path=/; HttpOnly", word(&mut random, 26)),
        ),
        (
            "set-cookie",
            format!(
                "visit={}; Max-Age=86400; path=/",
                random.u64(1_000_000..9_999_999)
            ),
        ),
        ("content-encoding", "gzip".to_owned()),
        ("x-request-id", word(&mut random, 16)),
    ]
}

#[tokio::test]
async fn a_year_of_looks_at_one_page_takes_less_than_200_kb() {
    let mut scene = Scene::in_sqlite();
    let path = scene.folder.as_ref().unwrap().path().join("archive.db");
    // fifty thousand bytes, as a page of a company's site has
    let rest: String = (2..5).map(|n| page(n, 0)).collect();
    let body = |day: u64| page(1, 1000 + day) + &rest;
    let length = body(0).len();
    assert!(length >= 50_000, "{length} bytes");
    let url = "https://expo.example.cn/news/show.php?itemid=20251";
    let mut before = 0;
    for day in 0..=365_u64 {
        let outcome = if day == 0 {
            Outcome::New
        } else {
            Outcome::ViewsOnly
        };
        let headers = headers_of(day);
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let mut seen = Seen::article(outcome, "参展商名录公布", Some(1000 + day))
            .with_body(&body(day))
            .with_headers(&headers);
        if let Observation::Answered(answer) = &mut seen.observation {
            // gzip on the wire is other bytes than the body
            answer.wire_hash = ContentHash::of(&day.to_be_bytes());
        }
        let now = i64::try_from(day).unwrap() * 86_400;
        let run = scene.run().await;
        scene.look_in(run, url, now, seen).await;
        let ending = RunEnding {
            end: RunEnd::Completed,
            at: at(now + 5),
            error: None,
            report: Some(RunReport {
                new_pages: Some(0),
                left_due: Some(0),
                ..RunReport::default()
            }),
        };
        scene.archive.end_run(run, ending).await.unwrap();
        if day == 0 || day == 365 {
            // the file is the archive once nobody works on it
            let library = Arc::clone(&scene.library);
            let folder = scene.folder.take();
            drop(scene);
            let bytes = std::fs::metadata(&path).unwrap().len();
            if day == 0 {
                before = bytes;
            } else {
                let grown = bytes - before;
                // of a round there is one row for all pages it looked at
                let runs = "SELECT sum(pgsize) FROM dbstat WHERE name = 'run'";
                let runs = u64::try_from(number(&path, runs)).unwrap();
                assert!(
                    grown - runs < 200_000,
                    "{grown} bytes, {runs} of the rounds"
                );
                assert!(runs < 60_000, "{runs} bytes");
            }
            scene = Scene {
                archive: Arc::new(SqliteArchive::open(&path).unwrap()),
                other: Arc::new(SqliteArchive::open(&path).unwrap()),
                library,
                folder,
            };
        }
    }
    assert_eq!(number(&path, "SELECT count(*) FROM version"), 1);
    assert_eq!(number(&path, "SELECT count(*) FROM v_views"), 366);
    let largest = "SELECT max(length(data)) FROM blob WHERE codec = 'zstd+base'";
    assert!(number(&path, largest) <= 80);
    // as they were received, in SQL and in the program
    let connection = Connection::open(&path).unwrap();
    let mut statement = connection
        .prepare("SELECT headers FROM v_fetches ORDER BY fetch_id")
        .unwrap();
    let shown: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let past = scene.library.past(scene.find(url).await).await;
    let looks = past.unwrap().unwrap().looks;
    for (day, (shown, look)) in (0..).zip(shown.iter().zip(&looks)) {
        let headers = headers_of(day);
        let fields: Vec<[&str; 2]> = headers
            .iter()
            .map(|(name, value)| [*name, value.as_str()])
            .collect();
        let sent: serde_json::Value = serde_json::json!(fields);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(shown).unwrap(),
            sent
        );
        assert_eq!(look.headers.first("date"), Some(fields[1][1]));
        assert_eq!(look.headers.iter().count(), 14);
    }
}

#[tokio::test]
async fn of_two_who_train_for_one_site_one_is_heard() {
    let mut scene = Scene::in_sqlite();
    let path = scene.folder.as_ref().unwrap().path().join("archive.db");
    let run = scene.run().await;
    for n in 0..120 {
        let url = format!("https://expo.example.cn/{n}");
        let seen = Seen::article(Outcome::New, "甲", None).with_body(&page(n, 1));
        scene
            .look_in(run, &url, i64::try_from(n).unwrap(), seen)
            .await;
        // each handle has a writer and a trainer of its own, as each process has
        std::mem::swap(&mut scene.archive, &mut scene.other);
    }
    wait_for_attempts(&path, 1);
    drop((scene.archive, scene.other));
    assert_eq!(number(&path, "SELECT count(*) FROM dict"), 1);
    assert_eq!(number(&path, "SELECT dict_id FROM site"), 1);
    for n in [0, 49, 50, 51, 119] {
        let back = scene.library.entity(ContentHash::of(page(n, 1).as_bytes()));
        assert_eq!(back.await.unwrap(), Some(Bytes::from(page(n, 1))));
    }
}
