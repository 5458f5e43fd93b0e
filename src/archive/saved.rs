//! Saved searches: what is asked again and again, how far it was told, and the news of it.

use std::fmt;
use std::str::FromStr;

use crate::alert::{EventKind, Watch};
use crate::model::{PageUrl, SiteId, Timestamp};

use super::{LookId, PageId};

/// Characters of a name, at most.
const LONGEST_NAME: usize = 64;

/// What a saved search is called.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SearchName(String);

/// No name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing to see.
    #[error("a name has at least one letter")]
    Empty,
    /// Too long for a list.
    #[error("a name has at most {LONGEST_NAME} characters")]
    Long,
    /// It would be taken for an option.
    #[error("a name does not begin with -")]
    Option,
    /// Characters that nobody sees, or that break a line.
    #[error("a name has no control characters")]
    Control,
}

impl SearchName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SearchName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let acts = |letter: char| {
            letter.is_control()
                || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if name.contains(acts) {
            Err(NameError::Control)
        } else if !name.contains(char::is_alphanumeric) {
            Err(NameError::Empty)
        } else if name.chars().count() > LONGEST_NAME {
            Err(NameError::Long)
        } else if name.starts_with('-') {
            Err(NameError::Option)
        } else {
            Ok(Self(name))
        }
    }
}

impl fmt::Display for SearchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A search to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSearch {
    /// What it is called.
    pub name: SearchName,
    /// The words, as typed.
    pub query: String,
    /// What is to be told of it.
    pub watch: Watch,
    /// When it is saved. What was committed before is no news to it.
    pub at: Timestamp,
}

/// The number of a saved search in one archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SearchId(pub i64);

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its number.
    pub id: SearchId,
    /// By what documents call it: digits that no other search has, in this archive or another.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// The words, as typed.
    pub query: String,
    /// What is told of it, as in [`Watch`].
    pub events: String,
    /// When it was saved.
    pub created_at: Timestamp,
    /// All is told of that looks up to this one brought.
    pub told_until: LookId,
    /// When something was told last.
    pub told_at: Option<Timestamp>,
    /// How many events were told.
    pub told: u64,
}

/// What became of the wish to give a search another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// It has it.
    Done,
    /// There is no such search.
    Unknown,
    /// Another one has that name.
    Taken,
}

/// A proof of being the one who tells of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TellingToken(pub i64);

/// What became of the wish to tell of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody else does until it is ended, or the time is over.
    Yours(TellingToken, SavedSearch),
    /// Somebody else does.
    Busy {
        /// Until then at most.
        until: Timestamp,
    },
    /// There is no such search.
    Unknown,
}

/// What was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// All that looks up to this one brought.
    pub until: LookId,
    /// The events.
    pub news: Vec<NewsEntry>,
    /// When.
    pub at: Timestamp,
}

/// What is new of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The last look that was considered.
    pub until: LookId,
    /// The events, in the order in which they were committed.
    pub entries: Vec<NewsEntry>,
}

/// An event of an article that a search finds or found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewsEntry {
    /// The look that brought it. With the kind it is what the event is known by.
    pub look: LookId,
    /// What happened.
    pub kind: EventKind,
    /// The page.
    pub page: PageId,
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// When it was seen.
    pub observed_at: Timestamp,
    /// The version that is there; of a page that vanished, the last one.
    pub version_no: u32,
    /// The version before, where another one was seen.
    pub previous_no: Option<u32>,
    /// Of an edit, when the version before was seen last; of a page that is gone or was, since when;
    /// of views, when the count before was seen.
    pub since: Option<Timestamp>,
    /// Whether the search finds it after the event.
    pub found: bool,
    /// Of views, the count before and the one seen.
    pub views: Option<(u64, u64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_a_list_can_show() {
        let check = |typed: &str, expected: Result<&str, NameError>| {
            let name = typed.parse::<SearchName>();
            assert_eq!(
                name.as_ref().map(SearchName::as_str),
                expected.as_ref().copied()
            );
        };
        check("会展", Ok("会展"));
        check("  展会  2026 ", Ok("展会 2026"));
        check("a/b: c", Ok("a/b: c"));
        check("", Err(NameError::Empty));
        check("…", Err(NameError::Empty));
        check("--keep", Err(NameError::Option));
        check("a\u{1b}[2J", Err(NameError::Control));
        check("a\u{202e}b", Err(NameError::Control));
        check(&"会".repeat(65), Err(NameError::Long));
    }
}
