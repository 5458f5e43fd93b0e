//! What is particular to Chinese pages: labels, dates and counts as they are printed, the pinyin
//! annotation and its repair, the two scripts, and words to search by.
//!
//! Everything here reads text and gives values back; nothing knows what HTML element a text came
//! from. [`annotation::recover`] alone looks at markup, and only to leave it alone.

pub mod annotation;
pub mod bigrams;
pub mod dates;
pub mod labels;
pub mod located;
pub mod numbers;
pub mod script;
