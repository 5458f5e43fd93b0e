//! The abstract that a page shows before the text, and the text without it.

use std::ops::Range;

use regex::Regex;

use super::lines::plain;
use super::metadata::{Place, Region, Statement};
use super::outline::{Outline, Shape};
use super::phrases::Phrase;
use crate::chinese::labels::{self, LabelKind};

/// An abstract and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Abstract {
    /// Its words, without a label.
    pub(super) text: String,
    /// The lines that show it.
    pub(super) lines: Range<usize>,
    /// Which rule found it.
    pub(super) from: String,
}

const SHORTEST: usize = 10;
const LONGEST: usize = 400;

/// Names of elements that hold an abstract.
static NAMES: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z])(?:p?_?summary|abstract|intro|digest|zhaiyao|daodu|daoyu|lead|standfirst)(?:$|[^a-z])").ok()
});

/// Finds an abstract by its label, or by the name of its element.
pub(super) fn find(
    outline: &Outline<'_>,
    region: &Region,
    stated: &[Statement],
) -> Option<Abstract> {
    let labelled = stated.iter().find(|one| {
        let near =
            one.place == Place::Head || (one.place == Place::Opening && !one.label.is_ascii());
        one.kind == LabelKind::Summary && near && fits(&one.rest)
    });
    if let Some(one) = labelled {
        return Some(Abstract {
            text: one.rest.clone(),
            lines: one.line..one.line + 1,
            from: format!("labels {}", one.label),
        });
    }
    let near = || region.of(Place::Head).chain(region.of(Place::Opening));
    let lines = || near().filter_map(|index| outline.lines.get(index));
    let from = lines().map(|line| line.nodes.start).min()?;
    let to = lines().map(|line| line.nodes.end).max()?;
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
        .find_map(|(index, node)| {
            // the text of a node whose lines are metadata is none
            let texts: Vec<String> = outline
                .lines
                .get(node.lines.clone())?
                .iter()
                .filter(|line| !super::metadata_line::is_metadata(line))
                .map(super::lines::Line::plain)
                .collect();
            let text = without_label(&texts.join(" "));
            let inside = outline.within(index).any(|(_, inner)| inner.name() == "a");
            (fits(&text) && !inside).then(|| Abstract {
                text,
                lines: node.lines.clone(),
                from: "element's name".to_owned(),
            })
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
pub(super) fn part(text: &mut Vec<String>) -> Option<String> {
    let first = text.first()?;
    let bare = without_label(first);
    let stem = bare.trim_end_matches(['…', '.', ' ']);
    let repeated =
        stem.chars().count() >= 12 && text.get(1).is_some_and(|second| second.starts_with(stem));
    if repeated {
        text.remove(0);
        return Some(bare);
    }
    None
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
            assert_eq!(part(&mut text).as_deref(), summary);
            assert_eq!(text, kept);
        }
    }
}
