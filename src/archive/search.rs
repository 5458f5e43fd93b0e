//! Searching articles: in which order what was found comes, and what is told of it.

use std::cmp::Ordering;

use crate::model::Timestamp;

use super::{KeptArticle, PageId};

/// In which order what a search found comes. At equal terms the latest published comes first, then the page
/// found last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SearchOrder {
    /// The best answer first.
    #[default]
    Relevance,
    /// The latest published first.
    Published,
    /// The most viewed first.
    Views,
    /// The version seen last first.
    Changed,
}

/// Which of the articles that are found are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchPage {
    /// In which order.
    pub order: SearchOrder,
    /// So many are passed over.
    pub offset: usize,
    /// So many are told.
    pub limit: usize,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many articles in all.
    pub total: u64,
    /// Those that were asked for, in order.
    pub articles: Vec<KeptArticle>,
}

/// What decides the place of an article among those found.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) page: PageId,
    /// The higher the better.
    pub(crate) score: f64,
    pub(crate) publish_time: Option<String>,
    pub(crate) views: Option<u64>,
    pub(crate) observed_at: Timestamp,
}

impl SearchPage {
    /// The pages that are told, in order.
    pub(crate) fn of(self, mut found: Vec<Place>) -> Vec<PageId> {
        found.sort_by(|one, other| self.order.compare(one, other));
        let told = found.into_iter().skip(self.offset).take(self.limit);
        told.map(|place| place.page).collect()
    }
}

impl SearchOrder {
    fn compare(self, one: &Place, other: &Place) -> Ordering {
        let first = match self {
            Self::Relevance => other.score.total_cmp(&one.score),
            Self::Published => Ordering::Equal,
            Self::Views => other.views.cmp(&one.views),
            Self::Changed => other.observed_at.cmp(&one.observed_at),
        };
        first
            .then_with(|| other.publish_time.cmp(&one.publish_time))
            .then_with(|| other.page.cmp(&one.page))
    }
}
