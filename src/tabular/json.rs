//! JSON: an object for each row, its names in the order of the columns.

use std::fmt::Debug;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::cell::hexadecimal;
use super::{Cell, RowWriter};

/// Writes objects, in an array or one a line.
#[derive(Debug)]
pub(super) struct Json<W> {
    names: Vec<String>,
    array: bool,
    begun: bool,
    out: W,
}

impl<W: Write> Json<W> {
    /// One array.
    pub(super) fn array(columns: &[String], out: W) -> Self {
        Self::new(columns, true, out)
    }

    /// One object per line.
    pub(super) fn lines(columns: &[String], out: W) -> Self {
        Self::new(columns, false, out)
    }

    fn new(columns: &[String], array: bool, out: W) -> Self {
        Self {
            names: distinct(columns),
            array,
            begun: false,
            out,
        }
    }
}

impl<W: Write + Debug> RowWriter for Json<W> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let values = cells.iter().map(value);
        let object: Map<String, Value> = self.names.iter().cloned().zip(values).collect();
        let before = match (self.array, self.begun) {
            (true, false) => "[\n",
            (true, true) => ",\n",
            (false, false) => "",
            (false, true) => "\n",
        };
        self.begun = true;
        let line = escaped(&Value::Object(object).to_string());
        write!(self.out, "{before}{line}")
    }

    fn finish(&mut self) -> io::Result<()> {
        let end = match (self.array, self.begun) {
            (true, false) => "[]\n",
            (true, true) => "\n]\n",
            (false, false) => "",
            (false, true) => "\n",
        };
        self.out.write_all(end.as_bytes())?;
        self.out.flush()
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => json!(number),
        // JSON has no infinity: null
        Cell::Real(number) => json!(number),
        Cell::Text(text) => json!(text),
        Cell::Blob(bytes) => json!({ "hex": hexadecimal(bytes) }),
    }
}

/// Control characters beyond ASCII, which JSON does not escape and terminals obey, are escaped too.
pub(super) fn escaped(json: &str) -> String {
    let obeyed = |letter: char| matches!(letter, '\u{7f}'..='\u{9f}');
    if !json.contains(obeyed) {
        return json.to_owned();
    }
    let letters = json.chars().map(|letter| match letter {
        letter if obeyed(letter) => format!("\\u{:04x}", u32::from(letter)),
        letter => letter.to_string(),
    });
    letters.collect()
}

/// `columns` with a number behind names that come again: an object has each name once.
fn distinct(columns: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in columns {
        let numbered = (2..).map(|number| format!("{column}_{number}"));
        let name = std::iter::once(column.clone())
            .chain(numbered)
            .find(|name| !names.contains(name));
        names.push(name.unwrap_or_default());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Format, written};

    #[test]
    fn an_array_is_whole_with_any_number_of_rows() {
        let row = |number| vec![Cell::Integer(number)];
        assert_eq!(written(Format::Json, &["n"], &[]), "[]\n");
        assert_eq!(
            written(Format::Json, &["n"], &[row(1), row(2)]),
            "[\n{\"n\":1},\n{\"n\":2}\n]\n"
        );
    }

    #[test]
    fn lines_hold_one_object_each() {
        let rows = [
            vec![Cell::Text("展\n会\u{9b}".to_owned()), Cell::Real(1.5)],
            vec![Cell::Null, Cell::Blob(vec![1])],
        ];
        assert_eq!(
            written(Format::JsonLines, &["a", "b"], &rows),
            "{\"a\":\"展\\n会\\u009b\",\"b\":1.5}\n{\"a\":null,\"b\":{\"hex\":\"01\"}}\n"
        );
        assert_eq!(written(Format::JsonLines, &["a"], &[]), "");
    }

    #[test]
    fn a_name_that_comes_again_is_numbered() {
        let row = [Cell::Integer(1), Cell::Integer(2), Cell::Integer(3)];
        assert_eq!(
            written(Format::JsonLines, &["a", "a", "a_2"], &[row.to_vec()]),
            "{\"a\":1,\"a_2\":2,\"a_2_2\":3}\n"
        );
    }
}
