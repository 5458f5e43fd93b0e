//! Single lines between the paragraphs that are no part of the text: links to other news,
//! invitations to subscribe, rules and repetitions.

use std::collections::HashSet;

use super::body::Body;
use super::cuts::CutRule;
use super::lines::{Line, is_item, key};
use super::outline::Outline;
use super::phrases::{AFTERMATH, INVITATION, POINTER, RULE};
use super::title::Title;

/// How many links make a line a list.
const LINKS: usize = 3;

/// How many lines a picture show has for one picture, at most.
const SHOW: usize = 12;

/// How many of them repeat others, at least.
const COPIES: usize = 3;

/// Takes them off.
pub(super) fn cut(outline: &Outline<'_>, title: Option<&Title>, body: &mut Body) {
    let headline = title.map(|title| key(&title.text));
    let again = shown_again(outline, &body.lines);
    body.retain(CutRule::Repetition, |index| {
        let line = outline.lines.get(index);
        let is_headline = line.is_some_and(|line| {
            (16..240).contains(&line.size) && headline.as_deref() == Some(&key(&line.text))
        });
        !is_headline && !again.contains(&index)
    });
    let next: Vec<Option<usize>> = body.lines.iter().skip(1).copied().map(Some).collect();
    let mut next = next.into_iter().chain([None]);
    let mut in_list = false;
    body.retain(CutRule::Pointer, |index| {
        let next = next.next().flatten();
        let Some(line) = outline.lines.get(index) else {
            return false;
        };
        // the links below a heading such as 相关阅读 go with it
        in_list = (in_list && is_item(line) && line.heading == 0)
            || heads_list(outline, line, next.filter(|&next| next == index + 1));
        !in_list && !points(outline, line)
    });
    let line_at = |index: usize| outline.lines.get(index);
    body.retain(CutRule::Invitation, |index| {
        line_at(index).is_none_or(|line| line.size >= 300 || !INVITATION.is_in(&line.text))
    });
    body.retain(CutRule::Ruling, |index| {
        line_at(index).is_none_or(|line| line.size >= 120 || !RULE.is_in(&line.text))
    });
}

/// Whether a short heading of related matter stands over a link to it, or over what was dropped.
fn heads_list(outline: &Outline<'_>, line: &Line, next: Option<usize>) -> bool {
    let over_links = || {
        next.and_then(|next| outline.lines.get(next))
            .is_none_or(|next| is_item(next) && next.heading == 0)
    };
    line.size <= 40 && AFTERMATH.is_in(&line.text) && over_links()
}

/// Whether a line leads to another article.
fn points(outline: &Outline<'_>, line: &Line) -> bool {
    (line.size < 240 && POINTER.is_in(&line.text))
        || (line.size < 240 && line.is_links() && AFTERMATH.is_in(&line.text))
        || is_list_in_line(outline, line)
}

/// Several headlines side by side.
fn is_list_in_line(outline: &Outline<'_>, line: &Line) -> bool {
    if !line.is_links() {
        return false;
    }
    let links = outline
        .nodes
        .get(line.nodes.start.saturating_sub(1)..line.nodes.end)
        .unwrap_or_default()
        .iter()
        .filter(|node| node.name() == "a" && node.attribute("href").is_some())
        .count();
    // a sentence may be linked in many places, yet has words of its own between them
    links >= LINKS && line.link_size >= links * 16 && line.link_size * 4 >= line.size * 3
}

/// The repetitions of a picture show: it holds each caption and each credit for several sizes of
/// screen, close together. An author who repeats a sentence repeats nothing else beside it.
fn shown_again(outline: &Outline<'_>, lines: &[usize]) -> HashSet<usize> {
    let text = |index: usize| {
        let line = outline.lines.get(index)?;
        (line.size >= 16).then_some(line.text.as_str())
    };
    let mut again = HashSet::new();
    let mut all = HashSet::new();
    let texts = lines.iter().filter_map(|&index| text(index));
    if texts.filter(|text| !all.insert(*text)).count() < COPIES {
        return again;
    }
    let mut begin = 0;
    while begin < lines.len() {
        let show = lines
            .get(begin..lines.len().min(begin + SHOW))
            .unwrap_or_default();
        let mut seen = HashSet::new();
        let mut repeated = HashSet::new();
        let mut copies = Vec::new();
        for (position, &index) in show.iter().enumerate() {
            if let Some(text) = text(index)
                && !seen.insert(text)
            {
                repeated.insert(text);
                copies.push((position, index));
            }
        }
        let span = copies.last().map_or(0, |(position, _)| *position);
        if copies.len() >= COPIES && repeated.len() >= 2 && copies.len() * 2 >= span {
            begin += span;
            again.extend(copies.into_iter().map(|(_, index)| index));
        }
        begin += 1;
    }
    again
}
