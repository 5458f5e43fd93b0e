//! A parsed page: the one parse that extraction and discovery share.

use std::fmt;

use encoding_rs::Encoding;
use scraper::{Html, Selector};

use super::parser::{self, Parsed};
use crate::canon;
use crate::chinese::annotation;
use crate::model::{PageUrl, Timestamp};

/// A page's document with the facts needed to read it. Not `Send`: it lives inside one call.
pub struct Page {
    /// The document.
    pub html: Html,
    /// Whether it has more elements than are read.
    pub is_cut: bool,
    /// Where it was received from, unless unknown (`extract` of a saved file).
    pub url: Option<PageUrl>,
    /// What relative links are resolved against: `<base href>`, else the URL.
    pub base: Option<PageUrl>,
    /// When it was received; relative dates are resolved against it.
    pub fetched_at: Timestamp,
    /// The encoding it was decoded with; queries of its links are encoded with it.
    pub encoding: &'static Encoding,
    /// What was undone before the parse, where the text was annotated.
    pub annotation: Option<Annotation>,
}

/// An annotated page before its text was recovered.
#[derive(Debug)]
pub struct Annotation {
    /// The document as printed; its nodes stand in the same order as the recovered document's.
    pub printed: Html,
    /// How many annotations were taken out.
    pub count: usize,
    /// How many torn places were mended.
    pub scars_repaired: usize,
    /// Whether something may be missing or wrong.
    pub lossy: bool,
}

impl Page {
    /// Parses decoded text. Where it is annotated (來(lái)源), the document holds the recovered
    /// text: labels and names must be whole before anything is looked for.
    pub fn parse(
        text: &str,
        url: Option<PageUrl>,
        fetched_at: Timestamp,
        encoding: &'static Encoding,
    ) -> Self {
        let recovered = annotation::recover(text);
        let Parsed { html, is_cut } = parser::parse(&recovered.html);
        let annotation = recovered.annotated.then(|| Annotation {
            printed: parser::document(text),
            count: recovered.annotations,
            scars_repaired: recovered.scars_repaired,
            lossy: recovered.lossy,
        });
        let base = base_of(&html, url.as_ref()).or_else(|| url.clone());
        Self {
            html,
            is_cut,
            url,
            base,
            fetched_at,
            encoding,
            annotation,
        }
    }

    /// Where a link or picture leads, where that is on the web.
    pub(super) fn absolute(&self, address: &str) -> Option<PageUrl> {
        let address = address.trim();
        match &self.base {
            Some(base) => canon::resolve(base, address, self.encoding).ok(),
            None => PageUrl::parse(address).ok(),
        }
    }
}

fn base_of(html: &Html, url: Option<&PageUrl>) -> Option<PageUrl> {
    let selector = Selector::parse("base[href]").ok()?;
    let href = html.select(&selector).next()?.attr("href")?;
    match url {
        Some(url) => url.join(href).ok(),
        None => PageUrl::parse(href).ok(),
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Page")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
