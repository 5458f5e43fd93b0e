//! One character at a time: what its simplified form is, and whether only simplified text has it.

use std::sync::LazyLock;

use encoding_rs::BIG5;
use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;

/// Whether it is one of the characters Chinese news is written in (CJK extension A and the main
/// block).
pub(crate) const fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}')
}

/// The simplified form of a character read alone; itself where it has none.
pub fn simplified_character(character: char) -> char {
    entry(character).map_or(character, |entry| entry.simplified)
}

/// Whether the character is the short form of another one and unknown to traditional printing
/// (国, 会), unlike 后 or 台, which both scripts have.
pub(super) fn is_only_simplified(character: char) -> bool {
    entry(character).is_some_and(|entry| entry.only_simplified)
}

#[derive(Clone, Copy)]
struct Entry {
    simplified: char,
    only_simplified: bool,
}

fn entry(character: char) -> Option<Entry> {
    let index = u32::from(character).checked_sub(FIRST)?;
    ENTRIES.get(usize::try_from(index).ok()?).copied()
}

/// One conversion of all characters, each on its own line so that no phrase of two can form.
static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let all = || (FIRST..=LAST).filter_map(char::from_u32);
    let lines: String = all().flat_map(|character| [character, '\n']).collect();
    let converted = OpenCC::from_config(BuiltinConfig::T2s).map_or_else(
        |_unloaded| lines.clone(),
        |converter| converter.convert(&lines),
    );
    let mut entries: Vec<Entry> = all()
        .zip(converted.lines())
        .map(|(character, line)| Entry {
            simplified: line.chars().next().unwrap_or(character),
            only_simplified: false,
        })
        .collect();
    let short_forms: Vec<char> = all()
        .zip(&entries)
        .filter(|(character, entry)| entry.simplified != *character)
        .map(|(_, entry)| entry.simplified)
        .collect();
    for short in short_forms {
        let place = u32::from(short)
            .checked_sub(FIRST)
            .and_then(|index| usize::try_from(index).ok());
        if let Some(entry) = place.and_then(|index| entries.get_mut(index)) {
            entry.only_simplified = entry.simplified == short && !printed_in_taiwan(short);
        }
    }
    entries
});

/// Whether Big5 proper has the character, leaving out the Hong Kong additions around it, which
/// hold many simplified ones.
fn printed_in_taiwan(character: char) -> bool {
    let mut buffer = [0; 4];
    let (bytes, _, unmappable) = BIG5.encode(character.encode_utf8(&mut buffer));
    let proper = match bytes.as_ref() {
        [lead, trail] => matches!(
            u16::from_be_bytes([*lead, *trail]),
            0xA440..=0xC67E | 0xC940..=0xF9D5
        ),
        _ => false,
    };
    proper && !unmappable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_short_forms_and_shared_characters() {
        for (character, simplified, only) in [
            ('會', '会', false),
            ('会', '会', true),
            ('国', '国', true),
            ('臺', '台', false),
            ('台', '台', false),
            ('后', '后', false),
            ('佈', '布', false),
            ('布', '布', false),
            ('人', '人', false),
            ('A', 'A', false),
            ('县', '县', true),
        ] {
            assert_eq!(simplified_character(character), simplified);
            assert_eq!(is_only_simplified(character), only, "{character}");
        }
    }
}
