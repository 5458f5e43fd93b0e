//! A record as it stands in a file: its header, field by field, and its block.

use bytes::Bytes;

use crate::model::{PageUrl, Timestamp};

use super::{Digest, DigestCheck, Place};

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it begins.
    pub place: Place,
    /// The version of the format it names, as in `1.0`.
    pub version: String,
    /// Its header.
    pub fields: Fields,
    /// What it holds.
    pub block: Block,
}

/// What a record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// All of it.
    Whole(Bytes),
    /// So many bytes, more than were wanted.
    TooLarge(u64),
}

/// The fields of a header in their order, names in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of `name` (in lower case).
    pub fn first(&self, name: &str) -> Option<&str> {
        let mut named = self.0.iter().filter(|(field, _)| field == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// Every value of `name` (in lower case).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }
}

impl Record {
    /// What kind of record it is, in lower case: `response`, `revisit` …
    pub fn kind(&self) -> String {
        let kind = self.fields.first("warc-type").unwrap_or_default();
        kind.to_ascii_lowercase()
    }

    /// What it is about. Some writers put an address between angle brackets, as the standard once did.
    pub fn target(&self) -> Option<&str> {
        self.fields.first("warc-target-uri").map(unbracketed)
    }

    /// The page it is about, where that is one.
    pub fn page(&self) -> Option<PageUrl> {
        PageUrl::parse(self.target()?).ok()
    }

    /// When what it tells of happened.
    pub fn date(&self) -> Option<Timestamp> {
        instant(self.fields.first("warc-date")?)
    }

    /// Its own name, without brackets.
    pub fn id(&self) -> Option<&str> {
        self.fields.first("warc-record-id").map(unbracketed)
    }

    /// The media type of its block, in lower case and without parameters.
    pub fn media_type(&self) -> String {
        let whole = self.fields.first("content-type").unwrap_or_default();
        let media = whole.split(';').next().unwrap_or_default().trim();
        media.to_ascii_lowercase()
    }

    /// The page that a revisit refers to.
    pub fn refers_to_page(&self) -> Option<PageUrl> {
        let target = self.fields.first("warc-refers-to-target-uri")?;
        PageUrl::parse(unbracketed(target)).ok()
    }

    /// The instant that a revisit refers to.
    pub fn refers_to_date(&self) -> Option<Timestamp> {
        instant(self.fields.first("warc-refers-to-date")?)
    }

    /// The name of the record that this one refers to, without brackets.
    pub fn refers_to(&self) -> Option<&str> {
        self.fields.first("warc-refers-to").map(unbracketed)
    }

    /// The digest it gives of its payload.
    pub fn payload_digest(&self) -> Option<Digest> {
        Digest::parse(self.fields.first("warc-payload-digest")?)
    }

    /// Whether its block is what its digest says.
    pub fn check_block(&self) -> DigestCheck {
        let stated = self.fields.first("warc-block-digest");
        match (stated.and_then(Digest::parse), &self.block) {
            (Some(digest), Block::Whole(block)) => digest.check(&[block]),
            _ => DigestCheck::Unknown,
        }
    }
}

fn unbracketed(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(text)
}

/// RFC 3339, or the fourteen digits of an index.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let digits = text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (day, time) = (
        format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
        format!("{}:{}:{}", part(8, 10), part(10, 12), part(12, 14)),
    );
    format!("{day}T{time}Z").parse().ok()
}

/// The version and the fields of a header. Lines that are no field are passed over.
pub(super) fn header(bytes: &[u8]) -> (String, Fields) {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        String::from_utf8_lossy(line)
    });
    let version = lines.next().unwrap_or_default();
    let version = version.trim().trim_start_matches("WARC/").to_owned();
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in lines {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            fields.push((name, value.trim().to_owned()));
        }
    }
    (version, Fields(fields))
}
