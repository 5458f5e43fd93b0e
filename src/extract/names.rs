//! Who is named: the outlet, the authors, the editor.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;

use super::bylines::{english_byline, poster, reporters, slashed};
use super::head::Head;
use super::lines::{Line, plain};
use super::metadata::{Place, Region, Statement};
use super::outline::{Outline, Shape};
use super::phrases::TOOLS;
use crate::chinese::labels::{self, LabelKind};

/// A name and which rule found it.
pub(super) type Named = (String, String);

const LONGEST_OUTLET: usize = 40;
const LONGEST_NAMES: usize = 60;

/// The outlet.
pub(super) fn source(
    outline: &Outline<'_>,
    region: &Region,
    stated: &[Statement],
    head: &Head,
) -> Option<Named> {
    let of =
        |places: &[Place]| labelled(stated, LabelKind::Source, places, |one| outlet(&one.value));
    of(&[Place::Head])
        .or_else(|| {
            let name = named_element(outline, region, &SOURCE_NAMES)?;
            Some((outlet(&name)?, "element's name".to_owned()))
        })
        .or_else(|| {
            // what the menu and the breadcrumb name is a column, not an outlet
            let columns: HashSet<String> = outline
                .lines
                .iter()
                .filter(|line| line.noise.is_some() && line.size < 30 && line.is_links())
                .map(Line::plain)
                .collect();
            head_lines(outline, region)
                .find_map(|line| Some(slashed(line)?.0))
                .or_else(|| {
                    head_lines(outline, region)
                        .filter(|line| !line.is_links())
                        .find_map(|line| beside_date(line, &columns, head))
                })
                .map(|name| (name, "metadata line".to_owned()))
        })
        .or_else(|| of(&[Place::Opening]))
        .or_else(|| of(&[Place::Closing, Place::Tail]))
}

/// The first name that a label of `kind` gives in one of `places`.
fn labelled(
    stated: &[Statement],
    kind: LabelKind,
    places: &[Place],
    name: impl Fn(&Statement) -> Option<String>,
) -> Option<Named> {
    stated
        .iter()
        .filter(|one| one.kind == kind && places.contains(&one.place))
        .find_map(|one| Some((name(one)?, format!("labels {}", one.label))))
}

/// The short lines between headline and text.
fn head_lines<'here>(
    outline: &'here Outline<'_>,
    region: &'here Region,
) -> impl Iterator<Item = &'here Line> {
    region
        .of(Place::Head)
        .filter_map(|index| outline.lines.get(index))
        .filter(|line| line.size < 160 && line.heading == 0)
}

/// The authors.
pub(super) fn author(
    outline: &Outline<'_>,
    region: &Region,
    stated: &[Statement],
    head: &Head,
) -> Option<Named> {
    let of = |places: &[Place]| labelled(stated, LabelKind::Author, places, several);
    of(&[Place::Head])
        .or_else(|| {
            named_element(outline, region, &AUTHOR_NAMES)
                .and_then(|text| Some((persons(&text)?, "element's name".to_owned())))
        })
        .or_else(|| {
            head_lines(outline, region)
                .find_map(|line| Some((slashed(line)?.1, "metadata line".to_owned())))
        })
        .or_else(|| head_lines(outline, region).find_map(poster))
        .or_else(|| Some((super::icons::person(outline, region)?, "icon".to_owned())))
        .or_else(|| head_lines(outline, region).find_map(english_byline))
        .or_else(|| of(&[Place::Opening]))
        .or_else(|| {
            let mut opening = region
                .of(Place::Opening)
                .filter_map(|index| outline.lines.get(index));
            opening.find_map(reporters)
        })
        .or_else(|| of(&[Place::Closing, Place::Tail]))
        .or_else(|| {
            let name = head.author.as_deref()?;
            (!is_site(name, head)).then(|| Some((persons(name)?, "json-ld".to_owned())))?
        })
}

/// Whether an author whom only the document's head names is the site itself: 某某会展 on a page
/// titled 展会开幕-某某会展网.
fn is_site(name: &str, head: &Head) -> bool {
    let name = super::title::key(name);
    if name.is_empty() {
        return false;
    }
    let column = head.title.as_deref().and_then(|title| {
        title
            .rsplit(['_', '|', '｜', '-', '–', '—', '»', '·'])
            .next()
    });
    let mut sites = [head.site.as_deref(), column].into_iter().flatten();
    sites.any(|site| super::title::key(site).starts_with(&name))
}

/// The names after a label; `本报记者  张三  李四` may keep them apart with wide gaps.
fn several(one: &Statement) -> Option<String> {
    let first = persons(&one.value)?;
    let is_name = |text: &str| {
        (2..=3).contains(&text.chars().count())
            && text
                .chars()
                .all(|letter| super::lines::is_cjk(letter) && letter.is_alphabetic())
            && !TOOLS.is_in(text)
            && !labels::is_share_or_tool(text)
    };
    let words: Vec<&str> = one.rest.split(' ').collect();
    let all_are_names = words.iter().all(|word| is_name(word));
    Some(if words.len() > 1 && words.len() < 6 && all_are_names {
        words.join("、")
    } else {
        first
    })
}

/// The editor.
pub(super) fn editor(stated: &[Statement]) -> Option<Named> {
    stated
        .iter()
        .filter(|one| one.kind == LabelKind::Editor)
        .find_map(|one| Some((persons(&one.value)?, format!("labels {}", one.label))))
}

/// An outlet's name without the brackets and the city that pages put around it.
pub(super) fn outlet(text: &str) -> Option<String> {
    static CITY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(.{2,}?)\s*[（(]\p{Han}{2,4}[)）]$").ok());
    let mut name = text.trim_matches(is_frame).to_owned();
    // a bracket that closes inside the name belongs to it
    if name.contains(['(', '（'])
        && let Some(end) = text.rfind([')', '）'])
        && text
            .get(..end)
            .is_some_and(|before| before.ends_with(&name))
    {
        name.push(if text.get(end..).is_some_and(|end| end.starts_with(')')) {
            ')'
        } else {
            '）'
        });
    }
    if let Some(inside) = name
        .strip_prefix('《')
        .and_then(|name| name.split('》').next())
    {
        name = inside.to_owned();
    }
    if let Some(found) = CITY.as_ref().and_then(|city| city.captures(&name))
        && let Some(bare) = found.get(1)
    {
        name = bare.as_str().to_owned();
    }
    let name = plain(&name);
    let length = name.chars().count();
    let words = name.chars().any(char::is_alphabetic);
    let says_nothing = TOOLS.is_in(&name) || labels::is_share_or_tool(&name);
    (words
        && (1..=LONGEST_OUTLET).contains(&length)
        && !says_nothing
        && !name.contains(['。', '，']))
    .then_some(name)
}

fn is_frame(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '[' | ']'
                | '【'
                | '】'
                | '('
                | ')'
                | '（'
                | '）'
                | ':'
                | '：'
                | '|'
                | '-'
                | '·'
                | '“'
                | '”'
                | '"'
                | ','
                | '，'
                | '、'
                | '/'
                | '@'
                | '.'
                | '。'
                | '>'
                | '<'
                | '»'
                | '*'
                | '—'
        )
}

/// Names as printed, several joined by `、`.
pub(super) fn persons(text: &str) -> Option<String> {
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?:由\s|(?:本报|本刊|本网|特约|实习|见习)?(?:记者|通讯员|作者|撰文|特约撰稿|文|by|By|BY)\s*[:：/|]?\s*)").ok()
    });
    let text = text.trim().trim_matches(|letter| {
        letter != ')' && letter != '）' && letter != '.' && is_frame(letter)
    });
    let role = ROLE.as_ref().and_then(|role| role.find(text));
    let text = role.and_then(|role| text.get(role.end()..)).unwrap_or(text);
    let text = if text.contains(['(', '（']) {
        text
    } else {
        text.trim_end_matches([')', '）'])
    };
    let text = [" · ", " | ", "  "]
        .iter()
        .fold(text, |text, mark| text.split(mark).next().unwrap_or(text));
    let text = plain(text);
    let length = text.chars().count();
    let fits = (1..=LONGEST_NAMES).contains(&length)
        && text.chars().any(char::is_alphabetic)
        && !text.contains(['。', '！', '？', '：', ':'])
        && !TOOLS.is_in(&text);
    if !fits {
        return None;
    }
    let parts: Vec<&str> = text
        .split(['、', '，', ',', ';', '；', '/', '&', '＆', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let all_han_names = parts.len() > 1
        && parts.iter().all(|part| {
            (2..=8).contains(&part.chars().count()) && part.chars().all(|letter| !letter.is_ascii())
        });
    Some(if all_han_names {
        parts.join("、")
    } else {
        text
    })
}

static AUTHOR_NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|[^a-z])(?:author|byline|writer|zuozhe|reporter)(?:[-_]?name)?(?:$|[^a-z])",
    )
    .ok()
});

static SOURCE_NAMES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:.*[-_ ])?(?:source|laiyuan|where|from|js_name|media[-_]?name|news[-_]?source|origin)$").ok()
});

/// The text of the first element between headline and text whose names say what it holds.
fn named_element(
    outline: &Outline<'_>,
    region: &Region,
    names: &LazyLock<Option<Regex>>,
) -> Option<String> {
    let pattern = names.as_ref()?;
    let first = region.of(Place::Head).next()?;
    let last = region.of(Place::Head).max()?;
    let from = outline.lines.get(first)?.nodes.start.saturating_sub(12);
    let to = outline.lines.get(last)?.nodes.end;
    outline
        .nodes
        .iter()
        .enumerate()
        .take(to)
        .skip(from)
        .filter(|(_, node)| matches!(node.shape, Shape::Inline | Shape::Block | Shape::Cell))
        .filter(|(_, node)| (1..=30).contains(&node.characters))
        .filter(|(_, node)| {
            ["class", "id", "rel", "itemprop"].iter().any(|name| {
                node.attribute(name)
                    .is_some_and(|value| pattern.is_match(value))
            })
        })
        .find_map(|(index, _)| {
            let text: String = outline
                .within(index)
                .filter_map(|(_, node)| node.text())
                .collect();
            let text = plain(&text);
            let labelled = labels::find_all(&text).iter().any(|found| found.firm);
            let dated = text.chars().filter(char::is_ascii_digit).count() > 5;
            (!labelled && !dated && !text.is_empty()).then_some(text)
        })
}

/// The outlet that stands in a date's line without a label.
fn beside_date(line: &Line, columns: &HashSet<String>, head: &Head) -> Option<String> {
    static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*(?:\d{1,2}\s*[:：时]\s*\d{2}(?:[:：分]\s*\d{0,2}秒?)?)?",
        )
        .ok()
    });
    let date = DATE.as_ref()?.find(&line.text)?;
    let found = line.labels();
    let first_label = found
        .iter()
        .find(|label| label.firm)
        .map_or(line.text.len(), |label| label.start);
    let before = line
        .text
        .get(..date.start().min(first_label))
        .unwrap_or_default();
    let after = if first_label >= date.end() {
        line.text.get(date.end()..first_label).unwrap_or_default()
    } else {
        ""
    };
    let pieces = |text: &str| -> Vec<String> {
        text.split([
            '|', '｜', '\u{3000}', '/', '·', '(', ')', '（', '）', '[', ']',
        ])
        .flat_map(|piece| piece.split("  "))
        .map(|piece| piece.trim_matches(is_frame).to_owned())
        .filter(|piece| !piece.is_empty())
        .collect()
    };
    let all: Vec<String> = pieces(after).into_iter().chain(pieces(before)).collect();
    let sure = all.iter().find(|piece| is_outlet(piece));
    // the only words beside a date name who published it
    let only = || match all.as_slice() {
        [only] if !columns.contains(only) && (is_organisation(only) || is_site(only, head)) => {
            Some(only)
        }
        _ => None,
    };
    sure.or_else(only).and_then(|piece| outlet(piece))
}

/// The name of a site's column, as in `公司新闻`, which templates print beside the date.
fn is_column(text: &str) -> bool {
    const FIRST: [&str; 22] = [
        "公司", "企业", "行业", "展会", "会展", "最新", "热点", "热门", "集团", "新闻", "通知",
        "国内", "国际", "社会", "媒体", "图片", "活动", "党建", "工作", "综合", "本站", "产品",
    ];
    const LAST: [&str; 14] = [
        "新闻", "动态", "资讯", "公告", "要闻", "报道", "财经", "中心", "活动", "快讯", "知识",
        "案例", "信息", "通知",
    ];
    text.chars().count() <= 6
        && FIRST.iter().any(|first| text.starts_with(first))
        && LAST.iter().any(|last| text.ends_with(last))
}

/// Whether a few words name a company or an office: 参展攻略 and 深圳 stand beside dates as well,
/// and name a column or a place.
fn is_organisation(text: &str) -> bool {
    const ENDS: [&str; 35] = [
        "公司",
        "集团",
        "股份",
        "会展",
        "展览",
        "国际",
        "展览馆",
        "协会",
        "學會",
        "協會",
        "學院",
        "学会",
        "商会",
        "商會",
        "总会",
        "联合会",
        "基金会",
        "委员会",
        "组委会",
        "委",
        "办",
        "局",
        "厅",
        "部",
        "处",
        "室",
        "院",
        "所",
        "政府",
        "大学",
        "大學",
        "学校",
        "工会",
        "中心",
        "主办方",
    ];
    (3..=20).contains(&text.chars().count())
        && text
            .chars()
            .all(|letter| super::lines::is_cjk(letter) && letter.is_alphabetic())
        && ENDS.iter().any(|end| text.ends_with(end))
        && !is_column(text)
        && !labels::is_share_or_tool(text)
}

/// Whether a bare text reads as an outlet's name.
pub(super) fn is_outlet(text: &str) -> bool {
    const ENDS: [&str; 29] = [
        "网",
        "報",
        "报",
        "社",
        "电视台",
        "新闻",
        "新聞",
        "日报",
        "晚报",
        "在线",
        "杂志",
        "客户端",
        "周刊",
        "频道",
        "电台",
        "公众号",
        "快讯",
        "快訊",
        "报道",
        "晨报",
        "时报",
        "快报",
        "传媒",
        "财经",
        "中文站",
        "網",
        "通讯",
        "信报",
        "导报",
    ];
    let length = text.chars().count();
    (2..=20).contains(&length) && ENDS.iter().any(|end| text.ends_with(end)) && !is_column(text)
}

#[cfg(test)]
mod tests;
