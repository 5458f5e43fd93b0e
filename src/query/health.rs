//! How well the sites are.

use std::sync::Arc;

use crate::archive::{ArchiveError, Library};
use crate::health::{Health, SiteFacts, judge};
use crate::model::{SiteId, Timestamp};

/// How well each site is, by name; `watched` are those that crawls are meant to visit, known to
/// the archive or not.
pub async fn health(
    library: &Arc<dyn Library>,
    watched: &[SiteId],
    now: Timestamp,
) -> Result<Vec<Health>, ArchiveError> {
    let mut facts = library.health(now).await?;
    for site in watched {
        match facts.iter_mut().find(|facts| facts.site == *site) {
            Some(facts) => facts.watched = true,
            None => facts.push(SiteFacts {
                watched: true,
                ..SiteFacts::nothing(site.clone())
            }),
        }
    }
    facts.sort_by(|one, other| one.site.cmp(&other.site));
    Ok(facts.into_iter().map(|facts| judge(facts, now)).collect())
}
