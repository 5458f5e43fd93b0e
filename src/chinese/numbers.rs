//! Counts as counters print them: `5476`, `1,234`, `１２３`, `1.2万+`, `(0)`, `186次`.

/// A count read from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Count {
    /// How many.
    pub value: u64,
    /// Whether the page rounds it, as `1.2万` and `10万+` do.
    pub rounded: bool,
}

/// What may stand before the number of a count.
const OPENINGS: [&str; 10] = [
    "已经有",
    "已有",
    "已被",
    "共有",
    "共",
    "约",
    "第",
    "超过",
    "：",
    ":",
];

/// What may follow a number directly, besides blanks and punctuation.
const UNITS: [&str; 18] = [
    "人次", "人气", "次", "人", "位", "度", "浏览", "瀏覽", "阅读", "閱讀", "点击", "點擊", "访问",
    "訪問", "查看", "views", "hits", "reads",
];

/// Reads the one count a text holds; `None` where it holds none (`--`), more than one, or a number
/// that is something else: a date, a clock time, a percentage, `5476家企业`.
pub fn count(text: &str) -> Option<Count> {
    // A counter's text is short; whatever is longer is not one.
    let text = fold(text, 64)?;
    let mut rest = strip_openings(&text);
    let number = take_while(&mut rest, |character| {
        character.is_ascii_digit() || matches!(character, ',' | '.')
    });
    let multiplier = match rest.chars().next() {
        Some('万' | '萬' | 'w') => 10_000,
        Some('亿' | '億') => 100_000_000,
        Some('千' | 'k') => 1_000,
        _ => 1,
    };
    let mut rounded = multiplier > 1;
    if rounded {
        take_one(&mut rest);
        take_one_if(&mut rest, '多');
    }
    let value = scaled(number, multiplier)?;
    while take_one_if(&mut rest, '+') || take_one_if(&mut rest, '余') {
        rounded = true;
    }
    ends_here(rest).then_some(Count { value, rounded })
}

/// Half-width, lower-case text of at most `limit` characters.
fn fold(text: &str, limit: usize) -> Option<String> {
    let folded: String = text
        .trim()
        .chars()
        .take(limit + 1)
        .map(half_width)
        .collect();
    (folded.chars().count() <= limit).then_some(folded)
}

/// Full-width digits, letters and marks as their ASCII forms, in lower case; every blank a space.
pub(super) fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xFEE0)
            .unwrap_or(character)
            .to_ascii_lowercase(),
        blank if blank.is_whitespace() => ' ',
        other => other.to_ascii_lowercase(),
    }
}

fn strip_openings(text: &str) -> &str {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start_matches([' ', '(', '[', '【', '|', '·']);
        let opened = OPENINGS
            .iter()
            .find_map(|opening| trimmed.strip_prefix(opening))
            .unwrap_or(trimmed);
        if opened.len() == rest.len() {
            return rest;
        }
        rest = opened;
    }
}

fn take_while<'a>(rest: &mut &'a str, wanted: impl Fn(char) -> bool) -> &'a str {
    let end = rest
        .find(|character| !wanted(character))
        .unwrap_or(rest.len());
    let (taken, remaining) = rest.split_at_checked(end).unwrap_or((rest, ""));
    *rest = remaining;
    taken
}

fn take_one(rest: &mut &str) {
    let mut characters = rest.chars();
    characters.next();
    *rest = characters.as_str();
}

fn take_one_if(rest: &mut &str, wanted: char) -> bool {
    let stripped = rest.strip_prefix(wanted);
    *rest = stripped.unwrap_or(rest);
    stripped.is_some()
}

/// `1,234` and `1.2` times `multiplier`; a fraction without a multiplier is no count.
fn scaled(number: &str, multiplier: u64) -> Option<u64> {
    let number = number.trim_end_matches([',', '.']);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let grouped = whole
        .split(',')
        .skip(1)
        .all(|group| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit()));
    let sane = grouped && !whole.starts_with(',') && fraction.len() <= 4;
    let whole: u64 = whole.replace(',', "").parse().ok().filter(|_| sane)?;
    if fraction.is_empty() {
        return whole.checked_mul(multiplier);
    }
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part: u64 = fraction.parse().ok()?;
    let part = part.checked_mul(multiplier)?;
    (multiplier > 1)
        .then(|| whole.checked_mul(multiplier)?.checked_add(part / scale))
        .flatten()
}

/// Whether what follows leaves the number a count: a unit, a blank, a bracket, nothing; and no
/// second number anywhere.
fn ends_here(rest: &str) -> bool {
    let unit = UNITS.iter().find_map(|unit| rest.strip_prefix(unit));
    let after = unit.unwrap_or(rest);
    let closed = after.chars().next().is_none_or(|next| {
        matches!(
            next,
            ' ' | ')' | ']' | '】' | '|' | ',' | '。' | ';' | '!' | '、'
        )
    });
    let only_number = !rest.chars().any(|character| character.is_ascii_digit());
    only_number && (closed || (unit.is_some() && UNITS.iter().any(|unit| after.starts_with(unit))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u64, bool)>) {
        let read = count(text).map(|count| (count.value, count.rounded));
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn reads_what_counters_print() {
        for (text, value) in [
            ("5476", 5476),
            (" 5476 次", 5476),
            ("5476次浏览", 5476),
            ("186次", 186),
            ("１２３", 123),
            ("1,234", 1234),
            ("１，２３４ 次", 1234),
            ("12,345,678", 12_345_678),
            ("(0)", 0),
            ("（0）次", 0),
            ("0", 0),
            ("已有 23 人次", 23),
            ("：21", 21),
            ("539 |", 539),
            ("539 分享到", 539),
            ("87人阅读", 87),
            ("42 views", 42),
            ("[12]", 12),
        ] {
            check(text, Some((value, false)));
        }
    }

    /// Every format met on real pages or in the templates of CMSs; a label before the number is cut
    /// off by who reads the metadata line.
    #[test]
    fn reads_every_format_that_was_met() {
        for (text, expected) in [
            ("5476", Some((5476, false))),
            ("5476 次", Some((5476, false))),
            ("5476次浏览", Some((5476, false))),
            ("：186次", Some((186, false))),
            ("(0)", Some((0, false))),
            ("10544次", Some((10_544, false))),
            ("1,234", Some((1234, false))),
            ("1.2万", Some((12_000, true))),
            ("1.2万+", Some((12_000, true))),
            ("10万+", Some((100_000, true))),
            ("１２３", Some((123, false))),
            ("--", None),
            ("0", Some((0, false))),
            ("…", None),
            ("", None),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn knows_when_a_page_rounds() {
        for (text, value) in [
            ("1.2万", 12_000),
            ("1.2万+", 12_000),
            ("10万+", 100_000),
            ("3w+", 30_000),
            ("1.25萬次", 12_500),
            ("2亿", 200_000_000),
            ("999+", 999),
            ("3.4k", 3_400),
            ("5万多次", 50_000),
        ] {
            check(text, Some((value, true)));
        }
    }

    #[test]
    fn refuses_what_is_no_count() {
        for text in [
            "",
            "--",
            "…",
            "次",
            "2020-09-16",
            "2020年",
            "10:30",
            "3.5",
            "98%",
            "5476家企业",
            "12 34",
            "1,23",
            ",123",
            "v1.2",
            "abc",
            "99999999999999999999999",
            "1.2.3",
            "-5",
            "万",
        ] {
            check(text, None);
        }
        check(&"9".repeat(1_000_000), None);
    }
}
