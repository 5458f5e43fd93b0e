//! One pass over a text that reports every label in it.

use std::ops::Range;

use super::table::Need;
use super::trie::{LABELS, Match, fold};
use super::{Found, LabelKind, Separator};
use crate::chinese::script::is_han;

/// How far blanks between a label and its separator may stretch; a template that pads more has
/// put the value elsewhere.
const BLANKS_AFTER: usize = 64;

/// How far back a count may begin before its label.
const NUMBER_LENGTH: usize = 24;

/// Every known label in the text, in order and without overlaps; the longest spelling wins.
pub fn find_all(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let (mut previous_end, mut read_to) = (0, 0);
    let known = &*LABELS;
    for (start, character) in text.char_indices() {
        if start < read_to || !known.begins(character) {
            continue;
        }
        let matches = known.matches(text.get(start..).unwrap_or_default());
        let hit = matches.iter().find_map(|one| {
            let after_label = start > 0 && start == previous_end;
            admit(text, start, one, after_label).map(|admitted| (admitted, one.length))
        });
        if let Some((admitted, length)) = hit {
            previous_end = start + length;
            read_to = previous_end;
            if let Some(label) = admitted.0 {
                previous_end = label.end;
                read_to = read_to.max(label.end);
                found.push(label);
            }
        }
    }
    found
}

/// A word the finder steps over: a label, or one that only looks like it.
struct Admitted(Option<Found>);

fn admit(text: &str, start: usize, hit: &Match, after_label: bool) -> Option<Admitted> {
    let label_end = start + hit.length;
    let (before, rest) = (text.get(..start)?, text.get(label_end..)?);
    if cuts_a_latin_word(before, hit, rest) {
        return None;
    }
    let Some(kind) = hit.entry.kind else {
        return Some(Admitted(None));
    };
    let at_boundary = after_label || is_boundary(before);
    let (separator, width) = match separator(rest) {
        (Separator::Mark, width) => (Separator::Mark, width),
        other => bar(hit, at_boundary, rest).map_or(other, |width| (Separator::Mark, width)),
    };
    let spelling = text.get(start..label_end)?;
    if !at_boundary && spelling.contains(char::is_whitespace) {
        // `本站原创 作者:` ends one value and begins the next label; nobody pads half a word
        return None;
    }
    let value = rest.get(width..).unwrap_or_default();
    let digit_follows = value
        .chars()
        .next()
        .is_some_and(|next| fold(next).is_ascii_digit());
    let number_before = (kind == LabelKind::Views && separator != Separator::Mark)
        .then(|| number_before(before))
        .flatten()
        .filter(|number| {
            !digit_follows
                || (separator == Separator::None
                    && counts_stand_first(before, number.clone(), rest))
        });
    let admitted = match hit.entry.need {
        Need::Nothing => true,
        Need::Mark => at_boundary && separator == Separator::Mark,
        Need::Colon => {
            let mark = rest.trim_start();
            at_boundary
                && (separator == Separator::End && before.trim().is_empty()
                    || mark.starts_with([':', '：', '∶', '﹕', '|', '｜']))
        }
        Need::NumberBefore => number_before.is_some(),
    };
    let announced = digit_follows
        && matches!(
            kind,
            LabelKind::Views | LabelKind::PublishTime | LabelKind::UpdateTime
        );
    let firm = separator == Separator::Mark
        || announced
        || number_before.is_some()
        || (at_boundary && separator != Separator::None);
    admitted.then(|| {
        Admitted(Some(Found {
            kind,
            start: number_before.as_ref().map_or(start, |number| number.start),
            end: label_end + width,
            label: hit.entry.label,
            separator,
            at_boundary,
            number_before,
            firm,
        }))
    })
}

/// Whether a Latin label is only a part of a longer word: `hits` in `whitsun`.
fn cuts_a_latin_word(before: &str, hit: &Match, rest: &str) -> bool {
    let letter = |character: Option<char>| character.is_some_and(|one| one.is_ascii_alphabetic());
    letter(hit.entry.label.chars().next())
        && (letter(before.chars().next_back()) || letter(rest.chars().next()))
}

/// What follows a label and how many bytes it takes. Marks may be doubled, as in `】：` and `:(`.
fn separator(rest: &str) -> (Separator, usize) {
    let blanks = blanks(rest);
    let after = rest.get(blanks..).unwrap_or_default();
    let marks: usize = after
        .chars()
        .take(3)
        .take_while(|character| is_mark(*character))
        .map(char::len_utf8)
        .sum();
    if marks > 0 {
        (Separator::Mark, blanks + marks)
    } else if after.is_empty() {
        (Separator::End, rest.len())
    } else if blanks > 0 || after.starts_with(['\n', '\r']) {
        (Separator::Space, blanks)
    } else {
        (Separator::None, 0)
    }
}

const fn is_mark(character: char) -> bool {
    matches!(
        character,
        ':' | '：' | '∶' | '﹕' | '︰' | '(' | '（' | '/' | '／' | '】' | ']' | '』' | '〕'
    )
}

/// How far a bar reaches that parts the label of a name from its value: `作者 | 张三`, `文丨张三`.
/// Bars part whole statements as well, so a name must follow.
fn bar(hit: &Match, at_boundary: bool, rest: &str) -> Option<usize> {
    const ROLES: [&str; 13] = [
        "图", "摄", "摄影", "图片", "校对", "审核", "监制", "主编", "策划", "制图", "美编", "排版",
        "编译",
    ];
    let takes_names = match hit.entry.kind {
        Some(LabelKind::Source | LabelKind::Author | LabelKind::Editor) => {
            hit.entry.label != "原创"
        }
        Some(LabelKind::Decoy) => ROLES.contains(&hit.entry.label),
        _ => false,
    };
    let blanks_before = blanks(rest);
    let after = rest.get(blanks_before..)?;
    let bar = after.chars().next().filter(|one| is_bar(*one))?;
    let value = after.get(bar.len_utf8()..)?;
    let blanks_after = blanks(value);
    let names = value.get(blanks_after..)?.chars().next()?;
    let is_name = names.is_alphabetic() || matches!(names, '《' | '“' | '@');
    (takes_names && at_boundary && is_name).then_some(blanks_before + bar.len_utf8() + blanks_after)
}

const fn is_bar(character: char) -> bool {
    matches!(character, '|' | '｜' | '丨' | '︱' | '│' | '┃')
}

fn blanks(text: &str) -> usize {
    text.chars()
        .take(BLANKS_AFTER)
        .take_while(|character| character.is_whitespace() && !matches!(character, '\n' | '\r'))
        .map(char::len_utf8)
        .sum()
}

/// Whether a label may begin here. Digits count, and 日, 时, 分, 秒 after a digit, since pages glue
/// a date to the label that follows it.
fn is_boundary(before: &str) -> bool {
    let mut backwards = before.chars().rev();
    match backwards.next() {
        None => true,
        Some('日' | '号' | '时' | '分' | '秒' | '時' | '次' | '人') => backwards
            .next()
            .is_some_and(|one| fold(one).is_ascii_digit()),
        Some(last) => is_bar(last) || (!is_han(last) && !last.is_alphabetic()),
    }
}

/// Whether `88阅读12评论` gives each number before its label: glued to it, with no label before the
/// first (`赞5阅读88`) and one after the second.
fn counts_stand_first(before: &str, number: Range<usize>, rest: &str) -> bool {
    let is_count = |one: &char| fold(*one).is_ascii_digit() || matches!(one, ',' | '.' | '+');
    let is_glued = number.end == before.len();
    let opens = before
        .get(..number.start)
        .and_then(|text| text.chars().next_back())
        .is_none_or(|one| !is_han(one));
    let labelled = rest.chars().find(|one| !is_count(one)).is_some_and(is_han);
    is_glued && opens && labelled
}

/// The count that ends `before`, blanks aside, unless it is the end of a date, a time or a word.
fn number_before(before: &str) -> Option<Range<usize>> {
    let trimmed =
        before.trim_end_matches(|one: char| one.is_whitespace() || matches!(one, ')' | '）'));
    if before.len() - trimmed.len() > BLANKS_AFTER {
        return None;
    }
    let mut start = trimmed.len();
    let mut stop = None;
    for character in trimmed.chars().rev().take(NUMBER_LENGTH) {
        let one = fold(character);
        if !one.is_ascii_digit() && !matches!(one, ',' | '.' | '万' | '亿' | 'w' | 'k' | '+') {
            stop = Some(one);
            break;
        }
        start -= character.len_utf8();
    }
    let number = trimmed.get(start..)?;
    let part_of_a_date = stop.is_some_and(|one| {
        matches!(
            one,
            '-' | '/' | ':' | '年' | '月' | '日' | '时' | '分' | '第'
        ) || one.is_ascii_alphabetic()
    });
    let begins_with_a_digit = number
        .chars()
        .next()
        .is_some_and(|one| fold(one).is_ascii_digit());
    (begins_with_a_digit && !part_of_a_date).then_some(start..trimmed.len())
}

#[cfg(test)]
mod tests;
