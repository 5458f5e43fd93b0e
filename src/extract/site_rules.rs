//! What a site's or builder's own rules say.

use std::borrow::Cow;
use std::collections::HashMap;

use ego_tree::NodeId;
use scraper::selector::ToCss as _;
use scraper::{ElementRef, Selector};

use super::Page;
use super::candidate::{Candidate, Rule, Spot};
use super::lines::plain;
use super::outline::Outline;
use super::refusal::Refusal;
use crate::chinese::labels;
use crate::model::Field;
use crate::rules::{FieldRule, Role, SiteRules};

/// The rules in force for one page, applied to it.
pub(super) struct Applied<'rules> {
    rules: &'rules SiteRules,
    name: String,
}

impl<'rules> Applied<'rules> {
    /// Prepares to apply `rules`.
    pub(super) fn new(rules: &'rules SiteRules) -> Self {
        let role = match rules.role {
            Role::Site => "site",
            Role::Builder => "builder",
        };
        Self {
            rules,
            name: format!("{role}:{}", rules.id),
        }
    }

    /// `site:expo-company`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The zone of the dates it prints.
    pub(super) fn time_zone(&self) -> Option<jiff::tz::TimeZone> {
        self.rules.time_zone.clone()
    }

    /// Every value that the rules of a field give, best first, and what they fail to find.
    pub(super) fn values<'here>(
        &'here self,
        page: &'here Page,
        field: Field,
    ) -> impl Iterator<Item = Candidate<String>> + 'here {
        let rules = self
            .rules
            .fields
            .get(&field)
            .map(Vec::as_slice)
            .unwrap_or_default();
        rules.iter().enumerate().flat_map(move |(position, rule)| {
            let name = format!("{} {field}[{position}]", self.name);
            let mut elements = page.html.select(&rule.selector).peekable();
            let missing = elements.peek().is_none().then(|| {
                let selector = rule.selector.to_css_string();
                let rule = Rule::Given(name.clone());
                Candidate::new(rule, Spot::Nowhere, selector, Err(Refusal::NoElement))
            });
            let found = elements.map(move |element| {
                let spot = Spot::Element(element.id());
                let (said, verdict) = value(element, rule);
                Candidate::new(Rule::Given(name.clone()), spot, said, verdict)
            });
            missing.into_iter().chain(found)
        })
    }

    /// Whether they are of one site, written for its pages; a builder's are for templates that
    /// its users may have changed.
    pub(super) fn are_a_sites(&self) -> bool {
        self.rules.role == Role::Site
    }

    /// The element of the body, as an index of the outline.
    pub(super) fn body(&self, page: &Page, outline: &Outline<'_>) -> Option<(usize, String)> {
        let rules = self.rules.fields.get(&Field::Body)?;
        let places: HashMap<NodeId, usize> = outline
            .nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (node.content.id(), index))
            .collect();
        rules.iter().enumerate().find_map(|(position, rule)| {
            page.html
                .select(&rule.selector)
                .filter_map(|element| places.get(&element.id()).copied())
                .find(|&index| {
                    outline
                        .nodes
                        .get(index)
                        .is_some_and(|node| node.characters > 0)
                        || outline.within(index).any(|(_, node)| node.name() == "img")
                })
                .map(|index| (index, format!("{} body[{position}]", self.name)))
        })
    }

    /// What leads to the other parts of an article.
    pub(super) fn next_part(&self) -> &'rules [Selector] {
        &self.rules.next_part
    }

    /// Elements that the rules call noise or that lead to other parts of the article, as indices of the outline.
    pub(super) fn noise(&self, page: &Page, outline: &Outline<'_>) -> Vec<usize> {
        if self.rules.noise.is_empty() && self.rules.next_part.is_empty() {
            return Vec::new();
        }
        let noise: std::collections::HashSet<NodeId> = self
            .rules
            .noise
            .iter()
            .chain(&self.rules.next_part)
            .flat_map(|selector| page.html.select(selector))
            .map(|element| element.id())
            .collect();
        outline
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| noise.contains(&node.content.id()))
            .map(|(index, _)| index)
            .collect()
    }
}

/// Every value that the rules of a field give, where there are rules.
pub(super) fn values<'here>(
    rules: Option<&'here Applied<'here>>,
    page: &'here Page,
    field: Field,
) -> impl Iterator<Item = Candidate<String>> + 'here {
    rules
        .into_iter()
        .flat_map(move |rules| rules.values(page, field))
}

/// The first value that `rules` give on `page`.
pub fn first_value(page: &Page, rules: &[FieldRule]) -> Option<String> {
    rules.iter().find_map(|rule| {
        let mut elements = page.html.select(&rule.selector);
        elements.find_map(|element| value(element, rule).1.ok())
    })
}

/// What a rule takes from an element, and what it looks at there.
fn value(element: ElementRef<'_>, rule: &FieldRule) -> (String, Result<String, Refusal>) {
    let text = match &rule.attribute {
        Some(name) => match element.attr(name) {
            Some(value) => value.to_owned(),
            None => return (String::new(), Err(Refusal::NoAttribute)),
        },
        None if rule.own_text => element
            .children()
            .filter_map(|child| child.value().as_text().map(|text| text.to_string()))
            .collect(),
        None => visible_text(element),
    };
    let verdict = narrowed(&text, rule);
    (plain(&text), verdict)
}

/// The part of an element's text that a rule is about.
fn narrowed(text: &str, rule: &FieldRule) -> Result<String, Refusal> {
    let mut text = Cow::Borrowed(text);
    if let Some(label) = &rule.label {
        text = Cow::Owned(after_label(&text, label).ok_or(Refusal::NoLabel)?);
    }
    if let Some(pattern) = &rule.regex {
        let found = pattern.captures(&text).ok_or(Refusal::NoMatch)?;
        let part = found.get(1).or_else(|| found.get(0));
        text = Cow::Owned(part.map_or("", |part| part.as_str()).to_owned());
    }
    let text = plain(&text);
    if text.is_empty() {
        return Err(Refusal::Empty);
    }
    Ok(text)
}

/// The text of an element without its scripts, element boundaries kept as blanks.
fn visible_text(element: ElementRef<'_>) -> String {
    let mut text = String::new();
    let mut hidden = 0_usize;
    for edge in element.traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                scraper::Node::Text(words) if hidden == 0 => text.push_str(words),
                scraper::Node::Element(inner) => {
                    if matches!(inner.name(), "script" | "style") {
                        hidden += 1;
                    } else if matches!(inner.name(), "br" | "p" | "div" | "li" | "td") {
                        text.push(' ');
                    }
                }
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let scraper::Node::Element(inner) = node.value()
                    && matches!(inner.name(), "script" | "style")
                {
                    hidden = hidden.saturating_sub(1);
                }
            }
        }
    }
    text
}

/// What follows `label` up to the next label.
fn after_label(text: &str, label: &str) -> Option<String> {
    let found: Vec<_> = labels::find_all(text)
        .into_iter()
        .filter(|one| one.label == label || (one.firm && one.at_boundary))
        .collect();
    let known = found.iter().position(|one| one.label == label);
    if let Some(position) = known {
        let start = found.get(position)?.end;
        let end = found
            .get(position + 1)
            .map_or(text.len(), |next| next.start);
        return text.get(start..end).map(str::to_owned);
    }
    let (_, rest) = text.split_once(label)?;
    let rest = rest.trim_start().trim_start_matches([':', '：']);
    let end = labels::find_all(rest)
        .into_iter()
        .find(|found| found.firm)
        .map_or(rest.len(), |found| found.start);
    rest.get(..end).map(str::to_owned)
}
