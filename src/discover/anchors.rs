//! Every link of a page with where it stands, gathered in one walk over the document.
//!
//! The walk keeps a stack instead of asking each link for its ancestors, so a page nested a
//! hundred thousand deep costs no more than its length.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use regex::Regex;
use scraper::{ElementRef, Node, Selector};

use super::address;
use super::scripted::{self, Lead, Turns};
use crate::canon;
use crate::extract::Page;
use crate::model::PageUrl;
use crate::rules::{SiteRules, path_and_query};

/// More links than any real list page has.
const MOST_ANCHORS: usize = 5_000;
/// Browsers send longer addresses; no list links to them.
const LONGEST_HREF: usize = 2_048;
/// Longer than any headline.
const LONGEST_TEXT: usize = 300;
/// How far an item of a list is searched for its link.
const LARGEST_ITEM: usize = 500;
/// More items than any real list page has.
const MOST_ITEMS: usize = 2_000;

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(19|20)\d{2}\s?[-./年]\s?\d{1,2}|\b(0?[1-9]|1[0-2])[-/月](0?[1-9]|[12]\d|3[01])\b")
        .ok()
});

/// One link to a page of the site.
#[derive(Clone, Debug)]
pub(super) struct Anchor {
    pub(super) url: PageUrl,
    /// Its text; its `title` where that says more; the picture's `alt` where there is no text.
    pub(super) text: String,
    /// What stands right before it.
    pub(super) before: String,
    /// Where it stands.
    pub(super) place: Place,
    /// A date stands in the same item.
    pub(super) dated: bool,
    /// `rel` or `class` call it the next page.
    pub(super) named_next: bool,
    /// Not a link but an entry of a drop-down pager.
    pub(super) is_option: bool,
}

/// Where a link stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// In a menu, a header, a footer, a path of crumbs.
    pub(super) chrome: bool,
    /// In an item of a list or a row of a table.
    pub(super) item: bool,
    /// In a heading.
    pub(super) heading: bool,
}

/// The links of a page, in its order.
#[derive(Debug)]
pub(super) struct Anchors {
    all: Vec<Anchor>,
    by_node: HashMap<NodeId, usize>,
    scripted: Option<String>,
}

impl Anchors {
    /// Gathers the links of `page`, found at `own`, that stay on its site and lead to pages.
    pub(super) fn collect(page: &Page, own: &PageUrl, rules: Option<&SiteRules>) -> Self {
        let mut walk = Walk {
            page,
            own,
            rules,
            turns: None,
            scripted: None,
            all: Vec::new(),
            by_node: HashMap::new(),
            open: Vec::new(),
            items: Vec::new(),
            item_of: Vec::new(),
            dated: HashSet::new(),
            before: String::new(),
            chrome: 0,
            headings: 0,
            silent: 0,
        };
        for edge in page.html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Text(text) => walk.text(text),
                    Node::Element(_) => {
                        if let Some(element) = ElementRef::wrap(node) {
                            walk.enter(element);
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    if let Some(element) = ElementRef::wrap(node) {
                        walk.leave(element);
                    }
                }
            }
        }
        walk.finish()
    }

    /// All links, in page order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Anchor> {
        self.all.iter()
    }

    /// How pages of the list are turned where only a script knows: 下一页 by `goPage(2)`.
    pub(super) fn scripted(&self) -> Option<&str> {
        self.scripted.as_deref()
    }

    /// The links at or in the elements that `selectors` find, those of one element together.
    pub(super) fn within<'a>(
        &'a self,
        page: &'a Page,
        selectors: &'a [Selector],
    ) -> impl Iterator<Item = Vec<&'a Anchor>> {
        selectors
            .iter()
            .flat_map(|selector| page.html.select(selector))
            .take(MOST_ITEMS)
            .map(|element| {
                element
                    .descendants()
                    .take(LARGEST_ITEM)
                    .filter_map(|node| self.all.get(*self.by_node.get(&node.id())?))
                    .collect()
            })
    }
}

/// Whether a page at `own` may lead to `url`: the same host, `www.` aside, or one that the rules
/// claim as well.
pub(super) fn stays(own: &PageUrl, url: &PageUrl, rules: Option<&SiteRules>) -> bool {
    let (from, to) = (own.host(), url.host());
    let plain = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
    plain(from.as_str()) == plain(to.as_str())
        || rules.is_some_and(|rules| rules.claims(own) && rules.claims(url))
}

/// Where `href` leads, canonical.
fn link_target(
    page: &Page,
    own: &PageUrl,
    href: &str,
    rules: Option<&SiteRules>,
) -> Option<PageUrl> {
    let base = page.base.as_ref().unwrap_or(own);
    let url = canon::resolve(base, href, page.encoding).ok()?;
    let url = canon::canonical(&url);
    Some(match rules.filter(|rules| rules.claims(&url)) {
        Some(rules) => rules.without_dropped(url),
        None => url,
    })
}

/// The state of the walk.
struct Walk<'a> {
    page: &'a Page,
    own: &'a PageUrl,
    rules: Option<&'a SiteRules>,
    /// Read when the first script is met that leads somewhere.
    turns: Option<Turns>,
    scripted: Option<String>,
    all: Vec<Anchor>,
    by_node: HashMap<NodeId, usize>,
    /// Links being read.
    open: Vec<(NodeId, usize)>,
    /// Items that the walk is in.
    items: Vec<NodeId>,
    /// The item of each link.
    item_of: Vec<Option<NodeId>>,
    /// Items with a date in them.
    dated: HashSet<NodeId>,
    /// The last text since the last link or block.
    before: String,
    chrome: usize,
    headings: usize,
    /// Inside scripts, styles and templates.
    silent: usize,
}

impl Walk<'_> {
    fn enter(&mut self, element: ElementRef<'_>) {
        match element.value().name() {
            "script" | "style" | "template" | "noscript" => self.silent += 1,
            "li" | "tr" | "dl" | "dt" | "dd" | "article" => {
                self.items.push(element.id());
                self.script(element);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.headings += 1,
            "img" => self.picture(element.attr("alt").unwrap_or_default()),
            "a" => {
                self.link(element, "href");
                self.script(element);
            }
            "button" | "input" | "span" | "div" => self.script(element),
            "link" if has_word(element.attr("rel"), "next") => self.link(element, "href"),
            "option" => self.link(element, "value"),
            _ => {}
        }
        if ends_a_line(element.value().name()) {
            self.before.clear();
        }
        if is_chrome(element) {
            self.chrome += 1;
        }
    }

    fn leave(&mut self, element: ElementRef<'_>) {
        match element.value().name() {
            "script" | "style" | "template" | "noscript" => {
                self.silent = self.silent.saturating_sub(1);
            }
            "li" | "tr" | "dl" | "dt" | "dd" | "article" => {
                self.items.pop();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.headings = self.headings.saturating_sub(1);
            }
            _ => {}
        }
        if self.open.last().is_some_and(|(id, _)| *id == element.id()) {
            self.open.pop();
            self.before.clear();
        }
        if is_chrome(element) {
            self.chrome = self.chrome.saturating_sub(1);
        }
    }

    fn text(&mut self, text: &str) {
        let words = text.trim();
        if self.silent > 0 || words.is_empty() {
            return;
        }
        let short: String = words.chars().take(LONGEST_TEXT).collect();
        if let Some(item) = self.items.last()
            && DATE.as_ref().is_some_and(|date| date.is_match(&short))
        {
            self.dated.insert(*item);
        }
        match self.open.last().and_then(|(_, at)| self.all.get_mut(*at)) {
            Some(anchor) if anchor.text.len() < LONGEST_TEXT * 4 => {
                // kept apart only where the page does; runs of spaces are one at the end
                if text.starts_with(char::is_whitespace) {
                    anchor.text.push(' ');
                }
                anchor.text.push_str(&short);
                if text.ends_with(char::is_whitespace) {
                    anchor.text.push(' ');
                }
            }
            Some(_) => {}
            None => {
                const SHORT: usize = 24;
                self.before.push_str(&short);
                let surplus = self.before.chars().count().saturating_sub(SHORT);
                self.before = self.before.chars().skip(surplus).collect();
            }
        }
    }

    /// A picture speaks for a link without text.
    fn picture(&mut self, alt: &str) {
        if let Some((_, at)) = self.open.last()
            && let Some(anchor) = self.all.get_mut(*at)
            && anchor.text.is_empty()
        {
            anchor.text = alt.trim().chars().take(LONGEST_TEXT).collect();
        }
    }

    fn link(&mut self, element: ElementRef<'_>, attribute: &str) {
        let Some(href) = element.attr(attribute).map(str::trim) else {
            return;
        };
        let full = self.all.len() >= MOST_ANCHORS || href.len() > LONGEST_HREF;
        if full || self.silent > 0 || href.is_empty() || href.starts_with('#') {
            return;
        }
        let is_option = attribute == "value";
        if is_option && !href.contains(['.', '/', '?']) {
            return;
        }
        let Some(url) = link_target(self.page, self.own, href, self.rules) else {
            return;
        };
        self.keep(element, url, is_option);
    }

    /// A link that a script follows, or a pager of which only a script knows where it leads.
    fn script(&mut self, element: ElementRef<'_>) {
        let is_link = element.value().name() == "a";
        let may_lead = |name: &str| {
            name == "onclick" || name.starts_with("data-") || (is_link && name == "href")
        };
        let mut attributes = element.value().attrs();
        let lead = if self.silent == 0 && attributes.any(|(name, _)| may_lead(name)) {
            let html = &self.page.html;
            let turns = self.turns.get_or_insert_with(|| Turns::of(html));
            turns.lead(element)
        } else {
            None
        };
        match lead {
            Some(Lead::To(href)) => {
                // what is no link is one where it turns pages; anything else may be a picture
                if !is_link && !scripted::turns_pages(&scripted::name_of(element)) {
                    return;
                }
                if self.all.len() < MOST_ANCHORS
                    && href.len() <= LONGEST_HREF
                    && let Some(url) = link_target(self.page, self.own, &href, self.rules)
                {
                    self.keep(element, url, false);
                }
            }
            Some(Lead::Unknown(call)) => {
                let name = scripted::name_of(element);
                if scripted::turns_pages(&name) {
                    self.scripted.get_or_insert(call);
                }
            }
            None if scripted::submits(element) => {
                self.scripted.get_or_insert_with(|| "a form".to_owned());
            }
            None => {}
        }
    }

    fn keep(&mut self, element: ElementRef<'_>, url: PageUrl, is_option: bool) {
        if address::is_no_page(&url) || !stays(self.own, &url, self.rules) {
            return;
        }
        let at = self.all.len();
        let named_next = has_word(element.attr("rel"), "next")
            || has_word(element.attr("class"), "next")
            || has_word(element.attr("class"), "nxt");
        self.all.push(Anchor {
            url,
            text: String::new(),
            before: std::mem::take(&mut self.before),
            place: Place {
                chrome: self.chrome > 0 || is_chrome(element),
                item: !self.items.is_empty(),
                heading: self.headings > 0,
            },
            dated: false,
            named_next,
            is_option,
        });
        self.item_of.push(self.items.last().copied());
        self.by_node.insert(element.id(), at);
        // a <link> holds nothing, and is left at once
        self.open.push((element.id(), at));
        let title = match element.value().name() {
            "input" => element.attr("value"),
            _ => element.attr("title"),
        };
        if let Some(title) = title {
            self.titled(at, title);
        }
    }

    /// Keeps `title` before the text; whichever says more is chosen at the end.
    fn titled(&mut self, at: usize, title: &str) {
        if let Some(anchor) = self.all.get_mut(at) {
            let title: String = title.trim().chars().take(LONGEST_TEXT).collect();
            anchor.text.push_str(&title);
            anchor.text.push(TITLE_END);
        }
    }

    fn finish(mut self) -> Anchors {
        for (anchor, item) in self.all.iter_mut().zip(&self.item_of) {
            anchor.text = spoken(&anchor.text);
            anchor.dated = item.is_some_and(|item| self.dated.contains(&item))
                || DATE
                    .as_ref()
                    .is_some_and(|date| date.is_match(path_and_query(&anchor.url)));
        }
        Anchors {
            all: self.all,
            by_node: self.by_node,
            scripted: self.scripted,
        }
    }
}

/// Parts a `title` from the text after it while the link is being read; no page prints it.
const TITLE_END: char = '\u{1f}';

/// The link's text, or its title where the text is cut short, an arrow, or missing.
fn spoken(read: &str) -> String {
    let (title, text) = read.rsplit_once(TITLE_END).unwrap_or(("", read));
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (title, text) = (one_line(title), one_line(text));
    let cut = text.trim_end_matches(['.', '…', '·', ' ']);
    let was_cut = cut.len() < text.len() && title.starts_with(cut);
    if text.is_empty() || was_cut || (super::words::says_nothing(&text) && !title.is_empty()) {
        title
    } else {
        text
    }
}

fn ends_a_line(name: &str) -> bool {
    matches!(
        name,
        "p" | "div" | "li" | "ul" | "ol" | "tr" | "dl" | "dt" | "dd" | "h1" | "h2" | "h3" | "h4"
    )
}

fn has_word(attribute: Option<&str>, word: &str) -> bool {
    attribute.is_some_and(|value| {
        value
            .split(|sign: char| !sign.is_ascii_alphanumeric())
            .any(|part| part.eq_ignore_ascii_case(word))
    })
}

/// Whether the element is a frame around pages rather than a part of one. The name must say
/// nothing but that: `news-header` may be the headline of an item.
fn is_chrome(element: ElementRef<'_>) -> bool {
    const NAMES: [&str; 32] = [
        "nav",
        "navbar",
        "navigation",
        "mainnav",
        "topnav",
        "subnav",
        "sidenav",
        "menu",
        "mainmenu",
        "submenu",
        "topmenu",
        "header",
        "top",
        "topbar",
        "toolbar",
        "footer",
        "foot",
        "bottom",
        "breadcrumb",
        "breadcrumbs",
        "crumb",
        "crumbs",
        "place",
        "position",
        "curpos",
        "friendlink",
        "friendlinks",
        "flink",
        "copyright",
        "share",
        "login",
        "lang",
    ];
    let name = element.value().name();
    if matches!(name, "nav" | "footer") {
        return true;
    }
    if matches!(name, "body" | "html" | "article") {
        return false;
    }
    let of = element.value();
    of.classes().chain(of.id()).any(|class| {
        let class: String = class
            .chars()
            .filter(char::is_ascii_alphabetic)
            .map(|sign| sign.to_ascii_lowercase())
            .collect();
        NAMES.contains(&class.as_str()) || class.starts_with("nav") || class.ends_with("nav")
    })
}
