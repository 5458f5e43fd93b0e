//! The labels as a tree of folded characters, walked once from each place a label can begin.

use std::sync::LazyLock;

use super::LabelKind;
use super::table::{Need, ROWS};
use crate::chinese::numbers::half_width;
use crate::chinese::script::simplified_character;

/// Blanks allowed between two characters of a label; templates pad 来　　源 with two or three.
const BLANKS_INSIDE: usize = 6;

/// A word of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) kind: Option<LabelKind>,
    pub(super) need: Need,
    pub(super) label: &'static str,
}

/// A word found at the start of a text, with the bytes it takes there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Match {
    pub(super) entry: Entry,
    pub(super) length: usize,
}

#[derive(Default)]
struct Node {
    /// Sorted by character once built.
    children: Vec<(char, usize)>,
    entries: Vec<Entry>,
}

/// The tree, and which characters its words begin with.
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// One bit for each character of the basic plane, as it is before folding.
    beginnings: Vec<u64>,
}

/// The tree of the table.
pub(super) static LABELS: LazyLock<Trie> = LazyLock::new(Trie::new);

/// The spelling labels are compared in: simplified, half-width, lower case.
pub(super) fn fold(character: char) -> char {
    half_width(simplified_character(character))
}

impl Trie {
    fn new() -> Self {
        let mut trie = Self {
            nodes: vec![Node::default()],
            beginnings: vec![0; 1024],
        };
        for row in ROWS {
            for label in row.labels.split('、') {
                trie.insert(Entry {
                    kind: row.kind,
                    need: row.need,
                    label,
                });
            }
        }
        for node in &mut trie.nodes {
            node.children.sort_unstable();
        }
        for character in (0..=0xFFFF_u32).filter_map(char::from_u32) {
            if trie.child(0, fold(character)).is_some() {
                let (word, bit) = place(character);
                if let Some(bits) = trie.beginnings.get_mut(word) {
                    *bits |= bit;
                }
            }
        }
        trie
    }

    fn insert(&mut self, entry: Entry) {
        let mut at = 0;
        for character in entry
            .label
            .chars()
            .filter(|character| *character != ' ')
            .map(fold)
        {
            let children = self.nodes.get(at).map(|node| node.children.as_slice());
            let known = children
                .and_then(|children| children.iter().find(|(label, _)| *label == character))
                .map(|(_, child)| *child);
            at = known.unwrap_or_else(|| {
                let fresh = self.nodes.len();
                self.nodes.push(Node::default());
                if let Some(node) = self.nodes.get_mut(at) {
                    node.children.push((character, fresh));
                }
                fresh
            });
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.entries.push(entry);
        }
    }

    fn child(&self, at: usize, character: char) -> Option<usize> {
        let children = &self.nodes.get(at)?.children;
        let place = children
            .binary_search_by_key(&character, |(label, _)| *label)
            .ok()?;
        children.get(place).map(|(_, child)| *child)
    }

    /// Whether a word can begin with `character`.
    pub(super) fn begins(&self, character: char) -> bool {
        let (word, bit) = place(character);
        self.beginnings
            .get(word)
            .is_some_and(|bits| bits & bit != 0)
    }

    /// Every word at the start of `text`, the longest first.
    pub(super) fn matches(&self, text: &str) -> Vec<Match> {
        let mut found = Vec::new();
        let mut at = 0;
        let mut rest = text;
        let mut first = true;
        loop {
            let trimmed = if first { rest } else { skip_blanks(rest) };
            first = false;
            let mut characters = trimmed.chars();
            let Some(child) = characters
                .next()
                .and_then(|character| self.child(at, fold(character)))
            else {
                break;
            };
            at = child;
            rest = skip_annotation(characters.as_str());
            let length = text.len() - rest.len();
            let entries = self.nodes.get(at).map(|node| node.entries.as_slice());
            found.extend(entries.unwrap_or_default().iter().map(|entry| Match {
                entry: *entry,
                length,
            }));
        }
        found.reverse();
        found
    }
}

fn place(character: char) -> (usize, u64) {
    let code = u32::from(character);
    let word = usize::try_from(code / 64).unwrap_or(usize::MAX);
    (word, 1 << (code % 64))
}

/// Skips a few blanks, never a line break.
fn skip_blanks(text: &str) -> &str {
    let mut rest = text;
    for _ in 0..BLANKS_INSIDE {
        let stripped = rest.strip_prefix(|character: char| {
            character.is_whitespace() && !matches!(character, '\n' | '\r')
        });
        match stripped {
            Some(shorter) => rest = shorter,
            None => return rest,
        }
    }
    rest
}

/// Skips the `(lái)` after a character of an annotated label. Without a tone mark it is no
/// annotation, so `(admin)` stays a value.
fn skip_annotation(text: &str) -> &str {
    let Some(inside) = text.strip_prefix(['(', '（']) else {
        return text;
    };
    let mut toned = false;
    for (index, (at, character)) in inside.char_indices().enumerate() {
        match character {
            ')' | '）' if toned => {
                return inside.get(at + character.len_utf8()..).unwrap_or_default();
            }
            'a'..='z' => {}
            '\u{e0}'..='\u{1dc}' | '\u{300}'..='\u{30c}' => toned = true,
            _ => break,
        }
        if index > 8 {
            break;
        }
    }
    text
}
