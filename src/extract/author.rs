//! 作者: the persons who wrote it; 责任编辑: who saw it through.

use std::sync::LazyLock;

use regex::Regex;

use super::bylines::{dateline, english_byline, poster, reporters, slashed};
use super::candidate::{Candidate, Place, Rule, Spot};
use super::icons;
use super::labelled::{named_element, stated};
use super::lines::{Line, is_cjk};
use super::metadata::{Scene, Statement};
use super::names::{is_outlet, is_site};
use super::persons::{before_date, is_person, persons};
use super::phrases::TOOLS;
use super::refusal::Refusal;
use super::signed;
use crate::chinese::labels::{self, LabelKind};
use crate::model::Field;

/// The label that is a badge as well.
pub(super) const BADGE: &str = "原创";

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
    let labelled = |places| stated(scene, LabelKind::Author, places, |one| several(scene, one));
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
        .chain(signed::persons_of(scene))
        .chain(named_element(scene, &NAMES, no_account))
        .chain(lines("metadata line", |line| Some(slashed(line)?.1)))
        .chain(lines("metadata line", poster))
        .chain(icons::persons(scene))
        .chain(lines("metadata line", english_byline))
        .chain(bylines_in(scene))
        .chain(labelled(&[Place::Opening]))
        .chain(scene.lines(Place::Opening).filter_map(|(index, line)| {
            let spot = Spot::Line(Some(Place::Opening), index);
            let names = reporters(line).or_else(|| dateline(line))?;
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

/// English bylines in the text's first lines and in what was dropped beside it.
fn bylines_in<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Candidate<String>> + 'here {
    signed::is_latin(scene)
        .then_some([Place::Opening, Place::Tail])
        .into_iter()
        .flatten()
        .flat_map(move |place| {
            scene.lines(place).filter_map(move |(index, line)| {
                let opens = line.text.trim_start().get(..3)?.eq_ignore_ascii_case("by ");
                let names = opens.then(|| english_byline(line)).flatten()?;
                let spot = Spot::Line(Some(place), index);
                Some(Candidate::new(
                    Rule::Named("byline"),
                    spot,
                    line.plain(),
                    Ok(names),
                ))
            })
        })
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

/// The names after a label, and those after the labels of reporters that follow it in the line:
/// `记者：张三　通讯员：李四`.
fn several(scene: &Scene<'_>, one: &Statement) -> Option<String> {
    let first = names_of(one)?;
    if !REPORTERS.contains(&one.label) {
        return Some(first);
    }
    let mut names = vec![first];
    let after = scene
        .stated
        .iter()
        .skip_while(|other| !std::ptr::eq(*other, one))
        .skip(1)
        .take_while(|other| {
            other.line == one.line
                && other.kind == LabelKind::Author
                && REPORTERS.contains(&other.label)
        });
    names.extend(
        after
            .filter_map(names_of)
            .filter(|name| is_each(name, is_person)),
    );
    Some(names.join("、"))
}

/// The labels of those who wrote a text together.
const REPORTERS: [&str; 14] = [
    "记者",
    "本报记者",
    "本刊记者",
    "本网记者",
    "特约记者",
    "见习记者",
    "实习记者",
    "文字记者",
    "采访记者",
    "通讯员",
    "特约通讯员",
    "作者",
    "采写",
    "撰文",
];

/// The names after one label; `本报记者  张三  李四` may keep them apart with wide gaps.
fn names_of(one: &Statement) -> Option<String> {
    // an interview prints 记者： before each question
    if one.rest.contains(['？', '?', '！']) {
        return None;
    }
    // `原创： 张三 某某研究号`: the account stands behind its authors
    let authors = one
        .value
        .rsplit_once(' ')
        .filter(|(_, account)| one.label == BADGE && account.chars().count() > 4)
        .map_or(one.value.as_str(), |(authors, _)| authors);
    let first = persons(authors)?;
    // a badge says that a text is the site's own, and stands before whoever published it
    if one.label == BADGE && !one.is_marked && !is_each(&first, is_person) {
        return None;
    }
    let is_name = |text: &str| {
        (2..=3).contains(&text.chars().count())
            && text
                .chars()
                .all(|letter| is_cjk(letter) && letter.is_alphabetic())
            && !TOOLS.is_in(text)
            && !labels::is_share_or_tool(text)
    };
    let rest = before_date(&one.rest);
    let words: Vec<&str> = rest
        .split([' ', '，', '、', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let parted_by_blanks = !rest.contains(['，', '、', ',']);
    let all_are_names = words
        .iter()
        .all(|word| is_name(word) && (parted_by_blanks || is_person(word)));
    Some(if words.len() > 1 && words.len() < 6 && all_are_names {
        words.join("、")
    } else {
        first
    })
}

/// The persons in an element named for authors; platforms keep their accounts in such ones too.
fn no_account(text: &str) -> Option<String> {
    persons(text).filter(|name| !is_outlet(name) && !name.ends_with("发布"))
}

/// Whether each of some joined names is one.
fn is_each(names: &str, is_name: fn(&str) -> bool) -> bool {
    names.split('、').all(is_name)
}
