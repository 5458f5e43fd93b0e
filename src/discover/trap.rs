//! Traps: addresses that lead on and on and never to anything new.
//!
//! Some show it by themselves ([`by_address`]): folders that repeat, parameters that feed on one
//! another, months that no news can be from. Others are known by what they lead to ([`Watch`]): page
//! after page of a list that shows what the pages before it showed, or one text under ever-new
//! addresses. Judged by what was seen in one run: an old archive of four hundred pages, each with its
//! own articles, is none however long it is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::address;
use super::calendar;
use super::words;
use crate::model::{ContentHash, Notice, NoticeKind, PageUrl, SiteId, Timestamp};
use crate::rules::path_and_query;

/// Pages of one list in a row that show nothing the pages before did not.
const MOST_REPEATED_PAGES: u32 = 3;
/// Lists of one kind in a row that show nothing the others did not.
const MOST_BARREN_LISTS: u32 = 20;
/// Addresses in a row that differ in all but a number and show one text.
const MOST_COPIES: u32 = 3;
/// The same where no number tells which text is meant.
const MOST_UNNUMBERED_COPIES: u32 = 12;
/// Repetitions that no folder has by its nature.
const REPETITIONS: usize = 3;
/// Deeper than any site files its news.
const DEEPEST: usize = 20;

/// Why addresses are no longer followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trap {
    /// The path repeats itself: `/a/b/a/b/a/b/`.
    RepeatedPath,
    /// The query repeats itself, or holds another address that does.
    RepeatedQuery,
    /// A calendar beyond the time that news are from.
    Calendar,
    /// Page after page that shows what others showed.
    Barren,
    /// One text under ever-new addresses.
    Copies,
}

impl Trap {
    /// What a person should know.
    pub fn notice(self, site: &SiteId, family: &PageUrl) -> Notice {
        let what = match self {
            Self::RepeatedPath => "repeat their own folders: no longer followed",
            Self::RepeatedQuery => "repeat their own parameters: no longer followed",
            Self::Calendar => "are a calendar's, of times that no news are from: not followed",
            Self::Barren => "show page after page what others showed: no longer followed",
            Self::Copies => "show one text over and over: it is not asked for again",
        };
        Notice {
            kind: NoticeKind::Trap,
            url: family.clone(),
            message: format!("addresses of {site} like {family} {what}"),
        }
    }
}

/// What `url` says by itself, seen at `now`.
pub fn by_address(url: &PageUrl, now: Timestamp) -> Option<Trap> {
    if repeats_folders(url.as_url().path()) {
        Some(Trap::RepeatedPath)
    } else if url.as_url().query().is_some_and(repeats_parameters) {
        Some(Trap::RepeatedQuery)
    } else if calendar::is_out_of_time(url, now) {
        Some(Trap::Calendar)
    } else {
        None
    }
}

/// The addresses of the kind of `url`: numbers and tokens of the path and values of the query are
/// `*`. `host` stands for the host where rules claim all below a name.
pub fn family(url: &PageUrl, host: Option<&str>) -> PageUrl {
    let scheme = url.as_url().scheme();
    let own = url.host();
    let host = host.unwrap_or(own.as_str());
    let path: Vec<String> = url.as_url().path().split('/').map(starred).collect();
    let query = url.as_url().query().map(|query| {
        let mut names: Vec<String> = query.split('&').map(|pair| name_of(pair) + "=*").collect();
        names.sort_unstable();
        names.dedup();
        format!("?{}", names.join("&"))
    });
    let text = format!(
        "{scheme}://{host}{}{}",
        path.join("/"),
        query.unwrap_or_default()
    );
    PageUrl::parse(&text).unwrap_or_else(|_unusual_host| url.clone())
}

/// One number for an item of a list: its headline and path, whatever the rest of its address.
pub fn item(url: &PageUrl, headline: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    if words::weight(headline) < 2 {
        path_and_query(url).hash(&mut hasher);
    } else {
        (url.as_url().path(), headline.trim()).hash(&mut hasher);
    }
    hasher.finish()
}

/// What a look showed.
#[derive(Clone, Copy, Debug)]
pub enum Showed<'a> {
    /// The items of a list ([`item`]).
    Items(&'a [u64]),
    /// The text of an article.
    Text(ContentHash),
}

/// What the pages of one site showed in a run.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    lists: HashMap<String, Kind<u64>>,
    texts: HashMap<String, Kind<ContentHash>>,
}

/// Addresses of one kind.
#[derive(Clone, Debug)]
struct Kind<T> {
    shown: HashSet<T>,
    /// Looks in a row that showed nothing else.
    in_vain: u32,
    is_closed: bool,
}

impl<T> Default for Kind<T> {
    fn default() -> Self {
        Self {
            shown: HashSet::new(),
            in_vain: 0,
            is_closed: false,
        }
    }
}

impl<T: Copy + Eq + Hash> Kind<T> {
    /// Notes a look; whether the kind is closed by it. A page looked at before is no new address.
    fn note(&mut self, shown: &[T], is_new: bool, most: u32) -> bool {
        let mut fresh = 0;
        for one in shown {
            fresh += u32::from(self.shown.insert(*one));
        }
        if fresh > 0 {
            self.in_vain = 0;
        } else if is_new {
            self.in_vain += 1;
        }
        let closes = self.in_vain >= most && !self.is_closed;
        self.is_closed |= closes;
        closes
    }
}

impl Watch {
    /// Notes what `url` showed, which was looked at for the first time if `is_new`; the trap that
    /// this completes.
    pub fn note(
        &mut self,
        url: &PageUrl,
        host: Option<&str>,
        is_new: bool,
        showed: Showed<'_>,
    ) -> Option<Trap> {
        match showed {
            Showed::Items(items) => {
                let (list, most) = list_of(url, host);
                let kind = self.lists.entry(list).or_default();
                kind.note(items, is_new, most).then_some(Trap::Barren)
            }
            Showed::Text(content) => {
                let (text, most) = text_of(url, host);
                let kind = self.texts.entry(text).or_default();
                // the first text is no copy
                kind.note(&[content], is_new, most).then_some(Trap::Copies)
            }
        }
    }

    /// Whether addresses like `url` are no longer followed.
    pub fn is_closed(&self, url: &PageUrl, host: Option<&str>) -> bool {
        let closed = |kind: &Kind<u64>| kind.is_closed;
        self.lists.get(&list_of(url, host).0).is_some_and(closed)
            || self
                .texts
                .get(&text_of(url, host).0)
                .is_some_and(|kind| kind.is_closed)
    }
}

/// Of which list `url` is a page, and how many such pages may show nothing.
fn list_of(url: &PageUrl, host: Option<&str>) -> (String, u32) {
    let own = url.host();
    match address::page_number(url).filter(|page| page.certain) {
        Some(page) => {
            let host = host.unwrap_or(own.as_str());
            (format!("{host}{}", page.family), MOST_REPEATED_PAGES)
        }
        None => (family(url, host).to_string(), MOST_BARREN_LISTS),
    }
}

/// Which text `url` means: the folder and the last number of the name, and numbers of the query; how
/// many other addresses may show the same.
fn text_of(url: &PageUrl, host: Option<&str>) -> (String, u32) {
    const LONGEST_ID: usize = 10;
    let own = url.host();
    let path = url.as_url().path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let number = last_number(name);
    let mut is_numbered = number.is_some();
    let mut pairs: BTreeMap<String, &str> = BTreeMap::new();
    for pair in url
        .as_url()
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
    {
        let value = pair.split_once('=').map_or("", |(_, value)| value);
        let is_id = (1..=LONGEST_ID).contains(&value.len())
            && value.bytes().all(|byte| byte.is_ascii_digit());
        is_numbered |= is_id;
        pairs.insert(name_of(pair), if is_id { value } else { "*" });
    }
    let host = host.unwrap_or(own.as_str());
    let folder = address::folder(url);
    let text = format!("{host}{folder}{}?{pairs:?}", number.unwrap_or_default());
    let most = if is_numbered {
        MOST_COPIES
    } else {
        MOST_UNNUMBERED_COPIES
    };
    (text, most)
}

fn last_number(name: &str) -> Option<&str> {
    let is_digit = |sign: char| sign.is_ascii_digit();
    let end = name.rfind(is_digit)? + 1;
    let head = name.get(..end)?;
    let start = head.rfind(|sign| !is_digit(sign)).map_or(0, |at| at + 1);
    head.get(start..)
}

fn name_of(pair: &str) -> String {
    let name = pair.split_once('=').map_or(pair, |(name, _)| name);
    name.to_ascii_lowercase()
}

/// A segment of a path with its numbers and tokens as `*`.
fn starred(segment: &str) -> String {
    const SHORTEST_TOKEN: usize = 16;
    let mut starred = String::new();
    for word in segment.split_inclusive(['-', '_', '.']) {
        let (bare, end) = match word.char_indices().last() {
            Some((at, '-' | '_' | '.')) => word.split_at(at),
            _ => (word, ""),
        };
        let digits = bare.bytes().filter(u8::is_ascii_digit).count();
        let alphanumeric = bare.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_token = alphanumeric && digits > 0 && bare.len() >= SHORTEST_TOKEN;
        if is_token {
            starred.push('*');
        } else {
            for sign in bare.chars() {
                match sign {
                    sign if !sign.is_ascii_digit() => starred.push(sign),
                    _ if starred.ends_with('*') => {}
                    _ => starred.push('*'),
                }
            }
        }
        starred.push_str(end);
    }
    starred
}

/// Whether the folders of `path` come in the same order three times in a row. Numbers alone may:
/// `/11/11/11/` is a day.
fn repeats_folders(path: &str) -> bool {
    let segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .collect();
    if segments.len() > DEEPEST {
        return true;
    }
    let in_words = |part: &[&str]| {
        let mut bytes = part.iter().flat_map(|segment| segment.bytes());
        bytes.any(|byte| !byte.is_ascii_digit())
    };
    (1..=segments.len() / REPETITIONS).any(|period| {
        segments.windows(period * REPETITIONS).any(|window| {
            let mut parts = window.chunks(period);
            let first = parts.next().unwrap_or_default();
            in_words(first) && parts.all(|part| part == first)
        })
    })
}

/// Whether a parameter comes three times, or the query holds an address that holds an address.
fn repeats_parameters(query: &str) -> bool {
    const MOST_PARAMETERS: usize = 24;
    let mut counts: HashMap<String, usize> = HashMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = name_of(pair);
        // forms send lists so
        if !name.ends_with("[]") && !name.ends_with("%5b%5d") {
            *counts.entry(name).or_default() += 1;
        }
    }
    let nested = query.to_ascii_lowercase().matches("%3f").count()
        + query.to_ascii_lowercase().matches("%253f").count()
        + query.matches('?').count();
    let pairs = query.split('&').count();
    counts.values().any(|count| *count >= REPETITIONS) || nested >= 2 || pairs > MOST_PARAMETERS
}

#[cfg(test)]
mod tests;
