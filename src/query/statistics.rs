//! Numbers of the sites: all time, and month by month.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{ToSpan as _, tz::TimeZone};

use crate::archive::{ArchiveError, Library, SiteMonth, SiteSummary};
use crate::model::{SiteId, Timestamp};

/// Numbers of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteStatistics {
    /// The site, and what is kept of it.
    pub summary: SiteSummary,
    /// All its months together.
    pub whole: SiteMonth,
    /// Its last months, first to last, those without an article among them.
    pub months: Vec<SiteMonth>,
}

/// Numbers of `sites`, or of all that have an article, with their last `months` up to `now`.
pub async fn statistics(
    library: &Arc<dyn Library>,
    sites: &[SiteId],
    months: u32,
    now: Timestamp,
) -> Result<Vec<SiteStatistics>, ArchiveError> {
    let mut by_site: BTreeMap<SiteId, Vec<SiteMonth>> = BTreeMap::new();
    for month in library.months(sites).await? {
        by_site.entry(month.site.clone()).or_default().push(month);
    }
    let summaries = library.sites().await?.into_iter();
    Ok(summaries
        .filter_map(|summary| {
            let kept = by_site.remove(&summary.site)?;
            let whole = kept.iter().fold(nothing(&summary.site, None), add);
            let month = |name: String| {
                let same = |month: &&SiteMonth| month.month.as_deref() == Some(name.as_str());
                let known = kept.iter().find(same).cloned();
                known.unwrap_or_else(|| nothing(&summary.site, Some(name)))
            };
            let months = last_months(now, months).into_iter().map(month).collect();
            Some(SiteStatistics {
                summary,
                whole,
                months,
            })
        })
        .collect())
}

fn nothing(site: &SiteId, month: Option<String>) -> SiteMonth {
    SiteMonth {
        site: site.clone(),
        month,
        published: 0,
        with_source: 0,
        edited: 0,
        gone: 0,
        counted: 0,
        views: 0,
        characters: 0,
    }
}

fn add(sum: SiteMonth, month: &SiteMonth) -> SiteMonth {
    SiteMonth {
        published: sum.published + month.published,
        with_source: sum.with_source + month.with_source,
        edited: sum.edited + month.edited,
        gone: sum.gone + month.gone,
        counted: sum.counted + month.counted,
        views: sum.views.saturating_add(month.views),
        characters: sum.characters.saturating_add(month.characters),
        ..sum
    }
}

/// The names of the last `count` months, that of `now` last.
fn last_months(now: Timestamp, count: u32) -> Vec<String> {
    let this: Date = now
        .as_jiff()
        .to_zoned(TimeZone::UTC)
        .date()
        .first_of_month();
    (0..i32::try_from(count).unwrap_or(i32::MAX))
        .rev()
        .filter_map(|back| this.checked_sub(back.months()).ok())
        .map(|first| first.strftime("%Y-%m").to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_go_back_across_years() {
        let now: Timestamp = "2026-02-28T23:59:00Z".parse().expect("instant");
        assert_eq!(last_months(now, 3), ["2025-12", "2026-01", "2026-02"]);
        assert!(last_months(now, 0).is_empty());
    }
}
