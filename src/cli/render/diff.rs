//! A diff a person can read: fields first, then the body by sentence with changed characters
//! marked. Without colour the marks are those of `wdiff`: `[-gone-]` and `{+come+}`.

use crate::version::{Diff, SentenceChange, SentenceKind, Span};

use super::super::output::Paint;
use super::layout::{pad, shorten};

/// Kept sentences shown before and after a changed one.
const CONTEXT: usize = 1;

/// Draws `diff` for a terminal of `width` columns.
pub(crate) fn diff(diff: &Diff, width: usize, paint: Paint) -> String {
    if diff.is_empty() {
        return "nothing differs".to_owned();
    }
    let mut lines = Vec::new();
    for change in &diff.fields {
        let label = paint.cyan(&pad(change.field, 13));
        let side = |value: &Option<String>| value.as_deref().unwrap_or("—").to_owned();
        lines.push(format!(
            "{label} {} {}",
            paint.red("-"),
            side(&change.before)
        ));
        lines.push(format!(
            "{} {} {}",
            " ".repeat(13),
            paint.green("+"),
            side(&change.after)
        ));
    }
    if !diff.fields.is_empty() && !diff.body.is_empty() {
        lines.push(String::new());
    }

    let near = near_a_change(&diff.body);
    let mut skipped = 0;
    for (sentence, near) in diff.body.iter().zip(near) {
        if !near {
            skipped += 1;
            continue;
        }
        if skipped > 0 {
            lines.push(paint.dim(&format!("  … {skipped} sentences the same")));
            skipped = 0;
        }
        lines.push(sentence_line(sentence, width, paint));
    }
    if skipped > 0 {
        lines.push(paint.dim(&format!("  … {skipped} sentences the same")));
    }
    lines.join("\n")
}

/// For each sentence, whether it changed or stands beside one that did.
fn near_a_change(body: &[SentenceChange]) -> Vec<bool> {
    let changed: Vec<bool> = body
        .iter()
        .map(|sentence| sentence.kind() != SentenceKind::Kept)
        .collect();
    (0..changed.len())
        .map(|index| {
            let from = index.saturating_sub(CONTEXT);
            changed
                .iter()
                .skip(from)
                .take(index - from + CONTEXT + 1)
                .any(|changed| *changed)
        })
        .collect()
}

fn sentence_line(sentence: &SentenceChange, width: usize, paint: Paint) -> String {
    let whole = || sentence.spans.iter().map(Span::text).collect::<String>();
    match sentence.kind() {
        SentenceKind::Kept => paint.dim(&format!(
            "  {}",
            shorten(whole().trim(), width.saturating_sub(2))
        )),
        SentenceKind::Removed => paint.red(&format!("- {}", whole().trim())),
        SentenceKind::Added => paint.green(&format!("+ {}", whole().trim())),
        SentenceKind::Edited => {
            let spans: String = sentence
                .spans
                .iter()
                .map(|span| match span {
                    Span::Equal(text) => text.clone(),
                    Span::Removed(text) => paint.red(&format!("[-{text}-]")),
                    Span::Added(text) => paint.green(&format!("{{+{text}+}}")),
                })
                .collect();
            format!("~ {}", spans.trim())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Article;
    use crate::version;

    fn article(title: &str, body: &str) -> Article {
        Article {
            title: Some(title.to_owned()),
            body_text: Some(body.to_owned()),
            ..Article::default()
        }
    }

    #[test]
    fn marks_the_characters_that_changed_and_folds_the_rest() {
        let old = article("展会开幕", "一。二。三。展馆共3个。五。六。");
        let new = article("展会闭幕", "一。二。三。展馆共5个。五。六。");
        let drawn = diff(&version::diff(&old, &new), 80, Paint::plain());
        assert!(drawn.contains("title         - 展会开幕"), "{drawn}");
        assert!(drawn.contains("[-3-]{+5+}"), "{drawn}");
        assert!(drawn.contains("… 2 sentences the same"), "{drawn}");
    }

    #[test]
    fn nothing_is_said_plainly() {
        let same = article("展会", "一。");
        assert_eq!(
            diff(&version::diff(&same, &same), 80, Paint::plain()),
            "nothing differs"
        );
    }
}
