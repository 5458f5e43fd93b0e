//! Lists that a script loads: where their pages are asked for, and what an answer holds.

use serde_json::Value;

use crate::canon;
use crate::model::PageUrl;

/// Pages of such a list asked for unless rules say otherwise.
pub(super) const USUAL_MOST: u32 = 50;

/// An address that a script asks for the pages of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AjaxList {
    /// The canonical address before the page's number.
    pub(super) before: String,
    /// And after it.
    pub(super) after: String,
    /// The number of the first page.
    pub(super) start: u32,
    /// From one page to the next.
    pub(super) step: u32,
    /// Pages asked for at most.
    pub(super) most: u32,
    /// What an answer holds.
    pub(super) answer: AjaxAnswer,
}

/// What an answer holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AjaxAnswer {
    /// HTML, read as any list page is.
    Html,
    /// JSON with such HTML at this pointer.
    HtmlAt(String),
    /// JSON with a list of items.
    Items {
        /// Where it is; nothing: the answer itself.
        at: Option<String>,
        /// The address of an item's article.
        url: Vec<UrlPiece>,
    },
}

/// A piece of an article's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UrlPiece {
    /// As written.
    Text(String),
    /// What the item says at this pointer.
    Value(String),
}

/// What was read from an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AjaxFound {
    /// A list page, as HTML.
    Html(String),
    /// Addresses of articles, to be resolved as links are.
    Links(Vec<String>),
}

impl AjaxList {
    /// The address of its first page.
    pub fn first(&self) -> Option<PageUrl> {
        self.page(self.start)
    }

    /// The page after `url`, where `url` is one of its pages and not the last that is asked for.
    pub fn after(&self, url: &PageUrl) -> Option<PageUrl> {
        let next = self.number_of(url)?.checked_add(self.step)?;
        let last = self.step.checked_mul(self.most.saturating_sub(1));
        let last = self.start.saturating_add(last.unwrap_or(u32::MAX));
        (next <= last).then(|| self.page(next)).flatten()
    }

    /// Whether `url` is one of its pages.
    pub fn claims(&self, url: &PageUrl) -> bool {
        self.number_of(url).is_some()
    }

    /// What `answer` holds; an error says what it is instead.
    pub fn read(&self, answer: &str) -> Result<AjaxFound, String> {
        let (at, url) = match &self.answer {
            AjaxAnswer::Html => return Ok(AjaxFound::Html(answer.to_owned())),
            AjaxAnswer::HtmlAt(at) => (Some(at), None),
            AjaxAnswer::Items { at, url } => (at.as_ref(), Some(url)),
        };
        let json = json(answer)?;
        let found = match at {
            Some(at) => json
                .pointer(at)
                .ok_or_else(|| format!("its answer has nothing at {at}"))?,
            None => &json,
        };
        let place = at.map_or("its answer", String::as_str);
        match (url, found) {
            (None, Value::String(html)) => Ok(AjaxFound::Html(html.clone())),
            (None, _) => Err(format!("{place} is no text")),
            (Some(url), Value::Array(items)) => {
                let links = items.iter().filter_map(|item| link(item, url));
                let links: Vec<String> = links.collect();
                if links.is_empty() && !items.is_empty() {
                    return Err(format!("no item of {place} has what `url` asks for"));
                }
                Ok(AjaxFound::Links(links))
            }
            // no list where there is nothing to list
            (Some(_), Value::Null) => Ok(AjaxFound::Links(Vec::new())),
            (Some(_), _) => Err(format!("{place} is no list")),
        }
    }

    fn number_of(&self, url: &PageUrl) -> Option<u32> {
        let url = canon::canonical(url);
        let rest = url.as_str().strip_prefix(self.before.as_str())?;
        let digits = rest.strip_suffix(self.after.as_str())?;
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        let number: u32 = plain.then(|| digits.parse().ok())??;
        let from_start = number.checked_sub(self.start)?;
        (from_start % self.step == 0).then_some(number)
    }

    fn page(&self, number: u32) -> Option<PageUrl> {
        PageUrl::parse(&format!("{}{number}{}", self.before, self.after)).ok()
    }
}

/// The JSON of `answer`, without the call around it that some servers put there.
fn json(answer: &str) -> Result<Value, String> {
    let answer = answer.trim_start_matches('\u{feff}').trim();
    let refused = match serde_json::from_str(answer) {
        Ok(json) => return Ok(json),
        Err(refused) => refused,
    };
    let inside = answer
        .trim_end_matches(';')
        .strip_suffix(')')
        .and_then(|call| call.split_once('('))
        .filter(|(name, _)| name.len() < 64 && !name.contains(['{', '[', '"']));
    inside
        .and_then(|(_, inside)| serde_json::from_str(inside).ok())
        .ok_or_else(|| format!("its answer is no JSON: {refused}"))
}

fn link(item: &Value, url: &[UrlPiece]) -> Option<String> {
    let mut link = String::new();
    for piece in url {
        match piece {
            UrlPiece::Text(text) => link.push_str(text),
            UrlPiece::Value(pointer) => match item.pointer(pointer)? {
                // an item that is the address itself, or a part of one
                Value::String(text) if !text.trim().is_empty() => link.push_str(text.trim()),
                Value::Number(number) => link.push_str(&number.to_string()),
                _ => return None,
            },
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests;
