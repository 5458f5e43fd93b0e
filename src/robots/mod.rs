//! robots.txt: bytes in, rules out (RFC 9309).
//!
//! Beyond the RFC are `Crawl-delay` and the spellings that the large crawlers tolerate. What a
//! failed request for the file means is in [`RobotsPolicy`]; redirects are the caller's.

mod parse;
mod pattern;
mod policy;

use std::time::Duration;

use crate::model::PageUrl;
use parse::Group;
use pattern::Pattern;
pub use policy::{RobotsPolicy, policy};

/// The rules of one robots.txt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RobotsRules {
    groups: Vec<Group>,
    sitemaps: Vec<String>,
    is_closed: bool,
    is_page: bool,
}

impl RobotsRules {
    /// Reads the first 500 KiB of a robots.txt. A web page in its place has no rules.
    pub fn parse(bytes: &[u8]) -> Self {
        parse::parse(bytes)
    }

    /// No rules: for a host without a robots.txt.
    pub fn allow_all() -> Self {
        Self::default()
    }

    /// Nothing is allowed: for a host whose robots.txt cannot be had for now.
    pub fn disallow_all() -> Self {
        Self {
            is_closed: true,
            ..Self::default()
        }
    }

    /// Whether `agent` (a product token, or a whole `User-Agent` value) may ask for `url`.
    ///
    /// The longest matching rule of the agent's groups decides, `Allow` where two are as long.
    pub fn allows(&self, agent: &str, url: &PageUrl) -> bool {
        let url = url.as_url();
        if url.path() == "/robots.txt" {
            return true;
        }
        if self.is_closed {
            return false;
        }
        let target = url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        );
        let target = pattern::comparable(target.as_bytes());
        self.groups_for(agent)
            .flat_map(|group| &group.rules)
            .filter(|rule| rule.pattern.matches(&target))
            .max_by_key(|rule| (rule.pattern.length(), rule.allows))
            .is_none_or(|rule| rule.allows)
    }

    /// How long `agent` is asked to wait between two requests; the longest of what is said.
    pub fn crawl_delay(&self, agent: &str) -> Option<Duration> {
        self.groups_for(agent)
            .filter_map(|group| group.crawl_delay)
            .max()
    }

    /// The `Sitemap` lines as written, in order.
    pub fn sitemaps(&self) -> &[String] {
        &self.sitemaps
    }

    /// Whether what was read is a web page in place of the file: an error page sent with a success.
    pub const fn is_page(&self) -> bool {
        self.is_page
    }

    /// The groups that speak to `agent`: all with its longest token, or else those for everyone.
    fn groups_for(&self, agent: &str) -> impl Iterator<Item = &Group> {
        let words = parse::agent_words(agent);
        let token = self
            .groups
            .iter()
            .map(|group| group.token.as_str())
            .filter(|token| words.iter().any(|word| speaks_to(token, word)))
            .max_by_key(|token| token.len())
            .unwrap_or(parse::EVERYONE);
        self.groups.iter().filter(move |group| group.token == token)
    }
}

/// Whether a group's token means the agent called `word`: the same name, its family (`crawler` for
/// `crawler-images`) or the name without the version glued to it. The longest token goes first, so
/// a family's rules only count where the member has none.
fn speaks_to(token: &str, word: &str) -> bool {
    if token == parse::EVERYONE {
        return false;
    }
    if token.contains('*') {
        return Pattern::new(format!("{token}$").as_bytes()).matches(word);
    }
    word.strip_prefix(token)
        .is_some_and(|rest| rest.starts_with('-') || rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &str, agent: &str, path: &str, expected: bool) {
        let url = PageUrl::parse(&format!("http://expo.example.cn{path}")).unwrap();
        let rules = RobotsRules::parse(robots.as_bytes());
        assert_eq!(
            rules.allows(agent, &url),
            expected,
            "{robots:?} {agent} {path}"
        );
    }

    #[test]
    fn the_longest_match_decides_and_allow_wins_a_tie() {
        let robots =
            "User-agent: *\nDisallow: /news\nAllow: /news/show\nAllow: /list\nDisallow: /list";
        check(robots, "zhanwen", "/news/1.html", false);
        check(robots, "zhanwen", "/news/show/1.html", true);
        check(robots, "zhanwen", "/list", true);
        check(robots, "zhanwen", "/about", true);
    }

    #[test]
    fn groups_of_one_agent_are_merged_and_hide_the_rest() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-agent: ZhanWen/2.0\nDisallow: /a\n\n\
                      User-agent: other\nUser-agent: zhanwen\nDisallow: /b";
        check(robots, "zhanwen", "/a", false);
        check(robots, "zhanwen", "/b", false);
        check(robots, "zhanwen", "/c", true);
        check(
            robots,
            "Mozilla/5.0 (compatible; zhanwen/1.0; +http://x.cn)",
            "/b",
            false,
        );
        check(robots, "zhan", "/c", false);
        check("User-agent: zhan\nDisallow: /", "zhanwen", "/", true);
    }

    #[test]
    fn a_crawl_delay_before_a_blank_line_is_a_group_of_its_own() {
        let robots = "User-agent: *\nCrawl-delay: 2.5\n\nUser-agent: BadBot\nDisallow: /";
        check(robots, "zhanwen", "/", true);
        check(robots, "badbot", "/", false);
        let rules = RobotsRules::parse(robots.as_bytes());
        assert_eq!(
            rules.crawl_delay("zhanwen"),
            Some(Duration::from_millis(2500))
        );
        assert_eq!(rules.crawl_delay("badbot"), None);
        let robots = "User-agent: a\nCrawl-delay: 5\nUser-agent: b\nDisallow: /x";
        check(robots, "a", "/x", false);
        check(robots, "b", "/x", false);
    }

    #[test]
    fn chinese_files_are_read() {
        check(
            "User-agent：*\nDisallow：/admin/",
            "zhanwen",
            "/admin/",
            false,
        );
        check(
            "User-agent:　*\r\nDisallow:　/admin/",
            "zhanwen",
            "/admin/",
            false,
        );
        let gbk = b"# \xc6\xc1\xb1\xce\xcb\xf9\xd3\xd0\nUser-agent\xa3\xba*\nDisallow: /\xd5\xb9\xbb\xe1/";
        let rules = RobotsRules::parse(gbk);
        for (path, expected) in [("%D5%B9%BB%E1/", false), ("展会/", true), ("", true)] {
            let url = PageUrl::parse(&format!("http://expo.example.cn/{path}")).unwrap();
            assert_eq!(rules.allows("zhanwen", &url), expected, "{path}");
        }
        check(
            "User-agent: *\nDisallow: /展会",
            "zhanwen",
            "/展会/1.html",
            false,
        );
        check(
            "User-agent: *\nDisallow: /%e5%b1%95",
            "zhanwen",
            "/展会/1.html",
            false,
        );
    }

    #[test]
    fn marks_line_ends_and_comments_are_no_obstacle() {
        for robots in [
            "\u{feff}User-agent: *\nDisallow: /a",
            "User-agent: *\rDisallow: /a\r",
            "User-agent: *\r\n\r\nDisallow: /a # private\r\n",
            "user agent:*\ndissallow:/a",
            "  User-Agent : *  \n\t Disallow :  /a  ",
        ] {
            check(robots, "zhanwen", "/a", false);
            check(robots, "zhanwen", "/b", true);
        }
    }

    #[test]
    fn utf_16_is_known_by_its_mark() {
        let text = "# 会展\nUser-agent: *\r\nDisallow: /news/展会\r\nDisallow：/a";
        let units = || text.encode_utf16();
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(units().flat_map(u16::to_le_bytes))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(units().flat_map(u16::to_be_bytes))
            .collect();
        for file in [little, big] {
            let rules = RobotsRules::parse(&file);
            for (path, expected) in [("/a", false), ("/news/展会/1.html", false), ("/b", true)] {
                let url = PageUrl::parse(&format!("http://expo.example.cn{path}")).unwrap();
                assert_eq!(rules.allows("zhanwen", &url), expected, "{path} {file:?}");
            }
        }
    }

    #[test]
    fn a_web_page_has_no_rules() {
        let page = "\n<!DOCTYPE html><p>\nUser-agent: *\nDisallow: /\n";
        check(page, "zhanwen", "/", true);
        assert!(RobotsRules::parse(page.as_bytes()).is_page());
        assert!(!RobotsRules::parse(b"# <html>\nUser-agent: *").is_page());
        check("", "zhanwen", "/", true);
        check("User-agent: *\nDisallow:", "zhanwen", "/", true);
    }

    #[test]
    fn what_stands_after_500_kib_is_not_read() {
        let mut robots = "# ".to_owned() + &"x".repeat(512_000);
        robots += "\nUser-agent: *\nDisallow: /";
        check(&robots, "zhanwen", "/", true);
    }

    #[test]
    fn sitemaps_are_listed_wherever_they_stand() {
        let rules = RobotsRules::parse(
            b"Sitemap: http://a.cn/1.xml\nUser-agent: *\nsite-map: /2.xml\nDisallow: /",
        );
        assert_eq!(rules.sitemaps(), ["http://a.cn/1.xml", "/2.xml"]);
    }

    #[test]
    fn the_file_itself_is_always_allowed() {
        let url = PageUrl::parse("http://expo.example.cn/robots.txt").unwrap();
        assert!(RobotsRules::disallow_all().allows("zhanwen", &url));
        check("User-agent: *\nDisallow: /", "zhanwen", "/robots.txt", true);
        let page = PageUrl::parse("http://expo.example.cn/").unwrap();
        assert!(!RobotsRules::disallow_all().allows("zhanwen", &page));
        assert!(RobotsRules::allow_all().allows("zhanwen", &page));
    }

    #[test]
    fn a_hostile_pattern_costs_no_more_than_its_length() {
        let pattern = "*a".repeat(50_000);
        let robots = format!("User-agent: *\nDisallow: /{pattern}b");
        check(
            &robots,
            "zhanwen",
            &format!("/{}", "a".repeat(100_000)),
            true,
        );
    }

    #[test]
    fn delays_are_read_with_care() {
        for (text, expected) in [
            ("10", Some(10_000)),
            ("0.5", Some(500)),
            ("3s", Some(3000)),
            ("-1", None),
            ("pears", None),
            ("NaN", None),
            ("1e400", Some(1000)),
        ] {
            let rules =
                RobotsRules::parse(format!("User-agent: *\nCrawl-delay: {text}").as_bytes());
            assert_eq!(
                rules.crawl_delay("zhanwen"),
                expected.map(Duration::from_millis),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_rules(bytes: Vec<u8>, path in "/[ -~]{0,30}") {
            let url = PageUrl::parse(&format!("http://a.cn{path}")).unwrap();
            let rules = RobotsRules::parse(&bytes);
            let _verdict = rules.allows("zhanwen", &url);
        }

        #[test]
        fn wildcards_match_as_the_plain_definition_does(
            pattern in "/[ab*]{0,8}[$]?",
            path in "/[ab]{0,8}",
        ) {
            let regex = format!(
                "^{}",
                pattern.replace('*', ".*").replace('$', "\u{0}").replace('\u{0}', "$")
            );
            let expected = !regex::Regex::new(&regex).unwrap().is_match(&path);
            check(&format!("User-agent: *\nDisallow: {pattern}"), "zhanwen", &path, expected);
        }
    }
}
