//! One form for every character that a search should not tell apart.
//!
//! Text and query are folded character by character, so that what is typed is found whatever stands
//! around it and whichever script either is in. Phrases cannot decide here: 乾 in 乾燥 is 干 and in
//! 乾隆 stays, but who searches for 乾 alone gives no phrase. So the fold joins words that spelling
//! keeps apart (乾 and 干, 後 and 后, 髮 and 發, 著 and 着); a few more pages are found for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::characters::simplified_character;

/// Forms that dictionaries of conversion leave apart, or join in some phrases only, each with the
/// character of simplified text that it is searched as.
const VARIANTS: &str = "\
    著着 妳你 牠它 祂他 祇只 衹只 砲炮 暱昵 瞭了 藉借 馀余 燄焰 蔴麻 祐佑 粧妆 搾榨 痺痹 窰窑 賸剩 \
    躭耽 舖铺 錬炼 韮韭 鼇鳌 囓啮 彷仿 髣仿 倣仿 壻婿 廼乃 徧遍 擡抬 揹背 敍叙 牴抵 犂犁 袴裤 觔斤 \
    豓艳 貍狸 遶绕 鄕乡 酧酬 銲焊 隄堤 靭韧 颺扬 飏扬 騐验 鬪斗 麐麟 硏研 逕径 迳径 簷檐 閧哄 骾鲠 \
    烱炯 瑯琅 臕膘 訢欣 跼局 陿狭 讐雠 鶵雏";

const FIRST: char = '\u{3400}';
const LAST: char = '\u{9fff}';

/// The form of each character from [`FIRST`] to [`LAST`].
static FOLDED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let variants: HashMap<char, char> = VARIANTS
        .split(' ')
        .filter_map(|pair| {
            let mut characters = pair.chars();
            Some((characters.next()?, characters.next()?))
        })
        .collect();
    (FIRST..=LAST)
        .map(|character| {
            // twice, since 薴 becomes 苧 and 苧 itself 苎
            let simplified = simplified_character(simplified_character(character));
            variants.get(&simplified).copied().unwrap_or(simplified)
        })
        .collect()
});

/// The form a character is searched as: simplified, and one for all its variants.
pub fn folded_character(character: char) -> char {
    u32::from(character)
        .checked_sub(u32::from(FIRST))
        .and_then(|index| usize::try_from(index).ok())
        .and_then(|index| FOLDED.get(index).copied())
        .unwrap_or(character)
}

/// Every character that is searched as another one, with that one.
pub fn folds() -> impl Iterator<Item = (char, char)> {
    (FIRST..=LAST)
        .map(|character| (character, folded_character(character)))
        .filter(|(character, folded)| character != folded)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::model::ContentHash;

    #[test]
    fn spellings_of_one_word_become_one() {
        for group in [
            "乾干幹",
            "後后",
            "髮發发",
            "著着",
            "裡裏里",
            "臺台檯颱",
            "麵面",
            "週周",
            "隻只祇",
            "製制",
            "係系繫",
            "徵征",
            "餘余馀",
            "穀谷",
            "鬥斗鬪",
            "範范",
            "錶表",
            "鬆松",
            "捲卷",
            "曆歷历",
            "雲云",
            "準准",
            "鬍胡",
            "鬚须",
            "籤签簽",
            "臟脏髒",
            "獲获穫",
            "彙汇匯",
            "佈布",
            "遊游",
            "昇升陞",
            "託托",
            "啟启啓",
            "線线綫",
            "為为爲",
            "眾众衆",
            "麼么麽",
            "瞭了",
            "藉借",
            "於于",
            "採采",
            "併并並",
            "佔占",
            "讚赞贊",
            "畫画",
            "劃划",
        ] {
            let folded: Vec<char> = group.chars().map(folded_character).collect();
            let first = folded[0];
            assert!(
                folded.iter().all(|one| *one == first),
                "{group}: {folded:?}"
            );
        }
    }

    #[test]
    fn folding_twice_changes_nothing_and_simplified_text_hardly_changes() {
        let all: HashMap<char, char> = folds().collect();
        for folded in all.values() {
            assert!(!all.contains_key(folded), "{folded}");
        }
        // the commonest characters of simplified text are searched as they are written
        let common = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动\
            同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物\
            现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间\
            样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情\
            画划台干谷余准借占展会议览";
        for character in common.chars() {
            assert_eq!(folded_character(character), character);
        }
    }

    /// The archive's index holds folded words: a fold that changes needs a step of the schema that
    /// makes the index and the table `fold` anew.
    #[test]
    fn the_fold_is_the_one_that_archives_were_indexed_with() {
        let all: String = folds().flat_map(|(from, to)| [from, to]).collect();
        assert_eq!(
            ContentHash::of(all.as_bytes()).to_string(),
            "d831f25e7fa9a70c4b4e9d5d06c46a22140cc93563384a20de8a0c1338d80d5f",
            "{} characters",
            all.chars().count() / 2
        );
    }
}
