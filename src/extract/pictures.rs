//! Where a picture of the text really is.
//!
//! Templates put a placeholder into `src` until the picture is scrolled to, keep the address in an
//! attribute of their own or in a set of sizes, and repeat the picture in `<noscript>`.

use regex::Regex;
use scraper::Html;
use scraper::node::Element;

use super::Page;
use super::lines::plain;
use super::outline::Node;
use super::phrases::Phrase;
use crate::model::Image;

/// Attributes in which templates keep a picture's address until it is scrolled to.
const LAZY: [&str; 12] = [
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-actualsrc",
    "data-echo",
    "data-url",
    "data-lazyload",
    "data-original-src",
    "lazy-src",
    "original",
    "zoomfile",
    "file",
];

/// Attributes that hold the same picture in several sizes.
const SETS: [&str; 3] = ["data-srcset", "data-lazy-srcset", "srcset"];

/// The name of a file that stands for any picture.
static PLACEHOLDER: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)(?:^|/)(?:blank|spacer|placeholder|loading|lazy|lazyload|gr[ae]y|transparent|pixel|clear|1x1|s|t|none|empty|nopic|no[-_]?image)(?:[-_.]?(?:img|image|pic|bg|\d+(?:x\d+)?))*\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)").ok()
});

/// A picture of the text; spacers and what is not on the web are none.
pub(super) fn of(page: &Page, node: &Node<'_>) -> Option<Image> {
    let own = of_element(page, node.element()?);
    own.or_else(|| {
        // the sizes may be listed beside it
        let parent = node.content.parent()?;
        let sources = parent
            .children()
            .filter_map(|child| child.value().as_element());
        let set = sources
            .filter(|element| element.name() == "source")
            .find_map(largest)?;
        let alt = node.element().and_then(alt);
        (parent.value().as_element()?.name() == "picture")
            .then(|| page.absolute(set))
            .flatten()
            .map(|url| Image { url, alt })
    })
}

/// The picture that a `<noscript>` holds, unless the one beside it is the same.
pub(super) fn twin(page: &Page, node: &Node<'_>) -> Option<Image> {
    if node.name() != "noscript" {
        return None;
    }
    // a parser that knows scripts takes what is in there for text
    let text: String = node
        .content
        .children()
        .filter_map(|child| Some(&**child.value().as_text()?))
        .collect();
    if !text.contains("<img") {
        return None;
    }
    let inside = Html::parse_fragment(&text);
    let held = inside
        .tree
        .values()
        .filter_map(scraper::Node::as_element)
        .find(|element| is_picture(element))?;
    let beside = [
        node.content.prev_siblings().find(is_seen),
        node.content.next_siblings().find(is_seen),
    ];
    let is_shown = beside
        .into_iter()
        .flatten()
        .flat_map(|sibling| sibling.descendants())
        .filter_map(|inner| inner.value().as_element())
        .any(|element| is_picture(element) && of_element(page, element).is_some());
    of_element(page, held).filter(|_| !is_shown)
}

fn is_picture(element: &Element) -> bool {
    matches!(element.name(), "img" | "amp-img")
}

fn is_seen(node: &ego_tree::NodeRef<'_, scraper::Node>) -> bool {
    node.value()
        .as_text()
        .map_or(node.value().is_element(), |text| !text.trim().is_empty())
}

fn of_element(page: &Page, element: &Element) -> Option<Image> {
    let is_tiny = ["width", "height"].iter().any(|side| {
        element
            .attr(side)
            .and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|length| length < 4)
    });
    if is_tiny {
        return None;
    }
    let listed = LAZY.into_iter().chain(["src"]);
    let listed = listed.filter_map(|name| element.attr(name));
    let url = listed
        .chain(largest(element))
        .filter(|address| looks_like_picture(address))
        .find_map(|address| page.absolute(address))?;
    Some(Image {
        url,
        alt: alt(element),
    })
}

fn alt(element: &Element) -> Option<String> {
    let alt = element.attr("alt").map(plain);
    alt.filter(|alt| !alt.is_empty())
}

fn looks_like_picture(address: &str) -> bool {
    let address = address.trim();
    let is_elsewhere = ["data:", "javascript:", "about:", "blob:"];
    !address.is_empty()
        && !is_elsewhere
            .iter()
            .any(|scheme| address.starts_with(scheme))
        && !PLACEHOLDER.is_in(address)
}

/// The largest picture of an element's sets of sizes.
fn largest(element: &Element) -> Option<&str> {
    SETS.into_iter()
        .filter_map(|name| element.attr(name))
        .filter_map(largest_of)
        .find(|address| looks_like_picture(address))
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
