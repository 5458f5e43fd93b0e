//! Reads a TOML tree and notes every mistake on the way, instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Finding;
use super::suggest;

/// A value with its place.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// A text with its place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// The mistakes noted so far, and the source they point into.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    source: &'t str,
    findings: Vec<Finding>,
}

impl<'t> Reader<'t> {
    pub(super) const fn new(source: &'t str) -> Self {
        Self {
            source,
            findings: Vec::new(),
        }
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Notes a mistake.
    pub(super) fn wrong(
        &mut self,
        span: &Range<usize>,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.findings.push(Finding {
            span: span.clone(),
            message: message.into(),
            fix: fix.into(),
        });
    }

    /// Notes every key of `table` that is not `known`; `section` is what people call the table.
    pub(super) fn refuse_unknown(&mut self, table: &DeTable<'_>, section: &str, known: &[&str]) {
        for key in table.keys() {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let fix = suggest::nearest(name, known.iter().copied()).map_or_else(
                || format!("the keys of {section} are {}", listed(known)),
                |meant| format!("did you mean `{meant}`?"),
            );
            self.wrong(
                &key.span(),
                format!("unknown key `{}` in {section}", shortened(name)),
                fix,
            );
        }
    }

    /// The table at `key`, if it is there and is one.
    pub(super) fn table<'a, 'i>(
        &mut self,
        table: &'a DeTable<'i>,
        key: &str,
    ) -> Option<&'a DeTable<'i>> {
        let value = table.get(key)?;
        let found = value.get_ref().as_table();
        if found.is_none() {
            let fix = format!("write it as a section: [{key}]");
            self.expected(value, key, "a section", fix);
        }
        found
    }

    /// The non-empty string at `key`.
    pub(super) fn text(&mut self, table: &DeTable<'_>, key: &str) -> Option<Text> {
        let value = table.get(key)?;
        self.string(value, key)
    }

    /// The string or strings at `key`.
    pub(super) fn texts(&mut self, table: &DeTable<'_>, key: &str) -> Vec<Text> {
        let Some(value) = table.get(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(values) => values
                .iter()
                .filter_map(|value| self.string(value, key))
                .collect(),
            _ => self.string(value, key).into_iter().collect(),
        }
    }

    /// `true` or `false` at `key`, or `default`.
    pub(super) fn flag(&mut self, table: &DeTable<'_>, key: &str, default: bool) -> bool {
        let Some(value) = table.get(key) else {
            return default;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            let fix = format!("write {key} = true or {key} = false, without quotes");
            self.expected(value, key, "true or false", fix);
            default
        })
    }

    /// The string that `value` should be.
    pub(super) fn string(&mut self, value: &Value<'_>, key: &str) -> Option<Text> {
        let Some(text) = value.get_ref().as_str() else {
            let fix = format!("write {key} = \"…\"");
            self.expected(value, key, "text in quotes", fix);
            return None;
        };
        if text.trim().is_empty() {
            let fix = "write what is meant, or leave the key out";
            self.wrong(&value.span(), format!("`{key}` is empty"), fix);
            return None;
        }
        Some(Text {
            text: text.to_owned(),
            span: value.span(),
        })
    }

    /// Notes that `value` is of the wrong kind.
    pub(super) fn expected(
        &mut self,
        value: &Value<'_>,
        key: &str,
        wanted: &str,
        fix: impl Into<String>,
    ) {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a section",
        };
        let message = format!("`{key}` should be {wanted}, not {found}");
        self.wrong(&value.span(), message, fix);
    }

    /// The place `offset` bytes into the text of a string, where the file spells it as it reads
    /// (no escapes); else the place of the whole.
    pub(super) fn inside(&self, text: &Text, offset: usize) -> Range<usize> {
        let literal = self.source.get(text.span.clone()).unwrap_or_default();
        literal
            .find(text.text.as_str())
            .map(|quotes| text.span.start + quotes + offset)
            .filter(|start| *start < text.span.end)
            .map_or_else(|| text.span.clone(), |start| start..start + 1)
            .clone()
    }
}

/// `name, hosts and start`, in code quotes.
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A word from the file, short enough to be repeated in a message.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
