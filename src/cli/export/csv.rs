//! CSV, and beside it what says what it is: metadata of CSV on the Web.
//!
//! A comment or an extra line within the file would be a row to whoever reads it. The W3C's
//! `FILE-metadata.json` is where readers of that standard look by themselves, and nobody else is
//! troubled by it.

use std::io;

use serde_json::{Value as Json, json};

use crate::archive::Dossier;
use crate::cli::args::{CsvArgs, What};
use crate::cli::failure::Failure;
use crate::tabular::{Cell, Format, RowWriter, writer};

use super::Sink;
use super::choice::About;
use super::table::{self, Column, Kind, Value};
use super::way::{Pen, Way};

/// Writes CSV.
#[derive(Debug)]
pub(super) struct Csv<'a> {
    what: What,
    rows: Box<dyn RowWriter + 'a>,
    way: Way,
    columns: Vec<Column>,
    mark: bool,
}

impl<'a> Csv<'a> {
    /// Writes the names of the columns.
    pub(super) fn begin(
        args: &CsvArgs,
        what: What,
        way: Way,
        pen: Pen<'a>,
    ) -> Result<Self, Failure> {
        let columns = table::columns(what);
        let mark = !args.no_bom && !pen.is_terminal();
        let format = Format::Csv {
            mark,
            guard: !args.no_guard,
        };
        let names: Vec<String> = columns.iter().map(|one| one.name.to_owned()).collect();
        let rows = writer(format, &names, pen).map_err(|source| way.refused(source))?;
        Ok(Self {
            what,
            rows,
            way,
            columns,
            mark,
        })
    }
}

impl Sink for Csv<'_> {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        let rows = table::rows(self.what, dossier);
        for row in &rows {
            let cells: Vec<Cell> = row.iter().map(cell).collect();
            self.rows.row(&cells)?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.way.refused(source)
    }

    fn finish(mut self: Box<Self>, about: &About) -> Result<(), Failure> {
        let written = self.rows.finish();
        drop(self.rows);
        let metadata = metadata(&self.way.name(), &self.columns, self.mark, about);
        self.way.finish(written, &metadata)
    }
}

/// A value as a spreadsheet reads it.
fn cell(value: &Value<'_>) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Integer(number) => Cell::Integer(*number),
        Value::Real(number) => Cell::Real(*number),
        Value::Boolean(is) => Cell::Integer(i64::from(*is)),
        Value::Text(text) => Cell::Text(text.to_string()),
        Value::Instant(at) => Cell::Text(at.to_string()),
        Value::Day(day) => Cell::Text(day.to_string()),
        Value::PublishTime(time) => Cell::Text(time.to_string()),
    }
}

fn metadata(file: &str, columns: &[Column], mark: bool, about: &About) -> Json {
    let columns: Vec<Json> = columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "titles": column.name,
                "dc:description": column.about,
                "datatype": datatype(column.kind),
            })
        })
        .collect();
    json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dialect": {"encoding": "utf-8", "header": true, "lineTerminators": "\r\n", "zhanwen:mark": mark},
        "tableSchema": {"columns": columns},
        "dc:created": about.exported_at.to_string(),
        "dc:creator": about.tool,
        "zhanwen:export": about.object(),
    })
}

/// The datatype of CSV on the Web.
fn datatype(kind: Kind) -> Json {
    match kind {
        Kind::Text | Kind::Paragraphs | Kind::PublishTime => json!("string"),
        Kind::Url => json!("anyURI"),
        Kind::Integer => json!("integer"),
        Kind::Real => json!("double"),
        Kind::Boolean => json!({"base": "boolean", "format": "1|0"}),
        Kind::Instant => json!({"base": "datetime", "format": "yyyy-MM-ddTHH:mm:ss.SSSX"}),
        Kind::Day => json!({"base": "date", "format": "yyyy-MM-dd"}),
        Kind::Json => json!("json"),
    }
}
