//! Pages that many articles redirect to: one notice that stands in for all of them.
//!
//! A site that no longer has an article sends its visitor home, to a page called "404", or to a
//! notice of any name. The last is known only by how many different articles lead there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::PageUrl;

/// From so many articles on a page is no article's new address.
const MANY: usize = 5;
/// So many targets are remembered; where there are more, counting begins anew. A site whose
/// articles all moved, each to an address of its own, must not fill the memory.
const MOST_TARGETS: usize = 2000;

/// Where the articles of this run redirect to.
#[derive(Debug, Default)]
pub(super) struct Crowds {
    from: HashMap<PageUrl, HashSet<PageUrl>>,
    /// Shared with who reads pages, and made anew when it grows, which is rare.
    crowded: Arc<HashSet<PageUrl>>,
}

impl Crowds {
    /// Notes that the article at `from` redirects to `to`.
    pub(super) fn follow(&mut self, from: &PageUrl, to: &PageUrl) {
        if self.crowded.contains(to) {
            return;
        }
        if self.from.len() >= MOST_TARGETS && !self.from.contains_key(to) {
            self.from.clear();
        }
        let sources = self.from.entry(to.clone()).or_default();
        sources.insert(from.clone());
        if sources.len() >= MANY {
            self.from.remove(to);
            let mut crowded = HashSet::clone(&self.crowded);
            crowded.insert(to.clone());
            self.crowded = Arc::new(crowded);
        }
    }

    /// The pages that many lead to.
    pub(super) fn crowded(&self) -> Arc<HashSet<PageUrl>> {
        Arc::clone(&self.crowded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> PageUrl {
        PageUrl::parse(&format!("http://a.cn/{name}")).expect("url")
    }

    #[test]
    fn five_different_articles_make_a_crowd() {
        let mut crowds = Crowds::default();
        for _again in 0..9 {
            crowds.follow(&page("1.html"), &page("tip.html"));
        }
        for number in 2..5 {
            crowds.follow(&page(&format!("{number}.html")), &page("tip.html"));
            crowds.follow(
                &page(&format!("{number}.html")),
                &page(&format!("new/{number}.html")),
            );
        }
        assert!(crowds.crowded().is_empty());
        crowds.follow(&page("5.html"), &page("tip.html"));
        assert_eq!(*crowds.crowded(), HashSet::from([page("tip.html")]));
        crowds.follow(&page("6.html"), &page("tip.html"));
        assert_eq!(crowds.crowded().len(), 1);
    }

    #[test]
    fn a_site_that_moved_whole_is_no_burden() {
        let mut crowds = Crowds::default();
        for number in 0..10_000 {
            crowds.follow(&page(&format!("{number}")), &page(&format!("new/{number}")));
        }
        assert!(crowds.from.len() <= MOST_TARGETS);
        assert!(crowds.crowded().is_empty());
    }
}
