//! Instants that a page hands to its scripts, which may print them or 昨天 in their place.

use std::sync::LazyLock;

use regex::Regex;

use super::outline::{Node, Outline, Shape};

/// How many instants of one script are looked at; the rest are those of lists.
const MOST: usize = 20;

/// An instant in a script.
pub(super) struct Written<'page> {
    /// The script's node.
    pub(super) node: usize,
    /// The characters.
    pub(super) raw: &'page str,
    /// Whether it stands in one of several objects.
    pub(super) is_listed: bool,
}

/// Literal instants in scripts: `var ct = "1581517074"`, `JSignDate=escape('2005-07-18 13:03:17')`.
pub(super) fn literals<'page>(outline: &'page Outline<'_>) -> impl Iterator<Item = Written<'page>> {
    static SECONDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i)\b(?:ct|publish_?time|pub_?time|create_?time|oriCreateTime)\s*=\s*["']?(1\d{9})(?:\d{3})?["']?\s*(?:[;,}\n]|$)"#,
        )
        .ok()
    });
    static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i)\b(?:\w*sign_?date|publish_?(?:time|date)|pub_?(?:time|date))\s*=\s*(?:escape\()?["'](20\d\d[-/]\d{1,2}[-/]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?)"#,
        )
        .ok()
    });
    scripts(outline).filter_map(|(node, code)| {
        let hit = |pattern: &LazyLock<Option<Regex>>| {
            let found = pattern.as_ref()?.captures(code)?;
            Some(found.get(1)?.as_str())
        };
        let raw = hit(&SECONDS).or_else(|| hit(&WRITTEN))?;
        Some(Written {
            node,
            raw,
            is_listed: false,
        })
    })
}

/// Instants in the data that a page hands to its scripts: `"publishTime":"2020-09-16 10:30"`,
/// `"ctime":1581517074`.
pub(super) fn data<'page>(outline: &'page Outline<'_>) -> impl Iterator<Item = Written<'page>> {
    static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?i)\b(?:ct|ctime|publish_?(?:time|date|at)|published_?(?:time|date|at)|pub_?(?:time|date)|create_?time|date_?published|release_?(?:time|date)|issue_?(?:time|date))\\?["']?\s*:\s*\\?["']?(1\d{9}(?:\d{3})?|(?:19|20)\d\d[-/]\d{1,2}[-/]\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)\\?["']?\s*[,}]"#,
        )
        .ok()
    });
    scripts(outline).flat_map(|(node, code)| {
        let found = NAMED.as_ref().into_iter();
        found
            .flat_map(|named| named.captures_iter(code).take(MOST))
            .filter_map(move |found| {
                let raw = found.get(1)?.as_str();
                let before = code.get(..found.get(0)?.start())?;
                let before = before.trim_end_matches(['"', '\'', '\\', ' ', '\n', '\t']);
                before.ends_with(['{', ',']).then(|| Written {
                    node,
                    raw,
                    is_listed: is_listed(before),
                })
            })
    })
}

/// Whether the innermost object that is open at the end of some data is one of several in an array:
/// what it says is of another article as likely as of this one.
fn is_listed(data: &str) -> bool {
    const FAR: usize = 64 * 1024;
    let mut closed = 0_usize;
    for (at, byte) in data.bytes().enumerate().rev().take(FAR) {
        match byte {
            b'}' => closed += 1,
            b'{' if closed > 0 => closed -= 1,
            b'{' => {
                let before = data.get(..at).unwrap_or_default().trim_end();
                return before.ends_with(['[', ',']);
            }
            _ => {}
        }
    }
    false
}

/// Every script with its node; what JSON-LD says is read with the document's head.
fn scripts<'page>(outline: &'page Outline<'_>) -> impl Iterator<Item = (usize, &'page str)> {
    let nodes = outline.nodes.iter().enumerate();
    nodes.filter_map(|(index, node)| Some((index, code(node)?)))
}

/// The script of a node.
fn code<'page>(node: &Node<'page>) -> Option<&'page str> {
    const LONGEST: usize = 400_000;
    let code = match node.shape {
        Shape::Script if node.attribute("type") != Some("application/ld+json") => {
            let text = node.content.first_child()?;
            &**text.value().as_text()?
        }
        _ => node
            .attribute("onclick")
            .filter(|code| code.contains("Date"))?,
    };
    (code.len() < LONGEST).then_some(code)
}
