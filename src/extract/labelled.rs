//! Names that the page itself announces: by a label before them, or by the names of the element
//! that holds them.

use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::hints::Hint;
use super::lines::plain;
use super::metadata::{Scene, Statement};
use super::outline::{Node, Outline, Shape};
use super::phrases::Phrase;
use super::refusal::Refusal;
use crate::chinese::labels::{self, LabelKind};

/// What the labels of one kind announce, place by place, as `read` reads it.
pub(super) fn stated<'here>(
    scene: &'here Scene<'_>,
    kind: LabelKind,
    places: &'static [Place],
    read: impl Fn(&Statement) -> Option<String> + 'here,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    scene.stated(kind, places).map(move |one| {
        let (said, verdict) = if one.value.is_empty() {
            (&one.rest, Err(one.silence()))
        } else {
            (&one.value, read(one).ok_or(Refusal::NotAName))
        };
        Candidate::new(Rule::Label(one.label), one.spot(), said, verdict)
    })
}

/// The first element between headline and text whose names say that it holds a value, and no label
/// or date in it.
pub(super) fn named_element<'here>(
    scene: &'here Scene<'_>,
    names: &'static LazyLock<Option<Regex>>,
    read: fn(&str) -> Option<String>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    std::iter::once_with(move || {
        let (index, text) = first_named(scene, names.as_ref()?)?;
        let verdict = read(&text).ok_or(Refusal::NotAName);
        let rule = Rule::Named("element's name");
        Some(Candidate::new(rule, Spot::Node(index), text, verdict))
    })
    .flatten()
}

fn first_named(scene: &Scene<'_>, pattern: &Regex) -> Option<(usize, String)> {
    let outline = &scene.outline;
    let (_, first) = scene.lines(Place::Head).next()?;
    let (_, last) = scene.lines(Place::Head).max_by_key(|(index, _)| *index)?;
    let (from, to) = (first.nodes.start.saturating_sub(12), last.nodes.end);
    outline
        .nodes
        .iter()
        .enumerate()
        .take(to)
        .skip(from)
        .filter(|(_, node)| matches!(node.shape, Shape::Inline | Shape::Block | Shape::Cell))
        .filter(|(_, node)| (1..=30).contains(&node.characters))
        .filter(|(_, node)| {
            ["class", "id", "rel", "itemprop"].iter().any(|name| {
                node.attribute(name)
                    .is_some_and(|value| pattern.is_match(value))
            })
        })
        .filter(|(index, _)| !is_of_others(outline, *index))
        .find_map(|(index, _)| {
            let text = plain(&without_badges(outline, index));
            let labelled = labels::find_all(&text).iter().any(|found| found.firm);
            let dated = text.chars().filter(char::is_ascii_digit).count() > 5;
            (!labelled && !dated && !text.is_empty()).then_some((index, text))
        })
}

/// Whose it is, where it is not the page's.
static OTHERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)comment|reply|related|recommend|quote|bio\b|photo|credit").ok()
});

/// Whether an element stands in somebody else's: a comment, a quotation, a biography.
pub(super) fn is_of_others(outline: &Outline<'_>, index: usize) -> bool {
    let says = |node: &Node<'_>| {
        ["class", "id"].iter().any(|name| {
            let value = node.attribute(name);
            value.is_some_and(|value| OTHERS.as_ref().is_some_and(|others| others.is_match(value)))
        })
    };
    let around = || std::iter::once(index).chain(outline.ancestors(index));
    around()
        .take(4)
        .filter_map(|node| outline.nodes.get(node))
        .any(says)
        || around()
            .filter_map(|node| outline.nodes.get(node))
            .any(|node| matches!(node.hint, Hint::Hidden))
}

/// The text of an element without the badges after its first words: 企鹅号, 官方账号.
fn without_badges(outline: &Outline<'_>, index: usize) -> String {
    let mut text = String::new();
    for (node, words) in outline
        .within(index)
        .filter_map(|(_, node)| Some((node, node.text()?)))
    {
        let parent = outline.nodes.get(node.parent);
        let names = parent.and_then(|parent| parent.attribute("class"));
        let is_badge = node.parent != index
            && !text.trim().is_empty()
            && (names.is_some_and(|names| BADGE.is_in(names)) || is_account_kind(words.trim()));
        if !is_badge {
            text.push_str(words);
        }
    }
    text
}

/// Names of elements that tell what kind of account a name belongs to.
static BADGE: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z])(?:badge|medal|level|vip|verif\w*|certif\w*|identity|account-?type|follow|guanzhu)(?:$|[^a-z])").ok()
});

/// What a platform prints after the name of an account.
fn is_account_kind(text: &str) -> bool {
    const KINDS: [&str; 9] = [
        "号",
        "账号",
        "官方",
        "认证",
        "作者",
        "创作者",
        "博主",
        "专栏",
        "关注",
    ];
    (1..=8).contains(&text.chars().count()) && KINDS.iter().any(|end| text.ends_with(end))
}
