//! What a body that came with a success is: an article, a list, or something in their place.

use regex::Regex;

use crate::archive::Visit;
use crate::decode::Entity;
use crate::discover;
use crate::extract::{self, Extraction, Page, Part};
use crate::model::{Article, Fetched, Outcome, PageKind, PageUrl};
use crate::rules::{AjaxFound, path_and_query};
use crate::version::{self, Change};

use super::super::reading::{decoded, reading};
use super::super::screen::{Face, Pretence, screen};
use super::super::site::rules_of;
use super::ajax::Loaded;
use super::answer::{META_REFRESH, lead};
use super::counter;
use super::links::{self, Links, links};
use super::parts::{self, Role, Text};
use super::{DigestContext, Finding, listing};

/// A body that came with a success.
pub(super) fn read(
    visit: &Visit,
    fetched: &Fetched,
    entity: &Entity,
    context: &DigestContext,
    role: Role,
) -> Finding {
    if role == Role::Page
        && let Some(finding) = listing::read(visit, fetched, &entity.body, context)
    {
        return finding;
    }
    let expected = listing::is_for_programs(visit.kind);
    let content_type = fetched.headers.first("content-type");
    let loaded = Loaded::of(visit, context);
    if loaded.is_none()
        && !expected
        && let Some(other) = not_a_page(content_type, &entity.body)
    {
        return Finding {
            kind: PageKind::Other,
            ..Finding::because(visit, Outcome::Listed, format!("not a web page ({other})"))
        };
    }
    let mut decoded = decoded(&entity.body, content_type);
    let mut refused = None;
    if let Some(loaded) = &loaded {
        match loaded.read(&decoded.text) {
            Ok(AjaxFound::Links(items)) => {
                return listed(
                    links::items(visit, &items, loaded, fetched.sent_at, context),
                    visit,
                );
            }
            Ok(AjaxFound::Html(html)) => decoded.text = html,
            // a firewall answers in HTML whatever is asked for
            Err(why) => refused = Some(why),
        }
    }
    let mut page = Page::parse(
        &decoded.text,
        Some(fetched.url.clone()),
        fetched.sent_at,
        decoded.encoding,
    );
    if page.base == page.url
        && let Some(base) = loaded.as_ref().and_then(Loaded::base)
    {
        page.base = Some(base);
    }
    let face = Face::of(&page.html, &decoded.text);
    // a page may be many megabytes, and its document holds them again
    drop(std::mem::take(&mut decoded.text));
    match screen(fetched.status, &fetched.headers, &fetched.url, &face) {
        Some(Pretence::Challenge(name) | Pretence::Firewall(name) | Pretence::Vacant(name)) => {
            return Finding::because(visit, Outcome::Blocked, name);
        }
        Some(Pretence::Missing) => return Finding::because(visit, Outcome::Gone, "soft-404"),
        Some(Pretence::Elsewhere(to)) => {
            return lead(visit, &to, false, Some(META_REFRESH), context);
        }
        None => {}
    }
    if expected {
        // a site that gave up its feed sends its visitors somewhere else
        let reason = format!("no {}", visit.kind.name());
        return Finding::because(visit, Outcome::Gone, reason);
    }
    if let Some(why) = refused {
        return Finding::because(visit, Outcome::Failed, why);
    }
    if loaded.is_some() {
        let kind = PageKind::List;
        let found = links(
            visit,
            kind,
            &page,
            loaded.as_ref(),
            fetched.sent_at,
            context,
        );
        return listed(found, visit);
    }
    let extraction = extract::extract(&page, &context.rules);
    if role == Role::Part {
        return parts::piece(visit, Text::new(extraction, decoded));
    }
    if let Some(first) = begins_elsewhere(visit, &extraction, context) {
        let which = parts::which(extraction.part.as_ref());
        return Finding {
            kind: PageKind::Part,
            ..lead(visit, &first, false, Some(&which), context)
        };
    }
    let kind = match extraction.kind {
        _ if is_list_by_rules(visit, context) => PageKind::List,
        // a headline over nothing is no article
        PageKind::Article if is_bare(&extraction) => PageKind::Other,
        judged => judged,
    };
    let Links {
        planned: discovered,
        looked_for,
        notices,
        items,
    } = links(visit, kind, &page, None, fetched.sent_at, context);
    let calls_itself = discover::named_address(&page).filter(|named| *named != visit.url);
    let is_article = kind == PageKind::Article;
    let counter = is_article
        .then(|| counter::counter(&page, &extraction, &context.rules))
        .flatten();
    let referrer = match context.pictures {
        Some(_) => referrer(&page),
        None => Vec::new(),
    };
    drop(page);
    let goes_on = |part: &Part| part.next.is_some();
    let in_parts = is_article && extraction.part.as_ref().is_some_and(goes_on);
    if in_parts || counter.is_some() {
        return Finding {
            kind,
            discovered,
            looked_for_links: looked_for,
            notices,
            calls_itself,
            referrer,
            text: Some(Box::new(Text::new(extraction, decoded))),
            counter,
            in_parts,
            ..Finding::of(visit, Outcome::New)
        };
    }
    let (outcome, reason, reading) = if kind == PageKind::Article {
        let outcome = compared(visit, &extraction.article);
        (outcome, None, Some(reading(extraction, &decoded)))
    } else {
        let expected = visit.kind == PageKind::Article || visit.kept.is_some();
        let reason = expected.then(|| "no article found".to_owned());
        (Outcome::Listed, reason, None)
    };
    Finding {
        reason,
        kind,
        reading,
        discovered,
        looked_for_links: looked_for,
        notices,
        items,
        calls_itself,
        referrer,
        ..Finding::of(visit, outcome)
    }
}

/// What the page says of `Referer` in its head, first to last.
fn referrer(page: &Page) -> Vec<String> {
    let elements = page.html.tree.values().filter_map(|node| node.as_element());
    elements
        .take_while(|element| element.name() != "body")
        .filter(|element| element.name() == "meta")
        .filter(|element| {
            let name = element.attr("name");
            name.is_some_and(|name| name.trim().eq_ignore_ascii_case("referrer"))
        })
        .filter_map(|element| element.attr("content").map(str::to_owned))
        .collect()
}

/// A page that is a list, whatever it looks like.
fn listed(found: Links, visit: &Visit) -> Finding {
    Finding {
        kind: PageKind::List,
        discovered: found.planned,
        looked_for_links: found.looked_for,
        notices: found.notices,
        items: found.items,
        ..Finding::of(visit, Outcome::Listed)
    }
}

/// What a look comes to that read `article`.
pub(super) fn compared(visit: &Visit, article: &Article) -> Outcome {
    match version::compare(visit.kept.as_ref(), &visit.known, article) {
        Change::First => Outcome::New,
        Change::Same => Outcome::Unchanged,
        Change::ViewsOnly { .. } => Outcome::ViewsOnly,
        Change::Changed(_) => Outcome::Changed,
        Change::Reverted { .. } => Outcome::Reverted,
    }
}

/// Where the article begins of which the page is a later part: by its page bar, or because it was
/// read as a part before. Where that leads back here, the two are one article's two addresses.
fn begins_elsewhere(
    visit: &Visit,
    extraction: &Extraction,
    context: &DigestContext,
) -> Option<PageUrl> {
    let known = || {
        visit
            .referer
            .clone()
            .filter(|_| visit.kind == PageKind::Part)
    };
    let part = extraction.part.as_ref();
    part.and_then(|part| part.first.clone())
        .or_else(known)
        .filter(|first| *first != visit.url && !context.trail.contains(first))
}

/// The media type of a body that is no web page. Bytes that begin as markup are one, whatever the
/// header says.
fn not_a_page<'a>(content_type: Option<&'a str>, body: &[u8]) -> Option<&'a str> {
    let media = content_type?.split(';').next().unwrap_or_default().trim();
    let lower = media.to_ascii_lowercase();
    let foreign = ["image/", "audio/", "video/", "font/"]
        .iter()
        .any(|family| lower.starts_with(family))
        || (lower.starts_with("application/") && !lower.contains("html") && !lower.contains("xml"));
    let begins_as_markup = body
        .iter()
        .find(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF))
        .is_some_and(|byte| *byte == b'<');
    (foreign && !begins_as_markup).then_some(media)
}

/// Whether nothing was read but a headline. An announcement whose text is an attachment still says
/// when it was published and by whom.
fn is_bare(extraction: &Extraction) -> bool {
    let article = &extraction.article;
    article.body_text.is_none()
        && article.images.is_empty()
        && article.publish_time.is_none()
        && article.source.is_none()
        && article.author.is_none()
}

/// Whether the site's rules make the page a list, however much the latest news on it looks like an
/// article: its start pages are lists, and so are pages that were found as lists and whose URL is
/// not an article's.
fn is_list_by_rules(visit: &Visit, context: &DigestContext) -> bool {
    rules_of(&context.rules, &visit.site).is_some_and(|rules| {
        let address = path_and_query(&visit.url);
        let by_pattern = |patterns: &[Regex]| patterns.iter().any(|p| p.is_match(address));
        rules
            .start
            .iter()
            .any(|start| context.rules.page(start) == visit.url)
            || (visit.kind == PageKind::List
                && !rules.article_urls.is_empty()
                && !by_pattern(&rules.article_urls))
    })
}
