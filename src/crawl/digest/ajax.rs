//! Lists that a script loads, where the site's rules name the address: what an answer holds, and
//! which page comes after it.

use std::sync::Arc;

use encoding_rs::UTF_8;

use crate::archive::Visit;
use crate::canon;
use crate::discover::{Discovery, Link};
use crate::model::{PageKind, PageUrl};
use crate::rules::{AjaxFound, AjaxList, SiteRules};

use super::super::site::rules_of;
use super::DigestContext;

/// The list that a visit is a page of.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    rules: Arc<SiteRules>,
    place: usize,
}

impl Loaded {
    /// The list whose page `visit` is, where the site's rules name one.
    pub(super) fn of(visit: &Visit, context: &DigestContext) -> Option<Self> {
        let rules = rules_of(&context.rules, &visit.site)?;
        let mut lists = rules.list.ajax.iter();
        let place = lists.position(|list| list.claims(&visit.url))?;
        Some(Self { rules, place })
    }

    /// What its answer holds.
    pub(super) fn read(&self, answer: &str) -> Result<AjaxFound, String> {
        match self.list() {
            Some(list) => list.read(answer),
            None => Ok(AjaxFound::Html(answer.to_owned())),
        }
    }

    /// What links in an answer are relative to: the page into which a script puts it.
    pub(super) fn base(&self) -> Option<PageUrl> {
        self.rules.start.first().cloned()
    }

    /// Where `links` of items lead.
    pub(super) fn found(&self, visit: &Visit, links: &[String]) -> Discovery {
        let base = self.base().unwrap_or_else(|| visit.url.clone());
        let article = |link: &String| {
            let url = canon::resolve(&base, link, UTF_8).ok()?;
            Some(Link {
                url: self.rules.without_dropped(canon::canonical(&url)),
                text: String::new(),
                kind: PageKind::Article,
            })
        };
        Discovery {
            articles: links.iter().filter_map(article).collect(),
            ..Discovery::default()
        }
    }

    /// The page after this one; there is none after one that holds nothing.
    pub(super) fn next(&self, visit: &Visit, found: &Discovery) -> Vec<Link> {
        let next = self
            .list()
            .filter(|_| !found.articles.is_empty())
            .and_then(|list| list.after(&visit.url));
        let link = |url| Link {
            url,
            text: String::new(),
            kind: PageKind::List,
        };
        next.map(link).into_iter().collect()
    }

    fn list(&self) -> Option<&AjaxList> {
        self.rules.list.ajax.get(self.place)
    }
}
