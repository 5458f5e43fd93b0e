//! Which lines are the article.
//!
//! Every line is worth something: sentences much, link lists and tools less than nothing. The
//! article is the element whose lines are worth most together. That one rule holds for paragraphs
//! in `<p>`, in sibling `<div>`s, parted by `<br>` or laid out in nested tables alike, since lines
//! know nothing of how they were made.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

use super::cuts::{Cut, CutRule};
use super::hints::Hint;
use super::lines::Line;
use super::metadata_line::{is_surroundings, is_tool, names_or_counts};
use super::outline::{Outline, Shape};
use super::phrases::{AFTERMATH, BREADCRUMB, COOKIES, LEGAL, NOTICE};

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
    /// What its lines are worth: how sure it is that this is an article.
    pub(super) worth: i64,
    /// What was taken off it, and by which rule.
    pub(super) cuts: Vec<Cut>,
}

/// What each line is worth.
pub(super) struct Worth {
    lines: Vec<i64>,
    sums: Vec<i64>,
}

impl Worth {
    /// Weighs all lines of a page.
    pub(super) fn weigh(outline: &Outline<'_>) -> Self {
        Self::without(outline, &[])
    }

    /// Weighs all lines but those of some elements, which are worth nothing.
    fn without(outline: &Outline<'_>, refused: &[usize]) -> Self {
        let mut lines: Vec<i64> = outline.lines.iter().map(worth_of).collect();
        for &element in refused {
            let range = outline.lines_of(element);
            for worth in lines.iter_mut().take(range.end).skip(range.start) {
                *worth = (*worth).min(-2);
            }
        }
        let total: i64 = lines.iter().filter(|worth| **worth > 0).sum();
        // names that cover most of what can be read are not noise, whatever they say
        let noise = noise_elements(outline);
        for &element in &noise {
            let range = outline.lines_of(element);
            let held: i64 = lines
                .iter()
                .take(range.end)
                .skip(range.start)
                .filter(|worth| **worth > 0)
                .sum();
            if held * 5 > total * 2 {
                continue;
            }
            for worth in lines.iter_mut().take(range.end).skip(range.start) {
                *worth = (*worth).min(0);
            }
        }
        let mut sums = Vec::with_capacity(lines.len() + 1);
        let mut sum = 0;
        sums.push(0);
        for worth in &lines {
            sum += worth;
            sums.push(sum);
        }
        Self { lines, sums }
    }

    /// What one line is worth.
    pub(super) fn of(&self, line: usize) -> i64 {
        self.lines.get(line).copied().unwrap_or(0)
    }

    /// What a range of lines is worth together.
    pub(super) fn sum(&self, range: &Range<usize>) -> i64 {
        let at = |index: usize| self.sums.get(index).copied().unwrap_or(0);
        at(range.end) - at(range.start)
    }
}

/// Outermost elements whose names hint at noise.
fn noise_elements(outline: &Outline<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut skip_to = 0;
    for (index, node) in outline.nodes.iter().enumerate() {
        if index >= skip_to && node.hint == Hint::Noise && !node.lines.is_empty() {
            found.push(index);
            // what is inside a large one is judged by its own names
            if node.lines.len() * 3 < outline.lines.len() {
                skip_to = node.end;
            }
        }
    }
    found
}

fn worth_of(line: &Line) -> i64 {
    let size = i64::try_from(line.size).unwrap_or(i64::MAX / 4);
    let own = size - i64::try_from(line.link_size).unwrap_or(0);
    let marks = i64::try_from(line.marks).unwrap_or(0);
    if line.is_links() {
        return -5 - size.min(40) / 4;
    }
    if size < 2000 && line.text.contains("ookie") && COOKIES.is_in(&line.text) {
        return -60;
    }
    if size < 400 && LEGAL.is_in(&line.text) {
        return -size.min(60);
    }
    if size < 160 && (BREADCRUMB.is_in(&line.text) || AFTERMATH.is_in(&line.text)) {
        return -15;
    }
    if marks > 0 && size >= 24 {
        return own;
    }
    if size >= 60 {
        return own / 2;
    }
    if marks > 0 && size >= 10 {
        return own / 4;
    }
    -2
}

/// Finds the article's lines.
pub(super) fn find(outline: &Outline<'_>) -> Body {
    let worth = Worth::weigh(outline);
    let Some(element) = best_element(outline, &worth) else {
        return Body::default();
    };
    within(outline, &worth, element)
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
    let dropped_lines = drop_elements(outline, worth, &mut body);
    body.lines = range
        .filter(|line| !dropped_lines.contains_line(*line))
        .collect();
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

/// Sorted ranges of lines that were dropped.
#[derive(Default)]
struct LineSet(Vec<Range<usize>>);

impl LineSet {
    fn contains_line(&self, line: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= line);
        after
            .checked_sub(1)
            .and_then(|index| self.0.get(index))
            .is_some_and(|range| range.contains(&line))
    }
}

/// Elements inside the body that are no part of it: share bars, link lists, notices.
fn drop_elements(outline: &Outline<'_>, worth: &Worth, body: &mut Body) -> LineSet {
    let element = body.element;
    let total = worth.sum(&outline.lines_of(element)).max(1);
    let mut ranges = LineSet::default();
    let mut skip_to = element + 1;
    for (index, node) in outline.within(element) {
        if index < skip_to || !matches!(node.shape, Shape::Block | Shape::Cell | Shape::LayoutRow) {
            continue;
        }
        if node.lines.is_empty() {
            continue;
        }
        let sum = worth.sum(&node.lines);
        let lines = || {
            outline
                .lines
                .iter()
                .take(node.lines.end)
                .skip(node.lines.start)
        };
        let by_name = node.hint == Hint::Noise && sum * 3 < total;
        let size: usize = lines().map(|line| line.size).sum();
        let links: usize = lines().map(|line| line.link_size).sum();
        let by_links = links * 3 > size * 2 && node.lines.len() > 1 && sum < 0;
        if by_name || by_links {
            body.dropped.push(index);
            body.cuts.push(Cut {
                by: if by_name {
                    CutRule::NoiseName
                } else {
                    CutRule::LinkList
                },
                lines: node.lines.clone().collect(),
            });
            ranges.0.push(node.lines.clone());
            skip_to = node.end;
        }
    }
    ranges
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
        let opens_aftermath = line.size < 160 && AFTERMATH.is_in(&line.text);
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
    let is_text = |&line: &usize| line_at(line).is_some_and(|line| !is_surroundings(line));
    let end = body
        .lines
        .iter()
        .rposition(is_text)
        .map_or(0, |last| last + 1);
    body.end_at(end, CutRule::Surroundings);
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
