//! Bodies compared as multisets of four characters or four words in a row.

use std::collections::HashMap;

use super::text::{is_word, wide};

/// How many in a row.
const SHINGLE: usize = 4;

/// One body against another, as shares that add up to 1 (or all 0 where both are empty).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BodyScore {
    /// In both.
    pub found: f64,
    /// In what was read alone.
    pub extra: f64,
    /// In the truth alone.
    pub lost: f64,
}

impl BodyScore {
    /// Compares what was `read` with what the page `says`: by characters where it `is_chinese`, by
    /// words otherwise.
    pub fn new(says: &str, read: &str, is_chinese: bool) -> Self {
        let (says, read) = if is_chinese {
            (characters(says), characters(read))
        } else {
            words(says, read)
        };
        let mut counts: HashMap<[u32; SHINGLE], (u32, u32)> = HashMap::new();
        for shingle in shingles(&says) {
            counts.entry(shingle).or_default().0 += 1;
        }
        for shingle in shingles(&read) {
            counts.entry(shingle).or_default().1 += 1;
        }
        let [mut found, mut extra, mut lost] = [0.0; 3];
        for (says, read) in counts.into_values() {
            found += f64::from(says.min(read));
            extra += f64::from(read.saturating_sub(says));
            lost += f64::from(says.saturating_sub(read));
        }
        let all = found + extra + lost;
        if all > 0.0 {
            Self {
                found: found / all,
                extra: extra / all,
                lost: lost / all,
            }
        } else {
            Self::default()
        }
    }

    /// Which share of what was read belongs to the body.
    pub fn precision(self) -> f64 {
        share(self.found, self.extra, self.lost)
    }

    /// Which share of the body was read.
    pub fn recall(self) -> f64 {
        share(self.found, self.lost, self.extra)
    }

    /// Both in one: their harmonic mean.
    pub fn f1(self) -> f64 {
        harmonic(self.precision(), self.recall())
    }

    /// Whether anything was read.
    pub(super) fn has_read(self) -> bool {
        self.found + self.extra > 0.0
    }

    /// Whether there was anything to read.
    pub(super) fn has_truth(self) -> bool {
        self.found + self.lost > 0.0
    }
}

/// The harmonic mean of two shares.
pub(super) fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 {
        2.0 * precision * recall / (precision + recall)
    } else {
        0.0
    }
}

/// `found` of what is `found` or `against`; where there is neither, all is well only if nothing is
/// wrong the `other` way either.
fn share(found: f64, against: f64, other: f64) -> f64 {
    if against == 0.0 && other == 0.0 {
        1.0
    } else if found == 0.0 && against == 0.0 {
        0.0
    } else {
        found / (found + against)
    }
}

/// Each character of a word as a number.
fn characters(text: &str) -> Vec<u32> {
    wide(text)
        .chars()
        .filter(|letter| is_word(*letter))
        .map(u32::from)
        .collect()
}

/// The words of both texts, numbered from 1 as they come.
fn words<'text>(says: &'text str, read: &'text str) -> (Vec<u32>, Vec<u32>) {
    let mut numbers: HashMap<&'text str, u32> = HashMap::new();
    let mut next = 0;
    let mut numbered = |text: &'text str| -> Vec<u32> {
        text.split(|letter| !is_word(letter))
            .filter(|word| !word.is_empty())
            .map(|word| {
                *numbers.entry(word).or_insert_with(|| {
                    next += 1;
                    next
                })
            })
            .collect()
    };
    (numbered(says), numbered(read))
}

/// All runs of four; a text of fewer is one short run, filled up with 0, which no token is.
fn shingles(tokens: &[u32]) -> Vec<[u32; SHINGLE]> {
    if tokens.is_empty() {
        return Vec::new();
    }
    if tokens.len() < SHINGLE {
        let mut short = [0; SHINGLE];
        for (place, token) in short.iter_mut().zip(tokens) {
            *place = *token;
        }
        return vec![short];
    }
    tokens
        .windows(SHINGLE)
        .filter_map(|run| run.try_into().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares as a person counts them: runs in both, in what was read alone, in the truth alone.
    fn check(says: &str, read: &str, is_chinese: bool, [found, extra, lost]: [u32; 3]) {
        let score = BodyScore::new(says, read, is_chinese);
        let all = f64::from((found + extra + lost).max(1));
        let expected = BodyScore {
            found: f64::from(found) / all,
            extra: f64::from(extra) / all,
            lost: f64::from(lost) / all,
        };
        assert_eq!(score, expected, "{says} / {read}");
    }

    #[test]
    fn chinese_is_counted_by_characters() {
        // 展会今天 会今天开 今天开幕
        check("展会今天开幕", "展会今天开幕", true, [3, 0, 0]);
        check("展会，今天开幕。", "展会今天\n开幕", true, [3, 0, 0]);
        check("展会今天开幕", "展会今天", true, [1, 0, 2]);
        check("展会今天", "展会今天开幕", true, [1, 2, 0]);
        // ２０２６年 and 2026年 are one
        check("２０２６年展", "2026年展", true, [3, 0, 0]);
        // a run that comes twice counts twice: 天天天天 ×2 against ×1
        check("天天天天天", "天天天天", true, [1, 0, 1]);
        // fewer than four are one run of their own, not the beginning of a longer one
        check("展会", "展会", true, [1, 0, 0]);
        check("展会", "展会今天", true, [0, 1, 1]);
        check("展会今天", "", true, [0, 0, 1]);
        check("——", "", true, [0, 0, 0]);
    }

    #[test]
    fn other_languages_are_counted_by_words() {
        // one two three four · two three four five
        check(
            "one two three four five",
            "one two three four, five!",
            false,
            [2, 0, 0],
        );
        check(
            "one two three four five",
            "two three four five",
            false,
            [1, 0, 1],
        );
        // case and accents are kept
        check("One two", "one two", false, [0, 1, 1]);
        // 会 is a word of its own only between spaces
        check("展会 今天", "展会 今天", false, [1, 0, 0]);
        check("展会今天开幕", "展会 今天 开幕", false, [0, 1, 1]);
        // full width stays: words are compared as they stand
        check("ＡＢ", "AB", false, [0, 1, 1]);
    }

    #[test]
    fn precision_and_recall_are_what_they_say() {
        // 展会今天 of 展会今天, 会今天开, 今天开幕: all that was read is right, a third was read
        let cut = BodyScore::new("展会今天开幕", "展会今天", true);
        assert!((cut.precision() - 1.0).abs() < 1e-12);
        assert!((cut.recall() - 1.0 / 3.0).abs() < 1e-12);
        assert!((cut.f1() - 0.5).abs() < 1e-12);
        for (says, read, precision, recall) in [
            ("展会今天", "展会今天", 1.0, 1.0),
            // nothing read: neither right nor wrong, so 0 and not 1
            ("展会今天", "", 0.0, 0.0),
            ("展会今天", "无关内容", 0.0, 0.0),
            ("——", "", 1.0, 1.0),
            ("——", "展会今天", 0.0, 0.0),
        ] {
            let score = BodyScore::new(says, read, true);
            let found = (score.precision(), score.recall());
            assert_eq!(found, (precision, recall), "{says} / {read}");
        }
    }
}
