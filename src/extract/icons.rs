//! What stands beside an icon: themes print `<i class="fa fa-user"></i> 某人` and no label.

use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::lines::plain;
use super::metadata::Scene;
use super::names::{is_outlet, outlet};
use super::outline::{Node, Outline, Shape};
use super::persons::before_date;
use super::refusal::Refusal;
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

/// The persons named beside the icon of one, between headline and text.
pub(super) fn persons<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    beside(scene, &PERSON, |text| {
        let text = text
            .strip_prefix("By ")
            .or_else(|| text.strip_prefix("by "))
            .unwrap_or(text);
        let text = before_date(text).trim();
        let length = text.chars().count();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        ((2..=30).contains(&length) && digits < 4 && !is_outlet(text))
            .then(|| super::persons::persons(text))
            .flatten()
            .ok_or(Refusal::NotAName)
    })
}

/// The outlets named beside the icon of a person.
pub(super) fn outlets<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    beside(scene, &PERSON, |text| {
        let text = before_date(text).trim();
        is_outlet(text)
            .then(|| outlet(text))
            .flatten()
            .ok_or(Refusal::NotAnOutlet)
    })
}

/// The numbers beside the icon of an eye, between headline and text.
pub(super) fn counts<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<numbers::Count>> + 'here {
    beside(scene, &EYE, |text| {
        let only_a_number = text.chars().all(|letter| {
            letter.is_ascii_digit() || matches!(letter, ',' | '.' | '万' | 'w' | 'k' | '+')
        });
        only_a_number
            .then(|| numbers::count(text))
            .flatten()
            .ok_or(Refusal::NoNumber)
    })
}

/// What stands right after the icons of one kind.
fn beside<'here, T: 'here>(
    scene: &'here Scene<'_>,
    names: &'static LazyLock<Option<Regex>>,
    read: fn(&str) -> Result<T, Refusal>,
) -> impl Iterator<Item = Candidate<T>> + 'here {
    let outline = &scene.outline;
    scene
        .lines(Place::Head)
        .filter(|(_, line)| line.size < 200)
        .flat_map(|(_, line)| line.nodes.start.saturating_sub(4)..line.nodes.end)
        .filter(move |&index| {
            outline
                .nodes
                .get(index)
                .is_some_and(|node| is_icon(node) && is_named(node, names))
        })
        .filter_map(move |index| {
            let text = following_text(outline, index)?;
            let verdict = read(&text);
            Some(Candidate::new(
                Rule::Named("icon"),
                Spot::Node(index),
                text,
                verdict,
            ))
        })
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
