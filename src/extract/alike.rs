//! Blocks that are made alike, one below the other: readers' comments, teasers of other news.
//!
//! Together they may say more than a short article does. They are told by their shape: each is a
//! name or a link, a date, and a short paragraph. Where a headline, metadata and sentences stand
//! above them they are not what the page is about; without those they may be all it has.

use std::collections::HashSet;
use std::ops::Range;

use super::boxes::site_of;
use super::lines::Line;
use super::metadata_line::{ends_in_date, first_date, is_metadata};
use super::outline::{Outline, Shape};
use super::phrases::Phrase;

/// How many blocks make a run.
const RUN: usize = 3;

/// How many lines may stand above a block's paragraph.
const ABOVE: usize = 4;

/// How much a block may say.
const LARGEST: usize = 600;

/// How much must be said between metadata and a run.
const SAID: usize = 40;

/// How many lines above a run are looked at.
const FARTHEST: usize = 1000;

/// How much must be said above a run where nothing describes the text.
const SAID_ALONE: usize = 400;

/// The lines of runs below an article's text, in page order.
pub(super) fn below_text(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for range in runs(outline) {
        let is_inside = found.last().is_some_and(|last| range.start < last.end);
        if !is_inside && follows_text(outline, &found, range.start) {
            found.push(range);
        }
    }
    found
}

/// All runs, outer ones first.
fn runs(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (index, node) in outline.nodes.iter().enumerate() {
        if node.lines.len() < RUN * 2 {
            continue;
        }
        let mut run: Vec<usize> = Vec::new();
        for child in children(outline, index) {
            let is_like = run
                .last()
                .is_none_or(|&last| kind(outline, last) == kind(outline, child));
            if is_like && is_block(outline, child) {
                run.push(child);
                continue;
            }
            found.extend(lines_of_run(outline, &run));
            run.clear();
            if is_block(outline, child) {
                run.push(child);
            }
        }
        found.extend(lines_of_run(outline, &run));
    }
    found
}

fn lines_of_run(outline: &Outline<'_>, run: &[usize]) -> Option<Range<usize>> {
    let (first, last) = (run.first()?, run.last()?);
    (run.len() >= RUN && (is_dated(outline, run) || is_linked(outline, run)))
        .then(|| outline.lines_of(*first).start..outline.lines_of(*last).end)
}

/// The children of an element that hold lines.
fn children<'here>(
    outline: &'here Outline<'_>,
    element: usize,
) -> impl Iterator<Item = usize> + 'here {
    let end = outline.nodes.get(element).map_or(element, |node| node.end);
    let next = move |node: usize| outline.nodes.get(node).map_or(end, |node| node.end);
    std::iter::successors(Some(element + 1), move |&node| Some(next(node)))
        .take_while(move |&node| node < end)
        .filter(|&node| !outline.lines_of(node).is_empty())
}

/// An element's name and the first of its classes; the others may say odd and even.
fn kind<'page>(outline: &Outline<'page>, node: usize) -> Option<(&'page str, &'page str)> {
    let node = outline.nodes.get(node)?;
    let class = node.attribute("class").unwrap_or_default();
    Some((
        node.name(),
        class.split_whitespace().next().unwrap_or_default(),
    ))
}

fn is_said(line: &Line) -> bool {
    line.size >= 24 && line.marks > 0 && !line.is_links()
}

fn lines<'here>(outline: &'here Outline<'_>, node: usize) -> &'here [Line] {
    outline
        .lines
        .get(outline.lines_of(node))
        .unwrap_or_default()
}

/// The short lines above a block's paragraph.
fn above<'here>(outline: &'here Outline<'_>, node: usize) -> &'here [Line] {
    let lines = lines(outline, node);
    let end = lines.iter().position(is_said).unwrap_or(0);
    lines.get(..end).unwrap_or_default()
}

/// Whether a block is a few short lines and a paragraph, no more.
fn is_block(outline: &Outline<'_>, node: usize) -> bool {
    let holds_lines = outline
        .nodes
        .get(node)
        .is_some_and(|node| node.shape == Shape::Block);
    let lines = lines(outline, node);
    if !holds_lines || lines.len() < 2 || lines.len() > ABOVE * 3 {
        return false;
    }
    let above = above(outline, node);
    (1..=ABOVE).contains(&above.len())
        && above.iter().all(|line| line.size <= 60 || line.is_links())
        && lines.iter().filter(|line| is_said(line)).count() <= 2
        && lines.iter().map(|line| line.size).sum::<usize>() <= LARGEST
}

/// Whether each block tells who wrote it and when.
fn is_dated(outline: &Outline<'_>, run: &[usize]) -> bool {
    static CLOCK: Phrase = Phrase::new(|| regex::Regex::new(r"\d{1,2}:\d{2}").ok());
    run.iter().all(|&node| {
        let above = above(outline, node);
        let when = |line: &Line| first_date(&line.text).is_some() || ends_in_date(&line.text);
        // a chronicle has dates too, but neither names nor times of day
        above
            .iter()
            .any(|line| when(line) && (line.link_size > 0 || CLOCK.is_in(&line.text)))
            || (above.iter().any(when) && above.iter().any(Line::is_links))
    })
}

/// Whether each block leads to a page of the same site.
fn is_linked(outline: &Outline<'_>, run: &[usize]) -> bool {
    let leads = |&node: &usize| above(outline, node).iter().any(Line::is_links);
    let sites: HashSet<&str> = run
        .iter()
        .flat_map(|&node| outline.within(node))
        .filter(|(_, inner)| inner.name() == "a")
        .filter_map(|(_, inner)| site_of(inner.attribute("href")?))
        .collect();
    run.iter().all(leads) && sites.len() <= 1
}

/// Whether a text stands above a line: sentences below metadata, or many of them.
fn follows_text(outline: &Outline<'_>, runs: &[Range<usize>], start: usize) -> bool {
    let mut said = 0;
    let above = outline.lines.iter().enumerate().take(start).rev();
    let above = above.take(FARTHEST);
    for (index, line) in above {
        if runs.iter().any(|run| run.contains(&index)) {
            continue;
        }
        if is_said(line) && !is_metadata(line) {
            said += line.size;
            continue;
        }
        let describes = said >= SAID && !line.is_links() && is_metadata(line);
        if describes || (said >= SAID_ALONE && line.heading == 1) {
            return true;
        }
    }
    false
}
