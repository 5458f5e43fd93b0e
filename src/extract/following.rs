//! What follows an article inside the element that holds it: readers' comments, the next article
//! of an endless page, who its author is, what the company says of itself.
//!
//! None of it need be shorter than the article, so it is known by its shape, not by its size.

use super::body::Body;
use super::cuts::CutRule;
use super::lines::{Line, is_item};
use super::metadata_line;
use super::outline::Outline;
use super::phrases::{COMMENTS, PROFILE, REPLY};
use super::title::Title;
use super::worth::Worth;

/// How many lines may follow the name over what is said of the author.
const MOST_ABOUT: usize = 12;

/// How many may follow where the name's line announces them.
const MOST_ANNOUNCED: usize = 4;

/// How far above its text an article's own element is looked for.
const NESTED: usize = 100;

/// Ends the text where something else begins.
pub(super) fn cut(outline: &Outline<'_>, worth: &Worth, title: Option<&Title>, body: &mut Body) {
    let is_prose = |line: &Line| line.size >= 40 && line.marks > 0 && !line.is_links();
    let first_prose = body
        .lines
        .iter()
        .position(|&index| outline.lines.get(index).is_some_and(is_prose));
    let Some(first_prose) = first_prose else {
        return;
    };
    let opening = body.lines.get(first_prose).copied();
    let replies = opening.and_then(|opening| replies(outline, body, opening));
    let signed = body.lines.first().and_then(|&first| {
        let headline = *title?.lines.last()?;
        outline.lines.get(headline + 1..first)
    });
    // what is said of the author is little, or a paragraph under a heading that announces it
    let total = worth.held(&body.lines);
    let may_be_about = |position: usize, index: usize| {
        let rest = body.lines.get(position..).unwrap_or_default();
        let line = outline.lines.get(index);
        let says_so = line.is_some_and(|line| announced(line.text.trim()).is_some());
        let is_little = rest.len() <= MOST_ABOUT && worth.held(rest) * 6 <= total;
        is_little || (says_so && rest.len() <= MOST_ANNOUNCED)
    };
    let opens = |position: usize, index: usize| {
        if is_comments(outline, index) {
            return Some(CutRule::Comments);
        }
        if replies.is_some_and(|replies| index >= replies) {
            return Some(CutRule::Replies);
        }
        if may_be_about(position, index)
            && signed.is_some_and(|signed| is_about(outline, signed, index))
        {
            return Some(CutRule::AboutAuthor);
        }
        let title = title?;
        if is_next(outline, title, index) {
            Some(CutRule::NextArticle)
        } else if is_profile(outline, title, opening.unwrap_or(index), index) {
            Some(CutRule::Profile)
        } else {
            None
        }
    };
    let end = body
        .lines
        .iter()
        .enumerate()
        .skip(first_prose + 1)
        .find_map(|(position, &index)| Some((position, opens(position, index)?)));
    if let Some((mut end, by)) = end {
        let leads_over = |position: usize| {
            let line = body.lines.get(position).copied();
            line.and_then(|line| outline.lines.get(line))
                .is_some_and(is_lead_over)
        };
        while end > first_prose + 1 && leads_over(end - 1) {
            end -= 1;
        }
        body.end_at(end, by);
    }
}

fn is_comments(outline: &Outline<'_>, index: usize) -> bool {
    outline
        .lines
        .get(index)
        .is_some_and(|line| line.size < 160 && COMMENTS.is_in(&line.text))
}

/// Whether a line opens what is said of the author: it is a name that a line below the headline
/// prints, or `About` and that name.
fn is_about(outline: &Outline<'_>, signed: &[Line], index: usize) -> bool {
    let Some(line) = outline.lines.get(index) else {
        return false;
    };
    let text = line.text.trim();
    let name = announced(text).unwrap_or(text);
    let is_name = line.marks == 0
        && (4..=40).contains(&line.size)
        && name.split(' ').count() <= 4
        && name
            .chars()
            .all(|letter| letter.is_alphabetic() || " .'’-·".contains(letter));
    is_name
        && signed.iter().any(|line| {
            line.size <= 160 && line.marks <= 3 && names(&line.text).any(|one| one == name)
        })
}

/// Whom a heading announces.
fn announced(text: &str) -> Option<&str> {
    let labels = ["About ", "By ", "关于"];
    labels.iter().find_map(|label| text.strip_prefix(label))
}

/// What a line may name: its parts between signs, without `By`.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '|', '·', '•', '/', '，', '\u{3000}', ':', '：'])
        .map(|part| {
            let part = part.trim();
            ["By ", "by "]
                .iter()
                .find_map(|label| part.strip_prefix(label))
                .unwrap_or(part)
        })
}

/// The line where posts begin that readers may answer one by one, after the first.
fn replies(outline: &Outline<'_>, body: &Body, opening: usize) -> Option<usize> {
    let is_reply = |index: &usize| {
        let line = outline.lines.get(*index);
        line.is_some_and(|line| line.size < 40 && REPLY.is_in(&line.text))
    };
    let mut found = outline.lines_of(body.element).filter(is_reply);
    let (first, last) = (found.next()?, found.next_back()?);
    let block = outline.lines.get(first)?.block;
    let around = outline
        .ancestors(block)
        .take(NESTED)
        .find(|&node| outline.lines_of(node).contains(&last))?;
    let range = outline.lines_of(around);
    if !range.contains(&opening) {
        return (range.start > opening).then_some(range.start);
    }
    // the article is the first of the posts, or stands beside them in one element
    let child = |line: usize| {
        let block = outline.lines.get(line)?.block;
        let below = std::iter::once(block).chain(outline.ancestors(block));
        let child = below.take_while(|&node| node != around).last()?;
        Some(outline.lines_of(child))
    };
    let (article, post) = (child(opening)?, child(first)?);
    if article == post {
        return (article.end <= last).then_some(article.end);
    }
    (post.start > opening).then_some(post.start)
}

/// Whether a line is the headline of another article: of the same rank, with a date below it.
fn is_next(outline: &Outline<'_>, title: &Title, index: usize) -> bool {
    let line_at = |index: usize| outline.lines.get(index);
    let rank = title
        .lines
        .first()
        .and_then(|&line| line_at(line))
        .map_or(0, |line| line.heading);
    let (Some(line), Some(below)) = (line_at(index), line_at(index + 1)) else {
        return false;
    };
    title.is_sure
        && rank > 0
        && line.heading == rank
        && line.size >= 12
        && !is_item(below)
        && metadata_line::is_metadata(below)
        && metadata_line::first_date(&below.text).is_some()
}

/// Whether a line heads the company's profile in a box of its own: headline and text are nearer to
/// each other than either is to it.
fn is_profile(outline: &Outline<'_>, title: &Title, prose: usize, index: usize) -> bool {
    let (Some(heading), Some(&headline)) = (outline.lines.get(index), title.lines.first()) else {
        return false;
    };
    if !title.is_sure || heading.size > 40 || !PROFILE.is_in(&heading.text) {
        return false;
    }
    let around = |line: usize| {
        let block = outline.lines.get(line).map_or(0, |line| line.block);
        outline.ancestors(block).take(NESTED)
    };
    let holds = |node: usize, line: usize| outline.lines_of(node).contains(&line);
    around(prose)
        .find(|&node| holds(node, headline))
        .is_some_and(|node| !holds(node, index))
}

/// A short heading over what was cut off.
fn is_lead_over(line: &Line) -> bool {
    line.size <= 24 && line.marks == 0
}
