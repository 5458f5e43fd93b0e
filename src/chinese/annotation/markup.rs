//! Which stretches of an HTML source a reader sees, or a search engine in his stead (JSON-LD).
//!
//! Not a parser: it tells text from tags the way the first stage of one does, in one pass over
//! whatever bytes come, and decides nothing about structure.

use std::ops::Range;

/// Elements whose content is no text.
const RAW: [&str; 4] = ["script", "style", "xmp", "iframe"];

/// Elements whose content is text, whatever it looks like.
const TEXT: [&str; 2] = ["title", "textarea"];

/// Attributes whose values are shown to readers.
const SHOWN: [&str; 3] = ["alt", "title", "content"];

/// The stretches of text and of shown attribute values, in order and without overlaps.
pub(super) fn readable(html: &str) -> Vec<Range<usize>> {
    let mut scan = Scan {
        html,
        at: 0,
        found: Vec::new(),
    };
    while scan.at < html.len() {
        scan.text();
        scan.markup();
    }
    scan.found
}

struct Scan<'a> {
    html: &'a str,
    at: usize,
    found: Vec<Range<usize>>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or_default()
    }

    /// Moves to the end of the next `mark`, or of the source.
    fn skip_past(&mut self, mark: &str) {
        self.at += self
            .rest()
            .find(mark)
            .map_or(self.rest().len(), |place| place + mark.len());
    }

    /// Moves past characters that are `wanted` and gives them.
    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|one| !wanted(one)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn keep(&mut self, range: Range<usize>) {
        let shown = self.html.get(range.clone()).unwrap_or_default();
        if !shown.is_ascii() {
            self.found.push(range);
        }
    }

    fn text(&mut self) {
        let start = self.at;
        self.take(|one| one != '<');
        self.keep(start..self.at);
    }

    fn markup(&mut self) {
        let rest = self.rest();
        let mut characters = rest.chars().skip(1);
        match characters.next() {
            _ if rest.starts_with("<!--") => self.skip_past("-->"),
            Some('!' | '/' | '?') => self.skip_past(">"),
            Some(letter) if letter.is_ascii_alphabetic() => self.tag(),
            _ => self.at += rest.len().min(1),
        }
    }

    fn tag(&mut self) {
        self.at += 1;
        let name = self.take(|one| !one.is_ascii_whitespace() && !matches!(one, '>' | '/'));
        let mut is_data = false;
        loop {
            self.take(|one| one.is_ascii_whitespace() || one == '/');
            if self.rest().is_empty() {
                return;
            }
            if self.rest().starts_with('>') {
                self.at += 1;
                break;
            }
            is_data |= self.attribute();
        }
        let is_one_of = |names: &[&str]| names.iter().any(|one| name.eq_ignore_ascii_case(one));
        let is_text = is_one_of(&TEXT);
        if is_text || is_one_of(&RAW) {
            let start = self.at;
            self.skip_raw(name);
            if is_text || is_data {
                self.keep(start..self.at);
            }
        }
    }

    /// Moves past an attribute; whether it says that a script holds data about the page.
    fn attribute(&mut self) -> bool {
        // A stray `=` is a part of a name, so that each turn moves on.
        let start = self.at;
        self.take(|one| one == '=');
        self.take(|one| !one.is_ascii_whitespace() && !matches!(one, '>' | '/' | '='));
        let name = self.html.get(start..self.at).unwrap_or_default();
        let shown = SHOWN.iter().any(|one| name.eq_ignore_ascii_case(one));
        self.take(|one| one.is_ascii_whitespace());
        if !self.rest().starts_with('=') {
            return false;
        }
        self.at += 1;
        self.take(|one| one.is_ascii_whitespace());
        let quote = self.rest().chars().next();
        let quote = quote.filter(|quote| matches!(quote, '"' | '\''));
        self.at += usize::from(quote.is_some());
        let start = self.at;
        self.take(|one| match quote {
            Some(quote) => one != quote,
            None => !one.is_ascii_whitespace() && one != '>',
        });
        let value = start..self.at;
        if quote.is_some() {
            self.at += self.rest().len().min(1);
        }
        let is_data = name.eq_ignore_ascii_case("type")
            && self
                .html
                .get(value.clone())
                .is_some_and(|value| value.trim().eq_ignore_ascii_case("application/ld+json"));
        if shown {
            self.keep(value);
        }
        is_data
    }

    /// Moves to the closing tag of a raw element.
    fn skip_raw(&mut self, name: &str) {
        while !self.rest().is_empty() {
            self.take(|one| one != '<');
            let closes = self
                .rest()
                .get(2..2 + name.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(name));
            if closes && self.rest().starts_with("</") {
                return;
            }
            self.at += self.rest().len().min(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[&str]) {
        let found: Vec<_> = readable(html)
            .into_iter()
            .map(|range| html.get(range).unwrap())
            .collect();
        assert_eq!(found, expected, "{html}");
    }

    #[test]
    fn sees_what_a_reader_sees() {
        check("<p>会展</p>", &["会展"]);
        check("<title>标题</title><!-- 注 --><p>文", &["标题", "文"]);
        check("<script>var a='会<b>';</script>文", &["文"]);
        check("<SCRIPT>'</scrip>会'</Script >文", &["文"]);
        check(
            "<script id=a type='application/LD+json'>{\"名\":1}</script>文",
            &["{\"名\":1}", "文"],
        );
        check("<style>/*会*/</style>", &[]);
        check(r#"<img alt="图" src="展.png" title='题'>"#, &["图", "题"]);
        check("<meta content=描述 name=d>", &["描述"]);
        check("<a title=\"a>b会\">文</a>", &["a>b会", "文"]);
        check("1 < 2 会", &[" 2 会"]);
        check(
            "<title>会<b title='</title>展<p>文'>",
            &["会<b title='", "展", "文'>"],
        );
        check("<a =会 title=题>", &["题"]);
    }

    #[test]
    fn hostile_markup_takes_one_pass() {
        for html in [
            "<".repeat(200_000),
            "<a ".repeat(100_000),
            "<a title=\"".repeat(50_000),
            "<script>".repeat(50_000),
            "<!--".repeat(100_000),
            format!("<script>{}", "<".repeat(200_000)),
            "<a =".repeat(50_000),
        ] {
            readable(&html);
        }
    }
}
