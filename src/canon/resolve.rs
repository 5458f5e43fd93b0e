//! Links as a browser reads them.

use std::borrow::Cow;

use encoding_rs::Encoding;
use url::Url;

use crate::model::{PageUrl, UrlError};

/// The page that `href` leads to from `base`, a page in `encoding`.
///
/// By the WHATWG standard the query is encoded as the page is and the path always as UTF-8, so
/// `?q=展` on a GBK page asks for `?q=%D5%B9`. Escapes that are there already are kept.
pub fn resolve(
    base: &PageUrl,
    href: &str,
    encoding: &'static Encoding,
) -> Result<PageUrl, UrlError> {
    Url::options()
        .base_url(Some(base.as_url()))
        .encoding_override(Some(&|text| encode(text, encoding)))
        .parse(href.trim())
        .map_err(|refused| UrlError::Malformed {
            text: href.to_owned(),
            reason: refused.to_string(),
        })
        .and_then(PageUrl::from_url)
}

/// The bytes of `text`; a character the encoding lacks becomes its escaped numeric reference.
fn encode<'a>(text: &'a str, encoding: &'static Encoding) -> Cow<'a, [u8]> {
    let (bytes, _, has_unmappable) = encoding.encode(text);
    if !has_unmappable {
        return bytes;
    }
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        let mut buffer = [0; 4];
        let (bytes, _, is_unmappable) = encoding.encode(character.encode_utf8(&mut buffer));
        let bytes: Cow<'_, [u8]> = if is_unmappable {
            let reference = format!("%26%23{}%3B", u32::from(character));
            reference.into_bytes().into()
        } else {
            bytes
        };
        out.extend_from_slice(&bytes);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GBK, UTF_8, UTF_16LE};

    use super::*;

    fn check(href: &str, encoding: &'static Encoding, expected: &str) {
        let base = PageUrl::parse("http://expo.example.cn/news/list.html?page=2").unwrap();
        let found = resolve(&base, href, encoding).unwrap();
        assert_eq!(found.as_str(), expected, "{href}");
    }

    #[test]
    fn queries_are_encoded_as_the_page_is() {
        check(
            "?q=展",
            GBK,
            "http://expo.example.cn/news/list.html?q=%D5%B9",
        );
        check(
            "?q=展",
            BIG5,
            "http://expo.example.cn/news/list.html?q=%AEi",
        );
        check(
            "?q=展",
            UTF_8,
            "http://expo.example.cn/news/list.html?q=%E5%B1%95",
        );
        check(
            "?q=展",
            UTF_16LE,
            "http://expo.example.cn/news/list.html?q=%E5%B1%95",
        );
        check(
            "?q=😀展",
            GBK,
            "http://expo.example.cn/news/list.html?q=%26%23128512%3B%D5%B9",
        );
        check(
            "/展/?q=%d5%b9",
            GBK,
            "http://expo.example.cn/%E5%B1%95/?q=%d5%b9",
        );
    }

    #[test]
    fn references_are_read_as_a_browser_does() {
        for (href, expected) in [
            ("1.html", "http://expo.example.cn/news/1.html"),
            (" ../a\n.html\t", "http://expo.example.cn/a.html"),
            ("//cdn.example.cn/x", "http://cdn.example.cn/x"),
            ("https:\\\\a.cn\\b", "https://a.cn/b"),
            ("#top", "http://expo.example.cn/news/list.html?page=2"),
            ("", "http://expo.example.cn/news/list.html?page=2"),
            ("?", "http://expo.example.cn/news/list.html?"),
        ] {
            check(href, UTF_8, expected);
        }
    }

    #[test]
    fn what_leads_to_no_page_is_refused() {
        let base = PageUrl::parse("http://expo.example.cn/").unwrap();
        for href in [
            "javascript:void(0)",
            "mailto:a@b.cn",
            "http://",
            "tel:123",
            "data:,x",
        ] {
            assert!(resolve(&base, href, GBK).is_err(), "{href}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_reference_is_read(href: String) {
            let base = PageUrl::parse("http://expo.example.cn/").unwrap();
            for encoding in [GBK, BIG5, UTF_8] {
                let _found = resolve(&base, &href, encoding);
            }
        }
    }
}
