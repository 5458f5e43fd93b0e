//! A parsed page: the one parse that extraction and discovery share.

use std::fmt;

use encoding_rs::Encoding;
use scraper::Html;

use crate::model::{PageUrl, Timestamp};

/// A page's document with the facts needed to read it. Not `Send`: it lives inside one call.
pub struct Page {
    /// The document.
    pub html: Html,
    /// Where it was received from, unless unknown (`extract` of a saved file).
    pub url: Option<PageUrl>,
    /// What relative links are resolved against: `<base href>`, else the URL.
    pub base: Option<PageUrl>,
    /// When it was received; relative dates are resolved against it.
    pub fetched_at: Timestamp,
    /// The encoding it was decoded with; queries of its links are encoded with it.
    pub encoding: &'static Encoding,
}

impl fmt::Debug for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Page")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
