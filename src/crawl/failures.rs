//! The pages of a run that failed: some by name, the rest by a number each, so that a run in which a
//! million pages fail takes no more memory than one that sees them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use crate::archive::MOST_FAILED;
use crate::model::{Outcome, PageUrl};

use super::report::FailedPage;

/// A number for a page, the same throughout a run.
pub(super) fn digest(url: &PageUrl) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(url)
}

/// Pages whose last look failed or was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Failures {
    named: BTreeMap<PageUrl, FailedPage>,
    /// How each page beyond [`MOST_FAILED`] failed: where in `ways`.
    unnamed: HashMap<u64, usize>,
    ways: Vec<FailedPage>,
}

impl Failures {
    /// Notes how the last look at `url` failed.
    pub(super) fn note(&mut self, url: &PageUrl, failed: FailedPage) {
        let has_room = self.named.len() < MOST_FAILED;
        if self.named.contains_key(url) || (has_room && !self.unnamed.contains_key(&digest(url))) {
            self.named.insert(url.clone(), failed);
            return;
        }
        let known = self.ways.iter().position(|way| *way == failed);
        let way = known.unwrap_or(self.ways.len());
        if known.is_none() {
            self.ways.push(failed);
        }
        match self.unnamed.entry(digest(url)) {
            Entry::Occupied(mut kept) => *kept.get_mut() = way,
            Entry::Vacant(place) => {
                place.insert(way);
            }
        }
    }

    /// Forgets a page that was mended.
    pub(super) fn mend(&mut self, url: &PageUrl) {
        if self.named.remove(url).is_none() && !self.unnamed.is_empty() {
            self.unnamed.remove(&digest(url));
        }
    }

    /// Those with names.
    pub(super) fn named(&self) -> impl Iterator<Item = (&PageUrl, &FailedPage)> {
        self.named.iter()
    }

    /// How many of all there are of each outcome and reason.
    pub(super) fn counts(&self) -> BTreeMap<(Outcome, &str), u64> {
        let unnamed = self.unnamed.values().filter_map(|way| self.ways.get(*way));
        let mut counts = BTreeMap::new();
        for page in self.named.values().chain(unnamed) {
            *counts
                .entry((page.outcome, page.reason.as_str()))
                .or_default() += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_a_thousand_pages_are_counted_and_mended_without_a_name() {
        let url = |number: usize| PageUrl::parse(&format!("http://a.cn/{number}")).unwrap();
        let failed = |reason: &str| FailedPage {
            outcome: Outcome::Failed,
            reason: reason.to_owned(),
        };
        let mut failures = Failures::default();
        for number in 0..3000 {
            failures.note(&url(number), failed("timeout"));
            failures.note(&url(number), failed("status 500"));
        }
        failures.note(&url(2999), failed("tls"));
        assert_eq!(failures.named().count(), MOST_FAILED);
        let counts = |failures: &Failures| -> Vec<(String, u64)> {
            let counts = failures.counts().into_iter();
            let counts = counts.map(|((_, reason), count)| (reason.to_owned(), count));
            counts.collect()
        };
        let both = |status, tls| [("status 500".to_owned(), status), ("tls".to_owned(), tls)];
        assert_eq!(counts(&failures), both(2999, 1));
        for mended in [0, 2000, 2000] {
            failures.mend(&url(mended));
        }
        // there is room for a name again, which one that is counted does not take
        failures.note(&url(2001), failed("tls"));
        assert_eq!(counts(&failures), both(2996, 2));
        assert_eq!(failures.named().count(), MOST_FAILED - 1);
    }
}
