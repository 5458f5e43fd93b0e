//! News of saved searches, with the articles and what differs.

use std::sync::Arc;

use crate::alert::Item;
use crate::archive::{ArchiveError, Library, NewsEntry};
use crate::version::{self, Diff};

/// What is to be told of `news`.
pub async fn news_items(
    library: &Arc<dyn Library>,
    news: &[NewsEntry],
) -> Result<Vec<Item>, ArchiveError> {
    let mut items = Vec::new();
    for entry in news {
        let Some(kept) = library.article(entry.page, Some(entry.version_no)).await? else {
            continue;
        };
        let previous = match entry.previous_no {
            Some(_) => library.article(entry.page, entry.previous_no).await?,
            None => None,
        };
        let article = kept.reading.article;
        let diff = previous.map_or_else(Diff::default, |previous| {
            version::diff(&previous.reading.article, &article)
        });
        items.push(Item {
            look: entry.look.0,
            kind: entry.kind,
            url: entry.url.clone(),
            site: entry.site.clone(),
            observed_at: entry.observed_at,
            since: entry.since,
            found: entry.found,
            version_no: entry.version_no,
            previous_no: entry.previous_no,
            views: entry.views,
            title: article.title,
            source: article.source,
            author: article.author,
            publish_time: article.publish_time,
            text: article.body_text,
            diff,
        });
    }
    Ok(items)
}
