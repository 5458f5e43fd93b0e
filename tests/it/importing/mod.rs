//! Captures of others, brought in: what files hold becomes what a crawl would have made of it.
#![expect(clippy::indexing_slicing, reason = "a missing row is a failed test")]

mod binary;
mod captures;
mod order;
mod parts;
mod revisits;
mod traps;

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha1::{Digest as _, Sha1};
use zhanwen::archive::{Archive, Library, PageId, PastPage, RereadScope};
use zhanwen::clock::SystemClock;
use zhanwen::crawl::{Imported, Importing, Input, InputSource, Wanted, import, stop};
use zhanwen::decode::DEFAULT_LIMIT_BYTES;
use zhanwen::model::{Outcome, PageUrl};
use zhanwen::rules::RuleBook;
use zhanwen::store::memory::MemoryArchive;

use crate::cli::article;

/// A record: its header fields and its block.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) block: Vec<u8>,
}

impl Record {
    pub(crate) fn new(kind: &str, url: &str, date: &str, block: impl Into<Vec<u8>>) -> Self {
        let record = Self {
            fields: Vec::new(),
            block: block.into(),
        };
        let id = Sha1::digest(format!("{kind} {url} {date}"));
        let id = data_encoding::HEXLOWER.encode(&id);
        record
            .with("WARC-Type", kind)
            .with("WARC-Record-ID", &format!("<urn:sha1:{id}>"))
            .with("WARC-Target-URI", url)
            .with("WARC-Date", date)
    }

    /// An answer.
    pub(crate) fn response(url: &str, date: &str, head: &str, body: &[u8]) -> Self {
        let head = format!("HTTP/1.1 {}\r\n\r\n", head.trim_end().replace('\n', "\r\n"));
        let block = [head.as_bytes(), body].concat();
        Self::new("response", url, date, block)
            .with("Content-Type", "application/http; msgtype=response")
            .with("WARC-Payload-Digest", &sha1(body))
    }

    /// An article as a page.
    pub(crate) fn page(url: &str, date: &str, title: &str, views: u64, middle: &str) -> Self {
        let page = article(title, views, middle);
        Self::response(url, date, HTML, &page.body)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"WARC/1.0\r\n".to_vec();
        for (name, value) in &self.fields {
            write!(bytes, "{name}: {value}\r\n").unwrap();
        }
        write!(bytes, "Content-Length: {}\r\n\r\n", self.block.len()).unwrap();
        bytes.extend_from_slice(&self.block);
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }
}

pub(crate) const HTML: &str = "200 OK\nContent-Type: text/html; charset=utf-8";

pub(crate) fn sha1(bytes: &[u8]) -> String {
    let encoded = data_encoding::BASE32.encode(&Sha1::digest(bytes));
    format!("sha1:{encoded}")
}

/// A file of records, each a gzip member.
pub(crate) fn packed(records: &[Record]) -> Vec<u8> {
    records
        .iter()
        .flat_map(|record| member(&record.bytes()))
        .collect()
}

pub(crate) fn member(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An archive in memory that files are brought into.
pub(crate) struct Scene {
    pub(crate) archive: Arc<MemoryArchive>,
    pub(crate) wanted: Wanted,
    pub(crate) due: bool,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self {
            archive: Arc::new(MemoryArchive::new()),
            wanted: Wanted::default(),
            due: false,
        }
    }

    pub(crate) fn work(&self, keep: bool) -> Importing {
        Importing {
            library: self.archive.clone(),
            archive: keep.then(|| self.archive.clone() as Arc<dyn Archive>),
            rules: Arc::new(RuleBook::builtin()),
            clock: Arc::new(SystemClock),
            wanted: self.wanted.clone(),
            due: self.due,
            jobs: 2,
            body_limit_bytes: DEFAULT_LIMIT_BYTES,
            command_line: "zhanwen import".to_owned(),
        }
    }

    pub(crate) async fn import(&self, file: impl Into<Vec<u8>>) -> Imported {
        self.import_with(true, vec![file.into()]).await
    }

    pub(crate) async fn import_with(&self, keep: bool, files: Vec<Vec<u8>>) -> Imported {
        let inputs = files.into_iter().enumerate().map(|(number, file)| Input {
            name: format!("{number}.warc"),
            source: InputSource::Stream(Box::new(Cursor::new(file))),
        });
        let (_handle, never) = stop();
        let work = self.work(keep);
        let (told, all) = import(&work, inputs.collect(), |_| {}, &never)
            .await
            .unwrap();
        assert!(all);
        told
    }

    pub(crate) async fn records(&self, records: &[Record]) -> Imported {
        self.import(packed(records)).await
    }

    pub(crate) async fn past(&self, url: &str) -> PastPage {
        let page = self
            .archive
            .find(&PageUrl::parse(url).unwrap())
            .await
            .unwrap();
        self.archive.past(page.unwrap()).await.unwrap().unwrap()
    }

    /// The looks at a page: when, what they came to, which title they saw, how many views.
    pub(crate) async fn timeline(&self, url: &str) -> Vec<String> {
        let past = self.past(url).await;
        let mut told = Vec::new();
        for look in past.looks {
            let mut line = format!("{} {}", look.fetched_at, look.outcome.name());
            if let Some(number) = look.version_no {
                let kept = self.archive.article(past.page, Some(number)).await.unwrap();
                let article = kept.unwrap().reading.article;
                line = format!("{line} {}", article.title.unwrap());
            }
            if let Some(views) = look.views {
                line = format!("{line} {views}");
            }
            told.push(line);
        }
        told
    }

    /// All pages that were looked at, as their looks are told.
    pub(crate) async fn everything(&self) -> Vec<(String, Vec<String>)> {
        let scope = RereadScope::default();
        let pages = self
            .archive
            .past_pages(&scope, PageId(0), 999)
            .await
            .unwrap();
        let mut all = Vec::new();
        for page in pages {
            let url = self.archive.past(page).await.unwrap().unwrap().url;
            all.push((url.to_string(), self.timeline(url.as_str()).await));
        }
        all.sort();
        all
    }
}

/// How many looks came to `outcome`.
pub(crate) fn of(told: &Imported, outcome: Outcome) -> u64 {
    told.looks.get(&outcome).copied().unwrap_or_default()
}

/// A picture, in as few bytes as there are.
pub(crate) fn picture() -> Vec<u8> {
    let pixel = "R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=";
    base64::engine::general_purpose::STANDARD
        .decode(pixel)
        .unwrap()
}
