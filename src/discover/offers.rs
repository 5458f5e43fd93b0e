//! What a page offers to programs, and what an address alone promises.

use std::sync::LazyLock;

use scraper::Selector;

use super::address;
use crate::canon;
use crate::extract::Page;
use crate::model::{PageKind, PageUrl};

/// Feeds that one page offers, at most; sites that offer one for each tag have no end of them.
const MOST_FEEDS: usize = 5;

static ALTERNATE: LazyLock<Option<Selector>> =
    LazyLock::new(|| Selector::parse("link[rel~=alternate i][type][href]").ok());

/// The feeds that `page` names in its head, in its order, canonical. Those of comments are none of
/// news.
pub fn feeds(page: &Page) -> Vec<PageUrl> {
    let (Some(base), Some(selector)) = (page.base.as_ref().or(page.url.as_ref()), &*ALTERNATE)
    else {
        return Vec::new();
    };
    let mut feeds = Vec::new();
    for link in page.html.select(selector) {
        let own = |name| link.attr(name).unwrap_or_default();
        let media = own("type").to_ascii_lowercase();
        let is_feed = ["rss+xml", "atom+xml", "feed+json"]
            .iter()
            .any(|form| media.contains(form));
        let of_comments = own("href").contains("comment")
            || own("title").contains("评论")
            || own("title").to_ascii_lowercase().contains("comment");
        if !is_feed || of_comments {
            continue;
        }
        if let Ok(url) = base.join(own("href")) {
            let url = canon::canonical(&url);
            if !feeds.contains(&url) {
                feeds.push(url);
            }
        }
        if feeds.len() >= MOST_FEEDS {
            break;
        }
    }
    feeds
}

/// What `url` leads to by its address alone: an article, a list of news, or nothing to visit.
pub fn promised(url: &PageUrl) -> Option<PageKind> {
    if address::is_no_page(url) || address::leads_elsewhere(url) {
        None
    } else if address::is_list(url) {
        address::leads_to_news(url).then_some(PageKind::List)
    } else {
        (address::article_likeness(url) >= 2).then_some(PageKind::Article)
    }
}

/// Whether `url` is no page to read by its name: a file to download, a picture, a script.
pub fn is_file(url: &PageUrl) -> bool {
    address::is_no_page(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn feeds_stand_in_the_head() {
        let html = "<head><link rel=alternate type=application/rss+xml href=/feed.xml title=新闻>\
            <link rel='ALTERNATE' type='application/atom+xml; charset=utf-8' href='atom.xml#x'>\
            <link rel=alternate type=application/feed+json href=/feed.json>\
            <link rel=alternate type=application/rss+xml href=/feed.xml>\
            <link rel=alternate type=application/rss+xml href=/comments/feed/>\
            <link rel=alternate type=application/rss+xml href=/f2 title='某某的评论'>\
            <link rel=alternate type=text/html hreflang=en href=/en/>\
            <link rel=alternate type=application/rss+xml href='javascript:1'>\
            <link rel=stylesheet type=text/css href=/a.css></head>";
        let url = PageUrl::parse("http://a.cn/news/").expect("url");
        let at = Timestamp::from_unix_millis(0);
        let page = Page::parse(html, Some(url), at, encoding_rs::UTF_8);
        let found: Vec<String> = feeds(&page).iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "http://a.cn/feed.xml",
                "http://a.cn/news/atom.xml",
                "http://a.cn/feed.json"
            ]
        );
    }

    #[test]
    fn an_address_promises_an_article_a_list_or_nothing() {
        let check = |url: &str, expected: Option<PageKind>| {
            let url = PageUrl::parse(url).expect("url");
            assert_eq!(promised(&url), expected, "{url}");
        };
        check("http://a.cn/news/15.html", Some(PageKind::Article));
        check("http://a.cn/2026/11/20/opening/", Some(PageKind::Article));
        check("http://a.cn/news/", Some(PageKind::List));
        check("http://a.cn/product/15.html", None);
        check("http://a.cn/contact.html", None);
        check("http://a.cn/about/", None);
        check("http://a.cn/", None);
        check("http://a.cn/news/15.pdf", None);
    }
}
