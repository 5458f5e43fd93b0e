//! Text and rules in, article out: which part of a page is the article, and what it says of itself.
//!
//! [`extract`] flattens the document once ([`outline`]), finds the element whose lines are worth most
//! ([`body`]), the headline before it ([`title`]), and reads the metadata around both
//! ([`metadata`]). For each field a site's own rules go first, then its builder's, then the
//! metadata line's grammar, then what the document's head says; [`Extraction::provenance`] tells
//! which it was.
//!
//! The modules form layers, each using its own and those before it (`tests/it/house.rs` checks):
//!
//! 1. the document: [`page`], [`outline`] with its [`lines`], [`head`];
//! 2. what a line or a name says by itself ([`phrases`], [`metadata_line`], [`names`]), and what a
//!    [`candidate`] is, a [`refusal`], a cut ([`cuts`]);
//! 3. the [`text`] and its headline: [`body`] alone, by what lines are [`worth`], without [`boxes`];
//!    [`title`] before it, and by both of them what is taken off ([`preceding`], [`following`], all
//!    but the [`core`], [`asides`]) or refused ([`beside`]);
//! 4. where to look for the rest: the [`metadata`] around headline and text;
//! 5. the fields, each in a module of its own, which offers its candidates in the order in which
//!    they are believed;
//! 6. [`assemble`]: the order of rules, and the article; [`mod@explain`]: why it is what it is.
//!
//! [`extract`] takes the first candidate that nothing speaks against and looks no further;
//! [`explain()`] collects them all. Both run the same code.
//!
//! Reading never fails: a broken page gives an [`Extraction`] with less in it and a warning.

mod alike;
mod asides;
mod assemble;
mod author;
mod beside;
mod body;
mod boxes;
mod bylines;
mod candidate;
mod clean;
mod core;
mod credits;
mod cuts;
mod explain;
mod following;
mod head;
mod headline;
mod hints;
mod icons;
mod kind;
mod labelled;
mod language;
mod lines;
mod metadata;
mod metadata_line;
mod names;
mod outline;
mod page;
mod parser;
mod parts;
mod persons;
mod phrases;
mod pictures;
mod preceding;
mod printed;
mod refusal;
mod scripts;
mod signed;
mod site_name;
mod site_rules;
mod source;
mod stream;
mod summary;
mod teasers;
mod text;
mod time;
mod title;
mod views;
mod worth;

pub use assemble::{explain, extract};
pub use candidate::{Place, Verdict};
pub use cuts::CutRule;
pub use explain::{BodyTrace, CutTrace, Explanation, Relation, Rival, Trace, Whereabouts};
pub use page::{Annotation, Page};
pub(crate) use parser::document as parse;
pub use parts::{Part, join};
pub use refusal::Refusal;
pub use site_rules::first_value;

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
    /// Which part of an article this page is, where the rules know how the site splits articles and
    /// this one is split.
    pub part: Option<Part>,
}

#[cfg(test)]
mod tests;
