//! Pages that are not what they pretend: challenges, firewalls, hosts without a site of their own,
//! and "not found" with status 200.
//!
//! They are recognised by name and reported, never worked around, and never kept as articles.
//! Each rule asks for little visible text beside its mark, so that an article about firewalls or
//! a headline with 404 in it stays an article.

mod missing;
mod vacant;
mod walls;

use scraper::{Html, Node};

use crate::model::{Headers, PageUrl};

use super::site::is_home;

/// What a page is instead of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pretence {
    /// A test that only a browser passes; the host is left alone.
    Challenge(&'static str),
    /// A firewall's page.
    Firewall(&'static str),
    /// What stands where a site was: its domain is for sale, its hosting has ended, it may not be
    /// shown. The host is left alone.
    Vacant(&'static str),
    /// "Not found", whatever the status.
    Missing,
    /// A page whose whole content is the way to another one.
    Elsewhere(PageUrl),
}

/// The looks of a page.
#[derive(Debug)]
pub(super) struct Face {
    title: String,
    text: String,
    source: String,
    refresh: Option<String>,
}

/// Visible characters beyond which no page is a mere notice.
const NOTICE_CHARS: usize = 1500;
/// How much source is searched for marks of scripts.
const SOURCE_BYTES: usize = 100_000;

impl Face {
    /// The looks of a parsed page.
    pub(super) fn of(html: &Html, source: &str) -> Self {
        let (mut title, mut text, mut refresh) = (None, String::new(), None);
        let mut chars = 0;
        for node in html.tree.nodes() {
            match node.value() {
                Node::Element(element) if element.name() == "meta" && refresh.is_none() => {
                    let of_refresh = element
                        .attr("http-equiv")
                        .is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
                    refresh = element
                        .attr("content")
                        .filter(|_| of_refresh)
                        .map(str::to_owned);
                }
                Node::Text(found) => {
                    let parent = node.parent();
                    let parent = parent
                        .as_ref()
                        .and_then(|parent| parent.value().as_element());
                    match parent.map(scraper::node::Element::name) {
                        Some("title") if title.is_none() => {
                            title = Some(found.trim().chars().take(300).collect());
                        }
                        Some("title" | "script" | "style" | "noscript" | "template") => {}
                        _ if chars <= NOTICE_CHARS => {
                            let visible = found.chars().filter(|c| !c.is_whitespace());
                            let before = text.len();
                            text.extend(visible.take(NOTICE_CHARS + 1));
                            chars += text.get(before..).unwrap_or_default().chars().count();
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        let end = source.floor_char_boundary(SOURCE_BYTES);
        Self {
            title: title.unwrap_or_default(),
            text,
            source: source.get(..end).unwrap_or_default().to_owned(),
            refresh,
        }
    }

    /// Whether a page with this face could be a notice: it shows little.
    fn is_notice(&self) -> bool {
        self.chars() <= NOTICE_CHARS
    }

    fn source_has(&self, marks: &[&str]) -> bool {
        marks.iter().any(|mark| self.source.contains(mark))
    }

    fn title_has(&self, marks: &[&str]) -> bool {
        marks.iter().any(|mark| self.title.contains(mark))
    }

    fn chars(&self) -> usize {
        self.text.chars().count()
    }

    fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.text.contains(phrase))
    }
}

/// Whether what was found in place of a page stands in place of all pages of its host.
pub(super) fn is_of_the_whole_host(reason: &str) -> bool {
    reason.starts_with("challenge:")
        || reason.starts_with("parked:")
        || reason == "blocked:unregistered"
}

/// What the answer is instead of the page at `url`, if it is not that page.
pub(super) fn screen(
    status: u16,
    headers: &Headers,
    url: &PageUrl,
    face: &Face,
) -> Option<Pretence> {
    if let Some(name) = walls::challenge(status, headers, face) {
        return Some(Pretence::Challenge(name));
    }
    if let Some(name) = walls::firewall(status, headers, face) {
        return Some(Pretence::Firewall(name));
    }
    if let Some(name) = vacant::vacant(status, headers, url, face) {
        return Some(Pretence::Vacant(name));
    }
    if !(200..300).contains(&status) {
        return None;
    }
    if missing::says_missing(face) {
        return Some(Pretence::Missing);
    }
    let target = missing::refresh_target(url, face)?;
    if target == *url {
        return None;
    }
    if is_home(&target) && !is_home(url) {
        return Some(Pretence::Missing);
    }
    Some(Pretence::Elsewhere(target))
}

#[cfg(test)]
mod tests;
