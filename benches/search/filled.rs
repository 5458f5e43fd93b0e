//! An archive of invented articles, as crawls over some years would leave it.

use std::path::Path;

use rusqlite::{Connection, params};
use zhanwen::archive::{Archive, NewRun, RunEnd, RunEnding, RunKind};
use zhanwen::model::{Article, Timestamp};
use zhanwen::store::sqlite::SqliteArchive;
use zhanwen::version::{HASH_RULE, content_hash};

use super::generated::Writer;

/// What a server sends with a page.
const HEADERS: &str = r#"[["server","nginx"],["date","Mon, 23 Nov 2026 06:11:00 GMT"],["content-type","text/html; charset=utf-8"],["transfer-encoding","chunked"],["connection","keep-alive"],["vary","Accept-Encoding"],["x-powered-by","PHP/7.4.33"],["cache-control","no-store, no-cache, must-revalidate"],["pragma","no-cache"],["content-encoding","gzip"]]"#;

/// Fills a new archive at `path`; answers the bytes of text in it.
pub(crate) fn fill(path: &Path, articles: usize) -> u64 {
    drop(SqliteArchive::open(path).unwrap());
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536; BEGIN;
             INSERT INTO host (id, name) VALUES (1, 'www.example.cn');
             INSERT INTO run (id, kind, command_line, tool_version, started_at)
             VALUES (1, 'crawl', 'zhanwen crawl', '0', '2026-11-01T00:00:00.000Z');",
        )
        .unwrap();
    for site in 1..=50 {
        let key = format!("site-{site}");
        connection
            .execute(
                "INSERT INTO site (id, key) VALUES (?1, ?2)",
                params![site, key],
            )
            .unwrap();
    }
    let mut filling = Filling {
        connection: &connection,
        writer: Writer::new(7),
        text: 0,
        looks: 0,
        versions: 0,
    };
    for page in 1..=articles {
        filling.page(i64::try_from(page).unwrap());
    }
    let text = filling.text;
    connection.execute_batch("COMMIT").unwrap();
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    text
}

/// Has the archive indexed as a run does at its end.
pub(crate) fn index(path: &Path) {
    let archive = SqliteArchive::open(path).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let at = Timestamp::from_unix_millis(1_790_000_000_000);
    runtime.block_on(async {
        let run = NewRun {
            kind: RunKind::Crawl,
            command_line: "zhanwen crawl".to_owned(),
            started_at: at,
            alone: false,
        };
        let run = archive.begin_run(run).await.unwrap();
        let ending = RunEnding {
            end: RunEnd::Completed,
            at,
            error: None,
            report: None,
        };
        archive.end_run(run, ending).await.unwrap();
    });
}

struct Filling<'a> {
    connection: &'a Connection,
    writer: Writer,
    /// Bytes of text.
    text: u64,
    looks: i64,
    versions: i64,
}

impl Filling<'_> {
    /// A page with its looks; one of twenty was edited, one of a hundred is gone.
    fn page(&mut self, page: i64) {
        let mut article = self.writer.article();
        let edited = self.writer.number(20) == 0;
        let gone = self.writer.number(100) == 0;
        let views = self.writer.number(20_000);
        let mut numbers = 1;
        let first_look = self.looks + 1;
        self.look(page, 0, views);
        self.version(page, numbers, first_look, &article);
        for again in 1..=2 {
            let views = views + again * self.writer.number(300);
            self.look(page, again, views);
            if edited && again == 1 {
                article = self.writer.edited(&article);
                numbers += 1;
                self.version(page, numbers, self.looks, &article);
            }
        }
        let url = format!("http://www.example.cn/news/{page}.html");
        self.connection
            .prepare_cached(
                "INSERT INTO page (id, site_id, host_id, urlkey, url, kind, depth, referer, due_at,
                     first_seen_at, last_fetched_at, last_changed_at, fetches, gone_in_a_row,
                     gone_since, etag, current_version_id, versions, views, views_at)
                 VALUES (?1, ?2, 1, ?3, ?4, 'article', 1, 'http://www.example.cn/news/', ?5, ?6, ?5,
                     ?6, 3, ?7, CASE WHEN ?7 > 1 THEN ?5 END, '\"5f3c-5a1\"', ?8, ?9,
                     (SELECT views FROM fetch WHERE id = ?10), ?5)",
            )
            .unwrap()
            .execute(params![
                page,
                1 + page % 50,
                format!("cn,example)/news/{page}.html"),
                url,
                seen(page, 2),
                seen(page, 0),
                if gone { 2 } else { 0 },
                self.versions,
                numbers,
                self.looks,
            ])
            .unwrap();
    }

    fn look(&mut self, page: i64, again: u32, views: u32) {
        self.looks += 1;
        self.connection
            .prepare_cached(
                "INSERT INTO fetch (id, page_id, run_id, fetched_at, outcome, status, version_id,
                     views, elapsed_ms, wire_length, content_type, url, header_values)
                 VALUES (?1, ?2, 1, ?3, ?4, 200, ?5, ?6, 120, 9000, 'text/html', ?7, ?8)",
            )
            .unwrap()
            .execute(params![
                self.looks,
                page,
                seen(page, again),
                if again == 0 { "new" } else { "views_only" },
                self.versions + i64::from(again == 0),
                views,
                format!("http://www.example.cn/news/{page}.html"),
                HEADERS,
            ])
            .unwrap();
    }

    fn version(&mut self, page: i64, number: u32, look: i64, article: &Article) {
        self.versions += 1;
        let parts = [&article.title, &article.source, &article.body_text];
        let length: usize = parts.into_iter().flatten().map(String::len).sum();
        self.text += u64::try_from(length).unwrap();
        let body = article.body_text.as_deref().unwrap();
        self.connection
            .prepare_cached(
                "INSERT INTO version (id, page_id, version_no, content_sha256, hash_rule,
                     first_fetch_id, title, source, publish_time, lang, body_chars, parser, encoding,
                     encoding_evidence, warnings, provenance, images, body_text, body_html)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 'zhanwen/1', 'UTF-8', 'meta',
                     '[]', '{}', '[]', ?12, ?13)",
            )
            .unwrap()
            .execute(params![
                self.versions,
                page,
                number,
                content_hash(article).as_bytes(),
                HASH_RULE,
                look,
                article.title,
                article.source,
                article.publish_time.map(|time| time.to_string()),
                article.lang,
                i64::try_from(body.chars().count()).unwrap(),
                body,
                format!("<p>{}</p>", body.trim_end().replace('\n', "</p><p>")),
            ])
            .unwrap();
    }
}

/// The instant of a look: pages are found one a minute, looked at again after a day and after a week.
fn seen(page: i64, again: u32) -> String {
    let days = [0, 1, 7][usize::try_from(again).unwrap()];
    let minutes = page + days * 24 * 60;
    Timestamp::from_unix_millis(1_600_000_000_000 + minutes * 60_000).to_string()
}
