//! Words without which a fingerprint cannot hold: a page is searched once for the words of all
//! builders, and asked in earnest only by the few whose words it has.
//!
//! A word is whatever must stand somewhere in the page for the fingerprint to hold: the name of a
//! class, the longest plain stretch of a pattern. Where none is certain, the fingerprint is always
//! asked.

use aho_corasick::{AhoCorasick, Input, MatchKind};
use regex::Regex;
use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};
use scraper::selector::ToCss as _;
use scraper::{Html, Node, Selector};

use super::site::{Fingerprint, SiteRules};

/// A shorter word is in every page.
const SHORTEST: usize = 4;

/// How much text is put together before it is searched: most values of a page are a few bytes.
const CHUNK: usize = 16 * 1024;

/// The words of all builders, in lower case.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    words: Option<AhoCorasick>,
    /// For each word, the words that it begins with: where it stands, they stand.
    within: Vec<Vec<usize>>,
    longest: usize,
    /// For each builder and fingerprint, what it needs.
    needs: Vec<Vec<Need>>,
}

/// What a fingerprint needs.
#[derive(Clone, Debug, Default)]
struct Need {
    /// One word of each list, by number.
    one_of: Vec<Vec<usize>>,
}

/// The words that a page has.
pub(super) struct Seen(Vec<bool>);

impl Marks {
    /// The words of `builders`.
    pub(super) fn of<'rules>(builders: impl Iterator<Item = &'rules SiteRules>) -> Self {
        let mut words: Vec<String> = Vec::new();
        let mut number = |word: String| {
            words
                .iter()
                .position(|known| *known == word)
                .unwrap_or_else(|| {
                    words.push(word);
                    words.len() - 1
                })
        };
        let needs = builders
            .map(|builder| {
                let lists = builder.fingerprints.iter().map(lists);
                lists
                    .map(|lists| Need {
                        one_of: lists
                            .into_iter()
                            .map(|list| list.into_iter().map(&mut number).collect())
                            .collect(),
                    })
                    .collect()
            })
            .collect();
        let within = words
            .iter()
            .map(|word| {
                let begins = |(index, other): (usize, &String)| {
                    word.starts_with(other.as_str()).then_some(index)
                };
                words.iter().enumerate().filter_map(begins).collect()
            })
            .collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words);
        Self {
            words: automaton.ok(),
            within,
            longest: words.iter().map(String::len).max().unwrap_or_default(),
            needs,
        }
    }

    /// Which of the words stand in a text, script, comment or attribute of `html`; none where it
    /// cannot be told.
    pub(super) fn seen(&self, html: &Html) -> Option<Seen> {
        let words = self.words.as_ref()?;
        let mut seen = Seen(vec![false; words.patterns_len()]);
        let mut chunk = Vec::with_capacity(2 * CHUNK);
        let mut add = |value: &str| {
            if value.len() < words.min_pattern_len() {
                return;
            }
            let mut rest = value.as_bytes();
            while !rest.is_empty() {
                let (part, after) = rest.split_at(rest.len().min(CHUNK));
                chunk.extend_from_slice(part);
                rest = after;
                if chunk.len() >= CHUNK {
                    self.search(words, &mut chunk, &mut seen);
                    // a word may begin in one part of a value and end in the next
                    let kept = if rest.is_empty() { 0 } else { self.longest };
                    chunk.drain(..chunk.len().saturating_sub(kept));
                }
            }
            // none may grow out of the end of one value and the beginning of another
            chunk.push(0);
        };
        for node in html.tree.values() {
            match node {
                Node::Text(text) => add(text),
                Node::Comment(comment) => add(comment),
                Node::Element(element) => element.attrs().for_each(|(_, value)| add(value)),
                _ => {}
            }
        }
        self.search(words, &mut chunk, &mut seen);
        Some(seen)
    }

    /// Notes which words stand in `chunk`. Words may overlap, so the search goes on one byte after
    /// the beginning of each.
    fn search(&self, words: &AhoCorasick, chunk: &mut [u8], seen: &mut Seen) {
        chunk.make_ascii_lowercase();
        let mut from = 0;
        while let Some(found) = words.find(Input::new(&*chunk).range(from..)) {
            for &word in self
                .within
                .get(found.pattern().as_usize())
                .into_iter()
                .flatten()
            {
                if let Some(known) = seen.0.get_mut(word) {
                    *known = true;
                }
            }
            from = found.start() + 1;
        }
    }

    /// Whether a fingerprint, by the number of its builder and its own, may hold.
    pub(super) fn may_hold(&self, seen: &Seen, builder: usize, fingerprint: usize) -> bool {
        let need = self
            .needs
            .get(builder)
            .and_then(|needs| needs.get(fingerprint));
        need.is_none_or(|need| {
            need.one_of
                .iter()
                .all(|words| words.iter().any(|&word| seen.has(word)))
        })
    }
}

impl Seen {
    fn has(&self, word: usize) -> bool {
        self.0.get(word).copied().unwrap_or(true)
    }
}

/// The lists of words of which a fingerprint needs one each.
fn lists(fingerprint: &Fingerprint) -> Vec<Vec<String>> {
    let selector = fingerprint.selector.as_ref().and_then(of_selector);
    let source = fingerprint.source.as_ref().and_then(of_pattern);
    selector
        .into_iter()
        .chain(source.map(|word| vec![word]))
        .collect()
}

/// One word for each of a selector's alternatives: the longest among its classes, ids and values
/// of attributes.
fn of_selector(selector: &Selector) -> Option<Vec<String>> {
    let css = selector.to_css_string();
    // escapes, and pseudo-classes such as `:not(.a)`, are not understood here
    if css.contains(['\\', ':', '(']) {
        return None;
    }
    let mut words = Vec::new();
    let mut best = "";
    let mut rest = css.as_str();
    while let Some(sign) = rest.chars().next() {
        rest = rest.get(sign.len_utf8()..).unwrap_or_default();
        let end = match sign {
            ',' => {
                words.push(best.to_ascii_lowercase());
                best = "";
                continue;
            }
            '"' => rest.find('"')?,
            '.' | '#' => rest
                .find(|sign: char| sign.is_ascii() && !is_name(sign))
                .unwrap_or(rest.len()),
            _ => continue,
        };
        let (word, after) = rest.split_at_checked(end)?;
        if word.len() > best.len() {
            best = word;
        }
        rest = if sign == '"' { after.get(1..)? } else { after };
    }
    words.push(best.to_ascii_lowercase());
    words
        .iter()
        .all(|word| word.len() >= SHORTEST)
        .then_some(words)
}

const fn is_name(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')
}

/// The longest plain stretch that every match of a pattern has.
fn of_pattern(pattern: &Regex) -> Option<String> {
    let hir = regex_syntax::parse(pattern.as_str()).ok()?;
    let mut stretches = vec![String::new()];
    stretch(&hir, &mut stretches);
    stretches
        .into_iter()
        .max_by_key(String::len)
        .filter(|word| word.len() >= SHORTEST)
}

/// Appends what `hir` is sure to match to the last stretch; begins a new one where it is not sure.
fn stretch(hir: &Hir, stretches: &mut Vec<String>) {
    match hir.kind() {
        HirKind::Literal(literal) => {
            if let (Ok(text), Some(last)) = (std::str::from_utf8(&literal.0), stretches.last_mut())
            {
                last.push_str(&text.to_ascii_lowercase());
                return;
            }
        }
        HirKind::Class(class) => {
            if let (Some(letter), Some(last)) = (either_case(class), stretches.last_mut()) {
                last.push(letter);
                return;
            }
        }
        HirKind::Concat(parts) => {
            for part in parts {
                stretch(part, stretches);
            }
            return;
        }
        HirKind::Capture(capture) => return stretch(&capture.sub, stretches),
        HirKind::Repetition(repetition) if repetition.min > 0 => {
            stretches.push(String::new());
            stretch(&repetition.sub, stretches);
        }
        HirKind::Empty | HirKind::Look(_) => return,
        HirKind::Repetition(_) | HirKind::Alternation(_) => {}
    }
    stretches.push(String::new());
}

/// The ASCII letter that a class stands for where it is that letter in either case and nothing else.
fn either_case(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else {
        return None;
    };
    let letters: Vec<char> = class
        .ranges()
        .iter()
        .filter(|range| range.start() == range.end())
        .map(ClassUnicodeRange::start)
        .collect();
    match letters.as_slice() {
        &[upper, lower] if class.ranges().len() == 2 && upper.to_ascii_lowercase() == lower => {
            Some(lower)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_needs_its_longest_plain_stretch() {
        for (pattern, expected) in [
            (r"/uploads/allimg/\d{6}/", Some("/uploads/allimg/")),
            ("(?i)power(ed)? by dede ?cms", Some(" by dede")),
            (r"(?i)\barcclick\b", Some("arcclic")),
            (r"^/Do/(visits)/id", Some("/do/visits/id")),
            (r"(?:abcd)+efghi", Some("efghi")),
            ("left|right", None),
            (r"\d+abc\d", None),
            (".*", None),
        ] {
            let pattern = Regex::new(pattern).expect("pattern");
            assert_eq!(of_pattern(&pattern).as_deref(), expected, "{pattern}");
        }
    }

    #[test]
    fn every_word_of_a_page_is_seen() {
        let rules = |fingerprints: &[&str]| {
            let tables = fingerprints
                .iter()
                .map(|one| format!("[[fingerprint]]\n{one}\n"));
            let file = format!("name = 'x'\n{}", tables.collect::<String>());
            crate::rules::parse("x", &file).expect("rules")
        };
        let builder = rules(&[
            "source = 'abcdef'",
            "source = 'abcd'",
            "source = 'cdefgh'",
            "source = '(?i)WXYZ'",
            "selector = '.wxyz-a, #bcd-e'",
            "source = 'efgh0'",
            "source = 'wxyz'\nselector = '.none'",
            "source = 'a.*c'",
        ]);
        let marks = Marks::of(std::iter::once(&builder));
        let far = "-".repeat(CHUNK - 30);
        for (html, expected) in [
            ("<p>abcdefgh", vec![0, 1, 2, 7]),
            ("<p>ABCDefgh", vec![0, 1, 2, 7]),
            ("<p title=abcd><!--cdefgh-->", vec![1, 2, 7]),
            ("<p>abc<b>def</b>", vec![7]),
            ("<p class='WxYz-a'>", vec![3, 4, 7]),
            ("<p id=bcd-e><p class=none>", vec![4, 7]),
            (&format!("<p>{far}{far}abcdefgh0"), vec![0, 1, 2, 5, 7]),
            (&format!("<p>{far}-----abcd{}", far.repeat(3)), vec![1, 7]),
        ] {
            for padding in 0..40 {
                let html = Html::parse_document(&format!("<i>{}</i>{html}", "-".repeat(padding)));
                let seen = marks.seen(&html).expect("seen");
                let found: Vec<usize> = (0..8)
                    .filter(|&fingerprint| marks.may_hold(&seen, 0, fingerprint))
                    .collect();
                assert_eq!(found, expected, "{padding}");
            }
        }
    }

    #[test]
    fn a_selector_needs_a_word_of_one_alternative() {
        for (css, expected) in [
            (".e_box.p_Newslist", Some(vec!["p_newslist"])),
            (
                "script[src*='/plus/count.php'], #Article > h1 span#hits",
                Some(vec!["/plus/count.php", "article"]),
            ),
            ("[data-ename='资讯详情']", Some(vec!["资讯详情"])),
            ("div[class*='a, b .c']", Some(vec!["a, b .c"])),
            (".long-enough, p", None),
            (".article:not(.other)", None),
            (".long\\:name", None),
        ] {
            let selector = Selector::parse(css).expect("selector");
            let found = of_selector(&selector);
            let found: Option<Vec<&str>> = found
                .as_ref()
                .map(|words| words.iter().map(String::as_str).collect());
            assert_eq!(found, expected, "{css}");
        }
    }
}
