//! The abstract that a page shows before the text, and the text without it.

use std::fmt;
use std::ops::Range;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::lines::{Line, plain};
use super::metadata::Scene;
use super::metadata_line::is_metadata;
use super::outline::Shape;
use super::phrases::Phrase;
use super::refusal::Refusal;
use crate::chinese::labels::{self, LabelKind};

/// An abstract and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Abstract {
    /// Its words, without a label.
    pub(super) text: String,
    /// The lines that show it.
    pub(super) lines: Range<usize>,
}

impl fmt::Display for Abstract {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

const SHORTEST: usize = 10;
const LONGEST: usize = 400;

/// Names of elements that hold an abstract.
static NAMES: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z])(?:p?_?summary|abstract|intro|digest|zhaiyao|daodu|daoyu|lead|standfirst)(?:$|[^a-z])").ok()
});

/// Every abstract that the page may show, best first: by its label, or by the name of its element.
pub(super) fn candidates<'here>(
    scene: &'here Scene<'_>,
    given: impl Iterator<Item = Candidate<String>> + 'here,
) -> impl Iterator<Item = Candidate<Abstract>> + 'here {
    let ruled = given.map(|text| {
        text.and_then(|text| {
            let text = without_label(&text);
            if text.is_empty() {
                return Err(Refusal::EmptyLabel);
            }
            Ok(Abstract { text, lines: 0..0 })
        })
    });
    ruled.chain(labelled(scene)).chain(named(scene))
}

fn labelled<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Abstract>> + 'here {
    let stated = scene.stated.iter().filter(|one| {
        let near =
            one.place == Place::Head || (one.place == Place::Opening && !one.label.is_ascii());
        one.kind == LabelKind::Summary && near
    });
    stated.map(|one| {
        let verdict = if fits(&one.rest) {
            Ok(Abstract {
                text: one.rest.clone(),
                lines: one.line..one.line + 1,
            })
        } else if one.rest.is_empty() {
            Err(one.silence())
        } else {
            Err(Refusal::Unfit)
        };
        Candidate::new(Rule::Label(one.label), one.spot(), &one.rest, verdict)
    })
}

fn named<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<Abstract>> + 'here {
    let outline = &scene.outline;
    let near = || {
        let lines = scene.lines(Place::Head).chain(scene.lines(Place::Opening));
        lines.map(|(_, line)| &line.nodes)
    };
    let from = near().map(|nodes| nodes.start).min().unwrap_or(0);
    let to = near().map(|nodes| nodes.end).max().unwrap_or(0);
    outline
        .nodes
        .iter()
        .enumerate()
        .take(to)
        .skip(from.saturating_sub(6))
        .filter(|(_, node)| matches!(node.shape, Shape::Block | Shape::Cell))
        .filter(|(_, node)| (SHORTEST..=LONGEST).contains(&node.characters))
        .filter(|(_, node)| {
            ["class", "id"]
                .iter()
                .any(|name| node.attribute(name).is_some_and(|value| NAMES.is_in(value)))
        })
        .filter_map(|(index, node)| {
            // the text of a node whose lines are metadata is none
            let texts: Vec<String> = outline
                .lines
                .get(node.lines.clone())?
                .iter()
                .filter(|line| !is_metadata(line))
                .map(Line::plain)
                .collect();
            let text = without_label(&texts.join(" "));
            let holds_link = outline.within(index).any(|(_, inner)| inner.name() == "a");
            let said = text.clone();
            let verdict = if !fits(&text) {
                Err(Refusal::Unfit)
            } else if holds_link {
                Err(Refusal::HoldsLink)
            } else {
                Ok(Abstract {
                    text,
                    lines: node.lines.clone(),
                })
            };
            Some(Candidate::new(
                Rule::Named("element's name"),
                Spot::Node(index),
                said,
                verdict,
            ))
        })
}

fn fits(text: &str) -> bool {
    let length = text.chars().count();
    (SHORTEST..=LONGEST).contains(&length) && text.chars().any(char::is_alphabetic)
}

/// An abstract without the label it begins with.
pub(super) fn without_label(text: &str) -> String {
    let label = labels::find_all(text)
        .into_iter()
        .find(|found| found.kind == LabelKind::Summary)
        .filter(|found| {
            text.get(..found.start)
                .is_some_and(|before| !before.chars().any(char::is_alphanumeric))
        });
    let rest = label
        .and_then(|label| text.get(label.end..))
        .unwrap_or(text);
    plain(rest.trim_start_matches(['】', ']', ':', '：', ' ']))
}

/// Takes off the text an opening that the text repeats: templates print it as an abstract.
pub(super) fn part(text: &mut Vec<String>) -> Option<Candidate<Abstract>> {
    let first = text.first()?;
    let bare = without_label(first);
    let stem = bare.trim_end_matches(['…', '.', ' ']);
    let repeated =
        stem.chars().count() >= 12 && text.get(1).is_some_and(|second| second.starts_with(stem));
    repeated.then(|| {
        let said = text.remove(0);
        let found = Abstract {
            text: bare,
            lines: 0..0,
        };
        Candidate::new(
            Rule::Named("repeated opening"),
            Spot::TextEnd,
            said,
            Ok(found),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_that_is_repeated_is_an_abstract() {
        let opening = "某展会今日在某市国际会展中心开幕。";
        for (lines, kept, summary) in [
            (
                vec![opening, opening, "二"],
                vec![opening, "二"],
                Some(opening),
            ),
            (
                vec!["某展会今日在某市国际会展…", opening],
                vec![opening],
                Some("某展会今日在某市国际会展…"),
            ),
            (
                vec!["一句话。", "一句话。"],
                vec!["一句话。", "一句话。"],
                None,
            ),
        ] {
            let mut text: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
            let found = part(&mut text).and_then(|found| found.verdict.ok());
            assert_eq!(found.map(|found| found.text).as_deref(), summary);
            assert_eq!(text, kept);
        }
    }
}
