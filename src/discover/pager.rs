//! Further pages of a list: 下一页, page numbers, drop-downs, and lists that scripts load in parts.

use std::collections::HashMap;

use super::address::PageNumber;
use super::anchors::Anchor;
use super::{Link, View, address, words};
use crate::model::{PageKind, PageUrl};

/// More pages of one list than a page links to.
const MOST_PAGES: usize = 200;

/// The next page of the list that the page shows (see [`spoken`] for when there are several). An
/// article has none: its 下一页 is a part of itself.
pub(super) fn next_pages(view: &View<'_>) -> Vec<Link> {
    if is_article(view) {
        return Vec::new();
    }
    let named = view
        .rules
        .map(|rules| rules.list.next.as_slice())
        .unwrap_or_default();
    let mut urls: Vec<PageUrl> = view
        .anchors
        .within(view.page, named)
        .filter_map(|anchors| Some(anchors.first()?.url.clone()))
        .filter(|url| !leads_back(view.own, url))
        .collect();
    urls.extend(spoken(view));
    if urls.is_empty() {
        urls.extend(next_part(view));
    }
    urls.into_iter()
        .take(MOST_PAGES)
        .map(|url| Link {
            text: text_of(view, &url),
            url,
            kind: PageKind::List,
        })
        .collect()
}

/// Whether the address of the page itself is an article's.
fn is_article(view: &View<'_>) -> bool {
    !view.is_named_list(view.own)
        && (view.is_named_article(view.own) || address::article_likeness(view.own) >= 3)
}

/// Whether `url` is the page itself or an earlier one of the same list.
fn leads_back(own: &PageUrl, url: &PageUrl) -> bool {
    if own == url {
        return true;
    }
    match (address::page_number(own), address::page_number(url)) {
        (Some(own), Some(other)) if own.family == other.family => other.number <= own.number,
        _ => false,
    }
}

/// The page that links call the next one; where none is, the next by number; where even that is
/// missing, all later numbers, lowest first. One page at a time: a crawl stops at the first list
/// page that holds nothing new, and so must not be given the whole archive by the first.
fn spoken(view: &View<'_>) -> Vec<PageUrl> {
    let mut next: Vec<PageUrl> = Vec::new();
    let mut numbered = Vec::new();
    for anchor in view.anchors.iter() {
        if leads_back(view.own, &anchor.url) || is_part(view.own, &anchor.url) {
            continue;
        }
        let page = address::page_number(&anchor.url);
        let arrow = anchor.text.is_empty() || words::is_arrow(&anchor.text);
        // carousels have arrows of class "next" too, but do not number them
        let certain = page.as_ref().is_some_and(|page| page.certain);
        let later = || page.as_ref().is_some_and(|page| page.number > 1);
        let here = || address::folder(&anchor.url) == address::folder(view.own);
        let calls_next = words::is_next(&anchor.text)
            || words::loads_more(&anchor.text)
            || (anchor.named_next && arrow && certain)
            // 更多 of a home page leads to a column, that of a column to its next page
            || (words::is_more(&anchor.text) && certain && later() && here());
        if calls_next && !anchor.is_option {
            if !next.contains(&anchor.url) {
                next.push(anchor.url.clone());
            }
            continue;
        }
        if let Some(number) = numbered_page(view, anchor, page) {
            numbered.push(number);
        }
    }
    if !next.is_empty() {
        next.retain(|url| !is_beyond(view, url));
        return next;
    }
    let family = family(view.own, &numbered);
    numbered.retain(|one| Some(&one.page.family) == family.as_ref());
    let from_nought = numbered.iter().any(|one| one.from_nought);
    let own = address::page_number(view.own)
        .filter(|page| Some(&page.family) == family.as_ref())
        .map_or(u32::from(!from_nought), |page| page.number);
    numbered.retain(|one| one.page.number > own);
    numbered.sort_by_key(|one| one.page.number);
    if numbered
        .first()
        .is_some_and(|one| one.page.number == own + 1)
    {
        numbered.truncate(1);
    }
    numbered.into_iter().map(|one| one.url).collect()
}

/// Whether `url` is a later page of the list than the one that the pager calls the last: some go on
/// for ever.
fn is_beyond(view: &View<'_>, url: &PageUrl) -> bool {
    let Some(page) = address::page_number(url) else {
        return false;
    };
    let mut last = view
        .anchors
        .iter()
        .filter(|anchor| words::is_last(&anchor.text))
        .filter_map(|anchor| address::page_number(&anchor.url))
        .filter(|last| last.family == page.family);
    last.next().is_some_and(|last| last.number < page.number)
}

/// How the pages of the list are turned, where a script or a form alone knows and nothing else
/// leads on.
pub(super) fn unfollowed(view: &View<'_>, next: &[Link]) -> Option<String> {
    let how = view.anchors.scripted()?;
    (next.is_empty() && !is_article(view)).then(|| how.to_owned())
}

/// A page of a list that is linked by its number.
struct Numbered {
    page: PageNumber,
    /// The address counts from nought: `index_1.html` is called 2.
    from_nought: bool,
    url: PageUrl,
}

/// What `anchor` says of a page's number, where its text and its address agree.
fn numbered_page(view: &View<'_>, anchor: &Anchor, page: Option<PageNumber>) -> Option<Numbered> {
    let page = page?;
    let near = address::folder(&anchor.url) == address::folder(view.own)
        || is_numbered_folder(view.own, &anchor.url);
    let said = words::page_number(&anchor.text);
    let agrees = match said {
        Some(said) => said == page.number || said == page.number + 1,
        None => page.certain && (words::is_last(&anchor.text) || words::is_arrow(&anchor.text)),
    };
    (agrees && (page.certain || near)).then(|| Numbered {
        from_nought: said == Some(page.number + 1),
        page,
        url: anchor.url.clone(),
    })
}

/// Whether `url` is a folder of pages that are counted below or beside the list: `/news/2/` or
/// `/news_2/` of `/news/`.
fn is_numbered_folder(own: &PageUrl, url: &PageUrl) -> bool {
    let counted = |url: &PageUrl| {
        let path = url.as_url().path().strip_suffix('/')?;
        let (parent, last) = path.rsplit_once(['/', '_'])?;
        last.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| format!("{parent}/"))
    };
    counted(url).is_some_and(|parent| parent == own.as_url().path() || Some(parent) == counted(own))
}

/// The list that the numbers on the page belong to: its own, else the one that most are of.
fn family(own: &PageUrl, numbered: &[Numbered]) -> Option<String> {
    let mut votes: HashMap<&str, usize> = HashMap::new();
    for one in numbered {
        *votes.entry(one.page.family.as_str()).or_default() += 1;
    }
    address::page_number(own)
        .map(|page| page.family)
        .filter(|family| votes.contains_key(family.as_str()))
        .or_else(|| {
            votes
                .iter()
                // of two with as many, the same one every time
                .max_by_key(|(family, count)| (**count, std::cmp::Reverse(**family)))
                .map(|(family, _)| (*family).to_owned())
        })
}

/// Whether `url` is a later part of the article at `own`: `123_2.html` of `123.html`.
fn is_part(own: &PageUrl, url: &PageUrl) -> bool {
    let stem = |url: &PageUrl| {
        let path = url.as_url().path();
        let name = path.rsplit('/').next().unwrap_or_default();
        name.split('.').next().unwrap_or_default().to_owned()
    };
    let (own_stem, other) = (stem(own), stem(url));
    let head = own_stem
        .split_once('_')
        .map_or(own_stem.as_str(), |(head, _)| head);
    !head.is_empty()
        && head.bytes().all(|byte| byte.is_ascii_digit())
        && address::folder(own) == address::folder(url)
        && other
            .strip_prefix(head)
            .and_then(|rest| rest.strip_prefix('_'))
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The next part of a list that a script loads (`list.do?…&pageSize=3&currentPage=1`), where this
/// part was full. Such answers hold no links to one another.
fn next_part(view: &View<'_>) -> Option<PageUrl> {
    let query = view.own.as_url().query()?;
    let value = |wanted: &str| {
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            key.eq_ignore_ascii_case(wanted)
                .then(|| value.parse::<usize>().ok())?
        })
    };
    let (size, current) = (value("pageSize")?, value("currentPage")?);
    let shown = super::judge::articles(view).len();
    if size == 0 || shown < size {
        return None;
    }
    let next: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((key, _)) if key.eq_ignore_ascii_case("currentPage") => {
                format!("{key}={}", current.saturating_add(1))
            }
            _ => pair.to_owned(),
        })
        .collect();
    let path = view.own.as_url().path();
    view.own.join(&format!("{path}?{}", next.join("&"))).ok()
}

fn text_of(view: &View<'_>, url: &PageUrl) -> String {
    view.anchors
        .iter()
        .filter(|anchor| anchor.url == *url)
        .map(|anchor| anchor.text.clone())
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// Whether a link is one of the pager's: it names no article and no column.
pub(super) fn is_pager(view: &View<'_>, anchor: &Anchor) -> bool {
    anchor.is_option
        || view.parts.contains(&anchor.url)
        || words::is_next(&anchor.text)
        || words::is_last(&anchor.text)
        || words::page_number(&anchor.text).is_some()
        || is_part(view.own, &anchor.url)
        || (address::page_number(&anchor.url).is_some_and(|page| page.certain)
            && leads_back(view.own, &anchor.url))
}
