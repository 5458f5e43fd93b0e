//! The crate spider, asked for what the naive loop does: crawl, select title and body, insert.
//!
//! `crawl-spider ARCHIVE URL…` crawls each host from its URL, the hosts side by side. Pages are read
//! where they arrive, by the same crates as in the naive loop.

use std::sync::{Arc, Mutex};

use encoding_rs::{Encoding, UTF_8};
use rusqlite::{Connection, params};
use scraper::{Html, Selector};
use spider::website::Website;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const SCHEMA: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE page (url TEXT PRIMARY KEY, title TEXT, body TEXT);";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let archive = Connection::open(arguments.next().ok_or("which archive?")?)?;
    archive.execute_batch(SCHEMA)?;
    let archive = Arc::new(Mutex::new(archive));
    let mut hosts = tokio::task::JoinSet::new();
    for start in arguments {
        hosts.spawn(crawl(start, archive.clone()));
    }
    while let Some(ended) = hosts.join_next().await {
        ended??;
    }
    Ok(())
}

async fn crawl(start: String, archive: Arc<Mutex<Connection>>) -> Result<(), Failure> {
    let mut website = Website::new(&start);
    website
        .with_respect_robots_txt(true)
        .with_delay(0)
        .with_user_agent(Some("crawl-spider"));
    // larger than the site: a subscriber that falls behind would lose pages
    let mut pages = website.subscribe(262_144);
    let reading = tokio::spawn(async move {
        while let Ok(page) = pages.recv().await {
            let Some(bytes) = page.get_bytes().filter(|bytes| !bytes.is_empty()) else {
                continue;
            };
            let (title, body) = read(bytes)?;
            archive
                .lock()
                .map_err(|_| "broken")?
                .prepare_cached("INSERT OR IGNORE INTO page VALUES (?1, ?2, ?3)")?
                .execute(params![page.get_url(), title, body])?;
        }
        Ok::<(), Failure>(())
    });
    website.crawl().await;
    website.unsubscribe();
    drop(website);
    reading.await?
}

/// Title and body of a page.
fn read(bytes: &[u8]) -> Result<(Option<String>, Option<String>), Failure> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
    let label = head.split("charset=\"").nth(1).and_then(|rest| rest.split('"').next());
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    let (text, ..) = encoding.decode(bytes);
    let page = Html::parse_document(&text);
    let selected = |selector: &str| -> Result<Option<String>, Failure> {
        let selector = Selector::parse(selector).map_err(|error| error.to_string())?;
        Ok(page.select(&selector).next().map(|element| element.text().collect()))
    };
    Ok((selected(".main > h1")?, selected(".content")?))
}
