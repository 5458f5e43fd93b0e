//! When the article was published, as the page prints it.
//!
//! A labelled date is believed before one that stands by itself in the metadata line, both before
//! what scripts and the document's head say. A date in the address is none: the page does not say
//! what it is of.

use std::fmt;
use std::sync::LazyLock;

use regex::Regex;

use super::candidate::{Candidate, Place, Rule, Spot};
use super::lines::{Line, is_cjk, is_item};
use super::metadata::{Scene, Statement};
use super::metadata_line::is_mostly_date;
use super::phrases::Phrase;
use super::refusal::Refusal;
use super::scripts::{self, Written};
use crate::chinese::dates::{self, DateContext, DateKind};
use crate::chinese::labels::{self, LabelKind, Separator};
use crate::model::{Field, PublishTime};

/// A publish time as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// The time; absent where the page prints a month and day only.
    pub(super) time: Option<PublishTime>,
    /// The characters it was read from.
    pub(super) raw: String,
    /// Whether it says how long ago it was.
    relative: bool,
}

impl fmt::Display for Published {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.time {
            Some(time) => time.fmt(formatter),
            None => write!(formatter, "{} (no year)", self.raw),
        }
    }
}

/// A date in a text.
struct Reading {
    time: Option<PublishTime>,
    raw: String,
    start: usize,
    relative: bool,
    opens_range: bool,
}

type Date = Candidate<Published>;

const NEAR: [Place; 1] = [Place::Head];

/// Dates at the beginning of a text are often those of the event it announces.
const FAR: [Place; 3] = [Place::Tail, Place::Closing, Place::Opening];

/// Every date that may be the publish time, best first; `given` are those of a site's own rules.
pub(super) fn candidates<'here, Given>(
    scene: &'here Scene<'_>,
    given: impl Fn() -> Given + 'here,
) -> impl Iterator<Item = Date> + 'here
where
    Given: Iterator<Item = Candidate<String>> + 'here,
{
    let ruled = move || given().map(|text| text.and_then(|text| read(&text, &scene.dates)));
    let without_year = |date: &Date| matches!(&date.verdict, Ok(found) if found.time.is_none());
    let first = ruled().flat_map(|date| {
        // where a page shows 昨天, its script may know the minute
        let is_relative = matches!(&date.verdict, Ok(found) if found.relative);
        let exact = is_relative.then(|| scripted(scene));
        exact.into_iter().flatten().chain([date.and_then(dated)])
    });
    first
        .chain(printed(scene).map(|date| date.and_then(dated).and_then(absolute)))
        // what is printed may be no date a reader of digits knows: 05 五月 2023
        .chain(timed_elements(scene))
        // a page that prints no date, or 昨天, may still carry the instant for its script
        .chain(scripted(scene))
        .chain(printed(scene).filter(|date| matches!(&date.verdict, Ok(found) if found.relative)))
        .chain(in_head(scene))
        .chain(scripts::data(&scene.outline).map(|one| in_script(scene, "script data", &one)))
        .chain(
            unlabelled(scene, Place::Tail, true)
                .map(|date| date.and_then(dated).and_then(absolute)),
        )
        .chain(below(scene))
        .chain(ruled().filter(without_year))
        .chain(printed(scene).filter(without_year))
        .chain(scene.decoys(Field::PublishTime))
}

fn dated(found: Published) -> Result<Published, Refusal> {
    found
        .time
        .map(|_| ())
        .ok_or(Refusal::NoYear)
        .map(|()| found)
}

fn absolute(found: Published) -> Result<Published, Refusal> {
    if found.relative {
        return Err(Refusal::Relative);
    }
    Ok(found)
}

/// The date of a text that a site's rule gives.
fn read(text: &str, context: &DateContext) -> Result<Published, Refusal> {
    let reading = dates::read(text, context).ok_or(Refusal::NoDate)?;
    Ok(Published {
        time: reading.time,
        raw: reading.raw,
        relative: reading.kind == DateKind::Relative,
    })
}

/// What the page shows: labelled first, then in the metadata line.
fn printed<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Date> + 'here {
    labelled(scene, LabelKind::PublishTime, &NEAR)
        .chain(unlabelled(scene, Place::Head, true))
        .chain(labelled(scene, LabelKind::UpdateTime, &NEAR))
        .chain(unlabelled(scene, Place::Head, false))
        .chain(labelled(scene, LabelKind::PublishTime, &FAR))
        .chain(unlabelled(scene, Place::Opening, false))
        .chain(labelled(scene, LabelKind::UpdateTime, &FAR))
}

/// The dates after the labels of one kind.
fn labelled<'here>(
    scene: &'here Scene<'_>,
    kind: LabelKind,
    places: &'static [Place],
) -> impl Iterator<Item = Date> + 'here {
    scene.stated(kind, places).map(|one| {
        let (said, verdict) = stated(scene, one);
        Candidate::new(Rule::Label(one.label), one.spot(), said, verdict)
    })
}

/// The date of a statement, and the text it was looked for in.
fn stated(scene: &Scene<'_>, one: &Statement) -> (String, Result<Published, Refusal>) {
    let lines = &scene.outline.lines;
    if lines.get(one.line).is_none_or(is_item) {
        return (one.rest.clone(), Err(Refusal::ListItem));
    }
    let mut text = one.rest.clone();
    if text.is_empty() {
        // the value may be the next line by itself
        match lines.get(one.line + 1) {
            Some(next) if is_mostly_date(&next.text) => text = next.plain(),
            _ => return (text, Err(one.silence())),
        }
    }
    let all = readings(&text, &scene.dates);
    let is_range = !all.is_empty();
    let Some(reading) = all.into_iter().find(|one| !one.opens_range) else {
        let why = if is_range {
            Refusal::EventDate
        } else {
            Refusal::NoDate
        };
        return (text, Err(why));
    };
    // a label's date stands right after it
    let near = text
        .get(..reading.start)
        .is_some_and(|gap| gap.chars().count() < 8);
    let is_vague = matches!(one.label, "时间" | "日期");
    let refusal = if !near {
        Some(Refusal::FarFromLabel)
    } else if scene.is_comment(one.line) {
        Some(Refusal::Comment)
    } else if is_vague && scene.announces_event(one.line) {
        Some(Refusal::EventDate)
    } else if is_vague && is_to_come(&reading, &scene.dates) {
        Some(Refusal::Future)
    } else {
        None
    };
    let said = reading.raw.clone();
    (said, refusal.map_or_else(|| Ok(reading.into()), Err))
}

/// Whether a date is later than the day after the page was received; clocks and zones differ.
fn is_to_come(reading: &Reading, context: &DateContext) -> bool {
    let tomorrow = context.today().tomorrow();
    let date = reading.time.map(|time| time.date);
    date.is_some_and(|date| tomorrow.is_ok_and(|tomorrow| date > tomorrow))
}

/// The dates of a place's lines that no label announces.
fn unlabelled<'here>(
    scene: &'here Scene<'_>,
    place: Place,
    with_clock: bool,
) -> impl Iterator<Item = Date> + 'here {
    scene
        .lines(place)
        .filter(move |(_, line)| line.size < 200 && (place == Place::Head || line.marks < 3))
        .filter(|(_, line)| !is_item(line) || line.text.contains(|one: char| one.is_ascii_digit()))
        .flat_map(move |(index, line)| {
            let spot = Spot::Line(Some(place), index);
            free_dates(scene, index, line, place, with_clock)
                .into_iter()
                .map(move |(said, verdict)| {
                    Candidate::new(Rule::Named("metadata line"), spot, said, verdict)
                })
        })
}

/// The dates of a line, but those that a label of their own announces.
fn free_dates(
    scene: &Scene<'_>,
    index: usize,
    line: &Line,
    place: Place,
    with_clock: bool,
) -> Vec<(String, Result<Published, Refusal>)> {
    let text = line.spaced(0..line.text.len());
    let mut all = readings(&text, &scene.dates);
    if all.is_empty() && !text.starts_with('1') {
        return Vec::new();
    }
    let found = labels::find_all(&text);
    if all.is_empty() {
        // seconds since the epoch, shown by a template's mistake, are known by standing alone
        let first = found.iter().find(|label| label.firm);
        let alone = first.and_then(|label| text.get(..label.start));
        all = alone.map_or_else(Vec::new, |text| readings(text, &scene.dates));
    }
    let judge = |reading: &Reading| -> Option<Result<(), Refusal>> {
        let has_clock = reading.time.is_some_and(|time| time.time.is_some());
        if with_clock && !has_clock {
            return None;
        }
        let label = found
            .iter()
            .rfind(|label| label.end <= reading.start && label.firm)
            .filter(|label| !has_its_number(&text, label))
            .filter(|label| {
                let between = text.get(label.end..reading.start).unwrap_or_default();
                between.chars().filter(|one| one.is_alphanumeric()).count() <= 1
            })
            // 报名截止 and 日期 side by side are one label
            .map(|label| {
                let before = found.partition_point(|before| before.end < label.start);
                let decoy = found
                    .get(before)
                    .filter(|before| before.kind == LabelKind::Decoy && before.end == label.start);
                decoy.unwrap_or(label)
            });
        let refusal = if text.contains("今天是") {
            Some(Refusal::Today)
        } else if is_item(line) {
            Some(Refusal::ListItem)
        } else if ENACTED.is_in(&text) {
            Some(Refusal::OtherDate)
        } else if reading.opens_range {
            Some(Refusal::EventDate)
        } else {
            match label.map(|label| label.kind) {
                None
                | Some(
                    LabelKind::PublishTime
                    | LabelKind::Source
                    | LabelKind::Author
                    | LabelKind::Editor
                    // an empty counter: 点击：次 2020-01-03
                    | LabelKind::Views,
                ) => None,
                Some(LabelKind::Decoy) => label
                    .and_then(|label| Refusal::of_decoy(label.label))
                    .map(|(_, refusal)| refusal)
                    .or(Some(Refusal::OtherDate)),
                Some(_) => return None,
            }
        };
        let refusal = refusal.or_else(|| {
            if place == Place::Opening && !is_mostly_date(&text) {
                Some(Refusal::InProse)
            } else if place == Place::Tail && line.noise.is_some() {
                Some(Refusal::Noise)
            } else if scene.is_comment(index) {
                Some(Refusal::Comment)
            } else if scene.announces_event(index) {
                Some(Refusal::EventDate)
            } else if is_to_come(reading, &scene.dates) {
                Some(Refusal::Future)
            } else {
                None
            }
        });
        Some(refusal.map_or(Ok(()), Err))
    };
    all.into_iter()
        .filter_map(|reading| {
            let verdict = judge(&reading)?;
            Some((reading.raw.clone(), verdict.map(|()| reading.into())))
        })
        .collect()
}

/// Below the name of a law or rule: （2007年6月29日某会议通过）.
static ENACTED: Phrase =
    Phrase::new(|| Regex::new(r"^\s*[（(].*(?:通过|修订|修正|施行|废止).*[)）]?\s*$").ok());

/// Whether a label follows the number it speaks of, and says nothing of what comes after it: 12 评论.
fn has_its_number(text: &str, label: &labels::Found) -> bool {
    let before = text.get(..label.start).unwrap_or_default().trim_end();
    let opens = before.trim_end_matches(|one: char| one.is_ascii_digit());
    let is_counted = opens.len() < before.len() && !opens.trim_end().ends_with(is_cjk);
    label.number_before.is_some() || (label.separator != Separator::Mark && is_counted)
}

/// `<time datetime="2023-05-05T08:12:00+08:00">` between headline and text.
fn timed_elements<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Date> + 'here {
    scene.lines(Place::Head).filter_map(|(index, line)| {
        let around = line.nodes.start.saturating_sub(2)..line.nodes.end;
        let nodes = scene.outline.nodes.get(around)?;
        let written = nodes
            .iter()
            .filter(|node| node.name() == "time")
            .find_map(|node| node.attribute("datetime"))?;
        let verdict = if is_item(line) {
            Err(Refusal::ListItem)
        } else if line.noise.is_some() {
            Err(Refusal::Noise)
        } else {
            instant(written, &scene.dates)
        };
        let spot = Spot::Line(Some(Place::Head), index);
        Some(Candidate::new(
            Rule::Named("time element"),
            spot,
            written,
            verdict,
        ))
    })
}

/// The first date of a text that is no more than that; its raw characters are the whole of it.
fn instant(written: &str, context: &DateContext) -> Result<Published, Refusal> {
    let mut all = readings(written, context).into_iter();
    let reading = all.find(|one| !one.opens_range).ok_or(Refusal::NoDate)?;
    dated(Published {
        raw: written.to_owned(),
        ..reading.into()
    })
}

/// What JSON-LD and meta elements say.
fn in_head<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Date> + 'here {
    scene.head.published.iter().map(|(text, from)| {
        let mut all = readings(text, &scene.dates).into_iter();
        let verdict = all
            .find(|one| one.time.is_some() && !one.opens_range)
            .map(|reading| Published {
                raw: text.clone(),
                ..reading.into()
            })
            .ok_or(Refusal::NoDate);
        Candidate::new(Rule::Named(from), Spot::Head, text, verdict)
    })
}

/// A date that is a whole line right below the text, and no list's.
fn below<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Date> + 'here {
    const NEAR: usize = 4;
    let last = scene
        .lines(Place::Closing)
        .chain(scene.lines(Place::Opening))
        .map(|(index, _)| index)
        .max();
    let near = last.map_or(0..0, |last| last + 1..last + 1 + NEAR);
    near.filter_map(|index| {
        let line = scene.outline.lines.get(index)?;
        let reading = readings(&line.text, &scene.dates)
            .into_iter()
            .find(|one| !one.opens_range)?;
        let is_listed = (index.saturating_sub(1)..=index + 1)
            .filter_map(|near| scene.outline.lines.get(near))
            .any(|near| is_item(near) || near.link_size > 0);
        let is_whole =
            reading.start == 0 && reading.raw.chars().count() * 2 > line.plain().chars().count();
        let said = reading.raw.clone();
        let verdict = if is_listed {
            Err(Refusal::ListItem)
        } else if line.noise.is_some() {
            Err(Refusal::Noise)
        } else if line.size >= 40 || !is_whole {
            Err(Refusal::NotAlone)
        } else {
            dated(reading.into()).and_then(absolute)
        };
        let rule = Rule::Named("line below the text");
        Some(Candidate::new(rule, Spot::Line(None, index), said, verdict))
    })
}

/// All dates of a text, with a clock time that stands apart from its date joined to it.
fn readings(text: &str, context: &DateContext) -> Vec<Reading> {
    static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^\d]{0,14}?(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?(?:\D|$)").ok()
    });
    dates::read_all(text, context)
        .into_iter()
        .map(|found| {
            let mut time = found.time;
            let mut raw = found.raw.clone();
            if let Some(day) = time
                && day.time.is_none()
                && let Some(rest) = text.get(found.end..)
                && let Some(clock) = CLOCK.as_ref().and_then(|clock| clock.captures(rest))
            {
                let number = |group: usize| {
                    clock
                        .get(group)
                        .and_then(|one| one.as_str().parse::<i8>().ok())
                };
                if let (Some(hour), Some(minute)) = (number(1), number(2))
                    && let Ok(whole) = day.at(hour, minute, number(3))
                {
                    time = Some(whole);
                    if let Some(last) = (1..4).rev().find_map(|group| clock.get(group)) {
                        raw.push_str(rest.get(..last.end()).unwrap_or_default());
                    }
                }
            }
            Reading {
                time,
                raw,
                start: found.start,
                relative: found.kind == DateKind::Relative,
                opens_range: found.opens_range,
            }
        })
        .collect()
}

impl From<Reading> for Published {
    fn from(reading: Reading) -> Self {
        Self {
            time: reading.time,
            raw: reading.raw,
            relative: reading.relative,
        }
    }
}

/// Literal instants in scripts.
fn scripted<'here>(scene: &'here Scene<'_>) -> impl Iterator<Item = Date> + 'here {
    scripts::literals(&scene.outline).map(|one| in_script(scene, "script", &one))
}

fn in_script(scene: &Scene<'_>, rule: &'static str, one: &Written<'_>) -> Date {
    let verdict = if one.is_listed {
        Err(Refusal::ListItem)
    } else {
        instant(one.raw, &scene.dates)
    };
    Candidate::new(Rule::Named(rule), Spot::Node(one.node), one.raw, verdict)
}
