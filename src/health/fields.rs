//! Fields that stopped coming: a site's template changed, and its rules did not.

use super::{ArticleFacts, Finding, FindingKind, Share};

/// So many of the last articles are held against those before.
const LATELY: usize = 20;

/// Fewer articles say nothing, lately or before.
const FEWEST: u64 = 10;

/// A field came if at least this share of the articles before gave it.
const CAME: f64 = 0.5;

/// It has stopped if less than this share of what came before still comes.
const STILL: f64 = 0.3;

/// Whether an article gives a field.
type Given = fn(&ArticleFacts) -> bool;

/// The fields that are watched.
const FIELDS: [(&str, Given); 4] = [
    ("source", |article| article.source),
    ("author", |article| article.author),
    ("publish_time", |article| article.publish_time),
    ("views", |article| article.views),
];

/// How often a field is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldFill {
    /// The field's name.
    pub field: &'static str,
    /// Of the last articles, those that give it.
    pub lately: Share,
    /// Of the articles before them, those that gave it.
    pub before: Share,
}

/// How often the last of `articles`, the last found first, give each field.
pub(super) fn of(articles: &[ArticleFacts]) -> Vec<FieldFill> {
    let (lately, before) = articles.split_at(articles.len().min(LATELY));
    FIELDS
        .into_iter()
        .map(|(field, given)| FieldFill {
            field,
            lately: Share::of(lately.iter().map(given)),
            before: Share::of(before.iter().map(given)),
        })
        .collect()
}

impl FieldFill {
    /// Whether the field used to come and does no longer.
    pub fn has_stopped(self) -> bool {
        self.lately.whole >= FEWEST
            && self.before.whole >= FEWEST
            && self.before.ratio() >= CAME
            && self.lately.ratio() < self.before.ratio() * STILL
    }

    pub(super) fn finding(&self) -> Option<Finding> {
        self.has_stopped().then(|| {
            let words = format!(
                "{} of its last {} articles give {}, before it was {} of {}",
                self.lately.part,
                self.lately.whole,
                self.field,
                self.before.part,
                self.before.whole
            );
            Finding::new(FindingKind::FieldStopped, words)
        })
    }
}
