//! A page as a server might send it: decoded, parsed, read and searched for links.
//!
//! The input is the page; behind its last two NUL bytes may follow a content type and an address.
//! What must hold: nothing panics, the same input gives the same answer, a field is never empty
//! text, and the HTML of the body can do nothing but show text and pictures.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use scraper::{Html, Node};
use zhanwen::extract::{Extraction, Page, extract};
use zhanwen::model::{PageUrl, Timestamp};
use zhanwen::rules::RuleBook;
use zhanwen::{decode, discover};

/// What `clean.rs` may write.
const ELEMENTS: &str = "html head body p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table \
    caption colgroup thead tbody tfoot tr th td figure figcaption strong b em i u s sub sup a code \
    q cite mark small div section img br";

/// The only attributes among them.
const ATTRIBUTES: [&str; 6] = ["href", "rel", "src", "alt", "colspan", "rowspan"];

static RULES: LazyLock<RuleBook> = LazyLock::new(RuleBook::builtin);

fuzz_target!(|input: &[u8]| {
    let (body, content_type, url) = split(input);
    let decoded = decode::decode(body, content_type);
    let read = || {
        let page = Page::parse(
            &decoded.text,
            url.clone(),
            Timestamp::from_unix_millis(1_750_000_000_000),
            decoded.encoding,
        );
        let extraction = extract(&page, &RULES);
        let found = discover::discover(&page, &RULES);
        (extraction, format!("{found:?}"))
    };
    let (extraction, found) = read();
    assert!(
        (&extraction, &found) == (&read().0, &read().1),
        "the same page was read in two ways"
    );
    check_fields(&extraction);
    if let Some(html) = &extraction.article.body_html {
        check_html(html);
    }
});

/// The page, and what came with it.
fn split(input: &[u8]) -> (&[u8], Option<&str>, Option<PageUrl>) {
    let mut parts = input.rsplitn(3, |byte| *byte == 0);
    let (url, content_type, body) = (parts.next(), parts.next(), parts.next());
    let Some(body) = body else {
        return (input, None, None);
    };
    let content_type = content_type.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let url = url.and_then(|bytes| std::str::from_utf8(bytes).ok());
    (
        body,
        content_type,
        url.and_then(|url| PageUrl::parse(url).ok()),
    )
}

fn check_fields(extraction: &Extraction) {
    let article = &extraction.article;
    for (name, value) in [
        ("title", &article.title),
        ("source", &article.source),
        ("author", &article.author),
        ("editor", &article.editor),
        ("summary", &article.summary),
        ("body_text", &article.body_text),
        ("body_html", &article.body_html),
    ] {
        if let Some(value) = value {
            assert!(!value.trim().is_empty(), "{name} is empty text");
        }
    }
}

fn check_html(html: &str) {
    let document = Html::parse_fragment(html);
    for node in document.tree.values() {
        let Node::Element(element) = node else {
            assert!(
                !matches!(node, Node::Comment(_) | Node::ProcessingInstruction(_)),
                "a comment in {html:?}"
            );
            continue;
        };
        let name = element.name();
        assert!(
            ELEMENTS.split_whitespace().any(|known| known == name),
            "<{name}> in {html:?}"
        );
        for (attribute, value) in element.attrs() {
            assert!(ATTRIBUTES.contains(&attribute), "{attribute}= in {html:?}");
            let is_address = matches!(attribute, "href" | "src");
            assert!(
                !is_address || value.starts_with("http://") || value.starts_with("https://"),
                "{attribute}={value:?} in {html:?}"
            );
        }
    }
}
