//! A body, decoded and read: what `scrape` and `crawl` keep and what `extract` prints.

use crate::archive::Reading;
use crate::decode::{self, Decoded};
use crate::extract::{self, Explanation, Extraction, Page, Part};
use crate::model::{PageKind, PageUrl, Timestamp, Warning};
use crate::rules::RuleBook;
use crate::version;

/// The generation of the reader; kept with each reading. Raised when pages are read differently.
pub const READER: u32 = 1;

/// Of a page so many bytes are read; beyond that are pages made to fill the memory, which a document
/// does with up to thirty times its own length. All of it is kept.
pub(super) const READ_BYTES: usize = 4 << 20;

/// The text of as much of `body` as is read.
pub(super) fn decoded(body: &[u8], content_type: Option<&str>) -> Decoded {
    if body.len() <= READ_BYTES {
        return decode::decode(body, content_type);
    }
    let read = body.get(..READ_BYTES).unwrap_or(body);
    // behind a tag or a line no character of any encoding is cut through
    let tail = READ_BYTES.saturating_sub(64 * 1024);
    let end = read
        .get(tail..)
        .and_then(|tail| memchr::memrchr2(b'>', b'\n', tail))
        .map_or(READ_BYTES, |end| tail + end + 1);
    let read = read.get(..end).unwrap_or(read);
    let mut decoded = decode::decode(read, content_type);
    let message = format!("only its first {} bytes were read", read.len());
    decoded.warnings.push(Warning::new("page-cut", message));
    decoded
}

/// Reads saved bytes as a page received from `url` at `at` would be read.
pub fn read_page(
    body: &[u8],
    content_type: Option<&str>,
    url: Option<&PageUrl>,
    at: Timestamp,
    rules: &RuleBook,
) -> (PageKind, Reading) {
    let decoded = decoded(body, content_type);
    let page = Page::parse(&decoded.text, url.cloned(), at, decoded.encoding);
    let mut extraction = extract::extract(&page, rules);
    extraction.warnings.extend(beyond(extraction.part.as_ref()));
    (extraction.kind, reading(extraction, &decoded))
}

/// A page that was read, with what was considered on the way.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What the page is.
    pub kind: PageKind,
    /// What was read.
    pub reading: Reading,
    /// Which rules read it: `site:expo-company`, `builder:dedecms`, `generic`.
    pub rules: String,
    /// The encoding that was declared, as written.
    pub declared: Option<String>,
    /// What was considered.
    pub explanation: Explanation,
}

/// Reads saved bytes as [`read_page`] does, and tells why they were read so.
pub fn explain_page(
    body: &[u8],
    content_type: Option<&str>,
    url: Option<&PageUrl>,
    at: Timestamp,
    rules: &RuleBook,
) -> Explained {
    let decoded = decoded(body, content_type);
    let page = Page::parse(&decoded.text, url.cloned(), at, decoded.encoding);
    let (mut extraction, explanation) = extract::explain(&page, rules);
    extraction.warnings.extend(beyond(extraction.part.as_ref()));
    Explained {
        kind: extraction.kind,
        rules: extraction.rules.clone(),
        declared: decoded.declared.clone(),
        reading: reading(extraction, &decoded),
        explanation,
    }
}

/// What a reader of one page of several should know: there is nobody here to ask for the others.
fn beyond(part: Option<&Part>) -> Vec<Warning> {
    let Some(part) = part else { return Vec::new() };
    let mut warnings = Vec::new();
    if let Some(first) = &part.first {
        let number = part.number.map_or_else(
            || "a later part".to_owned(),
            |number| format!("part {number}"),
        );
        let of = part.of.map_or_else(String::new, |of| format!(" of {of}"));
        let message = format!("this is {number}{of} of the article that begins at {first}");
        warnings.push(Warning::new("later-part", message));
    }
    if let Some(next) = &part.next {
        let message = format!("the article goes on at {next}");
        warnings.push(Warning::new("more-parts", message));
    }
    warnings
}

/// An extraction as it is kept.
pub(super) fn reading(extraction: Extraction, decoded: &Decoded) -> Reading {
    let content = version::content_hash(&extraction.article);
    let warnings = decoded.warnings.iter().chain(&extraction.warnings);
    Reading {
        content,
        hash_rule: version::HASH_RULE,
        parser: format!("zhanwen/{READER} {}", extraction.rules),
        encoding: decoded.encoding.name().to_owned(),
        encoding_evidence: decoded.evidence.name().to_owned(),
        warnings: warnings.map(ToString::to_string).collect(),
        article: extraction.article,
        provenance: extraction.provenance,
    }
}
