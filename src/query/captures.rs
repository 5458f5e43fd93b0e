//! Looks as records of a web archive: which one is an answer, which the same bytes once more, which says
//! that nothing changed.
//!
//! Page by page, so that what a record refers to is always in the same export and before it: the first look
//! that has a body is written with it, whatever came before it elsewhere.

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};

use crate::archive::{
    ArchiveError, AssetEntry, AssetId, KeptLook, Library, LookPlace, LookScope, PageId,
};
use crate::model::{ContentHash, Headers, PageKind, PageUrl, Timestamp};
use crate::warc::{Exchange, Original, Part, Record};

/// Looks read together.
const TOGETHER: usize = 256;

/// The looks of an archive, one after the other, as records.
#[derive(Debug)]
pub struct Captures {
    library: Arc<dyn Library>,
    scope: LookScope,
    after: Option<LookPlace>,
    waiting: VecDeque<KeptLook>,
    page: Option<PageSoFar>,
    /// Pictures of the version that was written last, to be written next: one at a time, for they are large.
    pictures: VecDeque<AssetEntry>,
    /// Those written already, whatever shows them.
    shown: HashSet<AssetId>,
}

/// What one look, or a picture of an article, is written as.
#[derive(Debug, Default)]
pub struct Captured {
    /// Records, in the order to be written.
    pub records: Vec<Written>,
    /// Where a reader should be led to.
    pub page: Option<Page>,
    /// Whether its answer is not written since the body is not kept any more.
    pub lost: bool,
    /// Whether it is a picture of the article before it.
    pub is_picture: bool,
}

/// A record, and what an index tells of it.
#[derive(Debug)]
pub struct Written {
    /// The record.
    pub record: Record,
    /// Nothing where it is no capture of a page.
    pub indexed: Option<Indexed>,
}

/// What an index tells of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// What was asked for.
    pub url: PageUrl,
    /// When.
    pub date: Timestamp,
    /// The `Content-Type` it came with.
    pub content_type: Option<String>,
    /// Whether its record points at another one for the body.
    pub revisits: bool,
    /// The status, where the record tells it.
    pub status: Option<u16>,
    /// Digest of the body.
    pub digest: String,
}

/// A page to lead a reader to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it is.
    pub url: PageUrl,
    /// The capture to show.
    pub date: Timestamp,
    /// Its headline.
    pub title: Option<String>,
    /// Its text.
    pub text: Option<String>,
}

/// What is known of a page when the next look at it is written.
#[derive(Debug)]
struct PageSoFar {
    page: PageId,
    /// The records that hold its bodies.
    bodies: HashMap<ContentHash, Original>,
    /// What a "not modified" would speak for.
    stands: Stands,
    /// The date last written for each spelling of its URL.
    dates: HashMap<PageUrl, Timestamp>,
    /// The versions a reader was led to.
    versions: HashSet<u32>,
    /// Whether a reader was led to it at all.
    is_led_to: bool,
}

/// The answer that brought the page last.
#[derive(Debug)]
enum Stands {
    /// None among the looks so far.
    Unknown,
    /// One whose body is not kept any more.
    Lost,
    /// This one.
    At(Original),
}

impl PageSoFar {
    fn new(page: PageId) -> Self {
        Self {
            page,
            bodies: HashMap::new(),
            stands: Stands::Unknown,
            dates: HashMap::new(),
            versions: HashSet::new(),
            is_led_to: false,
        }
    }

    /// When `url` was looked at, told apart from the looks at it before: a date is the name of a capture.
    fn date(&mut self, url: &PageUrl, at: Timestamp) -> Timestamp {
        let next = |last: &Timestamp| last.plus(Duration::from_millis(1));
        let date = self.dates.get(url).map_or(at, |last| at.max(next(last)));
        self.dates.insert(url.clone(), date);
        date
    }
}

impl Captures {
    /// The looks of `library` in `scope`.
    pub fn new(library: Arc<dyn Library>, scope: LookScope) -> Self {
        Self {
            library,
            scope,
            after: None,
            waiting: VecDeque::new(),
            page: None,
            pictures: VecDeque::new(),
            shown: HashSet::new(),
        }
    }

    /// The next look, or the next picture of an article that was just written.
    pub async fn next(&mut self) -> Result<Option<Captured>, ArchiveError> {
        if let Some(picture) = self.pictures.pop_front() {
            return self.picture(&picture).await.map(Some);
        }
        if self.waiting.is_empty() {
            let looks = self
                .library
                .kept_looks(&self.scope, self.after, TOGETHER)
                .await?;
            self.after = looks.last().map(|look| look.place).or(self.after);
            self.waiting.extend(looks);
        }
        let Some(look) = self.waiting.pop_front() else {
            return Ok(None);
        };
        let page = look.place.page;
        let mut so_far = match self.page.take() {
            Some(so_far) if so_far.page == page => so_far,
            _ => PageSoFar::new(page),
        };
        let captured = self.capture(&look, &mut so_far).await?;
        self.page = Some(so_far);
        if captured.page.is_some() && look.version_no.is_some() {
            let pictures = self.library.assets(page, look.version_no).await?;
            let new = pictures
                .into_iter()
                .filter(|picture| picture.entity.is_some() && self.shown.insert(picture.asset));
            self.pictures.extend(new);
        }
        Ok(Some(captured))
    }

    /// A picture under the address that gave it, whenever that was: a version is shown with its pictures.
    async fn picture(&self, picture: &AssetEntry) -> Result<Captured, ArchiveError> {
        let mut captured = Captured {
            is_picture: true,
            ..Captured::default()
        };
        let (Some(hash), Some(date), Some(status)) =
            (picture.entity, picture.fetched_at, picture.status)
        else {
            return Ok(captured);
        };
        let Some(body) = self.library.entity(hash).await? else {
            captured.lost = true;
            return Ok(captured);
        };
        let exchange = Exchange {
            url: &picture.url_requested,
            date,
            status,
            headers: &picture.headers,
            peer: None,
        };
        let (record, original) = Record::response(&exchange, body);
        let written = Written::new(record, &exchange, &original, false);
        captured.records.push(written);
        Ok(captured)
    }

    async fn capture(
        &self,
        look: &KeptLook,
        page: &mut PageSoFar,
    ) -> Result<Captured, ArchiveError> {
        let mut captured = Captured::default();
        let date = page.date(&look.url, look.place.fetched_at);
        let told_in_block = match look.status {
            None => false,
            Some(304) if look.entity.is_none() => {
                self.unchanged(look, date, page, &mut captured).await?;
                false
            }
            Some(status) => {
                let exchange = exchange(look, date, status);
                self.answer(look, &exchange, page, &mut captured).await?;
                !captured.lost
            }
        };
        let id = captured.records.last().and_then(|last| last.record.id());
        let id = id.map(str::to_owned);
        let part = Part {
            page: &look.url,
            date,
            to: id.as_deref(),
        };
        let facts = facts(look, told_in_block, captured.lost);
        let note = Record::metadata(&part, facts.to_string());
        if id.is_some() {
            captured.page = self.lead(look, date, page).await?;
            let text = captured.page.as_ref().and_then(|page| page.text.clone());
            let text = text.map(|text| Record::text(&part, text));
            captured.records.extend(text.map(Written::beside));
        }
        captured.records.push(Written::beside(note));
        Ok(captured)
    }

    /// An answer with a body of its own, be it the same as before.
    async fn answer(
        &self,
        look: &KeptLook,
        exchange: &Exchange<'_>,
        page: &mut PageSoFar,
        captured: &mut Captured,
    ) -> Result<(), ArchiveError> {
        let known = look.entity.and_then(|hash| page.bodies.get(&hash)).cloned();
        let original = if let Some(original) = known {
            let record = Record::revisit(exchange, &original);
            captured
                .records
                .push(Written::new(record, exchange, &original, true));
            Some(original)
        } else if let Some(body) = self.body(look).await? {
            let is_empty = body.is_empty();
            let (record, original) = Record::response(exchange, body);
            captured
                .records
                .push(Written::new(record, exchange, &original, false));
            // to point at nothing would take as many bytes
            if let Some(hash) = look.entity.filter(|_| !is_empty) {
                page.bodies.insert(hash, original.clone());
            }
            Some(original)
        } else {
            captured.lost = true;
            None
        };
        if look.brought_the_page() {
            page.stands = original.map_or(Stands::Lost, Stands::At);
        }
        Ok(())
    }

    /// An answer that says that the page is what it was; what it was is written before where it lies before the
    /// time that is exported.
    async fn unchanged(
        &self,
        look: &KeptLook,
        date: Timestamp,
        page: &mut PageSoFar,
        captured: &mut Captured,
    ) -> Result<(), ArchiveError> {
        if matches!(page.stands, Stands::Unknown) {
            let at = look.place.fetched_at;
            let before = self.library.look_before(page.page, at).await?;
            page.stands = Stands::Lost;
            if let Some(before) = before
                && let Some(status) = before.status
            {
                let mut earlier = Captured::default();
                let exchange = exchange(&before, before.place.fetched_at, status);
                self.answer(&before, &exchange, page, &mut earlier).await?;
                captured.records = mem::take(&mut earlier.records);
            }
        }
        if let Stands::At(original) = &page.stands {
            let exchange = exchange(look, date, 304);
            let record = Record::not_modified(&exchange, original);
            let mut written = Written::new(record, &exchange, original, true);
            if let Some(indexed) = &mut written.indexed {
                // its block does not tell one
                indexed.status = None;
            }
            captured.records.push(written);
        } else {
            captured.lost = true;
        }
        Ok(())
    }

    /// The body of an answer; nothing where it had one that is not kept.
    async fn body(&self, look: &KeptLook) -> Result<Option<Bytes>, ArchiveError> {
        match look.entity {
            Some(hash) => match self.library.entity(hash).await {
                // given up on purpose: told as such, and no reason to stop
                Err(ArchiveError::Pruned { .. }) => Ok(None),
                other => other,
            },
            None => Ok((look.wire_length == 0).then(Bytes::new)),
        }
    }

    /// Where a reader is to be led: to each version of an article once, and once to a list.
    async fn lead(
        &self,
        look: &KeptLook,
        date: Timestamp,
        page: &mut PageSoFar,
    ) -> Result<Option<Page>, ArchiveError> {
        let led = Page {
            url: look.url.clone(),
            date,
            title: None,
            text: None,
        };
        if let Some(version) = look.version_no {
            if !page.versions.insert(version) {
                return Ok(None);
            }
            page.is_led_to = true;
            let kept = self.library.article(page.page, Some(version)).await?;
            let article = kept.map(|kept| kept.reading.article);
            return Ok(article.map(|article| Page {
                title: article.title,
                text: article.body_text,
                ..led
            }));
        }
        let is_list = look.kind == PageKind::List && look.brought_the_page();
        Ok((is_list && !mem::replace(&mut page.is_led_to, true)).then_some(led))
    }
}

impl Written {
    /// A record that no index tells of.
    const fn beside(record: Record) -> Self {
        Self {
            record,
            indexed: None,
        }
    }

    fn new(record: Record, exchange: &Exchange<'_>, original: &Original, revisits: bool) -> Self {
        let content_type = exchange
            .headers
            .iter()
            .find(|(name, _)| *name == "content-type");
        Self {
            record,
            indexed: Some(Indexed {
                url: exchange.url.clone(),
                date: exchange.date,
                content_type: content_type
                    .map(|(_, value)| String::from_utf8_lossy(value).into_owned()),
                revisits,
                status: Some(exchange.status),
                digest: original.payload.clone(),
            }),
        }
    }
}

const fn exchange(look: &KeptLook, date: Timestamp, status: u16) -> Exchange<'_> {
    Exchange {
        url: &look.url,
        date,
        status,
        headers: &look.headers,
        peer: look.peer,
    }
}

/// What is to be known of a look beside its answer.
fn facts(look: &KeptLook, told_in_block: bool, lost: bool) -> Value {
    let mut facts = Map::new();
    let mut tell = |name: &str, value: Value| {
        if !value.is_null() {
            facts.insert(name.to_owned(), value);
        }
    };
    tell("site", json!(look.site.as_str()));
    tell("kind", json!(look.kind.name()));
    tell("outcome", json!(look.outcome.name()));
    tell("reason", json!(look.reason));
    tell("error", json!(look.error));
    tell("status", json!(look.status));
    tell("version_no", json!(look.version_no));
    tell("views", json!(look.views));
    if look.status.is_some() {
        tell("wire_length", json!(look.wire_length));
    }
    if lost {
        tell("body", json!("not kept"));
    }
    if look.status.is_some() && !told_in_block {
        tell("headers", headers(&look.headers));
    }
    Value::Object(facts)
}

/// Headers as the archive keeps them: a value that is not UTF-8 is `{"hex": "…"}`.
fn headers(headers: &Headers) -> Value {
    let field = |(name, value): (&str, &[u8])| match std::str::from_utf8(value) {
        Ok(value) => json!([name, value]),
        Err(_bytes) => json!([name, {"hex": HEXLOWER.encode(value)}]),
    };
    headers.iter().map(field).collect()
}

#[cfg(test)]
mod tests;
