//! What readers ask of the archive, answered over [`Library`] alone: nothing here can write, except
//! that reposts are looked for before they are told of.

mod captures;
mod changes;
mod health;
mod news;
mod reposts;
mod statistics;
mod views;

use std::sync::Arc;

use crate::archive::{ArchiveError, KeptArticle, Library, PageId};
use crate::canon;
use crate::model::PageUrl;
use crate::version::{self, Diff};

pub use captures::{Captured, Captures, Indexed, Page, Written};
pub use changes::{Change, changes};
pub use health::health;
pub use news::news_items;
pub use reposts::{Cluster, Copying, Found, Standing, Wanted, copying, find_reposts, reposts};
pub use statistics::{SiteStatistics, statistics};
pub use views::{ViewPoint, view_chart, view_points};

/// The page that `url` stands for: as written, else in its canonical spelling.
pub async fn find(
    library: &Arc<dyn Library>,
    url: &PageUrl,
) -> Result<Option<PageId>, ArchiveError> {
    match library.find(url).await? {
        Some(page) => Ok(Some(page)),
        None => library.find(&canon::canonical(url)).await,
    }
}

/// Two versions of a page and what differs between them.
#[derive(Debug)]
pub struct VersionDiff {
    /// The older one.
    pub old: KeptArticle,
    /// The newer one.
    pub new: KeptArticle,
    /// What differs.
    pub diff: Diff,
}

/// Which version is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchVersion {
    /// The version asked for.
    pub version: u32,
    /// How many the page has.
    pub versions: u32,
}

/// Compares version `old` of `page` (unless given, what looks saw before the newer) with version `new`
/// (the current one unless given).
///
/// Looks tell what came before, not numbers: a page that was read anew has versions that no look
/// saw, and one that went back to an earlier wording has a lower number after a higher one.
pub async fn compare(
    library: &Arc<dyn Library>,
    page: PageId,
    old: Option<u32>,
    new: Option<u32>,
) -> Result<Result<VersionDiff, NoSuchVersion>, ArchiveError> {
    let Some(newer) = library.article(page, new).await? else {
        let versions = u32::try_from(library.versions(page).await?.len()).unwrap_or(u32::MAX);
        return Ok(Err(NoSuchVersion {
            version: new.unwrap_or(1),
            versions,
        }));
    };
    let wanted = match old {
        Some(old) => old,
        None => match before(library, page, newer.version_no).await? {
            Ok(before) => before,
            Err(versions) => {
                return Ok(Err(NoSuchVersion {
                    version: newer.version_no.saturating_sub(1),
                    versions,
                }));
            }
        },
    };
    let Some(older) = library.article(page, Some(wanted)).await? else {
        return Ok(Err(NoSuchVersion {
            version: wanted,
            versions: newer.versions,
        }));
    };
    let diff = version::diff(&older.reading.article, &newer.reading.article);
    Ok(Ok(VersionDiff {
        old: older,
        new: newer,
        diff,
    }))
}

/// The version that looks saw last before `version_no`; else how many versions they saw.
async fn before(
    library: &Arc<dyn Library>,
    page: PageId,
    version_no: u32,
) -> Result<Result<u32, u32>, ArchiveError> {
    let looks = library.looks(page).await?;
    let mut seen: Vec<u32> = looks.iter().filter_map(|look| look.version_no).collect();
    seen.dedup();
    let place = seen.iter().rposition(|seen| *seen == version_no);
    let before = match place {
        Some(place) => place.checked_sub(1).and_then(|place| seen.get(place)),
        // no look saw it any more: the one that was made before it
        None => return Ok(version_no.checked_sub(1).filter(|one| *one > 0).ok_or(1)),
    };
    Ok(before.copied().ok_or_else(|| {
        seen.sort_unstable();
        seen.dedup();
        u32::try_from(seen.len()).unwrap_or(u32::MAX)
    }))
}
