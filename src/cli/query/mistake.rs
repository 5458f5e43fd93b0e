//! What is wrong with a question, where, and what was probably meant.

use std::fmt;
use std::time::Duration;

use miette::{LabeledSpan, NamedSource, SourceCode};

use crate::archive::ArchiveError;
use crate::rules::nearest;
use crate::store::sqlite::{Shape, SqlDesk, SqlError};

use super::super::args::QueryArgs;
use super::super::render::{bytes, duration};

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(ArchiveError),
    /// SQLite does not understand the question.
    #[error("understand the query: {0}")]
    Mistake(miette::Report),
    /// It took too long.
    #[error("answer within {}: `--timeout 5m` waits longer, 0 for ever; EXPLAIN QUERY PLAN shows what is slow", duration(*.0))]
    Late(Duration),
    /// It took too much memory.
    #[error("answer within {}: `--memory 1GB` gives more", bytes(*.0))]
    Large(u64),
    /// It is no question that may be asked.
    #[error(transparent)]
    Other(SqlError),
}

impl QueryError {
    /// What `error` says of `sql`, with what of the archive helps.
    pub(super) fn of(error: SqlError, sql: &str, desk: &SqlDesk, args: &QueryArgs) -> Self {
        match error {
            SqlError::Archive(error) => Self::Archive(error),
            SqlError::Late => Self::Late(args.timeout),
            SqlError::Large => Self::Large(args.memory),
            SqlError::Mistake { message, offset } => {
                // without them the message still says what is wrong
                let shapes = desk.shapes().unwrap_or_default();
                Self::Mistake(miette::Report::new(SqlMistake {
                    help: match_help(&message, offset).or_else(|| help(&message, sql, &shapes)),
                    span: offset.map(|offset| offset..word_end(sql, offset)),
                    source: NamedSource::new("query", sql.to_owned()).with_language("SQL"),
                    message,
                }))
            }
            other => Self::Other(other),
        }
    }
}

/// A mistake in SQL; shown by miette it prints the line with a caret.
#[derive(Debug)]
struct SqlMistake {
    message: String,
    span: Option<std::ops::Range<usize>>,
    source: NamedSource<String>,
    help: Option<String>,
}

impl fmt::Display for SqlMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for SqlMistake {}

impl miette::Diagnostic for SqlMistake {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        let label = LabeledSpan::new_primary_with_span(Some("here".to_owned()), span);
        Some(Box::new(std::iter::once(label)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.help.as_ref()?))
    }
}

/// What the full-text index says has no place in the SQL: it reads its words when it is asked.
fn match_help(message: &str, offset: Option<usize>) -> Option<String> {
    let of_words = message.starts_with("fts5: ")
        || message.starts_with("no such column: ")
        || message.starts_with("unterminated string")
        || message.starts_with("unknown special query");
    (offset.is_none() && of_words).then(|| {
        "the words after MATCH have a syntax of their own: put what has other signs than letters into \
         double quotes, as in MATCH '\"2026-06\"'"
            .to_owned()
    })
}

/// What was probably meant, and what there is to choose from.
fn help(message: &str, sql: &str, shapes: &[Shape]) -> Option<String> {
    const WIDE: &str = "，。；：（）＝＜＞＊‘’“”　";
    if let Some(sign) = sql.chars().find(|&sign| WIDE.contains(sign))
        && message.contains(sign)
    {
        return Some(format!(
            "`{sign}` is a full-width sign: SQL takes the narrow one"
        ));
    }
    if let Some(named) = message.strip_prefix("no such column: ") {
        let named = named.split(" - ").next().unwrap_or(named).trim_matches('"');
        let column = named.rsplit('.').next().unwrap_or(named);
        let used: Vec<&Shape> = shapes
            .iter()
            .filter(|shape| names(sql, &shape.name))
            .collect();
        let columns = used.iter().flat_map(|shape| &shape.columns);
        let meant = nearest(column, columns.map(String::as_str));
        let meant = meant.map(|meant| format!("did you mean `{meant}`?"));
        let lists = used
            .iter()
            .map(|shape| format!("{} has {}", shape.name, shape.columns.join(", ")));
        let lines: Vec<String> = meant.into_iter().chain(lists).collect();
        return (!lines.is_empty()).then(|| lines.join("\n"));
    }
    if let Some(named) = message.strip_prefix("no such table: ") {
        let known = || shapes.iter().map(|shape| shape.name.as_str());
        let views: Vec<&str> = known().filter(|name| name.starts_with("v_")).collect();
        let there_are = format!("there are {}", views.join(", "));
        return Some(match nearest(named, known()) {
            Some(meant) => format!("did you mean `{meant}`?\n{there_are}"),
            None => there_are,
        });
    }
    None
}

/// Whether `sql` has `name` as a word.
fn names(sql: &str, name: &str) -> bool {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    sql.split(|letter| !word(letter))
        .any(|found| found.eq_ignore_ascii_case(name))
}

/// Where the word at `offset` ends, at least one character on.
fn word_end(sql: &str, offset: usize) -> usize {
    let rest = sql.get(offset..).unwrap_or_default();
    let word = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let length = rest.find(|letter| !word(letter)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, char::len_utf8);
    offset + length.max(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes() -> Vec<Shape> {
        let shape = |name: &str, columns: &[&str]| Shape {
            name: name.to_owned(),
            columns: columns.iter().map(ToString::to_string).collect(),
        };
        vec![
            shape("v_articles", &["site", "title", "views"]),
            shape("v_views", &["fetched_at", "views"]),
        ]
    }

    #[test]
    fn a_wrong_name_is_told_with_the_right_ones() {
        let told = |message: &str, sql: &str| help(message, sql, &shapes()).unwrap_or_default();
        assert_eq!(
            told(
                "no such column: a.titel",
                "select a.titel from V_ARTICLES a"
            ),
            "did you mean `title`?\nv_articles has site, title, views"
        );
        assert_eq!(
            told("no such table: v_article", "select 1 from v_article"),
            "did you mean `v_articles`?\nthere are v_articles, v_views"
        );
        assert_eq!(told("no such column: x", "select x"), "");
        assert_eq!(
            told(
                "no such column: title，views",
                "select title，views from v_articles"
            ),
            "`，` is a full-width sign: SQL takes the narrow one"
        );
        assert_eq!(told("incomplete input", "select 'a，b"), "");
    }

    #[test]
    fn words_to_be_found_are_not_columns() {
        assert!(match_help("no such column: 06", None).is_some());
        assert!(match_help("no such column: titel", Some(7)).is_none());
        assert!(match_help("malformed JSON", None).is_none());
    }

    #[test]
    fn the_caret_stands_under_a_word_or_a_sign() {
        assert_eq!(word_end("select titel, a", 7), 12);
        assert_eq!(word_end("a ，b", 2), 5);
        assert_eq!(word_end("select", 6), 6);
    }
}
