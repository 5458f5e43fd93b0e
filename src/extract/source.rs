//! 来源: the outlet that the page names.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::author::BADGE;
use super::bylines::slashed;
use super::candidate::{Candidate, Place, Rule, Spot};
use super::credits::supplied;
use super::head::Head;
use super::icons;
use super::labelled::{named_element, stated};
use super::lines::Line;
use super::metadata::{Scene, labels_in};
use super::metadata_line::is_stamped;
use super::names::{is_column, is_frame, is_organisation, is_outlet, is_site, outlet};
use super::persons::{before_date, is_person};
use super::refusal::Refusal;
use crate::chinese::labels::{LabelKind, is_placeholder};
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
        .chain(behind_badges(scene))
        .chain(beside_dates(scene, author))
        .chain(in_own_lines(scene))
        .chain(icons::outlets(scene))
        .chain(labelled(&[Place::Opening]))
        .chain(labelled(&[Place::Closing, Place::Tail]).filter(|one| !is_empty_word(one)))
        .chain(offices(scene))
        .chain(suppliers(scene))
        .chain(accounts(scene))
        .chain(labelled(&[Place::Closing, Place::Tail]).filter(is_empty_word))
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

/// Whether a label gives a word that names nobody: `来源：网络`.
fn is_empty_word(one: &Candidate<String>) -> bool {
    let name = one.verdict.as_ref().ok();
    name.is_some_and(|name| is_placeholder(Field::Source, name))
}

/// Whoever stands alone before the date and its time, in an element of its own, on a page that
/// names no source but `网络` below its text.
fn accounts<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<String>> + 'here {
    let is_needed = scene
        .stated(LabelKind::Source, &[Place::Closing, Place::Tail])
        .any(|one| is_placeholder(Field::Source, &one.value));
    scene
        .head_lines()
        .filter(move |(_, line)| is_needed && !line.is_links() && is_stamped(line))
        .filter_map(|(index, line)| {
            let [name] = <[String; 1]>::try_from(beside_date(line)?).ok()?;
            let parted = line.text.find(&name).map(|start| start + name.len());
            let parted = parted.is_some_and(|end| line.cuts.binary_search(&end).is_ok());
            let fits = parted && !is_column(&name) && !is_person(&name);
            let name = fits.then(|| outlet(&name)).flatten()?;
            let spot = Spot::Line(Some(Place::Head), index);
            let rule = Rule::Named("metadata line");
            Some(Candidate::new(rule, spot, name.clone(), Ok(name)))
        })
}

/// The account behind a badge: `原创 某某报 2019-09-09 16:01`.
fn behind_badges<'here>(
    scene: &'here Scene<'_>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    scene
        .stated(LabelKind::Author, &[Place::Head])
        .filter(|one| one.label == BADGE && !one.is_marked)
        .filter(|one| before_date(&one.rest).len() < one.rest.len() && !is_person(&one.value))
        .map(|one| {
            let name = outlet(&one.value).filter(|name| !is_column(name) && name.len() < 40);
            let name = name.ok_or(Refusal::NotAnOutlet);
            Candidate::new(Rule::Label(one.label), one.spot(), &one.value, name)
        })
}

/// `发布：某市商务局`: the label of a date before an office.
fn offices<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<String>> + 'here {
    scene
        .stated(LabelKind::PublishTime, &[Place::Head, Place::Tail])
        .filter(|one| one.label == "发布" && one.is_marked)
        .filter_map(|one| {
            let name =
                outlet(&one.value).filter(|name| is_organisation(name) || is_outlet(name))?;
            Some(Candidate::new(
                Rule::Label(one.label),
                one.spot(),
                &one.value,
                Ok(name),
            ))
        })
}

/// `市场部 供稿` below the text.
fn suppliers<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<String>> + 'here {
    const LONGEST: usize = 60;
    [Place::Closing, Place::Tail]
        .into_iter()
        .flat_map(move |place| {
            scene
                .lines(place)
                .filter(|(_, line)| line.size <= LONGEST && line.heading == 0 && !line.is_links())
                .filter_map(move |(index, line)| {
                    let said = line.plain();
                    let name = supplied(&said)?;
                    let spot = Spot::Line(Some(place), index);
                    Some(Candidate::new(Rule::Named("credit"), spot, said, Ok(name)))
                })
        })
}

/// The outlets that stand in a line of their own right above or below the date's.
fn in_own_lines<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<String>> + 'here {
    const LONGEST: usize = 24;
    let lines = &scene.outline.lines;
    let is_date = move |index: usize| {
        lines
            .get(index)
            .is_some_and(|line| line.heading == 0 && before_date(line.text.trim()).is_empty())
    };
    scene
        .head_lines()
        .filter(|(_, line)| line.size <= LONGEST && !line.is_links() && line.noise.is_none())
        .filter(move |(index, _)| is_date(index + 1) || index.checked_sub(1).is_some_and(is_date))
        .filter_map(|(index, line)| {
            let said = line.plain();
            let name = outlet(&said).filter(|name| is_outlet(name))?;
            let spot = Spot::Line(Some(Place::Head), index);
            Some(Candidate::new(
                Rule::Named("metadata line"),
                spot,
                said,
                Ok(name),
            ))
        })
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
    let found = labels_in(line);
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
                '|', '｜', '丨', '︱', '\u{3000}', '/', '·', '(', ')', '（', '）', '[', ']',
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
