//! List pages in, article URLs and next pages out.
//!
//! With rules, [`discover`] takes the items, articles and next pages they name. Without, links are
//! judged by what such sites have in common: how their addresses are built, how long their texts
//! are, where they stand, what their columns are called. Nothing is fetched and nothing guessed
//! into being, with one exception: the next part of a list that a script loads in parts.

mod address;
mod anchors;
mod feed;
mod judge;
mod listing;
mod offers;
mod pager;
mod scripted;
mod sitemap;
mod words;
mod xml;

use std::collections::HashSet;
use std::sync::Arc;

use self::anchors::Anchors;
pub use self::listing::{Entry, Form, Listing, Received, read as read_listing};
pub use self::offers::{feeds, is_file, promised};
pub(crate) use self::words::{is_arrow, is_next, page_number};
pub use self::xml::Cut;
use crate::canon;
use crate::extract::Page;
use crate::model::{PageKind, PageUrl};
use crate::rules::{Role, RuleBook, SiteRules};

/// A page that another one leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it leads, canonical.
    pub url: PageUrl,
    /// Its text.
    pub text: String,
    /// What it is expected to be.
    pub kind: PageKind,
}

/// Where a page leads that is worth a visit. No URL is in two of the lists, or the page's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery {
    /// Articles, in page order; on an article's page also the ones before and after it.
    pub articles: Vec<Link>,
    /// The next page of the same list. Where it cannot be told which one that is, all later pages
    /// that are linked, nearest first.
    pub next: Vec<Link>,
    /// Other pages that list articles: the site's news columns.
    pub lists: Vec<Link>,
    /// How the list goes on where only a script or a form knows: `goPage(2)`. Nothing is run.
    pub unfollowed: Option<String>,
}

/// Finds where `page` leads. A page without an address leads nowhere: whether a link stays on the
/// site cannot be told.
pub fn discover(page: &Page, book: &RuleBook) -> Discovery {
    let Some(own) = page.url.as_ref().or(page.base.as_ref()) else {
        return Discovery::default();
    };
    let own = &canon::canonical(own);
    let rules = book.site_for(own).or_else(|| book.builder_for(page));
    let anchors = Anchors::collect(page, own, rules.as_deref());
    let parts = rules
        .iter()
        .flat_map(|rules| anchors.within(page, &rules.next_part))
        .flatten()
        .map(|anchor| anchor.url.clone())
        .collect();
    let view = View {
        page,
        own,
        rules: rules.as_ref(),
        anchors,
        parts,
    };
    let mut seen = HashSet::from([address::list_key(own)]);
    let mut fresh = |links: Vec<Link>| -> Vec<Link> {
        links
            .into_iter()
            .filter(|link| seen.insert(address::list_key(&link.url)))
            .collect()
    };
    let next = fresh(pager::next_pages(&view));
    let unfollowed = pager::unfollowed(&view, &next);
    let articles = fresh(judge::articles(&view));
    let lists = fresh(judge::lists(&view));
    Discovery {
        articles,
        next,
        lists,
        unfollowed,
    }
}

/// What every question about a page's links is asked of.
#[derive(Debug)]
struct View<'a> {
    page: &'a Page,
    own: &'a PageUrl,
    rules: Option<&'a Arc<SiteRules>>,
    anchors: Anchors,
    /// The other parts of the article that the page is one part of.
    parts: HashSet<PageUrl>,
}

impl View<'_> {
    /// Whether the rules say that `url` is an article.
    fn is_named_article(&self, url: &PageUrl) -> bool {
        self.rules.is_some_and(|rules| {
            let address = crate::rules::path_and_query(url);
            rules.article_urls.iter().any(|urls| urls.is_match(address))
        })
    }

    /// Whether the rules say that `url` is a list.
    fn is_named_list(&self, url: &PageUrl) -> bool {
        self.rules.is_some_and(|rules| {
            let address = crate::rules::path_and_query(url);
            rules.list.urls.iter().any(|urls| urls.is_match(address))
        })
    }

    /// Whether the rules are those of this very site, written by someone who knows it.
    fn knows_the_site(&self) -> bool {
        self.rules.is_some_and(|rules| rules.role == Role::Site)
    }

    /// Whether `url` lists articles, by the rules or by its looks.
    fn looks_like_list(&self, url: &PageUrl) -> bool {
        self.is_named_list(url) || (!self.is_named_article(url) && address::is_list(url))
    }
}

#[cfg(test)]
mod tests;
