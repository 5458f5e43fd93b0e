//! What happened to articles, with what differs.

use std::sync::Arc;

use crate::archive::{ArchiveError, ChangeEntry, ChangeFilter, Happening, KeptArticle, Library};
use crate::version::{self, Diff};

/// A change of an article, and what it changed.
#[derive(Debug)]
pub struct Change {
    /// What happened, where and when.
    pub entry: ChangeEntry,
    /// The article as it is after the change; of a page that vanished, as it was last.
    pub article: KeptArticle,
    /// What differs; nothing where the page vanished.
    pub diff: Diff,
}

/// The changes that `filter` asks for, latest first, each with what differs.
pub async fn changes(
    library: &Arc<dyn Library>,
    filter: ChangeFilter,
) -> Result<Vec<Change>, ArchiveError> {
    let mut changes = Vec::new();
    for entry in library.changes(filter).await? {
        let (before, after) = match entry.happening {
            Happening::Edited { before, after, .. } => (Some(before), Some(after)),
            Happening::Vanished => (None, None),
        };
        let Some(article) = library.article(entry.page, after).await? else {
            continue;
        };
        let older = match before {
            Some(_) => library.article(entry.page, before).await?,
            None => None,
        };
        let diff = older.map_or_else(Diff::default, |older| {
            version::diff(&older.reading.article, &article.reading.article)
        });
        changes.push(Change {
            entry,
            article,
            diff,
        });
    }
    Ok(changes)
}
