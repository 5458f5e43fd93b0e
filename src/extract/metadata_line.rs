//! Which lines speak of an article or of its page rather than being its text: metadata, bylines,
//! dates, tools, legal notices.
//!
//! Each is told by the line alone. Where it stands, the finders of headline and text weigh.

use regex::Regex;

use super::lines::Line;
use super::phrases::{AFTERMATH, BREADCRUMB, LEGAL, Phrase, TOOLS};
use crate::chinese::labels::{self, LabelKind};

/// Whether a line carries labels or a date rather than words.
pub(super) fn is_metadata(line: &Line) -> bool {
    may_be_metadata(line) && (is_labelled(line, true) || is_mostly_date(&line.text))
}

/// Whether a line names an outlet, a person or a count by its label. A time alone may be that of
/// the event that a text announces.
pub(super) fn names_or_counts(line: &Line) -> bool {
    may_be_metadata(line) && is_labelled(line, false)
}

/// A paragraph may speak of sources and dates; a metadata line has no sentences, and asks nothing:
/// `记者：哪一年？` is an interview.
fn may_be_metadata(line: &Line) -> bool {
    let asks = line.text.trim_end().ends_with(['？', '?', '！']);
    line.size <= 240 && line.marks <= 3 && !asks && !line.text.contains('。')
}

fn is_labelled(line: &Line, times_count: bool) -> bool {
    line.labels().iter().any(|found| {
        let is_time = matches!(found.kind, LabelKind::PublishTime | LabelKind::UpdateTime);
        let is_other = matches!(
            found.kind,
            LabelKind::Source | LabelKind::Author | LabelKind::Editor | LabelKind::Views
        );
        found.firm && (is_other || (is_time && times_count))
    })
}

/// Whether a short line gives an English byline or dateline: `By Ann Example`, `Updated 3:27 am`.
pub(super) fn is_byline(line: &Line) -> bool {
    static BYLINE: Phrase = Phrase::new(|| {
        Regex::new(
            r"(?i)^(?:by\s+\p{L}|(?:published|updated|posted|last updated|written by|first published)(?:\W|$))|^https?://\S+$|(?:^|\W)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d\d(?:\W.{0,39})?$|^\d{1,2}/\d{1,2}/(?:19|20)\d\d(?:\W|$)|^\d{1,2}\.? (?:de )?[^\s\d.,:;/()]{3,12}\.? (?:de )?(?:19|20)\d\d(?:[\s.,:;|/()–—·-][\s\d.,:;|/()+–—·-]{0,19})?$",
        )
        .ok()
    });
    line.size < 160 && line.marks < 6 && BYLINE.is_in(line.text.trim())
}

static DATE: Phrase =
    Phrase::new(|| Regex::new(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?").ok());

/// `12 Mar 2024`, `March 12, 2024` alone in a line.
static ENGLISH: Phrase = Phrase::new(|| {
    Regex::new(r"(?i)^\W*(?:\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? |(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?,? )(?:19|20)\d\d(?:\W|$)").ok()
});

/// `昨天`, `3小时前` alone in a line.
static RELATIVE: Phrase = Phrase::new(|| {
    Regex::new(
        r"^\s*(?:昨天|今天|前天|刚刚|\d+\s*(?:分钟|小时|天|周|个月)前)\s*(?:\d{1,2}:\d{2})?\s*$",
    )
    .ok()
});

/// Whether a line holds a date and little else.
pub(super) fn is_mostly_date(text: &str) -> bool {
    if RELATIVE.is_in(text) {
        return true;
    }
    // both patterns below need a year
    if !text.contains("19") && !text.contains("20") {
        return false;
    }
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
    };
    let length = letters(text);
    let dated = |(date, _): (&str, _)| letters(date) * 5 >= length;
    let is_english = |text: &str| length <= 30 && ENGLISH.is_in(text);
    (length <= 60 && DATE.find(text).is_some_and(dated)) || is_english(text)
}

/// A date and the clock behind it.
static STAMP: Phrase = Phrase::new(|| {
    Regex::new(
        r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*\d{1,2}\s*[:：时]\s*\d{2}(?:[:：分]\s*\d{0,2}秒?)?",
    )
    .ok()
});

/// Whether a line is a date with nothing behind it but tools and labels:
/// `2020-01-03 10:00 字号：大 中 小`.
pub(super) fn is_dateline(text: &str) -> bool {
    let text = text.trim();
    let Some((_, range)) = STAMP.find(text).or_else(|| DATE.find(text)) else {
        return false;
    };
    let rest = text.get(range.end..).unwrap_or_default().trim();
    let is_labelled = || {
        let first = labels::find_all(rest).into_iter().find(|found| found.firm);
        first.is_some_and(|found| {
            let before = rest.get(..found.start).unwrap_or_default();
            !before.chars().any(char::is_alphanumeric)
        })
    };
    range.start == 0
        && (!rest.chars().any(char::is_alphabetic)
            || labels::is_share_or_tool(rest)
            || is_labelled())
}

/// Whether a short line without sentences gives a day and its time: `某某网 2020-01-03 10:00 某某报`.
pub(super) fn is_stamped(line: &Line) -> bool {
    line.size <= 100 && line.marks <= 4 && STAMP.is_in(&line.text)
}

/// Whether a date, or how long ago it was, ends a short line: `某某快讯 3小时前`.
pub(super) fn ends_in_date(text: &str) -> bool {
    static END: Phrase = Phrase::new(|| {
        Regex::new(
            r"(?:(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2})?|昨天|今天|前天|刚刚|\d+\s*(?:分钟|小时|天|周|个月)前)[\s)）\]】]*$",
        )
        .ok()
    });
    END.is_in(text)
}

/// Where the first date with a year begins.
pub(super) fn first_date(text: &str) -> Option<usize> {
    DATE.find(text).map(|(_, range)| range.start)
}

/// A share bar, a print button, or a row of them.
pub(super) fn is_tool(line: &Line) -> bool {
    let is_sentence = || line.marks > 1 && line.text.ends_with('。');
    line.size < 160
        && (TOOLS.is_in(&line.text) || (!is_sentence() && labels::is_share_or_tool(&line.plain())))
}

/// A line that belongs to the page, not to the article.
pub(super) fn is_surroundings(line: &Line) -> bool {
    let short = line.size < 400;
    is_tool(line)
        || (short && LEGAL.is_in(&line.text))
        || (line.size < 160 && (BREADCRUMB.is_in(&line.text) || AFTERMATH.is_in(&line.text)))
        || (line.is_links() && line.marks == 0 && line.size < 60)
}

/// Whether a line is a sentence too long for a label or a date.
pub(super) fn is_prose(line: &Line) -> bool {
    line.size >= 30 && line.marks > 1 && ends_sentence(line) && !line.text.ends_with(".m.")
}

/// Whether a line ends as sentences end.
pub(super) fn ends_sentence(line: &Line) -> bool {
    let text = line
        .text
        .trim_end_matches(['”', '"', '’', ')', '）', '」', '』', ' ']);
    line.size >= 20 && text.ends_with(['.', '!', '?', '。', '！', '？', '…', ':', '：'])
}

/// Whether sentences follow a heading in Latin letters at once: `Up next` and `Share this` head
/// lists and buttons, but may as well be an author's own words.
pub(super) fn introduces(heading: &Line, next: Option<&Line>) -> bool {
    let first = heading.text.chars().find(|letter| letter.is_alphabetic());
    first.is_some_and(|letter| letter.is_ascii())
        && !heading.is_links()
        && next.is_some_and(|next| {
            !next.is_links() && next.noise == heading.noise && ends_sentence(next)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_among_tools_is_told_from_a_headline_with_a_date() {
        for (text, expected) in [
            ("2020-01-03 10:00:05 字号：A- A A+", true),
            ("2020年1月3日", true),
            ("2020-01-03 10:00 来源：某某网", true),
            ("2020年1月3日展会开幕", false),
            ("2020年展会计划", false),
            ("展会将于2020年1月3日开幕", false),
        ] {
            assert_eq!(is_dateline(text), expected, "{text}");
        }
    }
}
