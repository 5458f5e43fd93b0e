//! The part of the text that hangs together, and what merely stands near it.
//!
//! The element worth most may hold more than the article: a column beside it, a picture show
//! above it, a box about the author below it. Most of the text is in one element further inside;
//! what is outside of that and parted from it by a link, a label or a heading of its own is no
//! part of the article.

use super::body::Body;
use super::cuts::CutRule;
use super::lines::Line;
use super::metadata_line::{is_byline, is_metadata, is_prose, is_surroundings};
use super::outline::{Outline, Shape};
use super::phrases::PROFILE;
use super::worth::Worth;

/// What share of the text the element inside must hold: six tenths.
const CORE: (i64, i64) = (6, 10);

/// What share of the text may stand apart on one side: more of it is text of its own. It may be
/// more where a label, a link or a heading parts it from the text.
const MOST_APART: (i64, i64) = (1, 6);
const MOST_PARTED: (i64, i64) = (4, 10);

/// What is little in any text: a caption and its credit.
const LITTLE: i64 = 400;

/// How far above its words a caption's element is looked for.
const CAPTION: usize = 3;

/// Cuts off what stands around the text and apart from it.
pub(super) fn cut(outline: &Outline<'_>, worth: &Worth, body: &mut Body) {
    let core = core(outline, worth, body);
    if core == body.element {
        return;
    }
    let range = outline.lines_of(core);
    let inside = |line: &usize| range.contains(line);
    let (Some(first), Some(last)) = (
        body.lines.iter().position(inside),
        body.lines.iter().rposition(inside),
    ) else {
        return;
    };
    let end = (last + 1..body.lines.len())
        .find(|&position| ends(outline, body, core, position))
        .unwrap_or(body.lines.len());
    let begin = (0..first)
        .rev()
        .find(|&position| begins_after(outline, body, position))
        .map_or(0, |position| position + 1);
    let total = worth.held(&body.lines);
    let is_little = |lines: Option<&[usize]>, most: (i64, i64)| {
        lines.map(|lines| worth.held(lines)).is_some_and(|held| {
            held * most.1 <= total * most.0 || (held <= LITTLE && held * 3 < total)
        })
    };
    let opening = body.lines.get(end).copied();
    let is_parted = opening.is_some_and(|index| is_parted(outline, index, core));
    let most = if is_parted { MOST_PARTED } else { MOST_APART };
    if is_little(body.lines.get(end..), most) {
        body.end_at(end, CutRule::Apart);
    }
    if is_little(body.lines.get(..begin), MOST_APART) {
        // the picture over a text is its own, and so is what it says
        let mut position = 0;
        body.retain(CutRule::Apart, |line| {
            position += 1;
            position > begin || is_caption(outline, line)
        });
    }
}

/// The innermost element that holds most of the text and more than one line of it.
fn core(outline: &Outline<'_>, worth: &Worth, body: &Body) -> usize {
    let held = |range: std::ops::Range<usize>| {
        let from = body.lines.partition_point(|&line| line < range.start);
        let to = body.lines.partition_point(|&line| line < range.end);
        let lines = body.lines.get(from..to).unwrap_or_default();
        let positive = lines.iter().map(|&line| worth.of(line).max(0));
        (
            positive.clone().sum::<i64>(),
            positive.filter(|worth| *worth > 0).count(),
        )
    };
    let (total, _) = held(outline.lines_of(body.element));
    let mut core = body.element;
    let mut index = core + 1;
    while let Some(node) = outline.nodes.get(index) {
        if index >= outline.nodes.get(core).map_or(0, |core| core.end) {
            break;
        }
        let (sum, lines) = held(node.lines.clone());
        if sum * CORE.1 >= total * CORE.0 && lines > 1 {
            core = index;
            index += 1;
        } else {
            index = node.end.max(index + 1);
        }
    }
    core
}

/// Whether the text ends before this line, which stands below its core.
fn ends(outline: &Outline<'_>, body: &Body, core: usize, position: usize) -> bool {
    let line_at = |position: usize| {
        let line = body.lines.get(position).copied()?;
        Some((line, outline.lines.get(line)?))
    };
    let Some((index, line)) = line_at(position) else {
        return false;
    };
    if is_sibling(outline, core, line.block) {
        return false;
    }
    let follows_gap = position
        .checked_sub(1)
        .and_then(line_at)
        .is_some_and(|(before, _)| before + 1 < index);
    follows_gap || is_parted(outline, index, core)
}

/// Whether a line itself says that something else begins.
fn is_parted(outline: &Outline<'_>, index: usize, core: usize) -> bool {
    let line = outline.lines.get(index);
    line.is_some_and(|line| parts(outline, line)) || heads_box(outline, index, core)
}

fn is_caption(outline: &Outline<'_>, line: usize) -> bool {
    let block = outline.lines.get(line).map_or(0, |line| line.block);
    std::iter::once(block)
        .chain(outline.ancestors(block))
        .take(CAPTION)
        .filter_map(|node| outline.nodes.get(node))
        .any(|node| node.name() == "figcaption")
}

/// Whether the text begins after this line, which stands above its core.
fn begins_after(outline: &Outline<'_>, body: &Body, position: usize) -> bool {
    let index = body.lines.get(position).copied();
    let Some(line) = index.and_then(|index| outline.lines.get(index)) else {
        return false;
    };
    let precedes_gap = body.lines.get(position + 1).copied() > index.map(|index| index + 1);
    precedes_gap || parts(outline, line)
}

/// Whether a line parts the text from something else.
fn parts(outline: &Outline<'_>, line: &Line) -> bool {
    // a table of facts is part of what it stands in
    let is_row = outline
        .nodes
        .get(line.block)
        .is_some_and(|node| node.shape == Shape::Row);
    let is_label =
        !is_row && !is_prose(line) && line.size <= 160 && (is_metadata(line) || is_byline(line));
    line.is_links()
        || is_surroundings(line)
        || is_label
        || (line.size <= 40 && PROFILE.is_in(&line.text))
}

/// Whether a short line opens an element outside the core that holds sentences.
fn heads_box(outline: &Outline<'_>, index: usize, core: usize) -> bool {
    let Some(line) = outline.lines.get(index) else {
        return false;
    };
    if line.size > 40 || line.marks > 0 {
        return false;
    }
    let around = std::iter::once(line.block).chain(outline.ancestors(line.block));
    around
        .take_while(|&node| !outline.within(node).any(|(inner, _)| inner == core))
        .map(|node| outline.lines_of(node))
        .take_while(|range| range.start == index)
        .any(|range| {
            let lines = outline.lines.get(range).unwrap_or_default();
            lines
                .iter()
                .skip(1)
                .any(|line| line.size >= 40 && line.marks > 0)
        })
}

/// Whether a block is in an element beside the core of the same name and class: one of the parts
/// in which a page builder lays out a text.
fn is_sibling(outline: &Outline<'_>, core: usize, block: usize) -> bool {
    let end_of = |node: usize| outline.nodes.get(node).map_or(node, |node| node.end);
    let holds = |node: usize, inner: usize| (node..end_of(node)).contains(&inner);
    let outermost = |inner: usize, other: usize| {
        std::iter::once(inner)
            .chain(outline.ancestors(inner))
            .take_while(|&node| !holds(node, other))
            .last()
    };
    let (Some(one), Some(other)) = (outermost(core, block), outermost(block, core)) else {
        return false;
    };
    let named = |node: usize| {
        let node = outline.nodes.get(node)?;
        Some((node.name(), node.attribute("class").unwrap_or_default()))
    };
    named(one) == named(other)
}
