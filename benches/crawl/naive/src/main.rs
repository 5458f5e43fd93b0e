//! The loop one writes in an hour: fetch, decode, select, insert, follow.
//!
//! `crawl-naive ARCHIVE URL…` crawls each host from its URL, the hosts side by side, one request at
//! a time to each. It knows where the title and the body stand.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use encoding_rs::{Encoding, UTF_8};
use rusqlite::{Connection, params};
use scraper::{Html, Selector};
use url::Url;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const SCHEMA: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE page (url TEXT PRIMARY KEY, title TEXT, body TEXT);";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let archive = Connection::open(arguments.next().ok_or("which archive?")?)?;
    archive.execute_batch(SCHEMA)?;
    let archive = Arc::new(Mutex::new(archive));
    let client = reqwest::Client::new();
    let mut hosts = tokio::task::JoinSet::new();
    for start in arguments {
        hosts.spawn(crawl(Url::parse(&start)?, client.clone(), archive.clone()));
    }
    while let Some(ended) = hosts.join_next().await {
        ended??;
    }
    Ok(())
}

async fn crawl(start: Url, client: reqwest::Client, archive: Arc<Mutex<Connection>>) -> Result<(), Failure> {
    let mut seen = HashSet::from([start.clone()]);
    let mut queue = VecDeque::from([start.clone()]);
    while let Some(url) = queue.pop_front() {
        let answer = client.get(url.clone()).send().await?.error_for_status()?;
        let bytes = answer.bytes().await?;
        let (title, body, links) = read(&bytes, &url)?;
        archive.lock().map_err(|_| "broken")?.prepare_cached("INSERT INTO page VALUES (?1, ?2, ?3)")?
            .execute(params![url.as_str(), title, body])?;
        for link in links {
            if link.host() == start.host() && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    Ok(())
}

/// Title, body and links of a page.
fn read(bytes: &[u8], url: &Url) -> Result<(Option<String>, Option<String>, Vec<Url>), Failure> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
    let label = head.split("charset=\"").nth(1).and_then(|rest| rest.split('"').next());
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
    let (text, ..) = encoding.decode(bytes);
    let page = Html::parse_document(&text);
    let selected = |selector: &str| -> Result<Option<String>, Failure> {
        let selector = Selector::parse(selector).map_err(|error| error.to_string())?;
        Ok(page.select(&selector).next().map(|element| element.text().collect()))
    };
    let anchors = Selector::parse("a[href]").map_err(|error| error.to_string())?;
    let links = page.select(&anchors).filter_map(|anchor| url.join(anchor.attr("href")?).ok());
    Ok((selected(".main > h1")?, selected(".content")?, links.collect()))
}
