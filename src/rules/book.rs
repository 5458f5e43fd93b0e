//! Which rules speak for a page: a site's by its host, a builder's by how the page looks.

use std::sync::{Arc, OnceLock};

use scraper::{Html, Node};
use url::Position;

use super::builtin;
use super::marks::Marks;
use super::site::{Fingerprint, Role, SiteRules};
use crate::extract::Page;
use crate::model::{ContentHash, PageUrl, SiteId};

/// All rules in force: sites by host, builders by fingerprint.
#[derive(Clone, Debug, Default)]
pub struct RuleBook {
    /// Rules of named sites.
    pub sites: Vec<Arc<SiteRules>>,
    /// See [`Self::builders`].
    builders: Vec<Arc<SiteRules>>,
    /// What the builders' fingerprints need; made when the first page is asked.
    marks: OnceLock<Marks>,
}

impl RuleBook {
    /// The rules that come with the program.
    pub fn builtin() -> Self {
        Self::default().with_files(builtin::rules())
    }

    /// This book with `files` added; rules with the id of earlier ones replace them.
    #[must_use]
    pub fn with_files(mut self, files: Vec<SiteRules>) -> Self {
        self.marks = OnceLock::new();
        for rules in files {
            self.sites.retain(|other| other.id != rules.id);
            self.builders.retain(|other| other.id != rules.id);
            match rules.role {
                Role::Site => self.sites.push(Arc::new(rules)),
                Role::Builder => self.builders.push(Arc::new(rules)),
            }
        }
        self
    }

    /// Digest of all rules that may read the pages of `site`: it changes when one of them does.
    pub fn edition(&self, site: &SiteId) -> ContentHash {
        let own = self.sites.iter().filter(|rules| rules.id == *site);
        let texts = own.chain(&self.builders).map(|rules| rules.text);
        let all: Vec<u8> = texts.flat_map(|text| *text.as_bytes()).collect();
        ContentHash::of(&all)
    }

    /// Rules of CMS families, for hosts that no site claims.
    pub fn builders(&self) -> &[Arc<SiteRules>] {
        &self.builders
    }

    /// The sites that a crawl of all sites visits.
    pub fn enabled_sites(&self) -> impl Iterator<Item = &Arc<SiteRules>> {
        self.sites.iter().filter(|site| site.enabled)
    }

    /// The site that claims the host of `url`: the one that names it most closely; of two that do
    /// equally, the one added last.
    pub fn site_for(&self, url: &PageUrl) -> Option<Arc<SiteRules>> {
        let closeness = |site: &SiteRules| {
            site.hosts
                .iter()
                .filter(|host| claims(host, url))
                .map(|host| (!host.starts_with("*."), host.len()))
                .max()
        };
        self.sites
            .iter()
            .filter_map(|site| Some((closeness(site)?, site)))
            .max_by_key(|(close, _)| *close)
            .map(|(_, site)| Arc::clone(site))
    }

    /// The builder that made `page`; the first whose fingerprint it shows.
    pub fn builder_for(&self, page: &Page) -> Option<Arc<SiteRules>> {
        let marks = self
            .marks
            .get_or_init(|| Marks::of(self.builders.iter().map(Arc::as_ref)));
        let seen = marks.seen(&page.html);
        let may_hold = |builder, fingerprint| {
            seen.as_ref()
                .is_none_or(|seen| marks.may_hold(seen, builder, fingerprint))
        };
        let generators = generators(&page.html);
        self.builders
            .iter()
            .enumerate()
            .find(|(builder, rules)| {
                let mut fingerprints = rules.fingerprints.iter().enumerate();
                fingerprints.any(|(fingerprint, what)| {
                    may_hold(*builder, fingerprint) && shows(page, &generators, what)
                })
            })
            .map(|(_, rules)| Arc::clone(rules))
    }
}

impl SiteRules {
    /// Whether a crawl of the site has anywhere to begin.
    pub fn has_start(&self) -> bool {
        let named = self.sitemaps.as_ref();
        !self.start.is_empty()
            || self.feeds.as_ref().is_some_and(|feeds| !feeds.is_empty())
            || named.is_some_and(|sitemaps| !sitemaps.urls.is_empty())
    }

    /// Whether `url` is on a host that these rules list.
    pub fn claims(&self, url: &PageUrl) -> bool {
        self.hosts.iter().any(|host| claims(host, url))
    }
}

/// What a site's patterns for URLs are held against: path and query, as requests spell them.
pub fn path_and_query(url: &PageUrl) -> &str {
    &url.as_url()[Position::BeforePath..Position::AfterQuery]
}

/// Whether `host` of a rules file claims the host of `url`. A host without a port claims all of
/// its ports.
pub(super) fn claims(host: &str, url: &PageUrl) -> bool {
    let key = url.host();
    let asked = key.as_str();
    let bare = url.as_url().host_str().unwrap_or_default();
    let bare = bare.trim_end_matches('.');
    match host.strip_prefix("*.") {
        Some(name) => [asked, bare].into_iter().any(|asked| {
            asked
                .strip_suffix(name)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        }),
        None => host == asked || host == bare,
    }
}

/// Whether everything that `fingerprint` says holds for `page`.
fn shows(page: &Page, generators: &[&str], fingerprint: &Fingerprint) -> bool {
    let url = page.url.as_ref().map(path_and_query);
    // the cheapest question first: a page is asked by every builder
    fingerprint
        .url
        .as_ref()
        .is_none_or(|pattern| url.is_some_and(|url| pattern.is_match(url)))
        && fingerprint
            .generator
            .as_ref()
            .is_none_or(|pattern| generators.iter().any(|name| pattern.is_match(name)))
        && fingerprint
            .selector
            .as_ref()
            .is_none_or(|selector| page.html.select(selector).next().is_some())
        && fingerprint
            .source
            .as_ref()
            .is_none_or(|pattern| somewhere(page, |text| pattern.is_match(text)))
}

/// What the page's `<meta name=generator>`s say.
fn generators(html: &Html) -> Vec<&str> {
    html.tree
        .values()
        .filter_map(Node::as_element)
        .filter(|element| element.name() == "meta")
        .filter(|meta| {
            let name = meta.attr("name");
            name.is_some_and(|name| name.eq_ignore_ascii_case("generator"))
        })
        .filter_map(|meta| meta.attr("content"))
        .collect()
}

/// Whether `fits` holds for any text, script, comment or attribute value of the page.
fn somewhere(page: &Page, fits: impl Fn(&str) -> bool) -> bool {
    page.html.tree.values().any(|node| match node {
        Node::Text(text) => fits(text),
        Node::Comment(comment) => fits(comment),
        Node::Element(element) => element.attrs().any(|(_, value)| fits(value)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;
    use crate::model::Timestamp;
    use crate::rules::parse;

    fn site(id: &str, hosts: &str) -> SiteRules {
        parse(id, &format!("name = 'x'\nhosts = {hosts}")).expect("rules")
    }

    fn page(url: Option<&str>, html: &str) -> Page {
        let url = url.map(|url| PageUrl::parse(url).expect("url"));
        Page::parse(html, url, Timestamp::from_unix_millis(0), UTF_8)
    }

    #[test]
    fn the_closest_host_wins() {
        let book = RuleBook::default().with_files(vec![
            site("below", "['*.example.cn']"),
            site("deeper", "['*.news.example.cn']"),
            site("one", "['www.example.cn', '127.0.0.1']"),
            site("port", "['127.0.0.1:8017']"),
        ]);
        for (url, expected) in [
            ("http://www.example.cn/a", Some("one")),
            ("http://example.cn/", Some("below")),
            ("http://m.example.cn/", Some("below")),
            ("http://a.news.example.cn/", Some("deeper")),
            ("http://badexample.cn/", None),
            ("http://example.cn.evil.cn/", None),
            ("http://127.0.0.1:9000/", Some("one")),
            ("http://127.0.0.1:8017/", Some("port")),
        ] {
            let url = PageUrl::parse(url).expect("url");
            let found = book.site_for(&url).map(|site| site.id.as_str().to_owned());
            assert_eq!(found.as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_file_replaces_the_shipped_one_of_its_name() {
        let shipped = RuleBook::builtin();
        let (builders, sites) = (shipped.builders.len(), shipped.sites.len());
        let book = shipped.with_files(vec![site("dedecms.toml", "'www.example.com'")]);
        assert_eq!(book.builders.len(), builders - 1);
        assert_eq!(book.sites.len(), sites + 1);
        assert_eq!(book.enabled_sites().count(), 1);
    }

    #[test]
    fn a_builder_is_known_by_how_its_pages_look() {
        let book = RuleBook::builtin();
        for (html, expected) in [
            (
                "<div class='c_portalResNews_detail-01001'><h1>题</h1></div>",
                Some("300cn"),
            ),
            (
                "<script src='/plus/count.php?view=yes&aid=1&mid=1'></script>",
                Some("dedecms"),
            ),
            (
                "<img src=/uploads/allimg/160425/1-160425102030.jpg>",
                Some("dedecms"),
            ),
            (
                "<p>织梦: a text about DedeCMS and its <b>/plus/</b></p>",
                None,
            ),
            (
                "<div id=Article><h1>题<span id=hits></span></h1></div>",
                Some("phpcms"),
            ),
            (
                "<script src=/e/public/ViewClick/?classid=1&id=1></script>",
                Some("empirecms"),
            ),
            (
                "<table class=title_info><tr><td class=info_text>时间</table>",
                Some("empirecms"),
            ),
            (
                "<img src='/d/file/p/2016-10-05/0123456789abcdef0123456789abcdef.jpg'>",
                Some("empirecms"),
            ),
            ("<main class=met-shownews></main>", Some("metinfo")),
            (
                "<meta name=Generator content='MetInfo 6.0'>",
                Some("metinfo"),
            ),
            (
                "<script>$.get('/Do/visits/id/12')</script>",
                Some("pbootcms"),
            ),
            (
                "<script>ajax('/index.php?m=api&c=Ajax&a=arcclick')</script>",
                Some("eyoucms"),
            ),
            (
                "<meta name=generator content='WordPress 5.2.4'>",
                Some("wordpress"),
            ),
            (
                "<meta name=generator content='WPBakery for WordPress'>",
                None,
            ),
            ("<body id=nv_portal>", Some("discuz")),
            (
                "<h2 class=rich_media_title id=activity-name>题</h2>",
                Some("wechat"),
            ),
            (
                "<div class='ModuleNewsDetailGiant layout-101'></div>",
                Some("giant"),
            ),
            ("<div class=content><h1>题</h1></div>", None),
        ] {
            let found = book.builder_for(&page(None, html));
            let found = found.map(|rules| rules.id.as_str().to_owned());
            assert_eq!(found.as_deref(), expected, "{html}");
        }
    }

    #[test]
    fn an_answer_without_any_mark_is_known_by_its_address() {
        let book = RuleBook::builtin();
        for (url, expected) in [
            (
                "http://a.cn/comp/portalResNews/list.do?compId=x&currentPage=2",
                Some("300cn"),
            ),
            (
                "http://a.cn/index.php?m=content&c=index&a=lists&catid=6",
                Some("phpcms"),
            ),
            (
                "http://a.cn/index.php?m=home&c=View&a=index&aid=12",
                Some("eyoucms"),
            ),
            ("http://a.cn/index.php?m=user", None),
        ] {
            let found = book.builder_for(&page(Some(url), "<p>"));
            let found = found.map(|rules| rules.id.as_str().to_owned());
            assert_eq!(found.as_deref(), expected, "{url}");
        }
    }
}
