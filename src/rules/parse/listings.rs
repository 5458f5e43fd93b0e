//! `start`, `feeds` and `sitemaps`: where a crawl of a site begins.

use toml::de::DeTable;

use crate::model::PageUrl;
use crate::rules::book::claims;
use crate::rules::reader::{Reader, Text};
use crate::rules::site::Sitemaps;
use crate::rules::values;

/// What stands for the `Sitemap` lines of robots.txt.
const ROBOTS: &str = "robots";

/// The start pages.
pub(super) fn start(reader: &mut Reader<'_>, top: &DeTable<'_>, hosts: &[String]) -> Vec<PageUrl> {
    let texts = reader.texts(top, "start");
    pages(reader, &texts, hosts)
}

/// The feeds, where the file says anything of them.
pub(super) fn feeds(
    reader: &mut Reader<'_>,
    top: &DeTable<'_>,
    hosts: &[String],
) -> Option<Vec<PageUrl>> {
    top.get("feeds")?;
    let texts = reader.texts(top, "feeds");
    Some(pages(reader, &texts, hosts))
}

/// The sitemaps, where the file says anything of them.
pub(super) fn sitemaps(
    reader: &mut Reader<'_>,
    top: &DeTable<'_>,
    hosts: &[String],
) -> Option<Sitemaps> {
    top.get("sitemaps")?;
    let texts = reader.texts(top, "sitemaps");
    let (robots, named): (Vec<Text>, Vec<Text>) =
        texts.into_iter().partition(|text| text.text == ROBOTS);
    Some(Sitemaps {
        urls: pages(reader, &named, hosts),
        of_robots: !robots.is_empty(),
    })
}

fn pages(reader: &mut Reader<'_>, texts: &[Text], hosts: &[String]) -> Vec<PageUrl> {
    let mut pages = Vec::new();
    for text in texts {
        let Some(url) = values::page(reader, text) else {
            continue;
        };
        if !hosts.is_empty() && !hosts.iter().any(|host| claims(host, &url)) {
            let message = format!("`{}` is not among the hosts of this file", url.host());
            let fix = format!("add it: hosts = [\"{}\", …]", url.host());
            reader.wrong(&text.span, message, fix);
        }
        pages.push(url);
    }
    pages
}

#[cfg(test)]
mod tests {
    use crate::rules::{SiteRules, parse};

    fn rules(lines: &str) -> Result<SiteRules, String> {
        let text =
            format!("name = \"示例会展\"\nhosts = [\"www.example.cn\", \"*.b.cn\"]\n{lines}\n");
        let mistake = |error: crate::rules::RuleError| {
            let mistakes = error.mistakes();
            let told = mistakes.iter().map(|one| format!("{one} | {}", one.fix()));
            told.collect::<Vec<_>>().join("\n")
        };
        parse("selectors/expo.toml", &text).map_err(mistake)
    }

    #[test]
    fn feeds_and_sitemaps_are_named_switched_or_left_open() {
        let open = rules("").expect("rules");
        assert_eq!((open.feeds, open.sitemaps), (None, None));
        let none = rules("feeds = []\nsitemaps = []").expect("rules");
        assert!(!none.has_start());
        assert_eq!(none.feeds, Some(Vec::new()));
        assert_eq!(none.sitemaps, Some(crate::rules::Sitemaps::default()));
        let named = rules(
            "feeds = \"https://www.example.cn/feed.xml\"\n\
             sitemaps = [\"robots\", \"https://news.b.cn/sitemap.xml\"]",
        );
        let named = named.expect("rules");
        assert!(named.has_start());
        assert_eq!(named.feeds.map(|feeds| feeds.len()), Some(1));
        let sitemaps = named.sitemaps.unwrap_or_default();
        assert_eq!((sitemaps.urls.len(), sitemaps.of_robots), (1, true));
    }

    #[test]
    fn mistakes_are_told_with_the_fix() {
        for (lines, message, fix) in [
            (
                "feeds = [\"/feed.xml\"]",
                "`/feed.xml` is no address",
                "https://",
            ),
            (
                "sitemaps = \"https://a.cn/s.xml\"",
                "`a.cn` is not among the hosts",
                "add it",
            ),
            ("sitemaps = \"robot\"", "`robot` is no address", "https://"),
            ("feeds = true", "`feeds` should be text", "feeds = "),
        ] {
            let told = rules(lines).expect_err(lines);
            assert!(
                told.contains(message) && told.contains(fix),
                "{lines}: {told}"
            );
        }
    }
}
