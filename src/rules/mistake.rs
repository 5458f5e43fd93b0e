//! What is wrong with a rules file: each mistake with its place and its fix.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{LabeledSpan, NamedSource, SourceCode};

/// The mistakes of one rules file, in the order of the file.
///
/// Shown by miette it prints the lines with a caret under each mistake; its `Display` names the
/// first one for a log line.
#[derive(Debug, Clone)]
pub struct RuleError {
    file: String,
    mistakes: Vec<Mistake>,
}

/// One mistake: where it is, what is wrong, and how to put it right.
#[derive(Debug, Clone)]
pub struct Mistake {
    source: Arc<NamedSource<String>>,
    span: Range<usize>,
    message: String,
    fix: String,
}

/// A mistake whose file is not attached yet.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) fix: String,
}

impl RuleError {
    /// The error for `findings`, of which there is at least one, in the file that reads `text`.
    pub(super) fn new(file: &str, text: &str, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (finding.span.start, finding.span.end));
        let source = Arc::new(NamedSource::new(file, text.to_owned()).with_language("TOML"));
        Self {
            file: file.to_owned(),
            mistakes: findings
                .into_iter()
                .map(|finding| Mistake {
                    source: Arc::clone(&source),
                    span: finding.span,
                    message: finding.message,
                    fix: finding.fix,
                })
                .collect(),
        }
    }

    /// The file, as it was named to [`parse`](super::parse).
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Every mistake found, in the order of the file.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "use the rules of {}", self.file)?;
        if let Some(first) = self.mistakes.first() {
            let (line, column) = first.position();
            write!(formatter, ": line {line}, column {column}: {first}")?;
        }
        match self.mistakes.len() {
            0 | 1 => Ok(()),
            2 => formatter.write_str(" (and 1 more mistake)"),
            many => write!(formatter, " (and {} more mistakes)", many - 1),
        }
    }
}

impl std::error::Error for RuleError {}

impl miette::Diagnostic for RuleError {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        Some(Box::new(
            self.mistakes
                .iter()
                .map(|mistake| -> &dyn miette::Diagnostic { mistake }),
        ))
    }
}

impl Mistake {
    /// Line and column in characters, counted from 1.
    pub fn position(&self) -> (usize, usize) {
        let before = self
            .source
            .inner()
            .get(..self.span.start)
            .unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        (line, column)
    }

    /// How to put it right, in one sentence.
    pub fn fix(&self) -> &str {
        &self.fix
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Mistake {}

impl miette::Diagnostic for Mistake {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(Some("here".to_owned()), self.span.clone());
        Some(Box::new(std::iter::once(label)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.fix))
    }
}
