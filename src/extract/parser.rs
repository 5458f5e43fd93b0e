//! The HTML parser behind a guard, so that no page takes more than its size warrants.
//!
//! The parsing rules of HTML look through all open elements, and through all unclosed formatting
//! elements, at nearly every tag; a page of a hundred thousand unclosed `<div>`s would take
//! minutes. Browsers stop nesting at 512 levels; so does this, by leaving out the tags beyond.
//!

use std::cell::{Cell, RefCell};

use ego_tree::NodeId;
use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts, TreeSink as _};
use memchr::memchr;
use scraper::{Html, HtmlTreeSink};

/// How many elements may be open at once, formatting that waits to be opened again among them.
const DEEPEST: usize = 512;

/// How many tags go on between two counts of the open elements while they are too many.
const RECOUNT: usize = 16;

/// How much of the source the tokenizer is given at once.
const PIECE: usize = 4 * 1024;

/// How many signs that may begin an attribute may pass without a token, as inside a tag. The
/// tokenizer compares each attribute of a tag with all before it, so a tag that has more gets none
/// of the rest.
const MOST_ATTRIBUTES: usize = 4 * 1024;

/// How many nodes the tree may have for each token, and how many besides: each paragraph after an
/// unclosed `<font>` opens it again, and a hostile page has thousands of those.
const NODES_PER_TOKEN: usize = 5;
const SPARE_NODES: usize = 20_000;

/// How many nodes the tree may have at all: some 90 MB with all that is read off them.
const MOST_NODES: usize = 80_000;

/// A parsed page.
pub(super) struct Parsed {
    pub(super) html: Html,
    /// Whether the tree grew too large for the rest of the page's tags.
    pub(super) is_cut: bool,
}

/// Parses a page.
pub(crate) fn document(html: &str) -> Html {
    parse(html).html
}

/// Parses a page and tells whether it is whole.
pub(super) fn parse(html: &str) -> Parsed {
    let tokenizer = Tokenizer::new(Guard::new(), TokenizerOpts::default());
    let input = BufferQueue::default();
    let feed = |piece: StrTendril| {
        let before = tokenizer.sink.tokens.get();
        input.push_back(piece);
        // the tokenizer pauses behind every script
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.sink.tokens.get() > before
    };
    let (mut rest, mut parted) = (html, 0);
    while !rest.is_empty() {
        let is_long = parted >= MOST_ATTRIBUTES;
        let end = rest.floor_char_boundary(PIECE);
        let mut piece = rest.get(..end).unwrap_or(rest);
        if is_long && let Some(end) = memchr(b'>', piece.as_bytes()) {
            // here it may end, and what follows is no part of it
            piece = piece.get(..=end).unwrap_or(piece);
        }
        rest = rest.get(piece.len()..).unwrap_or_default();
        let has_token = if is_long {
            feed(StrTendril::from(without_attributes(piece)))
        } else {
            feed(StrTendril::from(piece))
        };
        parted = if has_token {
            0
        } else {
            parted + piece.bytes().filter(|byte| parts(*byte)).count()
        };
    }
    tokenizer.end();
    let guard = tokenizer.sink;
    Parsed {
        is_cut: guard.is_outgrown.get(),
        html: guard.builder.sink.finish(),
    }
}

/// A part of a long tag, comment or attribute's value that ends where it would have ended and
/// begins no attribute.
fn without_attributes(piece: &str) -> String {
    let parts = |sign: char| u8::try_from(sign).is_ok_and(parts);
    piece.replace(parts, "_")
}

/// Whether an attribute or its value may begin after a sign.
const fn parts(sign: u8) -> bool {
    sign.is_ascii_whitespace() || matches!(sign, b'/' | b'=')
}

/// What stands between the tokenizer and the tree: it decides which tags go on, and puts text
/// together that the tokenizer gives line by line and entity by entity.
struct Guard {
    builder: TreeBuilder<NodeId, HtmlTreeSink>,
    text: RefCell<Text>,
    /// How many elements may surely be opened before the open ones must be counted.
    room: Cell<usize>,
    /// Where there was none: how many tags must go on before they are counted again.
    full_for: Cell<usize>,
    /// How many elements were left out and not yet closed.
    left_out: Cell<usize>,
    /// How many tokens there were, pieces of text among them.
    tokens: Cell<usize>,
    /// Whether the tree has outgrown its source: no more tags are taken.
    is_outgrown: Cell<bool>,
}

/// Text that waits for the end of its stretch.
#[derive(Default)]
enum Text {
    #[default]
    None,
    /// One piece, as it came.
    One(StrTendril),
    Many(String),
}

impl Text {
    fn add(&mut self, piece: StrTendril) {
        match self {
            Self::None => *self = Self::One(piece),
            Self::One(first) => {
                let mut many = String::with_capacity(2 * (first.len() + piece.len()));
                many.push_str(first);
                many.push_str(&piece);
                *self = Self::Many(many);
            }
            Self::Many(many) => many.push_str(&piece),
        }
    }

    fn take(&mut self) -> Option<StrTendril> {
        match std::mem::take(self) {
            Self::None => None,
            Self::One(piece) => Some(piece),
            Self::Many(many) => Some(StrTendril::from(many)),
        }
    }
}

impl Guard {
    fn new() -> Self {
        let sink = HtmlTreeSink::new(Html::new_document());
        Self {
            builder: TreeBuilder::new(sink, TreeBuilderOpts::default()),
            text: RefCell::default(),
            room: Cell::new(0),
            full_for: Cell::new(0),
            left_out: Cell::new(0),
            tokens: Cell::new(0),
            is_outgrown: Cell::new(false),
        }
    }

    /// Hands the waiting text on.
    fn flush(&self, line: u64) {
        let text = self.text.borrow_mut().take();
        if let Some(text) = text {
            // text never changes how the source is read on
            let _always_continue = self
                .builder
                .process_token(Token::CharacterTokens(text), line);
        }
    }

    /// Whether a tag goes on to the tree.
    fn admits(&self, tag: &Tag) -> bool {
        let admits = self.judge(tag);
        if admits {
            self.full_for.set(self.full_for.get().saturating_sub(1));
        }
        admits
    }

    fn judge(&self, tag: &Tag) -> bool {
        let habit = habit(&tag.name);
        if matches!(habit, Habit::Raw) {
            return true;
        }
        if self.is_outgrown.get() || self.outgrows() {
            return false;
        }
        if matches!(habit, Habit::Flat) {
            return true;
        }
        let left_out = self.left_out.get();
        match tag.kind {
            TagKind::StartTag => {
                if left_out == 0 && self.has_room() {
                    return true;
                }
                self.left_out.set(left_out + 1);
                false
            }
            TagKind::EndTag => {
                self.left_out.set(left_out.saturating_sub(1));
                left_out == 0
            }
        }
    }

    fn has_room(&self) -> bool {
        if self.room.get() == 0 && self.full_for.get() == 0 {
            // a tag may open several: a cell its row, a word the formatting before it
            let room = DEEPEST.saturating_sub(self.open()).div_ceil(4);
            self.room.set(room);
            self.full_for.set(if room == 0 { RECOUNT } else { 0 });
        }
        let room = self.room.get();
        self.room.set(room.saturating_sub(1));
        room > 0
    }

    /// How many elements are open or wait to be opened again.
    fn open(&self) -> usize {
        let handles = Handles::default();
        self.builder.trace_handles(&handles);
        let mut handles = handles.0.into_inner();
        if handles.len() >= DEEPEST {
            // open formatting is held twice
            handles.sort_unstable();
            handles.dedup();
        }
        handles.len()
    }

    fn outgrows(&self) -> bool {
        let nodes = self.builder.sink.0.borrow().tree.values().len();
        let warranted = NODES_PER_TOKEN * self.tokens.get() + SPARE_NODES;
        let outgrows = nodes > warranted.min(MOST_NODES);
        self.is_outgrown.set(outgrows);
        outgrows
    }
}

impl TokenSink for Guard {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        // of no use here, and it must not part a text
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        self.tokens.set(self.tokens.get() + 1);
        if let Token::CharacterTokens(piece) = token {
            self.text.borrow_mut().add(piece);
            return TokenSinkResult::Continue;
        }
        self.flush(line);
        match &token {
            Token::TagToken(tag) if !self.admits(tag) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.flush(0);
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Collects the nodes that the tree builder holds on to.
#[derive(Default)]
struct Handles(RefCell<Vec<NodeId>>);

impl Tracer for Handles {
    type Handle = NodeId;

    fn trace_handle(&self, node: &NodeId) {
        self.0.borrow_mut().push(*node);
    }
}

/// How an element takes part in nesting.
enum Habit {
    /// The source of its content is read in another way: without its tag, scripts would be markup.
    Raw,
    /// It has no content, or its kin close one another.
    Flat,
    /// It may hold others of its kind.
    Nests,
}

fn habit(name: &str) -> Habit {
    // bytes are told apart one by one, strings by comparing with each in turn
    match name.as_bytes() {
        b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe" | b"noembed"
        | b"noframes" | b"noscript" | b"plaintext" => Habit::Raw,
        b"br" | b"img" | b"input" | b"meta" | b"link" | b"hr" | b"p" | b"li" | b"td" | b"tr"
        | b"th" | b"tbody" | b"thead" | b"tfoot" | b"dt" | b"dd" | b"option" | b"optgroup"
        | b"area" | b"base" | b"col" | b"colgroup" | b"embed" | b"param" | b"source" | b"track"
        | b"wbr" | b"html" | b"head" | b"body" | b"rt" | b"rp" | b"frame" => Habit::Flat,
        _ => Habit::Nests,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scraper::Node;

    use super::*;

    fn numbered(count: usize, write: impl Fn(usize) -> String) -> String {
        (0..count).map(write).collect::<Vec<_>>().concat()
    }

    fn depth(html: &Html) -> usize {
        html.tree
            .nodes()
            .map(|node| node.ancestors().count())
            .max()
            .unwrap_or_default()
    }

    #[test]
    fn what_is_nested_too_deep_is_left_out() {
        for source in [
            "<div>".repeat(200_000),
            "<b></div>".repeat(3_000),
            numbered(3_000, |n| format!("<b id={n}></div>")),
            "<span><p></span></p>".repeat(3_000),
            "<div><table><td></div>".repeat(3_000),
            "<div></x></x>".repeat(3_000),
            "<table><tr><td>".repeat(3_000),
            format!("<svg>{}", "<g/><g>".repeat(3_000)),
        ] {
            let html = document(&format!("{source}<p>end"));
            assert!(depth(&html) < DEEPEST + 20, "{source:.40}");
            let last = html.tree.values().filter_map(|node| node.as_text()).last();
            assert_eq!(last.map(|text| &**text), Some("end"));
        }
        let shut = format!("{0}a{1}<i>b", "<div>".repeat(600), "</div>".repeat(600));
        let html = document(&shut);
        let i = html.tree.nodes().next_back().and_then(|text| text.parent());
        assert_eq!(i.map(|node| node.ancestors().count()), Some(3));
    }

    #[test]
    fn formatting_is_opened_again_a_few_thousand_times() {
        let formats = numbered(400, |n| format!("<font size={n}>"));
        for again in ["<p>x", "</p><b>x", "<td>x"] {
            let html = document(&format!("<p>{formats}{}", again.repeat(3_000)));
            let tags = 400 + 2 * 3_000;
            assert!(html.tree.values().len() < 2 * NODES_PER_TOKEN * tags + SPARE_NODES);
        }
    }

    #[test]
    fn a_tag_has_few_attributes_and_ends_where_it_ends() {
        let many = numbered(20_000, |n| format!(" a{n}=\"x>\""));
        let html = document(&format!("<p><i{many} class=\"b>c\"><b>end</b>"));
        let elements = || html.tree.values().filter_map(|node| node.as_element());
        assert!(elements().all(|element| element.attrs().count() <= MOST_ATTRIBUTES));
        assert!(elements().any(|element| element.name() == "b"));
        let long = "/a = b ".repeat(3_000);
        let data = "0123456789abcdef/".repeat(3_000);
        for source in [
            format!("<img src='data:{data}' alt=\"c d\"><p id=e>f"),
            format!("<!-- {long}- - > --><p id=e>f = / g"),
            format!("<!-- <div title='{long}'> --><p title='{long}'></p><p id=e>f = / g"),
        ] {
            let (guarded, plain) = (document(&source), Html::parse_document(&source));
            let shape = |html: &Html| -> Vec<String> {
                let short = |text: &str| text.get(..text.len().min(99)).unwrap_or("").to_owned();
                html.tree
                    .values()
                    .map(|node| match node {
                        Node::Element(element) => {
                            let attributes = element.attrs();
                            let all =
                                attributes.map(|(name, value)| format!("{name}={}", short(value)));
                            all.collect::<Vec<_>>().join(" ")
                        }
                        Node::Text(text) => short(text),
                        _ => "#".to_owned(),
                    })
                    .collect()
            };
            assert_eq!(shape(&guarded), shape(&plain));
        }
    }

    #[test]
    fn text_in_pieces_is_one_text() {
        let text = "展会&nbsp;a&amp;b\r\n\n".repeat(3_000);
        let html = document(&format!("<pre>\n{text}</pre>"));
        assert_eq!(html, Html::parse_document(&format!("<pre>\n{text}</pre>")));
        let texts = html.tree.values().filter(|node| node.is_text()).count();
        assert_eq!(texts, 1);
    }

    proptest! {
        #[test]
        fn ordinary_markup_is_read_as_ever(source in "(<!--|-->|</?(p|b|a|table|tr|td|div|span|script|style|title|select|option|svg|math|pre|template|font|li|ul|h1|frameset|plaintext|textarea|noscript|body|html|head)( class=x| href='y>')?/?>|<!DOCTYPE html>|&amp;|&nbsp|&#20250;|\n|\r|\0| |展|x|\"){0,60}") {
            prop_assert_eq!(document(&source), Html::parse_document(&source));
        }
    }
}
