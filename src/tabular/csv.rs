//! CSV as spreadsheets open it: UTF-8 with its mark, CRLF, nothing that would be run as a formula.

use std::fmt::Debug;
use std::io::{self, Write};

use csv::{ErrorKind, Terminator, WriterBuilder};

use super::{Cell, RowWriter};

/// Tells Excel that the file is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes CSV.
#[derive(Debug)]
pub(super) struct Csv<W: Write> {
    out: csv::Writer<W>,
    guard: bool,
}

impl<W: Write + Debug> Csv<W> {
    /// Writes the names of the columns.
    pub(super) fn begin(
        columns: &[String],
        mark: bool,
        guard: bool,
        mut out: W,
    ) -> io::Result<Self> {
        if mark {
            out.write_all(MARK)?;
        }
        let mut out = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(out);
        let heads = columns.iter().map(|name| guarded(name, guard));
        out.write_record(heads).map_err(told)?;
        Ok(Self { out, guard })
    }
}

impl<W: Write + Debug> RowWriter for Csv<W> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let cells = cells.iter().map(|cell| match cell {
            Cell::Text(text) => guarded(text, self.guard),
            other => other.plain(),
        });
        self.out.write_record(cells).map_err(told)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What the system said, in its own words and kind.
fn told(error: csv::Error) -> io::Error {
    match error.into_kind() {
        ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// `text` as a spreadsheet takes it for text. What it says stands on pages that anybody writes, and
/// a spreadsheet runs what begins with one of these signs (full-width ones in Chinese and Japanese
/// editions); it shows no apostrophe in front.
fn guarded(text: &str, guard: bool) -> String {
    const RUN: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if guard && text.starts_with(RUN) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Format, written};

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn people_get_a_mark_and_programs_need_none() {
        let rows = [vec![text("展会"), Cell::Integer(3), Cell::Null]];
        let columns = ["title", "views", "author"];
        let csv = |mark| Format::Csv { mark, guard: true };
        assert_eq!(
            written(csv(true), &columns, &rows),
            "\u{feff}title,views,author\r\n展会,3,\r\n"
        );
        assert_eq!(
            written(csv(false), &columns, &rows),
            "title,views,author\r\n展会,3,\r\n"
        );
    }

    #[test]
    fn what_has_commas_quotes_or_lines_is_quoted() {
        let rows = [vec![text("甲,乙"), text("\"丙\""), text("丁\n戊")]];
        let format = Format::Csv {
            mark: false,
            guard: true,
        };
        assert_eq!(
            written(format, &["a", "b", "c"], &rows),
            "a,b,c\r\n\"甲,乙\",\"\"\"丙\"\"\",\"丁\n戊\"\r\n"
        );
    }

    #[test]
    fn a_formula_is_text_and_a_negative_number_is_a_number() {
        let rows = [
            vec![text("=HYPERLINK(\"http://a\")"), Cell::Integer(-5)],
            vec![text("＝1+1"), Cell::Real(-0.5)],
            vec![text("-2+3"), Cell::Null],
            vec![text("展会=会展"), Cell::Null],
        ];
        let csv = |guard| Format::Csv { mark: false, guard };
        assert_eq!(
            written(csv(true), &["@a", "b"], &rows),
            "'@a,b\r\n\"'=HYPERLINK(\"\"http://a\"\")\",-5\r\n'＝1+1,-0.5\r\n'-2+3,\r\n展会=会展,\r\n"
        );
        assert!(written(csv(false), &["@a", "b"], &rows).starts_with("@a,b\r\n\"=HYPERLINK"));
    }
}
