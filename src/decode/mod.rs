//! Wire bytes and headers in, text out, and how the encoding was known.
//!
//! [`undo_codings`] gives the entity under its content codings, [`decode`] its text. Both take what
//! servers really send: labels that lie, codings that were forgotten or announced for nothing.

mod codings;
mod inflate;
mod label;
mod prescan;
mod text;
mod verdict;

use bytes::Bytes;
use encoding_rs::Encoding;

use crate::model::{ContentHash, Warning};

pub use codings::{is_coded, undo_codings, undo_codings_of_beginning, unpack_gzip};
pub use inflate::is_gzip;
pub use label::{from_content_type, from_label};
pub use prescan::{Declaration, prescan};
pub use text::{decode_as, replace_private_use};
pub use verdict::decode;

/// How many bytes an entity may have once its codings are undone, unless the settings say otherwise.
pub const DEFAULT_LIMIT_BYTES: u64 = 20_000_000;

/// An entity body with its content codings undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// The bytes the page is made of.
    pub body: Bytes,
    /// How many bytes crossed the wire.
    pub wire_length: u64,
    /// The digest of what crossed the wire.
    pub wire_hash: ContentHash,
}

/// How the encoding of a text was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The bytes begin with a byte order mark.
    ByteOrderMark,
    /// `charset` of the `Content-Type` header.
    HttpHeader,
    /// `<meta>` or an XML declaration in the text itself.
    Meta,
    /// Nothing was declared; the bytes were weighed.
    Detected,
    /// Something was declared and the bytes contradict it.
    Contradicted,
    /// Nothing was declared and there was too little to weigh.
    Default,
}

impl Evidence {
    /// Every kind of evidence, strongest first.
    pub const ALL: [Self; 6] = [
        Self::ByteOrderMark,
        Self::HttpHeader,
        Self::Meta,
        Self::Detected,
        Self::Contradicted,
        Self::Default,
    ];

    /// The evidence's stable name in JSON and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "bom",
            Self::HttpHeader => "http",
            Self::Meta => "meta",
            Self::Detected => "detected",
            Self::Contradicted => "overruled",
            Self::Default => "default",
        }
    }

    /// The evidence called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|evidence| evidence.name() == name)
    }
}

/// A text and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding it was read with.
    pub encoding: &'static Encoding,
    /// How the encoding was known.
    pub evidence: Evidence,
    /// The label that was declared first, as written, whether it was followed or not.
    pub declared: Option<String>,
    /// Whether some bytes could not be read and became U+FFFD.
    pub had_errors: bool,
    /// What a person should know.
    pub warnings: Vec<Warning>,
}
