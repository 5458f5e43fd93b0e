//! How well pages were read: what a person read in them against what a tool did, as numbers.
//!
//! [`judge`] holds one [`Answer`] against one [`Truth`]; [`tally`] sums pages up by set and
//! language; [`compare`] says what moved since an earlier result; a [`Bound`] keeps a number from
//! sinking. Texts are compared as a reader would: case, width, punctuation and spacing aside. Bodies
//! are compared as multisets of four characters (Chinese) or four words in a row, which costs a
//! reader's mistake what it is worth: a lost paragraph its length, a lost sentence little.
//! `docs/eval.md` defines every number.

mod body;
mod bound;
mod compare;
mod judge;
mod metric;
mod tally;
mod text;
mod truth;
mod value;

pub use body::BodyScore;
pub use bound::{Bound, BoundError, Checked, Side, check};
pub use compare::{Comparison, MetricChange, Move, Outline, PageChange, PageOutline, compare};
pub use judge::{Asked, Judgement, PageScore, Verdict, judge};
pub use metric::Metric;
pub use tally::{Group, Labelled, Score, groups_of, tally};
pub use truth::{Answer, Truth, TruthError};
