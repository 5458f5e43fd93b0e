//! A counter of views that only reads: where it is asked for an article's number, and what its
//! answers mean.
//!
//! Nearly every counter of the field writes what it is asked for, so none is called unless the
//! rules of the one site say that this one does not, and none that is known to write.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::book::path_and_query;
use super::site::{FieldRule, SiteRules};
use crate::extract::{Page, first_value};
use crate::model::PageUrl;

/// The counter of a site, as its rules name it.
#[derive(Clone, Debug)]
pub struct CounterRule {
    /// Its address on the site's own host, in pieces.
    pub(super) address: Vec<Piece>,
    /// Where the page says what the address needs.
    pub(super) values: BTreeMap<String, Vec<FieldRule>>,
    /// Its one group is the number; the usual answers are read without.
    pub(super) answer: Option<Regex>,
}

/// A piece of a counter's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// As written.
    Text(String),
    /// What the article's address or page says under this name.
    Value(String),
}

/// Why a counter gave no number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uncounted {
    /// It may not be asked.
    Refused(String),
    /// It could not be asked, or its answer is no number.
    Failed(String),
}

impl SiteRules {
    /// Where the views of the article on `page` are asked for; nothing where the rules name no
    /// counter or the page has no address.
    pub fn counter_of(&self, page: &Page) -> Option<Result<PageUrl, Uncounted>> {
        let counter = self.counter.as_ref()?;
        let url = page.url.as_ref()?;
        Some(self.counter_address(counter, page, url))
    }

    fn counter_address(
        &self,
        counter: &CounterRule,
        page: &Page,
        url: &PageUrl,
    ) -> Result<PageUrl, Uncounted> {
        let mut address = String::new();
        for piece in &counter.address {
            let name = match piece {
                Piece::Text(text) => {
                    address.push_str(text);
                    continue;
                }
                Piece::Value(name) => name,
            };
            let value = match counter.values.get(name) {
                Some(rules) => first_value(page, rules),
                None => self.named_in_address(name, url),
            };
            let value =
                value.ok_or_else(|| Uncounted::Failed(format!("the page gives no `{name}`")))?;
            // what a page says must not become another parameter or another path
            if !is_plain(&value) {
                let short: String = value.chars().take(40).collect();
                let why = format!("`{name}` of the page is no number or plain word: `{short}`");
                return Err(Uncounted::Failed(why));
            }
            address.push_str(&value);
        }
        let asked = url.join(&address);
        let asked = asked.map_err(|error| Uncounted::Failed(error.to_string()))?;
        if asked.origin() != url.origin() {
            let why = format!("{asked} is not on the host of the article");
            return Err(Uncounted::Refused(why));
        }
        match objection(asked.as_url()) {
            Some(why) => Err(Uncounted::Refused(format!("{asked} was not asked: {why}"))),
            None => Ok(asked),
        }
    }

    /// What the group `name` of the pattern for articles finds in the article's address.
    fn named_in_address(&self, name: &str, url: &PageUrl) -> Option<String> {
        let address = path_and_query(url);
        self.article_urls.iter().find_map(|pattern| {
            let found = pattern.captures(address)?;
            Some(found.name(name)?.as_str().to_owned())
        })
    }
}

impl CounterRule {
    /// The number in an answer.
    pub fn read(&self, answer: &str) -> Option<u64> {
        let answer = answer.trim_matches(|sign: char| sign.is_whitespace() || sign == '\u{feff}');
        let group = |pattern: &Regex| Some(pattern.captures(answer)?.get(1)?.as_str().to_owned());
        let said = match &self.answer {
            Some(pattern) => group(pattern),
            None => USUAL.iter().find_map(group),
        }?;
        number(&said)
    }
}

/// The number that `said` is, `1,234` included; a row of digits too long for any count is none.
fn number(said: &str) -> Option<u64> {
    const MOST_DIGITS: usize = 12;
    let digits = said.trim().replace(',', "");
    let is_number =
        digits.len() <= MOST_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The answers that counters of the field give: a number, JSON or quoted; a script that writes it;
/// a script that puts it into `#hits`.
static USUAL: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r#"^["']?(\d+)["']?;?$"#,
        r#"^document\.write(?:ln)?\(\s*["']?(\d+)["']?\s*\)\s*;?$"#,
        r#"(?:\$|jQuery)\(\s*["']#hits["']\s*\)\.(?:html|text)\(\s*["']?(\d+)["']?\s*\)"#,
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});

fn is_plain(value: &str) -> bool {
    const LONGEST: usize = 64;
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_');
    !value.is_empty() && value.len() <= LONGEST && value.bytes().all(plain)
}

/// Why an address is never asked for views: it is known to write the number, or to count something
/// else.
pub(super) fn objection(url: &Url) -> Option<&'static str> {
    let path = url.path().to_ascii_lowercase();
    let query: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_ascii_lowercase()))
        .collect();
    let named = |name: &str| query.iter().any(|(known, _)| known == name);
    let says = |name: &str, value: &str| {
        let mut pairs = query.iter();
        pairs.any(|(known, given)| known == name && given == value)
    };
    let likes = || {
        let mut pairs = query.iter();
        pairs.any(|(name, value)| name == "down" && value != "0" && !value.contains('{'))
    };
    if named("addclick") {
        Some("EmpireCMS counts the call where it says `addclick`")
    } else if path.contains("/e/public/onclick") {
        Some("EmpireCMS counts every call of onclick and gives no number")
    } else if path.contains("/e/public/viewclick") && likes() {
        Some("ViewClick with `down` counts likes, downloads or comments, not views")
    } else if path.contains("/plus/count.php") {
        Some("DedeCMS counts every call of count.php")
    } else if path.ends_with("/api.php") && says("op", "count") {
        Some("PHPCMS counts every call of api.php?op=count")
    } else if says("type", "view") {
        Some("EyouCMS counts the call where it says `type=view`")
    } else if (path.ends_with("/include/hits.php") || path.trim_end_matches('/').ends_with("/hits"))
        && !says("list", "1")
    {
        Some("MetInfo counts the call unless it says `list=1`")
    } else if path.contains("/do/visits")
        || query
            .iter()
            .any(|(name, value)| name.contains("/do/visits") || value.contains("/do/visits"))
    {
        Some("PbootCMS counts every call of Do/visits and gives no number")
    } else if says("action", "postviews") || named("postviews_id") {
        Some("WP-PostViews counts every call")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
