//! Rows of any query as a table: as wide as they are, cut to the terminal, or one column a line where
//! they are too many for it.

use std::fmt::Debug;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::tabular::{Cell, RowWriter};

use super::super::output::{Paint, harmless};
use super::layout::{pad, rule, shorten, wrap};

/// Columns between two columns.
const GAP: usize = 2;

/// Rows that are looked at to know how wide a column is.
const SAMPLE: usize = 1000;

/// Text gives way to other columns down to this.
const LEAST: usize = 8;

/// Text that goes to a file is never cut; what is longer than this stands out of line.
const RAGGED: usize = 60;

/// Draws a table.
#[derive(Debug)]
pub(crate) struct Grid<W> {
    names: Vec<String>,
    /// Of the terminal; nothing is cut where there is none.
    width: Option<usize>,
    paint: Paint,
    waiting: Vec<Vec<Cell>>,
    shape: Option<Shape>,
    rows: usize,
    out: W,
}

/// How rows stand.
#[derive(Debug, Clone)]
enum Shape {
    /// Side by side: how wide each column is, and whether it holds numbers.
    Columns(Vec<(usize, bool)>),
    /// One line for each column.
    Records,
}

impl<W: Write> Grid<W> {
    /// A table under `columns`.
    pub(crate) fn new(columns: &[String], width: Option<usize>, paint: Paint, out: W) -> Self {
        Self {
            names: columns.iter().map(|name| harmless(name)).collect(),
            width,
            paint,
            waiting: Vec::new(),
            shape: None,
            rows: 0,
            out,
        }
    }

    /// Decides how the table stands by the rows that wait, and draws them.
    fn settle(&mut self) -> io::Result<()> {
        let shape = self.fit();
        if let Shape::Columns(columns) = &shape {
            let heads = self.names.iter().zip(columns);
            let heads = heads.map(|(name, &(columns, right))| placed(name, columns, right));
            let line = heads.collect::<Vec<_>>().join(&" ".repeat(GAP));
            writeln!(self.out, "{}", self.paint.cyan(line.trim_end()))?;
        }
        self.shape = Some(shape.clone());
        for row in std::mem::take(&mut self.waiting) {
            self.draw(&row, &shape)?;
        }
        Ok(())
    }

    fn fit(&self) -> Shape {
        let mut columns: Vec<(usize, bool)> = Vec::new();
        for (number, name) in self.names.iter().enumerate() {
            let cells = || self.waiting.iter().filter_map(|row| row.get(number));
            let widest = cells().map(|cell| one_line(cell).width());
            let widest = widest.fold(name.width(), usize::max);
            let known = || cells().filter(|cell| **cell != Cell::Null);
            columns.push((
                widest,
                known().next().is_some() && known().all(Cell::is_number),
            ));
        }
        let Some(width) = self.width else {
            for (columns, _) in &mut columns {
                *columns = (*columns).min(RAGGED);
            }
            return Shape::Columns(columns);
        };
        let room = width.saturating_sub(GAP * columns.len().saturating_sub(1));
        loop {
            let taken: usize = columns.iter().map(|(columns, _)| columns).sum();
            if taken <= room {
                return Shape::Columns(columns);
            }
            let text = columns.iter_mut().filter(|(_, number)| !number);
            match text.max_by_key(|(columns, _)| *columns) {
                // in steps: a body is a hundred thousand columns wide
                Some((widest, _)) if *widest > LEAST => {
                    *widest = if *widest > room { room } else { *widest - 1 };
                }
                _ => return Shape::Records,
            }
        }
    }

    fn draw(&mut self, row: &[Cell], shape: &Shape) -> io::Result<()> {
        self.rows += 1;
        match shape {
            Shape::Columns(columns) => {
                let cut = self.width.is_some();
                let cells = row.iter().zip(columns).map(|(cell, &(columns, right))| {
                    let text = one_line(cell);
                    let text = if cut { shorten(&text, columns) } else { text };
                    let placed = placed(&text, columns, right);
                    match cell {
                        Cell::Null => self.paint.dim(&placed),
                        _ => placed,
                    }
                });
                let line = cells.collect::<Vec<_>>().join(&" ".repeat(GAP));
                writeln!(self.out, "{}", line.trim_end())
            }
            Shape::Records => self.record(row),
        }
    }

    fn record(&mut self, row: &[Cell]) -> io::Result<()> {
        let width = self.width.unwrap_or(RAGGED);
        let names = self
            .names
            .iter()
            .map(|name| name.width())
            .fold(0, usize::max);
        let names = names.min(width / 2);
        let head = format!("── {} ", self.rows);
        let head = format!("{head}{}", rule(width.saturating_sub(head.width())));
        writeln!(self.out, "{}", self.paint.dim(&head))?;
        for (name, cell) in self.names.iter().zip(row) {
            let text = match cell {
                Cell::Null => vec![self.paint.dim("—")],
                cell => cell
                    .plain()
                    .lines()
                    .flat_map(|line| wrap(&harmless(line), width.saturating_sub(names + GAP)))
                    .collect(),
            };
            let mut name = self.paint.cyan(&pad(&shorten(name, names), names));
            for line in text
                .iter()
                .map(String::as_str)
                .chain(text.is_empty().then_some(""))
            {
                writeln!(
                    self.out,
                    "{}",
                    format!("{name}{}{line}", " ".repeat(GAP)).trim_end()
                )?;
                name = " ".repeat(names);
            }
        }
        Ok(())
    }
}

impl<W: Write + Debug> RowWriter for Grid<W> {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if let Some(shape) = self.shape.take() {
            let drawn = self.draw(cells, &shape);
            self.shape = Some(shape);
            return drawn;
        }
        self.waiting.push(cells.to_vec());
        if self.waiting.len() < SAMPLE {
            return Ok(());
        }
        self.settle()
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.shape.is_none() {
            self.settle()?;
        }
        if self.width.is_some() {
            let plural = if self.rows == 1 { "" } else { "s" };
            let told = format!("{} row{plural}", self.rows);
            writeln!(self.out, "{}", self.paint.dim(&told))?;
        }
        self.out.flush()
    }
}

/// A cell on one line; ends of lines are shown, and nothing in it acts on the terminal.
fn one_line(cell: &Cell) -> String {
    match cell {
        Cell::Null => "—".to_owned(),
        Cell::Text(text) => harmless(&text.replace("\r\n", "⏎").replace('\n', "⏎")),
        other => other.plain(),
    }
}

fn placed(text: &str, columns: usize, right: bool) -> String {
    if right {
        let missing = columns.saturating_sub(text.width());
        format!("{}{text}", " ".repeat(missing))
    } else {
        pad(text, columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(names: &[&str], width: Option<usize>, rows: &[Vec<Cell>]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let mut out = Vec::new();
        let mut grid = Grid::new(&names, width, Paint::plain(), &mut out);
        for row in rows {
            grid.row(row).expect("memory");
        }
        grid.finish().expect("memory");
        let text = String::from_utf8(out).expect("text");
        text.lines().map(str::to_owned).collect()
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn wide_characters_stand_in_line_and_numbers_to_the_right() {
        let rows = [
            vec![text("展会"), Cell::Integer(9), text("甲")],
            vec![Cell::Null, Cell::Integer(1200), text("ab\n\u{1b}c")],
        ];
        assert_eq!(
            drawn(&["title", "views", "source"], None, &rows),
            [
                "title  views  source",
                "展会       9  甲",
                "—       1200  ab⏎\u{fffd}c",
            ]
        );
    }

    #[test]
    fn text_gives_way_on_a_terminal_and_nowhere_else() {
        let long = "展会新闻正文一段约五十字的文字";
        let rows = [vec![text(long), Cell::Integer(1_234_567)]];
        assert_eq!(
            drawn(&["body", "views"], Some(24), &rows),
            [
                "body               views",
                "展会新闻正文一…  1234567",
                "1 row"
            ]
        );
        assert_eq!(
            drawn(&["body", "views"], None, &rows)[1],
            format!("{long}  1234567")
        );
    }

    #[test]
    fn columns_that_do_not_fit_are_lines() {
        let names: Vec<String> = (0..9).map(|number| format!("column_{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut row = vec![text("展会新闻正文，一段约五十字的文字"); 9];
        row[1] = Cell::Null;
        let lines = drawn(&names, Some(40), &[row]);
        assert_eq!(lines[0], format!("── 1 {}", "─".repeat(35)));
        assert_eq!(lines[1], "column_0  展会新闻正文，一段约五十字的文");
        assert_eq!(lines[2], "          字");
        assert_eq!(lines[3], "column_1  —");
    }

    #[test]
    fn no_rows_are_a_head() {
        assert_eq!(drawn(&["a", "b"], None, &[]), ["a  b"]);
    }
}
