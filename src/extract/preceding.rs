//! What precedes an article inside the element that holds it: its headline, the metadata line, a
//! byline, and whatever stands above them.

use super::body::Body;
use super::cuts::CutRule;
use super::lines::{Line, key};
use super::metadata_line::{is_byline, is_metadata, is_surroundings, is_tool, names_or_counts};
use super::outline::Outline;
use super::title::Title;

/// Begins the text after its headline and metadata line: a container often holds more than the text.
pub(super) fn cut(outline: &Outline<'_>, title: Option<&Title>, body: &mut Body) {
    let line_at = |index: usize| outline.lines.get(index);
    let shown = title
        .map(|title| title.lines.as_slice())
        .unwrap_or_default();
    body.lead = shown.last().map(|&last| {
        let following = outline.lines.iter().enumerate().skip(last + 1).take(6);
        following
            .take_while(|(_, line)| is_metadata(line) || is_tool(line))
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
        let is_lead = is_title || describes(line) || is_byline(line) || is_surroundings(line);
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
        position > 6 || line_at(line).is_none_or(|line| !is_byline(line))
    });
}
