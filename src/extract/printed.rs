//! The words of an annotated page as it printed them.
//!
//! Recovery changes texts and never elements, so the recovered document and the printed one hold
//! the same nodes in the same order: what was read from one is looked up in the other.

use scraper::Html;

use super::body::Body;
use super::head::Head;
use super::lines::{Line, plain};
use super::outline::{self, Node, Outline};
use super::site_name;
use super::title::Title;

/// The printed document beside the recovered one.
pub(super) struct Printed<'page> {
    html: &'page Html,
    nodes: Vec<Node<'page>>,
    outline: &'page Outline<'page>,
}

impl<'page> Printed<'page> {
    /// Lays the two documents side by side.
    pub(super) fn new(html: &'page Html, outline: &'page Outline<'page>) -> Self {
        Self {
            html,
            nodes: outline::flatten(html),
            outline,
        }
    }

    /// The headline as printed.
    pub(super) fn title(&self, recovered: Option<&str>, found: Option<&Title>) -> Option<String> {
        let recovered = recovered?;
        let shown = found.filter(|title| title.text == recovered && !title.lines.is_empty());
        let lines = shown.map_or_else(
            || {
                let line = self
                    .outline
                    .lines
                    .iter()
                    .position(|line| line.plain() == recovered);
                line.into_iter().collect()
            },
            |title| title.lines.clone(),
        );
        let text: String = lines.iter().filter_map(|&line| self.line(line)).collect();
        if !text.is_empty() {
            return Some(text);
        }
        let head = Head::read(self.html);
        head.title
            .map(|title| site_name::without_site(&title, head.site.as_deref()))
    }

    /// The text as printed: those of its lines that the recovered text kept.
    pub(super) fn body(&self, body: &Body, recovered: Option<&str>) -> Option<String> {
        let mut kept = recovered?.lines().peekable();
        let lines: Vec<String> = body
            .lines
            .iter()
            .filter(|line| {
                let text = self.outline.lines.get(**line).map(Line::plain);
                let is_kept =
                    text.is_some_and(|text| kept.peek().is_some_and(|kept| text.starts_with(kept)));
                if is_kept {
                    kept.next();
                }
                is_kept
            })
            .filter_map(|&line| self.line(line))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// One line, where the documents do agree.
    fn line(&self, line: usize) -> Option<String> {
        if self.nodes.len() != self.outline.nodes.len() {
            return None;
        }
        let nodes = self.outline.lines.get(line)?.nodes.clone();
        let text: String = self
            .nodes
            .get(nodes)?
            .iter()
            .filter_map(Node::text)
            .collect();
        Some(plain(&text)).filter(|text| !text.is_empty())
    }
}
