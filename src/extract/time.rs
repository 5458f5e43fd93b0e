//! When the article was published, as the page prints it.

use std::sync::LazyLock;

use regex::Regex;

use super::head::Head;
use super::lines::is_item;
use super::metadata::{Place, Region, Statement};
use super::outline::{Outline, Shape};
use super::phrases::Phrase;
use crate::chinese::dates::{self, DateContext, DateKind};
use crate::chinese::labels::{self, LabelKind};
use crate::model::PublishTime;

/// A publish time and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Published {
    /// The time; absent where the page prints a month and day only.
    pub(super) time: Option<PublishTime>,
    /// The characters it was read from.
    pub(super) raw: String,
    /// Which rule found it.
    pub(super) from: String,
}

/// A date in a text.
struct Reading {
    time: Option<PublishTime>,
    raw: String,
    start: usize,
    relative: bool,
}

static DATE: Phrase =
    Phrase::new(|| Regex::new(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?").ok());

/// `12 Mar 2024`, `March 12, 2024` alone in a line.
static ENGLISH: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)^\W*(?:\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? |(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? )(?:19|20)\d\d(?:\W|$)").ok()
});

/// `昨天`, `3小时前` alone in a line.
static RELATIVE: Phrase = Phrase::new(|| {
    Regex::new(
        r"^\s*(?:昨天|今天|前天|刚刚|\d+\s*(?:分钟|小时|天|周|个月)前)\s*(?:\d{1,2}:\d{2})?\s*$",
    )
    .ok()
});

/// Whether a line holds a date and little else.
pub(super) fn is_mostly_date(text: &str) -> bool {
    if RELATIVE.is_in(text) {
        return true;
    }
    // both patterns below need a year
    if !text.contains("19") && !text.contains("20") {
        return false;
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
    };
    let length = letters(text);
    let dated = |(date, _): (&str, _)| letters(date) * 5 >= length;
    let is_english = |text: &str| length <= 30 && ENGLISH.is_in(text);
    (length <= 60 && DATE.find(text).is_some_and(dated)) || is_english(text)
}

/// Whether a date, or how long ago it was, ends a short line: `某某快讯 3小时前`.
pub(super) fn ends_in_date(text: &str) -> bool {
    static END: Phrase = Phrase::new(|| {
        Regex::new(
            r"(?:(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2})?|昨天|今天|前天|刚刚|\d+\s*(?:分钟|小时|天|周|个月)前)[\s)）\]】]*$",
        )
        .ok()
    });
    END.is_in(text)
}

/// Where the first date with a year begins.
pub(super) fn first_date(text: &str) -> Option<usize> {
    DATE.find(text).map(|(_, range)| range.start)
}

/// Finds the publish time: labelled first, then in the metadata line, then what scripts and the
/// document's head say. A date in the address is none: the page does not say what it is of.
pub(super) fn find(
    outline: &Outline<'_>,
    region: &Region,
    stated: &[Statement],
    head: &Head,
    context: &DateContext,
) -> Option<Published> {
    let mut yearless: Option<Published> = None;
    let mut relative: Option<Published> = None;
    let mut keep = |found: Published, is_relative: bool| -> Option<Published> {
        if found.time.is_none() {
            yearless.get_or_insert(found);
            None
        } else if is_relative {
            relative.get_or_insert(found);
            None
        } else {
            Some(found)
        }
    };
    let near = [Place::Head];
    // dates at the beginning of a text are often those of the event it announces
    let far = [Place::Tail, Place::Closing, Place::Opening];
    let mut steps: Vec<(Published, bool)> = Vec::new();
    steps.extend(labelled(
        outline,
        stated,
        LabelKind::PublishTime,
        &near,
        context,
    ));
    steps.extend(unlabelled(outline, region, Place::Head, context, true));
    steps.extend(labelled(
        outline,
        stated,
        LabelKind::UpdateTime,
        &near,
        context,
    ));
    steps.extend(unlabelled(outline, region, Place::Head, context, false));
    steps.extend(labelled(
        outline,
        stated,
        LabelKind::PublishTime,
        &far,
        context,
    ));
    steps.extend(unlabelled(outline, region, Place::Opening, context, false));
    steps.extend(labelled(
        outline,
        stated,
        LabelKind::UpdateTime,
        &far,
        context,
    ));
    for (found, is_relative) in steps {
        if let Some(found) = keep(found, is_relative) {
            return Some(found);
        }
    }
    // what is printed may be no date a reader of digits knows: 05 五月 2023
    if let Some(found) = timed_element(outline, region, context) {
        return Some(found);
    }
    // a page that prints no date, or 昨天, may still carry the instant for its script
    if let Some(found) = scripted(outline, context) {
        return Some(found);
    }
    if let Some(found) = relative {
        return Some(found);
    }
    for (text, from) in &head.published {
        if let Some(reading) = readings(text, context)
            .into_iter()
            .find(|one| one.time.is_some())
        {
            return Some(Published {
                time: reading.time,
                raw: text.clone(),
                from: (*from).to_owned(),
            });
        }
    }
    let tail = unlabelled(outline, region, Place::Tail, context, true);
    if let Some((found, false)) = tail {
        return Some(found);
    }
    if let Some(found) = below(outline, region, context) {
        return Some(found);
    }
    yearless
}

/// `<time datetime="2023-05-05T08:12:00+08:00">` between headline and text.
fn timed_element(
    outline: &Outline<'_>,
    region: &Region,
    context: &DateContext,
) -> Option<Published> {
    let mut lines = region
        .of(Place::Head)
        .filter_map(|index| outline.lines.get(index))
        .filter(|line| !is_item(line) && line.noise.is_none());
    lines.find_map(|line| {
        let around = line.nodes.start.saturating_sub(2)..line.nodes.end;
        let nodes = outline.nodes.get(around)?;
        let written = nodes
            .iter()
            .filter(|node| node.name() == "time")
            .find_map(|node| node.attribute("datetime"))?;
        let reading = readings(written, context).into_iter().next()?;
        Some(Published {
            time: Some(reading.time?),
            raw: written.to_owned(),
            from: "time element".to_owned(),
        })
    })
}

/// A date that is a whole line right below the text, and no list's.
fn below(outline: &Outline<'_>, region: &Region, context: &DateContext) -> Option<Published> {
    const NEAR: usize = 4;
    let last = region
        .of(Place::Closing)
        .chain(region.of(Place::Opening))
        .max()?;
    (last + 1..=last + NEAR).find_map(|index| {
        let line = outline.lines.get(index)?;
        let is_listed = [index.checked_sub(1)?, index, index + 1]
            .iter()
            .filter_map(|&near| outline.lines.get(near))
            .any(|near| is_item(near) || near.link_size > 0);
        let reading = readings(&line.text, context).into_iter().next()?;
        let is_whole =
            reading.start == 0 && reading.raw.chars().count() * 2 > line.plain().chars().count();
        (!is_listed
            && line.noise.is_none()
            && line.size < 40
            && is_whole
            && reading.time.is_some()
            && !reading.relative)
            .then(|| Published {
                time: reading.time,
                raw: reading.raw,
                from: "line below the text".to_owned(),
            })
    })
}

fn labelled(
    outline: &Outline<'_>,
    stated: &[Statement],
    kind: LabelKind,
    places: &[Place],
    context: &DateContext,
) -> Option<(Published, bool)> {
    let wanted = |one: &&Statement| {
        one.kind == kind
            && outline
                .lines
                .get(one.line)
                .is_some_and(|line| !is_item(line))
            && places.contains(&one.place)
    };
    let ranked = places.iter().flat_map(|place| {
        stated
            .iter()
            .filter(wanted)
            .filter(move |one| one.place == *place)
    });
    ranked.into_iter().find_map(|one| {
        let mut text = one.rest.clone();
        if text.is_empty() {
            // the value may be the next line by itself
            let next = outline.lines.get(one.line + 1)?;
            if !is_mostly_date(&next.text) {
                return None;
            }
            text = next.plain();
        }
        let reading = readings(&text, context).into_iter().next()?;
        // a label's date stands right after it
        let near = text
            .get(..reading.start)
            .is_some_and(|gap| gap.chars().count() < 8);
        near.then(|| {
            let found = Published {
                time: reading.time,
                raw: reading.raw,
                from: format!("labels {}", one.label),
            };
            (found, reading.relative)
        })
    })
}

/// The first date of a place that no label claims for something else.
fn unlabelled(
    outline: &Outline<'_>,
    region: &Region,
    place: Place,
    context: &DateContext,
    with_clock: bool,
) -> Option<(Published, bool)> {
    region
        .of(place)
        .filter_map(|index| outline.lines.get(index))
        .filter(|line| !line.text.contains("今天是") && !is_item(line))
        .filter(|line| line.size < 200 && (place == Place::Head || line.marks < 3))
        .find_map(|line| {
            let text = line.spaced(0..line.text.len());
            let found = labels::find_all(&text);
            readings(&text, context).into_iter().find_map(|reading| {
                let label = found
                    .iter()
                    .rfind(|label| label.end <= reading.start && label.firm);
                let is_free = label.is_none_or(|label| {
                    matches!(
                        label.kind,
                        LabelKind::PublishTime | LabelKind::Source | LabelKind::Author
                    ) || text.get(label.end..reading.start).is_some_and(|between| {
                        between.chars().filter(|one| one.is_alphanumeric()).count() > 1
                    })
                });
                let opening = place != Place::Opening || is_mostly_date(&text);
                let clock = !with_clock || reading.time.is_some_and(|time| time.time.is_some());
                (is_free && opening && clock).then(|| {
                    let found = Published {
                        time: reading.time,
                        raw: reading.raw,
                        from: "metadata line".to_owned(),
                    };
                    (found, reading.relative)
                })
            })
        })
}

/// All dates of a text, with a clock time that stands apart from its date joined to it.
fn readings(text: &str, context: &DateContext) -> Vec<Reading> {
    static CLOCK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^\d]{0,14}?(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?(?:\D|$)").ok()
    });
    dates::read_all(text, context)
        .into_iter()
        .filter(|found| !found.opens_range)
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
            }
        })
        .collect()
}

/// A literal instant in a script: `var ct = "1581517074"`, `JSignDate=escape('2005-07-18 13:03:17')`.
pub(super) fn scripted(outline: &Outline<'_>, context: &DateContext) -> Option<Published> {
    static SECONDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i)\b(?:ct|publish_?time|pub_?time|create_?time|oriCreateTime)\s*=\s*["']?(1\d{9})(?:\d{3})?["']?\s*[;,}\n]"#,
        )
        .ok()
    });
    static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i)\b(?:\w*sign_?date|publish_?(?:time|date)|pub_?(?:time|date))\s*=\s*(?:escape\()?["'](20\d\d[-/]\d{1,2}[-/]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?)"#,
        )
        .ok()
    });
    let read = |text: &str| -> Option<Published> {
        let hit = |pattern: &LazyLock<Option<Regex>>| {
            let found = pattern.as_ref()?.captures(text)?;
            Some(found.get(1)?.as_str().to_owned())
        };
        let raw = hit(&SECONDS).or_else(|| hit(&WRITTEN))?;
        let time = readings(&raw, context)
            .into_iter()
            .find_map(|one| one.time)?;
        Some(Published {
            time: Some(time),
            raw,
            from: "script".to_owned(),
        })
    };
    outline.nodes.iter().find_map(|node| match node.shape {
        Shape::Script => node
            .content
            .first_child()
            .and_then(|child| child.value().as_text())
            .filter(|text| text.len() < 400_000)
            .and_then(|text| read(text)),
        _ => node
            .attribute("onclick")
            .filter(|code| code.contains("Date"))
            .and_then(read),
    })
}
