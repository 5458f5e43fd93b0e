//! A body as sentences: small enough to show what changed, large enough to be read.

/// A sentence with the paragraph it stands in, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sentence<'a> {
    pub(super) text: &'a str,
    pub(super) paragraph: usize,
}

/// The sentences of a normalised body. A sentence ends after `。！？；…`, after a Latin full stop,
/// question or exclamation mark before a space, and with its line; closing quotes and brackets
/// belong to it.
pub(super) fn split(body: &str) -> Vec<Sentence<'_>> {
    let mut sentences = Vec::new();
    for (index, line) in body.split('\n').enumerate() {
        let mut rest = line;
        while let Some((sentence, after)) = first(rest) {
            sentences.push(Sentence {
                text: sentence,
                paragraph: index + 1,
            });
            rest = after;
        }
    }
    sentences
}

/// The first sentence of `line` and what follows it.
fn first(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    if line.is_empty() {
        return None;
    }
    let mut characters = line.char_indices().peekable();
    while let Some((_, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = match character {
            '。' | '！' | '？' | '；' | '…' => true,
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if !ends {
            continue;
        }
        // `……`, `？！` and closing marks go with the sentence they close
        while let Some((_, trailing)) = characters.peek() {
            if !matches!(
                trailing,
                '。' | '！' | '？' | '；' | '…' | '”' | '’' | '」' | '』' | '）' | ')' | '"'
            ) {
                break;
            }
            characters.next();
        }
        let end = characters.peek().map_or(line.len(), |(at, _)| *at);
        return line.split_at_checked(end);
    }
    Some((line, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_as_a_reader_would() {
        let check = |body: &str, expected: &[(&str, usize)]| {
            let found: Vec<_> = split(body).iter().map(|s| (s.text, s.paragraph)).collect();
            assert_eq!(found, expected, "{body:?}");
        };
        check("", &[]);
        check("一。二！三", &[("一。", 1), ("二！", 1), ("三", 1)]);
        check("一\n二；三", &[("一", 1), ("二；", 2), ("三", 2)]);
        check(
            "他说：“好。”然后走了。",
            &[("他说：“好。”", 1), ("然后走了。", 1)],
        );
        check(
            "等等……真的？！好",
            &[("等等……", 1), ("真的？！", 1), ("好", 1)],
        );
        check(
            "Held at 3.5 km. Next! ok",
            &[("Held at 3.5 km.", 1), ("Next!", 1), ("ok", 1)],
        );
        check("www.a.cn 是网址", &[("www.a.cn 是网址", 1)]);
    }
}
