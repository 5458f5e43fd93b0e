//! Elements that sign a page in Latin letters: `rel="author"`, `itemprop="author"`, a byline's class,
//! a link to the author's own page.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::labelled::is_of_others;
use super::lines::{is_cjk, plain};
use super::metadata::Scene;
use super::outline::{Node, Outline, Shape};
use super::persons::{before_date, latin_names, persons};

/// The longest text that is still a byline.
const LONGEST: usize = 80;

/// How many nodes before the first line around the headline are looked at.
const BEFORE: usize = 12;

/// What says that an element holds an author.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z])(?:author|byline|writer)(?:s|[-_]?(?:names?|links?|item))?(?:$|[^a-z])",
    )
    .ok()
});

/// Where sites keep the pages of their authors.
static HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)/(?:authors?|by|people|profiles?|writers?|contributors?|staff|reporters?|columnists?)/[a-z]|/@[a-z]").ok()
});

/// The persons whom an element around headline and text names as its authors; links to authors
/// come last.
pub(super) fn persons_of<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    let announced: fn(&Node<'_>) -> bool = is_announced;
    let rules =
        is_latin(scene).then_some([("element's name", announced), ("author's link", leads_home)]);
    rules.into_iter().flatten().flat_map(move |(rule, is_it)| {
        nodes(scene).filter_map(move |index| {
            let node = scene.outline.nodes.get(index)?;
            let fits = (3..=LONGEST).contains(&node.characters) && is_it(node);
            if !fits || is_of_others(&scene.outline, index) {
                return None;
            }
            let names = names(&scene.outline, index)?;
            let (rule, spot) = (Rule::Named(rule), Spot::Node(index));
            Some(Candidate::new(rule, spot, names.clone(), Ok(names)))
        })
    })
}

/// Whether a text is written in Latin letters: on a Chinese page these sign an advertisement.
pub(super) fn is_latin(scene: &Scene<'_>) -> bool {
    !scene
        .lines(Place::Opening)
        .any(|(_, line)| line.text.chars().any(is_cjk))
}

/// The nodes around headline and text, without those far down in the text.
fn nodes(scene: &Scene<'_>) -> impl Iterator<Item = usize> + use<> {
    let around = |place| scene.lines(place).map(|(_, line)| line.nodes.clone());
    let head = || around(Place::Head).chain(around(Place::Opening));
    let from = head().map(|nodes| nodes.start).min().unwrap_or_default();
    let to = head().map(|nodes| nodes.end).max().unwrap_or_default();
    let tail: Vec<_> = around(Place::Tail).collect();
    (from.saturating_sub(BEFORE)..to).chain(
        tail.into_iter()
            .flat_map(|nodes| nodes.start.saturating_sub(BEFORE)..nodes.end),
    )
}

fn is_announced(node: &Node<'_>) -> bool {
    matches!(node.shape, Shape::Inline | Shape::Block | Shape::Cell)
        && ["class", "id", "rel", "itemprop"].iter().any(|name| {
            let value = node.attribute(name);
            value.is_some_and(|value| NAMED.as_ref().is_some_and(|named| named.is_match(value)))
        })
}

fn leads_home(node: &Node<'_>) -> bool {
    node.name() == "a"
        && node
            .attribute("href")
            .is_some_and(|href| HOME.as_ref().is_some_and(|home| home.is_match(href)))
}

/// The names in an element: those of its links or named parts, else all that it says.
fn names(outline: &Outline<'_>, index: usize) -> Option<String> {
    let text = |index: usize| {
        let pieces: Vec<&str> = outline
            .within(index)
            .filter_map(|(_, node)| node.text())
            .collect();
        plain(&pieces.join(" "))
    };
    let named = |text: &str| {
        let text = text
            .strip_prefix("By ")
            .or_else(|| text.strip_prefix("by "))
            .unwrap_or(text);
        latin_names(
            before_date(text)
                .trim()
                .trim_end_matches(['—', '–', ',', '|', '•', '·'])
                .trim(),
        )
    };
    let whole = text(index);
    if let Some(names) = named(&whole) {
        return Some(names);
    }
    let mut known = HashSet::new();
    let mut parts = |is_part: fn(&Node<'_>) -> bool| -> Vec<String> {
        outline
            .within(index)
            .skip(1)
            .filter(|(_, node)| is_part(node))
            .filter_map(|(part, _)| named(&text(part)))
            .filter(|name| known.insert(name.clone()))
            .collect()
    };
    let mut names = parts(|node| node.attribute("itemprop") == Some("name"));
    if names.is_empty() {
        names = parts(|node| node.name() == "a");
    }
    if names.is_empty() {
        return latin_names(&persons(&whole)?.replace('、', ", "));
    }
    Some(names.join("、"))
}
