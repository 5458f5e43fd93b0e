//! Names that no label introduces: `某人 发表于 …`, （某报记者 张三）, `By Ann Example`, `某某日报/张三`.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::Line;
use super::metadata_line::first_date;
use super::names::is_outlet;
use super::persons::{before_date, is_person, latin_names, persons};

/// `某人 发表于 2020-09-16`, `由某人张贴`: forums and blogs name the author first.
pub(super) fn poster(line: &Line) -> Option<String> {
    static POSTER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:由\s*)?([^\s:：，。|/]{2,20}?)\s*(?:发表于|發表於|发布于|张贴|上传于)\s*[@:：]?\s*(?:\d|昨|今|前)").ok()
    });
    let found = POSTER.as_ref()?.captures(&line.text)?;
    persons(found.get(1)?.as_str())
}

/// `某某社某市3月5日电（记者 张三 通讯员 李四）` at the beginning of a text.
pub(super) fn reporters(line: &Line) -> Option<String> {
    static BRACKET: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^（()）。]{0,40}[（(]\s*(?:\p{Han}{0,8}?)((?:记者|記者|通讯员|通訊員)[^（()）。]{2,50})[)）]").ok()
    });
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:\p{Han}{2}|本报|本网)?(?:记者|記者|通讯员|通訊員)\s*[:：]?|(?:文[/／]?图|摄影报道|图[/／]文|[/／]文|报道)\s*$").ok()
    });
    let inside = BRACKET.as_ref()?.captures(&line.text)?.get(1)?.as_str();
    let found: Vec<String> = ROLE
        .as_ref()?
        .split(inside)
        .flat_map(|names| names.split([';', '；']))
        .filter_map(persons)
        .collect();
    (!found.is_empty()).then(|| found.join("、"))
}

/// `某某网讯 记者张三报道`, `某某网北京1月3日电（张三）` at the beginning of a text.
pub(super) fn dateline(line: &Line) -> Option<String> {
    static REPORTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^[^，。！？：:]{0,30}?(?:讯|电|报道|消息)\s*[）)】]?\s*[（(]?\p{Han}{0,6}?(?:记者|通讯员)\s*",
            r"(\p{Han}{2,4}?(?:[\s、]\p{Han}{2,4}?){0,3})\s*(?:摄影|综合)?(?:报道|文/图|图/文)"
        ))
        .ok()
    });
    static SIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^[^，。！？（(]{2,30}?(?:讯|电)\s*[（(]\s*(\p{Han}{2,4}(?:[\s、]\p{Han}{2,4}){0,3})\s*[)）]").ok()
    });
    let found = [&REPORTED, &SIGNED]
        .into_iter()
        .find_map(|form| form.as_ref()?.captures(line.text.trim())?.get(1))?;
    persons(found.as_str()).filter(|names| names.split('、').all(is_person))
}

/// `By Ann Example` in a line of its own, and `| By Ann Example |` in a metadata line.
pub(super) fn english_byline(line: &Line) -> Option<String> {
    static BYLINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[|•·—–]\s*|//\s*|\d{4},? )(?:(?:Written|Posted|Words|Story) )?(?:By|BY|by):? (\p{Lu}.*)$").ok()
    });
    if line.size > 160 {
        return None;
    }
    let text = line.text.trim();
    let start = BYLINE.as_ref()?.captures(text)?.get(1)?.start();
    let rest = before_date(text.get(start..)?);
    // what another element or a mark parts from the names is none
    let indent = line.text.len() - line.text.trim_start().len();
    let cut = |end: &usize| {
        let place = indent + start + end;
        let parted = line.cuts.binary_search(&place).is_ok();
        let marked = rest.get(*end..).is_some_and(|rest| {
            rest.trim_start()
                .starts_with(['|', '•', '·', '—', '–', '@', '(', '/'])
                || [" on ", " for ", " in "]
                    .iter()
                    .any(|word| rest.starts_with(word))
        });
        parted || marked
    };
    let ends = rest.char_indices().map(|(end, _)| end).filter(cut);
    let ends: Vec<usize> = std::iter::once(rest.len()).chain(ends).collect();
    ends.into_iter()
        .find_map(|end| latin_names(rest.get(..end)?.trim().trim_end_matches([',', '|'])))
}

/// Outlet and author of a line such as `某某日报/张三` or `张三／某某快讯 2020-09-16`.
pub(super) fn slashed(line: &Line) -> Option<(String, String)> {
    let end = first_date(&line.text).unwrap_or(line.text.len());
    let text = line.text.get(..end)?.trim();
    let (first, second) = text.split_once(['/', '／'])?;
    let (first, second) = (first.trim(), second.trim());
    let is_name = |text: &str| {
        (2..=5).contains(&text.chars().count())
            && text
                .chars()
                .all(|letter| super::lines::is_cjk(letter) && letter.is_alphabetic())
    };
    match (is_outlet(first), is_outlet(second)) {
        (true, false) if is_name(second) => Some((first.to_owned(), second.to_owned())),
        (false, true) if is_name(first) => Some((second.to_owned(), first.to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line {
            text: text.to_owned(),
            ..Line::default()
        }
    }

    fn check(read: fn(&Line) -> Option<String>, text: &str, expected: Option<&str>) {
        let found = read(&line(text));
        assert_eq!(found.as_deref(), expected, "{text}");
    }

    #[test]
    fn reporters_are_named_in_brackets() {
        for (text, expected) in [
            (
                "某某社某市3月5日电（记者 张三、李四）展会开幕。",
                Some("张三、李四"),
            ),
            (
                "某某讯（记者 周某 通讯员 吴某某）展会开幕。",
                Some("周某、吴某某"),
            ),
            ("（本报记者 张三 文/图）展会开幕。", Some("张三")),
            ("展会开幕。（记者 张三）", None),
            ("展会（第三届）开幕，记者在现场看到", None),
        ] {
            check(reporters, text, expected);
        }
    }

    #[test]
    fn reporters_are_named_behind_the_dateline() {
        for (text, expected) in [
            ("某某网讯 记者张三报道 展会开幕。", Some("张三")),
            (
                "某某网讯（记者 张三、李四 摄影报道）展会开幕。",
                Some("张三、李四"),
            ),
            ("某某网某市1月3日电 （张三）展会开幕。", Some("张三")),
            (
                "某某网某市1月3日电（张三 李四）展会开幕。",
                Some("张三、李四"),
            ),
            ("某某网讯 记者从市政府获悉，展会开幕。", None),
            ("某某网讯 记者站报道", None),
            ("某某网某市1月3日电（江苏）展会开幕。", None),
            ("公司发电（高温）机组投产。", None),
        ] {
            check(dateline, text, expected);
        }
    }

    #[test]
    fn english_bylines_name_persons() {
        for (text, expected) in [
            ("By Ann Example", Some("Ann Example")),
            ("12 Mar 2024 | By Ann Example | Press", Some("Ann Example")),
            (
                "By Ann Example and Ben Sample",
                Some("Ann Example、Ben Sample"),
            ),
            (
                "By Ann Example, Ben Sample and Cy D. Test",
                Some("Ann Example、Ben Sample、Cy D. Test"),
            ),
            ("// By Ann Example • Nov 11, 2020", Some("Ann Example")),
            ("By Ann Example January 2, 2014", Some("Ann Example")),
            ("June 5, 2019 by Ann Example", Some("Ann Example")),
            ("By Ann Example on 2 May", Some("Ann Example")),
            ("By Monday the Fair was over", None),
            ("By Fair Organisers' estimate, stands sold out", None),
            ("By the way, stands are booked", None),
            ("Stands By Numbers", None),
        ] {
            check(english_byline, text, expected);
        }
    }
}
