//! What a run is to look at.

use std::sync::Arc;

use crate::archive::{Due, Planned, RunKind};
use crate::canon;
use crate::model::{PageKind, PageUrl, SiteId, Timestamp};
use crate::rules::{AjaxList, RuleBook, SiteRules};

use super::digest::Follow;
use super::site::site_of;

/// What a run is to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What starts the run.
    pub kind: RunKind,
    /// The command line, for the record.
    pub command_line: String,
    /// The sites whose due pages are visited.
    pub sites: Vec<SiteId>,
    /// The pages to start from; looked at in this run, due or not.
    pub start: Vec<(PageUrl, SiteId)>,
    /// The feeds and sitemaps that the sites' rules name; looked at when they are due.
    pub listings: Vec<(PageUrl, SiteId, PageKind)>,
}

impl Plan {
    /// A crawl of named sites from their start pages.
    pub fn crawl(sites: &[Arc<SiteRules>], command_line: impl Into<String>) -> Self {
        let start = sites.iter().flat_map(|site| {
            let loaded = site.list.ajax.iter().filter_map(AjaxList::first);
            let pages = site.start.iter().cloned().chain(loaded);
            pages.map(|url| {
                let url = site.without_dropped(canon::canonical(&url));
                (url, site.id.clone())
            })
        });
        Self {
            kind: RunKind::Crawl,
            command_line: command_line.into(),
            sites: sites.iter().map(|site| site.id.clone()).collect(),
            start: start.collect(),
            listings: sites.iter().flat_map(|site| listings(site)).collect(),
        }
    }

    /// This crawl, begun at `url` too. Where no rules claim its host, the host itself is the site
    /// and the crawl does not leave it.
    #[must_use]
    pub fn from_page(mut self, url: &PageUrl, rules: &RuleBook) -> Self {
        let url = rules.page(url);
        let site = site_of(rules, &url);
        if !self.sites.contains(&site) {
            self.sites.push(site.clone());
        }
        self.start.push((url, site));
        self
    }

    /// This crawl and `other` in one.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        for site in &other.sites {
            if !self.sites.contains(site) {
                self.sites.push(site.clone());
            }
        }
        for start in &other.start {
            if !self.start.contains(start) {
                self.start.push(start.clone());
            }
        }
        self
    }

    /// A look at exactly these pages, wherever their redirects lead.
    pub fn scrape(urls: &[PageUrl], rules: &RuleBook, command_line: impl Into<String>) -> Self {
        let pages = urls.iter().map(|url| rules.page(url));
        Self {
            kind: RunKind::Scrape,
            command_line: command_line.into(),
            sites: Vec::new(),
            start: pages
                .map(|url| (url.clone(), site_of(rules, &url)))
                .collect(),
            listings: Vec::new(),
        }
    }

    /// What of the pages found is followed.
    pub(super) const fn follow(&self) -> Follow {
        match self.kind {
            RunKind::Crawl => Follow::Site,
            RunKind::Scrape | RunKind::Reparse | RunKind::Import | RunKind::Prune => {
                Follow::Redirects
            }
        }
    }

    /// The start pages as the archive plans them.
    pub(super) fn planned(&self, now: Timestamp) -> Vec<Planned> {
        let kind = match self.kind {
            RunKind::Crawl => PageKind::List,
            RunKind::Scrape | RunKind::Reparse | RunKind::Import | RunKind::Prune => {
                PageKind::Article
            }
        };
        let page = |url: &PageUrl, site: &SiteId, kind, due| Planned {
            url: url.clone(),
            site: site.clone(),
            kind,
            due,
            depth: 0,
            referer: None,
            claim: None,
        };
        let start = self.start.iter();
        let start = start.map(|(url, site)| page(url, site, kind, Due::At(now)));
        let listings = self.listings.iter();
        let listings = listings.map(|(url, site, kind)| page(url, site, *kind, Due::IfNew(now)));
        start.chain(listings).collect()
    }
}

/// The feeds and sitemaps that the rules of `site` name.
fn listings(site: &SiteRules) -> impl Iterator<Item = (PageUrl, SiteId, PageKind)> {
    let feeds = site.feeds.iter().flatten();
    let feeds = feeds.map(|url| (url, PageKind::Feed));
    let sitemaps = site.sitemaps.iter().flat_map(|sitemaps| &sitemaps.urls);
    let sitemaps = sitemaps.map(|url| (url, PageKind::Sitemap));
    let of_site = |(url, kind)| {
        let url = site.without_dropped(canon::canonical(url));
        (url, site.id.clone(), kind)
    };
    feeds.chain(sitemaps).map(of_site)
}
