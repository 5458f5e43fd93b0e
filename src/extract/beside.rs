//! Text that stands beside an article and is longer than it: what a company says of itself.
//!
//! The element worth most is the article nearly always. A short note with a picture is the
//! exception: the company's profile in the next column says more than it does. Where the headline
//! is beyond doubt, text before it or under a heading of its own is not what it announces.

use super::body::Body;
use super::lines::Line;
use super::metadata_line::is_metadata;
use super::outline::Outline;
use super::phrases::PROFILE;
use super::teasers::is_teasers;
use super::title::Title;

/// The element to look outside of, where the text found is not the headline's.
pub(super) fn stranger(outline: &Outline<'_>, title: Option<&Title>, body: &Body) -> Option<usize> {
    let title = title.filter(|title| title.is_sure)?;
    let (&first_of_title, &headline) = (title.lines.first()?, title.lines.last()?);
    let described = outline
        .lines
        .get(headline + 1..)?
        .iter()
        .take(3)
        .any(is_metadata);
    if !described {
        return None;
    }
    let first = *body.lines.first()?;
    let before = body.lines.partition_point(|&line| line < first_of_title);
    let size = |lines: &[usize]| -> usize {
        lines
            .iter()
            .filter_map(|&line| outline.lines.get(line))
            .map(|line| line.size)
            .sum()
    };
    let all = size(&body.lines);
    let apart = if size(body.lines.get(..before)?) * 2 > all {
        outline.lines.get(first)?.block
    } else if heads_a_profile(outline, first, headline)
        || (has_prose_between(outline, headline, first) && is_teasers(outline, body))
    {
        body.element
    } else {
        return None;
    };
    largest_without(outline, apart, first_of_title..headline + 1)
}

/// Whether sentences stand between a headline and a text that begins further below.
fn has_prose_between(outline: &Outline<'_>, headline: usize, first: usize) -> bool {
    outline.lines.get(headline + 1..first).is_some_and(|lines| {
        lines
            .iter()
            .any(|line| line.size >= 40 && line.marks > 0 && !line.is_links() && !is_metadata(line))
    })
}

/// Whether the text begins with, or follows, a heading such as 公司简介.
fn heads_a_profile(outline: &Outline<'_>, first: usize, headline: usize) -> bool {
    let is_heading = |line: &Line| line.size <= 40 && PROFILE.is_in(&line.text);
    first > headline
        && outline
            .lines
            .get(first.saturating_sub(1).max(headline + 1)..=first)
            .is_some_and(|lines| lines.iter().any(is_heading))
}

/// The largest element around `node` that leaves the headline out.
fn largest_without(
    outline: &Outline<'_>,
    node: usize,
    headline: std::ops::Range<usize>,
) -> Option<usize> {
    let holds_headline = |node: usize| {
        let lines = outline.lines_of(node);
        lines.start < headline.end && headline.start < lines.end
    };
    std::iter::once(node)
        .chain(outline.ancestors(node))
        .take_while(|&node| !holds_headline(node))
        .last()
}
