//! What a page calls itself.

use scraper::ElementRef;

use crate::canon;
use crate::extract::Page;
use crate::model::PageUrl;

/// Longer ones are no addresses.
const LONGEST: usize = 2_048;

/// The address that `<link rel=canonical>` in the head of `page` names, canonical.
pub fn named_address(page: &Page) -> Option<PageUrl> {
    let base = page.base.as_ref().or(page.url.as_ref())?;
    let root = page.html.root_element();
    let head = elements(root).find(|element| element.value().name() == "head")?;
    let mut links = elements(head).filter(|element| element.value().name() == "link");
    let link = links.find(|link| {
        let mut words = link.attr("rel").unwrap_or_default().split_whitespace();
        words.any(|word| word.eq_ignore_ascii_case("canonical"))
    })?;
    let href = link.attr("href")?.trim();
    if href.is_empty() || href.len() > LONGEST {
        return None;
    }
    let url = canon::resolve(base, href, page.encoding).ok()?;
    Some(canon::canonical(&url))
}

fn elements(parent: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    parent.children().filter_map(ElementRef::wrap)
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn the_head_alone_names_a_page() {
        for (html, expected) in [
            (
                "<link rel=canonical href='/news/1.html'>",
                Some("http://a.cn/news/1.html"),
            ),
            (
                "<link rel='shortlink CANONICAL' href='https://www.a.cn/1?utm_source=x'>",
                Some("https://www.a.cn/1"),
            ),
            ("<link rel=alternate href='/m/1.html'>", None),
            ("<link rel=canonical href=''>", None),
            ("<link rel=canonical href='javascript:void(0)'>", None),
            ("<body><p>文<link rel=canonical href='/spam'>", None),
        ] {
            let url = PageUrl::parse("http://a.cn/x").expect("url");
            let page = Page::parse(html, Some(url), Timestamp::from_unix_millis(0), UTF_8);
            let found = named_address(&page);
            assert_eq!(found.as_ref().map(PageUrl::as_str), expected, "{html}");
        }
    }
}
