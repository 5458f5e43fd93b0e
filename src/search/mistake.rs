//! What is wrong in a search, where, and what would be right.

use std::ops::Range;

use super::lexer::PREFIXES;

/// A search that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("read the search at character {}: {mistake}", self.character())]
pub struct SearchError {
    /// The search as typed.
    pub search: String,
    /// The bytes of it that are wrong.
    pub place: Range<usize>,
    /// What is wrong with them.
    pub mistake: Mistake,
}

impl SearchError {
    /// Which character the mistake begins at, from 1.
    pub fn character(&self) -> usize {
        let before = self.search.get(..self.place.start).unwrap_or_default();
        before.chars().count().saturating_add(1)
    }
}

/// What is wrong with a search, and the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// A quote without its end.
    #[error("this quote has no end; close it with {close}")]
    OpenQuote {
        /// What ends it.
        close: char,
    },
    /// A parenthesis without its end.
    #[error("this parenthesis has no end; close it with )")]
    OpenParenthesis,
    /// The end of a parenthesis that never began.
    #[error("this parenthesis was never opened; leave it out, or put it into quotes")]
    StrayParenthesis,
    /// Parentheses with nothing between them.
    #[error("there is nothing in these parentheses; write words between them")]
    EmptyParentheses,
    /// An operator without something on one side.
    #[error(
        "{operator} has nothing {side} it; write a word there, or \"{operator}\" in quotes to search for it"
    )]
    NothingBeside {
        /// The operator.
        operator: &'static str,
        /// `before` or `after`.
        side: &'static str,
    },
    /// Only punctuation.
    #[error("nothing in `{text}` can be searched for; leave it out")]
    NothingToFind {
        /// What was typed.
        text: String,
    },
    /// A prefix without a value.
    #[error("nothing follows `{prefix}:`; write {example}")]
    NoValue {
        /// The prefix.
        prefix: String,
        /// How it is used.
        example: &'static str,
    },
    /// A prefix nobody knows.
    #[error(
        "there is no `{prefix}:`; there are {}; to search for it write it in quotes",
        known()
    )]
    UnknownPrefix {
        /// What was typed.
        prefix: String,
    },
    /// A value that its prefix does not take.
    #[error("`{prefix}:` does not take `{value}`; write {example}")]
    WrongValue {
        /// The prefix.
        prefix: String,
        /// What was typed.
        value: String,
        /// How it is used.
        example: &'static str,
    },
    /// A prefix of words before parentheses that only a value may follow.
    #[error("`{prefix}:` takes one value and no parentheses; write {example}")]
    NoGroup {
        /// The prefix.
        prefix: String,
        /// How it is used.
        example: &'static str,
    },
    /// Parentheses in parentheses without end.
    #[error("parentheses are {most} deep at most; write the search in fewer")]
    TooDeep {
        /// The limit.
        most: usize,
    },
    /// More words and filters than an index should be asked for.
    #[error("a search has {most} words and filters at most; split it")]
    TooMany {
        /// The limit.
        most: usize,
    },
}

fn known() -> String {
    let names: Vec<String> = PREFIXES
        .iter()
        .map(|prefix| format!("{}:", prefix.name()))
        .collect();
    names.join(" ")
}
