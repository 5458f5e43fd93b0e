//! The recovery of annotated text, on a page's source and on plain text.
//!
//! The first byte says how the rest is read: GBK, or UTF-8. What must hold: nothing panics; a page
//! that is not annotated comes back as it was; of an annotated one the markup comes back byte for
//! byte, and its documents before and after have the same nodes, as `Page` relies on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scraper::{Html, Node};
use zhanwen::chinese::annotation::{Recovered, recover, recover_text, strip};

fuzz_target!(|input: &[u8]| {
    let Some((first, rest)) = input.split_first() else {
        return;
    };
    let text = if first.is_multiple_of(2) {
        String::from_utf8_lossy(rest)
    } else {
        encoding_rs::GBK.decode_without_bom_handling(rest).0
    };
    for recovered in [recover(&text), strip(&text)] {
        check(&text, &recovered);
        if recovered.annotated {
            assert_eq!(markup(&text), markup(&recovered.html), "markup was changed");
            assert_eq!(shape(&text), shape(&recovered.html), "nodes were changed");
        }
    }
    check(&text, &recover_text(&text));
});

fn check(text: &str, recovered: &Recovered<'_>) {
    if recovered.annotated {
        assert!(recovered.annotations > 0, "annotated without annotations");
    } else {
        assert_eq!(
            recovered.html, text,
            "a page that is not annotated was changed"
        );
    }
}

/// Everything that could begin or end markup.
fn markup(html: &str) -> String {
    html.chars()
        .filter(|letter| matches!(letter, '<' | '>' | '"' | '\'' | '=' | '&' | '/' | '!' | '-'))
        .collect()
}

/// What kind each node of the document is, in order.
fn shape(html: &str) -> Vec<&'static str> {
    Html::parse_document(html)
        .tree
        .values()
        .map(|node| match node {
            Node::Element(_) => "element",
            Node::Text(_) => "text",
            _ => "other",
        })
        .collect()
}
