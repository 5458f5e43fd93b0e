//! Names that no label introduces: `某人 发表于 …`, （某报记者 张三）, `By Ann Example`, `某某日报/张三`.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::Line;
use super::metadata_line::first_date;
use super::names::{is_outlet, persons};

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

/// `By Ann Example` in a line of its own, and `| By Ann Example |` in a metadata line.
pub(super) fn english_byline(line: &Line) -> Option<String> {
    static BYLINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[|•·]\s*|\d{4},? )(?:By|BY|by) ((?:\p{Lu}[\p{L}.'’-]+ ?){2,4})(?:$|[|•·,]| on\b)").ok()
    });
    let found = BYLINE.as_ref()?.captures(line.text.trim())?;
    persons(found.get(1)?.as_str())
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
    fn english_bylines_name_persons() {
        for (text, expected) in [
            ("By Ann Example", Some("Ann Example")),
            ("12 Mar 2024 | By Ann Example | Press", Some("Ann Example")),
            ("By the way, stands are booked", None),
            ("Stands By Numbers", None),
        ] {
            check(english_byline, text, expected);
        }
    }
}
