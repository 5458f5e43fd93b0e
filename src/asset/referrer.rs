//! What is sent as `Referer` with a request for a picture: what a browser would send.

use crate::model::PageUrl;

/// How much a page wants told of it to where its pictures are (W3C Referrer Policy).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReferrerPolicy {
    /// Its address to its own origin, its origin alone to others, nothing from https to http
    /// (`strict-origin-when-cross-origin`). Policies that tell more are taken for this one.
    #[default]
    Usual,
    /// Nothing.
    Nothing,
    /// Its address to its own origin, nothing to others.
    SameOrigin,
    /// Its origin alone, to anyone.
    Origin,
}

impl ReferrerPolicy {
    /// Its standard name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Usual => "strict-origin-when-cross-origin",
            Self::Nothing => "no-referrer",
            Self::SameOrigin => "same-origin",
            Self::Origin => "strict-origin",
        }
    }

    /// The policy that `token` names, old names included; nothing where it names none.
    pub fn from_name(token: &str) -> Option<Self> {
        match token.trim().to_ascii_lowercase().as_str() {
            "no-referrer" | "never" => Some(Self::Nothing),
            "same-origin" => Some(Self::SameOrigin),
            "origin" | "strict-origin" => Some(Self::Origin),
            "strict-origin-when-cross-origin"
            | "origin-when-cross-origin"
            | "origin-when-crossorigin"
            | "no-referrer-when-downgrade"
            | "unsafe-url"
            | "always"
            | "default" => Some(Self::Usual),
            _ => None,
        }
    }

    /// What a page says, by its `Referrer-Policy` headers and then by its `<meta name=referrer>`
    /// elements: the last that names a policy holds.
    pub fn said<'a>(tokens: impl Iterator<Item = &'a str>) -> Self {
        tokens
            .flat_map(|list| list.split(','))
            .filter_map(Self::from_name)
            .last()
            .unwrap_or_default()
    }
}

/// What `page`, which wants `policy`, lets `picture` be told.
pub fn referrer(policy: ReferrerPolicy, page: &PageUrl, picture: &PageUrl) -> Option<PageUrl> {
    let is_own = page.origin() == picture.origin();
    let is_downgrade = page.as_url().scheme() == "https" && picture.as_url().scheme() == "http";
    let origin = || page.join("/").ok();
    match policy {
        ReferrerPolicy::Usual | ReferrerPolicy::SameOrigin if is_own => Some(page.clone()),
        ReferrerPolicy::Usual | ReferrerPolicy::Origin => origin().filter(|_| !is_downgrade),
        ReferrerPolicy::Nothing | ReferrerPolicy::SameOrigin => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_what_a_browser_tells() {
        let check = |policy: &str, page: &str, picture: &str, expected: Option<&str>| {
            let policy = ReferrerPolicy::said([policy].into_iter());
            let page = PageUrl::parse(page).expect(page);
            let picture = PageUrl::parse(picture).expect(picture);
            let found = referrer(policy, &page, &picture);
            let found = found.as_ref().map(PageUrl::as_str);
            assert_eq!(found, expected, "{policy:?} {page} {picture}");
        };
        let page = "https://www.a.cn/news/1.html?x=1";
        let (own, other) = ("https://www.a.cn/p/1.jpg", "https://img.a.cn/1.jpg");
        let plain = "http://img.a.cn/1.jpg";
        check("", page, own, Some(page));
        check("", page, other, Some("https://www.a.cn/"));
        check("", page, plain, None);
        check(
            "",
            "http://a.cn/1",
            "http://b.cn/1.jpg",
            Some("http://a.cn/"),
        );
        check(
            "",
            "http://a.cn/1",
            "https://a.cn/1.jpg",
            Some("http://a.cn/"),
        );
        check("no-referrer", page, own, None);
        check("never", page, other, None);
        check("same-origin", page, own, Some(page));
        check("same-origin", page, other, None);
        check("origin", page, own, Some("https://www.a.cn/"));
        check("origin", page, plain, None);
        check("no-referrer, nonsense", page, own, None);
        check("no-referrer, unsafe-url", page, own, Some(page));
        // no more than is usual, whatever the page allows
        check("unsafe-url", page, other, Some("https://www.a.cn/"));
    }

    #[test]
    fn the_last_word_of_a_page_holds() {
        let said = ReferrerPolicy::said(["origin", "no-referrer"].into_iter());
        assert_eq!(said, ReferrerPolicy::Nothing);
        assert_eq!(ReferrerPolicy::from_name(said.name()), Some(said));
    }
}
