//! What names look like: of outlets, of persons, of columns and companies.

use std::sync::LazyLock;

use regex::Regex;

use super::head::Head;
use super::lines::{key, plain};
use super::persons::{FUNCTION_WORDS, before_date};
use super::phrases::TOOLS;
use crate::chinese::labels;

const LONGEST_OUTLET: usize = 40;

/// An outlet's name without the brackets and the city that pages put around it.
pub(super) fn outlet(text: &str) -> Option<String> {
    static CITY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(.{2,}?)\s*[（(]\p{Han}{2,4}[)）]$").ok());
    let text = before_date(text);
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
    // `the age of AI` is a part of a sentence
    let opens_phrase = name
        .split_once(' ')
        .is_some_and(|(first, _)| FUNCTION_WORDS.contains(&first) && first != "the");
    (words
        && !opens_phrase
        && (1..=LONGEST_OUTLET).contains(&length)
        && !says_nothing
        && !name.contains(['。', '，']))
    .then_some(name)
}

/// What frames a name and is no part of it.
pub(super) fn is_frame(letter: char) -> bool {
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
                | '｜'
                | '丨'
                | '︱'
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

/// Whether an author whom only the document's head names is the site itself: 某某会展 on a page
/// titled 展会开幕-某某会展网.
pub(super) fn is_site(name: &str, head: &Head) -> bool {
    let name = key(name);
    if name.is_empty() {
        return false;
    }
    let column = head.title.as_deref().and_then(|title| {
        title
            .rsplit(['_', '|', '｜', '-', '–', '—', '»', '·'])
            .next()
    });
    let mut sites = [head.site.as_deref(), column].into_iter().flatten();
    sites.any(|site| key(site).starts_with(&name))
}

/// The name of a site's column, as in `公司新闻`, which templates print beside the date.
pub(super) fn is_column(text: &str) -> bool {
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
pub(super) fn is_organisation(text: &str) -> bool {
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
