//! Text and rules in, article out: which part of a page is the article, and what it says of itself.
//!
//! [`extract`] flattens the document once ([`outline`]), finds the element whose lines are worth most
//! ([`body`]), the headline before it ([`title`]), and reads the metadata around both
//! ([`metadata`]). For each field a site's own rules go first, then its builder's, then the
//! metadata line's grammar, then what the document's head says; [`Extraction::provenance`] tells
//! which it was.
//!
//! Reading never fails: a broken page gives an [`Extraction`] with less in it and a warning.

mod assemble;
mod beside;
mod body;
mod bylines;
mod clean;
mod credits;
mod following;
mod head;
mod hints;
mod icons;
mod kind;
mod language;
mod lines;
mod metadata;
mod names;
mod outline;
mod page;
mod parser;
mod phrases;
mod printed;
mod site_name;
mod site_rules;
mod summary;
mod time;
mod title;
mod views;

pub use assemble::extract;
pub use page::{Annotation, Page};
pub(crate) use parser::document as parse;

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

#[cfg(test)]
mod tests;
