//! What links are called on Chinese news pages: columns, pagers, neighbours, and everything else.

/// What a column of news is called, as part of a short text.
const COLUMNS: [&str; 24] = [
    "新闻",
    "资讯",
    "动态",
    "快讯",
    "公告",
    "通知",
    "报道",
    "要闻",
    "头条",
    "展讯",
    "展会信息",
    "展会预告",
    "展会活动",
    "最新消息",
    "新聞",
    "資訊",
    "動態",
    "快訊",
    "報道",
    "報導",
    "展會信息",
    "展訊",
    "news",
    "press",
];

/// What is not news, though the text may say 新闻 or 动态 as well.
const ELSEWHERE: [&str; 42] = [
    "首页",
    "首頁",
    "主页",
    "联系",
    "聯繫",
    "聯絡",
    "关于",
    "關於",
    "简介",
    "簡介",
    "介绍",
    "产品",
    "產品",
    "案例",
    "招聘",
    "人才",
    "留言",
    "反馈",
    "下载",
    "下載",
    "登录",
    "登錄",
    "注册",
    "会员",
    "会員",
    "购物",
    "订单",
    "荣誉",
    "资质",
    "企业文化",
    "服务项目",
    "解决方案",
    "网站地图",
    "免责",
    "隐私",
    "收藏",
    "返回",
    "投诉",
    "在线",
    "contact",
    "about us",
    "login",
];

/// The next page, as a whole text.
const NEXT: [&str; 16] = [
    "下一页",
    "下页",
    "后一页",
    "后页",
    "向后",
    "下一頁",
    "下頁",
    "後一頁",
    "後頁",
    "下一页面",
    "next",
    "nextpage",
    "olderposts",
    "older",
    "较早文章",
    "更早的文章",
];

/// The last page, as a whole text.
const LAST: [&str; 8] = [
    "末页",
    "尾页",
    "最后一页",
    "最后页",
    "末頁",
    "尾頁",
    "最後一頁",
    "last",
];

/// What introduces the neighbours of an article.
const NEIGHBOURS: [&str; 20] = [
    "上一篇",
    "下一篇",
    "上一条",
    "下一条",
    "上一个",
    "下一个",
    "上一则",
    "下一则",
    "上篇",
    "下篇",
    "前一篇",
    "后一篇",
    "上一條",
    "下一條",
    "上一個",
    "下一個",
    "後一篇",
    "上一则新闻",
    "上条",
    "下条",
];

/// Texts that name no article: it stands elsewhere in the item.
const ABOUT_NOTHING: [&str; 22] = [
    "更多",
    "查看更多",
    "了解更多",
    "阅读更多",
    "详情",
    "详细",
    "查看详情",
    "查看详细",
    "查看全文",
    "阅读全文",
    "了解详情",
    "全文",
    "点击查看",
    "点击进入",
    "进入",
    "more",
    "readmore",
    "learnmore",
    "details",
    "detail",
    "更多新闻",
    "查看",
];

/// `text` without spaces, arrows and brackets, in lower case.
pub(super) fn bare(text: &str) -> String {
    text.chars()
        .filter(|sign| {
            !sign.is_whitespace()
                && !matches!(
                    sign,
                    '>' | '<'
                        | '»'
                        | '«'
                        | '›'
                        | '‹'
                        | '→'
                        | '←'
                        | '['
                        | ']'
                        | '【'
                        | '】'
                        | '|'
                        | '+'
                        | '·'
                        | '.'
                        | '…'
                        | '＞'
                        | '＜'
                        | '》'
                        | '《'
                        | ':'
                        | '：'
                        | '('
                        | ')'
                        | '（'
                        | '）'
                )
        })
        .flat_map(char::to_lowercase)
        .collect()
}

/// How much a text says: a Chinese character counts one, three letters of others count one.
pub(super) fn weight(text: &str) -> usize {
    let (wide, narrow) = text.chars().fold((0, 0), |(wide, narrow), sign| {
        if sign.is_ascii_alphabetic() {
            (wide, narrow + 1)
        } else if sign.is_alphabetic() {
            (wide + 1, narrow)
        } else {
            (wide, narrow)
        }
    });
    wide + narrow / 3
}

/// Whether `text` is the name of a news column.
pub(super) fn is_column(text: &str) -> bool {
    let bare = bare(text);
    weight(&bare) <= 8 && COLUMNS.iter().any(|word| bare.contains(word)) && !leads_elsewhere(text)
}

/// Whether `text` is the name of something that is not news: 联系我们, 产品展示.
pub(super) fn leads_elsewhere(text: &str) -> bool {
    let lower = text.to_lowercase();
    weight(text) <= 8 && ELSEWHERE.iter().any(|word| lower.contains(word))
}

/// Whether `text` names no article by itself.
pub(super) fn says_nothing(text: &str) -> bool {
    let bare = bare(text);
    bare.is_empty() || ABOUT_NOTHING.contains(&bare.as_str())
}

/// Whether `text` is 更多 and its like, which beside a column's name leads to the column.
pub(super) fn is_more(text: &str) -> bool {
    matches!(
        bare(text).as_str(),
        "更多" | "查看更多" | "more" | "更多新闻" | "了解更多" | "viewall" | "viewmore"
    )
}

/// Whether `text` is 加载更多 and its like: more of the same list.
pub(super) fn loads_more(text: &str) -> bool {
    let bare = bare(text);
    weight(&bare) <= 8
        && ["加载更多", "載入更多", "加載更多", "载入更多", "loadmore"]
            .iter()
            .any(|words| bare.contains(words))
}

/// Whether `text` leads to the next page.
pub(crate) fn is_next(text: &str) -> bool {
    NEXT.contains(&bare(text).as_str())
}

/// Whether `text` is an arrow to the right and nothing else.
pub(crate) fn is_arrow(text: &str) -> bool {
    matches!(
        text.trim(),
        ">" | ">>" | "›" | "»" | "→" | "＞" | "＞＞" | "▶" | "▸"
    )
}

/// The page number that `text` is: `2`, `[2]`, `第2页`.
pub(crate) fn page_number(text: &str) -> Option<u32> {
    let bare = bare(text);
    let digits = bare
        .strip_prefix('第')
        .and_then(|rest| rest.strip_suffix(['页', '頁']))
        .unwrap_or(&bare);
    (digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| digits.parse().ok())
        .flatten()
}

/// Whether `text` leads to the last page.
pub(super) fn is_last(text: &str) -> bool {
    LAST.contains(&bare(text).as_str())
}

/// Whether `text` is or begins with 上一篇, 下一篇 and their like.
pub(super) fn is_neighbour(text: &str) -> bool {
    let bare = bare(text);
    NEIGHBOURS.iter().any(|word| bare.starts_with(word))
}

/// Whether `text`, standing before a link, introduces a neighbour.
pub(super) fn introduces_neighbour(text: &str) -> bool {
    let bare = bare(text);
    NEIGHBOURS.iter().any(|word| bare.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_from_other_pages() {
        for (text, expected) in [
            ("新闻中心", true),
            ("公司新闻 >>", true),
            ("行業動態", true),
            ("展会资讯", true),
            ("News", true),
            ("Press releases", true),
            ("通知公告", true),
            ("产品中心", false),
            ("产品动态演示", false),
            ("联系我们", false),
            ("公司新闻发布会在上海圆满举行", false),
            ("", false),
        ] {
            assert_eq!(is_column(text), expected, "{text}");
        }
    }

    #[test]
    fn pagers_are_read() {
        for text in [
            "下一页",
            "下一页>",
            " 下 页 ",
            "下一頁 »",
            "Next »",
            "Next Page",
        ] {
            assert!(is_next(text), "{text}");
        }
        for text in ["下一篇", "上一页", "2", "next generation expo"] {
            assert!(!is_next(text), "{text}");
        }
        for (text, number) in [("2", Some(2)), ("[12]", Some(12)), ("第3页", Some(3))] {
            assert_eq!(page_number(text), number);
        }
        for text in ["", "2020-09-16", "123456", "二", "2个"] {
            assert_eq!(page_number(text), None, "{text}");
        }
    }
}
