//! What it costs to look for reposts in an archive of many articles.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use fastrand::Rng;
use rusqlite::{Connection, params};
use zhanwen::archive::{Archive, Library};
use zhanwen::query;
use zhanwen::store::sqlite::{SqliteArchive, SqliteLibrary};

use super::generated::{EDITS, Piece, article};

/// Fills an archive, looks for reposts in all of it, then in one more article.
pub(crate) fn run(articles: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive.db");
    drop(SqliteArchive::open(&path).unwrap());
    let began = Instant::now();
    let mut rng = Rng::with_seed(2);
    let characters = fill(&path, articles, &mut rng);
    println!(
        "{articles} articles, {characters} characters, written in {:.1?}",
        began.elapsed()
    );
    let before = size(&path);
    look(&path, "all of them");
    println!(
        "the archive grew by {} KB, from {} KB",
        (size(&path) - before) / 1024,
        before / 1024
    );
    look(&path, "nothing new");
    let connection = Connection::open(&path).unwrap();
    let piece = article(&mut rng);
    put(&connection, i64::try_from(articles + 1).unwrap(), &piece);
    drop(connection);
    look(&path, "one more");
    println!("peak memory {} MB", peak_memory_kb() / 1024);
}

fn look(path: &Path, what: &str) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let began = Instant::now();
        let archive: Arc<dyn Archive> = Arc::new(SqliteArchive::open(path).unwrap());
        let library: Arc<dyn Library> = Arc::new(SqliteLibrary::open(path).unwrap());
        let found = query::find_reposts(&archive, &library, &[], |_| ())
            .await
            .unwrap();
        println!("{what}: {:.3?}, {found:?}", began.elapsed());
        let began = Instant::now();
        let clusters = query::reposts(&library, &query::Wanted::default())
            .await
            .unwrap();
        println!(
            "    {} clusters told in {:.3?}",
            clusters.len(),
            began.elapsed()
        );
    });
}

/// Three in ten articles are reposts of one of the last hundred.
fn fill(path: &Path, articles: usize, rng: &mut Rng) -> usize {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN")
        .unwrap();
    connection
        .execute_batch("INSERT INTO host (id, name) VALUES (1, 'www.example.cn')")
        .unwrap();
    for site in 0..50 {
        let key = format!("site-{site}");
        connection
            .execute(
                "INSERT INTO site (id, key) VALUES (?1, ?2)",
                params![site + 1, key],
            )
            .unwrap();
    }
    connection
        .execute_batch(
            "INSERT INTO run (id, kind, command_line, tool_version, started_at)
         VALUES (1, 'crawl', 'zhanwen crawl', '0', '2026-11-01T00:00:00.000Z')",
        )
        .unwrap();
    let mut latest: Vec<Piece> = Vec::new();
    let mut characters = 0;
    for number in 1..=articles {
        let piece = if !latest.is_empty() && rng.u32(..10) < 3 {
            let original = &latest[rng.usize(..latest.len())];
            EDITS[rng.usize(..11)].2(original, rng)
        } else {
            let piece = article(rng);
            if latest.len() < 100 {
                latest.push(piece.clone());
            } else {
                latest[number % 100] = piece.clone();
            }
            piece
        };
        characters += piece.body.chars().count();
        put(&connection, i64::try_from(number).unwrap(), &piece);
    }
    connection
        .execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    characters
}

/// An article as it lies in an archive, without its page.
fn put(connection: &Connection, number: i64, piece: &Piece) {
    connection
        .execute_batch("PRAGMA foreign_keys = OFF")
        .unwrap();
    let url = format!("http://www.example.cn/{number}");
    let seen = format!("2026-11-{:02}T00:00:00.000Z", 1 + number % 28);
    let published = format!("2026-10-{:02} {:02}:30", 1 + number % 28, number % 24);
    connection.prepare_cached(
        "INSERT INTO page (id, site_id, host_id, urlkey, url, kind, depth, first_seen_at, last_fetched_at, current_version_id, versions)
         VALUES (?1, ?2, 1, ?3, ?3, 'article', 1, ?4, ?4, ?1, 1)",
    ).unwrap().execute(params![number, 1 + number % 50, url, seen]).unwrap();
    connection.prepare_cached(
        "INSERT INTO version (id, page_id, version_no, content_sha256, hash_rule, first_fetch_id, title, publish_time, body_chars, parser, encoding,
             encoding_evidence, warnings, provenance, images, body_text)
         VALUES (?1, ?1, 1, zeroblob(32), 1, ?1, ?2, ?3, 0, 'zhanwen/1', 'UTF-8', 'meta', '[]', '{}', '[]', ?4)",
    ).unwrap().execute(params![number, piece.title, published, piece.body]).unwrap();
    // nothing waits for the search index, whose cost and size are not the question
    connection
        .execute("INSERT INTO fts (rowid, title) VALUES (?1, '')", [number])
        .unwrap();
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

fn peak_memory_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|peak| peak.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
