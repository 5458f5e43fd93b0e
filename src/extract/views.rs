//! How often the page says it was read.
//!
//! A number that the page prints counts; a counter that only a script fills does not, and is not
//! called: reading it would raise it.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::icons;
use super::lines::Line;
use super::metadata::{Scene, Statement};
use super::outline::{Node, Outline, Shape};
use super::phrases::Phrase;
use super::refusal::Refusal;
use crate::chinese::labels::LabelKind;
use crate::chinese::numbers::{self, Count};
use crate::model::{Field, ViewsNote};

/// What the page says of its views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Views {
    /// The number printed.
    pub(super) count: Option<u64>,
    /// Why it is absent or not exact.
    pub(super) note: Option<ViewsNote>,
}

impl Views {
    /// A counter that only a script fills.
    const SCRIPTED: Self = Self {
        count: None,
        note: Some(ViewsNote::ScriptCounter),
    };
}

impl From<Count> for Views {
    fn from(count: Count) -> Self {
        Self {
            count: Some(count.value),
            note: count.rounded.then_some(ViewsNote::Rounded),
        }
    }
}

impl fmt::Display for Views {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.count, self.note) {
            (Some(count), None) => count.fmt(formatter),
            (Some(count), Some(note)) => write!(formatter, "{count} ({})", note.name()),
            (None, note) => formatter.write_str(note.map_or("none", ViewsNote::name)),
        }
    }
}

/// How many nodes after a label its counter may stand.
const REACH: usize = 14;

/// Every number that may count the page's readers, or the script that would print it, best first.
pub(super) fn candidates<'here>(
    scene: &'here Scene<'_>,
    given: impl Iterator<Item = Candidate<String>> + 'here,
) -> impl Iterator<Item = Candidate<Views>> + 'here {
    let ruled = given.map(|text| {
        text.and_then(|text| {
            numbers::count(&text)
                .map(Views::from)
                .ok_or(Refusal::NoNumber)
        })
    });
    ruled
        .chain(stated(scene).map(|one| labelled(scene, one)))
        .chain(
            stated(scene)
                .filter(|one| counts(one) && counter_follows(&scene.outline, one.line))
                .map(scripted),
        )
        .chain(icons::counts(scene).map(|count| count.and_then(|count| Ok(count.into()))))
        .chain(unlabelled(scene))
        .chain(counter(scene))
        .chain(scene.decoys(Field::Views))
}

/// What labels of views say, place by place.
fn stated<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = &'here Statement> {
    const PLACES: &[Place] = &[Place::Head, Place::Opening, Place::Closing, Place::Tail];
    scene.stated(LabelKind::Views, PLACES)
}

/// Whether a statement counts: 阅读 before words is a heading.
fn counts(one: &Statement) -> bool {
    let first = one.rest.chars().find(|letter| letter.is_alphanumeric());
    one.number_before.is_some()
        || first.is_none_or(|letter| letter.is_numeric() || matches!(letter, '次' | '人'))
}

/// The number that a label announces or follows.
fn labelled(scene: &Scene<'_>, one: &Statement) -> Candidate<Views> {
    let said = one.number_before.as_deref().unwrap_or(&one.rest);
    let line = scene.outline.lines.get(one.line);
    // lists beside and below the text count the readers of other articles
    let is_other =
        one.place == Place::Tail && line.is_some_and(|line| line.link_size * 4 > line.size);
    let verdict = match number(said) {
        _ if !counts(one) => Err(Refusal::NoNumber),
        Some(_) if is_other => Err(Refusal::ListItem),
        Some(count) => Ok(count.into()),
        None if one.place == Place::Head && counter_follows(&scene.outline, one.line) => {
            Ok(Views::SCRIPTED)
        }
        None if said.is_empty() => Err(one.silence()),
        None => Err(Refusal::NoNumber),
    };
    Candidate::new(Rule::Label(one.label), one.spot(), said, verdict)
}

fn scripted(one: &Statement) -> Candidate<Views> {
    Candidate::new(
        Rule::Label(one.label),
        one.spot(),
        &one.rest,
        Ok(Views::SCRIPTED),
    )
}

/// A line such as `次浏览` with a script inside.
fn unlabelled<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Views>> + 'here {
    scene
        .lines(Place::Head)
        .filter(|(_, line)| line.size < 200 && COUNTED.is_in(&line.text))
        .filter(|(_, line)| scripted_inside(&scene.outline, line))
        .map(|(index, line)| {
            let spot = Spot::Line(Some(Place::Head), index);
            Candidate::new(
                Rule::Named("script"),
                spot,
                line.plain(),
                Ok(Views::SCRIPTED),
            )
        })
}

/// A counter's script anywhere on a page that has a label for its number.
fn counter<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Views>> + 'here {
    std::iter::once_with(|| {
        let labelled = stated(scene).any(counts) && scene.lines(Place::Head).next().is_some();
        let index = labelled.then(|| scene.outline.nodes.iter().position(is_counter))??;
        let address = scene.outline.nodes.get(index)?.attribute("src")?;
        let rule = Rule::Named("script");
        Some(Candidate::new(
            rule,
            Spot::Node(index),
            address,
            Ok(Views::SCRIPTED),
        ))
    })
    .flatten()
}

/// `次浏览` whose number only a script would print before it.
static COUNTED: Phrase = Phrase::new(|| {
    Regex::new("次(?:浏览|阅读|点击|访问)|(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:：]|人气[:：]")
        .ok()
});

fn scripted_inside(outline: &Outline<'_>, line: &Line) -> bool {
    outline
        .nodes
        .iter()
        .take(line.nodes.end)
        .skip(line.nodes.start)
        .any(|node| node.shape == Shape::Script)
}

/// The number a value begins with; what follows the first words is no count of views.
fn number(text: &str) -> Option<Count> {
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[\s(（:：\[【+]*([\d０-９][\d０-９,，.]*\s*(?:[万亿wWkK千]|万次)?\s*\+?)\s*([-/.年月:：]\s*\d)?").ok()
    });
    let found = FIRST.as_ref()?.captures(text)?;
    if found.get(2).is_some() {
        return None;
    }
    numbers::count(found.get(1)?.as_str().trim())
}

/// Whether a script or an empty element stands where the number would be.
fn counter_follows(outline: &Outline<'_>, line: usize) -> bool {
    let Some(line) = outline.lines.get(line) else {
        return false;
    };
    outline
        .nodes
        .iter()
        .take(line.nodes.end + REACH)
        .skip(line.nodes.start)
        .any(|node| {
            node.shape == Shape::Script
                || (node.shape == Shape::Inline
                    && node.characters == 0
                    && (node.attribute("id").is_some() || node.attribute("class").is_some()))
        })
}

fn is_counter(node: &Node<'_>) -> bool {
    static COUNTER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)count|click|hits?\b|visits?\b|views?\b|pageview").ok());
    node.shape == Shape::Script
        && node.attribute("src").is_some_and(|address| {
            COUNTER
                .as_ref()
                .is_some_and(|counter| counter.is_match(address))
        })
}
