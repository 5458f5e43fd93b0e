//! Lines of a body that say who brought it and not what it says.

/// The longest line that is taken for a credit.
const LONGEST_CREDIT: usize = 60;
/// And for a disclaimer.
const LONGEST_DISCLAIMER: usize = 300;

/// What stands before the colon of a credit, in simplified characters.
const CREDITS: [&str; 41] = [
    "来源",
    "稿源",
    "稿件来源",
    "文章来源",
    "信息来源",
    "新闻来源",
    "本文来源",
    "转自",
    "摘自",
    "作者",
    "文",
    "图",
    "图文",
    "图/文",
    "文/图",
    "撰文",
    "记者",
    "通讯员",
    "供稿",
    "摄影",
    "编辑",
    "责编",
    "责任编辑",
    "本文编辑",
    "网络编辑",
    "编审",
    "校对",
    "审核",
    "初审",
    "复审",
    "终审",
    "监制",
    "发布者",
    "发布时间",
    "原标题",
    "原文链接",
    "标签",
    "关键词",
    "浏览次数",
    "source",
    "editor",
];

/// How lines begin that say nothing of the article.
const DISCLAIMERS: [&str; 19] = [
    "免责声明",
    "版权声明",
    "特别声明",
    "声明:",
    "郑重声明",
    "转载请注明",
    "转载声明",
    "本文转载自",
    "本文来源于",
    "本文来自",
    "文章转载自",
    "以上内容转载自",
    "(本文来源",
    "上一篇",
    "下一篇",
    "相关阅读",
    "扫码关注",
    "长按二维码",
    "分享到",
];

/// Whether `line` is a credit or a disclaimer. Read in simplified characters, and with narrow
/// brackets and colons.
pub(super) fn is_credit(line: &str) -> bool {
    let length = line.chars().count();
    if length > LONGEST_DISCLAIMER {
        return false;
    }
    let plain = |letter: char| match letter {
        '：' => ':',
        '（' => '(',
        '／' => '/',
        letter => crate::chinese::script::folded_character(letter).to_ascii_lowercase(),
    };
    // enough for the longest of the words
    let start: String = line
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(plain)
        .take(16)
        .collect();
    if DISCLAIMERS.iter().any(|words| start.starts_with(words)) {
        return true;
    }
    if length > LONGEST_CREDIT {
        return false;
    }
    let bare = start.trim_start_matches(['(', '[', '【', '■', '●', '▲']);
    bare.split_once(':')
        .is_some_and(|(label, _)| CREDITS.contains(&label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credits_are_told_from_sentences() {
        for (line, expected) in [
            ("来源：示例网", true),
            ("（責任編輯：王某）", true),
            ("责任编辑 : 李某", true),
            ("免责声明：本文仅代表作者观点，与本站无关。", true),
            ("本文轉載自示例網，如有侵權請聯繫刪除", true),
            ("Source: Example News", true),
            ("来源于自然的设计成为展会主题：绿色。", false),
            ("记者从组委会获悉，展会将于五月开幕。", false),
            ("", false),
        ] {
            assert_eq!(is_credit(line), expected, "{line}");
        }
        assert!(!is_credit(&format!("来源：{}", "展".repeat(60))));
    }
}
