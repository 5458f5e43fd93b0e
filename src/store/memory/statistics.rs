//! Numbers of the sites, month by month.

use std::collections::BTreeMap;

use crate::archive::SiteMonth;
use crate::model::{PageKind, SiteId};

use super::state::State;

impl State {
    /// The months of `sites`, or of all, in the order of sites and months.
    pub(super) fn months(&self, sites: &[SiteId]) -> Vec<SiteMonth> {
        let mut months: BTreeMap<(SiteId, Option<String>), SiteMonth> = BTreeMap::new();
        for page in &self.pages {
            let Some(version) = page.version(None) else {
                continue;
            };
            if page.kind == PageKind::Part || !(sites.is_empty() || sites.contains(&page.site)) {
                continue;
            }
            let article = &version.reading.article;
            let time = article.publish_time.map(|time| time.to_string());
            let month = time.and_then(|time| time.get(..7).map(str::to_owned));
            let sum = months
                .entry((page.site.clone(), month.clone()))
                .or_insert_with(|| SiteMonth {
                    site: page.site.clone(),
                    month,
                    published: 0,
                    with_source: 0,
                    edited: 0,
                    gone: 0,
                    counted: 0,
                    views: 0,
                    characters: 0,
                });
            let body = article.body_text.as_deref().unwrap_or_default();
            sum.published += 1;
            sum.with_source += u64::from(article.source.is_some());
            sum.edited += u64::from(page.was_edited());
            sum.gone += u64::from(page.progress.gone_at().is_some());
            sum.counted += u64::from(page.counter.views.is_some());
            sum.views += page.counter.views.unwrap_or_default();
            sum.characters += u64::try_from(body.chars().count()).unwrap_or(u64::MAX);
        }
        months.into_values().collect()
    }
}
