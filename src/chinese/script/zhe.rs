//! 著 in traditional text stands for two words: 著 (to write, notable) and the particle 着.
//!
//! The conversion tables leave 隨著 as 随著. Here every 著 becomes 着 but those of the words that
//! keep it; where such a word only seems to stand there (写着名字, 讨论着) it is told apart by the
//! character beyond.

/// Turns each particle 著 of already simplified text into 着.
pub(super) fn restore(text: String) -> String {
    if !text.contains('著') {
        return text;
    }
    let mut restored = String::with_capacity(text.len());
    let mut before = [' '; 2];
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let mut ahead = rest.clone();
        let after = [ahead.next().unwrap_or(' '), ahead.next().unwrap_or(' ')];
        let keeps = character != '著' || is_the_word(before, after);
        restored.push(if keeps { character } else { '着' });
        before = [before[1], character];
    }
    restored
}

/// Whether 著 between `before` and `after` is the word for writing or for being notable.
fn is_the_word(before: [char; 2], after: [char; 2]) -> bool {
    let begins_a_word = match after {
        ['名', beyond] => !matches!(beyond, '字' | '单' | '片'),
        ['作', beyond] => !matches!(beyond, '业' | '出' | '为'),
        ['有', '《'] | ['书', '立'] => true,
        [next, _] => matches!(next, '者' | '述' | '称' | '录'),
    };
    let ends_a_word = match before {
        [beyond, '论'] => !matches!(beyond, '讨' | '议' | '谈' | '争' | '评'),
        ['翻', '译'] => false,
        [_, last] => matches!(
            last,
            '编' | '显'
                | '名'
                | '土'
                | '专'
                | '巨'
                | '原'
                | '遗'
                | '译'
                | '昭'
                | '拙'
                | '所'
                | '撰'
        ),
    };
    begins_a_word || ends_a_word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_particle_from_the_word() {
        for (text, expected) in [
            ("随著经济发展，意味著", "随着经济发展，意味着"),
            ("著名学者的著作权", "著名学者的著作权"),
            ("上面写著名字", "上面写着名字"),
            ("效果显著，成绩卓越", "效果显著，成绩卓越"),
            ("他们讨论著方案", "他们讨论着方案"),
            ("论著与译著", "论著与译著"),
            ("著力推进、著重讲、著手办", "着力推进、着重讲、着手办"),
            ("以火锅著称，著有《展览学》", "以火锅著称，著有《展览学》"),
            ("著", "着"),
            ("", ""),
        ] {
            assert_eq!(restore(text.to_owned()), expected, "{text}");
        }
    }
}
