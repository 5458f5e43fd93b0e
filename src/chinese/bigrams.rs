//! Words to search by, without a dictionary: every two neighbouring Han characters are one word.
//!
//! `国际会展` is indexed as `国际 际会 会展 展`, so that every word of two or more characters is
//! found wherever it stands, as the phrase of its bigrams: 会展 as `会展`, 国际会展 as
//! `"国际 际会 会展"`. The last character of a run of Han characters is indexed by itself as well;
//! with it every character begins some word of the index, and a single character is found as a
//! prefix: `会*`. Runs of letters and digits are words of their own.
//!
//! Text and query go through the same folding: full-width forms to half-width (NFKC), upper case to
//! lower, traditional characters to simplified ones, one by one, whatever script the page is in
//! ([`folded_character`]). Single characters, not phrases, since a query has no context: 乾 is found
//! as 干 everywhere. One pair is read as a whole, since both characters are common: 計畫, the
//! spelling of Taiwan, is found as 计划.
//!
//! The tokens are meant for `SQLite`'s FTS5 with its `unicode61` tokenizer, which keeps them as they
//! are.

use std::iter::Peekable;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::script::{folded_character, is_han};

/// The text as words separated by blanks, for a full-text index.
pub fn index_text(text: &str) -> String {
    // what `Run::words` gives, without the runs: a text is long
    let mut indexed = String::with_capacity(text.len() * 2);
    let mut before: Option<(char, bool)> = None;
    let begin = |indexed: &mut String| {
        if !indexed.is_empty() {
            indexed.push(' ');
        }
    };
    let all = folded(text).chain([None]);
    all.for_each(|character| {
        let now = character.map(|one| (one, is_indexed_by_pairs(one)));
        let goes_on = matches!((before, now), (Some((_, was)), Some((_, is))) if was == is);
        if let Some((last, true)) = before {
            begin(&mut indexed);
            indexed.push(last);
        }
        match now {
            Some((one, true)) if goes_on => indexed.push(one),
            Some((one, false)) => {
                if !goes_on {
                    begin(&mut indexed);
                }
                indexed.push(one);
            }
            // a word with the next one, or by itself
            Some((_, true)) | None => {}
        }
        before = now;
    });
    indexed
}

/// Words of the index that must follow one another: what a word or phrase is found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    words: Vec<String>,
    /// Whether the last word may go on in the text: a single Han character begins some pair.
    open: bool,
}

impl Phrase {
    /// The phrase that finds `typed` wherever it stands; punctuation and blanks in it stand for any
    /// such. `None` where nothing in it can be searched for.
    ///
    /// Where it ends in Han characters the text may go on, so the word that marks the end of a run
    /// is left out, or becomes a beginning when there is no other.
    pub fn new(typed: &str) -> Option<Self> {
        let mut rest = folded(typed).peekable();
        let runs: Vec<Run> = std::iter::from_fn(|| next_run(&mut rest)).collect();
        let mut words: Vec<String> = runs.iter().flat_map(Run::tokens).collect();
        let last = runs.last()?;
        let open = last.han && last.characters.len() == 1;
        if last.han && !open {
            words.pop();
        }
        Some(Self { words, open })
    }

    /// The phrase as FTS5 wants it.
    pub fn expression(&self) -> String {
        let prefix = if self.open { " *" } else { "" };
        format!("\"{}\"{prefix}", self.words.join(" "))
    }

    /// How many words follow one another.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Never: a phrase has a word.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether the last word is only the beginning of one.
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Where the phrase begins among the `words` of a text, each place by its number.
    pub fn places<'a, W: AsRef<str>>(&'a self, words: &'a [W]) -> impl Iterator<Item = usize> + 'a {
        let (last, others) = match self.words.split_last() {
            Some((last, others)) => (last.as_str(), others),
            None => ("", [].as_slice()),
        };
        words
            .windows(self.words.len().max(1))
            .enumerate()
            .filter(move |(_, window)| {
                let ends = window.last().is_some_and(|word| {
                    let word = word.as_ref();
                    if self.open {
                        word.starts_with(last)
                    } else {
                        same(word, last)
                    }
                });
                ends && window
                    .iter()
                    .zip(others)
                    .all(|(word, wanted)| same(word.as_ref(), wanted))
            })
            .map(|(place, _)| place)
    }
}

/// Whether the index takes two words for one: it leaves the accents of Latin letters out.
fn same(word: &str, wanted: &str) -> bool {
    word == wanted
        || (!(word.is_ascii() && wanted.is_ascii())
            && word.chars().map(plain).eq(wanted.chars().map(plain)))
}

/// A Latin letter without its accents, as FTS5 has it.
fn plain(character: char) -> char {
    let mut base = None;
    decompose_canonical(character, |part| {
        base.get_or_insert(part);
    });
    base.filter(char::is_ascii_alphabetic).unwrap_or(character)
}

/// Characters of one kind that touch.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    characters: Vec<char>,
    han: bool,
}

impl Run {
    fn tokens(&self) -> Vec<String> {
        self.words().map(|word| word.iter().collect()).collect()
    }

    fn words(&self) -> impl Iterator<Item = &[char]> {
        // neighbours and the last one, or all together
        let size = if self.han { 2 } else { usize::MAX };
        let pairs = self.characters.windows(size);
        let last = if self.han { 1 } else { self.characters.len() };
        let rest = self.characters.len().saturating_sub(last);
        pairs.chain(self.characters.get(rest..))
    }
}

/// The text as the index sees it, a blank for each character that parts words: a word of Han
/// characters is found in the one where it is a part of the other.
pub fn folded_text(text: &str) -> String {
    folded(text)
        .map(|character| character.unwrap_or(' '))
        .collect()
}

/// The letters, digits and Han characters of the text, folded; nothing for what parts words.
pub(crate) fn folded(text: &str) -> impl Iterator<Item = Option<char>> {
    let mut before = ' ';
    spans(text)
        .flat_map(normalised)
        .map(move |character| fold_after(&mut before, character))
}

/// A normalised character as it is indexed behind the folded one `before` it, which it becomes.
pub(super) fn fold_after(before: &mut char, character: char) -> Option<char> {
    let counts = is_indexed_by_pairs(character) || character.is_alphanumeric();
    let folded = match folded_character(character) {
        '画' if "计规策筹".contains(*before) => '划',
        folded => folded,
    };
    *before = folded;
    counts.then_some(folded)
}

/// The text in spans of common Han characters and of all else.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let kind = is_common(rest.chars().next()?);
        let end = rest.find(|next| is_common(next) != kind);
        let (span, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
        rest = after;
        Some(span)
    })
}

/// Han characters that no normalisation changes or joins to the next.
const fn is_common(character: char) -> bool {
    matches!(character, '\u{4e00}'..='\u{9fff}')
}

/// A span of [`spans`] in NFKC and lower case. Most of a text is Han, which is in both as it stands.
fn normalised(span: &str) -> impl Iterator<Item = char> {
    let (common, other) = if span.starts_with(is_common) {
        (span, "")
    } else {
        ("", span)
    };
    common
        .chars()
        .chain(other.nfkc().flat_map(char::to_lowercase))
}

/// The next run; one at a time, since a text may be long.
fn next_run(rest: &mut Peekable<impl Iterator<Item = Option<char>>>) -> Option<Run> {
    while rest.next_if_eq(&None).is_some() {}
    let first = rest.next().flatten()?;
    let mut run = Run {
        characters: vec![first],
        han: is_indexed_by_pairs(first),
    };
    let alike = |next: &Option<char>| next.is_some_and(|next| is_indexed_by_pairs(next) == run.han);
    while let Some(next) = rest.next_if(alike).flatten() {
        run.characters.push(next);
    }
    Some(run)
}

/// Han characters of every block, 〇, and the kana of Japanese exhibitors.
pub(super) fn is_indexed_by_pairs(character: char) -> bool {
    is_han(character)
        || matches!(character, '〇' | '\u{3040}'..='\u{30ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn spans_are_folded_as_the_whole_text_is() {
        let whole = |text: &str| text.nfkc().flat_map(char::to_lowercase).collect::<String>();
        let by_spans = |text: &str| spans(text).flat_map(normalised).collect::<String>();
        for text in [
            "",
            "会展",
            "ＡＩ会展㎡が゙い",
            "展\u{301}a\u{301}会\u{3099}か\u{3099}",
            "㈱豈\u{f900}",
        ] {
            assert_eq!(by_spans(text), whole(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_indexed_by_the_words_of_its_runs(text in "[国际会展か計畫aＡ2 ，。]{0,16}") {
            let mut rest = folded(&text).peekable();
            let runs = std::iter::from_fn(|| next_run(&mut rest));
            let words: Vec<String> = runs.flat_map(|run| run.tokens()).collect();
            prop_assert_eq!(index_text(&text), words.join(" "));
        }

        #[test]
        fn any_spans_are_folded_as_the_whole_text_is(text in "[会展か\u{3099}\u{301}aÉＡ ㎡\u{f900}\u{1100}-\u{1120}\u{1161}]{0,12}") {
            let whole: String = text.nfkc().flat_map(char::to_lowercase).collect();
            let by_spans: String = spans(&text).flat_map(normalised).collect();
            prop_assert_eq!(by_spans, whole);
        }
    }

    #[test]
    fn indexes_pairs_words_and_the_end_of_each_run() {
        for (text, expected) in [
            ("国际会展", "国际 际会 会展 展"),
            ("會展，展會", "会展 展 展会 会"),
            ("会", "会"),
            ("ＡＩ会展2020年Expo", "ai 会展 展 2020 年 expo"),
            ("計畫與規劃，書畫", "计划 划与 与规 规划 划 书画 画"),
            ("隨著、随着", "随着 着 随着 着"),
            ("B2B-平台", "b2b 平台 台"),
            ("", ""),
            ("，。！", ""),
        ] {
            assert_eq!(index_text(text), expected, "{text}");
        }
    }

    #[test]
    fn builds_phrases() {
        for (typed, expected) in [
            ("会展", Some("\"会展\"")),
            ("國際會展", Some("\"国际 际会 会展\"")),
            ("会", Some("\"会\" *")),
            ("AI会展", Some("\"ai 会展\"")),
            ("会展AI", Some("\"会展 展 ai\"")),
            ("2020年", Some("\"2020 年\" *")),
            ("上海 会展", Some("\"上海 海 会展\"")),
            ("Expo", Some("\"expo\"")),
            ("a\" OR b*", Some("\"a or b\"")),
            ("，", None),
            ("", None),
        ] {
            let phrase = Phrase::new(typed).map(|phrase| phrase.expression());
            assert_eq!(phrase.as_deref(), expected, "{typed}");
        }
    }

    fn index(texts: &[&str]) -> Connection {
        let database = Connection::open_in_memory().unwrap();
        database
            .execute_batch(
                "CREATE VIRTUAL TABLE found USING fts5(body, content='', tokenize='unicode61')",
            )
            .unwrap();
        for (row, text) in (1_i64..).zip(texts) {
            database
                .execute(
                    "INSERT INTO found(rowid, body) VALUES (?1, ?2)",
                    (row, index_text(text)),
                )
                .unwrap();
        }
        database
    }

    fn finds(database: &Connection, typed: &str) -> Vec<i64> {
        let Some(query) = Phrase::new(typed).map(|phrase| phrase.expression()) else {
            return Vec::new();
        };
        let mut statement = database
            .prepare("SELECT rowid FROM found WHERE found MATCH ?1 ORDER BY rowid")
            .unwrap();
        statement
            .query_map([query], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn sqlite_finds_what_stands_there_and_nothing_else() {
        let database = index(&[
            "第三届国际会展经济论坛",
            "會展",
            "展览会，展馆",
            "AI会展2020年Expo",
            "上海的会议和展览",
        ]);
        for (typed, rows) in [
            ("会展", vec![1, 2, 4]),
            ("會展", vec![1, 2, 4]),
            ("会展经济", vec![1]),
            ("展览", vec![3, 5]),
            ("会", vec![1, 2, 3, 4, 5]),
            ("馆", vec![3]),
            ("览", vec![3, 5]),
            ("AI会展", vec![4]),
            ("2020年", vec![4]),
            ("会展 2020", vec![4]),
            ("展览，展馆", vec![]),
            ("展览会，展馆", vec![3]),
            ("展会", vec![]),
            ("expo", vec![4]),
        ] {
            assert_eq!(finds(&database, typed), rows, "{typed}");
        }
    }

    #[test]
    fn either_script_finds_the_other() {
        let texts = [
            "展會期間天氣乾燥，頭髮乾了；主辦方幹事以後說明",
            "展会期间天气干燥，头发干了；主办方干事以后说明",
            "臺灣的颱風與櫃檯裡面，隨著計畫發展",
            "台湾的台风与柜台里面，随着计划发展",
        ];
        let database = index(&texts);
        for (words, rows) in [
            (["展會", "展会"], [1, 2]),
            (["天氣乾燥", "天气干燥"], [1, 2]),
            (["頭髮乾了", "头发干了"], [1, 2]),
            (["幹事", "干事"], [1, 2]),
            (["以後說明", "以后说明"], [1, 2]),
            (["臺灣", "台湾"], [3, 4]),
            (["颱風", "台风"], [3, 4]),
            (["櫃檯裡面", "柜台里面"], [3, 4]),
            (["櫃檯裏面", "柜臺里面"], [3, 4]),
            (["隨著計畫", "随着计划"], [3, 4]),
            (["著", "着"], [3, 4]),
            (["發展", "发展"], [3, 4]),
        ] {
            for typed in words {
                assert_eq!(finds(&database, typed), rows, "{typed}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_part_of_a_text_is_found_in_either_script(
            before in "[會展後髮著臺畫劃計乾 ，]{0,12}",
            part in "[會展國際後髮著着臺颱裡計画劃乾幹]{2,6}",
            after in "[會展後髮著臺画計乾 ，]{0,12}",
        ) {
            // 畫 is read with the character before it, which a part must not lose
            prop_assume!(!part.starts_with(['畫', '画']));
            let text = format!("{before}{part}{after}");
            let simplified: String = text.chars().map(folded_character).collect();
            let database = index(&[&text, &simplified]);
            let typed: String = part.chars().map(folded_character).collect();
            prop_assert_eq!(finds(&database, &part), vec![1, 2], "{} in {}", part, text);
            prop_assert_eq!(finds(&database, &typed), vec![1, 2], "{} in {}", typed, text);
        }

        #[test]
        fn every_part_of_a_text_is_found(
            before in "[会展国际A2 ，]{0,12}",
            part in "[会展国际中心]{1,6}",
            after in "[会展国际A2 ，]{0,12}",
        ) {
            let text = format!("{before}{part}{after}");
            let database = index(&[&text]);
            prop_assert_eq!(finds(&database, &part), vec![1], "{} in {}", part, text);
        }

        #[test]
        fn a_phrase_is_where_sqlite_finds_it(
            text in "[会展国计画A2é ，か]{0,16}",
            typed in "[会展国计划a2e ，か]{1,4}",
        ) {
            let Some(phrase) = Phrase::new(&typed) else { return Ok(()) };
            let indexed = index_text(&text);
            let words: Vec<&str> = indexed.split_whitespace().collect();
            let here = phrase.places(&words).next().is_some();
            let there = finds(&index(&[&text]), &typed) == [1];
            prop_assert_eq!(here, there, "{} in {}", typed, indexed);
        }

        #[test]
        fn whatever_is_typed_is_a_valid_expression(typed in "\\PC{0,20}") {
            let database = index(&["会展"]);
            finds(&database, &typed);
        }
    }
}
