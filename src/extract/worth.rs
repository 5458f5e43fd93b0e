//! What lines are worth as parts of an article: sentences much, links and tools less than nothing.

use std::ops::Range;

use super::alike;
use super::boxes;
use super::hints::Hint;
use super::lines::Line;
use super::metadata_line::is_metadata;
use super::outline::Outline;
use super::phrases::{AFTERMATH, BREADCRUMB, COOKIES, LEGAL, RELATED};

/// What a link is worth in a list that an author collected.
const COLLECTED: i64 = 4;

/// What each line is worth.
pub(super) struct Worth {
    lines: Vec<i64>,
    sums: Vec<i64>,
    alike: Vec<Range<usize>>,
}

/// Whether an element holds enough of a page's text to be the article: a comment, or a line of the
/// header, may be called what the article of another template is called.
pub(super) fn has_a_share(outline: &Outline<'_>, element: usize) -> bool {
    const SHARE: i64 = 12;
    let worth = Worth::weigh(outline);
    let all: Vec<usize> = (0..outline.lines.len()).collect();
    let own: Vec<usize> = outline.lines_of(element).collect();
    let all = worth.held(&all);
    all < ENOUGH || worth.held(&own) * SHARE >= all
}

/// What a page's text must be worth to tell its parts by it: some hundred and fifty Chinese characters.
const ENOUGH: i64 = 300;

impl Worth {
    /// Weighs all lines of a page.
    pub(super) fn weigh(outline: &Outline<'_>) -> Self {
        Self::without(outline, &[])
    }

    /// Weighs all lines but those of some elements, which are worth nothing.
    pub(super) fn without(outline: &Outline<'_>, refused: &[usize]) -> Self {
        let mut lines: Vec<i64> = outline.lines.iter().map(worth_of).collect();
        for &element in refused {
            let range = outline.lines_of(element);
            for worth in lines.iter_mut().take(range.end).skip(range.start) {
                *worth = (*worth).min(-2);
            }
        }
        for range in boxes::collected(outline) {
            for worth in lines.iter_mut().take(range.end).skip(range.start) {
                *worth = COLLECTED;
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
        let alike = alike::below_text(outline);
        for range in headed(outline).iter().chain(&alike) {
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
        Self { lines, sums, alike }
    }

    /// What one line is worth.
    pub(super) fn of(&self, line: usize) -> i64 {
        self.lines.get(line).copied().unwrap_or(0)
    }

    /// Whether lines are in a run of comments or teasers below the text.
    pub(super) fn is_alike(&self, lines: &Range<usize>) -> bool {
        let after = self.alike.partition_point(|run| run.start <= lines.start);
        let run = after.checked_sub(1).and_then(|index| self.alike.get(index));
        run.is_some_and(|run| lines.end <= run.end)
    }

    /// What the lines of worth among some are worth together.
    pub(super) fn held(&self, lines: &[usize]) -> i64 {
        lines.iter().map(|&line| self.of(line).max(0)).sum()
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

/// The lines of elements that begin with a heading such as 相关产品 and hold neither a headline nor
/// metadata: they may say more than the article does.
fn headed(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (index, line) in outline.lines.iter().enumerate() {
        if line.size > 40 || line.is_links() || !RELATED.is_in(&line.text) {
            continue;
        }
        let around = std::iter::once(line.block).chain(outline.ancestors(line.block));
        let ranges = around
            .map(|node| outline.lines_of(node))
            .take_while(|range| range.start == index);
        let is_own = |line: &Line| !matches!(line.heading, 1 | 2) && !is_metadata(line);
        let widest = ranges
            .take_while(|range| {
                let inside = outline.lines.get(range.clone()).unwrap_or_default();
                inside.iter().skip(1).all(is_own)
            })
            .last();
        found.extend(widest.filter(|range| range.len() > 1));
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
