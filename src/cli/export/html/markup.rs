//! What every page is made of. All that pages of others said is escaped; a policy in each page forbids
//! scripts and whatever would be fetched from elsewhere, should something slip through.

use crate::cli::output::harmless;

/// A page in the folder `depth` below the root.
pub(super) fn page(title: &str, lang: &str, depth: usize, body: &str) -> String {
    format!("{}{body}{FOOT}", head(title, lang, depth))
}

/// What stands before a page's own.
pub(super) fn head(title: &str, lang: &str, depth: usize) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline' 'self' file:; img-src data: 'self' file:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{}style.css\">\n</head>\n<body>\n<main>\n",
        escaped(lang),
        escaped(title),
        "../".repeat(depth),
    )
}

/// What stands behind it.
pub(super) const FOOT: &str = "</main>\n</body>\n</html>\n";

/// `text` between tags and in attributes with double quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in harmless(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// A link to a page on the network: only where it is one.
pub(super) fn link(address: &str, shown: &str) -> String {
    let shown = escaped(shown);
    if address.starts_with("https://") || address.starts_with("http://") {
        let address = escaped(address);
        format!("<a href=\"{address}\" rel=\"noreferrer noopener\">{shown}</a>")
    } else {
        shown
    }
}

/// A name of a file or folder as a relative address says it.
pub(super) fn address(name: &str) -> String {
    let letters = name.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    letters.collect()
}

/// Paragraphs of a text.
pub(super) fn paragraphs(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| format!("<p>{}</p>\n", escaped(line)))
        .collect::<Vec<_>>()
        .concat()
}

/// `2026-11-23T06:11:00.000Z` to the minute, as a reader takes it in.
pub(super) fn minute(at: crate::model::Timestamp) -> String {
    let minute = crate::cli::export::facts::minute(at);
    format!("<time datetime=\"{at}\">{minute}</time>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_becomes_markup() {
        let hostile = "</script><img src=x onerror='a'>\"&\0\u{1b}";
        let safe = escaped(hostile);
        assert!(
            !safe.contains(['<', '>', '"', '\'', '\0', '\u{1b}']),
            "{safe}"
        );
        assert_eq!(link("javascript:alert(1)", "x"), "x");
        let address = "https://a.example/\"><b>";
        assert!(!link(address, "x").contains("\"><b>"));
    }

    #[test]
    fn addresses_of_files_are_spelt_out() {
        assert_eq!(address("08-展 #?-1.html"), "08-%E5%B1%95%20%23%3F-1.html");
    }
}
