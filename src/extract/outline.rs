//! The document as two flat lists: nodes in page order with their features, and the lines of text
//! a reader sees.
//!
//! Everything that follows works on these lists, so no rule recurses into a document and a page
//! of a hundred thousand nested elements costs what a flat one costs.

use std::collections::HashMap;
use std::ops::Range;

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{Html, Node as Content};

use super::hints::{self, Hint, Manner};
use super::lines::{Line, Lines};

/// The flat document.
pub(super) struct Outline<'page> {
    /// Every element and text outside scripts and styles, in page order.
    pub(super) nodes: Vec<Node<'page>>,
    /// The visible lines, in page order.
    pub(super) lines: Vec<Line>,
}

/// One element or text.
pub(super) struct Node<'page> {
    /// Where it is in the parsed document.
    pub(super) content: NodeRef<'page, Content>,
    /// Index of the parent; its own index for the root.
    pub(super) parent: usize,
    /// One past its last descendant.
    pub(super) end: usize,
    /// The lines that begin inside it.
    pub(super) lines: Range<usize>,
    /// How it takes part in the layout.
    pub(super) shape: Shape,
    /// What its class and id say of it.
    pub(super) hint: Hint,
    /// Characters of its text, blanks aside.
    pub(super) characters: usize,
}

/// How a node takes part in the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// Stands in a line with its neighbours.
    Inline,
    /// `<br>` and its like.
    Break,
    /// Begins and ends a line.
    Block,
    /// A table row whose cells make one line.
    Row,
    /// A table row that lays out blocks.
    LayoutRow,
    /// A table cell.
    Cell,
    /// `<pre>`: its line ends count.
    Preformatted,
    /// A picture.
    Image,
    /// `<script>`: nothing to see, but it may fill a counter.
    Script,
    /// Neither it nor what is in it is seen.
    Silent,
}

impl<'page> Outline<'page> {
    /// Flattens a document.
    pub(super) fn new(html: &'page Html) -> Self {
        let mut nodes = flatten(html);
        settle_rows(&mut nodes);
        let lines = Lines::read(&mut nodes);
        Self { nodes, lines }
    }

    /// Makes an element noise, as a site's rules say it is.
    pub(super) fn discard(&mut self, index: usize) {
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        node.hint = Hint::Noise;
        let range = node.lines.clone();
        for line in self.lines.iter_mut().take(range.end).skip(range.start) {
            line.noise = Some(index);
        }
    }

    /// The nodes inside `index`, with their indices, itself first.
    pub(super) fn within(&self, index: usize) -> impl Iterator<Item = (usize, &Node<'page>)> {
        let end = self.nodes.get(index).map_or(index, |node| node.end);
        self.nodes.iter().enumerate().take(end).skip(index)
    }

    /// The lines inside a node.
    pub(super) fn lines_of(&self, index: usize) -> Range<usize> {
        self.nodes
            .get(index)
            .map_or(0..0, |node| node.lines.clone())
    }

    /// The ancestors of a node, nearest first, without itself.
    pub(super) fn ancestors(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.parent_of(index), |&node| self.parent_of(node))
    }

    fn parent_of(&self, index: usize) -> Option<usize> {
        let parent = self.nodes.get(index)?.parent;
        (parent != index).then_some(parent)
    }
}

impl<'page> Node<'page> {
    /// The element, unless this is text.
    pub(super) fn element(&self) -> Option<&'page scraper::node::Element> {
        self.content.value().as_element()
    }

    /// The element's name; empty for text.
    pub(super) fn name(&self) -> &'page str {
        self.element().map_or("", scraper::node::Element::name)
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&'page str> {
        self.element()?.attr(name)
    }

    /// The text, where this is text.
    pub(super) fn text(&self) -> Option<&'page str> {
        self.content.value().as_text().map(|text| &**text)
    }
}

/// Lists the nodes in page order; what is inside scripts and styles is left out.
pub(super) fn flatten(html: &Html) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = Vec::with_capacity(html.tree.values().len());
    let mut open: Vec<usize> = Vec::new();
    let mut known_hints: HashMap<(&str, &str), Hint> = HashMap::new();
    let mut silent: Option<ego_tree::NodeId> = None;
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(content) => {
                if silent.is_some() {
                    continue;
                }
                let parent = open.last().copied().unwrap_or(nodes.len());
                let (shape, hint, characters) = match content.value() {
                    Content::Text(text) => (Shape::Text, Hint::Plain, count(text)),
                    Content::Element(element) => {
                        let shape = shape_of(element);
                        let manner = Manner::of(element);
                        let names = if manner.class.is_empty() && manner.id.is_empty() {
                            Hint::Plain
                        } else {
                            *known_hints
                                .entry((manner.class, manner.id))
                                .or_insert_with(|| hints::of_names(manner.class, manner.id))
                        };
                        (shape, hints::of_element(element, &manner, names), 0)
                    }
                    Content::Document | Content::Fragment => (Shape::Block, Hint::Plain, 0),
                    _ => continue,
                };
                if matches!(shape, Shape::Silent | Shape::Script) {
                    silent = Some(content.id());
                }
                open.push(nodes.len());
                nodes.push(Node {
                    content,
                    parent,
                    end: 0,
                    lines: 0..0,
                    shape,
                    hint,
                    characters,
                });
            }
            Edge::Close(content) => {
                if silent.is_some_and(|root| root != content.id()) {
                    continue;
                }
                silent = None;
                let is_listed = open
                    .last()
                    .and_then(|&index| nodes.get(index))
                    .is_some_and(|node| node.content.id() == content.id());
                if !is_listed {
                    continue;
                }
                let end = nodes.len();
                let index = open.pop().unwrap_or_default();
                let Some(node) = nodes.get_mut(index) else {
                    continue;
                };
                node.end = end;
                let (parent, characters) = (node.parent, node.characters);
                if parent != index
                    && let Some(above) = nodes.get_mut(parent)
                {
                    above.characters += characters;
                }
            }
        }
    }
    nodes
}

fn count(text: &str) -> usize {
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .count()
}

fn shape_of(element: &scraper::node::Element) -> Shape {
    // bytes are told apart one by one, strings by comparing with each in turn
    match element.name().as_bytes() {
        b"script" => Shape::Script,
        b"style" | b"noscript" | b"template" | b"head" | b"title" | b"link" | b"meta" | b"base"
        | b"select" | b"option" | b"datalist" | b"textarea" | b"button" | b"input" | b"iframe"
        | b"frameset" | b"object" | b"embed" | b"applet" | b"audio" | b"video" | b"canvas"
        | b"svg" | b"math" | b"map" | b"dialog" | b"rp" | b"rt" => Shape::Silent,
        b"br" | b"hr" => Shape::Break,
        b"img" | b"amp-img" => Shape::Image,
        b"tr" => Shape::LayoutRow,
        b"td" | b"th" => Shape::Cell,
        b"pre" | b"xmp" | b"listing" => Shape::Preformatted,
        b"a" | b"abbr" | b"acronym" | b"b" | b"bdi" | b"bdo" | b"big" | b"cite" | b"code"
        | b"data" | b"del" | b"dfn" | b"em" | b"font" | b"i" | b"ins" | b"kbd" | b"label"
        | b"mark" | b"nobr" | b"q" | b"ruby" | b"rb" | b"s" | b"samp" | b"small" | b"span"
        | b"strike" | b"strong" | b"sub" | b"sup" | b"time" | b"tt" | b"u" | b"var" | b"wbr"
        | b"picture" | b"source" | b"output" => Shape::Inline,
        // Word's <o:p>, <st1:chsdate> and their kin mark words, not paragraphs
        name if name.contains(&b':') => Shape::Inline,
        // custom elements are laid out as the sites' style sheets say, nearly always as blocks
        _ => Shape::Block,
    }
}

/// A row of short cells without blocks of their own makes one line; others lay out the page.
fn settle_rows(nodes: &mut [Node<'_>]) {
    const LONGEST_ROW: usize = 400;
    const LONGEST_CELL: usize = 120;
    let mut one_line = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        if node.shape != Shape::LayoutRow || node.characters > LONGEST_ROW {
            continue;
        }
        let inside = || nodes.iter().take(node.end).skip(index + 1);
        let cells = || inside().filter(|inner| inner.shape == Shape::Cell).count();
        // ends at the first nested table, so nested layouts are not walked once per level
        let plain = inside().all(|inner| {
            let lays_out = matches!(
                inner.name(),
                "table" | "tr" | "ul" | "ol" | "dl" | "h1" | "h2" | "h3" | "article" | "section"
            );
            let is_long = inner.shape == Shape::Cell && inner.characters > LONGEST_CELL;
            !lays_out && !is_long
        });
        if plain && cells() > 1 {
            one_line.push(index);
        }
    }
    for index in one_line {
        if let Some(node) = nodes.get_mut(index) {
            node.shape = Shape::Row;
        }
    }
}
