//! Searching out of memory: each article is judged by itself.

use std::cell::OnceCell;

use crate::archive::{FoundVersion, Hits, Place, Rank, SearchOrder, SearchPage, Versions};
use crate::model::{Article, PageKind};
use crate::search::{Condition, Corpus, Expression, Subject, Weights};

use super::state::{Page, State, Version};

/// A version, in surroundings that a search asks of.
type Candidate<'a> = (&'a Page, &'a Version, Subject<'a>);

impl State {
    /// What `search` finds.
    pub(super) fn search(&self, search: &Expression, page: SearchPage) -> Hits {
        let found = self.found(search, page.order, page.versions);
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let told = found.into_iter().skip(page.offset).take(page.limit);
        let articles = told.filter_map(|found| self.article(found.page, Some(found.version_no)));
        Hits {
            total,
            articles: articles.collect(),
        }
    }

    /// Every version that `search` means, in order.
    pub(super) fn found(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Vec<FoundVersion> {
        let mut found = self.placed(search, order, versions);
        found.sort_by(|(one, _), (other, _)| one.compare(other));
        found.into_iter().map(|(_, version)| version).collect()
    }

    fn placed(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Vec<(Place, FoundVersion)> {
        let pages = self.pages.iter().filter(|page| page.kind != PageKind::Part);
        let all: Vec<Candidate<'_>> = pages
            .flat_map(|page| {
                let searched = page.versions.iter().filter(move |version| match versions {
                    Versions::Current => page.current_no == Some(version.number),
                    Versions::All => true,
                });
                searched.map(move |version| {
                    let subject = page.subject(version, &version.reading.article);
                    (page, version, subject)
                })
            })
            .collect();
        let terms = search.wanted();
        let order = order.among(Condition::of(search).driver().is_some());
        let corpus = (order == SearchOrder::Relevance).then(|| {
            let words = all.iter().map(|(_, _, subject)| subject.words());
            Corpus::of(&terms, &words)
        });
        let found = all.iter().filter(|(_, _, subject)| subject.is(search));
        found
            .map(|(page, version, subject)| {
                let score = corpus.as_ref().map_or(0.0, |corpus| {
                    corpus.score(&terms, subject.words(), Weights::default())
                });
                let found = FoundVersion {
                    page: page.id,
                    version_no: version.number,
                };
                (page.place(version, order, score), found)
            })
            .collect()
    }
}

impl Page {
    fn subject<'a>(&'a self, version: &Version, article: &'a Article) -> Subject<'a> {
        Subject {
            site: self.site.as_str(),
            article,
            observed_at: version.observed_at,
            views: self.counter.views,
            changed: self.was_edited(),
            gone: self.progress.gone_at().is_some(),
            words: OnceCell::new(),
        }
    }

    fn place(&self, version: &Version, order: SearchOrder, score: f64) -> Place {
        let published = version.reading.article.publish_time;
        let published = published.map_or_else(String::new, |time| time.to_string());
        let number = |number: Option<f64>| Rank::Number(number.unwrap_or(-1.0));
        let (first, publish_time) = match order {
            SearchOrder::Relevance => (Rank::Number(score), String::new()),
            SearchOrder::Published => (Rank::Text(published), String::new()),
            SearchOrder::Views => (number(self.counter.views.map(real)), published),
            SearchOrder::Growth => (number(self.growth()), published),
            SearchOrder::Changed => (Rank::Text(version.observed_at.to_string()), String::new()),
        };
        Place {
            first,
            publish_time,
            serial: version.serial,
        }
    }

    /// How many views a day it gained lately.
    fn growth(&self) -> Option<f64> {
        let mut counts: Vec<_> = self
            .looks
            .iter()
            .filter_map(|past| Some((past.look.fetched_at, past.id, past.look.views?)))
            .collect();
        counts.sort_unstable();
        let (last, _, views) = counts.pop()?;
        let long_ago = counts
            .iter()
            .rposition(|(at, ..)| last.since(*at).as_secs() >= 24 * 60 * 60);
        let (before, _, fewer) = counts.get(long_ago.unwrap_or(0))?;
        let gained = real(views.checked_sub(*fewer)?);
        let seconds = last.since(*before).as_secs_f64();
        // to a hundredth, so that two that are alike are so in every store
        (seconds >= 3600.0).then(|| (gained * 86_400.0 / seconds * 100.0).round() / 100.0)
    }
}

/// A count as a number to compare; beyond what any site counts, the same for all.
fn real(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
