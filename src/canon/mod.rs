//! Many spellings of a URL, one page.
//!
//! [`resolve()`] reads a link as a browser does, [`canonical`] picks the one spelling under which a
//! page is asked for and kept, [`urlkey`] is its key in the archive's index. All of them would
//! rather keep two spellings apart than merge two pages: the scheme, `www.`, the order and case of
//! parameters and doubled slashes stay as they are, since some server tells them apart.

mod resolve;
mod spelling;
mod tracking;

pub use resolve::resolve;

use url::Host;

use crate::model::PageUrl;

/// The one spelling of a page.
///
/// Away go what only tracks the visitor (`utm_source`, `spm`, `from=timeline`), session ids
/// (`;jsessionid=`, `PHPSESSID`), the default port, empty parameters, a dot after the host, and
/// differences between escapes that mean the same.
pub fn canonical(url: &PageUrl) -> PageUrl {
    let mut spelt = url.as_url().clone();
    if let Some(host) = spelt.host_str().and_then(|host| host.strip_suffix('.')) {
        let host = host.to_owned();
        // a host of nothing but a dot cannot be told without it and stays
        let _kept_where_refused = spelt.set_host(Some(&host));
    }
    spelt.set_path(&tracking::path_of_page(spelt.path()));
    let query = spelt
        .query()
        .map(tracking::query_of_page)
        .filter(|query| !query.is_empty());
    spelt.set_query(query.as_deref());
    PageUrl::from_url(spelt).unwrap_or_else(|_stays_a_page| url.clone())
}

/// The page's key in sort order of its host, as in CDX indexes: `cn,example)/news/show.php?id=1`,
/// with a port of its own as `cn,example:8080)/`.
///
/// Other tools also drop `www.`, lower the path and sort the parameters here; this key does not,
/// because it identifies pages. `http` and `https` do share one.
pub fn urlkey(url: &PageUrl) -> String {
    let page = canonical(url);
    let url = page.as_url();
    let mut key = match url.host() {
        Some(Host::Domain(name)) => {
            let mut labels: Vec<_> = name.split('.').collect();
            labels.reverse();
            labels.join(",")
        }
        Some(address) => address.to_string(),
        None => String::new(),
    };
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
    key.push(')');
    key.push_str(url.path());
    if let Some(query) = url.query() {
        key.push('?');
        key.push_str(query);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> PageUrl {
        PageUrl::parse(text).unwrap()
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(canonical(&page(text)).as_str(), expected, "{text}");
    }

    #[test]
    fn spellings_of_one_page_are_one() {
        for (text, expected) in [
            (
                "HTTP://Expo.Example.CN:80/a/../b/./c.html?#top",
                "http://expo.example.cn/b/c.html",
            ),
            ("https://expo.example.cn.:443", "https://expo.example.cn/"),
            (
                "http://a.cn/%7euser/%e5%b1%95%41?q=%d5%b9",
                "http://a.cn/~user/%E5%B1%95A?q=%D5%B9",
            ),
            ("http://a.cn/?&a=1&&b=2&", "http://a.cn/?a=1&b=2"),
            ("http://展会.中国/", "http://xn--6oq653a.xn--fiqs8s/"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn tracking_goes() {
        for (query, expected) in [
            ("id=1&utm_source=x&UTM_Medium=y&spm=a2.b", "?id=1"),
            ("spm=1", ""),
            ("from=timeline&isappinstalled=0&id=3", "?id=3"),
            ("from=search&id=3", "?from=search&id=3"),
            ("_t=1700000000000&id=1", "?id=1"),
            ("_t=news&id=1", "?_t=news&id=1"),
            ("%75tm_source=x", ""),
            ("PHPSESSID=2aa3asdfasfdadf&a=1", "?a=1"),
            ("sid=12", "?sid=12"),
            ("sid=9b3c7de21f0a4456b7c8", ""),
            ("aspsessionidqqsdcqtb=abc", ""),
            ("article%2F1234", "?article%2F1234"),
        ] {
            check(
                &format!("http://a.cn/n?{query}"),
                &format!("http://a.cn/n{expected}"),
            );
        }
    }

    #[test]
    fn sessions_in_the_path_go() {
        for (path, expected) in [
            ("/a.do;jsessionid=0A1B2C?id=1", "/a.do?id=1"),
            ("/a;JSESSIONID=0A/b;v=1", "/a/b;v=1"),
            ("/(S(lit3py55t21z5v55vlm25s55))/orders.aspx", "/orders.aspx"),
            ("/(S)/(S(short))/x", "/(S)/(S(short))/x"),
        ] {
            check(
                &format!("http://a.cn{path}"),
                &format!("http://a.cn{expected}"),
            );
        }
    }

    #[test]
    fn what_may_be_two_pages_stays_two() {
        for text in [
            "https://a.cn/",
            "http://www.a.cn/",
            "http://a.cn/News",
            "http://a.cn/news/",
            "http://a.cn//news",
            "http://a.cn/?b=1&a=2",
            "http://a.cn/?a=1&a=1",
            "http://a.cn/?a=",
            "http://a.cn/?a",
            "http://a.cn/a%2Fb",
            "http://a.cn/?q=a+b",
            "http://a.cn/?q=a%20b",
            "http://a.cn/100%",
            "http://a.cn/100%25",
            "http://a.cn/%%37%35tm",
            "http://a.cn/index.html",
            "http://m.a.cn:8080/?p=1",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn keys_sort_by_host() {
        for (text, expected) in [
            (
                "http://example.cn/news/show.php?id=1",
                "cn,example)/news/show.php?id=1",
            ),
            ("https://www.example.cn/", "cn,example,www)/"),
            (
                "http://example.cn:8080/a?utm_source=x",
                "cn,example:8080)/a",
            ),
            ("http://127.0.0.1:8017/", "127.0.0.1:8017)/"),
            ("http://[2001:db8::1]/", "[2001:db8::1])/"),
        ] {
            assert_eq!(urlkey(&page(text)), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn canonical_is_its_own_canonical(
            tail in "(/|%|%%|[0-9a-f]{2}|%7e|%25|;jsessionid=|\\(S\\(|\\)\\)|a|\\.|\\.\\.|\\?|&|=|utm_x|sid|展|\\||\\^|'| ){0,24}",
            host in "(a\\.cn|A\\.cn\\.|\\.|1\\.1|展会\\.cn|\\[::1\\])(:80|:443|:81)?",
        ) {
            if let Ok(url) = PageUrl::parse(&format!("http://{host}/{tail}")) {
                let once = canonical(&url);
                assert_eq!(canonical(&once), once, "{url}");
                assert_eq!(urlkey(&once), urlkey(&url), "{url}");
            }
        }

        #[test]
        fn any_text_is_judged(text: String) {
            if let Ok(url) = PageUrl::parse(&format!("http://a.cn/{text}")) {
                let once = canonical(&url);
                assert_eq!(canonical(&once), once);
            }
        }
    }
}
