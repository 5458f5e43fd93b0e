//! The two scripts: which one a text is written in, and how it reads in simplified characters.
//!
//! Conversion is for text judged traditional only: on simplified text the same tables turn 乾县, a
//! place, into 干县.

mod characters;
mod fold;
mod zhe;

use std::sync::LazyLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

pub(crate) use characters::is_han;
use characters::is_only_simplified;
pub use characters::simplified_character;
pub use fold::{folded_character, folds};

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    /// Simplified characters (`zh-Hans`).
    Simplified,
    /// Traditional characters (`zh-Hant`).
    Traditional,
    /// No character tells: no Chinese at all, or only characters both scripts share.
    Neither,
}

/// Judges by the characters that belong to one script only.
///
/// A traditional page quotes simplified names and the other way round, so three in four must be
/// traditional; a tie is not traditional, since leaving text alone is the smaller harm.
pub fn judge(text: &str) -> Script {
    let (traditional, simplified) = tally(text);
    if traditional == 0 && simplified == 0 {
        Script::Neither
    } else if traditional > simplified.saturating_mul(3) {
        Script::Traditional
    } else {
        Script::Simplified
    }
}

/// How many characters of a text only traditional and only simplified text has.
pub(crate) fn tally(text: &str) -> (usize, usize) {
    let (mut traditional, mut simplified) = (0, 0);
    for character in text.chars().filter(|character| is_han(*character)) {
        if simplified_character(character) != character {
            traditional += 1;
        } else if is_only_simplified(character) {
            simplified += 1;
        }
    }
    (traditional, simplified)
}

/// The text in simplified characters. Text that is not traditional is given back as it is.
pub fn to_simplified(text: &str) -> String {
    match judge(text) {
        Script::Traditional => simplify(text),
        Script::Simplified | Script::Neither => text.to_owned(),
    }
}

/// Headline and text of a traditional article in simplified characters, for searches of any kind;
/// `None` for articles that are not in `zh-Hant`, whose own words are searched.
///
/// Word by word: 乾隆 stays while 乾燥 becomes 干燥, and 計畫 becomes 计划.
pub fn search_text(lang: Option<&str>, title: Option<&str>, body: Option<&str>) -> Option<String> {
    if lang != Some("zh-Hant") {
        return None;
    }
    let parts: Vec<String> = [title, body].into_iter().flatten().map(simplify).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// Converts text already known to be traditional, however short.
pub(crate) fn simplify(text: &str) -> String {
    let converted = CONVERTER
        .as_ref()
        .map_or_else(|| by_character(text), |converter| converter.convert(text));
    zhe::restore(converted)
}

/// The tables come with the program; should they ever not load, single characters still convert.
static CONVERTER: LazyLock<Option<OpenCC>> =
    LazyLock::new(|| OpenCC::from_config(BuiltinConfig::T2s).ok());

fn by_character(text: &str) -> String {
    text.chars().map(simplified_character).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges_by_the_characters_of_one_script() {
        for (text, expected) in [
            ("成渝核心商圈党建联盟渝中峰会举行", Script::Simplified),
            ("成渝核心商圈黨建聯盟渝中峰會舉行", Script::Traditional),
            ("乾县会展中心", Script::Simplified),
            ("乾县", Script::Simplified),
            ("香港會議展覽中心（会展）將於九月舉辦", Script::Traditional),
            ("人民日本", Script::Neither),
            ("Expo 2020", Script::Neither),
            ("平台于后里面只有一台", Script::Neither),
            ("", Script::Neither),
        ] {
            assert_eq!(judge(text), expected, "{text}");
        }
    }

    #[test]
    fn only_traditional_articles_have_a_text_to_search_beside_their_own() {
        let (title, body) = (
            Some("書展開幕"),
            Some("乾隆年間的著作，隨著計畫\n頭髮乾燥，皇后以後"),
        );
        assert_eq!(
            search_text(Some("zh-Hant"), title, body).as_deref(),
            Some("书展开幕\n乾隆年间的著作，随着计划\n头发干燥，皇后以后")
        );
        assert_eq!(
            search_text(Some("zh-Hant"), None, Some("書展")).as_deref(),
            Some("书展")
        );
        assert_eq!(search_text(Some("zh-Hant"), None, None), None);
        for lang in [Some("zh-Hans"), Some("zh"), Some("ja"), None] {
            assert_eq!(search_text(lang, title, body), None);
        }
    }

    #[test]
    fn converts_traditional_text_and_leaves_simplified_text_alone() {
        for (text, expected) in [
            ("隨著展會發展", "随着展会发展"),
            ("著名展覽的著作權", "著名展览的著作权"),
            ("乾县会展中心", "乾县会展中心"),
            ("批準設立，臺灣參展", "批准设立，台湾参展"),
            ("會展", "会展"),
            ("Expo (2020)", "Expo (2020)"),
        ] {
            assert_eq!(to_simplified(text), expected, "{text}");
        }
    }
}
