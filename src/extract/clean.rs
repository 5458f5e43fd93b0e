//! The text as safe HTML, and its pictures.
//!
//! What is written here holds only elements that ammonia would keep anyway; ammonia still has the
//! last word, since it alone is known to be right.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use super::Page;
use super::body::Body;
use super::hints::Hint;
use super::lines::plain;
use super::outline::{Node, Outline, Shape};
use crate::model::Image;

/// Elements that mean something to a reader; all others give only their content.
const KEPT: [&str; 41] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "sub",
    "sup",
    "a",
    "code",
    "q",
    "cite",
    "mark",
    "small",
    "div",
    "section",
];

/// Attributes in which templates keep a picture's address until it is scrolled to.
const ADDRESSES: [&str; 11] = [
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-actualsrc",
    "data-echo",
    "data-url",
    "data-lazyload",
    "original",
    "zoomfile",
    "file",
    "src",
];

/// The body's HTML with its pictures.
pub(super) fn body(
    page: &Page,
    outline: &Outline<'_>,
    body: &Body,
) -> (Option<String>, Vec<Image>) {
    let span = span(outline, body);
    let kept: Vec<_> = body
        .lines
        .iter()
        .filter_map(|&line| outline.lines.get(line).map(|line| line.nodes.clone()))
        .collect();
    let is_kept = |node: usize| {
        let after = kept.partition_point(|range| range.start <= node);
        after
            .checked_sub(1)
            .and_then(|index| kept.get(index))
            .is_some_and(|range| range.contains(&node))
    };
    let dropped: HashSet<usize> = body.dropped.iter().copied().collect();
    let mut html = String::new();
    let mut images: Vec<Image> = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<(usize, &str, usize)> = Vec::new();
    let mut skip_to = 0;
    for (index, node) in outline
        .nodes
        .iter()
        .enumerate()
        .take(span.end)
        .skip(span.start)
    {
        close(&mut html, &mut open, index);
        if index < skip_to {
            continue;
        }
        match node.shape {
            Shape::Text if is_kept(index) => {
                escape_in_parts(&mut html, node.text().unwrap_or_default());
            }
            Shape::Silent | Shape::Script => skip_to = node.end,
            Shape::Break if node.name() == "br" => html.push_str("<br>"),
            Shape::Text | Shape::Break => {}
            Shape::Image => {
                if let Some(image) = image(page, node) {
                    html.push_str("<img src=\"");
                    escape(&mut html, image.url.as_str());
                    html.push_str("\" alt=\"");
                    escape(&mut html, image.alt.as_deref().unwrap_or_default());
                    html.push_str("\">");
                    if seen.insert(image.url.clone()) {
                        images.push(image);
                    }
                }
            }
            _ if dropped.contains(&index) || node.hint == Hint::Hidden => skip_to = node.end,
            _ => {
                // a container that reaches beyond the text would only add empty frames
                if index == body.element || node.end > span.end {
                    continue;
                }
                if let Some(name) = KEPT.into_iter().find(|name| *name == node.name()) {
                    let begin = html.len();
                    open_element(page, &mut html, name, node);
                    open.push((node.end, name, begin));
                }
            }
        }
    }
    close(&mut html, &mut open, usize::MAX);
    let html = sanitize(html.trim());
    (Some(html).filter(|html| !html.is_empty()), images)
}

/// The nodes from the end of what precedes the text to the beginning of what follows it.
fn span(outline: &Outline<'_>, body: &Body) -> std::ops::Range<usize> {
    let whole = outline
        .nodes
        .get(body.element)
        .map_or(0..0, |node| body.element..node.end);
    let (Some(&first), Some(&last)) = (body.lines.first(), body.lines.last()) else {
        // an article of pictures alone: what stands between its metadata and the next line
        let line = |line: usize| outline.lines.get(line).map(|line| &line.nodes);
        let end = |nodes: &std::ops::Range<usize>| nodes.end;
        return body.lead.and_then(line).map_or(0..0, |lead| {
            let next = body.lead.and_then(|lead| line(lead + 1));
            end(lead)..next.map_or(end(lead), |next| next.start)
        });
    };
    let before = first
        .checked_sub(1)
        .and_then(|line| outline.lines.get(line))
        .map_or(0, |line| line.nodes.end);
    let after = outline
        .lines
        .get(last + 1)
        .map_or(usize::MAX, |line| line.nodes.start);
    whole.start.max(before)..whole.end.min(after)
}

fn open_element(page: &Page, html: &mut String, name: &str, node: &Node<'_>) {
    html.push('<');
    html.push_str(name);
    let mut attribute = |attribute: &str, value: &str| {
        let _infallible = write!(html, " {attribute}=\"");
        escape(html, value);
        html.push('"');
    };
    match name {
        "a" => {
            if let Some(url) = node.attribute("href").and_then(|href| page.absolute(href)) {
                attribute("href", url.as_str());
            }
        }
        "td" | "th" => {
            for span in ["colspan", "rowspan"] {
                let number = node
                    .attribute(span)
                    .and_then(|value| value.trim().parse::<u8>().ok());
                if let Some(number) = number.filter(|number| *number > 1) {
                    attribute(span, &number.to_string());
                }
            }
        }
        _ => {}
    }
    html.push('>');
}

/// Closes what ends before `index`; an element that stayed empty is taken back.
fn close(html: &mut String, open: &mut Vec<(usize, &str, usize)>, index: usize) {
    while let Some((_, name, begin)) =
        open.pop_if(|(end, _, _)| *end <= index || index == usize::MAX)
    {
        let is_empty = html.get(begin..).is_some_and(|inside| {
            inside.find('>').is_none_or(|end| {
                inside
                    .get(end + 1..)
                    .is_none_or(|inside| inside.trim().is_empty())
            })
        });
        if is_empty && !matches!(name, "td" | "th") {
            html.truncate(begin);
        } else {
            let _infallible = write!(html, "</{name}>");
        }
    }
}

/// Writes a text with comments in it, which do not outlive cleaning: the serializer looks through
/// all that is left of a text at every sign that it escapes.
fn escape_in_parts(html: &mut String, text: &str) {
    const LONGEST: usize = 16 * 1024;
    let mut rest = text;
    while rest.len() > LONGEST {
        let (part, after) = rest.split_at(rest.floor_char_boundary(LONGEST));
        escape(html, part);
        html.push_str("<!---->");
        rest = after;
    }
    escape(html, rest);
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
}

/// Nothing executable, nothing loaded from elsewhere other than pictures.
fn sanitize(html: &str) -> String {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
        let mut cleaner = ammonia::Builder::default();
        cleaner
            .tags(KEPT.into_iter().chain(["img", "br"]).collect())
            .tag_attributes(
                [
                    ("a", ["href"].into()),
                    ("img", ["src", "alt"].into()),
                    ("td", ["colspan", "rowspan"].into()),
                    ("th", ["colspan", "rowspan"].into()),
                ]
                .into(),
            )
            .generic_attributes(HashSet::new())
            .url_schemes(["http", "https"].into())
            .link_rel(Some("nofollow noopener noreferrer"));
        cleaner
    });
    if html.is_empty() {
        return String::new();
    }
    CLEANER.clean(html).to_string()
}

/// A picture of the text; spacers and what is not on the web are none.
fn image(page: &Page, node: &Node<'_>) -> Option<Image> {
    let tiny = ["width", "height"].iter().any(|side| {
        node.attribute(side)
            .and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|length| length < 4)
    });
    if tiny {
        return None;
    }
    let listed = ADDRESSES
        .iter()
        .filter_map(|name| node.attribute(name))
        .filter(|address| looks_like_picture(address))
        .find_map(|address| page.absolute(address));
    let url = listed.or_else(|| {
        let set = node
            .attribute("srcset")
            .or_else(|| node.attribute("data-srcset"))?;
        largest_of(set).and_then(|address| page.absolute(address))
    })?;
    let alt = node
        .attribute("alt")
        .map(plain)
        .filter(|alt| !alt.is_empty());
    Some(Image { url, alt })
}

fn looks_like_picture(address: &str) -> bool {
    let address = address.trim();
    !address.is_empty() && !address.starts_with("data:") && !address.starts_with("javascript:")
}

/// The address with the greatest width or density.
fn largest_of(set: &str) -> Option<&str> {
    set.split(", ")
        .filter_map(|one| {
            let mut parts = one.split_whitespace();
            let address = parts.next()?;
            let size = parts
                .next()
                .and_then(|size| size.trim_end_matches(['w', 'x', ',']).parse::<f64>().ok())
                .unwrap_or(1.0);
            Some((address.trim_end_matches(','), size))
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(address, _)| address)
}
