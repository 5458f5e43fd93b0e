//! Names of persons as pages print them: joined, with roles before and behind them, with a date
//! right after them.

use std::sync::LazyLock;

use regex::Regex;

use super::lines::{is_cjk, plain};
use super::names::{is_frame, is_outlet};
use super::phrases::{Phrase, TOOLS};

const LONGEST_NAMES: usize = 60;

/// A date, a time, how long ago it was, or the number of an issue: no name goes on after it.
static DATED: Phrase = Phrase::new(|| {
    Regex::new(concat!(
        r"(?i)(?:19|20)\d\d\s*(?:[-/.]\s*\d{1,2}\s*(?:[-/.]|$)|年\s*第?\s*\d)|\d{1,2}\s*月\s*\d{1,2}\s*日",
        r"|\d{1,2}\s*[-/]\s*\d{1,2}\s+\d{1,2}\s*[:：]\s*\d{2}|\d{1,2}\s*[:：]\s*\d{2}(?:\D|$)",
        r"|第\s*\d+\s*[版期]|(?:今天|昨天|前天)\s*\d{1,2}\s*[:：]|\d+\s*(?:秒|分钟|小时|天|周|个月)前",
        r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d{1,2}(?:st|nd|rd|th)?\b",
        r"|\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    ))
    .ok()
});

/// What stands before the first date, time or issue number.
pub(super) fn before_date(text: &str) -> &str {
    DATED
        .find(text)
        .and_then(|(_, range)| text.get(..range.start))
        .unwrap_or(text)
}

/// Names as printed, several joined by `、`.
pub(super) fn persons(text: &str) -> Option<String> {
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?:由\s|(?:本报|本刊|本网|特约|实习|见习)?(?:记者|通讯员|作者|撰文|特约撰稿|文)\s*[:：/|｜丨︱]?\s*",
            r"|(?i:(?:(?:posted|written|words|story|published) )?by\b[:\s]*))",
        ))
        .ok()
    });
    let text = before_date(text).trim().trim_matches(|letter| {
        letter != ')' && letter != '）' && letter != '.' && is_frame(letter)
    });
    let role = ROLE.as_ref().and_then(|role| role.find(text));
    let text = role.and_then(|role| text.get(role.end()..)).unwrap_or(text);
    let text = if text.contains(['(', '（']) {
        text
    } else {
        text.trim_end_matches([')', '）'])
    };
    let text = [" · ", " | ", "  ", "｜", "丨", "︱", "•"]
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
    if text.chars().any(is_cjk) {
        han(&text)
    } else {
        latin(&text)
    }
}

/// Names that Chinese characters write, without the roles that stand beside them.
fn han(text: &str) -> Option<String> {
    let parts: Vec<&str> = text
        .split(['、', '，', ',', ';', '；', '/', '／', '&', '＆', ' '])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    // a translator is no author
    let kept: Vec<&str> = parts
        .iter()
        .filter(|part| !part.ends_with("编译") && (parts.len() < 2 || !is_role(part)))
        .flat_map(|part| without_roles(part))
        .collect();
    if kept.is_empty() {
        return None;
    }
    let has_roles = kept != parts;
    let all_han_names = kept.len() > 1
        && kept.iter().all(|part| {
            (2..=8).contains(&part.chars().count()) && part.chars().all(|letter| !letter.is_ascii())
        });
    Some(if has_roles || all_han_names {
        kept.join("、")
    } else {
        text.to_owned()
    })
}

/// Whether one of several words says what the others did: `整合`, `文`, `图`.
fn is_role(part: &str) -> bool {
    const ROLES: [&str; 22] = [
        "文",
        "图",
        "摄",
        "摄影",
        "文字",
        "图片",
        "整合",
        "综合",
        "综合报道",
        "综合整理",
        "整理",
        "编译",
        "报道",
        "摄影报道",
        "采写",
        "撰文",
        "撰稿",
        "供稿",
        "文图",
        "图文",
        "采访",
        "发自",
    ];
    static PHOTOGRAPHER: Phrase = Phrase::new(|| {
        Regex::new(r"[（(](?:摄影|摄|图|图片|制图|编辑|校对|审核|编译|翻译|供图)[)）]?$").ok()
    });
    ROLES.contains(&part) || PHOTOGRAPHER.is_in(part)
}

/// The names in one word, taken off the roles that touch them: `某报见习记者`, `张三实习生李四`.
fn without_roles(part: &str) -> Vec<&str> {
    static ROLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:特约|实习|见习|首席|特派|资深|高级|全媒体|专栏|摄影|文字)*(?:记者|記者|通讯员|通訊員|撰稿人|实习生|作者)[:：]?").ok()
    });
    static WEAK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"^(?:采写|撰文|撰稿|文字)?(\p{Han}{2,4}?)(?:摄影报道|综合报道|报道|整合|整理|编译|撰文|采写)?$").ok()
    });
    let Some(role) = &*ROLE else {
        return vec![part];
    };
    if let Some(end) = role.find(part).map(|found| found.end()) {
        // 记者站 and 作者协会 are no roles
        let rest = part.get(end..).unwrap_or_default();
        if rest.starts_with(['站', '部', '团', '会', '协', '室', '组', '中', '们']) {
            return vec![part];
        }
        return role
            .split(part)
            .enumerate()
            .filter(|(position, name)| !name.is_empty() && (*position > 0 || is_person(name)))
            .map(|(_, name)| name)
            .collect();
    }
    let bare = WEAK
        .as_ref()
        .and_then(|weak| weak.captures(part))
        .and_then(|found| found.get(1))
        .map(|name| name.as_str())
        .filter(|name| is_person(name));
    vec![bare.unwrap_or(part)]
}

/// Names in Latin letters; a part of a sentence is none.
fn latin(text: &str) -> Option<String> {
    // `Ann Example@example`, `Ann Example4 Min Read`
    let end = text
        .char_indices()
        .find(|(start, letter)| {
            let before = text.get(..*start).unwrap_or_default();
            (*letter == '@' && *start > 0 && !before.contains('.'))
                || (letter.is_ascii_digit() && before.contains(' '))
        })
        .map_or(text.len(), |(start, _)| start);
    let text = text
        .get(..end)?
        .trim()
        .trim_end_matches([',', '—', '–'])
        .trim();
    let first = text.split(' ').next()?;
    let is_part_of_sentence = text.contains(' ')
        && first.starts_with(|letter: char| letter.is_lowercase())
        && !PARTICLES.contains(&first);
    let is_function_word = if text.contains(' ') {
        FUNCTION_WORDS.contains(&first)
    } else {
        FUNCTION_WORDS.contains(&first.to_lowercase().as_str())
    };
    if is_part_of_sentence || is_function_word || !text.chars().any(char::is_alphabetic) {
        return None;
    }
    Some(latin_names(text).unwrap_or_else(|| text.to_owned()))
}

/// Words that open a part of a sentence and no name.
pub(super) const FUNCTION_WORDS: [&str; 24] = [
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "has", "have", "in", "is", "it",
    "of", "on", "only", "or", "that", "the", "this", "to", "was", "with",
];

/// What follows a name behind a comma and is none.
const POSTS: [&str; 11] = [
    "Writer",
    "Editor",
    "Reporter",
    "Correspondent",
    "Columnist",
    "Contributor",
    "Staff",
    "Press",
    "MD",
    "PhD",
    "News",
];

/// What stands beside names in capitals.
const NO_NAMES: [&str; 16] = [
    "Profile",
    "Follow",
    "Following",
    "Unfollow",
    "Last",
    "Updated",
    "Update",
    "Published",
    "Posted",
    "Share",
    "Comments",
    "View",
    "More",
    "Read",
    "About",
    "Subscribe",
];

/// Words in small letters that belong to a name.
const PARTICLES: [&str; 14] = [
    "de", "da", "del", "della", "den", "der", "di", "du", "la", "le", "van", "von", "ten", "bin",
];

/// The persons of `Ann Example, Ben Sample and Cy Test`, joined; nothing where a word is no name.
pub(super) fn latin_names(text: &str) -> Option<String> {
    const MOST_WORDS: usize = 4;
    let text = text.replace(" and ", ", ").replace(" & ", ", ");
    let names: Vec<String> = text
        .split([',', '、'])
        .map(plain)
        .filter(|name| !name.is_empty() && !POSTS.iter().any(|post| name.ends_with(post)))
        .collect();
    let is_name = |name: &String| {
        let words: Vec<&str> = name.split(' ').collect();
        let is_word = |word: &&str| {
            PARTICLES.contains(word)
                || (word.starts_with(|letter: char| letter.is_uppercase())
                    && word.chars().all(|letter| {
                        letter.is_alphabetic() || matches!(letter, '.' | '-' | '\'' | '’')
                    }))
        };
        let own = words
            .iter()
            .filter(|word| !PARTICLES.contains(word))
            .count();
        (2..=MOST_WORDS).contains(&own)
            && words.iter().all(is_word)
            && !words.iter().any(|word| NO_NAMES.contains(word))
    };
    (!names.is_empty() && names.iter().all(is_name)).then(|| names.join("、"))
}

/// Whether a word is written as Chinese names are: a family name and one or two characters more.
/// Where nothing but the shape of a word says that it names a person, this decides.
pub(super) fn is_person(text: &str) -> bool {
    let length = text.chars().count();
    let is_han = text
        .chars()
        .all(|letter| is_cjk(letter) && letter.is_alphabetic());
    let family = if COMPOUND.iter().any(|name| text.starts_with(name)) {
        (3..=4).contains(&length)
    } else {
        (2..=3).contains(&length) && text.starts_with(|first| FAMILIES.contains(first))
    };
    is_han
        && family
        && !NOT_PERSONS.contains(&text)
        && !NOT_ENDS.iter().any(|end| text.ends_with(end))
        && !is_outlet(text)
}

const COMPOUND: [&str; 15] = [
    "欧阳", "歐陽", "上官", "司马", "司馬", "诸葛", "諸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐",
    "司徒", "端木", "夏侯",
];

/// The commonest family names, simplified and traditional.
const FAMILIES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程\
    苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严\
    覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁符舒阮柯纪梅童\
    凌毕单季裴霍涂苗谷盛曲翁骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农卓古吉缪简车项连芦麦褚娄窦\
    戚岑景党宫费卜冷晏席卫柏宗瞿桂佟应臧闵苟邬边卞姬仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查苑迟邝官封谈\
    匡鞠惠荆乐冀郁胥储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满习\
    張劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭蔣葉蘇呂盧鍾譚陸範賈韋鄒龍賀顧錢嚴龔湯溫莊聶關蘭紀單駱藍";

/// Words that begin like a name.
const NOT_PERSONS: [&str; 116] = [
    "高清",
    "高级",
    "高端",
    "高三",
    "高考",
    "高温",
    "白色",
    "白天",
    "白酒",
    "金属",
    "金色",
    "金融",
    "金额",
    "黄色",
    "黄金",
    "江苏",
    "江苏省",
    "江西",
    "江西省",
    "江南",
    "江北",
    "江湖",
    "安全",
    "安徽",
    "安徽省",
    "安装",
    "安静",
    "方案",
    "方式",
    "方法",
    "方向",
    "方便",
    "方面",
    "程序",
    "程度",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
    "周末",
    "周刊",
    "周边",
    "周年",
    "万元",
    "万人",
    "万亿",
    "万吨",
    "单位",
    "单价",
    "单独",
    "单选",
    "文字",
    "文图",
    "文章",
    "文化",
    "文献",
    "文件",
    "文物",
    "任务",
    "任意",
    "任何",
    "严重",
    "严格",
    "关注",
    "关闭",
    "关键",
    "关系",
    "管理",
    "管理员",
    "解读",
    "解释",
    "解答",
    "解说",
    "商务",
    "商业",
    "商品",
    "时间",
    "时报",
    "时评",
    "时事",
    "明年",
    "明天",
    "明确",
    "边缘",
    "连载",
    "连线",
    "连接",
    "连续",
    "原文",
    "原图",
    "原创",
    "原因",
    "原题",
    "封面",
    "封图",
    "房产",
    "包装",
    "包括",
    "游戏",
    "游客",
    "路透",
    "路透社",
    "简介",
    "简称",
    "简讯",
    "应用",
    "查看",
    "谈话",
    "满分",
    "盘点",
    "施工",
    "古代",
    "石油",
];

/// What ends places, offices and notes.
const NOT_ENDS: [&str; 24] = [
    "省", "市", "县", "区", "镇", "州", "局", "部", "厅", "处", "院", "社", "网", "报", "图", "表",
    "版", "期", "版本", "公司", "集团", "大学", "制图", "供图",
];

#[cfg(test)]
mod tests;
