//! Which articles are reposts (转载) of which: one text under several addresses, edited or not.
//!
//! An article becomes a [`Text`], which two answers are taken from: a few [`keys`](Text::keys), by
//! which an [`Index`] finds what may be alike without comparing everything with everything, and
//! [`alike`], which decides for two texts and is the definition. What is alike makes clusters
//! ([`clusters`]), and [`judge`] says which page of a cluster was first.
//!
//! [`DEFINITION`] says the whole in words and is kept in the archive under [`RULE`]: what was found
//! under another rule is found anew and never mixed with this one's.

mod alike;
mod cluster;
mod first;
mod index;
mod lines;
mod text;

pub use alike::alike;
pub use cluster::clusters;
pub use first::{FirstBy, Member, Outlet, Place, Precision, Relation, judge};
pub use index::Index;
pub use text::{Key, Text};

/// Which definition fingerprints and pairs were made with. Raise it with any change to what a
/// [`Text`] holds, its keys, or what is alike.
pub const RULE: u32 = 1;

/// What [`RULE`] means, as it is kept in the archive.
pub const DEFINITION: &str = "\
Text: the lines of body_text without credits (来源, 编辑, …: up to 60 characters) and disclaimers (up to 300), \
folded as the search index is (NFKC, lower case, simplified). Tokens: each Han character, each run of digits or of Chinese \
numerals, each run of other letters; nothing else counts. \
Shingles: every 10 tokens in a row, each token hashed with FNV-1a 64, their polynomial sum mixed with SplitMix64. \
Keys: the low 32 bits of the 16 smallest shingles. Candidates: the 12 pages sharing the most keys, 2 at least. \
Alike: both have 40 tokens; the shorter has a third of the longer's; of the shorter's distinct shingles 0.6 are the longer's \
(0.7 below 150 tokens), which is the similarity; in texts of fewer than 150 tokens nowhere do up to 12 tokens \
stand in the place of others; numbers agree: numbers between the same two tokens before and after (other numbers \
standing for each other) differ in less than a seventh of such places, and in none of the titles; and what two titles alike but for one \
place have there is not in one body each. \
Cluster: pages joined by pairs that are alike.";
