//! The later parts of an article as they come in, from a host or out of the archive.

use std::collections::HashSet;

use crate::canon::urlkey;
use crate::model::PageUrl;

use super::{Missing, Opening, Piece, Text};

/// Redirects followed from one part at most.
pub(in crate::crawl) const MOST_HOPS: usize = 5;

/// The parts of an article after its first.
#[derive(Debug, Default)]
pub(in crate::crawl) struct Rest {
    pub(in crate::crawl) texts: Vec<Text>,
    /// The part that could not be had, and with it all that follow.
    pub(in crate::crawl) missing: Option<Missing>,
}

/// Parts that come in one after the other.
#[derive(Debug)]
pub(in crate::crawl) struct Gathering {
    first: String,
    limit: usize,
    seen: HashSet<PageUrl>,
    next: Option<PageUrl>,
    rest: Rest,
}

impl Gathering {
    /// The parts that follow `opening` at `first`, `limit` in all at most.
    pub(in crate::crawl) fn of(first: &PageUrl, opening: &Opening, limit: usize) -> Self {
        Self {
            first: urlkey(first),
            limit,
            seen: HashSet::from([first.clone()]),
            next: opening.text().next().cloned(),
            rest: Rest::default(),
        }
    }

    /// The part that is wanted next; none where the article ends.
    pub(in crate::crawl) fn next(&mut self) -> Option<PageUrl> {
        let url = self.next.take()?;
        // a last part that leads back to the first has nothing after it
        if !self.follows(&url) {
            return None;
        }
        if self.rest.texts.len() + 1 >= self.limit {
            let why = format!("no more than {} parts are read", self.limit);
            self.rest.missing = Some(Missing { url, why });
            return None;
        }
        Some(url)
    }

    /// Whether `url` is neither the first part's own page, however it is spelt, nor one seen before.
    pub(in crate::crawl) fn follows(&mut self, url: &PageUrl) -> bool {
        urlkey(url) != self.first && self.seen.insert(url.clone())
    }

    /// Takes up what the part at `url` came to.
    pub(in crate::crawl) fn put(&mut self, opening: &Opening, url: PageUrl, piece: Piece) {
        match piece {
            Piece::Text(text) => {
                let repeats = |known| text.repeats(known);
                if !repeats(opening.text()) && !self.rest.texts.iter().any(repeats) {
                    self.next = text.next().cloned();
                    self.rest.texts.push(*text);
                }
            }
            Piece::Elsewhere(to) => {
                let why = format!("it redirects to {to}");
                self.rest.missing = Some(Missing { url, why });
            }
            Piece::Nothing(why) => self.rest.missing = Some(Missing { url, why }),
        }
    }

    /// What came in.
    pub(in crate::crawl) fn rest(self) -> Rest {
        self.rest
    }
}
