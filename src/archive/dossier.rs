//! Everything that is kept of an article, for who hands it on.

use crate::model::Timestamp;

use super::{KeptArticle, Look, PageId};

/// How much is asked for of each article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DossierScope {
    /// Every version, not only the current one.
    pub all_versions: bool,
    /// Every look.
    pub looks: bool,
}

/// What is kept of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// The page.
    pub page: PageId,
    /// The article as it is now.
    pub current: KeptArticle,
    /// Every version, first to last, the current one included; empty unless asked for.
    pub versions: Vec<KeptArticle>,
    /// Every look, first to last; empty unless asked for.
    pub looks: Vec<Look>,
    /// First look that found anything.
    pub first_seen_at: Option<Timestamp>,
    /// Last look of any kind.
    pub last_fetched_at: Option<Timestamp>,
    /// Last look that found a content other than before.
    pub last_changed_at: Option<Timestamp>,
    /// Last look that saw its views.
    pub views_at: Option<Timestamp>,
    /// Whether looks saw several versions; what was only read anew is no edit.
    pub edited: bool,
}
