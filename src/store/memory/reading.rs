//! What a reader is given out of memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::archive::{
    ArticleLine, KeptArticle, KeptNotice, Look, PageId, SiteSummary, VersionEntry,
};
use crate::canon::urlkey;
use crate::model::{PageKind, PageUrl, SiteId};

use super::state::{Page, State, Version};

impl State {
    /// A page that moved is found where it moved to, unless its article stayed behind.
    pub(super) fn find(&self, url: &PageUrl) -> Option<PageId> {
        let key = urlkey(url);
        let has_article = |page: PageId| {
            self.page(page)
                .is_some_and(|page| page.current_no.is_some())
        };
        let own = self.keys.get(&key).copied();
        match (self.aliases.get(&key).copied(), own) {
            (Some(target), Some(own)) if !has_article(target) && has_article(own) => Some(own),
            (target, own) => target.or(own),
        }
    }

    /// A version of a page's article.
    pub(super) fn article(&self, page: PageId, version_no: Option<u32>) -> Option<KeptArticle> {
        let page = self.page(page)?;
        let version = page.version(version_no)?;
        let mut reading = version.reading.clone();
        reading.article.views = page.counter.views;
        reading.article.views_note = page.counter.note;
        Some(KeptArticle {
            page: page.id,
            url: page.url.clone(),
            site: page.site.clone(),
            version_no: version.number,
            versions: page.version_count(),
            edited: page.was_edited(),
            observed_at: version.observed_at,
            status: version.status,
            reading,
            gone_at: page.progress.gone_at(),
        })
    }

    /// All versions of a page.
    pub(super) fn versions(&self, page: PageId) -> Vec<VersionEntry> {
        let versions = self.page(page).into_iter().flat_map(|page| &page.versions);
        versions.map(Version::entry).collect()
    }

    /// All looks at a page.
    pub(super) fn looks(&self, page: PageId) -> Vec<Look> {
        let looks = self.page(page).into_iter().flat_map(|page| &page.looks);
        let mut looks: Vec<Look> = looks.map(|past| past.look.clone()).collect();
        looks.sort_by_key(|look| look.fetched_at);
        looks
    }

    /// What is kept of each site.
    pub(super) fn sites(&self) -> Vec<SiteSummary> {
        let mut sites: BTreeMap<&SiteId, SiteSummary> = BTreeMap::new();
        for page in &self.pages {
            let summary = sites.entry(&page.site).or_insert_with(|| SiteSummary {
                site: page.site.clone(),
                articles: 0,
                versions: 0,
                fetches: 0,
                last_fetched_at: None,
            });
            let is_article = page.current_no.is_some() && page.kind != PageKind::Part;
            summary.articles += u64::from(is_article);
            summary.versions += u64::from(page.version_count());
            summary.fetches += u64::try_from(page.looks.len()).unwrap_or(u64::MAX);
            let last = page.progress.history.last_fetched_at;
            summary.last_fetched_at = summary.last_fetched_at.max(last);
        }
        sites.into_values().collect()
    }

    /// All notices, latest first.
    pub(super) fn notices(&self) -> Vec<KeptNotice> {
        let mut notices: Vec<KeptNotice> = self.notices.values().cloned().collect();
        notices.sort_by_key(|kept| Reverse(kept.noticed_at));
        notices
    }

    /// The articles of a site or of all, newest publish time first.
    pub(super) fn articles(&self, site: Option<&SiteId>, limit: usize) -> Vec<ArticleLine> {
        let mut lines: Vec<(Option<String>, ArticleLine)> = self
            .pages
            .iter()
            .filter(|page| site.is_none_or(|site| page.site == *site))
            .filter(|page| page.kind != PageKind::Part)
            .filter_map(|page| {
                let line = page.line()?;
                Some((line.publish_time.clone(), line))
            })
            .collect();
        lines.reverse();
        lines.sort_by_key(|(time, _)| Reverse(time.clone()));
        lines
            .into_iter()
            .map(|(_, line)| line)
            .take(limit)
            .collect()
    }
}

impl Page {
    fn version_count(&self) -> u32 {
        self.versions.last().map_or(0, |version| version.number)
    }

    fn line(&self) -> Option<ArticleLine> {
        let reading = &self.version(None)?.reading;
        let article = &reading.article;
        Some(ArticleLine {
            url: self.url.clone(),
            site: self.site.clone(),
            title: article.title.clone(),
            publish_time: article.publish_time.map(|time| time.to_string()),
            source: article.source.clone(),
            views: self.counter.views,
            versions: self.version_count(),
            encoding: reading.encoding.clone(),
            missing_since: self.progress.gone_since,
        })
    }
}

impl Version {
    fn entry(&self) -> VersionEntry {
        let body = self.reading.article.body_text.as_deref();
        let body_chars = body.unwrap_or_default().chars().count();
        VersionEntry {
            version_no: self.number,
            observed_at: self.observed_at,
            content: self.reading.content,
            title: self.reading.article.title.clone(),
            body_chars: u64::try_from(body_chars).unwrap_or(u64::MAX),
            parser: self.reading.parser.clone(),
            reread_in: self.reread_in,
        }
    }
}
