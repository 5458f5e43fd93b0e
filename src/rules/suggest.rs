//! Did you mean …? The known word that a mistyped one is nearest to.

/// The word of `known` that `typed` was probably meant to be.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = plain(typed);
    // a short word is another word after two changes already
    let limit = (typed.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|word| (distance(&typed, &plain(word)), word))
        .filter(|(changes, _)| *changes <= limit)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, word)| word)
}

/// Case and the choice between `-` and `_` are never what tells two words apart.
fn plain(word: &str) -> String {
    word.to_lowercase().replace(['_', ' '], "-")
}

/// How many letters must be put in, left out, changed or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    // no known word is longer, and a mistyped one may be a megabyte
    const LONGEST: usize = 64;
    let left: Vec<char> = left.chars().take(LONGEST).collect();
    let right: Vec<char> = right.chars().take(LONGEST).collect();
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut best = (at(&above, j + 1) + 1)
                .min(at(&row, j) + 1)
                .min(at(&above, j) + usize::from(a != b));
            let swapped =
                j > 0 && i > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    at(&above, right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_word_finds_its_own() {
        const KNOWN: [&str; 5] = ["name", "hosts", "time-zone", "publish_time", "urls"];
        for (typed, expected) in [
            ("nmae", Some("name")),
            ("host", Some("hosts")),
            ("time_zone", Some("time-zone")),
            ("Timezone", Some("time-zone")),
            ("publish-time", Some("publish_time")),
            ("url", Some("urls")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, KNOWN), expected, "{typed}");
        }
    }

    #[test]
    fn a_megabyte_is_not_compared_letter_by_letter() {
        assert_eq!(nearest(&"n".repeat(1 << 20), ["name"]), None);
    }
}
