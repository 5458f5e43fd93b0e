//! The lines a reader sees: text between two block boundaries or `<br>`.

use std::cell::OnceCell;
use std::ops::Range;

use super::hints::Hint;
use super::outline::{Node, Shape};
use crate::chinese::labels::{self, Found};

/// One visible line.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Its text. Blanks of the source are one space, no-break and wide blanks are one each, so
    /// that a metadata line keeps its gaps.
    pub(super) text: String,
    /// Byte offsets in `text` where an inline element begins or ends.
    pub(super) cuts: Vec<usize>,
    /// Indices of its first and one past its last text node.
    pub(super) nodes: Range<usize>,
    /// The nearest block around its beginning.
    pub(super) block: usize,
    /// Reading matter: two for a CJK character, one for any other.
    pub(super) size: usize,
    /// How much of `size` is inside links.
    pub(super) link_size: usize,
    /// Marks that end a sentence or part it.
    pub(super) marks: usize,
    /// Rank of the heading around it, 0 where none.
    pub(super) heading: u8,
    /// Whether all of it is bold.
    pub(super) strong: bool,
    /// The outermost element around it whose names hint at noise.
    pub(super) noise: Option<usize>,
    /// The labels in its text, once they were asked for.
    pub(super) known_labels: OnceCell<Vec<Found>>,
}

impl Line {
    /// The labels in its text. Several rules ask for them, so they are looked for once. No line is
    /// longer than a book, and no metadata stands behind the first pages of one.
    pub(super) fn labels(&self) -> &[Found] {
        const REACH: usize = 64 * 1024;
        self.known_labels.get_or_init(|| {
            let reach = self.text.floor_char_boundary(REACH);
            labels::find_all(self.text.get(..reach).unwrap_or_default())
        })
    }

    /// The text as a reader would copy it: trimmed, every gap one space.
    pub(super) fn plain(&self) -> String {
        plain(&self.text)
    }

    /// A part of its text with a blank where elements part digits: `18-03-08` and `23:16` side
    /// by side in two elements.
    pub(super) fn spaced(&self, range: Range<usize>) -> String {
        let part = self.text.get(range.clone()).unwrap_or_default();
        let mut text = String::with_capacity(part.len() + 4);
        let mut before = ' ';
        for (offset, letter) in part.char_indices() {
            let parted = self.cuts.binary_search(&(range.start + offset)).is_ok();
            if parted && letter.is_ascii_digit() && before.is_ascii_digit() {
                text.push(' ');
            }
            text.push(letter);
            before = letter;
        }
        text
    }

    /// Whether at least half of it is links.
    pub(super) fn is_links(&self) -> bool {
        self.link_size * 2 > self.size
    }
}

/// A link long enough to be a headline: its line is an item of a list.
pub(super) fn is_item(line: &Line) -> bool {
    line.is_links() && line.size >= 16
}

/// Trimmed, every gap one space.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|letter: char| letter.is_whitespace() || is_invisible(letter)) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether a reader sees a character.
pub(super) fn is_visible(letter: char) -> bool {
    !letter.is_whitespace() && !is_invisible(letter) && !letter.is_control()
}

/// Letters and digits alone, in lower case.
pub(super) fn key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for letter in text.chars() {
        // most of a Chinese page: letters of one case, known without a table
        if matches!(letter, '\u{4e00}'..='\u{9fff}') {
            key.push(letter);
        } else if letter.is_alphanumeric() {
            key.extend(letter.to_lowercase());
        }
    }
    key
}

/// Zero-width characters that editors leave behind.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}' | '\u{feff}' | '\u{2060}' | '\u{ad}')
}

/// Reads the lines off the nodes, and notes in each node which lines begin inside it.
pub(super) struct Lines {
    done: Vec<Line>,
    now: Line,
    ends_blank: bool,
    all_strong: bool,
}

/// What an open element means for the text inside it.
struct Open {
    end: usize,
    node: usize,
    shape: Shape,
    first_line: usize,
    before: Surroundings,
}

/// What holds at a place in the document.
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of one place"
)]
#[derive(Clone, Copy)]
struct Surroundings {
    block: usize,
    in_link: bool,
    in_row: bool,
    strong: bool,
    preformatted: bool,
    hidden: bool,
    heading: u8,
    noise: Option<usize>,
}

impl Lines {
    /// All visible lines.
    pub(super) fn read(nodes: &mut [Node<'_>]) -> Vec<Line> {
        let mut lines = Self {
            done: Vec::new(),
            now: Line::default(),
            ends_blank: true,
            all_strong: true,
        };
        let mut open: Vec<Open> = Vec::new();
        let mut ranges: Vec<(usize, Range<usize>)> = Vec::with_capacity(nodes.len());
        let mut here = Surroundings {
            block: 0,
            in_link: false,
            in_row: false,
            strong: false,
            preformatted: false,
            hidden: false,
            heading: 0,
            noise: None,
        };
        for (index, node) in nodes.iter().enumerate() {
            lines.close_until(index, &mut open, &mut here, &mut ranges);
            match node.shape {
                Shape::Text => {
                    if !here.hidden
                        && let Some(text) = node.text()
                    {
                        lines.text(index, text, &here);
                    }
                    continue;
                }
                Shape::Break => {
                    if here.in_row {
                        lines.blank();
                    } else {
                        lines.flush();
                    }
                    continue;
                }
                Shape::Silent | Shape::Script | Shape::Image => {
                    if node.shape != Shape::Image {
                        lines.cut();
                    }
                    continue;
                }
                Shape::Inline => lines.cut(),
                Shape::Block | Shape::Preformatted | Shape::Cell if here.in_row => lines.gap(),
                Shape::Block if node.name() == "dd" => lines.gap(),
                Shape::Block
                | Shape::Preformatted
                | Shape::Cell
                | Shape::Row
                | Shape::LayoutRow => lines.flush(),
            }
            open.push(Open {
                end: node.end,
                node: index,
                shape: node.shape,
                first_line: lines.done.len(),
                before: here,
            });
            here = here.inside(index, node);
        }
        lines.close_until(usize::MAX, &mut open, &mut here, &mut ranges);
        lines.flush();
        for (index, range) in ranges {
            if let Some(node) = nodes.get_mut(index) {
                node.lines = range;
            }
        }
        lines.done
    }

    fn close_until(
        &mut self,
        index: usize,
        open: &mut Vec<Open>,
        here: &mut Surroundings,
        ranges: &mut Vec<(usize, Range<usize>)>,
    ) {
        while let Some(last) = open.pop_if(|last| last.end <= index || index == usize::MAX) {
            match last.shape {
                Shape::Inline => self.cut(),
                _ if last.before.in_row => self.gap(),
                _ => self.flush(),
            }
            *here = last.before;
            ranges.push((last.node, last.first_line..self.done.len()));
        }
    }

    /// Ends the line.
    fn flush(&mut self) {
        let mut line = std::mem::take(&mut self.now);
        self.ends_blank = true;
        line.strong = std::mem::replace(&mut self.all_strong, true);
        if line.size > 0 {
            self.done.push(line);
        }
    }

    /// Notes that an inline element begins or ends here.
    fn cut(&mut self) {
        let at = self.now.text.len();
        if at > 0 && self.now.cuts.last() != Some(&at) {
            self.now.cuts.push(at);
        }
    }

    fn blank(&mut self) {
        if !self.ends_blank {
            self.now.text.push(' ');
            self.ends_blank = true;
        }
    }

    /// Parts two cells of one row.
    fn gap(&mut self) {
        self.cut();
        self.blank();
    }

    fn text(&mut self, index: usize, text: &str, here: &Surroundings) {
        for (position, part) in text.split('\n').enumerate() {
            if position > 0 {
                if here.preformatted {
                    self.flush();
                } else {
                    self.blank();
                }
            }
            self.words(index, part, here);
        }
    }

    fn words(&mut self, index: usize, text: &str, here: &Surroundings) {
        for letter in text.chars() {
            // most of a Chinese page, and none of what is asked below
            let is_ideograph = matches!(letter, '\u{4e00}'..='\u{9fff}');
            if !is_ideograph {
                if letter.is_ascii_whitespace() {
                    self.blank();
                    continue;
                }
                if letter.is_whitespace() {
                    if !self.now.text.is_empty() {
                        self.now.text.push(' ');
                    }
                    self.ends_blank = true;
                    continue;
                }
                if is_invisible(letter) || letter.is_control() {
                    continue;
                }
            }
            let line = &mut self.now;
            if line.size == 0 {
                line.text.clear();
                line.cuts.clear();
                line.block = here.block;
                line.heading = here.heading;
                line.noise = here.noise;
                line.nodes.start = index;
            }
            line.nodes.end = index + 1;
            let size = if is_ideograph || is_cjk(letter) { 2 } else { 1 };
            line.size += size;
            if here.in_link {
                line.link_size += size;
            }
            if !is_ideograph && is_mark(letter) {
                line.marks += 1;
            }
            self.all_strong &= here.strong;
            line.text.push(letter);
            self.ends_blank = false;
        }
    }
}

impl Surroundings {
    fn inside(self, index: usize, node: &Node<'_>) -> Self {
        let mut inner = self;
        match node.shape {
            Shape::Inline => {}
            Shape::Row => {
                inner.in_row = true;
                inner.block = index;
            }
            _ if self.in_row => {}
            _ => inner.block = index,
        }
        inner.preformatted |= node.shape == Shape::Preformatted;
        inner.hidden |= node.hint == Hint::Hidden;
        if node.hint == Hint::Noise {
            inner.noise = inner.noise.or(Some(index));
        }
        match node.name() {
            "a" => inner.in_link |= node.attribute("href").is_some_and(leads_away),
            "b" | "strong" => inner.strong = true,
            "h1" => inner.heading = 1,
            "h2" => inner.heading = 2,
            "h3" => inner.heading = 3,
            "h4" => inner.heading = 4,
            "h5" => inner.heading = 5,
            "h6" => inner.heading = 6,
            _ => {}
        }
        inner
    }
}

/// Whether a link leads to another page. A document to load belongs to the text that offers it.
fn leads_away(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    let is_document = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "ofd", "csv", "zip", "rar", "7z",
    ]
    .iter()
    .any(|known| ending.trim().eq_ignore_ascii_case(known));
    !is_document
}

/// Han, kana, hangul and their punctuation.
pub(super) fn is_cjk(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// What ends a sentence or parts it, in both widths; colons stand in metadata and count nothing.
fn is_mark(letter: char) -> bool {
    matches!(
        letter,
        '，' | '。' | '！' | '？' | '；' | '、' | '”' | ',' | '.' | '!' | '?' | ';'
    )
}
