//! The archive as a file: what SQLite, other programs, full disks and damage make of it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rusqlite::Connection;
use zhanwen::archive::{
    Archive, ArchiveError, Due, LeaseRequest, Library, RunEnd, RunEnding, RunId, Scope,
};
use zhanwen::clock::{Clock, SystemClock};
use zhanwen::model::{HostState, Outcome, PageKind, PageUrl};
use zhanwen::store::sqlite::{SqliteArchive, SqliteLibrary};

use super::archive_contract::scene::{Scene, Seen, at, planned, wish};

const PAGE: &str = "https://expo.example.cn/news/1.html";

fn file(scene: &Scene) -> PathBuf {
    scene.folder.as_ref().unwrap().path().join("archive.db")
}

/// An archive with something in every table and view.
async fn filled() -> Scene {
    let scene = Scene::in_sqlite();
    let list = "https://expo.example.cn/news/";
    scene.look(list, 0, Seen::list(&[PAGE])).await;
    for (second, seen) in [
        (10, Seen::article(Outcome::New, "国际会展", Some(100))),
        (
            86_410,
            Seen::article(Outcome::Changed, "国际会展中心", Some(150)),
        ),
        (
            172_810,
            Seen::article(Outcome::Reverted, "国际会展", Some(260)),
        ),
        (180_000, Seen::not_modified()),
        (190_000, Seen::failed()),
        (200_000, Seen::gone()),
        (210_000, Seen::gone()),
    ] {
        scene.look(PAGE, second, seen).await;
    }
    let moved = "https://expo.example.cn/moved";
    scene
        .look(
            moved,
            220_000,
            Seen::redirect("https://www.example.cn/", true),
        )
        .await;
    in_cluster(&scene, "first", PAGE);
    with_picture(&scene, PAGE);
    scene
}

/// Gives the first version of the page at `url` a picture.
fn with_picture(scene: &Scene, url: &str) {
    let archive = Connection::open(file(scene)).unwrap();
    let shown = archive.execute(
        "INSERT INTO asset (url, ask_url, page_id, site_id, referrer_policy, state, host_id)
         SELECT url || '.png', url || '.png', id, site_id, 'no-referrer', 'failed', host_id
         FROM page WHERE url = ?1",
        [url],
    );
    assert_eq!(shown.unwrap(), 1);
    let shown = archive.execute(
        "INSERT INTO version_asset (version_id, position, asset_id)
         SELECT v.id, 1, a.id FROM asset a JOIN version v ON v.page_id = a.page_id
         WHERE v.version_no = 1",
        [],
    );
    assert_eq!(shown.unwrap(), 1);
}

/// Gives the page whose address is like `url` a place among pages with one text.
fn in_cluster(scene: &Scene, relation: &str, url: &str) {
    let archive = Connection::open(file(scene)).unwrap();
    let rule = "INSERT OR IGNORE INTO repost_rule (rule, definition) VALUES (1, 'one text')";
    archive.execute(rule, []).unwrap();
    let placed = archive.execute(
        "INSERT INTO repost (page_id, cluster_id, rule, relation, at, precision, similarity)
         SELECT id, 1, 1, ?1, '2026-11-23T02:20:00.000Z', 'time', 1.0 FROM page WHERE url LIKE ?2",
        [relation, url],
    );
    assert_eq!(placed.unwrap(), 1);
}

#[tokio::test]
async fn what_a_page_calls_itself_is_what_it_said_last() {
    let scene = Scene::in_sqlite();
    let archive = Connection::open(file(&scene)).unwrap();
    let kept = || -> Option<String> {
        let sql = "SELECT canonical_url FROM page WHERE url = ?1";
        archive.query_row(sql, [PAGE], |row| row.get(0)).unwrap()
    };
    let twin = "https://m.expo.example.cn/news/1.html";
    let named = Seen {
        calls_itself: Some(PageUrl::parse(twin).unwrap()),
        ..Seen::article(Outcome::New, "甲", None)
    };
    scene.look(PAGE, 0, named).await;
    assert_eq!(kept().as_deref(), Some(twin));
    // looks that saw no page say nothing of it
    scene.look(PAGE, 10, Seen::not_modified()).await;
    scene.look(PAGE, 20, Seen::failed()).await;
    assert_eq!(kept().as_deref(), Some(twin));
    let silent = Seen::article(Outcome::Unchanged, "甲", None);
    scene.look(PAGE, 30, silent).await;
    assert_eq!(kept(), None);
}

#[tokio::test]
async fn what_was_acknowledged_is_in_the_file() {
    let scene = Scene::in_sqlite();
    let looked = scene
        .look(PAGE, 0, Seen::article(Outcome::New, "甲", None))
        .await;
    // a copy of the files as they are, as after a crash of the process
    let crashed = tempfile::tempdir().unwrap();
    for name in ["archive.db", "archive.db-wal"] {
        let from = file(&scene).with_file_name(name);
        fs::copy(from, crashed.path().join(name)).unwrap();
    }
    let library = SqliteLibrary::open(crashed.path().join("archive.db")).unwrap();
    let article = library.article(looked.visit.page, None).await.unwrap();
    assert_eq!(
        article.unwrap().reading.article.title.as_deref(),
        Some("甲")
    );
}

#[tokio::test]
async fn after_closing_the_one_file_is_the_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    let archive = SqliteArchive::open(&path).unwrap();
    let pages: Vec<_> = (0..500)
        .map(|n| planned(&format!("https://expo.example.cn/{n}"), Due::IfNew(at(0))))
        .collect();
    let ids = archive.plan(pages).await.unwrap();
    drop(archive);
    let log = folder.path().join("archive.db-wal");
    assert!(!log.exists() || fs::metadata(log).unwrap().len() == 0);
    let copy = folder.path().join("copy.db");
    fs::copy(&path, &copy).unwrap();
    let again = SqliteArchive::open(&copy).unwrap();
    let known = again
        .plan(vec![planned(
            "https://expo.example.cn/499",
            Due::IfNew(at(0)),
        )])
        .await
        .unwrap();
    assert_eq!(known, ids[499..]);
}

#[tokio::test]
async fn what_was_asked_before_closing_is_still_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    let archive = Arc::new(SqliteArchive::open(&path).unwrap());
    let asked: Vec<_> = (0..300)
        .map(|n| {
            let archive = Arc::clone(&archive);
            tokio::spawn(async move {
                let page = planned(&format!("https://expo.example.cn/{n}"), Due::IfNew(at(0)));
                archive.plan(vec![page]).await.unwrap()
            })
        })
        .collect();
    let mut ids = HashSet::new();
    for answer in asked {
        ids.extend(answer.await.unwrap());
    }
    drop(archive);
    let pages: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM page", [], |row| row.get(0))
        .unwrap();
    assert_eq!((ids.len(), pages), (300, 300));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_handles_write_side_by_side() {
    let scene = Scene::in_sqlite();
    let writers = (0..16).map(|writer| {
        let archive = Arc::clone(if writer % 2 == 0 {
            &scene.archive
        } else {
            &scene.other
        });
        tokio::spawn(async move {
            for n in 0..20 {
                let page = format!("https://h{writer}.example.cn/{n}");
                let ids = archive.plan(vec![planned(&page, Due::At(at(0)))]).await?;
                let request = LeaseRequest {
                    scope: Scope::Pages(ids),
                    ..wish(1)
                };
                let lease = archive.lease_hosts(request).await?.granted.remove(0);
                let run = RunId(1);
                let seen = Seen::article(Outcome::New, &page, Some(n));
                let capture = seen.capture(&lease.visits[0], run, 1);
                archive.commit(lease.token, capture).await?;
                archive.release(lease.token, HostState::default()).await?;
            }
            Ok::<_, ArchiveError>(())
        })
    });
    scene.run().await;
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap().unwrap();
    }
    let lines = scene.library.articles(None, 1000).await.unwrap();
    assert_eq!(lines.len(), 320);
}

#[tokio::test]
async fn a_piece_that_fails_takes_nothing_with_it() {
    let scene = Scene::in_sqlite();
    // a run that does not exist breaks a foreign key, in the same group as good work
    let unknown_run = RunId(4711);
    scene.plan(&[planned(PAGE, Due::At(at(0)))]).await;
    let lease = scene.only_lease(0).await;
    let visit = &lease.visits[0];
    let bad = Seen::article(Outcome::New, "甲", None).capture(visit, unknown_run, 1);
    let run = scene.run().await;
    let good = Seen::article(Outcome::New, "乙", None).capture(visit, run, 1);
    let (refused, kept) = tokio::join!(
        scene.archive.commit(lease.token, bad),
        scene.archive.commit(lease.token, good)
    );
    assert!(
        matches!(
            refused,
            Err(ArchiveError::Store {
                doing: "commit a capture",
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(kept.unwrap().version_no, Some(1));
    let page = scene.find(PAGE).await;
    let versions = scene.library.versions(page).await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!(versions[0].title.as_deref(), Some("乙"));
}

#[tokio::test]
async fn a_damaged_body_is_not_trusted() {
    let scene = filled().await;
    let page = scene.find(PAGE).await;
    let looks = scene.library.looks(page).await.unwrap();
    let hash = looks.iter().find_map(|look| look.entity_hash).unwrap();
    let changed = Connection::open(file(&scene))
        .unwrap()
        .execute(
            "UPDATE blob SET data = CAST(data || x'00' AS BLOB), codec = 'raw' WHERE sha256 = ?1",
            [hash.as_bytes()],
        )
        .unwrap();
    assert_eq!(changed, 1);
    let read = scene.library.entity(hash).await;
    assert!(
        matches!(read, Err(ArchiveError::Damaged { hash: damaged }) if damaged == hash),
        "{read:?}"
    );
}

#[tokio::test]
async fn a_newer_schema_is_read_and_not_written() {
    let scene = filled().await;
    let page = scene.find(PAGE).await;
    let path = file(&scene);
    Connection::open(&path)
        .unwrap()
        .execute_batch("ALTER TABLE page ADD COLUMN mood TEXT; PRAGMA user_version = 99;")
        .unwrap();
    let refused = SqliteArchive::open(&path);
    assert!(
        matches!(refused, Err(ArchiveError::NewerSchema { found: 99, .. })),
        "{refused:?}"
    );
    let library = SqliteLibrary::open(&path).unwrap();
    assert!(library.article(page, None).await.unwrap().is_some());
}

#[test]
fn only_our_own_files_are_opened_and_others_left_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE bookmark (url TEXT)")
        .unwrap();
    let text = make(
        "notes.txt",
        "一份会展笔记，不是数据库。".repeat(100).as_bytes(),
    );
    for (path, hint) in [(&foreign, "another program"), (&text, "not a SQLite")] {
        let before = fs::read(path).unwrap();
        for refused in [
            SqliteArchive::open(path).map(|_| ()),
            SqliteLibrary::open(path).map(|_| ()),
        ] {
            assert!(
                matches!(&refused, Err(ArchiveError::NotAnArchive { found, .. }) if found.contains(hint)),
                "{refused:?}"
            );
        }
        assert_eq!(fs::read(path).unwrap(), before);
    }
    // an empty file may become an archive, but is none to read from
    let empty = make("empty.db", b"");
    assert!(matches!(
        SqliteLibrary::open(&empty),
        Err(ArchiveError::NotAnArchive { .. })
    ));
    SqliteArchive::open(&empty).unwrap();
    SqliteLibrary::open(&empty).unwrap();
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let plain_file = folder.path().join("file");
    fs::write(&plain_file, "x").unwrap();
    let cases = [
        (folder.path().join("missing/archive.db"), "No such file"),
        (plain_file.join("archive.db"), "not a folder"),
        (folder.path().to_owned(), "it is a folder"),
    ];
    for (path, why) in cases {
        let refused = SqliteArchive::open(&path).unwrap_err();
        assert!(matches!(refused, ArchiveError::Open { .. }), "{refused:?}");
        let source = std::error::Error::source(&refused).unwrap().to_string();
        assert!(source.contains(why), "{source}");
    }
    let absent = folder.path().join("absent.db");
    let refused = SqliteLibrary::open(&absent).unwrap_err();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert!(source.contains("No such file"), "{source}");
    assert!(!absent.exists(), "reading must not make a file");
}

#[test]
fn a_read_only_file_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    drop(SqliteArchive::open(&path).unwrap());
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    if fs::OpenOptions::new().append(true).open(&path).is_ok() {
        eprintln!("skipped: this user may write to read-only files");
        return;
    }
    let refused = SqliteArchive::open(&path);
    assert!(
        matches!(
            refused,
            Err(ArchiveError::Unwritable { .. } | ArchiveError::Open { .. })
        ),
        "{refused:?}"
    );
    SqliteLibrary::open(&path).unwrap();
}

#[tokio::test]
async fn two_programs_may_make_the_archive_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    let openers = (0..8).map(|_| {
        let path = path.clone();
        std::thread::spawn(move || SqliteArchive::open(path).map(drop))
    });
    for opener in openers.collect::<Vec<_>>() {
        opener.join().unwrap().unwrap();
    }
}

/// The rows that the stock command-line program prints for `sql`.
fn stock(path: &Path, sql: &str) -> Option<String> {
    let output = Command::new("sqlite3")
        .arg("-readonly")
        .arg(path)
        .arg(sql)
        .output()
        .ok()?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{sql}: {errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn stock_sqlite_reads_every_view() {
    let scene = filled().await;
    let path = file(&scene);
    let Some(articles) = stock(&path, "SELECT title, views, versions FROM v_articles") else {
        eprintln!("skipped: no sqlite3 command");
        return;
    };
    assert_eq!(articles, "国际会展|260|2\n");
    let views = stock(&path, "SELECT name FROM sqlite_schema WHERE type = 'view'").unwrap();
    assert!(views.lines().count() >= 9, "{views}");
    for view in views.lines() {
        let rows = stock(&path, &format!("SELECT * FROM {view}")).unwrap();
        // what is kept only for who asks for it
        let unasked = ["v_saved_searches", "v_saved_news"].contains(&view);
        assert!(rows.is_empty() == unasked, "{view}");
    }
    let check = stock(&path, "PRAGMA integrity_check; PRAGMA foreign_key_check").unwrap();
    assert_eq!(check, "ok\n");
}

fn column(scene: &Scene, sql: &str) -> Vec<String> {
    let connection = Connection::open(file(scene)).unwrap();
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_revert_is_three_entries_in_the_timeline_and_two_changes() {
    let scene = filled().await;
    let timeline = "SELECT version_no || ' after ' || ifnull(previous_version_no, '-')
                    FROM v_timeline ORDER BY observed_at";
    assert_eq!(
        column(&scene, timeline),
        ["1 after -", "2 after 1", "1 after 2"]
    );
    let changes = "SELECT title_before || ' > ' || title_after || format(' %d%d%+d',
                   title_changed, source_changed, chars_delta) FROM v_changes ORDER BY observed_at";
    assert_eq!(
        column(&scene, changes),
        [
            "国际会展 > 国际会展中心 10+2",
            "国际会展中心 > 国际会展 10-2"
        ]
    );
    let views = "SELECT format('%d %s %s', views, ifnull(delta, '-'), ifnull(per_day, '-'))
                 FROM v_views ORDER BY fetched_at";
    assert_eq!(
        column(&scene, views),
        ["100 - -", "150 50 50.0", "260 110 110.0"]
    );
    let gone = "SELECT gone_at FROM v_articles";
    assert_eq!(column(&scene, gone), [at(200_000).to_string()]);
}

/// Ends a run, and with it the wait of versions for the index.
async fn end(scene: &Scene, run: RunId) {
    scene.archive.end_run(run, ending()).await.unwrap();
}

fn ending() -> RunEnding {
    RunEnding {
        end: RunEnd::Completed,
        at: at(300_000),
        error: None,
        report: None,
    }
}

const INDEXED: &str =
    "SELECT (SELECT count(*) FROM fts) || ' of ' || (SELECT count(*) FROM version)";

#[tokio::test]
async fn versions_are_indexed_together_and_all_of_them_at_the_end() {
    let scene = Scene::in_sqlite();
    let run = scene.run().await;
    let seen = |number: i64| Seen::article(Outcome::New, &format!("第{number}届会展"), None);
    for number in 0..63 {
        let url = format!("https://expo.example.cn/{number}.html");
        scene.look_in(run, &url, number, seen(number)).await;
    }
    assert_eq!(column(&scene, INDEXED), ["0 of 63"]);
    for number in 63..70 {
        let url = format!("https://expo.example.cn/{number}.html");
        scene.look_in(run, &url, number, seen(number)).await;
    }
    assert_eq!(column(&scene, INDEXED), ["64 of 70"]);
    // whoever ends a run finds what another process left
    scene.other.end_run(run, ending()).await.unwrap();
    assert_eq!(column(&scene, INDEXED), ["70 of 70"]);
    let found = "SELECT v.title FROM fts JOIN version v ON v.id = fts.rowid WHERE fts MATCH '69'";
    assert_eq!(column(&scene, found), ["第69届会展"]);
}

#[tokio::test]
async fn an_archive_that_is_closed_is_indexed() {
    let mut scene = Scene::in_sqlite();
    scene
        .look(PAGE, 1, Seen::article(Outcome::New, "国际会展", None))
        .await;
    assert_eq!(column(&scene, INDEXED), ["0 of 1"]);
    scene.archive = Arc::clone(&scene.other);
    assert_eq!(column(&scene, INDEXED), ["1 of 1"]);
}

#[tokio::test]
async fn words_of_every_version_are_found() {
    let scene = filled().await;
    let run = scene.run().await;
    end(&scene, run).await;
    let found = |words: &str| {
        let sql = format!(
            "SELECT v.title FROM fts JOIN version v ON v.id = fts.rowid
             WHERE fts MATCH '{words}' ORDER BY v.id"
        );
        column(&scene, &sql)
    };
    assert_eq!(found("会展"), ["国际会展", "国际会展中心"]);
    assert_eq!(found("title:中心"), ["国际会展中心"]);
    assert_eq!(found("\"国际 际会 会展 展中\""), ["国际会展中心"]);
    assert_eq!(
        found("source:优创 AND body:段"),
        ["国际会展", "国际会展中心"]
    );
    assert_eq!(found("际展"), Vec::<String>::new());
    assert_eq!(column(&scene, INDEXED), ["2 of 2"]);
}

#[tokio::test]
async fn stock_sqlite_finds_either_script_by_the_other() {
    let scene = Scene::in_sqlite();
    let titles = [
        "隨著國際書展計劃發展",
        "随着国际书展计划发展",
        "头发干燥，头髮乾燥",
    ];
    for (number, title) in (0_i64..).zip(titles) {
        let url = format!("https://expo.example.cn/{number}.html");
        scene
            .look(&url, number, Seen::article(Outcome::New, title, None))
            .await;
    }
    let run = scene.run().await;
    end(&scene, run).await;
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let document = fs::read_to_string(document).unwrap();
    let query = document
        .split("```sql\n")
        .filter_map(|rest| rest.split("```").next())
        .find(|query| query.contains("JOIN fold"))
        .unwrap()
        .replace("SELECT a.publish_time, a.title, a.url", "SELECT a.title")
        .replace("ORDER BY rank", "ORDER BY a.page_id");
    for (typed, found) in [
        ("國際書展", &titles[..2]),
        ("国际书展", &titles[..2]),
        ("隨著", &titles[..2]),
        ("随着國際", &titles[..2]),
        ("計劃發展", &titles[..2]),
        ("頭髮", &titles[2..]),
        ("干燥", &titles[2..]),
        ("乾燥", &titles[2..]),
        ("书展发展", &[]),
    ] {
        let query = query.replace("國際會展", typed);
        assert_eq!(column(&scene, &query), found, "{typed}");
        if let Some(printed) = stock(&file(&scene), &query) {
            let lines: Vec<_> = printed.lines().collect();
            assert_eq!(lines, found, "{typed}");
        }
    }
    let kept = column(&scene, "SELECT count(*) || '' FROM fold");
    assert_eq!(
        kept,
        [zhanwen::chinese::script::folds().count().to_string()]
    );
}

#[tokio::test]
async fn every_query_in_the_schema_document_runs() {
    let scene = filled().await;
    let copy = Seen::article(Outcome::New, "国际会展", None);
    scene
        .look("https://expo.example.cn/copy.html", 230_000, copy)
        .await;
    let run = scene.run().await;
    end(&scene, run).await;
    let connection = Connection::open(file(&scene)).unwrap();
    in_cluster(&scene, "repost", "%copy%");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let document = fs::read_to_string(path).unwrap();
    let queries: Vec<_> = document
        .split("```sql\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(queries.len() >= 8, "{} queries", queries.len());
    for query in queries {
        let mut statement = connection.prepare(query).unwrap_or_else(|error| {
            panic!("{error} in\n{query}");
        });
        let mut rows = statement.query([]).unwrap();
        while rows.next().unwrap().is_some() {}
        if let Some(printed) = stock(&file(&scene), query) {
            assert!(!printed.is_empty(), "nothing found by\n{query}");
        }
    }
}

#[test]
fn the_schema_document_names_every_table_view_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    drop(SqliteArchive::open(&path).unwrap());
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema.md");
    let document = fs::read_to_string(document).unwrap();
    let connection = Connection::open(&path).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%'
                   AND m.name NOT LIKE 'fts_%'",
        )
        .unwrap();
    let names = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    let mut missing = Vec::new();
    for names in names {
        let (table, column): (String, String) = names.unwrap();
        let section = document
            .split(&format!("### `{table}`"))
            .nth(1)
            .and_then(|rest| rest.split("\n#").next())
            .unwrap_or_default();
        if !section.contains(&format!("`{column}`")) {
            missing.push(format!("{table}.{column}"));
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

/// Commits per second. Run alone:
/// `cargo test --release --test it sqlite::speed -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn speed() {
    const HOSTS: usize = 32;
    const PAGES: usize = 4096;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    let archive = Arc::new(SqliteArchive::open(&path).unwrap());
    let filler =
        "展会新闻正文，一段约五十字的文字，用来填满一篇文章的版面，使其长度接近真实页面的长度。";
    let run = archive
        .begin_run(zhanwen::archive::NewRun {
            kind: zhanwen::archive::RunKind::Crawl,
            command_line: String::new(),
            started_at: at(0),
            alone: false,
        })
        .await
        .unwrap();
    let rounds = [
        (Outcome::New, 0),
        (Outcome::ViewsOnly, 1),
        (Outcome::Unchanged, 1),
    ];
    for (outcome, round) in rounds {
        let pages: Vec<_> = (0..PAGES)
            .map(|n| {
                planned(
                    &format!("https://h{}.example.cn/{n}", n % HOSTS),
                    Due::At(at(0)),
                )
            })
            .collect();
        archive.plan(pages).await.unwrap();
        let leases = archive
            .lease_hosts(LeaseRequest {
                visits_per_host: PAGES,
                ..wish(10)
            })
            .await
            .unwrap();
        let started = SystemClock.now();
        let workers = leases.granted.into_iter().map(|lease| {
            let archive = Arc::clone(&archive);
            tokio::spawn(async move {
                for visit in &lease.visits {
                    let title = format!("标题{}", visit.page.0);
                    let mut seen = Seen::article(outcome, &title, Some(round));
                    seen.kind = PageKind::Article;
                    let body = format!("<h1>{title}</h1>{round}<p>{}</p>", filler.repeat(300));
                    seen.observation = zhanwen::archive::Observation::Answered(
                        super::archive_contract::scene::answer(
                            200,
                            Some(&body),
                            &[("content-type", "text/html")],
                        ),
                    );
                    if let Some(reading) = &mut seen.reading {
                        reading.article.body_text = Some(filler.repeat(16));
                    }
                    let capture = seen.capture(visit, run, 10);
                    archive.commit(lease.token, capture).await.unwrap();
                }
                archive.release(lease.token, lease.state).await.unwrap();
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        let elapsed = SystemClock.now().since(started);
        let bytes = fs::metadata(&path).unwrap().len();
        eprintln!(
            "{} commits of {} in {elapsed:?}: {}/s, file {} KB",
            PAGES,
            outcome.name(),
            PAGES as u128 * 1000 / elapsed.as_millis().max(1),
            bytes / 1024
        );
    }
}
