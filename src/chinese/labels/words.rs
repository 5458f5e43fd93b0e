//! Words that are no value, and lines that are no text: placeholders, tools, links to neighbours.

use std::sync::LazyLock;

use super::trie::fold;
use crate::model::Field;

const SOURCE_PLACEHOLDERS: [&str; 17] = [
    "未知",
    "本站",
    "本站原创",
    "原创",
    "网络",
    "互联网",
    "网络整理",
    "网络转载",
    "转载",
    "admin",
    "administrator",
    "管理员",
    "佚名",
    "不详",
    "匿名",
    "整理",
    "暂无",
];

const AUTHOR_PLACEHOLDERS: [&str; 20] = [
    "admin",
    "administrator",
    "管理员",
    "超级管理员",
    "系统管理员",
    "网站管理员",
    "佚名",
    "未知",
    "本站",
    "本站编辑",
    "小编",
    "编辑",
    "网络",
    "网络整理",
    "匿名",
    "不详",
    "原创",
    "本站原创",
    "暂无",
    "user",
];

const EDITOR_PLACEHOLDERS: [&str; 8] = [
    "admin",
    "administrator",
    "管理员",
    "佚名",
    "未知",
    "本站编辑",
    "小编",
    "暂无",
];

const TITLE_PLACEHOLDERS: [&str; 6] = [
    "无标题",
    "无标题文档",
    "新闻详情",
    "资讯详情",
    "查看内容",
    "文章详情",
];

/// What content management systems print where nobody filled the field in, in lower-case
/// simplified spelling.
pub const fn placeholders(field: Field) -> &'static [&'static str] {
    match field {
        Field::Source => &SOURCE_PLACEHOLDERS,
        Field::Author => &AUTHOR_PLACEHOLDERS,
        Field::Editor => &EDITOR_PLACEHOLDERS,
        Field::Title => &TITLE_PLACEHOLDERS,
        Field::Summary | Field::PublishTime | Field::Views | Field::Body => &[],
    }
}

/// Whether a field's value is one of its [`placeholders`], in any script, case or brackets.
pub fn is_placeholder(field: Field, value: &str) -> bool {
    bare(value, 16).is_some_and(|bare| placeholders(field).contains(&bare.as_str()))
}

/// Tools of a page: alone or in a row they make a line that belongs to the page, not to the text.
/// Longer words first where one begins another.
const TOOLS: &[&str] = &[
    "分享到",
    "分享至",
    "分享给",
    "分享",
    "打印本页",
    "打印本文",
    "打印此页",
    "打印文章",
    "打印预览",
    "打印",
    "关闭窗口",
    "关闭本页",
    "关闭此页",
    "关闭页面",
    "关闭",
    "字体大小",
    "文字大小",
    "字体",
    "字号",
    "视力保护色",
    "收藏本文",
    "收藏本页",
    "加入收藏",
    "收藏",
    "推荐给好友",
    "推荐给朋友",
    "发送给好友",
    "推荐",
    "复制链接",
    "复制网址",
    "双击自动滚屏",
    "双击滚屏",
    "来顶一下",
    "顶一下",
    "踩一下",
    "点赞",
    "返回顶部",
    "回到顶部",
    "返回首页",
    "返回",
    "我要纠错",
    "我要投稿",
    "我要打印",
    "纠错",
    "举报",
    "阅读全文",
    "阅读原文",
    "查看更多",
    "更多",
    "qq空间",
    "qq好友",
    "qq",
    "新浪微博",
    "腾讯微博",
    "微博",
    "微信好友",
    "微信",
    "朋友圈",
    "人人网",
    "开心网",
    "豆瓣",
    "百度贴吧",
    "百度空间",
    "百度",
    "贴吧",
    "一键分享",
    "放大",
    "缩小",
    "默认",
    "大",
    "中",
    "小",
    "特大",
    "超大",
    "加大",
    "减小",
    "繁体",
    "手机看",
    "手机阅读",
    "转发",
    "保存",
    "评论",
    "邮件",
    "二维码",
    "facebook",
    "twitter",
    "linkedin",
    "share",
    "print",
    "close",
    "a+",
    "a-",
    "t",
    "|",
];

/// What a line of tools or of boilerplate begins with, whatever follows.
const OPENINGS: &[&str] = &[
    "分享到:",
    "扫二维码用手机看",
    "扫一扫",
    "手机扫一扫",
    "扫描二维码",
    "用微信扫",
    "微信扫一扫",
    "转载请注明",
    "如需转载",
    "免责声明",
    "本文网址:",
    "本文链接:",
    "本文地址:",
    "本页网址:",
    "文章链接:",
    "相关标签:",
    "文章标签:",
    "本文标签:",
    "双击自动滚屏",
    "来顶一下",
    "【打印",
    "[打印",
    "字号:",
    "字体:",
    "字体大小:",
    "【字体",
    "[字体",
    "【字号",
    "[字号",
    "打印本页",
    "关闭窗口",
];

/// The first letters of all these.
static TOOL_BEGINNINGS: LazyLock<Vec<char>> = LazyLock::new(|| {
    let words = TOOLS.iter().chain(OPENINGS);
    let first = |word: &&str| word.chars().find(|one| one.is_alphanumeric());
    let mut beginnings: Vec<char> = words.filter_map(first).collect();
    beginnings.sort_unstable();
    beginnings
});

/// Whether a line is made of sharing buttons, print and close links and the like, or opens as a
/// notice about copying the page.
pub fn is_share_or_tool(text: &str) -> bool {
    // nearly every line is told by its first letter
    let first = text.chars().map(fold).find(|one| one.is_alphanumeric());
    if first.is_none_or(|first| TOOL_BEGINNINGS.binary_search(&first).is_err()) {
        return false;
    }
    let Some(folded) = squeezed(text, 200) else {
        return false;
    };
    OPENINGS.iter().any(|opening| folded.starts_with(opening)) || only_tools(&folded)
}

fn only_tools(folded: &str) -> bool {
    let mut rest = folded;
    let mut tools = 0;
    loop {
        rest = rest.trim_start_matches(|one: char| !one.is_alphanumeric());
        if rest.is_empty() {
            return tools > 0;
        }
        let longest = TOOLS
            .iter()
            .filter_map(|tool| rest.strip_prefix(tool))
            .min_by_key(|after| after.len());
        match longest {
            Some(after) => rest = after,
            None => return false,
        }
        tools += 1;
    }
}

/// What names the neighbouring article.
const NEIGHBOURS: &[&str] = &[
    "上一篇文章",
    "下一篇文章",
    "上一篇新闻",
    "下一篇新闻",
    "上一条新闻",
    "下一条新闻",
    "上一条信息",
    "下一条信息",
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "上一页",
    "下一页",
    "上一则",
    "下一则",
    "上一个",
    "下一个",
    "上一新闻",
    "下一新闻",
    "上篇文章",
    "下篇文章",
    "前一篇",
    "后一篇",
    "上一章",
    "下一章",
    "上一主题",
    "下一主题",
    "上一产品",
    "下一产品",
    "上篇",
    "下篇",
    "previous",
    "prev",
    "next",
];

/// What stands alone in such a row, or where there is no neighbour.
const NEIGHBOURLESS: &[&str] = &[
    "返回列表",
    "返回上一页",
    "返回上级",
    "返回目录",
    "没有了",
    "没有",
    "暂无",
    "首页",
    "末页",
    "尾页",
    "已经是第一篇",
    "已经是最后一篇",
    "已是第一篇",
    "已是最后一篇",
    "这是第一篇",
    "这是最后一篇",
    "无",
];

/// Whether a line leads to the article before or after, or back to the list. 下一个十年 is prose:
/// a word about the neighbour must stand alone or be followed by a mark, a blank or "none".
pub fn is_prev_next(text: &str) -> bool {
    let Some(folded) = spaced(text, 400) else {
        return false;
    };
    let line = folded.trim_start_matches(|one: char| !one.is_alphanumeric());
    let named = NEIGHBOURS
        .iter()
        .filter_map(|word| line.strip_prefix(word))
        .min_by_key(|after| after.len());
    if let Some(after) = named {
        let parted = after
            .chars()
            .next()
            .is_none_or(|next| !next.is_alphanumeric() && next != ',');
        return parted || NEIGHBOURLESS.iter().any(|word| after.starts_with(word));
    }
    let alone = line.trim_end_matches(|one: char| !one.is_alphanumeric());
    alone != "无" && alone != "没有" && NEIGHBOURLESS.contains(&alone)
}

/// Folded text without the marks around it, if not longer than `limit` characters.
fn bare(text: &str, limit: usize) -> Option<String> {
    let squeezed = squeezed(text, limit + 8)?;
    let bare = squeezed.trim_matches(|one: char| !one.is_alphanumeric());
    (bare.chars().count() <= limit).then(|| bare.to_owned())
}

/// Folded text without blanks.
fn squeezed(text: &str, limit: usize) -> Option<String> {
    spaced(text, limit).map(|text| text.replace(' ', ""))
}

/// Folded text, refused when longer than `limit` characters.
fn spaced(text: &str, limit: usize) -> Option<String> {
    let trimmed = text.trim();
    let folded: String = trimmed.chars().take(limit + 1).map(fold).collect();
    (folded.chars().count() <= limit).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_placeholders_in_any_spelling() {
        for (field, value, expected) in [
            (Field::Source, "未知", true),
            (Field::Source, "本站原創", true),
            (Field::Source, " Admin ", true),
            (Field::Source, "【互联网】", true),
            (Field::Source, "互联网周刊", false),
            (Field::Author, "佚名", true),
            (Field::Author, "ａｄｍｉｎ", true),
            (Field::Author, "张三", false),
            (Field::Editor, "小编", true),
            (Field::Views, "0", false),
            (Field::Source, "", false),
        ] {
            assert_eq!(is_placeholder(field, value), expected, "{value}");
        }
    }

    #[test]
    fn every_placeholder_is_written_in_the_spelling_it_is_compared_in() {
        for field in Field::ALL {
            for word in placeholders(field) {
                assert!(is_placeholder(field, word), "{word}");
            }
        }
    }

    #[test]
    fn knows_a_line_of_tools() {
        for (text, expected) in [
            ("分享到：", true),
            ("分享到: QQ空间 新浪微博 微信", true),
            ("【打印本页】【关闭窗口】", true),
            ("字號：大 中 小", true),
            ("打印 | 收藏 | 关闭", true),
            ("扫二维码用手机看", true),
            ("轉載請註明出處", true),
            ("相关标签：会展", true),
            ("双击自动滚屏", true),
            ("分享经济带来新机遇", false),
            ("大会举行", false),
            ("中国", false),
            ("收藏家协会举办展览", false),
            ("", false),
            ("——", false),
        ] {
            assert_eq!(is_share_or_tool(text), expected, "{text}");
        }
    }

    #[test]
    fn knows_links_to_neighbours() {
        for (text, expected) in [
            ("上一篇：没有了", true),
            ("下一篇: 展会开幕", true),
            ("<< 上一條", true),
            ("下一篇没有了", true),
            ("上一个 : 标题", true),
            ("返回列表", true),
            ("【返回列表】", true),
            ("没有了", true),
            ("下一个十年，会展业如何发展", false),
            ("下一页", true),
            ("无", false),
            ("首页", true),
            ("首页改版公告", false),
            ("", false),
        ] {
            assert_eq!(is_prev_next(text), expected, "{text}");
        }
    }
}
