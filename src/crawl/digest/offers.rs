//! Feeds and sitemaps that a site offers: followed where nobody wrote rules for it, told of where
//! its rules do not name them.

use crate::archive::{Due, Planned, Visit};
use crate::discover;
use crate::extract::Page;
use crate::model::{Notice, NoticeKind, PageKind, PageUrl, Timestamp};
use crate::rules::RuleBook;

use super::super::site::{belongs, rules_of};
use super::links::Links;
use super::{DigestContext, Follow};

/// Sitemaps that a robots.txt names and that are taken up, at most.
const MOST_SITEMAPS: usize = 50;
/// Notices of one kind that one site gives rise to at one look, at most.
const MOST_NOTICES: usize = 5;

/// The feeds that a start page names in its head, to be followed or told of.
pub(super) fn feeds(visit: &Visit, page: &Page, at: Timestamp, context: &DigestContext) -> Links {
    let mut links = Links::default();
    if context.follow != Follow::Site || visit.depth > 0 {
        return links;
    }
    let own = |url: &PageUrl| belongs(&context.rules, &visit.site, url) && *url != visit.url;
    let found = discover::feeds(page).into_iter();
    let found = found.map(|url| context.rules.page(&url)).filter(own);
    match rules_of(&context.rules, &visit.site) {
        None => links
            .planned
            .extend(found.map(|url| planned(visit, url, PageKind::Feed, 0, at))),
        Some(rules) if rules.feeds.is_none() => {
            links.notices.extend(found.take(MOST_NOTICES).map(|url| {
                let message = format!(
                    "{} offers a feed: add feeds = [\"{url}\"] to {}.toml",
                    url.host(),
                    visit.site
                );
                Notice {
                    kind: NoticeKind::Feed,
                    url,
                    message,
                }
            }));
        }
        Some(_) => {}
    }
    links
}

/// What becomes of the `lines` of a robots.txt that name sitemaps, at a look at a start page.
pub(in crate::crawl) fn sitemaps(
    visit: &Visit,
    lines: &[String],
    at: Timestamp,
    rules: &RuleBook,
) -> (Vec<Planned>, Vec<Notice>) {
    let mut urls: Vec<PageUrl> = Vec::new();
    for line in lines.iter().take(MOST_SITEMAPS) {
        // relative ones are against the book and meant all the same
        let Ok(url) = visit.url.join(line) else {
            continue;
        };
        let url = rules.page(&url);
        if belongs(rules, &visit.site, &url) && !urls.contains(&url) {
            urls.push(url);
        }
    }
    let site = rules_of(rules, &visit.site);
    let said = site.as_ref().map(|site| site.sitemaps.as_ref());
    match said {
        None => plans(visit, urls, at),
        Some(Some(said)) if said.of_robots => plans(visit, urls, at),
        Some(Some(_)) => (Vec::new(), Vec::new()),
        Some(None) => {
            let notices = urls.into_iter().take(MOST_NOTICES).map(|url| {
                let message = format!(
                    "{} names a sitemap in its robots.txt, {url}: add sitemaps = \"robots\" to {}.toml",
                    visit.url.host(),
                    visit.site
                );
                Notice {
                    kind: NoticeKind::Sitemap,
                    url,
                    message,
                }
            });
            (Vec::new(), notices.collect())
        }
    }
}

fn plans(visit: &Visit, urls: Vec<PageUrl>, at: Timestamp) -> (Vec<Planned>, Vec<Notice>) {
    let others = urls.into_iter().filter(|url| *url != visit.url);
    let planned = others.map(|url| planned(visit, url, PageKind::Sitemap, 0, at));
    (planned.collect(), Vec::new())
}

fn planned(visit: &Visit, url: PageUrl, kind: PageKind, depth: u32, at: Timestamp) -> Planned {
    Planned {
        url,
        site: visit.site.clone(),
        kind,
        due: Due::IfNew(at),
        depth,
        referer: Some(visit.url.clone()),
        claim: None,
    }
}
