//! Why a page was read as it was: what was considered for each field, what won, what was refused.

use std::collections::BTreeMap;
use std::fmt;

use ego_tree::{NodeId, NodeRef};
use scraper::Node as Content;

use super::Page;
use super::body::{self, Body};
use super::candidate::{self, Candidate, Choice, Considered, Spot, Verdict};
use super::cuts::CutRule;
use super::lines::Line;
use super::outline::Outline;
use super::refusal::Refusal;
use crate::model::{Field, Provenance};

/// Why a page was read as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What was considered for each field but the body: first what won, then the rest in the order
    /// in which it is believed.
    pub fields: BTreeMap<Field, Vec<Trace>>,
    /// Where the body was found.
    pub body: BodyTrace,
    /// Why the page is what it is.
    pub kind: &'static str,
}

/// Something that was considered for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The rule that offered it, spelled as in provenance.
    pub rule: String,
    /// The characters that were looked at.
    pub said: String,
    /// The value that was read in them.
    pub value: Option<String>,
    /// What it weighs, where candidates are weighed.
    pub weight: Option<i64>,
    /// What became of it.
    pub verdict: Verdict,
    /// Where it stands.
    pub at: Whereabouts,
}

/// Where something stands in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// `head`, `opening`, `closing` or `tail` around the text, `text-end`, or `document-head`.
    pub place: Option<&'static str>,
    /// The element, as a selector that finds it: `div.info > span`.
    pub path: Option<String>,
    /// The line it stands in.
    pub line: Option<String>,
}

/// Where a body was found, and what was taken off it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BodyTrace {
    /// The element, as a selector that finds it.
    pub path: Option<String>,
    /// What its lines are worth.
    pub worth: i64,
    /// How many lines the text has.
    pub lines: usize,
    /// What was taken off, and by which rule.
    pub cuts: Vec<CutTrace>,
    /// The other elements, by what their lines are worth.
    pub rivals: Vec<Rival>,
}

/// Lines that were taken off a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutTrace {
    /// The rule.
    pub rule: CutRule,
    /// The lines.
    pub lines: Vec<String>,
    /// The element around the first of them.
    pub path: Option<String>,
}

/// An element that may have been the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    /// The element, as a selector that finds it.
    pub path: String,
    /// What its lines are worth.
    pub worth: i64,
    /// How many lines it has.
    pub lines: usize,
    /// How it stands to the body's element.
    pub relation: Relation,
}

/// How an element stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It holds the other.
    Around,
    /// It stands in the other.
    Inside,
    /// Neither.
    Apart,
}

impl Relation {
    /// The relation's stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Around => "around",
            Self::Inside => "inside",
            Self::Apart => "apart",
        }
    }
}

/// How many elements beside the body are told of.
const RIVALS: usize = 5;

/// Which rule gave each field, and, where that is wanted, all that was considered.
pub(super) struct Ledger {
    /// The rules.
    pub(super) provenance: Provenance,
    wanted: bool,
    considered: BTreeMap<Field, Vec<Considered>>,
}

impl Ledger {
    /// An empty one.
    pub(super) const fn new(wanted: bool) -> Self {
        Self {
            provenance: Provenance::new(),
            wanted,
            considered: BTreeMap::new(),
        }
    }

    /// Takes the first candidate that nothing speaks against, and notes the rule that gave it,
    /// unless the field has a value already.
    pub(super) fn pick<T: fmt::Display>(
        &mut self,
        field: Field,
        candidates: impl Iterator<Item = Candidate<T>>,
    ) -> Option<T> {
        let choice = candidate::choose(candidates, self.wanted);
        self.note(field, choice)
    }

    /// Notes what was chosen, unless the field has a value already.
    pub(super) fn note<T>(&mut self, field: Field, choice: Choice<T>) -> Option<T> {
        let settled = self.provenance.contains_key(&field);
        let mut considered = choice.considered;
        if settled {
            demote(&mut considered, Verdict::Outranked);
        }
        self.considered.entry(field).or_default().extend(considered);
        let (value, rule) = choice.taken?;
        self.provenance
            .entry(field)
            .or_insert_with(|| rule.to_string());
        Some(value)
    }

    /// Picks in preference to what the field has.
    pub(super) fn prefer<T: fmt::Display>(
        &mut self,
        field: Field,
        candidates: impl Iterator<Item = Candidate<T>>,
    ) -> Option<T> {
        let choice = candidate::choose(candidates, self.wanted);
        if choice.taken.is_some() {
            self.provenance.remove(&field);
            demote(
                self.considered.entry(field).or_default(),
                Verdict::Outranked,
            );
        }
        self.note(field, choice)
    }

    /// Drops what was taken for all fields but one, since the page has none of them.
    pub(super) fn dismiss(&mut self, all_but: Field) {
        self.provenance.retain(|field, _| *field == all_but);
        for (field, considered) in &mut self.considered {
            if *field != all_but {
                demote(considered, Verdict::Refused(Refusal::ListPage));
            }
        }
    }

    /// All that was considered, told with where it stands.
    pub(super) fn tell(&self, page: &Page, outline: &Outline<'_>) -> BTreeMap<Field, Vec<Trace>> {
        let fields = Field::ALL.into_iter().filter(|field| *field != Field::Body);
        fields
            .map(|field| {
                let considered = self.considered.get(&field);
                let mut traces: Vec<Trace> = Vec::new();
                for one in considered.into_iter().flatten() {
                    let trace = Trace {
                        rule: one.rule.clone(),
                        said: one.said.clone(),
                        value: one.value.clone(),
                        weight: one.weight,
                        verdict: one.verdict,
                        at: whereabouts(page, outline, one.spot),
                    };
                    add(&mut traces, trace);
                }
                // stable: what won goes first, the rest stays in order
                traces.sort_by_key(|trace| trace.verdict != Verdict::Taken);
                (field, traces)
            })
            .collect()
    }
}

fn demote(considered: &mut [Considered], to: Verdict) {
    for one in considered {
        if one.verdict == Verdict::Taken {
            one.verdict = to;
        }
    }
}

/// Adds a trace; one that was considered twice, as when 昨天 had to wait for a script, is told once.
fn add(traces: &mut Vec<Trace>, trace: Trace) {
    let same = traces
        .iter_mut()
        .find(|other| other.rule == trace.rule && other.said == trace.said && other.at == trace.at);
    match same {
        Some(other) if rank(trace.verdict) < rank(other.verdict) => *other = trace,
        Some(_) => {}
        None => traces.push(trace),
    }
}

const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Taken => 0,
        Verdict::Outranked => 1,
        Verdict::Refused(_) => 2,
    }
}

fn whereabouts(page: &Page, outline: &Outline<'_>, spot: Spot) -> Whereabouts {
    match spot {
        Spot::Line(place, index) => {
            let line = outline.lines.get(index);
            Whereabouts {
                place: place.map(super::Place::name),
                path: line.and_then(|line| path_of(outline, line.block)),
                line: line.map(Line::plain),
            }
        }
        Spot::Node(index) => Whereabouts {
            path: path_of(outline, index),
            ..Whereabouts::default()
        },
        Spot::Element(id) => Whereabouts {
            path: path_to(page, id),
            ..Whereabouts::default()
        },
        Spot::TextEnd => Whereabouts {
            place: Some("text-end"),
            ..Whereabouts::default()
        },
        Spot::Head => Whereabouts {
            place: Some("document-head"),
            ..Whereabouts::default()
        },
        Spot::Nowhere => Whereabouts::default(),
    }
}

fn path_of(outline: &Outline<'_>, node: usize) -> Option<String> {
    Some(path(outline.nodes.get(node)?.content))
}

fn path_to(page: &Page, id: NodeId) -> Option<String> {
    page.html.tree.get(id).map(path)
}

/// An element as a selector that finds it: up to four elements, from one with an id on.
fn path(node: NodeRef<'_, Content>) -> String {
    const LONGEST: usize = 4;
    let mut steps: Vec<String> = Vec::new();
    for node in std::iter::once(node).chain(node.ancestors()) {
        let Some(element) = node.value().as_element() else {
            continue;
        };
        let name = element.name();
        if matches!(name, "html" | "body") && !steps.is_empty() {
            break;
        }
        let id = element.id().filter(|id| is_word(id));
        let classes = element.classes().filter(|class| is_word(class)).take(2);
        let step = match id {
            Some(id) => format!("{name}#{id}"),
            None => classes.fold(name.to_owned(), |step, class| step + "." + class),
        };
        steps.push(step);
        if id.is_some() || steps.len() == LONGEST {
            break;
        }
    }
    steps.reverse();
    steps.join(" > ")
}

/// Whether a class or id can stand in a selector as it is.
fn is_word(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_'))
}

impl BodyTrace {
    /// What is to be told of a body; `credits` are the lines at its ends that fill fields.
    pub(super) fn of(
        outline: &Outline<'_>,
        body: &Body,
        strangers: &[usize],
        credits: &[String],
        lines: usize,
    ) -> Self {
        let line = |index: usize| outline.lines.get(index);
        let mut cuts: Vec<CutTrace> = body
            .cuts
            .iter()
            .map(|cut| CutTrace {
                rule: cut.by,
                lines: cut
                    .lines
                    .iter()
                    .filter_map(|&one| Some(line(one)?.plain()))
                    .collect(),
                path: cut
                    .lines
                    .first()
                    .and_then(|&first| path_of(outline, line(first)?.block)),
            })
            .collect();
        if !credits.is_empty() {
            cuts.push(CutTrace {
                rule: CutRule::Credit,
                lines: credits.to_vec(),
                path: None,
            });
        }
        let own = outline.lines_of(body.element);
        let holds = |outer: &std::ops::Range<usize>, inner: &std::ops::Range<usize>| {
            outer.start <= inner.start && inner.end <= outer.end
        };
        let rivals = body::rivals(outline, strangers)
            .into_iter()
            .filter(|(_, element)| outline.lines_of(*element) != own)
            .filter_map(|(worth, element)| {
                let range = outline.lines_of(element);
                Some(Rival {
                    path: path_of(outline, element)?,
                    worth,
                    lines: range.len(),
                    relation: if holds(&range, &own) {
                        Relation::Around
                    } else if holds(&own, &range) {
                        Relation::Inside
                    } else {
                        Relation::Apart
                    },
                })
            })
            .take(RIVALS)
            .collect();
        Self {
            path: (!own.is_empty())
                .then(|| path_of(outline, body.element))
                .flatten(),
            worth: body.worth,
            lines,
            cuts,
            rivals,
        }
    }
}
