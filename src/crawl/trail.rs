//! The way that redirects took in this run, so that a circle or an endless chain is left.

use std::collections::HashMap;
use std::time::Duration;

use crate::model::{PageUrl, Timestamp};

/// Redirects followed in this run.
#[derive(Debug, Default)]
pub(super) struct Trails(HashMap<PageUrl, Trail>);

#[derive(Debug)]
struct Trail {
    places: Vec<PageUrl>,
    since: Timestamp,
}

/// Redirects of one chain follow each other closely; what is older is another day's chain.
const MEMORY: Duration = Duration::from_hours(1);

/// So many places are remembered; where there are more, those are forgotten that were passed first.
const MOST_PLACES: usize = 10_000;

impl Trails {
    /// The places a visitor of `url` has been to on the way there.
    pub(super) fn behind(&self, url: &PageUrl, now: Timestamp) -> Vec<PageUrl> {
        self.0
            .get(url)
            .filter(|trail| now.since(trail.since) < MEMORY)
            .map(|trail| trail.places.clone())
            .unwrap_or_default()
    }

    /// Notes that `from` led to `to`.
    pub(super) fn follow(&mut self, from: &PageUrl, to: &PageUrl, now: Timestamp) {
        let mut places = self.behind(from, now);
        // who leads there a second time leads in a circle, whoever walked it in between
        let mut again = places.clone();
        again.push(to.clone());
        let since = now;
        self.0.insert(
            from.clone(),
            Trail {
                places: again,
                since,
            },
        );
        places.push(from.clone());
        self.0.insert(to.clone(), Trail { places, since });
        if self.0.len() > MOST_PLACES {
            self.forget_the_first_half();
        }
    }

    fn forget_the_first_half(&mut self) {
        let mut times: Vec<_> = self.0.values().map(|trail| trail.since).collect();
        let (_, middle, _) = times.select_nth_unstable(MOST_PLACES / 2);
        let middle = *middle;
        self.0.retain(|_place, trail| trail.since > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> PageUrl {
        PageUrl::parse(&format!("http://a.cn/{name}")).expect("url")
    }

    #[test]
    fn remembers_the_way_for_an_hour() {
        let start = Timestamp::from_unix_millis(0);
        let mut trails = Trails::default();
        trails.follow(&page("a"), &page("b"), start);
        trails.follow(&page("b"), &page("c"), start);
        assert_eq!(trails.behind(&page("c"), start), [page("a"), page("b")]);
        assert_eq!(trails.behind(&page("a"), start), [page("b")]);
        assert!(trails.behind(&page("x"), start).is_empty());
        let later = start.plus(MEMORY);
        assert!(trails.behind(&page("c"), later).is_empty());
    }

    #[test]
    fn a_site_that_moved_whole_is_no_burden() {
        let mut trails = Trails::default();
        let at = |number: i64| Timestamp::from_unix_millis(number * 1000);
        for number in 0..20_000 {
            let (old, new) = (format!("old/{number}"), format!("new/{number}"));
            trails.follow(&page(&old), &page(&new), at(number));
            assert!(trails.0.len() <= MOST_PLACES);
            assert_eq!(trails.behind(&page(&new), at(number)), [page(&old)]);
        }
    }
}
