//! Numbers of a site, month by month.

use crate::model::SiteId;

/// What is known of a site and one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteMonth {
    /// The site.
    pub site: SiteId,
    /// The month, as in `2026-06`; `None` for articles without a publish time.
    pub month: Option<String>,
    /// Articles published in it.
    pub published: u64,
    /// Of these, those that give a source.
    pub with_source: u64,
    /// Of these, those that have several versions.
    pub edited: u64,
    /// Of these, those that are gone.
    pub gone: u64,
    /// Of these, those whose view count was seen.
    pub counted: u64,
    /// The last view counts of those together.
    pub views: u64,
    /// Characters of their texts together.
    pub characters: u64,
}
