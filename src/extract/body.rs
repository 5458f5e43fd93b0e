//! Which lines are the article.
//!
//! Every line is worth something: sentences much, link lists and tools less than nothing. The
//! article is the element whose lines are worth most together. That one rule holds for paragraphs
//! in `<p>`, in sibling `<div>`s, parted by `<br>` or laid out in nested tables alike, since lines
//! know nothing of how they were made.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::boxes;
use super::cuts::{Cut, CutRule};
use super::lines::Line;
use super::metadata_line::{introduces, is_surroundings, is_tool, names_or_counts};
use super::outline::{Outline, Shape};
use super::phrases::{ADDRESS, AFTERMATH, NOTICE};
use super::stream;
use super::worth::Worth;

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
    /// What was taken off it, and by which rule.
    pub(super) cuts: Vec<Cut>,
}

/// Finds the article's lines.
pub(super) fn find(outline: &Outline<'_>, worth: &Worth) -> Body {
    let Some(element) = best_element(outline, worth) else {
        return Body::default();
    };
    let body = within(outline, worth, element);
    match stream::first(outline, worth, &body) {
        Some(entry) => Body {
            headline: Some(outline.lines_of(entry).start),
            ..within(outline, worth, entry)
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
    body.retain(CutRule::Beside, |line| {
        !refused.iter().any(|range| range.contains(&line))
    });
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
    let boxed = boxes::take(outline, worth, &mut body);
    body.lines = range.filter(|line| !boxed.contains(*line)).collect();
    trim(outline, worth, &mut body);
    body
}

/// The element whose lines are worth most; of equals the innermost.
fn best_element(outline: &Outline<'_>, worth: &Worth) -> Option<usize> {
    // an inner element follows its ancestors, so equals go to the innermost
    weighed(outline, worth)
        .max_by_key(|(sum, _)| *sum)
        .filter(|(sum, _)| *sum > 0)
        .map(|(_, element)| element)
}

/// Every element that may hold an article, in page order, with what its lines are worth.
fn weighed(outline: &Outline<'_>, worth: &Worth) -> impl Iterator<Item = (i64, usize)> {
    outline
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| {
            let holds_lines = matches!(
                node.shape,
                Shape::Block | Shape::Cell | Shape::LayoutRow | Shape::Preformatted
            );
            holds_lines && !node.lines.is_empty()
        })
        .map(|(index, node)| (worth.sum(&node.lines), index))
}

/// The elements worth most outside some that were refused, most first, each with its worth; of
/// elements with the same lines the innermost.
pub(super) fn rivals(outline: &Outline<'_>, refused: &[usize]) -> Vec<(i64, usize)> {
    let mut all: Vec<_> = weighed(outline, &Worth::without(outline, refused))
        .filter(|(sum, _)| *sum > 0)
        .collect();
    all.reverse();
    let mut seen = HashSet::new();
    all.retain(|(_, element)| seen.insert(outline.lines_of(*element)));
    all.sort_by_key(|(sum, _)| Reverse(*sum));
    all
}

/// Takes off what stands before the first and after the last line of the text itself.
fn trim(outline: &Outline<'_>, worth: &Worth, body: &mut Body) {
    let lines = &body.lines;
    let line_at = |index: usize| outline.lines.get(index);
    // a heading of related matter ends the article where little of worth follows
    let mut rest: i64 = lines.iter().map(|&line| worth.of(line).max(0)).sum();
    let total = rest.max(1);
    let mut end = None;
    for (position, &index) in lines.iter().enumerate() {
        let Some(line) = line_at(index) else { continue };
        rest -= worth.of(index).max(0);
        let opens_aftermath =
            line.size < 160 && AFTERMATH.is_in(&line.text) && !introduces(line, line_at(index + 1));
        let opens_notice = line.size < 160 && NOTICE.is_in(&line.text) && rest * 2 < total;
        let counts =
            line.size < 100 && line.marks == 0 && rest * 12 < total && names_or_counts(line);
        let by = if opens_notice {
            CutRule::Notice
        } else if counts {
            CutRule::Described
        } else if opens_aftermath && rest * 3 < total {
            CutRule::Aftermath
        } else {
            continue;
        };
        if position > 0 {
            end = Some((position, by));
            break;
        }
    }
    if let Some((end, by)) = end {
        body.end_at(end, by);
    }
    if let Some(end) = remnant(worth, &body.lines, total) {
        body.end_at(end, CutRule::Remnant);
    }
    trim_end(outline, body);
    let is_text = |&line: &usize| line_at(line).is_some_and(|line| !is_surroundings(line));
    let first = body
        .lines
        .iter()
        .position(is_text)
        .unwrap_or(body.lines.len());
    body.begin_at(first, CutRule::Surroundings);
    body.retain(CutRule::Tool, |line| {
        line_at(line).is_some_and(|line| !is_tool(line))
    });
}

/// Takes off the last lines that belong to the page.
pub(super) fn trim_end(outline: &Outline<'_>, body: &mut Body) {
    let line_at = |position: usize| outline.lines.get(*body.lines.get(position)?);
    let is_left = |position: usize| {
        // an address below a sentence is the writer's; below a label it is the text's
        let above = position.checked_sub(1).and_then(line_at);
        let signs = above.is_some_and(|above| above.size >= 60 || is_address(above));
        line_at(position).is_none_or(|line| is_surroundings(line) || (signs && is_address(line)))
    };
    let end = (0..body.lines.len())
        .rfind(|&position| !is_left(position))
        .map_or(0, |last| last + 1);
    body.end_at(end, CutRule::Surroundings);
}

fn is_address(line: &Line) -> bool {
    line.size < 80 && ADDRESS.is_in(&line.text)
}

/// What little stands after the last dropped element belongs to it: the labels of a form, the
/// words under a button. Gives where it begins.
fn remnant(worth: &Worth, lines: &[usize], total: i64) -> Option<usize> {
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
    cut
}

impl Body {
    /// Ends the text before the line at `position` of it.
    pub(super) fn end_at(&mut self, position: usize, by: CutRule) {
        if position < self.lines.len() {
            let lines = self.lines.split_off(position);
            self.cuts.push(Cut { by, lines });
        }
    }

    /// Begins the text with the line at `position` of it.
    pub(super) fn begin_at(&mut self, position: usize, by: CutRule) {
        if position > 0 {
            let lines = self.lines.drain(..position.min(self.lines.len())).collect();
            self.cuts.push(Cut { by, lines });
        }
    }

    /// Takes off the lines that `keep` does not keep.
    pub(super) fn retain(&mut self, by: CutRule, mut keep: impl FnMut(usize) -> bool) {
        let mut lines = Vec::new();
        self.lines.retain(|&line| {
            let kept = keep(line);
            if !kept {
                lines.push(line);
            }
            kept
        });
        if !lines.is_empty() {
            self.cuts.push(Cut { by, lines });
        }
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
