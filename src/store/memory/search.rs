//! Searching out of memory: each article is judged by itself.

use std::cell::OnceCell;

use crate::archive::{Hits, Place, SearchOrder, SearchPage};
use crate::model::{Article, PageKind};
use crate::search::{Corpus, Expression, Subject, Weights};

use super::state::{Page, State, Version};

impl State {
    /// What `search` finds.
    pub(super) fn search(&self, search: &Expression, page: SearchPage) -> Hits {
        let pages = self.pages.iter().filter(|page| page.kind != PageKind::Part);
        let all: Vec<(&Page, Subject<'_>)> = pages
            .filter_map(|page| {
                let version = page.version(None)?;
                Some((page, page.subject(version, &version.reading.article)))
            })
            .collect();
        let terms = search.wanted();
        let corpus = match page.order {
            SearchOrder::Relevance => {
                let words = all.iter().map(|(_, subject)| subject.words());
                Some(Corpus::of(&terms, &words))
            }
            _ => None,
        };
        let found = all.iter().filter(|(_, subject)| subject.is(search));
        let found: Vec<Place> = found
            .map(|(page, subject)| Place {
                page: page.id,
                score: corpus.as_ref().map_or(0.0, |corpus| {
                    corpus.score(&terms, subject.words(), Weights::default())
                }),
                publish_time: subject.article.publish_time.map(|time| time.to_string()),
                views: page.counter.views,
                observed_at: subject.observed_at,
            })
            .collect();
        Hits {
            total: u64::try_from(found.len()).unwrap_or(u64::MAX),
            articles: page
                .of(found)
                .into_iter()
                .filter_map(|page| self.article(page, None))
                .collect(),
        }
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
}
