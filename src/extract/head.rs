//! What the document's head says: `<title>`, meta elements, JSON-LD.
//!
//! These are hints: templates fill them for the site rather than for the article, so what the page
//! shows always goes first.

use scraper::{Html, Node as Content};

use super::lines::plain;

/// Facts that are not shown on the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// `<title>`.
    pub(super) title: Option<String>,
    /// `og:title` and its like.
    pub(super) headline: Option<String>,
    /// `og:site_name`.
    pub(super) site: Option<String>,
    /// Publish dates as they are written, surest first.
    pub(super) published: Vec<(String, &'static str)>,
    /// Authors named by JSON-LD.
    pub(super) author: Option<String>,
    /// The declared language: of the document, or else of its head.
    pub(super) lang: Option<String>,
    /// Whether it calls the page an article: `og:type`, or a JSON-LD object of that type.
    pub(super) is_article: bool,
}

/// The longest JSON-LD block that is read.
const LONGEST_JSON: usize = 512 * 1024;

impl Head {
    /// Reads it off a document.
    pub(super) fn read(html: &Html) -> Self {
        let mut head = Self::default();
        for node in html.tree.nodes() {
            let Content::Element(element) = node.value() else {
                continue;
            };
            match element.name() {
                "title" if head.title.is_none() => {
                    let text: String = node
                        .children()
                        .filter_map(|child| child.value().as_text().map(|text| text.to_string()))
                        .collect();
                    head.title = Some(plain(&text)).filter(|text| !text.is_empty());
                }
                "html" => {
                    let declared = element.attr("lang").or_else(|| element.attr("xml:lang"));
                    head.lang = declared
                        .filter(|tag| !tag.trim().is_empty())
                        .map(str::to_owned);
                }
                "meta" => {
                    let name = ["property", "name", "itemprop", "http-equiv"]
                        .iter()
                        .find_map(|attribute| element.attr(attribute));
                    if let (Some(name), Some(content)) = (name, element.attr("content")) {
                        head.meta(name, content);
                    }
                }
                "script"
                    if element
                        .attr("type")
                        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) =>
                {
                    let text = node.first_child().and_then(|child| child.value().as_text());
                    if let Some(text) = text.filter(|text| text.len() < LONGEST_JSON) {
                        head.json(text);
                    }
                }
                _ => {}
            }
        }
        head.published.sort_by_key(|(_, from)| *from != "json-ld");
        head
    }

    fn meta(&mut self, name: &str, content: &str) {
        let content = plain(content);
        if content.is_empty() {
            return;
        }
        match name.to_ascii_lowercase().as_str() {
            "og:title" | "twitter:title" | "articletitle" | "headline" => {
                self.headline.get_or_insert(content);
            }
            "content-language" | "og:locale" | "dc.language" | "inlanguage" => {
                self.lang.get_or_insert(content);
            }
            "og:site_name" => self.site = Some(content),
            "og:type" => self.is_article |= content.eq_ignore_ascii_case("article"),
            "article:published_time"
            | "og:published_time"
            | "og:release_date"
            | "pubdate"
            | "publishdate"
            | "publish_date"
            | "datepublished"
            | "dc.date.issued"
            | "weibo: article:create_at"
            | "article:create_at"
            | "publish-date"
            | "publishtime"
            | "sailthru.date"
            | "parsely-pub-date"
            | "firstcreatedtime"
            | "_pubtime" => {
                self.published.push((content, "meta"));
            }
            _ => {}
        }
    }

    /// Reads every object of a JSON-LD block, without recursion.
    fn json(&mut self, text: &str) {
        let Ok(value) = serde_json::from_str::<serde_json::Value>(text.trim()) else {
            return;
        };
        let mut waiting = vec![&value];
        while let Some(value) = waiting.pop() {
            match value {
                serde_json::Value::Array(items) => waiting.extend(items.iter().rev()),
                serde_json::Value::Object(fields) => {
                    let is_article = fields.get("@type").is_some_and(is_article_type);
                    let text_of = |name: &str| fields.get(name).and_then(serde_json::Value::as_str);
                    self.is_article |= is_article;
                    if is_article {
                        if let Some(date) = text_of("datePublished") {
                            self.published.push((plain(date), "json-ld"));
                        }
                        if let Some(headline) = text_of("headline") {
                            self.headline.get_or_insert(plain(headline));
                        }
                        if let Some(author) = fields.get("author").and_then(names) {
                            self.author.get_or_insert(author);
                        }
                    }
                    waiting.extend(fields.get("@graph"));
                    waiting.extend(fields.get("mainEntity"));
                }
                _ => {}
            }
        }
    }
}

fn is_article_type(value: &serde_json::Value) -> bool {
    let says = |name: &str| name.ends_with("Article") || name.ends_with("Posting");
    match value {
        serde_json::Value::String(name) => says(name),
        serde_json::Value::Array(names) => {
            names.iter().filter_map(serde_json::Value::as_str).any(says)
        }
        _ => false,
    }
}

/// The persons of an `author`; organisations are outlets, not authors.
fn names(value: &serde_json::Value) -> Option<String> {
    let person = |value: &serde_json::Value| match value {
        serde_json::Value::String(name) => Some(name.clone()),
        serde_json::Value::Object(fields)
            if fields.get("@type").and_then(serde_json::Value::as_str) != Some("Organization") =>
        {
            fields
                .get("name")
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned)
        }
        _ => None,
    };
    let found: Vec<String> = match value {
        serde_json::Value::Array(items) => items.iter().filter_map(person).collect(),
        one => person(one).into_iter().collect(),
    };
    let joined = plain(&found.join("、"));
    (!joined.is_empty() && joined.chars().count() < 60 && !joined.contains("://")).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_ld_and_meta_are_read_wherever_they_stand() {
        let html = Html::parse_document(
            r#"<title>展会开幕_某网</title><meta property="og:site_name" content="某网">
            <body><script type="application/ld+json">{"@graph":[{"@type":"NewsArticle",
            "datePublished":"2020-09-16T10:30:00+08:00","author":[{"@type":"Person","name":"张三"}]}]}
            </script><meta name="PubDate" content="2020-09-16">"#,
        );
        let head = Head::read(&html);
        assert_eq!(head.title.as_deref(), Some("展会开幕_某网"));
        assert_eq!(head.site.as_deref(), Some("某网"));
        assert_eq!(head.author.as_deref(), Some("张三"));
        assert_eq!(
            head.published,
            [
                ("2020-09-16T10:30:00+08:00".to_owned(), "json-ld"),
                ("2020-09-16".to_owned(), "meta")
            ]
        );
    }

    #[test]
    fn broken_json_is_passed_over() {
        let html = Html::parse_document("<script type='application/ld+json'>{\"@type\":</script>");
        assert_eq!(Head::read(&html), Head::default());
    }
}
