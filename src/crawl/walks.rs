//! Walks through the pages of lists, as far as this run has come: none goes in a circle, and none
//! ends where another look merely came before it.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use crate::model::{PageUrl, Timestamp};

/// The looks of this run and the walks that go on from them, by digests of URLs: a run may look at
/// more than memory holds.
#[derive(Debug, Default)]
pub(super) struct Walks {
    looked_at: HashMap<u64, Timestamp>,
    /// Where walks go on, and when they began.
    go_on_at: HashMap<u64, Timestamp>,
    hasher: RandomState,
}

impl Walks {
    /// Whether the walk that a look at `list` at the instant `at` belongs to may go on at `next`: it
    /// has not been there yet. What was looked at before it began has changed since, as whatever
    /// is new on the pages before has pushed old entries there.
    pub(super) fn lead_on(&self, list: &PageUrl, at: Timestamp, next: &PageUrl) -> bool {
        let looked_at = self.looked_at.get(&self.hasher.hash_one(next));
        looked_at.is_none_or(|looked_at| *looked_at < self.began(list, at))
    }

    /// Whether `url` was looked at in this run.
    pub(super) fn know(&self, url: &PageUrl) -> bool {
        self.looked_at.contains_key(&self.hasher.hash_one(url))
    }

    /// Notes a look at `url`, from which a walk goes on at each of `next` where it brought news.
    pub(super) fn look(&mut self, url: &PageUrl, at: Timestamp, next: &[PageUrl]) {
        let began = self.began(url, at);
        let url = self.hasher.hash_one(url);
        self.go_on_at.remove(&url);
        self.looked_at.insert(url, at);
        for next in next {
            self.go_on_at.insert(self.hasher.hash_one(next), began);
        }
    }

    /// When the walk began that a look at `list` at the instant `at` belongs to.
    fn began(&self, list: &PageUrl, at: Timestamp) -> Timestamp {
        let began = self.go_on_at.get(&self.hasher.hash_one(list));
        began.copied().unwrap_or(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(number: u32) -> PageUrl {
        PageUrl::parse(&format!("http://a.cn/list_{number}")).expect("url")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(seconds * 1000)
    }

    #[test]
    fn a_walk_in_a_circle_ends_where_it_began() {
        let mut walks = Walks::default();
        for number in 1..=3 {
            let (here, next) = (page(number), page(number % 3 + 1));
            let leads_on = walks.lead_on(&here, at(number.into()), &next);
            assert_eq!(leads_on, number < 3, "{number}");
            let next = if leads_on { vec![next] } else { Vec::new() };
            walks.look(&here, at(number.into()), &next);
        }
    }

    #[test]
    fn a_look_before_the_walk_began_does_not_end_it() {
        let mut walks = Walks::default();
        walks.look(&page(2), at(1), &[]);
        assert!(walks.know(&page(2)) && !walks.know(&page(1)));
        assert!(walks.lead_on(&page(1), at(2), &page(2)));
        walks.look(&page(1), at(2), &[page(2)]);
        // it goes on from page 2 as the same walk, which has been at page 1
        assert!(!walks.lead_on(&page(2), at(3), &page(1)));
        walks.look(&page(2), at(3), &[]);
        // and hours later another one begins
        assert!(walks.lead_on(&page(1), at(9000), &page(2)));
    }
}
