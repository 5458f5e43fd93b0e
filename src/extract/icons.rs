//! What stands beside an icon: themes print `<i class="fa fa-user"></i> 某人` and no label.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::plain;
use super::metadata::{Place, Region};
use super::outline::{Node, Outline, Shape};
use crate::chinese::numbers;

static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z])(?:user|author|person|people|writer|yonghu|zuozhe)(?:$|[^a-z]|circle|[-_]?o\b)",
    )
    .ok()
});

static EYE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z])(?:eye|eyes|view|views|yanjing|yuedu|liulan|liulanliang|chakan|browse|hits|pv)(?:$|[^a-z])",
    )
    .ok()
});

/// The person named beside the icon of one, between headline and text.
pub(super) fn person(outline: &Outline<'_>, region: &Region) -> Option<String> {
    beside(outline, region, &PERSON).find_map(|text| {
        let text = text
            .strip_prefix("By ")
            .or_else(|| text.strip_prefix("by "))
            .unwrap_or(&text);
        let length = text.chars().count();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        ((2..=30).contains(&length) && digits < 4)
            .then(|| super::names::persons(text))
            .flatten()
    })
}

/// The number beside the icon of an eye, between headline and text.
pub(super) fn views(outline: &Outline<'_>, region: &Region) -> Option<numbers::Count> {
    beside(outline, region, &EYE).find_map(|text| {
        let only_a_number = text.chars().all(|letter| {
            letter.is_ascii_digit() || matches!(letter, ',' | '.' | '万' | 'w' | 'k' | '+')
        });
        only_a_number.then(|| numbers::count(&text)).flatten()
    })
}

/// The texts right after the icons of one kind.
fn beside(
    outline: &Outline<'_>,
    region: &Region,
    names: &'static LazyLock<Option<Regex>>,
) -> impl Iterator<Item = String> {
    let lines = || {
        region
            .of(Place::Head)
            .filter_map(|line| outline.lines.get(line))
    };
    let nodes: Vec<(usize, usize)> = lines()
        .filter(|line| line.size < 200)
        .map(|line| (line.nodes.start.saturating_sub(4), line.nodes.end))
        .collect();
    nodes
        .into_iter()
        .flat_map(|(from, to)| from..to)
        .filter(move |&index| {
            outline
                .nodes
                .get(index)
                .is_some_and(|node| is_icon(node) && is_named(node, names))
        })
        .filter_map(|index| following_text(outline, index))
}

/// An element that shows nothing but what its style sheet draws.
fn is_icon(node: &Node<'_>) -> bool {
    node.characters == 0
        && (matches!(node.name(), "i" | "em" | "span" | "b") || node.name() == "svg")
}

fn is_named(node: &Node<'_>, names: &LazyLock<Option<Regex>>) -> bool {
    node.attribute("class")
        .is_some_and(|class| names.as_ref().is_some_and(|names| names.is_match(class)))
}

/// The first text after a node, if it stands in the same element or the next one.
fn following_text(outline: &Outline<'_>, index: usize) -> Option<String> {
    const REACH: usize = 4;
    let node = outline.nodes.get(index)?;
    outline
        .nodes
        .iter()
        .skip(node.end)
        .take(REACH)
        .take_while(|next| next.shape != Shape::Break)
        .filter_map(Node::text)
        .map(plain)
        .find(|text| !text.is_empty())
}
