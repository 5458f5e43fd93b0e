//! The words of a headline in its line, without what templates put into the same heading: metadata,
//! labels, badges.

use regex::Regex;

use super::lines::{Line, key};
use super::metadata_line::first_date;
use super::phrases::Phrase;
use crate::chinese::labels::{LabelKind, Separator};

/// Whether a line begins with a label other than the headline's own, or with any where another
/// follows: `索引号：1133`, `作者：[某人] 来源：[本站]`.
pub(super) fn opens_with_label(line: &Line) -> bool {
    let found = line.labels();
    let mut firm = found.iter().filter(|found| found.firm);
    let Some(first) = firm.next() else {
        return false;
    };
    let before = line.text.get(..first.start).unwrap_or_default();
    let opens = !before.chars().any(char::is_alphanumeric);
    let is_sure = first.separator == Separator::Mark
        && !matches!(first.kind, LabelKind::Author | LabelKind::Editor)
        && !["标题", "题目", "文章标题", "新闻标题", "信息标题"].contains(&first.label);
    opens && (is_sure || firm.next().is_some())
}

/// The words of a line before metadata that a template put inside the same heading or row.
pub(super) fn headline_part(line: &Line) -> &str {
    let label = line
        .labels()
        .iter()
        .filter(|found| {
            found.firm
                && found.at_boundary
                && matches!(
                    found.kind,
                    LabelKind::Source | LabelKind::PublishTime | LabelKind::Views
                )
        })
        .map(|found| found.start);
    let date = first_date(&line.text);
    let Some(first) = label.chain(date).filter(|start| *start > 0).min() else {
        return without_badges(line, line.text.len());
    };
    // only where an element or a gap parts them: a headline may speak of dates
    let before = line.text.get(..first).unwrap_or_default();
    let parted = before.ends_with("  ")
        || line.cuts.iter().any(|cut| {
            *cut <= first
                && line
                    .text
                    .get(*cut..first)
                    .is_some_and(|between| key(between).is_empty())
        });
    if parted && key(before).chars().count() >= 2 {
        without_badges(line, first)
    } else {
        without_badges(line, line.text.len())
    }
}

/// A line up to `end` without the badges in elements of their own: `<span>原创</span>展会开幕`.
fn without_badges(line: &Line, end: usize) -> &str {
    const BADGES: [&str; 19] = [
        "原创", "转载", "置顶", "顶", "热", "热门", "热点", "推荐", "荐", "图文", "图", "精",
        "精华", "头条", "独家", "新", "最新", "视频", "hot",
    ];
    let is_badge =
        |text: &str| BADGES.contains(&text.trim_matches(|one: char| !one.is_alphanumeric()));
    let mut range = 0..end;
    for &cut in line.cuts.iter().filter(|&&cut| cut < end) {
        if !line
            .text
            .get(range.start..cut)
            .is_some_and(|text| is_badge(text) || text.trim().is_empty())
        {
            break;
        }
        range.start = cut;
    }
    for &cut in line.cuts.iter().rev().filter(|&&cut| cut < end) {
        if cut <= range.start
            || !line
                .text
                .get(cut..range.end)
                .is_some_and(|text| is_badge(text) || text.trim().is_empty())
        {
            break;
        }
        range.end = cut;
    }
    let words = line.text.get(range).unwrap_or_default().trim();
    if key(words).chars().count() >= 2 {
        words
    } else {
        line.text.get(..end).unwrap_or_default().trim()
    }
}

/// A headline in a table of facts stands after its own label: `标 题：`.
pub(super) fn without_label(text: &str) -> &str {
    static LABEL: Phrase = Phrase::new(|| {
        Regex::new(r"^(?:文章)?(?:标\s*题|標\s*題|题\s*目|名\s*称)\s*[:：]\s*").ok()
    });
    LABEL
        .find(text)
        .and_then(|(_, range)| text.get(range.end..))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(text)
}

/// Two parts of one headline: Latin words are parted, CJK is not.
pub(super) fn join(first: &str, second: &str) -> String {
    let latin = first.ends_with(|letter: char| letter.is_ascii_alphanumeric())
        && second.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    format!("{first}{}{second}", if latin { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badges_in_elements_of_their_own_are_no_words() {
        for (text, cuts, expected) in [
            ("原创展会开幕", vec![6], "展会开幕"),
            ("[置顶] 展会开幕", vec![9], "展会开幕"),
            ("展会开幕热", vec![12], "展会开幕"),
            ("推荐 图文 展会开幕", vec![6, 7, 13], "展会开幕"),
            ("原创展会开幕", vec![], "原创展会开幕"),
            ("展会在某市开幕", vec![9, 15], "展会在某市开幕"),
            ("热", vec![3], "热"),
        ] {
            let line = Line {
                text: text.to_owned(),
                cuts,
                ..Line::default()
            };
            assert_eq!(headline_part(&line), expected, "{text}");
        }
    }
}
