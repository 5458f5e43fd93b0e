//! Which syllables are readings of which characters, and which characters can have torn a text.

use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::GBK;
use pinyin::{Pinyin, ToPinyinMulti};

use super::syllable::Syllable;
use crate::chinese::script::simplified_character;

/// The characters seen annotated on real pages, each with its reading there. The tool's own list
/// is a little longer; this one tells likely characters from possible ones.
pub(super) const SEEN: &str = "\
    區qū 聯lián 發fā 會huì 動dòng 優yōu 經jīng 濟jì 創chuàng 協xié 書shū 領lǐng 設shè \
    勢shì 時shí 項xiàng 戰zhàn 實shí 來lái 進jìn 過guò 臺tái 說shuō 機jī 業yè 續xù \
    強qiáng 開kāi 執zhí 長zhǎng 對duì 質zhì 產chǎn 國guó 調diào 務wù 級jí 現xiàn 習xí \
    畫huà 藍lán 點diǎn 蘊yùn 場chǎng 礎chǔ 構gòu 絡luò 補bǔ 態tài 環huán 關guān 達dá \
    轉zhuǎn 擴kuò 競jìng 爭zhēng 個gè 內nèi 報bào 學xué 應yīng 據jù 數shù 樹shù 標biāo \
    權quán 準zhǔn 營yíng 獨dú 獻xiàn 術shù 紀jì 結jié 統tǒng 網wǎng 號hào 計jì 誰shuí \
    識shí 負fù 貿mào 運yùn 錯cuò 陽yáng 頁yè 類lèi 問wèn 團tuán 庫kù 價jià 訓xùn 農nóng \
    認rèn 規guī 儲chǔ 導dǎo 驅qū 擔dān";

/// [`SEEN`] as a map.
static SEEN_READINGS: LazyLock<HashMap<char, &str>> = LazyLock::new(|| {
    SEEN.split(' ')
        .filter_map(|pair| {
            let mut characters = pair.chars();
            characters
                .next()
                .map(|character| (character, characters.as_str()))
        })
        .collect()
});

/// Whether the toned syllable annotates the character: a traditional form that is read so.
pub(super) fn annotates(character: char, syllable: &Syllable) -> bool {
    simplified_character(character) != character
        && (SEEN_READINGS.get(&character) == Some(&syllable.letters.as_str())
            || readings(character).any(|reading| reading.with_tone() == syllable.letters))
}

/// Whether the syllable is a reading of the character, in whichever script.
pub(super) fn is_read(character: char, syllable: &Syllable) -> bool {
    readings(character).any(|reading| reading.with_tone() == syllable.letters)
}

/// Whether the syllable in brackets after the character may belong to one that begins with its last
/// byte, and the byte between them is gone.
pub(super) fn may_be_torn(character: char, syllable: &Syllable) -> bool {
    let torn = |[_, lead]: [u8; 2]| !beginning_with(lead, syllable).is_empty();
    !is_read(character, syllable) && bytes_of(character).is_some_and(torn)
}

/// Whether the toneless syllable annotates the character: 們(men), 麼(me), or 綠(lv), where the
/// tone was lost with the letter.
pub(super) fn is_toneless(character: char, syllable: &Syllable) -> bool {
    if simplified_character(character) == character {
        return false;
    }
    let lost_its_umlaut = syllable.letters.contains('ü');
    (character == '兒' && syllable.letters == "er")
        || readings(character).any(|reading| {
            reading.with_tone() == syllable.letters
                || (lost_its_umlaut && reading.plain().replace('v', "ü") == syllable.letters)
        })
}

/// All readings of a character and of its simplified form, whose default the tool used.
fn readings(character: char) -> impl Iterator<Item = Pinyin> {
    [character, simplified_character(character)]
        .into_iter()
        .filter_map(|one| one.to_pinyin_multi())
        .flatten()
}

/// The reading a dictionary gives first.
#[cfg(test)]
pub(super) fn default_of(character: char) -> Option<&'static str> {
    let mut readings = character.to_pinyin_multi()?.into_iter();
    readings.next().map(Pinyin::with_tone)
}

/// Whether the character was seen annotated on a real page.
pub(super) fn was_seen(character: char) -> bool {
    SEEN_READINGS.contains_key(&character)
}

/// The two bytes of a character in GBK.
pub(super) fn bytes_of(character: char) -> Option<[u8; 2]> {
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = GBK.encode(character.encode_utf8(&mut buffer));
    let pair = <[u8; 2]>::try_from(bytes.as_ref()).ok()?;
    (!unmappable).then_some(pair)
}

/// The character two bytes are in GBK.
pub(super) fn character_of(lead: u8, trail: u8) -> Option<char> {
    let pair = [lead, trail];
    let (text, broken) = GBK.decode_without_bom_handling(&pair);
    let mut characters = text.chars();
    let character = characters.next()?;
    (!broken && characters.next().is_none()).then_some(character)
}

type ByReading = HashMap<&'static str, Vec<char>>;

/// Traditional characters by the first byte of their GBK form and a reading.
static BY_LEAD: LazyLock<HashMap<u8, ByReading>> = LazyLock::new(|| {
    let mut by_lead: HashMap<u8, ByReading> = HashMap::new();
    let traditional = ('\u{4e00}'..='\u{9fa5}')
        .filter(|character| simplified_character(*character) != *character);
    for character in traditional {
        let Some([lead, _]) = bytes_of(character) else {
            continue;
        };
        let seen = SEEN_READINGS.get(&character).copied();
        for reading in readings(character).map(Pinyin::with_tone).chain(seen) {
            let characters = by_lead.entry(lead).or_default().entry(reading).or_default();
            if !characters.contains(&character) {
                characters.push(character);
            }
        }
    }
    by_lead
});

/// The traditional characters that begin with the byte `lead` and are read `syllable`.
pub(super) fn beginning_with(lead: u8, syllable: &Syllable) -> &'static [char] {
    BY_LEAD
        .get(&lead)
        .and_then(|by_reading| by_reading.get(syllable.letters.as_str()))
        .map_or(&[], Vec::as_slice)
}
