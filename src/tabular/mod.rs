//! Rows of cells as what people and programs read: CSV, JSON, JSON lines, Markdown.
//!
//! A [`RowWriter`] is given the names of its columns once and one row at a time, so a result of any
//! length takes no memory. It knows nothing of where the rows came from. Tables for a terminal are
//! drawn in `cli/`, which knows how wide it is.

mod cell;
mod csv;
mod json;
mod markdown;

use std::fmt::Debug;
use std::io::{self, Write};

pub use cell::Cell;

/// `json` with control characters beyond ASCII escaped, which JSON does not ask for and terminals obey.
pub fn escaped_json(json: &str) -> String {
    json::escaped(json)
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets: RFC 4180 with CRLF.
    Csv {
        /// Begins with a byte order mark, without which Excel takes Chinese for another encoding.
        mark: bool,
        /// Text that a spreadsheet would take for a formula is preceded by an apostrophe.
        guard: bool,
    },
    /// One array of objects.
    Json,
    /// One object per line.
    JsonLines,
    /// A table of GitHub's Markdown.
    Markdown,
}

/// Writes one row after the other.
pub trait RowWriter: Debug {
    /// Writes the next row, which has as many cells as there are columns.
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;

    /// Writes what comes after the last row and flushes.
    fn finish(&mut self) -> io::Result<()>;
}

/// A writer of rows under `columns`, which are written at once.
pub fn writer<'a>(
    format: Format,
    columns: &[String],
    out: impl Write + Debug + 'a,
) -> io::Result<Box<dyn RowWriter + 'a>> {
    Ok(match format {
        Format::Csv { mark, guard } => Box::new(csv::Csv::begin(columns, mark, guard, out)?),
        Format::Json => Box::new(json::Json::array(columns, out)),
        Format::JsonLines => Box::new(json::Json::lines(columns, out)),
        Format::Markdown => Box::new(markdown::Markdown::begin(columns, out)?),
    })
}

#[cfg(test)]
fn written(format: Format, columns: &[&str], rows: &[Vec<Cell>]) -> String {
    let columns: Vec<String> = columns.iter().map(|&name| name.to_owned()).collect();
    let mut out = Vec::new();
    let mut writer = writer(format, &columns, &mut out).expect("memory");
    for row in rows {
        writer.row(row).expect("memory");
    }
    writer.finish().expect("memory");
    drop(writer);
    String::from_utf8(out).expect("text")
}
