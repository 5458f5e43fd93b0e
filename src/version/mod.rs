//! Kept article and new article in, what changed out: a counter is not an edit, an edit is shown
//! sentence by sentence.
//!
//! A version is a distinct hash over normalised fields: title, source, author, publish time, body
//! and images. Views live on the look that saw them; summary, editor and markup are shown in a
//! diff or kept beside the version, but a change in them alone makes no new one.

mod align;
mod compare;
mod diff;
mod hash;
mod normal;
mod sentences;

pub use compare::{Change, compare};
pub use diff::{Diff, FieldChange, SentenceChange, SentenceKind, Span, diff};
pub use hash::{HASH_RULE, content_hash};
