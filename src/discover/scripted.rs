//! Links that scripts follow for the visitor: what a call, a button or its data says of an address.
//!
//! Nothing is run. An address that stands written out is read; a function that does no more than
//! put a number between two texts is filled in; of all else it is noted that a pager is there which
//! cannot be followed.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Html, Node};

use super::words;

/// Attributes in which buttons keep the address that a script loads.
const DATA: [&str; 8] = [
    "data-url",
    "data-href",
    "data-link",
    "data-next",
    "data-next-url",
    "data-nexturl",
    "data-page-url",
    "data-src",
];
/// Longer calls are programs.
const LONGEST_CALL: usize = 500;
/// Scripts that turn pages are short; of longer ones the beginning is read.
const LONGEST_SCRIPT: usize = 64 * 1024;

static LOCATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    read(
        r#"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\(|window\.open\s*\()\s*['"]([^'"]+)['"]\s*(?:[;,)}]|$)"#,
    )
});
/// `goUrl('list_2.html')`: a call of one text that is an address.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    read(r#"^\s*\w+\s*\(\s*['"]([^'"\s]*(?:\.(?:s?html?|aspx?|php|jsp|do)|/|\?)[^'"\s]*)['"]\s*\)"#)
});
static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| read(r#"^\s*([\w$.]+)\s*\(\s*['"]?(\d{1,5})['"]?\s*\)"#));
/// `function goPage(n) { location.href = 'list_' + n + '.html'; }`
static TURNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    read(
        r#"function\s+(\w+)\s*\(\s*(\w+)\s*\)\s*\{\s*(?:(?:window|document|self|top)\.)?location(?:\.href)?\s*=\s*['"]([^'"]*)['"]\s*\+\s*(\w+)\s*(?:\+\s*['"]([^'"]*)['"]\s*)?;?\s*\}"#,
    )
});

/// What an element tells a script to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// To go to this address.
    To(String),
    /// To turn a page, nobody but the script knows how.
    Unknown(String),
}

/// Functions of a page that turn its pages: the texts before and after the number.
#[derive(Debug, Default)]
pub(super) struct Turns(HashMap<String, (String, String)>);

impl Turns {
    /// The functions that scripts of the page define.
    pub(super) fn of(html: &Html) -> Self {
        let mut found = HashMap::new();
        let scripts = html.tree.nodes().filter(|node| {
            let element = node.value().as_element();
            element.is_some_and(|element| element.name() == "script")
        });
        let texts = scripts.flat_map(|script| script.children());
        for text in texts.filter_map(|node| match node.value() {
            Node::Text(text) if text.contains("location") => Some(text),
            _ => None,
        }) {
            let limit = text.floor_char_boundary(LONGEST_SCRIPT);
            let text = text.get(..limit).unwrap_or_default();
            for turn in TURNS.iter().flat_map(|turns| turns.captures_iter(text)) {
                let group = |at: usize| turn.get(at).map_or("", |part| part.as_str()).to_owned();
                if group(2) == group(4) {
                    found.insert(group(1), (group(3), group(5)));
                }
            }
        }
        Self(found)
    }

    /// Where `element` leads by its script or its data, where that is not its `href`.
    pub(super) fn lead(&self, element: ElementRef<'_>) -> Option<Lead> {
        let href = element.attr("href").unwrap_or_default().trim();
        let by_href = strip_scheme(href);
        let has_address = by_href.is_none() && !href.is_empty() && !href.starts_with('#');
        if has_address {
            return None;
        }
        if let Some(url) = DATA.iter().find_map(|name| element.attr(name)) {
            let url = url.trim();
            // data-src of a picture is no page, and an anchor with an address has one
            let address = url.contains(['/', '?']) || url.contains(".htm");
            return address.then(|| Lead::To(url.to_owned()));
        }
        [by_href, element.attr("onclick")]
            .into_iter()
            .flatten()
            .find_map(|call| self.called(call))
    }

    fn called(&self, call: &str) -> Option<Lead> {
        if call.len() > LONGEST_CALL {
            return None;
        }
        let call = call.trim();
        let call = strip_scheme(call).unwrap_or(call);
        let written = |pattern: &LazyLock<Option<Regex>>| {
            let found = pattern.as_ref()?.captures(call)?;
            Some(found.get(1)?.as_str().to_owned())
        };
        if let Some(url) = written(&LOCATION).or_else(|| written(&ADDRESS)) {
            return Some(Lead::To(url));
        }
        if let Some(turn) = CALL.as_ref().and_then(|calls| calls.captures(call)) {
            let group = |at: usize| turn.get(at).map_or("", |part| part.as_str());
            if let Some((before, after)) = self.0.get(group(1)) {
                return Some(Lead::To(format!("{before}{}{after}", group(2))));
            }
            return Some(Lead::Unknown(shortened(call)));
        }
        let submits = call.contains("__doPostBack") || call.contains(".submit(");
        submits.then(|| Lead::Unknown(shortened(call)))
    }
}

/// What an element is called that is no link: its text, or the value of a button.
pub(super) fn name_of(element: ElementRef<'_>) -> String {
    const LONGEST: usize = 40;
    let value = element
        .attr("value")
        .filter(|_| element.value().name() == "input");
    match value {
        Some(value) => value.chars().take(LONGEST).collect(),
        None => element.text().flat_map(str::chars).take(LONGEST).collect(),
    }
}

/// Whether an element of this name and text turns pages: 下一页, 2, 加载更多.
pub(super) fn turns_pages(text: &str) -> bool {
    words::is_next(text)
        || words::loads_more(text)
        || words::is_more(text)
        || words::page_number(text).is_some_and(|number| number > 1)
}

/// A button that sends a form: 下一页 of old ASP.
pub(super) fn submits(element: ElementRef<'_>) -> bool {
    let kind = element.attr("type").unwrap_or_default();
    let is_button = match element.value().name() {
        "input" => matches!(kind, "submit" | "image" | "button"),
        "button" => kind != "button" && kind != "reset",
        _ => false,
    };
    is_button && words::is_next(&name_of(element)) && in_posting_form(element)
}

fn in_posting_form(element: ElementRef<'_>) -> bool {
    const HIGHEST: usize = 12;
    let forms = element
        .ancestors()
        .take(HIGHEST)
        .filter_map(ElementRef::wrap);
    forms
        .filter(|form| form.value().name() == "form")
        .any(|form| {
            form.attr("method")
                .is_some_and(|method| method.eq_ignore_ascii_case("post"))
        })
}

fn strip_scheme(call: &str) -> Option<&str> {
    let (scheme, rest) = call.split_once(':')?;
    scheme
        .trim()
        .eq_ignore_ascii_case("javascript")
        .then_some(rest)
}

fn shortened(call: &str) -> String {
    const LONGEST: usize = 60;
    call.chars()
        .filter(|sign| !sign.is_control())
        .take(LONGEST)
        .collect()
}

fn read(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}
