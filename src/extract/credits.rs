//! Lines at the ends of the text that credit rather than tell: （来源：…）（责任编辑：…）.

use std::sync::LazyLock;

use regex::Regex;

use super::phrases::Phrase;
use crate::chinese::labels::{self, LabelKind};

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
        r"^(?:[\p{Han}A-Za-z]{0,12}?(?:记者|記者|通讯员|通訊員|评论员|撰文|撰稿|作者|执笔)|文[/／]图|图[/／]文|文)[\s:：/／]+([\p{Han}A-Za-z·、，, &]{2,40}?)(?:[\s，,;；]*(?:[\p{Han}]{0,6}(?:摄影|摄|图|编辑|校对|报道|整理))[\s:：/／]*[\p{Han}、 ]{0,12})?$",
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

/// A note that belongs to the desk, not to the text.
static NOTE: Phrase = Phrase::new(|| {
    Regex::new(
        r"^[\s（(【\[]*(?:原(?:文)?标题|原題|原题|(?:本文)?责任编辑|責任編輯|责编|编辑|校对|审核|监制|值班主编|本文来源|文章来源|信息来源|稿件来源|来源|來源|稿源|出处|转自|转载自)\s*[:：丨|/]",
    )
    .ok()
});

/// Takes the credits off the last lines and the first one.
pub(super) fn take(lines: &mut Vec<String>) -> Credits {
    let mut credits = Credits::default();
    for _ in 0..6 {
        let Some(last) = lines.last_mut() else { break };
        if let Some((inside, range)) = BRACKETED.find(last) {
            let inside = inside.to_owned();
            if credits.read(&inside) {
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
            && (NOTE.is_in(last) || is_byline(&text))
            && (credits.read(&text) || NOTE.is_in(last))
        {
            credits.cut.extend(lines.pop());
            continue;
        }
        break;
    }
    for position in (0..lines.len().min(3)).rev() {
        let Some(line) = lines.get(position) else {
            continue;
        };
        let text = line.trim_matches(is_bracket);
        if line.chars().count() <= 40 && is_byline(text) && credits.author.is_none() {
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
}

impl Credits {
    /// Reads one credit; whether it was one.
    fn read(&mut self, text: &str) -> bool {
        let found: Vec<_> = labels::find_all(text)
            .into_iter()
            .filter(|found| found.at_boundary && found.firm)
            .collect();
        let mut any = false;
        for (position, label) in found.iter().enumerate() {
            let end = found
                .get(position + 1)
                .map_or(text.len(), |next| next.start);
            let value = text.get(label.end..end).unwrap_or_default();
            match label.kind {
                LabelKind::Source => {
                    any = true;
                    self.source = self.source.take().or_else(|| super::names::outlet(value));
                }
                LabelKind::Author => {
                    any = true;
                    self.author = self.author.take().or_else(|| super::names::persons(value));
                }
                LabelKind::Editor => {
                    any = true;
                    self.editor = self.editor.take().or_else(|| super::names::persons(value));
                }
                _ => {}
            }
        }
        if any {
            return true;
        }
        let name = [&BYLINE, &DATELINE]
            .into_iter()
            .find_map(|byline| byline.as_ref()?.captures(text)?.get(1));
        if let Some(name) = name {
            self.author = self
                .author
                .take()
                .or_else(|| super::names::persons(name.as_str()));
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
