//! A diff that can be read: changed fields first, then the body sentence by sentence, with the
//! characters that changed marked inside each edited sentence.

use std::collections::HashMap;

use crate::model::Article;

use super::align::{Effort, Stretch, align};
use super::normal;
use super::sentences::{Sentence, split};

/// What differs between two readings of one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Fields that differ, in the order a reader expects; one entry for each picture that went
    /// (`before` alone) or came (`after` alone).
    pub fields: Vec<FieldChange>,
    /// The body's sentences in reading order, kept ones included as context. Empty where the
    /// body is the same.
    pub body: Vec<SentenceChange>,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// `title`, `source`, `author`, `editor`, `publish_time`, `summary` or `image`.
    pub field: &'static str,
    /// What it was; `None` where the page gave none.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// A sentence of either body or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentenceChange {
    /// The paragraph of the old body it stands in, from 1; `None` where it is new.
    pub paragraph_before: Option<usize>,
    /// The paragraph of the new body it stands in, from 1; `None` where it went.
    pub paragraph_after: Option<usize>,
    /// Its text in pieces: old text is all but the added ones, new text all but the removed ones.
    pub spans: Vec<Span>,
}

/// What became of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SentenceKind {
    /// In both, the same.
    Kept,
    /// Only in the old body.
    Removed,
    /// Only in the new body.
    Added,
    /// In both, with different characters.
    Edited,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// In both.
    Equal(String),
    /// Only in the old one.
    Removed(String),
    /// Only in the new one.
    Added(String),
}

impl Diff {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.body.is_empty()
    }
}

impl SentenceChange {
    /// What became of it.
    pub fn kind(&self) -> SentenceKind {
        match (self.paragraph_before, self.paragraph_after) {
            (Some(_), None) => SentenceKind::Removed,
            (None, _) => SentenceKind::Added,
            _ if self.spans.iter().all(|s| matches!(s, Span::Equal(_))) => SentenceKind::Kept,
            _ => SentenceKind::Edited,
        }
    }
}

impl Span {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::Equal(text) | Self::Removed(text) | Self::Added(text) => text,
        }
    }
}

/// What differs from `old` to `new`, blanks and Unicode spellings aside.
pub fn diff(old: &Article, new: &Article) -> Diff {
    let mut effort = Effort::for_one_diff();
    Diff {
        fields: fields(old, new, &mut effort),
        body: body(old, new, &mut effort),
    }
}

fn fields(old: &Article, new: &Article, effort: &mut Effort) -> Vec<FieldChange> {
    let shown = |article: &Article| {
        [
            ("title", normal::field(article.title.as_deref())),
            ("source", normal::field(article.source.as_deref())),
            ("author", normal::field(article.author.as_deref())),
            ("editor", normal::field(article.editor.as_deref())),
            ("publish_time", article.publish_time.map(|t| t.to_string())),
            ("summary", normal::field(article.summary.as_deref())),
        ]
    };
    let mut changes: Vec<FieldChange> = shown(old)
        .into_iter()
        .zip(shown(new))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldChange {
            field,
            before,
            after,
        })
        .collect();
    let pictures = |article: &Article| -> Vec<String> {
        article
            .images
            .iter()
            .map(|i| normal::image(&i.url))
            .collect()
    };
    for stretch in align(&pictures(old), &pictures(new), effort) {
        if let Stretch::Replaced {
            old: went,
            new: came,
        } = stretch
        {
            let gone = old.images.get(went).unwrap_or_default();
            let found = new.images.get(came).unwrap_or_default();
            changes.extend(gone.iter().map(|image| FieldChange {
                field: "image",
                before: Some(image.url.to_string()),
                after: None,
            }));
            changes.extend(found.iter().map(|image| FieldChange {
                field: "image",
                before: None,
                after: Some(image.url.to_string()),
            }));
        }
    }
    changes
}

fn body(old: &Article, new: &Article, effort: &mut Effort) -> Vec<SentenceChange> {
    let text = |article: &Article| normal::text(article.body_text.as_deref().unwrap_or_default());
    let (old, new) = (text(old), text(new));
    if old == new {
        return Vec::new();
    }
    let (old, new) = (split(&old), split(&new));
    let mut numbers = HashMap::new();
    let old_numbers = number(&old, &mut numbers);
    let new_numbers = number(&new, &mut numbers);
    let mut changes = Vec::new();
    for stretch in align(&old_numbers, &new_numbers, effort) {
        match stretch {
            Stretch::Same { old: o, new: n } => {
                let pairs = old
                    .get(o)
                    .into_iter()
                    .flatten()
                    .zip(new.get(n).into_iter().flatten());
                changes.extend(pairs.map(|(before, after)| kept(before, after)));
            }
            Stretch::Replaced { old: o, new: n } => {
                let (went, came) = (
                    old.get(o).unwrap_or_default(),
                    new.get(n).unwrap_or_default(),
                );
                replaced(went, came, effort, &mut changes);
            }
        }
    }
    changes
}

/// Each sentence as a number, equal sentences as the same one: comparing is then one instruction.
fn number<'a>(sentences: &[Sentence<'a>], numbers: &mut HashMap<&'a str, usize>) -> Vec<usize> {
    sentences
        .iter()
        .map(|sentence| {
            let next = numbers.len();
            *numbers.entry(sentence.text).or_insert(next)
        })
        .collect()
}

/// Sentences that were replaced by others: those alike are shown as edited, the rest as removed
/// and added.
fn replaced(
    went: &[Sentence<'_>],
    came: &[Sentence<'_>],
    effort: &mut Effort,
    changes: &mut Vec<SentenceChange>,
) {
    // an edited sentence is found near its old place, or called removed and added
    const REACH: usize = 8;
    let mut next = 0;
    for before in went {
        let mut candidates = came.iter().enumerate().skip(next).take(REACH);
        let twin =
            candidates.find_map(|(at, after)| edited(before, after, effort).map(|edit| (at, edit)));
        if let Some((at, edit)) = twin {
            let between = came.get(next..at).unwrap_or_default();
            changes.extend(between.iter().map(added));
            changes.push(edit);
            next = at + 1;
        } else {
            changes.push(removed(before));
        }
    }
    changes.extend(came.iter().skip(next).map(added));
}

/// The edit that made `after` of `before`, if half of either is still there.
fn edited(
    before: &Sentence<'_>,
    after: &Sentence<'_>,
    effort: &mut Effort,
) -> Option<SentenceChange> {
    let old: Vec<char> = before.text.chars().collect();
    let new: Vec<char> = after.text.chars().collect();
    let longer = old.len().max(new.len());
    if old.len().min(new.len()) * 2 < longer {
        return None;
    }
    let stretches = align(&old, &new, effort);
    let same: usize = stretches
        .iter()
        .map(|stretch| match stretch {
            Stretch::Same { old, .. } => old.len(),
            Stretch::Replaced { .. } => 0,
        })
        .sum();
    if same * 2 < longer {
        return None;
    }
    let text = |characters: &[char], range| -> String {
        characters
            .get::<std::ops::Range<usize>>(range)
            .unwrap_or_default()
            .iter()
            .collect()
    };
    let mut spans = Vec::new();
    for stretch in stretches {
        match stretch {
            Stretch::Same { old: range, .. } => spans.push(Span::Equal(text(&old, range))),
            Stretch::Replaced { old: o, new: n } => {
                if !o.is_empty() {
                    spans.push(Span::Removed(text(&old, o)));
                }
                if !n.is_empty() {
                    spans.push(Span::Added(text(&new, n)));
                }
            }
        }
    }
    Some(SentenceChange {
        paragraph_before: Some(before.paragraph),
        paragraph_after: Some(after.paragraph),
        spans,
    })
}

fn kept(before: &Sentence<'_>, after: &Sentence<'_>) -> SentenceChange {
    SentenceChange {
        paragraph_before: Some(before.paragraph),
        paragraph_after: Some(after.paragraph),
        spans: vec![Span::Equal(after.text.to_owned())],
    }
}

fn removed(sentence: &Sentence<'_>) -> SentenceChange {
    SentenceChange {
        paragraph_before: Some(sentence.paragraph),
        paragraph_after: None,
        spans: vec![Span::Removed(sentence.text.to_owned())],
    }
}

fn added(sentence: &Sentence<'_>) -> SentenceChange {
    SentenceChange {
        paragraph_before: None,
        paragraph_after: Some(sentence.paragraph),
        spans: vec![Span::Added(sentence.text.to_owned())],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Image, PageUrl};

    fn article(body: &str) -> Article {
        Article {
            body_text: Some(body.to_owned()),
            ..Article::default()
        }
    }

    /// `=kept`, `-removed`, `+added`, `~equal[-removed-]{+added+}`.
    fn shown(old: &str, new: &str) -> Vec<String> {
        diff(&article(old), &article(new))
            .body
            .iter()
            .map(|change| {
                let mark = match change.kind() {
                    SentenceKind::Kept => "=",
                    SentenceKind::Removed => "-",
                    SentenceKind::Added => "+",
                    SentenceKind::Edited => "~",
                };
                let text = change.spans.iter().map(|span| match (mark, span) {
                    ("~", Span::Removed(text)) => format!("[-{text}-]"),
                    ("~", Span::Added(text)) => format!("{{+{text}+}}"),
                    (_, span) => span.text().to_owned(),
                });
                mark.chars().map(String::from).chain(text).collect()
            })
            .collect()
    }

    #[test]
    fn shows_the_body_sentence_by_sentence() {
        let check = |old: &str, new: &str, expected: &[&str]| {
            assert_eq!(shown(old, new), expected, "{old} -> {new}");
        };
        check("一。二。", "一。\n二。", &["=一。", "=二。"]);
        check("同一句。", "同一句。", &[]);
        check("", "新的。", &["+新的。"]);
        check("旧的。", "", &["-旧的。"]);
        check(
            "展会于9月16日开幕。共有500家企业参展。",
            "展会于9月17日开幕。共有500家企业参展。欢迎光临。",
            &[
                "~展会于9月1[-6-]{+7+}日开幕。",
                "=共有500家企业参展。",
                "+欢迎光临。",
            ],
        );
        check(
            "甲。\n完全不同的一句话。\n乙。",
            "甲。\n乙。",
            &["=甲。", "-完全不同的一句话。", "=乙。"],
        );
    }

    #[test]
    fn says_where_a_sentence_stands() {
        let found = diff(&article("甲。\n乙。"), &article("新。\n甲。\n乙。")).body;
        let places: Vec<_> = found
            .iter()
            .map(|change| (change.paragraph_before, change.paragraph_after))
            .collect();
        assert_eq!(
            places,
            [(None, Some(1)), (Some(1), Some(2)), (Some(2), Some(3))]
        );
    }

    #[test]
    fn shows_fields_and_pictures() {
        let picture = |text: &str| Image {
            url: PageUrl::parse(text).expect("url"),
            alt: None,
        };
        let old = Article {
            title: Some("旧题".to_owned()),
            editor: Some("甲".to_owned()),
            images: vec![picture("http://a.cn/1.jpg"), picture("http://a.cn/2.jpg")],
            ..Article::default()
        };
        let new = Article {
            title: Some("新题".to_owned()),
            images: vec![picture("https://a.cn/1.jpg"), picture("http://a.cn/3.jpg")],
            ..Article::default()
        };
        let found: Vec<_> = diff(&old, &new)
            .fields
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                ("title", some("旧题"), some("新题")),
                ("editor", some("甲"), None),
                ("image", some("http://a.cn/2.jpg"), None),
                ("image", None, some("http://a.cn/3.jpg")),
            ]
        );
    }

    #[test]
    fn a_hostile_pair_of_bodies_ends_soon() {
        let alike: [String; 2] =
            ["旧句。", "新文。"].map(|end| (0..60_000).map(|n| n.to_string() + end).collect());
        assert_eq!(
            diff(&article(&alike[0]), &article(&alike[1])).body.len(),
            60_000
        );
        let unlike: [String; 2] = ['甲', '乙'].map(|word| {
            (0..999)
                .map(|n| word.to_string().repeat(n) + "。")
                .collect()
        });
        assert!(diff(&article(&unlike[0]), &article(&unlike[1])).body.len() > 999);
        let long = ("甲乙".repeat(300_000), "乙丙".repeat(300_000));
        assert!(!diff(&article(&long.0), &article(&long.1)).body.is_empty());
    }

    fn side(changes: &[SentenceChange], mine: fn(&Span) -> bool) -> String {
        let spans = changes.iter().flat_map(|change| &change.spans);
        spans.filter(|span| mine(span)).map(Span::text).collect()
    }

    proptest! {
        #[test]
        fn either_body_can_be_read_from_the_diff(old in "[甲乙丙。！a. \n]{0,60}", new in "[甲乙丙。！a. \n]{0,60}") {
            let changes = diff(&article(&old), &article(&new)).body;
            let dense = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            if changes.is_empty() {
                prop_assert_eq!(dense(&old), dense(&new));
            } else {
                let before = side(&changes, |span| !matches!(span, Span::Added(_)));
                let after = side(&changes, |span| !matches!(span, Span::Removed(_)));
                prop_assert_eq!(dense(&before), dense(&old));
                prop_assert_eq!(dense(&after), dense(&new));
            }
        }
    }
}
