//! The language of searches: what a person types, what it means, and what in an article it found.
//!
//! [`parse`] reads it ([`docs/guide.md`](https://docs.rs/zhanwen) tells users how to write it), an
//! [`Expression`] is what it means and prints itself so that it can be read again, [`Subject`] judges
//! one article by it, and [`Condition`] is what an index is asked for. [`excerpt`] shows what was
//! found in its surroundings.
//!
//! A word is found wherever its characters stand next to each other, in either script; words of
//! letters and digits are found whole. Whoever evaluates an expression, an index or [`Subject`],
//! finds the same, since both go by the words of [`bigrams`](crate::chinese::bigrams).

mod condition;
mod excerpt;
mod expression;
mod lexer;
mod mistake;
mod parse;
mod ranking;
mod subject;
mod values;

pub use condition::Condition;
pub use excerpt::{Excerpt, Piece, excerpt, marked};
pub use expression::{Expression, Filter, Part, Side, Term};
pub use mistake::{Mistake, SearchError};
pub use parse::parse;
pub use ranking::{Corpus, Weights};
pub use subject::{Subject, Words};
pub use values::{ViewRange, date_bound, instant_bound};
