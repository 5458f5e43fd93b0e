//! Searching out of memory: each article is judged by itself.

use std::cell::OnceCell;

use crate::archive::{
    Counted, Counts, Cursor, Facets, FoundVersion, Hits, Place, Rank, SearchOrder, SearchPage,
    Versions,
};
use crate::model::{Article, PageKind};
use crate::search::{Condition, Corpus, Expression, Subject, Term, Weights};

use super::state::{Page, State, Version};

/// A version, in surroundings that a search asks of.
type Candidate<'a> = (&'a Page, &'a Version, Subject<'a>);

/// Gives versions their scores.
struct Scale<'a> {
    terms: Vec<&'a Term>,
    corpus: Corpus,
    /// The last version that has one.
    last: i64,
}

impl State {
    /// What `search` finds.
    pub(super) fn search(&self, search: &Expression, page: &SearchPage) -> Hits {
        let all = self.searched(page.versions);
        let after = page.after.as_ref();
        let last = after.map_or(self.last_look, |cursor| cursor.scored);
        let (order, scale) = scale(search, page.order, &all, last);
        let mut found = placed(&all, search, order, scale.as_ref());
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        if let Some(cursor) = after {
            let place = self.place_of(cursor, scale.as_ref());
            found.retain(|(found, _)| place.compare(found).is_lt());
        }
        let mut hits = Hits {
            total,
            ..Hits::default()
        };
        for (place, version) in found.into_iter().skip(page.offset).take(page.limit) {
            hits.articles
                .extend(self.article(version.page, Some(version.version_no)));
            let cursor = Cursor::new(search, page.order, page.versions, place, last);
            hits.cursors.push(cursor);
        }
        hits
    }

    /// Every version that `search` means, in order.
    pub(super) fn found(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Vec<FoundVersion> {
        let all = self.searched(versions);
        let (order, scale) = scale(search, order, &all, self.last_look);
        let found = placed(&all, search, order, scale.as_ref());
        found.into_iter().map(|(_, version)| version).collect()
    }

    /// What `search` finds, counted.
    pub(super) fn facets(&self, search: &Expression, versions: Versions, most: usize) -> Facets {
        let mut counts = Counts::default();
        let all = self.searched(versions);
        for (_, _, subject) in all.iter().filter(|(_, _, subject)| subject.is(search)) {
            let article = subject.article;
            let published = article.publish_time.map(|time| time.to_string());
            counts.add(&Counted {
                site: subject.site,
                source: article.source.as_deref(),
                author: article.author.as_deref(),
                publish_time: published.as_deref(),
                language: article.lang.as_deref(),
                changed: subject.changed,
                gone: subject.gone,
            });
        }
        counts.facets(most)
    }

    fn searched(&self, versions: Versions) -> Vec<Candidate<'_>> {
        let pages = self.pages.iter().filter(|page| page.kind != PageKind::Part);
        let all = pages.flat_map(|page| {
            let those = page.versions.iter().filter(move |version| match versions {
                Versions::Current => page.current_no == Some(version.number),
                Versions::All => true,
            });
            those.map(move |version| {
                let subject = page.subject(version, &version.reading.article);
                (page, version, subject)
            })
        });
        all.collect()
    }

    /// Where the cursor stands by now.
    fn place_of(&self, cursor: &Cursor, scale: Option<&Scale<'_>>) -> Place {
        let mut place = cursor.place.clone();
        let mut versions = self.pages.iter().flat_map(|page| {
            let versions = page.versions.iter();
            versions.map(move |version| (page, version))
        });
        if let Some(scale) = scale
            && let Some((page, version)) =
                versions.find(|(_, version)| version.serial == place.serial)
        {
            let subject = page.subject(version, &version.reading.article);
            place.first = Rank::Number(scale.score(version, &subject));
        }
        place
    }
}

/// The order that is meant, and the scores where it goes by them.
fn scale<'a>(
    search: &'a Expression,
    order: SearchOrder,
    all: &[Candidate<'_>],
    last: i64,
) -> (SearchOrder, Option<Scale<'a>>) {
    let terms = search.wanted();
    let order = order.among(Condition::of(search).driver().is_some());
    let scale = (order == SearchOrder::Relevance).then(|| {
        let words = all.iter().map(|(_, _, subject)| subject.words());
        Scale {
            corpus: Corpus::of(&terms, &words),
            terms,
            last,
        }
    });
    (order, scale)
}

fn placed(
    all: &[Candidate<'_>],
    search: &Expression,
    order: SearchOrder,
    scale: Option<&Scale<'_>>,
) -> Vec<(Place, FoundVersion)> {
    let found = all.iter().filter(|(_, _, subject)| subject.is(search));
    let mut found: Vec<(Place, FoundVersion)> = found
        .map(|(page, version, subject)| {
            let score = scale.map_or(0.0, |scale| scale.score(version, subject));
            let found = FoundVersion {
                page: page.id,
                version_no: version.number,
            };
            (page.place(version, order, score), found)
        })
        .collect();
    found.sort_by(|(one, _), (other, _)| one.compare(other));
    found
}

impl Scale<'_> {
    fn score(&self, version: &Version, subject: &Subject<'_>) -> f64 {
        if version.serial > self.last {
            return 0.0;
        }
        let words = subject.words();
        self.corpus.score(&self.terms, words, Weights::default())
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
