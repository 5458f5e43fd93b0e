//! The text as safe HTML: what the text holds and nothing else.
//!
//! What is written here holds only elements that ammonia would keep anyway; ammonia still has the
//! last word, since it alone is known to be right.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use super::body::Body;
use super::hints::Hint;
use super::lines::{Line, is_visible};
use super::outline::{Node, Outline, Shape};
use super::{Page, pictures};
use crate::model::{Image, PageUrl};

/// Elements that mean something to a reader; all others give only their content.
const KEPT: [&str; 41] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "figure",
    "figcaption",
    "strong",
    "b",
    "em",
    "i",
    "u",
    "s",
    "sub",
    "sup",
    "a",
    "code",
    "q",
    "cite",
    "mark",
    "small",
    "div",
    "section",
];

/// After how much of a text a comment is put, which does not outlive cleaning: the serializer looks
/// through all that is left of a text at every sign that it escapes.
const LONGEST: usize = 16 * 1024;

/// The body's HTML with its pictures. `text` is what was made of its lines: one that lost its end
/// there or was left out as a whole is cut here too.
pub(super) fn body(
    page: &Page,
    outline: &Outline<'_>,
    body: &Body,
    text: &str,
) -> (Option<String>, Vec<Image>) {
    let mut writer = Writer {
        page,
        outline,
        kept: kept(outline, &body.lines, text),
        html: String::new(),
        images: Vec::new(),
        seen: HashSet::new(),
        open: Vec::new(),
    };
    writer.write(body);
    let html = sanitize(writer.html.trim());
    (Some(html).filter(|html| !html.is_empty()), writer.images)
}

/// A line of the text and how many of its characters, blanks aside, belong to it.
struct Kept {
    line: usize,
    left: usize,
}

/// The lines that `text` kept, each with as much as it kept of it.
fn kept(outline: &Outline<'_>, lines: &[usize], text: &str) -> Vec<Kept> {
    let mut texts = text.lines().peekable();
    let mut kept = Vec::new();
    for &index in lines {
        let (Some(line), Some(next)) = (outline.lines.get(index), texts.peek()) else {
            continue;
        };
        if line.plain().starts_with(next) {
            kept.push(Kept {
                line: index,
                left: next.chars().filter(|&letter| is_visible(letter)).count(),
            });
            texts.next();
        }
    }
    kept
}

struct Writer<'here, 'page> {
    page: &'here Page,
    outline: &'here Outline<'page>,
    kept: Vec<Kept>,
    html: String,
    images: Vec<Image>,
    /// The addresses of these.
    seen: HashSet<PageUrl>,
    open: Vec<(usize, &'static str, usize)>,
}

impl<'page> Writer<'_, 'page> {
    fn write(&mut self, body: &Body) {
        let outline = self.outline;
        let span = span(outline, body);
        let dropped: HashSet<usize> = body.dropped.iter().copied().collect();
        let mut skip_to = 0;
        let nodes = outline.nodes.iter().enumerate();
        for (index, node) in nodes.take(span.end).skip(span.start) {
            close(&mut self.html, &mut self.open, index);
            if index < skip_to {
                continue;
            }
            match node.shape {
                Shape::Text => self.text(index, node.text().unwrap_or_default()),
                Shape::Silent | Shape::Script => {
                    self.image(pictures::twin(self.page, node));
                    skip_to = node.end;
                }
                Shape::Break if node.name() == "br" => self.html.push_str("<br>"),
                Shape::Break => {}
                Shape::Image => self.image(pictures::of(self.page, node)),
                _ if dropped.contains(&index) || node.hint == Hint::Hidden => skip_to = node.end,
                Shape::Block | Shape::Cell if self.is_left_out(node) => skip_to = node.end,
                _ => {
                    // a container that reaches beyond the text would only add empty frames
                    if index == body.element || node.end > span.end {
                        continue;
                    }
                    if let Some(name) = KEPT.into_iter().find(|name| *name == node.name()) {
                        let begin = self.html.len();
                        open_element(self.page, &mut self.html, name, node);
                        self.open.push((node.end, name, begin));
                    }
                }
            }
        }
        close(&mut self.html, &mut self.open, usize::MAX);
    }

    /// Whether an element holds links and nothing of the text: their pictures go with them.
    fn is_left_out(&self, node: &Node<'page>) -> bool {
        let from = self
            .kept
            .partition_point(|kept| kept.line < node.lines.start);
        let is_kept = self
            .kept
            .get(from)
            .is_some_and(|kept| kept.line < node.lines.end);
        let lines = self.outline.lines.get(node.lines.clone());
        !is_kept && lines.is_some_and(|lines| lines.iter().any(Line::is_links))
    }

    fn image(&mut self, image: Option<Image>) {
        let Some(image) = image else { return };
        self.html.push_str("<img src=\"");
        escape(&mut self.html, image.url.as_str());
        self.html.push_str("\" alt=\"");
        escape(&mut self.html, image.alt.as_deref().unwrap_or_default());
        self.html.push_str("\">");
        if self.seen.insert(image.url.clone()) {
            self.images.push(image);
        }
    }

    /// Writes as much of a text as its lines kept.
    fn text(&mut self, index: usize, text: &str) {
        let lines = &self.outline.lines;
        let first = lines.partition_point(|line| line.nodes.end <= index);
        let held = lines
            .iter()
            .skip(first)
            .take_while(|line| line.nodes.start <= index)
            .count();
        match held {
            // line ends between two elements of preformatted text
            0 if text.contains('\n') => self.html.push('\n'),
            0 => {}
            1 => self.part(first, text),
            _ => {
                let parts = text.split_inclusive('\n');
                let parts = parts.filter(|part| part.chars().any(is_visible));
                for (line, part) in (first..first + held).zip(parts) {
                    self.part(line, part);
                }
            }
        }
    }

    fn part(&mut self, line: usize, text: &str) {
        let at = self.kept.binary_search_by_key(&line, |kept| kept.line);
        let Some(kept) = at.ok().and_then(|at| self.kept.get_mut(at)) else {
            return;
        };
        let mut begin = self.html.len();
        for letter in text.chars() {
            if kept.left == 0 {
                return;
            }
            if is_visible(letter) {
                kept.left -= 1;
            }
            escape_letter(&mut self.html, letter);
            if self.html.len() - begin > LONGEST {
                self.html.push_str("<!---->");
                begin = self.html.len();
            }
        }
    }
}

/// The nodes from the end of what precedes the text to the beginning of what follows it.
fn span(outline: &Outline<'_>, body: &Body) -> std::ops::Range<usize> {
    let whole = outline
        .nodes
        .get(body.element)
        .map_or(0..0, |node| body.element..node.end);
    let (Some(&first), Some(&last)) = (body.lines.first(), body.lines.last()) else {
        // an article of pictures alone: what stands between its metadata and the next line
        let line = |line: usize| outline.lines.get(line).map(|line| &line.nodes);
        let end = |nodes: &std::ops::Range<usize>| nodes.end;
        return body.lead.and_then(line).map_or(0..0, |lead| {
            let next = body.lead.and_then(|lead| line(lead + 1));
            end(lead)..next.map_or(end(lead), |next| next.start)
        });
    };
    let before = first
        .checked_sub(1)
        .and_then(|line| outline.lines.get(line))
        .map_or(0, |line| line.nodes.end);
    let after = outline
        .lines
        .get(last + 1)
        .map_or(usize::MAX, |line| line.nodes.start);
    whole.start.max(before)..whole.end.min(after)
}

fn open_element(page: &Page, html: &mut String, name: &str, node: &Node<'_>) {
    html.push('<');
    html.push_str(name);
    let mut attribute = |attribute: &str, value: &str| {
        let _infallible = write!(html, " {attribute}=\"");
        escape(html, value);
        html.push('"');
    };
    match name {
        "a" => {
            if let Some(url) = node.attribute("href").and_then(|href| page.absolute(href)) {
                attribute("href", url.as_str());
            }
        }
        "td" | "th" => {
            for span in ["colspan", "rowspan"] {
                let number = node
                    .attribute(span)
                    .and_then(|value| value.trim().parse::<u8>().ok());
                if let Some(number) = number.filter(|number| *number > 1) {
                    attribute(span, &number.to_string());
                }
            }
        }
        _ => {}
    }
    html.push('>');
}

/// Closes what ends before `index`; an element that stayed empty is taken back.
fn close(html: &mut String, open: &mut Vec<(usize, &str, usize)>, index: usize) {
    while let Some((_, name, begin)) =
        open.pop_if(|(end, _, _)| *end <= index || index == usize::MAX)
    {
        let is_empty = html.get(begin..).is_some_and(|inside| {
            inside.find('>').is_none_or(|end| {
                inside
                    .get(end + 1..)
                    .is_none_or(|inside| inside.trim().is_empty())
            })
        });
        if is_empty && !matches!(name, "td" | "th") {
            html.truncate(begin);
        } else {
            let _infallible = write!(html, "</{name}>");
        }
    }
}

fn escape_letter(html: &mut String, letter: char) {
    match letter {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        _ => html.push(letter),
    }
}

pub(super) fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        escape_letter(html, letter);
    }
}

/// Nothing executable, nothing loaded from elsewhere other than pictures.
fn sanitize(html: &str) -> String {
    static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
        let mut cleaner = ammonia::Builder::default();
        cleaner
            .tags(KEPT.into_iter().chain(["img", "br"]).collect())
            .tag_attributes(
                [
                    ("a", ["href"].into()),
                    ("img", ["src", "alt"].into()),
                    ("td", ["colspan", "rowspan"].into()),
                    ("th", ["colspan", "rowspan"].into()),
                ]
                .into(),
            )
            .generic_attributes(HashSet::new())
            .url_schemes(["http", "https"].into())
            .link_rel(Some("nofollow noopener noreferrer"));
        cleaner
    });
    if html.is_empty() {
        return String::new();
    }
    CLEANER.clean(html).to_string()
}
