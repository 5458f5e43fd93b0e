//! 来源: the outlet that the page names.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::bylines::slashed;
use super::candidate::{Candidate, Place, Rule, Spot};
use super::head::Head;
use super::labelled::{named_element, stated};
use super::lines::Line;
use super::metadata::Scene;
use super::names::{is_frame, is_organisation, is_outlet, is_site, outlet};
use super::refusal::Refusal;
use crate::chinese::labels::LabelKind;
use crate::model::Field;

static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:.*[-_ ])?(?:source|laiyuan|where|from|js_name|media[-_]?name|news[-_]?source|origin)$").ok()
});

/// Every name that may be the outlet's, best first; `credit` is what an end of the text says. What
/// names the `author` needs a label to name the outlet too.
pub(super) fn candidates<'here>(
    scene: &'here Scene<'_>,
    author: Option<&'here str>,
    credit: Option<&'here str>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    let labelled = |places| stated(scene, LabelKind::Source, places, |one| outlet(&one.value));
    labelled(&[Place::Head])
        .chain(named_element(scene, &NAMES, outlet))
        .chain(scene.head_lines().filter_map(|(index, line)| {
            let spot = Spot::Line(Some(Place::Head), index);
            let name = slashed(line)?.0;
            Some(Candidate::new(
                Rule::Named("metadata line"),
                spot,
                line.plain(),
                Ok(name),
            ))
        }))
        .chain(beside_dates(scene, author))
        .chain(labelled(&[Place::Opening]))
        .chain(labelled(&[Place::Closing, Place::Tail]))
        .chain(credit.map(|name| {
            Candidate::new(
                Rule::Named("credit"),
                Spot::TextEnd,
                name,
                Ok(name.to_owned()),
            )
        }))
        .chain(scene.decoys(Field::Source))
}

/// The names that stand in a date's line without a label.
fn beside_dates<'here>(
    scene: &'here Scene<'_>,
    author: Option<&'here str>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    // what the menu and the breadcrumb name is a column, not an outlet
    let columns: LazyCell<HashSet<String>, _> = LazyCell::new(|| {
        scene
            .outline
            .lines
            .iter()
            .filter(|line| line.noise.is_some() && line.size < 30 && line.is_links())
            .map(Line::plain)
            .collect()
    });
    scene
        .head_lines()
        .filter(|(_, line)| !line.is_links())
        .filter_map(move |(index, line)| {
            let pieces = beside_date(line)?;
            let name = match published_by(&pieces, &columns, &scene.head) {
                Some(name) if author == Some(name.as_str()) => Err(Refusal::AuthorsName),
                name => name.ok_or(Refusal::NotAnOutlet),
            };
            let spot = Spot::Line(Some(Place::Head), index);
            let rule = Rule::Named("metadata line");
            Some(Candidate::new(rule, spot, pieces.join(" | "), name))
        })
}

/// The words that stand beside a date in its line, those after it first.
fn beside_date(line: &Line) -> Option<Vec<String>> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*(?:\d{1,2}\s*[:：时]\s*\d{2}(?:[:：分]\s*\d{0,2}秒?)?)?",
        )
        .ok()
    });
    let date = DATE.as_ref()?.find(&line.text)?;
    let found = line.labels();
    let first_label = found
        .iter()
        .find(|label| label.firm)
        .map_or(line.text.len(), |label| label.start);
    let before = words(line, 0..date.start().min(first_label));
    let after = words(line, date.end()..first_label.max(date.end()));
    let all: Vec<String> = after.into_iter().chain(before).collect();
    (!all.is_empty()).then_some(all)
}

/// The words of a part of a line, as marks, gaps and elements part them.
fn words(line: &Line, part: Range<usize>) -> Vec<String> {
    let inside = |cut: &&usize| part.contains(*cut);
    let mut ends: Vec<usize> = line.cuts.iter().filter(inside).copied().collect();
    ends.push(part.end);
    let mut start = part.start;
    let mut found = Vec::new();
    for end in ends {
        let text = line.text.get(start..end).unwrap_or_default();
        start = end;
        let pieces = text
            .split([
                '|', '｜', '\u{3000}', '/', '·', '(', ')', '（', '）', '[', ']',
            ])
            .flat_map(|piece| piece.split("  "))
            .map(|piece| piece.trim_matches(is_frame))
            .filter(|piece| piece.chars().any(char::is_alphabetic));
        found.extend(pieces.map(str::to_owned));
    }
    found
}

/// Which of the words beside a date name who published it.
fn published_by(pieces: &[String], columns: &HashSet<String>, head: &Head) -> Option<String> {
    let sure = pieces.iter().find(|piece| is_outlet(piece));
    // the only words beside a date name who published it
    let only = || match pieces {
        [only] if !columns.contains(only) && (is_organisation(only) || is_site(only, head)) => {
            Some(only)
        }
        _ => None,
    };
    sure.or_else(only).and_then(|piece| outlet(piece))
}
