//! WARC, the format in which web archives exchange what they received (WARC 1.1, ISO 28500:2017).
//!
//! A [`Record`] is one thing that happened: an answer, a look that found nothing new, a note beside
//! it. Here are the words that who writes and who reads records share, and what follows from them:
//! digests, identifiers, keys to sort by.

mod head;
mod index;
mod key;
mod package;
pub mod read;
mod write;

use std::fmt;

use bytes::Bytes;
use data_encoding::BASE32;
use sha1::{Digest as _, Sha1};

pub use head::http_head;
pub use index::{Entry, stamp};
pub use key::surt;
pub use package::{
    BLOCK_LINES, Package, Resource, block_line, blocks_header, package_digest, page_line,
    pages_header, sha256, sha256_text,
};
pub use write::{Exchange, LEVEL, Original, Part};

/// The version of the format that is written, the first line of each record.
pub const VERSION: &str = "WARC/1.1";

/// Media type of a block that is an HTTP answer.
pub const HTTP_RESPONSE: &str = "application/http;msgtype=response";

/// Media type of a block that is lines of names and values.
pub const WARC_FIELDS: &str = "application/warc-fields";

/// What begins the target of a record that tells of a page: were it the page's own address, replay
/// would take the record for the page.
pub const PAGE_INFO: &str = "urn:pageinfo:";

/// What begins the target of a record that holds the text of a page.
pub const TEXT: &str = "urn:text:";

/// Profiles of revisit records.
pub mod profile {
    /// The same bytes came again.
    pub const IDENTICAL: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
    /// The server said that nothing changed.
    pub const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";
}

/// Names of fields.
pub mod field {
    /// What kind of record it is.
    pub const TYPE: &str = "WARC-Type";
    /// Its own name among all records.
    pub const RECORD_ID: &str = "WARC-Record-ID";
    /// When what it tells of happened.
    pub const DATE: &str = "WARC-Date";
    /// What was asked for.
    pub const TARGET_URI: &str = "WARC-Target-URI";
    /// Who answered.
    pub const IP_ADDRESS: &str = "WARC-IP-Address";
    /// Digest of the whole block.
    pub const BLOCK_DIGEST: &str = "WARC-Block-Digest";
    /// Digest of the entity body in it, or of the one it refers to.
    pub const PAYLOAD_DIGEST: &str = "WARC-Payload-Digest";
    /// The record made at the same look.
    pub const CONCURRENT_TO: &str = "WARC-Concurrent-To";
    /// The record it adds to.
    pub const REFERS_TO: &str = "WARC-Refers-To";
    /// That record's target.
    pub const REFERS_TO_TARGET_URI: &str = "WARC-Refers-To-Target-URI";
    /// That record's date.
    pub const REFERS_TO_DATE: &str = "WARC-Refers-To-Date";
    /// In which sense a revisit is one.
    pub const PROFILE: &str = "WARC-Profile";
    /// The `warcinfo` record that speaks for it.
    pub const WARCINFO_ID: &str = "WARC-Warcinfo-ID";
    /// The name of the file a `warcinfo` record was written to.
    pub const FILENAME: &str = "WARC-Filename";
    /// Why the block is not whole.
    pub const TRUNCATED: &str = "WARC-Truncated";
    /// The media type of the block.
    pub const CONTENT_TYPE: &str = "Content-Type";
    /// Bytes of the block.
    pub const CONTENT_LENGTH: &str = "Content-Length";
}

/// What a record is (WARC 1.1, 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordKind {
    /// Of the file itself.
    Info,
    /// An answer as it was received.
    Response,
    /// Bytes without the exchange that brought them.
    Resource,
    /// What was asked.
    Request,
    /// Something to be known of another record.
    Metadata,
    /// Another look at what an earlier record holds.
    Revisit,
    /// What another record holds, in another form.
    Conversion,
    /// More of a block that was divided.
    Continuation,
}

impl RecordKind {
    /// Every kind there is.
    pub const ALL: [Self; 8] = [
        Self::Info,
        Self::Response,
        Self::Resource,
        Self::Request,
        Self::Metadata,
        Self::Revisit,
        Self::Conversion,
        Self::Continuation,
    ];

    /// Its name in a record.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "warcinfo",
            Self::Response => "response",
            Self::Resource => "resource",
            Self::Request => "request",
            Self::Metadata => "metadata",
            Self::Revisit => "revisit",
            Self::Conversion => "conversion",
            Self::Continuation => "continuation",
        }
    }

    /// The kind called `name`; a reader passes over kinds it does not know.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name().eq_ignore_ascii_case(name.trim()))
    }
}

/// The named fields of a record, in order. Names are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Adds a field. Whatever would end the line that it is written in becomes a blank.
    pub fn push(&mut self, name: &str, value: impl fmt::Display) {
        let value = value
            .to_string()
            .replace(|letter: char| letter.is_control(), " ");
        self.0.push((name.to_owned(), value));
    }

    /// The first value of `name`.
    pub fn first(&self, name: &str) -> Option<&str> {
        let mut fields = self.iter();
        fields.find_map(|(found, value)| found.eq_ignore_ascii_case(name).then_some(value))
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let fields = self.0.iter();
        fields.map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// One record. Its block is `head` and `payload`, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub kind: RecordKind,
    /// Its fields but `WARC-Type` and `Content-Length`.
    pub fields: Fields,
    /// Status line and header fields with the empty line that ends them, where it holds an HTTP
    /// message; nothing otherwise.
    pub head: Bytes,
    /// The rest of the block.
    pub payload: Bytes,
}

/// `bytes` as digests are written: `sha1:` and 32 letters.
pub fn digest(bytes: &[u8]) -> String {
    digest_of(&[bytes])
}

/// The same of `parts`, one after the other.
fn digest_of(parts: &[&[u8]]) -> String {
    let mut sum = Sha1::new();
    for part in parts {
        sum.update(part);
    }
    format!("sha1:{}", BASE32.encode(&sum.finalize()))
}

/// A record's own name, the same whenever the same is written: `<urn:uuid:…>`, a name-based UUID
/// (RFC 9562, 5.5) out of what tells records apart.
fn record_id(facts: &[&str]) -> String {
    /// For names that are URLs (RFC 9562, 6.6).
    const NAMESPACE: u128 = 0x6ba7_b811_9dad_11d1_80b4_00c0_4fd4_30c8;
    let mut sum = Sha1::new();
    sum.update(NAMESPACE.to_be_bytes());
    for fact in facts {
        sum.update(fact.as_bytes());
        sum.update([0]);
    }
    let sum: [u8; 20] = sum.finalize().into();
    let mut number = sum
        .iter()
        .take(16)
        .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    number = number & !(0xF << 76) | 5 << 76;
    number = number & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{number:032x}");
    let mut letters = hex.chars();
    let groups: Vec<String> = [8, 4, 4, 4, 12]
        .into_iter()
        .map(|length| letters.by_ref().take(length).collect())
        .collect();
    format!("<urn:uuid:{}>", groups.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_as_others_write_them() {
        // as `printf abc | openssl sha1 -binary | base32` prints it
        assert_eq!(digest(b"abc"), "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5");
        assert_eq!(digest_of(&[b"a", b"", b"bc"]), digest(b"abc"));
    }

    #[test]
    fn identifiers_are_stable_and_of_version_five() {
        let id = record_id(&["response", "a"]);
        assert_eq!(id, record_id(&["response", "a"]));
        assert_ne!(id, record_id(&["responsea", ""]));
        let letters: Vec<char> = id.chars().collect();
        assert_eq!(
            id.len(),
            "<urn:uuid:00000000-0000-5000-8000-000000000000>".len()
        );
        assert_eq!(letters.get(24), Some(&'5'), "{id}");
        assert!(
            matches!(letters.get(29), Some('8' | '9' | 'a' | 'b')),
            "{id}"
        );
    }

    #[test]
    fn kinds_are_known_by_their_names() {
        for kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(
            RecordKind::from_name(" Response"),
            Some(RecordKind::Response)
        );
        assert_eq!(RecordKind::from_name("screenshot"), None);
    }

    #[test]
    fn a_field_stays_on_its_line() {
        let mut fields = Fields::default();
        fields.push("X", "a\r\nWARC-Type: b\0c\u{85}");
        assert_eq!(fields.first("x"), Some("a  WARC-Type: b c "));
        assert_eq!(fields.first("y"), None);
    }
}
