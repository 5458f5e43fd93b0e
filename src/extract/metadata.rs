//! The grammar of the metadata line: `来源：X | 作者：Y  发布时间：D  N 次浏览`.
//!
//! A value ends at the next label, at a separator, at a gap, or where its element ends. That next
//! label matters most: templates print `来源：  作者：` with nothing between.

use super::body::Body;
use super::candidate::{self, Candidate, Place, Spot};
use super::head::Head;
use super::lines::{Line, plain};
use super::metadata_line::first_date;
use super::outline::{Node, Outline};
use super::phrases::{COMMENTS, LEGAL};
use super::refusal::Refusal;
use super::title::Title;
use crate::chinese::dates::DateContext;
use crate::chinese::labels::{Found, LabelKind, Separator};
use crate::model::Field;

/// A label of a page with what is said after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// What the label introduces.
    pub(super) kind: LabelKind,
    /// The label.
    pub(super) label: &'static str,
    /// All that follows up to the next label or the line's end.
    pub(super) rest: String,
    /// What follows up to the end of the value; empty where nothing does.
    pub(super) value: String,
    /// The number printed before the label.
    pub(super) number_before: Option<String>,
    /// Which line it stands in.
    pub(super) line: usize,
    /// Where in the page.
    pub(super) place: Place,
    /// Whether another label ends the value.
    pub(super) is_followed: bool,
    /// Whether a mark parts label and value.
    pub(super) is_marked: bool,
}

impl Statement {
    /// Where it stands.
    pub(super) const fn spot(&self) -> Spot {
        Spot::Line(Some(self.place), self.line)
    }

    /// Why it gives nothing, where its value is empty.
    pub(super) const fn silence(&self) -> Refusal {
        if self.is_followed {
            Refusal::NextLabel
        } else {
            Refusal::EmptyLabel
        }
    }
}

/// The lines that may carry metadata.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    /// The lines, in the order in which they are believed.
    pub(super) lines: Vec<(Place, usize)>,
}

/// What the rules of the fields look at.
pub(super) struct Scene<'page> {
    /// The flat document.
    pub(super) outline: Outline<'page>,
    /// What the document's head says.
    pub(super) head: Head,
    /// The lines around headline and text.
    pub(super) region: Region,
    /// Their labels and what follows each.
    pub(super) stated: Vec<Statement>,
    /// What dates are read against.
    pub(super) dates: DateContext,
}

impl<'page> Scene<'page> {
    /// The surroundings of a headline and a text.
    pub(super) fn around(
        outline: Outline<'page>,
        head: Head,
        title: Option<&Title>,
        body: &Body,
        dates: DateContext,
    ) -> Self {
        let region = Region::around(&outline, title, body);
        let stated = region.statements(&outline);
        Self {
            outline,
            head,
            region,
            stated,
            dates,
        }
    }

    /// The lines of one place, with their indices.
    pub(super) fn lines(&self, place: Place) -> impl Iterator<Item = (usize, &Line)> {
        let lines = &self.outline.lines;
        self.region
            .of(place)
            .filter_map(|index| Some((index, lines.get(index)?)))
    }

    /// The short lines between headline and text.
    pub(super) fn head_lines(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines(Place::Head)
            .filter(|(_, line)| line.size < 160 && line.heading == 0)
    }

    /// The statements of one kind, place by place.
    pub(super) fn stated(
        &self,
        kind: LabelKind,
        places: &'static [Place],
    ) -> impl Iterator<Item = &Statement> {
        places.iter().flat_map(move |place| {
            let stated = self.stated.iter();
            stated.filter(move |one| one.kind == kind && one.place == *place)
        })
    }

    /// Whether a line stands beside the facts of an event in the same element: `时间：…` above
    /// `地点：…`. What the text says does not speak for the metadata above it.
    pub(super) fn announces_event(&self, line: usize) -> bool {
        const FACTS: [&str; 12] = [
            "地点", "展馆", "主办", "承办", "协办", "举办", "会场", "规模", "展会", "活动", "会议",
            "展览",
        ];
        let lines = &self.outline.lines;
        let holder = |line: &Line| self.outline.ancestors(line.block).next();
        let own = lines.get(line).and_then(holder);
        let near = lines.get(line.saturating_sub(1)..(line + 2).min(lines.len()));
        let mut near = near.unwrap_or_default().iter();
        near.any(|line| {
            line.size < 200
                && holder(line) == own
                && line.labels().iter().any(|found| {
                    found.firm
                        && found.kind == LabelKind::Decoy
                        && FACTS.iter().any(|fact| found.label.starts_with(fact))
                })
        })
    }

    /// Whether a line below the text follows the heading of readers' comments.
    pub(super) fn is_comment(&self, line: usize) -> bool {
        self.lines(Place::Tail)
            .take_while(|(index, _)| *index <= line)
            .any(|(_, line)| line.size < 40 && COMMENTS.is_in(&line.text))
    }

    /// What labels say that look like those of a field and are of something else: 图片来源, 举办时间.
    pub(super) fn decoys<T>(&self, field: Field) -> impl Iterator<Item = Candidate<T>> {
        self.stated
            .iter()
            .filter(|one| one.kind == LabelKind::Decoy)
            .filter_map(move |one| candidate::decoy(field, one.label, one.spot(), &one.rest))
    }
}

/// How many lines each place holds at most.
const HEAD: usize = 40;
const ABOVE_TITLE: usize = 4;
const OPENING: usize = 4;
const CLOSING: usize = 4;
const TAIL: usize = 14;

impl Region {
    /// The lines around a headline and a text.
    pub(super) fn around(outline: &Outline<'_>, title: Option<&Title>, body: &Body) -> Self {
        let mut lines = Vec::new();
        let count = outline.lines.len();
        let shown = title.and_then(|title| title.lines.first().copied());
        let (begin, end) =
            if let (Some(&first), Some(&last)) = (body.lines.first(), body.lines.last()) {
                (first, last + 1)
            } else {
                let after = shown.map_or(0, |line| line + 1);
                ((after + HEAD).min(count), (after + HEAD).min(count))
            };
        let from = match shown {
            Some(line) if line < begin => line.max(begin.saturating_sub(HEAD)),
            _ => begin.saturating_sub(HEAD / 2),
        };
        let mut before: Vec<_> = (from..begin).map(|line| (Place::Head, line)).collect();
        if shown.is_none() {
            // without a headline the nearest line is the likeliest
            before.reverse();
        }
        lines.extend(before);
        lines.extend(
            body.lines
                .iter()
                .take(OPENING)
                .map(|&line| (Place::Opening, line)),
        );
        if let Some(line) = shown {
            lines.extend(
                (line.saturating_sub(ABOVE_TITLE)..line.min(from)).map(|line| (Place::Head, line)),
            );
        }
        let closing = body.lines.len().saturating_sub(CLOSING).max(OPENING);
        lines.extend(
            body.lines
                .iter()
                .skip(closing)
                .map(|&line| (Place::Closing, line)),
        );
        // what was dropped inside the text may still count its readers
        let inside = (begin..end)
            .filter(|line| body.lines.binary_search(line).is_err())
            .take(2 * TAIL);
        lines.extend(inside.map(|line| (Place::Tail, line)));
        let tail = (end..count).take(TAIL).take_while(|&line| {
            outline
                .lines
                .get(line)
                .is_some_and(|line| !(LEGAL.is_in(&line.text) && line.size > 60))
        });
        lines.extend(tail.map(|line| (Place::Tail, line)));
        let titles = title
            .map(|title| title.lines.as_slice())
            .unwrap_or_default();
        // a headline that holds its metadata is read for it too, any other is left alone
        lines.retain(|(_, line)| {
            !titles.contains(line)
                || outline
                    .lines
                    .get(*line)
                    .is_some_and(super::metadata_line::is_metadata)
        });
        Self { lines }
    }

    /// The lines of one place.
    pub(super) fn of(&self, place: Place) -> impl Iterator<Item = usize> {
        self.lines
            .iter()
            .filter(move |(at, _)| *at == place)
            .map(|(_, line)| *line)
    }

    /// Every statement, in the order in which they are believed.
    pub(super) fn statements(&self, outline: &Outline<'_>) -> Vec<Statement> {
        self.lines
            .iter()
            .filter_map(|&(place, index)| Some((place, index, outline.lines.get(index)?)))
            .filter(|&(_, index, _)| !is_in_linked_item(outline, index))
            .flat_map(|(place, index, line)| {
                let mut found = statements(line, index, place);
                if let [only] = found.as_mut_slice()
                    && only.rest.is_empty()
                    && only.number_before.is_none()
                    && let Some(value) = paired(outline, index)
                {
                    only.rest = value.plain();
                    only.value.clone_from(&only.rest);
                }
                found
            })
            .collect()
    }
}

/// The line that makes a pair with a label in a line of its own:
/// `<div><div>来源</div><div>某某日报</div></div>`, `<dt>来源</dt><dd>某某日报</dd>`.
fn paired<'here>(outline: &'here Outline<'_>, index: usize) -> Option<&'here Line> {
    const LONGEST: usize = 60;
    let value = outline.lines.get(index + 1)?;
    let fits =
        value.size <= LONGEST && value.marks <= 1 && !value.labels().iter().any(|found| found.firm);
    let block = outline.lines.get(index)?.block;
    let name = |block: usize| outline.nodes.get(block).map_or("", Node::name);
    let is_definition = name(block) == "dt" && name(value.block) == "dd";
    let pair = outline.ancestors(block).next()?;
    (fits && (is_definition || outline.lines_of(pair) == (index..index + 2))).then_some(value)
}

/// Whether a line stands in an item of a list that leads to other articles: what it states, it
/// states of them. `<li><a>展会开幕，观众踊跃</a> 来源：某某日报</li>`
fn is_in_linked_item(outline: &Outline<'_>, index: usize) -> bool {
    const HEADLINE: usize = 16;
    let Some(line) = outline.lines.get(index) else {
        return false;
    };
    let is_item = |node: usize| {
        outline
            .nodes
            .get(node)
            .is_some_and(|node| matches!(node.name(), "li" | "dl"))
    };
    let leads = |lines: std::ops::Range<usize>| {
        let mut linked = outline.lines.iter().take(lines.end).skip(lines.start);
        linked.any(|line| line.link_size >= HEADLINE && begins_with_link(outline, line))
    };
    let item = std::iter::once(line.block)
        .chain(outline.ancestors(line.block))
        .take(4)
        .find(|&node| is_item(node));
    let Some(item) = item else {
        return line.link_size >= HEADLINE && line.heading == 0 && begins_with_link(outline, line);
    };
    let lines = outline.lines_of(item);
    // a list of two items at least: a page may keep its one article in a list
    let siblings = outline
        .ancestors(item)
        .next()
        .map_or(0..0, |list| outline.lines_of(list));
    lines.len() <= 6
        && siblings.len() > lines.len()
        && leads(lines.clone())
        && (leads(siblings.start..lines.start) || leads(lines.end..siblings.end))
}

fn begins_with_link(outline: &Outline<'_>, line: &Line) -> bool {
    outline.ancestors(line.nodes.start).take(4).any(|node| {
        outline
            .nodes
            .get(node)
            .is_some_and(|node| node.name() == "a")
    })
}

/// The labels of a line. One that an element's boundary parts from what follows needs no colon:
/// `来源<span>某某网</span>| 作者<span>张三</span>`.
pub(super) fn labels_in(line: &Line) -> Vec<Found> {
    let mut found = line.labels().to_vec();
    if line.size < 160 && line.marks < 3 {
        for label in &mut found {
            let takes_name = matches!(label.kind, LabelKind::Source | LabelKind::Author);
            label.firm |= takes_name
                && label.at_boundary
                && label.separator == Separator::None
                && line.cuts.binary_search(&label.end).is_ok();
        }
    }
    found
}

/// The statements of one line.
pub(super) fn statements(line: &Line, index: usize, place: Place) -> Vec<Statement> {
    // a paragraph may speak of sources and authors; only short lines state theirs in passing
    let in_prose = place != Place::Head && line.size > 160;
    let all = labels_in(line);
    let found: Vec<Found> = all
        .iter()
        .filter(|found| {
            // 标准时间 and 收入来源 end in a label without being one
            let closes = line
                .text
                .get(..found.end)
                .is_some_and(|text| text.ends_with([']', '】', '』', '〕']));
            // [本站原创] holds a value, no label
            let anywhere = place == Place::Head
                && !closes
                && found.kind != LabelKind::PublishTime
                && (found.separator == Separator::Mark || found.number_before.is_some());
            found.firm && (found.at_boundary || anywhere)
        })
        .filter(|found| !in_prose || found.separator == Separator::Mark)
        .cloned()
        .collect();
    let mut stated = Vec::with_capacity(found.len());
    for (position, label) in found.iter().enumerate() {
        let end = found.get(position + 1).map_or(line.text.len(), |next| {
            // a count before the next label belongs to that label
            next.number_before
                .as_ref()
                .map_or(next.start, |number| number.start.max(label.end))
        });
        let rest = line.spaced(label.end..end);
        // 报名截止 and 日期 side by side are one label of something else, wherever it begins
        let before = all.partition_point(|before| before.end < label.start);
        let after_decoy = all
            .get(before)
            .filter(|before| before.kind == LabelKind::Decoy && before.end == label.start)
            // 12评论88阅读: the second begins with its number
            .filter(|_| label.number_before.is_none())
            // `版权声明 来源：`: a word and a label
            .filter(|_| {
                let is_time = matches!(label.kind, LabelKind::PublishTime | LabelKind::UpdateTime);
                let gap = line.text.get(..label.start).unwrap_or_default();
                is_time || !gap.ends_with(char::is_whitespace)
            });
        stated.push(Statement {
            kind: if is_of_a_day(line, label) {
                LabelKind::Decoy
            } else {
                after_decoy.map_or(label.kind, |decoy| decoy.kind)
            },
            label: after_decoy.map_or(label.label, |decoy| decoy.label),
            rest: plain(&rest),
            value: value(line, label.end, end),
            number_before: label
                .number_before
                .clone()
                .and_then(|range| line.text.get(range))
                .map(str::to_owned),
            line: index,
            place,
            is_followed: position + 1 < found.len(),
            is_marked: label.separator == Separator::Mark,
        });
    }
    stated
}

/// Whether a label counts the readers of a day or of the whole site: 今日浏览, 本站访问量.
fn is_of_a_day(line: &Line, label: &Found) -> bool {
    const BEFORE: [&str; 9] = [
        "今日", "今天", "昨日", "昨天", "本周", "本月", "本站", "网站", "全站",
    ];
    let before = line.text.get(..label.start).unwrap_or_default();
    let before = before.trim_end_matches(['总', ' ']);
    label.kind == LabelKind::Views && BEFORE.iter().any(|word| before.ends_with(word))
}

/// The value that begins at `start`, as far as it goes.
fn value(line: &Line, start: usize, limit: usize) -> String {
    let text = line.text.get(start..limit).unwrap_or_default();
    let lead = text.len() - text.trim_start_matches(opens_or_blank).len();
    let text = text.get(lead..).unwrap_or_default();
    let start = start + lead;
    let mut end = text.len();
    let mut blanks = 0;
    let mut depth = 0_i32;
    let mut title_depth = 0_i32;
    for (offset, letter) in text.char_indices() {
        if offset > 0 && line.cuts.binary_search(&(start + offset)).is_ok() && !joins(text, offset)
        {
            end = offset;
            break;
        }
        if letter.is_whitespace() {
            blanks += 1;
            if blanks > 1 {
                end = offset;
                break;
            }
            continue;
        }
        blanks = 0;
        match letter {
            '(' | '（' => depth += 1,
            '《' => title_depth += 1,
            '》' => title_depth -= 1,
            ')' | '）' if depth > 0 => depth -= 1,
            _ => {}
        }
        let ends = match letter {
            '|' | '｜' | '│' | '】' | ']' | '［' | '【' | '[' | '。' | '；' | ';' | '>' | '»'
            | '！' | '？' => true,
            ')' | '）' => {
                depth == 0
                    && !text
                        .get(..offset)
                        .is_some_and(|before| before.contains(['(', '（']))
            }
            '，' => title_depth <= 0,
            _ => false,
        };
        if ends {
            end = offset;
            break;
        }
    }
    let text = text.get(..end).unwrap_or_default();
    // 来源：某某网 2020-09-16: one blank parts what two should
    let date = first_date(text).filter(|date| *date > 0);
    plain(text.get(..date.unwrap_or(text.len())).unwrap_or_default())
}

/// Whether an element's boundary parts nothing: names in links of their own, joined by marks.
fn joins(text: &str, offset: usize) -> bool {
    let (before, after) = text.split_at_checked(offset).unwrap_or_default();
    let mark = |letter: char| {
        matches!(
            letter,
            '、' | '/' | '&' | '·' | '《' | '》' | '-' | ':' | '.'
        )
    };
    before.ends_with(mark) || after.starts_with(mark)
}

fn opens_or_blank(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '[' | '【' | '［' | '(' | '（' | ':' | '：' | '>' | '“'
        )
}
