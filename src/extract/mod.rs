//! Text and rules in, article out: which part of a page is the article, and what it says of itself.
//!
//! Reading never fails: a broken page gives an [`Extraction`] with less in it and a warning.

mod page;

pub use page::Page;

use crate::model::{Article, PageKind, Provenance, Warning};

/// What was read from one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extraction {
    /// The article; empty fields where the page gives none.
    pub article: Article,
    /// What the page is: an article, a list, or neither.
    pub kind: PageKind,
    /// What a person should know.
    pub warnings: Vec<Warning>,
    /// Which rule gave each field.
    pub provenance: Provenance,
    /// Which rules file was used, as in `site:expo-company`, `builder:dedecms`, `generic`.
    pub rules: String,
}
