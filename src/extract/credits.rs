//! Lines at the ends of the text that credit rather than tell: （来源：…）（责任编辑：…）.

use std::sync::LazyLock;

use regex::Regex;

use super::names::{is_organisation, is_outlet, outlet};
use super::persons::{is_person, persons};
use super::phrases::Phrase;
use crate::chinese::labels::{self, Found, LabelKind, Separator};

/// What a text's ends credit, and the text without it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Credits {
    /// The outlet.
    pub(super) source: Option<String>,
    /// The authors.
    pub(super) author: Option<String>,
    /// The editor.
    pub(super) editor: Option<String>,
    /// What was taken off the text.
    pub(super) cut: Vec<String>,
}

/// A bracketed credit at a line's end.
static BRACKETED: Phrase =
    Phrase::new(|| Regex::new(r"[（(【\[]([^（()）【】\[\]]{2,60})[)）】\]]\s*$").ok());

/// `某报记者 张三`, `作者 张三`, `文/图 张三`.
static BYLINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:[\p{Han}A-Za-z《》]{0,14}?(?:记者|記者|通讯员|通訊員|评论员|撰文|撰稿|作者|执笔)|文[/／]图|图[/／]文|文)[\s:：/／|｜丨︱]+([\p{Han}A-Za-z·、，, &]{2,40}?)(?:[\s，,;；]*(?:[\p{Han}]{0,6}(?:摄影|摄|图|编辑|校对|报道|整理))[\s:：/／]*[\p{Han}、 ]{0,12})?$",
    )
    .ok()
});

/// `本报记者张三发自北京`: nothing parts the name from its role.
static DATELINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^[\p{Han}]{0,10}记者\s*([\p{Han}]{2,4}?)\s*(?:发自|报道|\p{Han}{2,4}报道)\p{Han}{0,8}$",
    )
    .ok()
});

/// `本报记者张三`: as the whole of a credit nothing need follow.
static TOUCHING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^[\p{Han}]{0,10}?(?:记者|記者|通讯员|通訊員)\s*([\p{Han}、\s]{2,30})$").ok()
});

/// `张三/文 李四/图`: the names come first.
static NAME_FIRST: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^([\p{Han}]{2,4}(?:[\s、][\p{Han}]{2,4}){0,3})\s*[/／|｜丨︱]\s*(?:文|文字|撰文|文图|文并摄)(?:[\s，,;；].{0,20})?$",
    )
    .ok()
});

/// `市场部 供稿`: an office comes first.
static SUPPLIED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^([\p{Han}A-Za-z0-9（）()]{2,20}?)\s*(?:供稿|来稿)(?:[\s，,;；/|].{0,30})?$").ok()
});

/// A note that belongs to the desk, not to the text.
static NOTE: Phrase = Phrase::new(|| {
    Regex::new(
        r"^[\s（(【\[]*(?:原(?:文)?标题|原題|原题|(?:本文)?责任编辑|責任編輯|责编|编辑|校对|审核|监制|值班主编|本文来源|文章来源|信息来源|稿件来源|来源|來源|稿源|出处|转自|转载自)\s*[:：丨|｜︱/]",
    )
    .ok()
});

/// How many first lines may be a byline, and how many of them any byline.
const OPENING: usize = 6;
const SURE_OPENING: usize = 3;

/// Takes the credits off the last lines and the first one.
pub(super) fn take(lines: &mut Vec<String>) -> Credits {
    let mut credits = Credits::default();
    for _ in 0..6 {
        let Some(last) = lines.last_mut() else { break };
        if let Some((inside, range)) = BRACKETED.find(last) {
            let inside = inside.to_owned();
            // （张三） says who wrote what ends before it
            let before = last.get(..range.start).unwrap_or_default().trim_end();
            let ends = before.is_empty() || before.ends_with(ends_sentence);
            let is_signature = ends && credits.author.is_none() && sign(&inside).is_some();
            if is_signature {
                credits.author = sign(&inside);
            }
            if is_signature || credits.read(&inside) {
                credits.cut.push(inside);
                last.truncate(range.start);
                let kept = last.trim_end().len();
                last.truncate(kept);
                if last.is_empty() {
                    lines.pop();
                }
                continue;
            }
        }
        let short = last.chars().count() <= 60;
        let text = last.trim_matches(is_bracket).to_owned();
        if short
            && (NOTE.is_in(last) || is_byline(&text) || is_labelled(&text))
            && (credits.read(&text) || NOTE.is_in(last))
        {
            credits.cut.extend(lines.pop());
            continue;
        }
        break;
    }
    for position in (0..lines.len().min(OPENING)).rev() {
        let Some(line) = lines.get(position) else {
            continue;
        };
        let text = line.trim_matches(is_bracket);
        // further down a line must name nothing but persons
        let is_sure = position < SURE_OPENING || opening_byline(text);
        if line.chars().count() <= 40 && is_sure && is_byline(text) && credits.author.is_none() {
            let text = text.to_owned();
            if credits.read(&text) {
                credits.cut.push(lines.remove(position));
            }
        }
    }
    // （原标题：…） may open the text as well as end it
    credits
        .cut
        .extend(lines.extract_if(.., |line| is_original_title(line)));
    credits
}

const fn ends_sentence(letter: char) -> bool {
    matches!(letter, '。' | '！' | '？' | '”' | '…' | '.' | '!')
}

/// The persons of a bracket that holds nothing else.
fn sign(inside: &str) -> Option<String> {
    const MOST: usize = 2;
    let names: Vec<&str> = inside
        .split([' ', '、', '\u{3000}'])
        .filter(|name| !name.is_empty())
        .collect();
    ((1..=MOST).contains(&names.len()) && names.iter().all(|name| is_person(name)))
        .then(|| names.join("、"))
}

/// Whether a line is nothing but labels of the desk, with names after them:
/// `统筹：张三 采写：李四`.
fn is_labelled(text: &str) -> bool {
    let found = labels::find_all(text);
    let is_marked = |label: &Found| label.at_boundary && label.separator == Separator::Mark;
    let credited = found.iter().find(|label| {
        matches!(label.kind, LabelKind::Author | LabelKind::Source) && is_marked(label)
    });
    let Some(credited) = credited else {
        return false;
    };
    let end = found
        .iter()
        .find(|label| label.start > credited.start)
        .map_or(text.len(), |next| next.start);
    let value = text.get(credited.end..end).unwrap_or_default();
    let before = text.get(..credited.start).unwrap_or_default();
    let names = match credited.kind {
        LabelKind::Author => persons(value).is_some_and(|names| names.split('、').all(is_person)),
        _ => outlet(value).is_some_and(|name| is_outlet(&name) || is_organisation(&name)),
    };
    // 统筹：张三 is no label that is known
    let opens = before.chars().all(|letter| !letter.is_alphanumeric())
        || before
            .trim()
            .split_once([':', '：'])
            .is_some_and(|(role, name)| role.chars().count() <= 4 && is_person(name.trim()))
        || found.first().is_some_and(|first| {
            is_marked(first)
                && before
                    .get(..first.start)
                    .is_some_and(|start| start.trim().is_empty())
        });
    names && opens && !text.contains(['。', '！', '？', '，'])
}

const fn is_bracket(letter: char) -> bool {
    matches!(
        letter,
        '（' | '）' | '(' | ')' | '【' | '】' | '[' | ']' | ' '
    )
}

fn is_original_title(line: &str) -> bool {
    let text = line.trim_start_matches(['（', '(', '【', '[', ' ']);
    ["原标题", "原文标题", "原標題", "原题"]
        .iter()
        .any(|label| {
            text.strip_prefix(label)
                .is_some_and(|rest| rest.starts_with([':', '：', '为']))
        })
}

fn is_byline(text: &str) -> bool {
    [&BYLINE, &DATELINE]
        .iter()
        .any(|byline| byline.as_ref().is_some_and(|byline| byline.is_match(text)))
        || named(text).is_some()
        || supplied(text).is_some()
}

/// Whether a line credits nothing but persons.
fn opening_byline(text: &str) -> bool {
    let names = BYLINE
        .as_ref()
        .and_then(|byline| byline.captures(text))
        .and_then(|found| persons(found.get(1)?.as_str()));
    names.is_some_and(|names| names.split('、').all(is_person))
}

/// The names of a byline that only names can complete.
fn named(text: &str) -> Option<String> {
    let names = [&TOUCHING, &NAME_FIRST]
        .into_iter()
        .find_map(|byline| byline.as_ref()?.captures(text)?.get(1))?;
    persons(names.as_str()).filter(|names| names.split('、').all(is_person))
}

/// The office that supplied a text.
pub(super) fn supplied(text: &str) -> Option<String> {
    let office = SUPPLIED.as_ref()?.captures(text)?.get(1)?;
    outlet(office.as_str())
        .filter(|name| is_outlet(name) || is_organisation(name) || name.ends_with('组'))
}

impl Credits {
    /// Reads one credit; whether it was one.
    fn read(&mut self, text: &str) -> bool {
        let found: Vec<_> = labels::find_all(text)
            .into_iter()
            .filter(|found| found.at_boundary && found.firm)
            .collect();
        let mut any = false;
        let mut authors: Vec<String> = Vec::new();
        for (position, label) in found.iter().enumerate() {
            let end = found
                .get(position + 1)
                .map_or(text.len(), |next| next.start);
            let value = text.get(label.end..end).unwrap_or_default();
            match label.kind {
                // `市场部 供稿` names the office before the label
                LabelKind::Source
                    if label.separator == Separator::End && label.label.ends_with('稿') => {}
                LabelKind::Source => {
                    any = true;
                    self.source = self.source.take().or_else(|| outlet(value));
                }
                LabelKind::Author => {
                    any = true;
                    authors.extend(persons(value));
                }
                LabelKind::Editor => {
                    any = true;
                    self.editor = self.editor.take().or_else(|| persons(value));
                }
                _ => {}
            }
        }
        if !authors.is_empty() {
            self.author.get_or_insert_with(|| authors.join("、"));
        }
        if any {
            return true;
        }
        if let Some(names) = named(text) {
            self.author.get_or_insert(names);
            return true;
        }
        if let Some(office) = supplied(text) {
            self.source.get_or_insert(office);
            return true;
        }
        let name = [&BYLINE, &DATELINE]
            .into_iter()
            .find_map(|byline| byline.as_ref()?.captures(text)?.get(1));
        if let Some(name) = name {
            self.author = self.author.take().or_else(|| persons(name.as_str()));
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        lines: &[&str],
        kept: &[&str],
        source: Option<&str>,
        author: Option<&str>,
        editor: Option<&str>,
    ) {
        let mut text: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        let credits = take(&mut text);
        assert_eq!(text, kept, "{lines:?}");
        assert_eq!(credits.source.as_deref(), source, "{lines:?}");
        assert_eq!(credits.author.as_deref(), author, "{lines:?}");
        assert_eq!(credits.editor.as_deref(), editor, "{lines:?}");
    }

    #[test]
    fn credits_leave_the_text_and_fill_fields() {
        check(
            &["展会闭幕。（来源：某某财经）"],
            &["展会闭幕。"],
            Some("某某财经"),
            None,
            None,
        );
        check(
            &["展会闭幕。", "（责任编辑：admin）"],
            &["展会闭幕。"],
            None,
            None,
            Some("admin"),
        );
        check(
            &["展会闭幕。（某报记者 张三）"],
            &["展会闭幕。"],
            None,
            Some("张三"),
            None,
        );
        check(
            &["展会闭幕。(文/图 张三 李四)"],
            &["展会闭幕。"],
            None,
            Some("张三、李四"),
            None,
        );
        check(
            &["展会闭幕。", "来源：某某日报 编辑：王五"],
            &["展会闭幕。"],
            Some("某某日报"),
            None,
            Some("王五"),
        );
        check(
            &["（原标题：某展会闭幕）", "展会闭幕。"],
            &["展会闭幕。"],
            None,
            None,
            None,
        );
        check(
            &["全文完（第一届）"],
            &["全文完（第一届）"],
            None,
            None,
            None,
        );
    }
}
