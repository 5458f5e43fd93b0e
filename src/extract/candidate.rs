//! What may be a field's value: each rule offers its candidates, best first, with where they stand
//! and what speaks against them.
//!
//! Candidates are offered lazily. To read a page, the first that nothing speaks against is taken
//! and the rest is never looked for; to explain a page, all are collected. There is no other code
//! that knows the rules.

use std::fmt;

use ego_tree::NodeId;

use super::refusal::Refusal;
use crate::model::Field;

/// Where in the page a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// Between the headline and the text.
    Head,
    /// Within the first lines of the text.
    Opening,
    /// Within the last lines of the text.
    Closing,
    /// After the text.
    Tail,
}

impl Place {
    /// The place's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Opening => "opening",
            Self::Closing => "closing",
            Self::Tail => "tail",
        }
    }
}

/// The rule that offers a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// One of a site's or builder's own, by its name: `site:expo-company title[0]`.
    Given(String),
    /// A label of the page.
    Label(&'static str),
    /// Any other, by its name.
    Named(&'static str),
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(name) => formatter.write_str(name),
            Self::Label(label) => write!(formatter, "labels {label}"),
            Self::Named(name) => formatter.write_str(name),
        }
    }
}

/// Where a candidate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// In a line.
    Line(Option<Place>, usize),
    /// At a node of the outline.
    Node(usize),
    /// In an element of the document.
    Element(NodeId),
    /// At an end of the text, which says it and is cut.
    TextEnd,
    /// In the document's head, which nobody sees.
    Head,
    /// Nowhere.
    Nowhere,
}

/// What may be a field's value.
#[derive(Clone, Debug)]
pub(super) struct Candidate<T> {
    /// The rule that offers it.
    pub(super) rule: Rule,
    /// Where it stands.
    pub(super) spot: Spot,
    /// The characters that are looked at.
    pub(super) said: String,
    /// What it weighs, where candidates are weighed.
    pub(super) weight: Option<i64>,
    /// The value, or what speaks against it.
    pub(super) verdict: Result<T, Refusal>,
}

impl<T> Candidate<T> {
    /// Something said at a spot, and what is to be thought of it.
    pub(super) fn new(
        rule: Rule,
        spot: Spot,
        said: impl Into<String>,
        verdict: Result<T, Refusal>,
    ) -> Self {
        Self {
            rule,
            spot,
            said: said.into(),
            weight: None,
            verdict,
        }
    }

    /// The same candidate where its value stands a further question.
    pub(super) fn and_then<U>(self, ask: impl FnOnce(T) -> Result<U, Refusal>) -> Candidate<U> {
        Candidate {
            rule: self.rule,
            spot: self.spot,
            said: self.said,
            weight: self.weight,
            verdict: self.verdict.and_then(ask),
        }
    }
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the field's value.
    Taken,
    /// Nothing speaks against it, but another is believed more.
    Outranked,
    /// It is none.
    Refused(Refusal),
}

/// A candidate as it was considered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Considered {
    /// The rule that offered it.
    pub(super) rule: String,
    /// Where it stands.
    pub(super) spot: Spot,
    /// The characters that were looked at.
    pub(super) said: String,
    /// The value that was read in them.
    pub(super) value: Option<String>,
    /// What it weighs.
    pub(super) weight: Option<i64>,
    /// What became of it.
    pub(super) verdict: Verdict,
}

/// What came of a field's candidates.
#[derive(Debug)]
pub(super) struct Choice<T> {
    /// The value, and the rule that gave it.
    pub(super) taken: Option<(T, Rule)>,
    /// All that was considered, where that was asked for.
    pub(super) considered: Vec<Considered>,
}

impl<T> Choice<T> {
    /// The value taken.
    pub(super) fn value(&self) -> Option<&T> {
        self.taken.as_ref().map(|(value, _)| value)
    }
}

/// Takes the first candidate that nothing speaks against. Where all are `wanted`, none is left out
/// of what was considered.
pub(super) fn choose<T: fmt::Display>(
    candidates: impl Iterator<Item = Candidate<T>>,
    wanted: bool,
) -> Choice<T> {
    let mut choice = Choice {
        taken: None,
        considered: Vec::new(),
    };
    for candidate in candidates {
        if wanted {
            choice.considered.push(Considered {
                rule: candidate.rule.to_string(),
                spot: candidate.spot,
                value: candidate.verdict.as_ref().ok().map(ToString::to_string),
                weight: candidate.weight,
                verdict: match &candidate.verdict {
                    Ok(_) if choice.taken.is_none() => Verdict::Taken,
                    Ok(_) => Verdict::Outranked,
                    Err(refusal) => Verdict::Refused(*refusal),
                },
                said: candidate.said,
            });
        }
        if choice.taken.is_none()
            && let Ok(value) = candidate.verdict
        {
            choice.taken = Some((value, candidate.rule));
            if !wanted {
                break;
            }
        }
    }
    choice
}

/// What the labels of a decoy's kind say against themselves.
pub(super) fn decoy<T>(
    field: Field,
    label: &'static str,
    spot: Spot,
    said: &str,
) -> Option<Candidate<T>> {
    let (of, refusal) = Refusal::of_decoy(label)?;
    (of == field).then(|| Candidate::new(Rule::Label(label), spot, said, Err(refusal)))
}
