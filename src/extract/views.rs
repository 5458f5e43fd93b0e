//! How often the page says it was read.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::Line;
use super::metadata::{Place, Region, Statement};
use super::outline::{Outline, Shape};
use super::phrases::Phrase;
use crate::chinese::labels::LabelKind;
use crate::chinese::numbers;
use crate::model::ViewsNote;

/// What the page says of its views.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Views {
    /// The number printed.
    pub(super) count: Option<u64>,
    /// Why it is absent or not exact.
    pub(super) note: Option<ViewsNote>,
    /// Which rule found it.
    pub(super) from: String,
}

/// How many nodes after a label its counter may stand.
const REACH: usize = 14;

/// Finds the number, or the script that would fill it.
pub(super) fn find(outline: &Outline<'_>, region: &Region, stated: &[Statement]) -> Option<Views> {
    let mut places: Vec<&Statement> = stated
        .iter()
        .filter(|one| one.kind == LabelKind::Views)
        // 阅读 before words is a heading, not a count
        .filter(|one| {
            let first = one.rest.chars().find(|letter| letter.is_alphanumeric());
            one.number_before.is_some()
                || first.is_none_or(|letter| letter.is_numeric() || matches!(letter, '次' | '人'))
        })
        .collect();
    places.sort_by_key(|one| one.place);
    let scripted = |from: String| Views {
        count: None,
        note: Some(ViewsNote::ScriptCounter),
        from,
    };
    for one in &places {
        let text = one.number_before.as_deref().unwrap_or(&one.rest);
        if let Some(count) = number(text) {
            // lists beside and below the text count the readers of other articles
            let is_other = one.place == Place::Tail
                && outline
                    .lines
                    .get(one.line)
                    .is_some_and(|line| line.link_size * 4 > line.size);
            if is_other {
                continue;
            }
            return Some(Views {
                count: Some(count.value),
                note: count.rounded.then_some(ViewsNote::Rounded),
                from: format!("labels {}", one.label),
            });
        }
        if one.place == Place::Head && counter_follows(outline, one.line) {
            return Some(scripted(format!("labels {}", one.label)));
        }
    }
    if let Some(one) = places.iter().find(|one| counter_follows(outline, one.line)) {
        return Some(scripted(format!("labels {}", one.label)));
    }
    if let Some(count) = super::icons::views(outline, region) {
        return Some(Views {
            count: Some(count.value),
            note: count.rounded.then_some(ViewsNote::Rounded),
            from: "icon".to_owned(),
        });
    }
    let unlabelled = region.of(Place::Head).find(|&index| {
        let line = outline.lines.get(index);
        line.is_some_and(|line| {
            line.size < 200 && COUNTED.is_in(&line.text) && scripted_inside(outline, line)
        })
    });
    if unlabelled.is_some() {
        return Some(scripted("script".to_owned()));
    }
    if places.is_empty() {
        return None;
    }
    let has_counter = outline.nodes.iter().any(is_counter);
    let near = region.of(Place::Head).next().is_some();
    (has_counter && near).then(|| scripted("script".to_owned()))
}

/// `次浏览` whose number only a script would print before it.
static COUNTED: Phrase = Phrase::new(|| {
    Regex::new("次(?:浏览|阅读|点击|访问)|(?:浏览|阅读|点击|访问)(?:次数|量|数)?[:：]|人气[:：]")
        .ok()
});

fn scripted_inside(outline: &Outline<'_>, line: &Line) -> bool {
    outline
        .nodes
        .iter()
        .take(line.nodes.end)
        .skip(line.nodes.start)
        .any(|node| node.shape == Shape::Script)
}

/// The number a value begins with; what follows the first words is no count of views.
fn number(text: &str) -> Option<numbers::Count> {
    static FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[\s(（:：\[【+]*([\d０-９][\d０-９,，.]*\s*(?:[万亿wWkK千]|万次)?\s*\+?)\s*([-/.年月:：]\s*\d)?").ok()
    });
    let found = FIRST.as_ref()?.captures(text)?;
    if found.get(2).is_some() {
        return None;
    }
    numbers::count(found.get(1)?.as_str().trim())
}

/// Whether a script or an empty element stands where the number would be.
fn counter_follows(outline: &Outline<'_>, line: usize) -> bool {
    let Some(line) = outline.lines.get(line) else {
        return false;
    };
    outline
        .nodes
        .iter()
        .take(line.nodes.end + REACH)
        .skip(line.nodes.start)
        .any(|node| {
            node.shape == Shape::Script
                || (node.shape == Shape::Inline
                    && node.characters == 0
                    && (node.attribute("id").is_some() || node.attribute("class").is_some()))
        })
}

fn is_counter(node: &super::outline::Node<'_>) -> bool {
    static COUNTER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)count|click|hits?\b|visits?\b|views?\b|pageview").ok());
    node.shape == Shape::Script
        && node.attribute("src").is_some_and(|address| {
            COUNTER
                .as_ref()
                .is_some_and(|counter| counter.is_match(address))
        })
}
