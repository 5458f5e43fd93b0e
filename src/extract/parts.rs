//! Articles split over several pages: where one goes on, and the parts put together again.
//!
//! Which links are those of the page bar is known from rules alone (`next-part`): on a page nobody
//! has seen, 下一页 may as well lead to the next picture, the next comment, the next article.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use super::clean::escape;
use super::lines::plain;
use super::{Extraction, Page};
use crate::canon;
use crate::discover::{is_arrow, is_next, page_number};
use crate::model::{Article, AsPrinted, Field, PageUrl, Warning};

/// More links than any page bar has.
const MOST_LINKS: usize = 200;
/// More nodes than any page bar has.
const LARGEST_BAR: usize = 2_000;

/// A page that is one of several parts of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which part it is, from 1, where the page bar says.
    pub number: Option<u32>,
    /// How many parts there are, as far as the page bar numbers them.
    pub of: Option<u32>,
    /// Where the article begins, where that is not here.
    pub first: Option<PageUrl>,
    /// Where the article goes on.
    pub next: Option<PageUrl>,
}

/// One link of the page bar.
struct Link {
    url: PageUrl,
    text: String,
    number: Option<u32>,
    calls_next: bool,
}

/// Which part of an article `page` is, by the links that `selectors` find. Nothing where they find
/// none: the article is whole.
pub(super) fn of(page: &Page, selectors: &[Selector]) -> Option<Part> {
    let own = canon::canonical(page.url.as_ref().or(page.base.as_ref())?);
    let links = links(page, selectors);
    let goes_on = |link: &&Link| link.url != own;
    // beside numbers an arrow may as well lead to the last part
    let is_numbered = links.iter().any(|link| link.number.is_some());
    let called = links
        .iter()
        .find(|link| link.calls_next || (!is_numbered && is_arrow(&link.text)));
    let number = number_of(&own, &links, called);
    let next = match called {
        // the last part's 下一页 leads to itself
        Some(called) => Some(called).filter(goes_on),
        None => number
            .and_then(|number| numbered(&links, number.checked_add(1)?))
            .or_else(|| lone(&own, &links))
            .filter(goes_on),
    };
    let first = number
        .filter(|number| *number > 1)
        .and_then(|_| numbered(&links, 1))
        .filter(|link| link.url != own && link.url.host() == own.host());
    let part = Part {
        number,
        of: number.and_then(|number| {
            let linked = links.iter().filter_map(|link| link.number).max();
            linked.map(|linked| linked.max(number))
        }),
        first: first.map(|link| link.url.clone()),
        next: next.map(|link| link.url.clone()),
    };
    (part.first.is_some() || part.next.is_some()).then_some(part)
}

/// The links at or in the elements that `selectors` find, in page order, each element's once.
fn links(page: &Page, selectors: &[Selector]) -> Vec<Link> {
    let mut seen = BTreeSet::new();
    selectors
        .iter()
        .flat_map(|selector| page.html.select(selector))
        .take(MOST_LINKS)
        .flat_map(|element| element.descendants().take(LARGEST_BAR))
        .filter_map(ElementRef::wrap)
        .filter(|element| element.value().name() == "a")
        .filter(|element| seen.insert(element.id()))
        .filter_map(|element| {
            let url = page.absolute(element.attr("href")?)?;
            let text = plain(&element.text().collect::<String>());
            let named = |attribute: &str| {
                element
                    .attr(attribute)
                    .unwrap_or_default()
                    .split_ascii_whitespace()
                    .any(|word| word.eq_ignore_ascii_case("next"))
            };
            Some(Link {
                url: canon::canonical(&url),
                number: page_number(&text),
                calls_next: is_next(&text)
                    || (page_number(&text).is_none() && (named("rel") || named("class"))),
                text,
            })
        })
        .take(MOST_LINKS)
        .collect()
}

/// The number of the page itself: the one that its own link has, the one before the next part's,
/// or the one that the bar leaves out of its links.
fn number_of(own: &PageUrl, links: &[Link], called: Option<&Link>) -> Option<u32> {
    let linked_as = |url: &PageUrl| {
        let mut same = links.iter().filter(|link| link.url == *url);
        same.find_map(|link| link.number)
    };
    if let Some(number) = linked_as(own) {
        return Some(number);
    }
    if let Some(next) = called.filter(|called| called.url != *own)
        && let Some(number) = linked_as(&next.url)
    {
        return number.checked_sub(1).filter(|number| *number > 0);
    }
    left_out(&links.iter().filter_map(|link| link.number).collect())
}

/// The one number that a bar leaves out of its links; none where a bar that shows a few numbers of
/// many leaves out others as well.
fn left_out(numbers: &BTreeSet<u32>) -> Option<u32> {
    let after = |number: &u32| number.checked_add(1).filter(|next| !numbers.contains(next));
    let mut ends = numbers.iter().filter_map(after);
    let mut within = numbers.iter().filter_map(after).filter(|gap| {
        gap.checked_add(1)
            .is_some_and(|beyond| numbers.contains(&beyond))
    });
    match (within.next(), within.next()) {
        (Some(gap), None) => Some(gap),
        (None, _) if !numbers.is_empty() && !numbers.contains(&1) => Some(1),
        (None, _) => {
            let end = ends.next();
            end.filter(|_| ends.next().is_none())
        }
        _ => None,
    }
}

fn numbered(links: &[Link], wanted: u32) -> Option<&Link> {
    links.iter().find(|link| link.number == Some(wanted))
}

/// The one place that a bar without numbers leads to, unless its text leads back: 余下全文.
fn lone<'a>(own: &PageUrl, links: &'a [Link]) -> Option<&'a Link> {
    const BACK: [&str; 11] = [
        "上", "前", "首", "尾", "末", "返", "prev", "first", "last", "back", "all",
    ];
    let mut elsewhere = links.iter().filter(|link| link.url != *own);
    let one = elsewhere.next()?;
    let text = one.text.to_lowercase();
    (elsewhere.all(|link| link.url == one.url)
        && one.number.is_none()
        && !BACK.iter().any(|word| text.contains(word)))
    .then_some(one)
}

/// Puts an article together again: headline and metadata of its first part, the text and the
/// pictures of all. A name that the first part lacks is taken from a later one, whose last lines
/// may credit it.
pub fn join(first: Extraction, rest: impl IntoIterator<Item = Extraction>) -> Extraction {
    let mut joined = first;
    let mut parts = 1;
    for part in rest {
        parts += 1;
        add(&mut joined, part, parts);
    }
    if parts > 1
        && let Some(from) = joined.provenance.get_mut(&Field::Body)
    {
        *from = format!("{from}, {parts} parts");
    }
    joined
}

fn add(joined: &mut Extraction, part: Extraction, number: usize) {
    let Extraction {
        article: mut text,
        warnings,
        provenance,
        part: bar,
        ..
    } = part;
    without_heading(&joined.article, &mut text);
    let article = &mut joined.article;
    if article.as_printed.is_some() || text.as_printed.is_some() {
        let printed = |article: &Article| match &article.as_printed {
            Some(printed) => printed.body_text.clone(),
            None => article.body_text.clone(),
        };
        article.as_printed = Some(AsPrinted {
            title: article
                .as_printed
                .as_ref()
                .map_or_else(|| article.title.clone(), |printed| printed.title.clone()),
            body_text: appended(printed(article), printed(&text), "\n"),
        });
    }
    article.body_text = appended(article.body_text.take(), text.body_text, "\n");
    article.body_html = appended(article.body_html.take(), text.body_html, "");
    for image in text.images {
        if !article.images.iter().any(|known| known.url == image.url) {
            article.images.push(image);
        }
    }
    let mut filled = Vec::new();
    for (field, known, found) in [
        (Field::Source, &mut article.source, text.source),
        (Field::Author, &mut article.author, text.author),
        (Field::Editor, &mut article.editor, text.editor),
    ] {
        if known.is_none() && found.is_some() {
            *known = found;
            filled.push(format!("{field} "));
            if let Some(from) = provenance.get(&field) {
                let from = format!("{from}, part {number}");
                joined.provenance.insert(field, from);
            }
        }
    }
    for warning in warnings {
        let known = joined.warnings.iter().any(|one| one.kind == warning.kind);
        let wanted = match warning.kind {
            // of a field that the first part gives, a later part's value is of no concern
            "placeholder" => filled.iter().any(|name| warning.message.starts_with(name)),
            "date-without-year" => false,
            _ => !known,
        };
        if wanted {
            let message = format!("part {number}: {}", warning.message);
            joined.warnings.push(Warning::new(warning.kind, message));
        }
    }
    if let Some(whole) = &mut joined.part {
        whole.next = bar.and_then(|bar| bar.next);
    }
}

fn appended(before: Option<String>, after: Option<String>, between: &str) -> Option<String> {
    match (before, after) {
        (Some(before), Some(after)) => Some(format!("{before}{between}{after}")),
        (before, after) => before.or(after),
    }
}

/// Takes the headline and the abstract off the beginning of a later part that repeats them.
fn without_heading(first: &Article, part: &mut Article) {
    let Some(text) = &part.body_text else { return };
    let headings = [
        &first.title,
        &first.summary,
        &part.title,
        &part.summary,
        &first.publish_time_raw,
    ];
    let repeats = |line: &str| {
        headings
            .iter()
            .any(|heading| heading.as_deref().is_some_and(|known| known == line))
    };
    let dropped: Vec<String> = text
        .lines()
        .take_while(|line| repeats(line))
        .map(str::to_owned)
        .collect();
    if dropped.is_empty() {
        return;
    }
    let kept: Vec<&str> = text.lines().skip(dropped.len()).collect();
    let kept = kept.join("\n");
    part.body_html = part
        .body_html
        .as_deref()
        .map(|html| without_first(html, &dropped))
        .filter(|html| !html.is_empty());
    part.body_text = Some(kept).filter(|kept| !kept.is_empty());
}

/// The HTML without its first elements, as far as they say `lines`.
fn without_first(html: &str, lines: &[String]) -> String {
    let fragment = Html::parse_fragment(html);
    let mut left = lines.iter();
    let mut awaited = left.next();
    let mut kept = String::new();
    for node in fragment.root_element().children() {
        match (ElementRef::wrap(node), node.value()) {
            (Some(element), _) => {
                let text = plain(&element.text().collect::<String>());
                if awaited.is_some_and(|line| *line == text) {
                    awaited = left.next();
                    continue;
                }
                kept.push_str(&element.html());
                awaited = None;
            }
            (None, scraper::Node::Text(text)) => {
                if !text.trim().is_empty() {
                    awaited = None;
                }
                escape(&mut kept, text);
            }
            _ => {}
        }
    }
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests;
