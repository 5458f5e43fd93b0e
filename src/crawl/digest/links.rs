//! Where a page leads: what of it is planned, and what is only offered.

use std::collections::HashSet;
use std::sync::Arc;

use crate::archive::{Due, Planned, Visit};
use crate::discover::{self, Discovery, Link, trap};
use crate::extract::Page;
use crate::model::{Notice, NoticeKind, PageKind, PageUrl, Timestamp};
use crate::rules::{Role, SiteRules, path_and_query};

use super::super::site::{belongs, rules_of};
use super::ajax::Loaded;
use super::{DigestContext, Follow, offers};

/// Links planned from one page at most; a page with more is no list of news.
const MOST_LINKS: usize = 5000;

/// Where a page leads.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// Pages to look at.
    pub(super) planned: Vec<Planned>,
    /// Whether those are all of them, since its links are followed.
    pub(super) looked_for: bool,
    /// What is not followed and a person should know.
    pub(super) notices: Vec<Notice>,
    /// The items of the list, a number for each.
    pub(super) items: Vec<u64>,
}

/// Where `page`, which turned out to be of `kind`, leads.
pub(super) fn links(
    visit: &Visit,
    kind: PageKind,
    page: &Page,
    loaded: Option<&Loaded>,
    at: Timestamp,
    context: &DigestContext,
) -> Links {
    let offers = offers::feeds(visit, page, at, context);
    if !follows_links(visit, kind, context) {
        return offers;
    }
    let rules = rules_of(&context.rules, &visit.site);
    let mut found = discover::discover(page, &context.rules);
    if let Some(loaded) = loaded {
        found.next = loaded.next(visit, &found);
        found.unfollowed = None;
    }
    let mut notices = offered(visit, &mut found.lists, rules.as_ref(), context);
    notices.extend(found.unfollowed.take().map(|how| unturned(visit, &how)));
    notices.extend(offers.notices);
    let mut links = whither(visit, found, notices, at, context);
    links.planned.extend(offers.planned);
    links
}

/// Where the items lead that a script would have put into a list.
pub(super) fn items(
    visit: &Visit,
    links: &[String],
    loaded: &Loaded,
    at: Timestamp,
    context: &DigestContext,
) -> Links {
    if !follows_links(visit, PageKind::List, context) {
        return Links::default();
    }
    let mut found = loaded.found(visit, links);
    found.next = loaded.next(visit, &found);
    whither(visit, found, Vec::new(), at, context)
}

/// What is planned of what was found, traps left out.
fn whither(
    visit: &Visit,
    mut found: Discovery,
    mut notices: Vec<Notice>,
    at: Timestamp,
    context: &DigestContext,
) -> Links {
    let items = found.articles.iter();
    let items = items
        .map(|link| trap::item(&link.url, &link.text))
        .collect();
    let mut told = HashSet::new();
    for links in [&mut found.next, &mut found.lists, &mut found.articles] {
        links.retain(|link| match trap::by_address(&link.url, at) {
            Some(trap) => {
                let family = trap::family(&link.url, None);
                if told.insert(family.clone()) {
                    notices.push(trap.notice(&visit.site, &family));
                }
                false
            }
            None => true,
        });
    }
    Links {
        planned: planned(visit, found, at, context),
        looked_for: true,
        notices,
        items,
    }
}

/// Links are followed from lists, from what was found as a list, from an article that a person
/// chose to begin at, and from all where the site's rules say so.
fn follows_links(visit: &Visit, kind: PageKind, context: &DigestContext) -> bool {
    let by_rules = || {
        let rules = rules_of(&context.rules, &visit.site);
        rules.is_some_and(|rules| rules.follow_links)
    };
    context.follow == Follow::Site
        && visit.depth < context.max_depth
        && (kind != PageKind::Article
            || visit.kind == PageKind::List
            || visit.depth == 0
            || by_rules())
}

/// Takes out of `lists` what the site's rules do not name, where they name its lists: whoever wrote
/// them knows the site. What a start page leads to is offered.
fn offered(
    visit: &Visit,
    lists: &mut Vec<Link>,
    rules: Option<&Arc<SiteRules>>,
    context: &DigestContext,
) -> Vec<Notice> {
    let Some(rules) = rules.filter(|rules| rules.role == Role::Site && !rules.list.urls.is_empty())
    else {
        return Vec::new();
    };
    let is_start = |url: &PageUrl| {
        let mut start = rules.start.iter();
        start.any(|start| context.rules.page(start) == *url)
    };
    let is_named = |url: &PageUrl| {
        let address = path_and_query(url);
        is_start(url) || rules.list.urls.iter().any(|urls| urls.is_match(address))
    };
    let (named, others): (Vec<Link>, _) = lists.drain(..).partition(|link| is_named(&link.url));
    *lists = named;
    others
        .into_iter()
        .filter(|link| visit.depth == 0 && belongs(&context.rules, &visit.site, &link.url))
        .map(|link| Notice {
            kind: NoticeKind::List,
            message: format!(
                "{} offers the list {} at {}, which its rules do not name: it is not followed",
                visit.site,
                link.text.trim(),
                link.url
            ),
            url: link.url,
        })
        .collect()
}

/// A list whose further pages only a script knows.
fn unturned(visit: &Visit, how: &str) -> Notice {
    Notice {
        kind: NoticeKind::List,
        url: visit.url.clone(),
        message: format!(
            "only the first page of {} is read: the next is had by a script ({how}); rules can name \
             its address in [list.ajax]",
            visit.url
        ),
    }
}

/// The pages of the site that a page leads to, next pages first.
///
/// The next page of a list is looked at in this run if this one brought anything new: news that
/// arrived since the last run may go on there, and where something is known that was known before
/// the walk began, it ends. At the first look at a list its next page is planned in any case.
fn planned(
    visit: &Visit,
    found: Discovery,
    at: Timestamp,
    context: &DigestContext,
) -> Vec<Planned> {
    let first_look = visit.history.first_seen_at.is_none();
    let at_start = visit.depth == 0;
    let next = found
        .next
        .into_iter()
        .enumerate()
        .flat_map(|(place, link)| {
            let walks_on = (place == 0).then_some(Due::WithNews(at));
            let leads = first_look.then_some(Due::IfNew(at));
            let dues = leads.into_iter().chain(walks_on);
            dues.map(move |due| (link.url.clone(), PageKind::List, due))
        });
    let lists = found.lists.into_iter().flat_map(|link| {
        let hastened = at_start.then_some(Due::WithNews(at));
        let dues = [Due::IfNew(at)].into_iter().chain(hastened);
        dues.map(move |due| (link.url.clone(), PageKind::List, due))
    });
    let articles = found
        .articles
        .into_iter()
        .map(|link| (link.url, PageKind::Article, Due::IfNew(at)));
    let mut seen = HashSet::new();
    next.chain(lists)
        .chain(articles)
        .filter(|(url, ..)| *url != visit.url && belongs(&context.rules, &visit.site, url))
        .filter(|(url, _, due)| seen.insert((url.clone(), matches!(due, Due::WithNews(_)))))
        .take(MOST_LINKS)
        .map(|(url, kind, due)| Planned {
            url,
            site: visit.site.clone(),
            kind,
            due,
            depth: visit.depth.saturating_add(1),
            referer: Some(visit.url.clone()),
            claim: None,
        })
        .collect()
}
