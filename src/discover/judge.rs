//! Which links are articles and which are lists: by the rules, or by what such links have in common.

use std::collections::{HashMap, HashSet};

use super::anchors::{Anchor, Place};
use super::{Link, View, address, pager, words};
use crate::model::{PageKind, PageUrl};

/// What a link without rules must come to.
const ENOUGH: i32 = 5;

/// The articles that the page leads to, in its order.
pub(super) fn articles(view: &View<'_>) -> Vec<Link> {
    let groups = groups(view);
    let named = named_items(view);
    let strict = view.knows_the_site()
        && view
            .rules
            .is_some_and(|rules| !rules.article_urls.is_empty());
    let by_rules: HashSet<&PageUrl> = groups
        .iter()
        .filter(|group| {
            named.contains(&group.url)
                || (view.is_named_article(&group.url)
                    && !view.is_named_list(&group.url)
                    && (strict || !group.leads_elsewhere()))
        })
        .map(|group| &group.url)
        .collect();
    // a builder's rules know its usual templates only; links beside its items are judged as ever
    let judge = !strict && (by_rules.is_empty() || named.is_empty());
    let kinds = kinds(&groups);
    groups
        .iter()
        .filter(|group| {
            by_rules.contains(&group.url)
                || (judge && group.merit(view, &kinds) >= ENOUGH)
                || (!strict && group.is_neighbour(view))
        })
        .map(|group| Link {
            url: group.url.clone(),
            text: group.text.clone(),
            kind: PageKind::Article,
        })
        .collect()
}

/// The pages that list articles, other than this one: named by the rules, or called as columns of
/// news are.
pub(super) fn lists(view: &View<'_>) -> Vec<Link> {
    let own_page = address::page_number(view.own).filter(|page| page.certain);
    let mut seen = HashSet::new();
    let mut lists = Vec::new();
    for anchor in view.anchors.iter() {
        let other_page_of_this = own_page.as_ref().is_some_and(|own| {
            address::page_number(&anchor.url).is_some_and(|page| page.family == own.family)
        });
        if other_page_of_this || pager::is_pager(view, anchor) || !is_column(view, anchor) {
            continue;
        }
        if seen.insert(address::list_key(&anchor.url)) {
            lists.push(Link {
                url: anchor.url.clone(),
                text: anchor.text.clone(),
                kind: PageKind::List,
            });
        }
    }
    lists
}

fn is_column(view: &View<'_>, anchor: &Anchor) -> bool {
    let url = &anchor.url;
    let likeness = address::article_likeness(url);
    let root = !address::list_key(url).contains('/');
    if view.is_named_article(url) || root {
        return false;
    }
    if view.is_named_list(url) && (view.knows_the_site() || words::is_column(&anchor.text)) {
        return true;
    }
    if address::leads_elsewhere(url) || words::leads_elsewhere(&anchor.text) || likeness >= 3 {
        return false;
    }
    if words::is_more(&anchor.text) {
        return address::is_list(url)
            && (address::leads_to_news(url) || words::is_column(&anchor.before));
    }
    // 展会新闻 as the text of /news/15.html in the middle of a list is more likely an item
    words::is_column(&anchor.text) && (address::is_list(url) || likeness < 2 || anchor.place.chrome)
}

/// All links of the page to one address, as one.
struct Group {
    url: PageUrl,
    text: String,
    place: Place,
    dated: bool,
    neighbour: bool,
    pager: bool,
}

impl Group {
    /// How much speaks for an article.
    fn merit(&self, view: &View<'_>, kinds: &HashMap<String, usize>) -> i32 {
        let likeness = address::article_likeness(&self.url).max(i32::from(self.is_entry(view)));
        // a dated item whose address names one article is one, however short its headline
        let sure = likeness >= 3 && self.dated && self.place.item && !self.place.chrome;
        let elsewhere =
            address::leads_elsewhere(&self.url) || (!sure && words::leads_elsewhere(&self.text));
        if likeness == 0 || self.pager || elsewhere || view.is_named_list(&self.url) {
            return 0;
        }
        let text = if words::says_nothing(&self.text) {
            0
        } else {
            match words::weight(&self.text) {
                0..=2 => -1,
                3 | 4 => 0,
                5 | 6 => 1,
                7..=9 => 2,
                _ => 3,
            }
        };
        let column = !sure && words::is_column(&self.text) && words::weight(&self.text) <= 6;
        let many = kinds
            .get(&address::kind_key(&self.url))
            .is_some_and(|count| *count >= 3);
        likeness
            + text
            + i32::from(address::leads_to_news(&self.url))
            + i32::from(self.place.item)
            + i32::from(self.dated)
            + i32::from(self.place.heading)
            + i32::from(many)
            - 3 * i32::from(self.place.chrome)
            - 3 * i32::from(column)
    }

    /// Whether it is an entry of this list by where it stands, whatever its address: a headline in
    /// an item, in a folder of its own below the list's (`/news/new-halls/`).
    fn is_entry(&self, view: &View<'_>) -> bool {
        let below = |list: &str| {
            self.url
                .as_url()
                .path()
                .strip_prefix(list)
                .is_some_and(|rest| rest.contains('-') && !rest.trim_end_matches('/').contains('/'))
        };
        let own = view.own.as_url().path();
        let first = address::first_of_pages(own);
        self.place.item
            && self.place.heading
            && words::weight(&self.text) >= 5
            && (below(own) || first.is_some_and(below))
    }

    /// Whether it is the article before or after this one.
    fn is_neighbour(&self, view: &View<'_>) -> bool {
        self.neighbour
            && !self.pager
            && !view.looks_like_list(&self.url)
            && address::article_likeness(&self.url) >= 1
    }

    fn leads_elsewhere(&self) -> bool {
        address::leads_elsewhere(&self.url) || words::leads_elsewhere(&self.text)
    }
}

/// The page's links by address, in the order in which each address comes first.
fn groups(view: &View<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<&PageUrl, usize> = HashMap::new();
    for anchor in view.anchors.iter() {
        if anchor.url == *view.own {
            continue;
        }
        let neighbour =
            words::is_neighbour(&anchor.text) || words::introduces_neighbour(&anchor.before);
        let place = *places.entry(&anchor.url).or_insert(groups.len());
        if let Some(group) = groups.get_mut(place) {
            if tells_more(&anchor.text, &group.text) {
                group.text.clone_from(&anchor.text);
            }
            group.place.chrome &= anchor.place.chrome;
            group.place.item |= anchor.place.item;
            group.place.heading |= anchor.place.heading;
            group.dated |= anchor.dated;
            group.neighbour |= neighbour;
            group.pager |= pager::is_pager(view, anchor);
        } else {
            groups.push(Group {
                url: anchor.url.clone(),
                text: anchor.text.clone(),
                place: anchor.place,
                dated: anchor.dated,
                neighbour,
                pager: pager::is_pager(view, anchor),
            });
        }
    }
    groups
}

/// Of several texts of one link the headline: not 查看详情, not the whole abstract.
fn tells_more(text: &str, than: &str) -> bool {
    const HEADLINE: usize = 60;
    if words::says_nothing(text) {
        return false;
    }
    let (new, old) = (words::weight(text), words::weight(than));
    words::says_nothing(than) || (new > old && new <= HEADLINE)
}

/// How many addresses differ in numbers alone: an archive has many of a kind, a menu has not.
fn kinds(groups: &[Group]) -> HashMap<String, usize> {
    let mut kinds = HashMap::new();
    for group in groups {
        *kinds.entry(address::kind_key(&group.url)).or_default() += 1;
    }
    kinds
}

/// The links of the items that the rules name: of each, the first that is no list's.
fn named_items(view: &View<'_>) -> HashSet<PageUrl> {
    let Some(rules) = view.rules else {
        return HashSet::new();
    };
    view.anchors
        .within(view.page, &rules.list.items)
        .filter_map(|anchors| {
            anchors
                .iter()
                .find(|anchor| !view.looks_like_list(&anchor.url))
                .or_else(|| anchors.first().filter(|_| view.knows_the_site()))
                .map(|anchor| anchor.url.clone())
        })
        .collect()
}
