//! One page: what a tool read against what a person read.

use super::body::BodyScore;
use super::text::{bare, first_number, moment, names};
use super::truth::{Answer, Truth};
use super::value::{listed, says_something, text, written};

/// What is asked of a page beside its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// The headline, letters and digits alone.
    Title,
    /// The day it was published.
    Day,
    /// The minute too, where the page gives one.
    Minute,
    /// The authors as a set of names.
    Author,
    /// The source.
    Source,
    /// The view count.
    Views,
    /// Whether it is a list page.
    Kind,
}

impl Asked {
    /// All of them, in the order they are told in.
    pub const ALL: [Self; 7] = [
        Self::Title,
        Self::Day,
        Self::Minute,
        Self::Author,
        Self::Source,
        Self::Views,
        Self::Kind,
    ];

    /// The name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Day => "publish_time",
            Self::Minute => "minute",
            Self::Author => "author",
            Self::Source => "source",
            Self::Views => "views",
            Self::Kind => "kind",
        }
    }
}

/// How a field was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As the person read it.
    Right,
    /// Otherwise.
    Wrong,
    /// Not at all, though the page has it.
    Missed,
    /// Though the page has none.
    Invented,
    /// Not at all, and the page has none.
    Nothing,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Right,
        Self::Wrong,
        Self::Missed,
        Self::Invented,
        Self::Nothing,
    ];

    /// The name in results.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Missed => "missed",
            Self::Invented => "invented",
            Self::Nothing => "nothing",
        }
    }

    /// Whether a person would have answered so.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Right | Self::Nothing)
    }
}

/// One field of one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Which.
    pub asked: Asked,
    /// How it was read.
    pub verdict: Verdict,
    /// What the page says; empty where it has none.
    pub expected: String,
    /// What was read; empty where nothing was.
    pub read: String,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageScore {
    /// The body, where the person marked one.
    pub body: Option<BodyScore>,
    /// Every field that there is something to say about.
    pub fields: Vec<Judgement>,
}

impl PageScore {
    /// How much there is to mend: what the body lacks of 1, and a half for each field misread. An
    /// invented field weighs nothing unless `is_labelled`: a truth that names no author anywhere
    /// does not say that the page has none.
    pub fn loss(&self, is_labelled: impl Fn(Asked) -> bool) -> f64 {
        let body = self.body.map_or(0.0, |body| 1.0 - body.f1());
        let misread = self.fields.iter().filter(|field| match field.verdict {
            Verdict::Right | Verdict::Nothing => false,
            Verdict::Wrong | Verdict::Missed => true,
            Verdict::Invented => is_labelled(field.asked),
        });
        misread.fold(body, |loss, _| loss + 0.5)
    }
}

/// Holds `answer` against `truth`.
pub fn judge(truth: &Truth, answer: &Answer) -> PageScore {
    let body = truth.body.as_deref();
    let fields = Asked::ALL.into_iter();
    PageScore {
        body: body.map(|body| BodyScore::new(body, &answer.body, truth.is_chinese())),
        fields: fields
            .filter_map(|asked| field(asked, truth, answer))
            .collect(),
    }
}

fn field(asked: Asked, truth: &Truth, answer: &Answer) -> Option<Judgement> {
    match asked {
        Asked::Title => {
            let spellings = truth.title.as_ref()?;
            let read = text(&answer.title);
            let own = bare(&read);
            let is_right = spellings.iter().any(|spelling| bare(spelling) == own);
            let expected = spellings.first().cloned().unwrap_or_default();
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Day => {
            let expected = text(truth.publish_time.as_ref()?);
            let read = text(&answer.publish_time);
            let is_right = moment(&expected).day == moment(&read).day;
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Minute => {
            let expected = text(truth.publish_time.as_ref()?);
            let moment_expected = moment(&expected);
            moment_expected.minute.as_ref()?;
            let read = text(&answer.publish_time);
            let is_right = moment_expected == moment(&read);
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Author => {
            let read = listed(&answer.author);
            let Some(expected) = &truth.author else {
                return Some(uncalled(asked, says_something(&answer.author), read));
            };
            let expected = listed(expected);
            let is_right = names(&expected) == names(&read);
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Source => {
            let read = text(&answer.source);
            let Some(expected) = &truth.source else {
                return Some(uncalled(asked, says_something(&answer.source), read));
            };
            let expected = text(expected);
            let is_right = bare(&expected) == bare(&read);
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Views => {
            let read = written(&answer.views);
            let Some(expected) = &truth.views else {
                return Some(uncalled(asked, says_something(&answer.views), read));
            };
            let expected = written(expected);
            let is_right = first_number(&expected) == first_number(&read);
            Some(judged(asked, is_right, expected, read))
        }
        Asked::Kind => {
            const LIST: &str = "list";
            let (expected, read) = (truth.kind.clone()?, answer.kind.clone()?);
            let is_right = (expected == LIST) == (read == LIST);
            Some(judged(asked, is_right, expected, read))
        }
    }
}

/// A field that the page is known to have, or known to lack.
fn judged(asked: Asked, is_right: bool, expected: String, read: String) -> Judgement {
    let verdict = if is_right {
        Verdict::Right
    } else if read.is_empty() {
        Verdict::Missed
    } else {
        Verdict::Wrong
    };
    Judgement {
        asked,
        verdict,
        expected,
        read,
    }
}

/// A field that the page does not have.
fn uncalled(asked: Asked, is_given: bool, read: String) -> Judgement {
    Judgement {
        asked,
        verdict: if is_given {
            Verdict::Invented
        } else {
            Verdict::Nothing
        },
        expected: String::new(),
        read: if is_given { read } else { String::new() },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn page(truth: &Value, answer: &Value) -> PageScore {
        let mut line = json!({"file": "a.html"});
        for (key, value) in truth.as_object().expect("an object") {
            line[key] = value.clone();
        }
        let truth = Truth::from_json(&line).expect("a truth");
        judge(
            &truth,
            &Answer::from_json(answer.as_object().expect("an object")),
        )
    }

    fn check(asked: Asked, truth: &Value, answer: &Value, expected: Option<Verdict>) {
        let score = page(truth, answer);
        let found = score.fields.iter().find(|field| field.asked == asked);
        let found = found.map(|field| field.verdict);
        assert_eq!(found, expected, "{asked:?} of {truth} in {answer}");
    }

    #[test]
    fn titles_agree_letter_by_letter() {
        let truth = || json!({"title": "第九届“展会”开幕", "title_alt": ["展会开幕"]});
        for (read, expected) in [
            (json!("第九届展会 开幕！"), Verdict::Right),
            (json!("展会开幕"), Verdict::Right),
            (json!("第九届展会"), Verdict::Wrong),
            (json!(null), Verdict::Missed),
        ] {
            check(
                Asked::Title,
                &truth(),
                &json!({"title": read}),
                Some(expected),
            );
        }
        check(Asked::Title, &json!({}), &json!({"title": "甲"}), None);
        check(
            Asked::Title,
            &json!({"title": null}),
            &json!({}),
            Some(Verdict::Right),
        );
    }

    #[test]
    fn times_agree_by_the_day_and_by_the_minute() {
        let truth = || json!({"publish_time": "2026-06-08 09:05:33"});
        for (read, day, minute) in [
            ("2026年6月8日 9:05", Verdict::Right, Verdict::Right),
            ("2026-06-08", Verdict::Right, Verdict::Wrong),
            ("2026-06-09 09:05", Verdict::Wrong, Verdict::Wrong),
            ("", Verdict::Missed, Verdict::Missed),
        ] {
            let read = || json!({"publish_time": read});
            check(Asked::Day, &truth(), &read(), Some(day));
            check(Asked::Minute, &truth(), &read(), Some(minute));
        }
        let day_alone = json!({"publish_time": "2026-06-08"});
        let read = json!({"publish_time": "2026-06-08 10:00"});
        check(Asked::Day, &day_alone, &read, Some(Verdict::Right));
        check(Asked::Minute, &day_alone, &read, None);
    }

    #[test]
    fn names_agree_in_any_order_and_what_the_page_lacks_is_invented() {
        let two = || json!({"author": ["张三", "李四"]});
        for (truth, read, expected) in [
            (two(), json!("李四、张三"), Verdict::Right),
            (two(), json!(["李四", "张三"]), Verdict::Right),
            (two(), json!("张三"), Verdict::Wrong),
            (two(), json!([]), Verdict::Missed),
            (json!({}), json!("张三"), Verdict::Invented),
            (json!({}), json!(""), Verdict::Nothing),
            (json!({"author": null}), json!(null), Verdict::Right),
            (json!({"author": null}), json!("张三"), Verdict::Wrong),
        ] {
            check(
                Asked::Author,
                &truth,
                &json!({"author": read}),
                Some(expected),
            );
        }
        for (truth, read, expected) in [
            (
                json!({"source": "示例 日报"}),
                json!("示例日报"),
                Verdict::Right,
            ),
            (json!({"source": "示例日报"}), json!("示例"), Verdict::Wrong),
            (json!({}), json!("示例日报"), Verdict::Invented),
        ] {
            check(
                Asked::Source,
                &truth,
                &json!({"source": read}),
                Some(expected),
            );
        }
    }

    #[test]
    fn counts_agree_as_numbers() {
        for (truth, read, expected) in [
            (json!({"views": "1,204"}), json!(1204), Verdict::Right),
            (json!({"views": 0}), json!(0), Verdict::Right),
            (json!({"views": 0}), json!(null), Verdict::Missed),
            (json!({"views": 12}), json!("0012次"), Verdict::Right),
            (json!({"views": 12}), json!(13), Verdict::Wrong),
            (json!({}), json!(0), Verdict::Nothing),
            (json!({}), json!("0"), Verdict::Invented),
        ] {
            check(
                Asked::Views,
                &truth,
                &json!({"views": read}),
                Some(expected),
            );
        }
    }

    #[test]
    fn a_list_page_is_told_from_an_article() {
        for (truth, read, expected) in [
            ("list", "list", Verdict::Right),
            ("news", "article", Verdict::Right),
            ("other", "article", Verdict::Right),
            ("news", "list", Verdict::Wrong),
            ("list", "other", Verdict::Wrong),
        ] {
            let (truth, read) = (json!({"kind": truth}), json!({"kind": read}));
            check(Asked::Kind, &truth, &read, Some(expected));
        }
        check(Asked::Kind, &json!({"kind": "news"}), &json!({}), None);
    }

    #[test]
    fn a_loss_weighs_the_body_and_each_field() {
        let truth = json!({"title": "甲", "source": "乙", "body": "展会今天开幕"});
        let read = json!({"title": "丁", "body": "展会今天", "author": "丙"});
        // the body's F1 is a half; title wrong, source missed, author invented
        let score = page(&truth, &read);
        assert!((score.loss(|_| true) - 2.0).abs() < 1e-12);
        assert!((score.loss(|_| false) - 1.5).abs() < 1e-12);
        let whole = page(&json!({"title": "甲"}), &json!({"title": "甲"}));
        assert!(whole.loss(|_| true).abs() < 1e-12);
    }
}
