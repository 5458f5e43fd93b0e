//! 作者: the persons who wrote it; 责任编辑: who saw it through.

use std::sync::LazyLock;

use regex::Regex;

use super::bylines::{english_byline, poster, reporters, slashed};
use super::candidate::{Candidate, Place, Rule, Spot};
use super::icons;
use super::labelled::{named_element, stated};
use super::lines::{Line, is_cjk};
use super::metadata::{Scene, Statement};
use super::names::{is_site, persons};
use super::phrases::TOOLS;
use super::refusal::Refusal;
use crate::chinese::labels::{self, LabelKind};
use crate::model::Field;

static NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z])(?:author|byline|writer|zuozhe|reporter)(?:[-_]?name)?(?:$|[^a-z])",
    )
    .ok()
});

/// Every name that may be an author's, best first; `credit` is what an end of the text says.
pub(super) fn candidates<'here>(
    scene: &'here Scene<'_>,
    credit: Option<&'here str>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    let labelled = |places| stated(scene, LabelKind::Author, places, several);
    let lines = |rule, read: fn(&Line) -> Option<String>| {
        scene.head_lines().filter_map(move |(index, line)| {
            let spot = Spot::Line(Some(Place::Head), index);
            Some(Candidate::new(
                Rule::Named(rule),
                spot,
                line.plain(),
                Ok(read(line)?),
            ))
        })
    };
    labelled(&[Place::Head])
        .chain(named_element(scene, &NAMES, persons))
        .chain(lines("metadata line", |line| Some(slashed(line)?.1)))
        .chain(lines("metadata line", poster))
        .chain(icons::persons(scene))
        .chain(lines("metadata line", english_byline))
        .chain(labelled(&[Place::Opening]))
        .chain(scene.lines(Place::Opening).filter_map(|(index, line)| {
            let spot = Spot::Line(Some(Place::Opening), index);
            let names = reporters(line)?;
            Some(Candidate::new(
                Rule::Named("opening"),
                spot,
                names.clone(),
                Ok(names),
            ))
        }))
        .chain(labelled(&[Place::Closing, Place::Tail]))
        .chain(credit.map(credited))
        .chain(scene.head.author.iter().map(|name| {
            let verdict = if is_site(name, &scene.head) {
                Err(Refusal::SiteName)
            } else {
                persons(name).ok_or(Refusal::NotAName)
            };
            Candidate::new(Rule::Named("json-ld"), Spot::Head, name, verdict)
        }))
        .chain(
            scene
                .stated
                .iter()
                .filter(|one| one.kind == LabelKind::Editor)
                .map(|one| {
                    let rule = Rule::Label(one.label);
                    Candidate::new(rule, one.spot(), &one.rest, Err(Refusal::EditorLabel))
                }),
        )
        .chain(scene.decoys(Field::Author))
}

/// Every name that may be the editor's.
pub(super) fn editors<'here>(
    scene: &'here Scene<'_>,
    credit: Option<&'here str>,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    const ANYWHERE: &[Place] = &[Place::Head, Place::Opening, Place::Closing, Place::Tail];
    stated(scene, LabelKind::Editor, ANYWHERE, |one| {
        persons(&one.value)
    })
    .chain(credit.map(credited))
}

fn credited(name: &str) -> Candidate<String> {
    Candidate::new(
        Rule::Named("credit"),
        Spot::TextEnd,
        name,
        Ok(name.to_owned()),
    )
}

/// The names after a label; `本报记者  张三  李四` may keep them apart with wide gaps.
fn several(one: &Statement) -> Option<String> {
    let first = persons(&one.value)?;
    let is_name = |text: &str| {
        (2..=3).contains(&text.chars().count())
            && text
                .chars()
                .all(|letter| is_cjk(letter) && letter.is_alphabetic())
            && !TOOLS.is_in(text)
            && !labels::is_share_or_tool(text)
    };
    let words: Vec<&str> = one.rest.split(' ').collect();
    let all_are_names = words.iter().all(|word| is_name(word));
    Some(if words.len() > 1 && words.len() < 6 && all_are_names {
        words.join("、")
    } else {
        first
    })
}
