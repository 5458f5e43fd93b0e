//! What precedes an article inside the element that holds it: its headline, the metadata line, a
//! byline, and whatever stands above them.

use std::ops::Range;

use super::body::Body;
use super::cuts::CutRule;
use super::lines::{Line, key};
use super::metadata_line::{
    is_byline, is_metadata, is_prose, is_surroundings, is_tool, names_or_counts,
};
use super::outline::{Outline, Shape};
use super::phrases::PROFILE;
use super::title::Title;

/// How many lines make a text that is little to go by.
const FEW: usize = 2;

/// Begins the text after its headline and metadata line: a container often holds more than the text.
pub(super) fn cut(outline: &Outline<'_>, title: Option<&Title>, body: &mut Body) {
    let line_at = |index: usize| outline.lines.get(index);
    let shown = title
        .map(|title| title.lines.as_slice())
        .unwrap_or_default();
    body.lead = shown.last().map(|&last| {
        let following = outline.lines.iter().enumerate().skip(last + 1).take(6);
        following
            .take_while(|(_, line)| {
                (is_metadata(line) && !heads_table(outline, line)) || is_tool(line)
            })
            .map(|(index, _)| index)
            .last()
            .unwrap_or(last)
    });
    if let Some(&last) = shown.last() {
        let total: usize = body.size(outline);
        let after = body.lines.partition_point(|&line| line <= last);
        let rest: usize = body
            .lines
            .iter()
            .skip(after)
            .filter_map(|&line| line_at(line))
            .map(|line| line.size)
            .sum();
        if rest * 4 > total {
            body.begin_at(after, CutRule::AboveText);
        }
    }
    let title_key = title.map(|title| key(&title.text)).unwrap_or_default();
    let first = body.lines.first().copied().unwrap_or(0);
    let above = shown.last().map_or(first, |&last| last + 1)..first;
    let known = outline
        .lines
        .get(above)
        .is_some_and(|lines| lines.iter().any(is_metadata));
    let describes = |line: &Line| names_or_counts(line) || (!known && is_metadata(line));
    let mut leads = 0;
    for (position, line) in body.lines.iter().take(12).enumerate() {
        let Some(line) = line_at(*line) else { continue };
        let is_title = line.size < 240 && key(&line.text) == title_key;
        let is_label = !is_prose(line) && (describes(line) || is_byline(line));
        let is_lead = is_title || is_label || is_surroundings(line);
        if is_lead {
            leads = position + 1;
        } else if line.size > 60 || line.marks > 1 {
            break;
        }
    }
    body.begin_at(leads, CutRule::AboveText);
    // a byline may stand below a picture with a caption
    let mut position = 0;
    body.retain(CutRule::Byline, |line| {
        position += 1;
        position > 6 || line_at(line).is_none_or(|line| is_prose(line) || !is_byline(line))
    });
}

/// Takes in what little stands around a text of a line or two: a table above its note, the
/// pictures below its only sentence. Such lines are worth nothing by themselves.
pub(super) fn reach(outline: &Outline<'_>, body: &mut Body) {
    let (Some(&first), Some(&last)) = (body.lines.first(), body.lines.last()) else {
        return;
    };
    if body.lines.len() > FEW {
        return;
    }
    let begin = body.lead.map_or(first, |lead| (lead + 1).min(first));
    let is_own = |line: usize| {
        outline.lines.get(line).is_some_and(|line| {
            let is_heading = line.size <= 40 && PROFILE.is_in(&line.text);
            let is_label = is_metadata(line) && !heads_table(outline, line);
            let is_other = line.is_links() || is_surroundings(line) || is_label || is_heading;
            line.noise.is_none() && !is_other
        })
    };
    let begin = if (begin..first).all(is_own) {
        begin
    } else {
        first
    };
    let holds = |range: &Range<usize>| range.start <= begin && last < range.end;
    let mut around = std::iter::once(body.element).chain(outline.ancestors(body.element));
    let Some(mut element) = around.find(|&node| holds(&outline.lines_of(node))) else {
        return;
    };
    // pictures without a word beside them are in an element that holds nothing else
    let range = outline.lines_of(element);
    for node in outline.ancestors(element) {
        let is_page = outline
            .nodes
            .get(node)
            .is_none_or(|node| node.name() == "body");
        if is_page || outline.lines_of(node) != range {
            break;
        }
        element = node;
    }
    let below = last + 1..range.end.max(last + 1);
    let end = below.clone().find(|&line| !is_own(line));
    let below = last + 1..end.unwrap_or(below.end);
    body.lines.extend(below);
    body.lines.splice(..0, begin..first);
    body.element = element;
}

/// Whether a line is a table's row of words alone: metadata has a number or a mark in it.
fn heads_table(outline: &Outline<'_>, line: &Line) -> bool {
    let is_row = outline
        .nodes
        .get(line.block)
        .is_some_and(|node| node.shape == Shape::Row);
    let is_mark = |letter: char| letter.is_ascii_digit() || matches!(letter, ':' | '：');
    is_row && !line.text.contains(is_mark)
}
