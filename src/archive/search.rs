//! Searching articles: in which order what was found comes, and what is told of it.

use std::cmp::Ordering;

use super::{Cursor, KeptArticle, PageId};

/// In which order what a search found comes. At equal terms the latest published comes first, then
/// the version kept last; among the best answers the latter at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchOrder {
    /// The best answer first; the latest published where no word was asked for.
    #[default]
    Relevance,
    /// The latest published first.
    Published,
    /// The most viewed first.
    Views,
    /// The most views a day first: how many the count grew by a day from the last look at least a
    /// day before the one that saw it last, or else from the first look, to that one. None, and
    /// behind the others, where those are less than an hour apart, or where the count fell.
    Growth,
    /// The version seen last first.
    Changed,
}

/// Which versions of articles are searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Versions {
    /// Each article as it is kept now.
    #[default]
    Current,
    /// Each version of it, earlier ones as well.
    All,
}

/// Which of the articles that are found are told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchPage {
    /// In which order.
    pub order: SearchOrder,
    /// Among which versions.
    pub versions: Versions,
    /// Those behind this one alone, which an earlier page told.
    pub after: Option<Cursor>,
    /// So many are passed over.
    pub offset: usize,
    /// So many are told.
    pub limit: usize,
}

/// A version of an article that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FoundVersion {
    /// The page.
    pub page: PageId,
    /// The version's number on it.
    pub version_no: u32,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// How many articles, or versions where all are searched; those before a cursor count.
    pub total: u64,
    /// Those that were asked for, in order.
    pub articles: Vec<KeptArticle>,
    /// The place of each of them.
    pub cursors: Vec<Cursor>,
}

/// Where something found stands among all that is: the higher comes first, a part that the order does
/// not ask for is the same in all.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) first: Rank,
    /// As it is kept; nothing where there is none.
    pub(crate) publish_time: String,
    /// The number of the version among all, in the order in which they were kept.
    pub(crate) serial: i64,
}

/// What an order goes by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rank {
    Number(f64),
    Text(String),
}

impl Place {
    /// What comes first is less.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let first = match (&other.first, &self.first) {
            (Rank::Number(other), Rank::Number(own)) => other.total_cmp(own),
            (Rank::Text(other), Rank::Text(own)) => other.cmp(own),
            (Rank::Text(_), Rank::Number(_)) => Ordering::Greater,
            (Rank::Number(_), Rank::Text(_)) => Ordering::Less,
        };
        first
            .then_with(|| other.publish_time.cmp(&self.publish_time))
            .then_with(|| other.serial.cmp(&self.serial))
    }
}

impl SearchOrder {
    /// The order where words were asked for or not.
    pub(crate) const fn among(self, words: bool) -> Self {
        match self {
            Self::Relevance if !words => Self::Published,
            order => order,
        }
    }
}
