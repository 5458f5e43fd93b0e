//! What a search means, and how it is written.

use std::fmt;

use crate::chinese::bigrams::Phrase;

use super::values::ViewRange;

/// A part of an article that is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The headline.
    Title,
    /// The abstract.
    Summary,
    /// 来源.
    Source,
    /// 作者.
    Author,
    /// The text.
    Body,
}

impl Part {
    /// Every part, in the order of the index's columns.
    pub const ALL: [Self; 5] = [
        Self::Title,
        Self::Summary,
        Self::Source,
        Self::Author,
        Self::Body,
    ];

    /// Its name in searches, in JSON and in the index.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Source => "source",
            Self::Author => "author",
            Self::Body => "body",
        }
    }
}

/// A word or phrase to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Where; anywhere unless told.
    pub part: Option<Part>,
    text: String,
    phrase: Phrase,
}

impl Term {
    /// `text` as a word or phrase; `None` where nothing in it can be searched for.
    pub fn new(part: Option<Part>, text: &str) -> Option<Self> {
        // quotes part words like any other sign; without them the term can be put into quotes
        let text = text.replace(['"', '“', '”', '„', '‟', '＂'], " ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let phrase = Phrase::new(&text)?;
        Some(Self { part, text, phrase })
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it is found by.
    pub const fn phrase(&self) -> &Phrase {
        &self.phrase
    }
}

/// A bound: from an instant or day on, or until before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Then or later.
    After,
    /// Earlier.
    Before,
}

/// What an article must be, beside its words. Where an article does not say, no filter lets it pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Of the site with this key.
    Site(String),
    /// Its source is exactly this.
    Source(String),
    /// Its author is exactly this.
    Author(String),
    /// Published then, in the site's zone; the bound is the beginning of a publish time as it is
    /// kept: `2026-11-23` or `2026-11-23 06:11`.
    Published(Side, String),
    /// The version was first seen then, in UTC; the bound is the beginning of an instant as it is
    /// kept: `2026-11-23` or `2026-11-23T06:11:00.000Z`.
    Seen(Side, String),
    /// So many views were seen last.
    Views(ViewRange),
    /// In this language, or in a kind of it: `zh` also takes `zh-Hant`.
    Language(String),
    /// Looks saw several versions of it.
    Changed,
    /// Looks find it gone, confirmed by a second one.
    Gone,
}

/// What a search means. `All` of nothing is every article, `Any` of nothing is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// It has the term.
    Term(Term),
    /// The filter lets it pass.
    Filter(Filter),
    /// All of these.
    All(Vec<Self>),
    /// One of these at least.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

impl Expression {
    /// Every article.
    pub const fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether it says nothing, so that every article is meant.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(all) if all.is_empty())
    }

    /// Both this and `other`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut all = match self {
            Self::All(all) => all,
            one => vec![one],
        };
        match other {
            Self::All(more) => all.extend(more),
            one => all.push(one),
        }
        Self::of_all(all)
    }

    /// All of `these`, without layers that say nothing.
    pub(super) fn of_all(these: Vec<Self>) -> Self {
        one_or(these, Self::All)
    }

    /// Any of `these`, without layers that say nothing.
    pub fn of_any(these: Vec<Self>) -> Self {
        one_or(these, Self::Any)
    }

    /// The terms that an article is found for: those not under a `NOT`.
    pub fn wanted(&self) -> Vec<&Term> {
        fn gather<'a>(expression: &'a Expression, wanted: bool, into: &mut Vec<&'a Term>) {
            match expression {
                Expression::Term(term) if wanted => into.push(term),
                Expression::Term(_) | Expression::Filter(_) => {}
                Expression::All(these) | Expression::Any(these) => {
                    for one in these {
                        gather(one, wanted, into);
                    }
                }
                Expression::Not(inner) => gather(inner, !wanted, into),
            }
        }
        let mut terms = Vec::new();
        gather(self, true, &mut terms);
        terms
    }
}

fn one_or(
    mut these: Vec<Expression>,
    many: impl FnOnce(Vec<Expression>) -> Expression,
) -> Expression {
    match (these.pop(), these.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            these.extend(last);
            many(these)
        }
    }
}

/// The search as it can be typed: read again it means the same.
impl fmt::Display for Expression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => write!(formatter, "{term}"),
            Self::Filter(filter) => write!(formatter, "{filter}"),
            Self::All(these) => joined(formatter, these, " "),
            Self::Any(these) => joined(formatter, these, " OR "),
            Self::Not(inner) => {
                formatter.write_str("-")?;
                inside(formatter, inner)
            }
        }
    }
}

fn joined(formatter: &mut fmt::Formatter<'_>, these: &[Expression], between: &str) -> fmt::Result {
    for (number, one) in these.iter().enumerate() {
        if number > 0 {
            formatter.write_str(between)?;
        }
        inside(formatter, one)?;
    }
    Ok(())
}

fn inside(formatter: &mut fmt::Formatter<'_>, one: &Expression) -> fmt::Result {
    match one {
        Expression::All(_) | Expression::Any(_) => write!(formatter, "({one})"),
        Expression::Term(_) | Expression::Filter(_) | Expression::Not(_) => {
            write!(formatter, "{one}")
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(part) = self.part {
            write!(formatter, "{}:", part.name())?;
        }
        // alone it must not be taken for an operator or a prefix
        let plain = self.text.chars().all(char::is_alphanumeric);
        if plain && !super::lexer::is_operator(&self.text) {
            write!(formatter, "{}", self.text)
        } else {
            write!(formatter, "\"{}\"", self.text)
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Side| match side {
            Side::After => "after",
            Side::Before => "before",
        };
        match self {
            Self::Site(key) => write!(formatter, "site:{}", value(key)),
            Self::Source(name) => write!(formatter, "source:={}", value(name)),
            Self::Author(name) => write!(formatter, "author:={}", value(name)),
            Self::Published(which, bound) => {
                write!(formatter, "{}:{}", side(which), value(bound))
            }
            Self::Seen(which, bound) => write!(formatter, "seen-{}:{}", side(which), value(bound)),
            Self::Views(range) => write!(formatter, "views:{range}"),
            Self::Language(tag) => write!(formatter, "lang:{}", value(tag)),
            Self::Changed => formatter.write_str("is:changed"),
            Self::Gone => formatter.write_str("is:gone"),
        }
    }
}

/// A filter's value, in quotes where it would end before its end.
fn value(text: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-._:/".contains(letter);
    if text.chars().all(plain) && !text.is_empty() {
        text.to_owned()
    } else if text.contains('"') {
        format!("「{text}」")
    } else {
        format!("\"{text}\"")
    }
}
