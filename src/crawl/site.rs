//! Which pages belong to a site.

use std::sync::Arc;

use crate::model::{HostKey, PageUrl, SiteId};
use crate::rules::{RuleBook, SiteRules};

use super::reading::READER;

/// The site that `url` belongs to: by rules, else the one named after its host.
pub(super) fn site_of(rules: &RuleBook, url: &PageUrl) -> SiteId {
    rules.site_for(url).map_or_else(
        || SiteId::new(url.host().as_str()),
        |rules| rules.id.clone(),
    )
}

/// Whether `url` is a page of `site`. A site without rules is its host, with or without `www.`.
pub(super) fn belongs(rules: &RuleBook, site: &SiteId, url: &PageUrl) -> bool {
    match rules.site_for(url) {
        Some(claimed) => claimed.id == *site,
        None => bare(&url.host()) == site.as_str().strip_prefix("www.").unwrap_or(site.as_str()),
    }
}

/// The rules that `site` is named after.
pub(super) fn rules_of(rules: &RuleBook, site: &SiteId) -> Option<Arc<SiteRules>> {
    rules.sites.iter().find(|rules| rules.id == *site).cloned()
}

/// The edition of the program and of the rules for `site`. Another one may find other links on the
/// same page.
pub(super) fn edition(rules: &RuleBook, site: &SiteId) -> String {
    let rules = rules.edition(site).to_string();
    let rules = rules.get(..16).unwrap_or(&rules);
    format!("{}/{READER} {rules}", env!("CARGO_PKG_VERSION"))
}

/// Whether two pages are of one host, with or without `www.`.
pub(super) fn are_neighbours(one: &PageUrl, other: &PageUrl) -> bool {
    bare(&one.host()) == bare(&other.host())
}

/// Whether `url` is a page that says "not found" or "error", by its name.
pub(super) fn is_error_page(url: &PageUrl) -> bool {
    let url = url.as_url();
    let name = url.path().trim_end_matches('/').rsplit('/').next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let stem: String = name.split('.').next().unwrap_or_default().to_owned();
    let stem = stem.replace(['-', '_'], "");
    url.query()
        .is_some_and(|query| query.contains("aspxerrorpath="))
        || matches!(
            stem.as_str(),
            "404" | "error" | "error404" | "404error" | "page404" | "notfound" | "nofound"
        )
}

/// Whether `url` is where a site begins: nothing but its root or the index page there.
pub(super) fn is_home(url: &PageUrl) -> bool {
    let url = url.as_url();
    let name = url.path().trim_start_matches('/').to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    url.query().is_none_or(str::is_empty)
        && !name.contains('/')
        && matches!(stem, "" | "index" | "default" | "home" | "main")
}

fn bare(host: &HostKey) -> String {
    let host = host.as_str();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_without_rules_is_its_host() {
        let check = |site: &str, url: &str, expected: bool| {
            let url = PageUrl::parse(url).expect("url");
            let found = belongs(&RuleBook::default(), &SiteId::new(site), &url);
            assert_eq!(found, expected, "{site} {url}");
        };
        check("a.cn", "http://a.cn/x", true);
        check("a.cn", "https://www.a.cn/x", true);
        check("www.a.cn", "http://a.cn/x", true);
        check("a.cn", "http://m.a.cn/x", false);
        check("a.cn", "http://b.cn/x", false);
        check("127.0.0.1:8017", "http://127.0.0.1:8017/", true);
        check("127.0.0.1:8017", "http://127.0.0.1:8018/", false);
    }

    #[test]
    fn knows_an_error_page_by_its_name() {
        let check = |url: &str, expected: bool| {
            let url = PageUrl::parse(url).expect("url");
            assert_eq!(is_error_page(&url), expected, "{url}");
        };
        check("http://a.cn/404.html", true);
        check("http://a.cn/public/Not-Found", true);
        check("http://a.cn/Error.aspx?aspxerrorpath=/news/3.aspx", true);
        check("http://a.cn/e.aspx?aspxerrorpath=/news/3.aspx", true);
        check("http://a.cn/news/4040.html", false);
        check("http://a.cn/", false);
    }

    #[test]
    fn knows_a_home_page() {
        let check = |url: &str, expected: bool| {
            let url = PageUrl::parse(url).expect("url");
            assert_eq!(is_home(&url), expected, "{url}");
        };
        check("http://a.cn/", true);
        check("http://a.cn/index.html", true);
        check("http://a.cn/Default.aspx", true);
        check("http://a.cn/news/", false);
        check("http://a.cn/index.php?id=3", false);
        check("http://a.cn/3.html", false);
    }
}
