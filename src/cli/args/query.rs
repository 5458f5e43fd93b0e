//! Arguments of `query`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::super::typed::{parameter, size, wait};
use crate::tabular::Cell;

/// Arguments of `query`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen query 'SELECT title, views FROM v_articles ORDER BY views DESC LIMIT 10'
  zhanwen query --file reposts.sql -p days=30 -o reposts.csv
  zhanwen query -f markdown - < question.sql     a table to paste into a report
  zhanwen query --schema                         the views, their columns and what they mean
  zhanwen query --schema v_changes

A query is one statement and only reads. Values come in by name: `:site` and --param site=expo; one
that looks like a number is a number, in single quotes it is text: year=\"'2026'\". CSV is what Excel
opens: UTF-8 with its mark, and text that would be run as a formula made harmless; for programs there
are --no-bom and --no-guard. docs/cookbook.md answers thirty questions.")]
pub struct QueryArgs {
    /// The question in SQL; - for standard input. After --schema, the name of a view
    #[arg(value_name = "SQL", required_unless_present_any = ["file", "schema"])]
    pub sql: Option<String>,
    /// Read the question from a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["sql", "schema"])]
    pub file: Option<PathBuf>,
    /// Give the query's `:NAME` a value
    #[arg(short, long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub parameters: Vec<(String, Cell)>,
    /// How rows are written [default: by the name of --output, else a table]
    #[arg(short, long, value_enum, value_name = "FORMAT")]
    pub format: Option<QueryFormat>,
    /// Write to a file, which is made or replaced when the whole answer is there
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// At most so many rows; 0 is all [default: 1000 in a table, all otherwise]
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Give up after so long, as in 5m; 0 is never
    #[arg(long, value_name = "TIME", value_parser = wait, default_value = "30s")]
    pub timeout: Duration,
    /// Memory that the query may take
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256MB")]
    pub memory: u64,
    /// CSV without the byte order mark that Excel needs
    #[arg(long)]
    pub no_bom: bool,
    /// CSV with text that a spreadsheet may run as a formula as it is
    #[arg(long)]
    pub no_guard: bool,
    /// Print the views with their columns and what they mean
    #[arg(long, conflicts_with_all = ["parameters", "format", "output", "limit"])]
    pub schema: bool,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QueryFormat {
    /// For people, cut to the terminal's width where there is one.
    Table,
    /// For spreadsheets.
    Csv,
    /// One array of objects.
    Json,
    /// One object per line.
    Jsonl,
    /// For reports.
    Markdown,
}

impl QueryFormat {
    /// The format that a file's name asks for.
    pub fn of_extension(extension: &str) -> Option<Self> {
        let formats = [
            ("csv", Self::Csv),
            ("json", Self::Json),
            ("jsonl", Self::Jsonl),
            ("ndjson", Self::Jsonl),
            ("md", Self::Markdown),
            ("txt", Self::Table),
        ];
        let same = |(name, _): &&(&str, Self)| extension.eq_ignore_ascii_case(name);
        formats.iter().find(same).map(|(_, format)| *format)
    }
}
