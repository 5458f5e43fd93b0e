//! A page that shows several articles in full, one below the other: a month of a blog. The first
//! of them is what the page is about today.

use super::body::Body;
use super::candidate::{Candidate, Rule, Spot};
use super::lines::{Line, plain};
use super::metadata_line::{first_date, is_byline, is_mostly_date};
use super::outline::{Outline, Shape};
use super::title::Title;
use super::worth::Worth;

/// How many entries make a stream.
const ENTRIES: usize = 3;

/// How many lines may stand above an entry's date, itself included.
const ABOVE_DATE: usize = 3;

/// The headline over an entry, without the date that may stand beside it.
pub(super) fn headline(outline: &Outline<'_>, line: usize) -> Option<Candidate<Title>> {
    let said = &outline.lines.get(line)?.text;
    let end = first_date(said).unwrap_or(said.len());
    let text = plain(said.get(..end)?);
    if text.is_empty() {
        return None;
    }
    let title = Title {
        text,
        lines: vec![line],
        is_sure: true,
    };
    let rule = Rule::Named("first of several");
    Some(Candidate::new(
        rule,
        Spot::Line(None, line),
        plain(said),
        Ok(title),
    ))
}

/// The first entry's element, where the body is a stream of entries.
pub(super) fn first(outline: &Outline<'_>, worth: &Worth, body: &Body) -> Option<usize> {
    let total = worth.sum(&outline.lines_of(body.element));
    let mut element = body.element;
    // the entries lie side by side in the innermost element that holds them all
    while let Some(inner) = children(outline, element)
        .find(|&child| worth.sum(&outline.lines_of(child)) * 10 >= total * 9)
    {
        element = inner;
    }
    let entries: Vec<usize> = children(outline, element)
        .filter(|&child| is_entry(outline, child))
        .collect();
    let (&first, second) = (entries.first()?, entries.get(1)?);
    let named = |node: usize| {
        let node = outline.nodes.get(node)?;
        Some((node.name(), node.attribute("class")))
    };
    let alike: Vec<usize> = entries
        .iter()
        .copied()
        .filter(|&entry| named(entry) == named(*second))
        .collect();
    let held: i64 = alike
        .iter()
        .map(|&entry| worth.sum(&outline.lines_of(entry)))
        .sum();
    // excerpts have one paragraph each, and lead to what they are excerpts of
    let paragraphs: usize = alike
        .iter()
        .map(|&entry| outline.lines_of(entry))
        .filter_map(|range| outline.lines.get(range))
        .map(|lines| lines.iter().filter(|line| is_paragraph(line)).count())
        .sum();
    let is_stream = alike.len() >= ENTRIES
        && alike.first() == Some(&first)
        && held * 10 >= total * 8
        && paragraphs * 2 >= alike.len() * 3;
    is_stream.then_some(first)
}

fn is_paragraph(line: &Line) -> bool {
    line.size >= 40 && line.marks > 0 && !line.is_links()
}

fn children(outline: &Outline<'_>, element: usize) -> impl Iterator<Item = usize> {
    let end = outline.nodes.get(element).map_or(element, |node| node.end);
    let next = move |node: usize| outline.nodes.get(node).map_or(end, |node| node.end);
    std::iter::successors(Some(element + 1), move |&node| Some(next(node)))
        .take_while(move |&node| node < end)
}

/// Whether an element begins with a headline and a date right below or beside it.
fn is_entry(outline: &Outline<'_>, element: usize) -> bool {
    let Some(node) = outline.nodes.get(element) else {
        return false;
    };
    if !matches!(node.shape, Shape::Block | Shape::Cell | Shape::LayoutRow) {
        return false;
    }
    let lines = outline.lines.get(node.lines.clone()).unwrap_or_default();
    let [headline, following @ ..] = lines else {
        return false;
    };
    let dated_at = first_date(&headline.text);
    if dated_at == Some(0) || headline.size > 160 {
        return false;
    }
    let is_date = |line: &Line| line.size <= 80 && (is_mostly_date(&line.text) || is_byline(line));
    let is_headed = headline.heading > 0 || headline.is_links();
    // the date may end the headline's own line, the time of day with it
    let ends_dated = dated_at.is_some_and(|at| {
        let date = headline.text.get(at..).unwrap_or_default().trim_end();
        date.len() <= "2005-06-14 03:25:55".len()
    });
    ends_dated || (is_headed && following.iter().take(ABOVE_DATE - 1).any(is_date))
}
