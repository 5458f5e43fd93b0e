//! One page of a site, however its links spell it.

use super::book::RuleBook;
use super::site::SiteRules;
use crate::canon;
use crate::model::PageUrl;

impl RuleBook {
    /// The one spelling of a page: canonical, and without the parameters that the rules of its site
    /// say name nothing.
    pub fn page(&self, url: &PageUrl) -> PageUrl {
        let url = canon::canonical(url);
        match self.site_for(&url) {
            Some(site) => site.without_dropped(url),
            None => url,
        }
    }
}

impl SiteRules {
    /// `url`, canonical and of this site, without the parameters that name no page of it.
    pub fn without_dropped(&self, url: PageUrl) -> PageUrl {
        let names = &self.urls;
        let Some(query) = url.as_url().query() else {
            return url;
        };
        if names.drop.is_empty() && names.keep.is_empty() {
            return url;
        }
        let stays = |pair: &&str| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            let name = name.to_ascii_lowercase();
            (names.keep.is_empty() || names.keep.contains(&name)) && !names.drop.contains(&name)
        };
        // piece by piece: what is kept stays byte for byte
        let kept: Vec<&str> = query.split('&').filter(stays).collect();
        let mut spelt = url.as_url().clone();
        spelt.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
        PageUrl::from_url(spelt).unwrap_or(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::parse;

    fn check(rules: &str, url: &str, expected: &str) {
        let text = format!("name = 'x'\nhosts = ['a.cn']\n[urls]\n{rules}");
        let book = RuleBook::default().with_files(vec![parse("x.toml", &text).expect("rules")]);
        let url = PageUrl::parse(url).expect("url");
        assert_eq!(book.page(&url).as_str(), expected, "{rules}");
    }

    #[test]
    fn parameters_that_name_nothing_go() {
        let drop = "drop = ['from', 'Share']";
        check(drop, "http://a.cn/n?id=1&from=list", "http://a.cn/n?id=1");
        check(drop, "http://a.cn/n?FROM=x&share=%D5%B9", "http://a.cn/n");
        check(
            drop,
            "http://a.cn/n?q=%d5%b9&from=x",
            "http://a.cn/n?q=%D5%B9",
        );
        check(drop, "http://b.cn/n?from=x", "http://b.cn/n?from=x");
        check(drop, "http://a.cn/n?from", "http://a.cn/n");
        let keep = "keep = ['id', 'page']";
        check(
            keep,
            "http://a.cn/n?x=1&id=2&sort=3&page=4",
            "http://a.cn/n?id=2&page=4",
        );
        check(keep, "http://a.cn/n?x=1", "http://a.cn/n");
    }
}
