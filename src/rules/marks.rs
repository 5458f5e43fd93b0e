//! Words without which a fingerprint cannot hold: a page is searched once for the words of all
//! builders, and asked in earnest only by the few whose words it has.
//!
//! A word is whatever must stand somewhere in the page for the fingerprint to hold: the name of a
//! class, the longest plain stretch of a pattern. Where none is certain, the fingerprint is always
//! asked.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use scraper::selector::ToCss as _;
use scraper::{Html, Node, Selector};

use super::site::{Fingerprint, SiteRules};

/// A shorter word is in every page.
const SHORTEST: usize = 4;

/// How much text is put together before it is searched: most values of a page are a few bytes.
const CHUNK: usize = 16 * 1024;

/// The words of all builders.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    words: Option<AhoCorasick>,
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
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&words);
        Self {
            words: automaton.ok(),
            needs,
        }
    }

    /// Which of the words stand in a text, script, comment or attribute of `html`; none where it
    /// cannot be told.
    pub(super) fn seen(&self, html: &Html) -> Option<Seen> {
        let words = self.words.as_ref()?;
        let mut seen = Seen(vec![false; words.patterns_len()]);
        let mut chunk = String::with_capacity(CHUNK);
        let mut add = |value: &str| {
            if value.len() < words.min_pattern_len() {
                return;
            }
            if value.len() > CHUNK {
                seen.search(words, value);
                return;
            }
            if chunk.len() + value.len() > CHUNK {
                seen.search(words, &chunk);
                chunk.clear();
            }
            chunk.push_str(value);
            // no word may grow out of the end of one value and the beginning of the next
            chunk.push('\0');
        };
        for node in html.tree.values() {
            match node {
                Node::Text(text) => add(text),
                Node::Comment(comment) => add(comment),
                Node::Element(element) => element.attrs().for_each(|(_, value)| add(value)),
                _ => {}
            }
        }
        seen.search(words, &chunk);
        Some(seen)
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
    fn search(&mut self, words: &AhoCorasick, text: &str) {
        let Ok(found) = words.try_find_overlapping_iter(text) else {
            // not to be searched so: every fingerprint is asked
            self.0.fill(true);
            return;
        };
        for word in found {
            if let Some(known) = self.0.get_mut(word.pattern().as_usize()) {
                *known = true;
            }
        }
    }

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
        .map(|range| range.start())
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
