//! A table of GitHub's Markdown, to be pasted into a report.

use std::fmt::Debug;
use std::io::{self, Write};

use super::{Cell, RowWriter};

/// Writes a Markdown table.
#[derive(Debug)]
pub(super) struct Markdown<W> {
    columns: usize,
    /// Whether the line under the names was written: it says which columns hold numbers, which the
    /// first row tells.
    ruled: bool,
    out: W,
}

impl<W: Write> Markdown<W> {
    /// Writes the names of the columns.
    pub(super) fn begin(columns: &[String], mut out: W) -> io::Result<Self> {
        let names = columns.iter().map(|name| escaped(name));
        writeln!(out, "| {} |", names.collect::<Vec<_>>().join(" | "))?;
        Ok(Self {
            columns: columns.len(),
            ruled: false,
            out,
        })
    }

    fn rule(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.ruled = true;
        let right = |column| cells.get(column).is_some_and(Cell::is_number);
        let marks = (0..self.columns).map(|column| if right(column) { "---:" } else { "---" });
        writeln!(self.out, "| {} |", marks.collect::<Vec<_>>().join(" | "))
    }
}

impl<W: Write + Debug> RowWriter for Markdown<W> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if !self.ruled {
            self.rule(cells)?;
        }
        let cells = cells.iter().map(|cell| escaped(&cell.plain()));
        writeln!(self.out, "| {} |", cells.collect::<Vec<_>>().join(" | "))
    }

    fn finish(&mut self) -> io::Result<()> {
        if !self.ruled {
            self.rule(&[])?;
        }
        self.out.flush()
    }
}

/// `text` as Markdown shows it as it is, on one line. An underscore within a word means nothing, and
/// a backslash before it would break addresses.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        match letter {
            '\r' => {}
            '\n' => safe.push_str("<br>"),
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '[' | ']' => safe.extend(['\\', letter]),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Format, written};

    #[test]
    fn cells_stay_in_their_cells() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = [
            vec![text("展会 | <b>会展</b>\n第二行"), Cell::Integer(12)],
            vec![text("[a](b) *c* d_e"), Cell::Null],
        ];
        assert_eq!(
            written(Format::Markdown, &["title", "views"], &rows),
            "| title | views |\n| --- | ---: |\n\
             | 展会 \\| &lt;b>会展&lt;/b><br>第二行 | 12 |\n| \\[a\\](b) \\*c\\* d_e |  |\n"
        );
    }

    #[test]
    fn no_rows_are_a_table_too() {
        assert_eq!(
            written(Format::Markdown, &["a", "b"], &[]),
            "| a | b |\n| --- | --- |\n"
        );
    }
}
