//! Boxes inside the article's element that are no part of it: share bars, lists of other news,
//! sign-up forms, notices.
//!
//! A box is known by its name, by what it holds (links, a form, teasers) or by the heading it
//! opens with. None may hold much of what the text is worth.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::body::Body;
use super::cuts::{Cut, CutRule};
use super::hints::Hint;
use super::lines::{Line, is_item};
use super::metadata_line::introduces;
use super::outline::{Node, Outline, Shape};
use super::phrases::{AFTERMATH, NOTICE};
use super::worth::Worth;

/// How many links to how many hosts make a list that the author collected.
const COLLECTED: usize = 3;

/// How many lines a form's box may have.
const FORM_LINES: usize = 12;

/// Sorted ranges of lines.
#[derive(Default)]
pub(super) struct LineSet(Vec<Range<usize>>);

impl LineSet {
    /// Whether a line is in one of them.
    pub(super) fn contains(&self, line: usize) -> bool {
        let after = self.0.partition_point(|range| range.start <= line);
        after
            .checked_sub(1)
            .and_then(|index| self.0.get(index))
            .is_some_and(|range| range.contains(&line))
    }
}

/// Takes the outermost boxes off a body; gives their lines.
pub(super) fn take(outline: &Outline<'_>, worth: &Worth, body: &mut Body) -> LineSet {
    let element = body.element;
    let mut boxes = Boxes {
        outline,
        worth,
        total: worth.sum(&outline.lines_of(element)).max(1),
        end: outline.lines_of(element).end,
        forms: HashSet::new(),
        headings: HashMap::new(),
    }
    .with_forms(element);
    let mut ranges = LineSet::default();
    let mut skip_to = element + 1;
    for (index, node) in outline.within(element) {
        let holds_lines = matches!(node.shape, Shape::Block | Shape::Cell | Shape::LayoutRow);
        if index < skip_to || !holds_lines || node.lines.is_empty() {
            continue;
        }
        if let Some(by) = boxes.rule(index, node) {
            body.dropped.push(index);
            body.cuts.push(Cut {
                by,
                lines: node.lines.clone().collect(),
            });
            ranges.0.push(node.lines.clone());
            skip_to = node.end;
        }
    }
    ranges
}

struct Boxes<'here, 'page> {
    outline: &'here Outline<'page>,
    worth: &'here Worth,
    total: i64,
    end: usize,
    forms: HashSet<usize>,
    /// Which first lines head related matter; nested elements share theirs.
    headings: HashMap<usize, bool>,
}

impl<'page> Boxes<'_, 'page> {
    /// Why an element is a box.
    fn rule(&mut self, index: usize, node: &Node<'page>) -> Option<CutRule> {
        if self.worth.is_alike(&node.lines) {
            return Some(CutRule::Alike);
        }
        let sum = self.worth.sum(&node.lines);
        let is_small = sum * 3 < self.total;
        if is_small && node.hint == Hint::Noise {
            return Some(CutRule::NoiseName);
        }
        if is_small && self.forms.contains(&index) {
            return Some(CutRule::Form);
        }
        if is_small && self.is_headed(node) {
            return Some(CutRule::Headed);
        }
        let size: usize = self.lines(node).iter().map(|line| line.size).sum();
        let links: usize = self.lines(node).iter().map(|line| line.link_size).sum();
        let is_links = links * 3 > size * 2 && node.lines.len() > 1 && sum < 0;
        if is_links && !is_collected(self.outline, index, node) {
            return Some(CutRule::LinkList);
        }
        let closes = sum * 5 < self.total * 3 && self.closes(node);
        ((is_small || closes) && self.is_teasers(node)).then_some(CutRule::TeaserBox)
    }

    fn lines(&self, node: &Node<'page>) -> &[Line] {
        let lines = self.outline.lines.get(node.lines.clone());
        lines.unwrap_or_default()
    }

    /// Whether it opens with a heading such as 相关阅读.
    fn is_headed(&mut self, node: &Node<'page>) -> bool {
        let lines = self.outline.lines.get(node.lines.clone());
        let Some([first, next, ..]) = lines else {
            return false;
        };
        let heads = || {
            let opens = AFTERMATH.is_in(&first.text) && !introduces(first, Some(next));
            opens || NOTICE.is_in(&first.text)
        };
        first.size <= 60 && *self.headings.entry(node.lines.start).or_insert_with(heads)
    }

    /// Whether links with a sentence or two each are all it holds.
    fn is_teasers(&self, node: &Node<'page>) -> bool {
        let (mut items, mut teasers) = (0, 0);
        let mut since_item = usize::MAX;
        for line in self.lines(node) {
            if is_item(line) {
                items += 1;
                since_item = 0;
            } else if line.size >= 40 {
                if since_item > 2 {
                    return false;
                }
                teasers += 1;
                since_item = usize::MAX;
            } else {
                since_item = since_item.saturating_add(1);
            }
        }
        items >= 2 && teasers >= 2
    }

    /// Whether nothing of worth follows it.
    fn closes(&self, node: &Node<'page>) -> bool {
        (node.lines.end..self.end).all(|line| self.worth.of(line) <= 0)
    }

    /// Notes the elements around each field that a reader may fill in, as far as they hold
    /// little else.
    fn with_forms(mut self, element: usize) -> Self {
        let outline = self.outline;
        for (index, node) in outline.within(element) {
            if !is_field(node) {
                continue;
            }
            let around = outline
                .ancestors(index)
                .take_while(|&around| around > element && self.is_form(around));
            if let Some(around) = around.last() {
                self.forms.insert(around);
            }
        }
        self
    }

    fn is_form(&self, index: usize) -> bool {
        let lines = self.outline.lines_of(index);
        let held: i64 = lines.clone().map(|line| self.worth.of(line).max(0)).sum();
        lines.len() <= FORM_LINES && held * 3 < self.total
    }
}

/// The lines of the lists that an author collected.
pub(super) fn collected(outline: &Outline<'_>) -> Vec<Range<usize>> {
    let nodes = outline.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| matches!(node.name(), "ul" | "ol"))
        .filter(|&(index, node)| is_collected(outline, index, node))
        .map(|(_, node)| node.lines.clone())
        .collect()
}

/// Whether the links of an element lead to many hosts, as those an author collected do: other news
/// of a site is all on one.
fn is_collected(outline: &Outline<'_>, index: usize, node: &Node<'_>) -> bool {
    let lines = outline.lines.get(node.lines.clone()).unwrap_or_default();
    if lines.len() < COLLECTED || node.hint == Hint::Noise || !lines.iter().all(is_item) {
        return false;
    }
    let sites: HashSet<&str> = outline
        .within(index)
        .filter(|(_, inner)| inner.name() == "a")
        .filter_map(|(_, inner)| site_of(inner.attribute("href")?))
        .collect();
    sites.len() >= COLLECTED
}

/// A field to write an address, a comment or a search into.
fn is_field(node: &Node<'_>) -> bool {
    match node.name() {
        "textarea" => true,
        "input" => matches!(
            node.attribute("type").unwrap_or("text"),
            "text" | "email" | "tel" | "search" | "password"
        ),
        _ => false,
    }
}

/// The part of an absolute address' host that a site's own hosts share.
pub(super) fn site_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.trim().split_once("//")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let is_web = matches!(scheme, "" | "http:" | "https:");
    let mut labels = host.rmatch_indices('.');
    // `co.uk` and `com.cn` have a short second label
    let (last, _) = labels.next()?;
    let second = labels.next().map_or(0, |(at, _)| at + 1);
    let is_short = last.saturating_sub(second) <= 3;
    let begin = if is_short {
        labels.next().map_or(0, |(at, _)| at + 1)
    } else {
        second
    };
    host.get(begin..).filter(|host| is_web && !host.is_empty())
}
