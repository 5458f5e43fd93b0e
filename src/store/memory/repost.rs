//! Reposts in memory.

use crate::archive::{
    AlikePair, Fingerprint, Fingerprinted, KeptPlace, PageId, PageText, RepostPage,
};
use crate::model::PageKind;

use super::state::{Page, Reposts, State};

impl State {
    /// The texts of pages numbered above `after` without a fingerprint of their current version.
    pub(super) fn unread(&self, rule: u32, after: PageId, limit: usize) -> Vec<PageText> {
        let known = |text: &PageText| {
            self.reposts.rule == Some(rule)
                && self
                    .reposts
                    .fingerprints
                    .get(&text.page)
                    .is_some_and(|kept| kept.version_no == text.version_no)
        };
        let pages = self.pages.iter().filter(|page| page.id > after);
        let pages = pages.filter(|page| page.kind != PageKind::Part);
        let texts = pages.filter_map(Page::text).filter(|text| !known(text));
        texts.take(limit).collect()
    }

    /// The current texts of `pages`.
    pub(super) fn texts(&self, pages: &[PageId]) -> Vec<PageText> {
        let pages = pages.iter().filter_map(|page| self.page(*page));
        pages.filter_map(Page::text).collect()
    }

    /// Every fingerprint of `rule`.
    pub(super) fn fingerprints(&self, rule: u32) -> Vec<Fingerprint> {
        let reposts = self.reposts.under(rule);
        let found = reposts
            .into_iter()
            .flat_map(|kept| kept.fingerprints.values());
        found.cloned().collect()
    }

    /// Every pair of `rule`.
    pub(super) fn repost_pairs(&self, rule: u32) -> Vec<AlikePair> {
        let reposts = self.reposts.under(rule);
        let found = reposts.into_iter().flat_map(|kept| &kept.pairs);
        found
            .map(|((page, other), similarity)| AlikePair {
                page: *page,
                other: *other,
                similarity: *similarity,
            })
            .collect()
    }

    /// What is to be told of `pages`.
    pub(super) fn repost_pages(&self, pages: &[PageId]) -> Vec<RepostPage> {
        let pages = pages.iter().filter_map(|page| self.page(*page));
        pages.filter_map(Page::in_cluster).collect()
    }

    /// Every kept place.
    pub(super) fn places(&self, rule: u32) -> Vec<KeptPlace> {
        let reposts = self.reposts.under(rule);
        let found = reposts.into_iter().flat_map(|kept| kept.places.values());
        found.cloned().collect()
    }

    /// Keeps fingerprints in the place of older ones, and what is alike in the place of what was.
    pub(super) fn keep_fingerprints(&mut self, rule: u32, all: &[Fingerprinted]) {
        if self.reposts.rule != Some(rule) {
            self.reposts = Reposts {
                rule: Some(rule),
                ..Reposts::default()
            };
        }
        let kept = &mut self.reposts;
        for Fingerprinted { fingerprint, .. } in all {
            let page = fingerprint.page;
            kept.pairs
                .retain(|(one, other), _| *one != page && *other != page);
            kept.fingerprints.insert(page, fingerprint.clone());
        }
        for Fingerprinted { fingerprint, alike } in all {
            for (other, similarity) in alike {
                let page = fingerprint.page;
                let pair = (page.min(*other), page.max(*other));
                kept.pairs.insert(pair, *similarity);
            }
        }
    }

    /// Keeps places, and forgets those of `gone`.
    pub(super) fn keep_places(&mut self, rule: u32, places: &[KeptPlace], gone: &[PageId]) {
        if self.reposts.rule != Some(rule) {
            return;
        }
        for page in gone {
            self.reposts.places.remove(page);
        }
        for place in places {
            let page = PageId(place.place.page);
            self.reposts.places.insert(page, place.clone());
        }
    }
}

impl Reposts {
    fn under(&self, rule: u32) -> Option<&Self> {
        (self.rule == Some(rule)).then_some(self)
    }
}

impl Page {
    fn text(&self) -> Option<PageText> {
        let version = self.version(None)?;
        let article = &version.reading.article;
        Some(PageText {
            page: self.id,
            version_no: version.number,
            title: article.title.clone(),
            body: article.body_text.clone().unwrap_or_default(),
        })
    }

    fn in_cluster(&self) -> Option<RepostPage> {
        let version = self.version(None)?;
        let article = &version.reading.article;
        let history = &self.progress.history;
        Some(RepostPage {
            page: self.id,
            site: self.site.clone(),
            url: self.url.clone(),
            title: article.title.clone(),
            source: article.source.clone(),
            published: article.publish_time,
            first_seen: history.first_seen_at.or(history.last_fetched_at)?,
        })
    }
}
