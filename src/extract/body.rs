//! Which lines are the article.
//!
//! Every line is worth something: sentences much, link lists and tools less than nothing. The
//! article is the element whose lines are worth most together. That one rule holds for paragraphs
//! in `<p>`, in sibling `<div>`s, parted by `<br>` or laid out in nested tables alike, since lines
//! know nothing of how they were made.

use std::ops::Range;

use super::boxes;
use super::lines::Line;
use super::outline::{Outline, Shape};
use super::phrases::{ADDRESS, AFTERMATH, BREADCRUMB, LEGAL, NOTICE, PROFILE, TOOLS};
use super::stream;
use super::title::{self, Title};
use super::worth::Worth;
use crate::chinese::labels;

/// Where the article is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// The element that holds it.
    pub(super) element: usize,
    /// Its lines, in page order.
    pub(super) lines: Vec<usize>,
    /// Elements inside `element` that are no part of it.
    pub(super) dropped: Vec<usize>,
    /// The line it follows, where it has none itself: headline or metadata.
    pub(super) lead: Option<usize>,
    /// The line over it, where the page shows several articles in full.
    pub(super) headline: Option<usize>,
    /// What its lines are worth: how sure it is that this is an article.
    pub(super) worth: i64,
}

/// Finds the article's lines.
pub(super) fn find(outline: &Outline<'_>) -> Body {
    let worth = Worth::weigh(outline);
    let Some(element) = best_element(outline, &worth) else {
        return Body::default();
    };
    let body = within(outline, &worth, element);
    match stream::first(outline, &worth, &body) {
        Some(entry) => Body {
            headline: Some(outline.lines_of(entry).start),
            ..within(outline, &worth, entry)
        },
        None => body,
    }
}

/// Finds the article's lines outside some elements.
pub(super) fn find_outside(outline: &Outline<'_>, refused: &[usize]) -> Body {
    let worth = Worth::without(outline, refused);
    let Some(element) = best_element(outline, &worth) else {
        return Body::default();
    };
    let mut body = within(outline, &worth, element);
    let refused: Vec<_> = refused
        .iter()
        .map(|&refused| outline.lines_of(refused))
        .collect();
    body.lines
        .retain(|line| !refused.iter().any(|range| range.contains(line)));
    body
}

/// The article's lines inside an element that is known to hold it.
pub(super) fn within(outline: &Outline<'_>, worth: &Worth, element: usize) -> Body {
    let range = outline.lines_of(element);
    let mut body = Body {
        element,
        worth: worth.sum(&range),
        ..Body::default()
    };
    let (dropped, boxed) = boxes::find(outline, worth, element);
    body.lines = range.filter(|line| !boxed.contains(*line)).collect();
    body.dropped = dropped;
    trim(outline, worth, &mut body.lines);
    body
}

/// The element whose lines are worth most; of equals the innermost.
fn best_element(outline: &Outline<'_>, worth: &Worth) -> Option<usize> {
    let mut best: Option<(i64, usize)> = None;
    for (index, node) in outline.nodes.iter().enumerate() {
        let holds_lines = matches!(
            node.shape,
            Shape::Block | Shape::Cell | Shape::LayoutRow | Shape::Preformatted
        );
        if !holds_lines || node.lines.is_empty() {
            continue;
        }
        let sum = worth.sum(&node.lines);
        // an inner element follows its ancestors, so equals go to the innermost
        if best.is_none_or(|(most, _)| sum >= most) {
            best = Some((sum, index));
        }
    }
    best.filter(|(sum, _)| *sum > 0).map(|(_, index)| index)
}

/// Takes off what stands before the first and after the last line of the text itself.
fn trim(outline: &Outline<'_>, worth: &Worth, lines: &mut Vec<usize>) {
    let line_at = |index: usize| outline.lines.get(index);
    // a heading of related matter ends the article where little of worth follows
    let mut rest: i64 = lines.iter().map(|&line| worth.of(line).max(0)).sum();
    let total = rest.max(1);
    let mut end = lines.len();
    for (position, &index) in lines.iter().enumerate() {
        let Some(line) = line_at(index) else { continue };
        rest -= worth.of(index).max(0);
        let opens_aftermath =
            line.size < 160 && AFTERMATH.is_in(&line.text) && !introduces(outline, index);
        let opens_notice = line.size < 160 && NOTICE.is_in(&line.text) && rest * 2 < total;
        let counts =
            line.size < 100 && line.marks == 0 && rest * 12 < total && title::names_or_counts(line);
        if (opens_notice || counts || (opens_aftermath && rest * 3 < total)) && position > 0 {
            end = position;
            break;
        }
    }
    lines.truncate(end);
    cut_remnant(worth, lines, total);
    trim_end(outline, lines);
    let first = lines
        .iter()
        .position(|&line| line_at(line).is_some_and(|line| !is_surroundings(line)))
        .unwrap_or(lines.len());
    lines.drain(..first);
    lines.retain(|&line| line_at(line).is_some_and(|line| !is_tool(line)));
}

/// Takes off the last lines that belong to the page.
pub(super) fn trim_end(outline: &Outline<'_>, lines: &mut Vec<usize>) {
    let line_at = |index: usize| outline.lines.get(index);
    while let Some(&last) = lines.last() {
        let above = lines
            .len()
            .checked_sub(2)
            .and_then(|above| lines.get(above));
        let above = above.and_then(|&above| line_at(above));
        let is_left = |line: &Line| {
            // an address below a sentence is the writer's; below a label it is the text's
            let signs = above.is_some_and(|above| above.size >= 60 || is_address(above));
            is_surroundings(line) || (signs && is_address(line))
        };
        if line_at(last).is_none_or(is_left) {
            lines.pop();
        } else {
            break;
        }
    }
}

fn is_address(line: &Line) -> bool {
    line.size < 80 && ADDRESS.is_in(&line.text)
}

/// Whether sentences follow a heading in Latin letters at once: `Up next` and `Share this` head
/// lists and buttons, but may as well be an author's own words.
fn introduces(outline: &Outline<'_>, index: usize) -> bool {
    let line_at = |index: usize| outline.lines.get(index);
    let is_latin = |line: &Line| line.text.chars().find(|letter| letter.is_alphabetic());
    line_at(index)
        .filter(|line| !line.is_links())
        .and_then(is_latin)
        .is_some_and(|letter| letter.is_ascii())
        && line_at(index + 1)
            .is_some_and(|next| !next.is_links() && next.noise.is_none() && ends_sentence(next))
}

/// Whether a line ends as sentences end.
fn ends_sentence(line: &Line) -> bool {
    let text = line
        .text
        .trim_end_matches(['”', '"', '’', ')', '）', '」', '』', ' ']);
    line.size >= 20 && text.ends_with(['.', '!', '?', '。', '！', '？', '…', ':', '：'])
}

/// Whether a line is a sentence long enough for more than a label and a date.
pub(super) fn is_prose(line: &Line) -> bool {
    line.size >= 60 && line.marks > 1 && ends_sentence(line) && !line.text.ends_with(".m.")
}

/// What little stands after the last dropped element belongs to it: the labels of a form, the
/// words under a button.
fn cut_remnant(worth: &Worth, lines: &mut Vec<usize>, total: i64) {
    let mut after = 0;
    let mut cut = None;
    for (position, pair) in lines.windows(2).enumerate().rev() {
        let &[before, line] = pair else { break };
        if worth.of(line) > 60 {
            break;
        }
        after += worth.of(line).max(0);
        if after * 25 > total || lines.len() - position > 12 {
            break;
        }
        if line > before + 2 {
            cut = Some(position + 1);
        }
    }
    if let Some(cut) = cut {
        lines.truncate(cut);
    }
}

/// A share bar, a print button, or a row of them.
fn is_tool(line: &Line) -> bool {
    line.size < 160 && (TOOLS.is_in(&line.text) || labels::is_share_or_tool(&line.plain()))
}

impl Body {
    /// Drops the headline and the metadata line from the beginning of the text, with what stands
    /// before them: a container often holds more than the text.
    pub(super) fn begin_after(&mut self, outline: &Outline<'_>, title: Option<&Title>) {
        let line_at = |index: usize| outline.lines.get(index);
        let shown = title
            .map(|title| title.lines.as_slice())
            .unwrap_or_default();
        self.lead = shown.last().map(|&last| {
            let following = outline.lines.iter().enumerate().skip(last + 1).take(6);
            following
                .take_while(|(_, line)| {
                    (title::is_metadata(line) && !heads_table(outline, line)) || is_tool(line)
                })
                .map(|(index, _)| index)
                .last()
                .unwrap_or(last)
        });
        if let Some(&last) = shown.last() {
            let total: usize = self.size(outline);
            let after = self.lines.partition_point(|&line| line <= last);
            let rest: usize = self
                .lines
                .iter()
                .skip(after)
                .filter_map(|&line| line_at(line))
                .map(|line| line.size)
                .sum();
            if rest * 4 > total {
                self.lines.drain(..after);
            }
        }
        let title_key = title
            .map(|title| title::key(&title.text))
            .unwrap_or_default();
        let first = self.lines.first().copied().unwrap_or(0);
        let above = shown.last().map_or(first, |&last| last + 1)..first;
        let known = outline
            .lines
            .get(above)
            .is_some_and(|lines| lines.iter().any(title::is_metadata));
        let is_metadata =
            |line: &Line| title::names_or_counts(line) || (!known && title::is_metadata(line));
        let mut leads = 0;
        for (position, line) in self.lines.iter().take(12).enumerate() {
            let Some(line) = line_at(*line) else { continue };
            let is_title = line.size < 240 && title::key(&line.text) == title_key;
            let is_label = !is_prose(line) && (is_metadata(line) || title::is_byline(line));
            let is_lead = is_title || is_label || is_surroundings(line);
            if is_lead {
                leads = position + 1;
            } else if line.size > 60 || line.marks > 1 {
                break;
            }
        }
        self.lines.drain(..leads);
        // a byline may stand below a picture with a caption
        let mut position = 0;
        self.lines.retain(|&line| {
            position += 1;
            position > 6
                || line_at(line).is_none_or(|line| is_prose(line) || !title::is_byline(line))
        });
    }

    /// Takes in what little stands around a text of a line or two: a table above its note, the
    /// pictures below its only sentence. Such lines are worth nothing by themselves.
    pub(super) fn reach(&mut self, outline: &Outline<'_>) {
        let (Some(&first), Some(&last)) = (self.lines.first(), self.lines.last()) else {
            return;
        };
        if self.lines.len() > 2 {
            return;
        }
        let begin = self.lead.map_or(first, |lead| (lead + 1).min(first));
        let is_own = |line: usize| {
            outline.lines.get(line).is_some_and(|line| {
                let is_heading = line.size <= 40 && PROFILE.is_in(&line.text);
                line.noise.is_none()
                    && !line.is_links()
                    && !is_surroundings(line)
                    && (!title::is_metadata(line) || heads_table(outline, line))
                    && !is_heading
            })
        };
        let begin = if (begin..first).all(is_own) {
            begin
        } else {
            first
        };
        let holds = |range: &Range<usize>| range.start <= begin && last < range.end;
        let around = || std::iter::once(self.element).chain(outline.ancestors(self.element));
        let Some(mut element) = around().find(|&node| holds(&outline.lines_of(node))) else {
            return;
        };
        // pictures without a word beside them are in an element that holds nothing else
        let ends = outline.lines_of(element);
        for node in outline.ancestors(element) {
            if outline.lines_of(node) != ends
                || outline
                    .nodes
                    .get(node)
                    .is_none_or(|node| node.name() == "body")
            {
                break;
            }
            element = node;
        }
        let end = (last + 1..ends.end)
            .find(|&line| !is_own(line))
            .unwrap_or(ends.end.max(last + 1));
        let between = self.lines.clone();
        self.lines = (begin..first).chain(between).chain(last + 1..end).collect();
        self.element = element;
    }

    /// How much its lines hold.
    pub(super) fn size(&self, outline: &Outline<'_>) -> usize {
        self.lines
            .iter()
            .filter_map(|&line| outline.lines.get(line))
            .map(|line| line.size)
            .sum()
    }
}

/// Whether a line is a table's row of words alone: metadata has a number or a mark in it.
fn heads_table(outline: &Outline<'_>, line: &Line) -> bool {
    let is_row = outline
        .nodes
        .get(line.block)
        .is_some_and(|node| node.shape == Shape::Row);
    is_row
        && !line
            .text
            .contains(|letter: char| letter.is_ascii_digit() || matches!(letter, ':' | '：'))
}

/// A line that belongs to the page, not to the article.
pub(super) fn is_surroundings(line: &Line) -> bool {
    let short = line.size < 400;
    is_tool(line)
        || (short && LEGAL.is_in(&line.text))
        || (line.size < 160 && (BREADCRUMB.is_in(&line.text) || AFTERMATH.is_in(&line.text)))
        || (line.is_links() && line.marks == 0 && line.size < 60)
}
