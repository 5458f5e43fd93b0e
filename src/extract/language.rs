//! Which language and script a text is in, by its letters and its commonest words.
//!
//! What a page declares is a template's: one in five Chinese pages with a `lang` says `en`. So the
//! text goes first, and a declaration only decides what the text leaves open: a script of Chinese
//! that no character tells, a Latin language whose words are too few. The encoding is such a hint
//! as well: Big5 is written in traditional characters, GBK nearly always in simplified ones.

use std::sync::LazyLock;

use encoding_rs::{BIG5, Encoding, GB18030, GBK};

use crate::chinese::script;

/// How much of a text is looked at.
const LOOKED_AT: usize = 4_000;

/// What is known of a page beside its text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hints<'a> {
    /// Its `lang` attribute, or what its head says instead.
    pub(super) declared: Option<&'a str>,
    /// The encoding it came in.
    pub(super) encoding: &'static Encoding,
}

impl Hints<'_> {
    /// The primary language, in lower case, where the declaration looks like one.
    fn language(&self) -> Option<String> {
        let tag = self.declared?.trim();
        let primary = tag.split(['-', '_', ',']).next()?;
        let is_one = matches!(primary.len(), 2..=3)
            && tag.len() <= 35
            && primary.chars().all(|letter| letter.is_ascii_alphabetic());
        is_one.then(|| primary.to_ascii_lowercase())
    }

    /// The script of Chinese that the declaration or else the encoding names.
    fn script(&self) -> Option<&'static str> {
        let declared = self.declared.unwrap_or_default().to_ascii_lowercase();
        let says = |parts: &[&str]| {
            declared.starts_with("zh")
                && declared
                    .split(['-', '_', ','])
                    .any(|part| parts.contains(&part))
        };
        if says(&["hant", "tw", "hk", "mo"]) || self.encoding == BIG5 {
            return Some("zh-Hant");
        }
        let simplified = says(&["hans", "cn", "sg"]);
        (simplified || self.encoding == GBK || self.encoding == GB18030).then_some("zh-Hans")
    }
}

/// Punctuation and full-width digits as Chinese has them, told without looking letters up.
const fn is_sign(letter: char) -> bool {
    matches!(
        letter,
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}'
            | '\u{ff01}'..='\u{ff20}'
    )
}

/// Letters of one script each.
#[derive(Debug, Default)]
struct Letters {
    han: usize,
    kana: usize,
    hangul: usize,
    latin: usize,
    /// Runs of Latin letters.
    words: usize,
    others: [usize; OTHERS.len()],
}

/// Scripts that mostly one language is written in, with those that may be declared instead.
const OTHERS: [(std::ops::RangeInclusive<char>, &str, &[&str]); 6] = [
    (
        '\u{400}'..='\u{4ff}',
        "ru",
        &["uk", "bg", "sr", "be", "mk", "kk", "mn", "ky", "tg"],
    ),
    ('\u{600}'..='\u{6ff}', "ar", &["fa", "ur", "ug", "ps"]),
    ('\u{e00}'..='\u{e7f}', "th", &[]),
    ('\u{370}'..='\u{3ff}', "el", &[]),
    ('\u{590}'..='\u{5ff}', "he", &["yi"]),
    ('\u{900}'..='\u{97f}', "hi", &["mr", "ne"]),
];

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        let mut in_word = false;
        for letter in text.chars().take(LOOKED_AT) {
            let latin = letters.latin;
            match letter {
                // the dot between foreign names and the lengthening mark are Chinese as well
                '\u{30a0}' | '\u{30fb}' | '\u{30fc}' => {}
                '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => letters.han += 1,
                '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9d}' => letters.kana += 1,
                '\u{ac00}'..='\u{d7af}' => letters.hangul += 1,
                letter if !is_sign(letter) && letter.is_alphabetic() => letters.add(letter),
                _ => {}
            }
            let is_latin = letters.latin > latin;
            letters.words += usize::from(is_latin && !in_word);
            in_word = is_latin;
        }
        letters
    }

    fn add(&mut self, letter: char) {
        let other = OTHERS
            .iter()
            .position(|(range, ..)| range.contains(&letter));
        match other.and_then(|place| self.others.get_mut(place)) {
            Some(count) => *count += 1,
            None => self.latin += 1,
        }
    }

    /// The commonest of the other scripts, with its count.
    fn other(&self) -> Option<(usize, &'static str, &'static [&'static str])> {
        let counted = self.others.iter().zip(&OTHERS);
        let (count, (_, language, rest)) = counted.max_by_key(|(count, _)| **count)?;
        Some((*count, language, rest))
    }
}

/// A BCP 47 tag, where it can be told.
pub(super) fn of(text: &str, hints: Hints<'_>) -> Option<String> {
    let letters = Letters::of(text);
    let asian = letters.han + letters.kana + letters.hangul;
    if let Some((count, language, rest)) = letters.other()
        && count > asian
        && count * 2 > letters.latin
    {
        let declared = hints.language();
        let declared = declared.filter(|declared| rest.contains(&declared.as_str()));
        return Some(declared.unwrap_or_else(|| language.to_owned()));
    }
    // most words of Chinese have one or two characters
    if asian == 0 || asian * 3 <= letters.words * 2 {
        return latin(text, letters.latin, hints);
    }
    if letters.hangul > letters.han {
        return Some("ko".to_owned());
    }
    let tally = script::tally(text);
    if is_japanese(text, &letters, tally, hints) {
        return Some("ja".to_owned());
    }
    if letters.han == 0 {
        return None;
    }
    Some(chinese(tally, hints).to_owned())
}

/// The script of a Chinese text. Traditional text quotes simplified names and the other way round,
/// so the more frequent one is it.
fn chinese((traditional, simplified): (usize, usize), hints: Hints<'_>) -> &'static str {
    match traditional.cmp(&simplified) {
        std::cmp::Ordering::Greater => "zh-Hant",
        std::cmp::Ordering::Less => "zh-Hans",
        std::cmp::Ordering::Equal => hints.script().unwrap_or("zh"),
    }
}

/// Characters that Japan shortened otherwise than China, or made.
const JAPANESE: &str = "実経済対図発売価戦総県駅単団円気広鉄読辺焼働込匂畑峠辻枠塀応続歩検権様栄桜楽験髪戻拡挙拠\
    鉱銭険仮変関帰徳徴恵悪悩戯択拝掲摂暁査浄涙渋滝渓満焔猟獣瑠痩稲穂粛絵縁縄繊繋聴脳臓荘蔵薬\
    覚観訳説賛転軽遅釈録閲闘陥隠隣雑霊頬顔顕騒齢毎黒鶏歳歯歓歴労効勧囲圏塁塩増壊壌嬢寛専従懐抜捜撃斎粧竜緑継";

/// In the order of their code points.
static JAPANESE_SORTED: LazyLock<Vec<char>> = LazyLock::new(|| {
    let mut all: Vec<char> = JAPANESE.chars().collect();
    all.sort_unstable();
    all
});

/// Whether the text is Japanese, which may be written with few kana: in headlines, in tables.
fn is_japanese(text: &str, letters: &Letters, tally: (usize, usize), hints: Hints<'_>) -> bool {
    if letters.kana > letters.han || (letters.kana >= 3 && letters.kana * 10 > letters.han) {
        return true;
    }
    // のand カ in a brand's name do not make a text Japanese
    let japanese = &*JAPANESE_SORTED;
    let own = count(text, |one| japanese.binary_search(&one).is_ok());
    let declared = hints.language().as_deref() == Some("ja");
    let (traditional, simplified) = tally;
    // Japan shortened some characters as China did and left the others.
    let mixed = traditional > 0 && simplified <= traditional * 4 && traditional <= simplified * 4;
    match (letters.kana, declared) {
        (0, false) => own * 30 >= letters.han && own > simplified,
        (kana, false) => (kana > 1 && mixed) || (own > 0 && own * 2 > simplified),
        (0, true) => mixed || (own > 0 && own * 2 >= simplified),
        (_, true) => mixed || own * 2 >= simplified,
    }
}

fn count(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.chars()
        .take(LOOKED_AT)
        .filter(|one| wanted(*one))
        .count()
}

/// The commonest words of languages that share the Latin letters.
const WORDS: [(&str, &str); 9] = [
    (
        "en",
        "the of and to in is for that with was on are by it as at from this be have",
    ),
    (
        "de",
        "der die und das von ist den mit nicht ein eine für auf dem zu des im sich werden",
    ),
    (
        "fr",
        "le la les des et est une dans pour que du sur qui au aux par avec pas ce",
    ),
    (
        "es",
        "el la los las y en que una del por con para es se su al más como",
    ),
    (
        "pt",
        "o os as da do dos das que não uma em com para é na no por ao mais sua",
    ),
    (
        "it",
        "il che la per una è non del della con le gli di alla sono dei nel anche",
    ),
    (
        "nl",
        "het een van en is dat op voor niet met zijn ook aan wordt bij",
    ),
    (
        "id",
        "yang dan di untuk dengan dari ini pada akan itu dalam adalah",
    ),
    (
        "vi",
        "và của là các có cho trong được với những không một người đã",
    ),
];

/// Words that must be met before they tell a language.
const ENOUGH: usize = 3;

/// The language of a text in Latin letters: by its words, or as declared.
fn latin(text: &str, letters: usize, hints: Hints<'_>) -> Option<String> {
    if letters == 0 {
        return None;
    }
    let mut met = [0_usize; WORDS.len()];
    let start: String = text.chars().take(LOOKED_AT).collect();
    let words = start.split(|one: char| !one.is_alphabetic());
    for word in words.filter(|word| !word.is_empty()).map(str::to_lowercase) {
        for (count, (_, common)) in met.iter_mut().zip(&WORDS) {
            *count += usize::from(common.split(' ').any(|one| one == word));
        }
    }
    let best = met.iter().copied().max().unwrap_or_default();
    let mut leaders = WORDS.iter().zip(met).filter(|(_, count)| *count == best);
    if best >= ENOUGH
        && let (Some(((language, _), _)), None) = (leaders.next(), leaders.next())
    {
        return Some((*language).to_owned());
    }
    // A text of a few words is in the declared language, unless that is written otherwise.
    hints.language().filter(|declared| {
        let written_otherwise = matches!(declared.as_str(), "zh" | "ja" | "ko")
            || OTHERS.iter().any(|(_, language, rest)| {
                language == declared || rest.contains(&declared.as_str())
            });
        !written_otherwise
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::UTF_8;

    use super::*;

    fn check_in(
        text: &str,
        declared: Option<&str>,
        encoding: &'static Encoding,
        tag: Option<&str>,
    ) {
        let hints = Hints { declared, encoding };
        assert_eq!(of(text, hints).as_deref(), tag, "{text} ({declared:?})");
    }

    fn check(text: &str, declared: Option<&str>, tag: &str) {
        check_in(text, declared, UTF_8, (!tag.is_empty()).then_some(tag));
    }

    #[test]
    fn characters_tell_the_script_of_chinese_whatever_is_declared() {
        for declared in [
            None,
            Some("en"),
            Some("zh-CN"),
            Some("zh-TW"),
            Some("ja"),
            Some("zh"),
        ] {
            check("本次峰会以资源共享、共同发展为主题", declared, "zh-Hans");
            check(
                "會議展覽中心將於九月舉辦書展，歡迎參觀",
                declared,
                "zh-Hant",
            );
        }
        for (text, tag) in [
            ("展会", "zh-Hans"),
            ("展會", "zh-Hant"),
            ("藝人日前錄製節目時稱罹患憂鬱症患者", "zh-Hant"),
            ("CES 2026：中国企业参展", "zh-Hans"),
            ("臺北101辦跨年晚會", "zh-Hant"),
            // a few names of the other script
            (
                "台湾外贸协会（臺灣外貿協會）组团参展，展会为期四天，展览面积超过十万平方米",
                "zh-Hans",
            ),
            (
                "香港貿發局與內地的中国国际展览中心合辦書展，為期七天，歡迎各界參觀選購",
                "zh-Hant",
            ),
            ("乾县、於潜、瞭望塔：三地文旅推介会", "zh-Hans"),
            (
                "本届展会由 Messe Frankfurt Exhibition GmbH 主办，Intertextile Shanghai Apparel",
                "zh-Hans",
            ),
        ] {
            check(text, None, tag);
        }
    }

    #[test]
    fn what_both_scripts_share_is_told_by_the_page() {
        let shared = "人工智能大有可为";
        assert_eq!(script::tally("人民日本"), (0, 0));
        check(shared, None, "zh-Hans");
        for (declared, encoding, tag) in [
            (None, UTF_8, "zh"),
            (Some("zh"), UTF_8, "zh"),
            (Some("en"), UTF_8, "zh"),
            (Some("zh-CN"), UTF_8, "zh-Hans"),
            (Some("zh_TW"), UTF_8, "zh-Hant"),
            (Some("zh-Hant-HK"), UTF_8, "zh-Hant"),
            (Some("zh-HK"), GBK, "zh-Hant"),
            (None, GBK, "zh-Hans"),
            (None, GB18030, "zh-Hans"),
            (None, BIG5, "zh-Hant"),
        ] {
            check_in("人民日本", declared, encoding, Some(tag));
        }
    }

    #[test]
    fn few_kana_are_enough_where_the_characters_are_japanese() {
        for (text, declared, tag) in [
            ("第10回国際宝飾展の開催概要をお知らせします", None, "ja"),
            ("来場のご案内", None, "ja"),
            ("出展募集：第12回関西機械要素技術展", None, "ja"),
            ("東京ビッグサイト", None, "ja"),
            ("ﾃﾞｻﾞｲﾝ展", None, "ja"),
            ("開催概要・会場図・発売日・価格", None, "ja"),
            ("国際展示会", Some("ja"), "ja"),
            ("日本优衣库の新店开业，展示会为期三天", None, "zh-Hans"),
            (
                "无印良品「ジ」系列产品亮相上海进博会，观众云集",
                None,
                "zh-Hans",
            ),
            ("約翰・史密斯訪問臺北展館，參觀電子展", None, "zh-Hant"),
            ("约翰・史密斯访问上海展馆，参观电子展", None, "zh-Hans"),
            ("本届展会观众来自日本、韩国", Some("ja"), "zh-Hans"),
            ("한국국제전시장에서 열린 박람회", Some("en"), "ko"),
            ("서울 大韓民國 전시회", None, "ko"),
        ] {
            check(text, declared, tag);
        }
    }

    #[test]
    fn words_tell_among_latin_languages_and_letters_among_other_scripts() {
        for (text, declared, tag) in [
            (
                "The summit is the first of its kind and a sign of things to come",
                None,
                "en",
            ),
            (
                "The summit is the first of its kind and a sign of things to come",
                Some("zh-CN"),
                "en",
            ),
            (
                "The summit is the first of its kind and a sign of things to come",
                Some("ko"),
                "en",
            ),
            (
                "Nesta página você terá sempre a classificação da NASCAR até a última corrida da \
              temporada que não para",
                Some("en"),
                "pt",
            ),
            (
                "Die Messe ist mit 400 Ausstellern die größte der Branche und wird jährlich",
                None,
                "de",
            ),
            (
                "Le salon est ouvert dans la halle 4 et des visiteurs du monde entier",
                None,
                "fr",
            ),
            (
                "La feria es la más grande del sector y se celebra en Madrid con los líderes",
                None,
                "es",
            ),
            (
                "La fiera è la più grande del settore e si tiene a Milano per gli operatori",
                None,
                "it",
            ),
            (
                "Triển lãm được tổ chức tại Hà Nội và có các doanh nghiệp của những nước",
                None,
                "vi",
            ),
            ("CES 2026", Some("en-US"), "en"),
            ("Hannover Messe 2026", Some("de"), "de"),
            ("CES 2026", Some("zh-CN"), ""),
            ("CES 2026", None, ""),
            (
                "Выставка открылась в Москве и продлится три дня",
                None,
                "ru",
            ),
            ("Виставка відкрилася у Києві", Some("uk-UA"), "uk"),
            ("معرض القاهرة الدولي للكتاب", None, "ar"),
            ("งานแสดงสินค้านานาชาติ", None, "th"),
            ("2020-09-16 10:30", Some("en"), ""),
            ("", Some("zh-CN"), ""),
            ("Quarterly", Some("a tag that is none"), ""),
        ] {
            check(text, declared, tag);
        }
    }
}
