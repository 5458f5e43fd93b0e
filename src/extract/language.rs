//! Which language and script a text is in, by its characters.

use crate::chinese::script::{self, Script};

/// A BCP 47 tag, where the characters tell; `declared` decides among Latin languages alone.
pub(super) fn of(text: &str, declared: Option<&str>) -> Option<String> {
    let (mut han, mut kana, mut hangul, mut latin) = (0_usize, 0_usize, 0_usize, 0_usize);
    for letter in text.chars().take(4000) {
        match letter {
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => han += 1,
            '\u{3040}'..='\u{30ff}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' => hangul += 1,
            letter if letter.is_alphabetic() => latin += 1,
            _ => {}
        }
    }
    if hangul > han && hangul * 4 > latin {
        return Some("ko".to_owned());
    }
    if kana * 10 > han && kana * 4 > latin {
        return Some("ja".to_owned());
    }
    if han * 5 > latin && han > 0 {
        return Some(
            match script::judge(text) {
                Script::Simplified => "zh-Hans",
                Script::Traditional => "zh-Hant",
                Script::Neither => "zh",
            }
            .to_owned(),
        );
    }
    if latin < 40 {
        return None;
    }
    let declared = declared.map(str::trim).filter(|tag| {
        (2..=35).contains(&tag.len())
            && tag
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !tag.to_ascii_lowercase().starts_with("zh")
    });
    declared
        .and_then(|tag| tag.split('-').next())
        .map(str::to_ascii_lowercase)
        .or_else(|| is_english(text).then(|| "en".to_owned()))
}

fn is_english(text: &str) -> bool {
    let words = text.split_whitespace().take(400);
    let common = words.filter(|word| {
        matches!(
            *word,
            "the" | "of" | "and" | "to" | "in" | "a" | "is" | "for"
        )
    });
    common.count() > 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_tell_the_script() {
        for (text, declared, expected) in [
            (
                "本次峰会以资源共享、共同发展为主题",
                Some("en"),
                Some("zh-Hans"),
            ),
            ("藝人日前錄製節目時稱罹患憂鬱症患者", None, Some("zh-Hant")),
            (
                "The summit is the first of its kind and a sign of things to come in the city",
                None,
                Some("en"),
            ),
            (
                "Nesta página você terá sempre a classificação atualizada",
                Some("pt-BR"),
                Some("pt"),
            ),
            ("", None, None),
        ] {
            assert_eq!(of(text, declared).as_deref(), expected, "{text}");
        }
    }
}
