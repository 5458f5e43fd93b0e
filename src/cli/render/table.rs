//! A table: names on the left, numbers ranged right under their heads.

use unicode_width::UnicodeWidthStr as _;

use super::super::output::Paint;
use super::layout::{pad, shorten};

/// Columns between two columns.
const GAP: usize = 2;

/// The lines of a table under `head`. The first column holds names and takes what is left of
/// `width`; the others are as wide as they must be.
pub(super) fn table(
    head: &[&str],
    rows: &[Vec<String>],
    width: usize,
    paint: Paint,
) -> Vec<String> {
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|cell| cell.width());
        let own = head.get(column).map_or(0, |name| name.width());
        cells.fold(own, usize::max)
    };
    let numbers: Vec<usize> = (1..head.len()).map(widest).collect();
    let taken: usize = numbers.iter().map(|columns| columns + GAP).sum();
    let names = widest(0).min(width.saturating_sub(taken).max(8));
    let line = |cells: &[String]| {
        let mut cells = cells.iter();
        let name = cells.next().map(String::as_str).unwrap_or_default();
        let mut line = pad(&shorten(name, names), names);
        for (cell, columns) in cells.zip(&numbers) {
            let missing = (columns + GAP).saturating_sub(cell.width());
            line.push_str(&" ".repeat(missing));
            line.push_str(cell);
        }
        line
    };
    let head: Vec<String> = head.iter().map(|&name| name.to_owned()).collect();
    let head = paint.cyan(line(&head).trim_end());
    std::iter::once(head)
        .chain(rows.iter().map(|row| line(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn numbers_stand_under_their_heads() {
        let rows = [row(&["展会 zh", ".985", "61"]), row(&["all", "1.000", "-"])];
        let drawn = table(&["set", "F1", "pages"], &rows, 80, Paint::plain());
        assert_eq!(
            drawn,
            [
                "set         F1  pages",
                "展会 zh   .985     61",
                "all      1.000      -",
            ]
        );
    }

    #[test]
    fn a_long_name_gives_way() {
        let rows = [row(&["a very long name of a set", "1.000"])];
        let drawn = table(&["set", "F1"], &rows, 20, Paint::plain());
        assert_eq!(drawn[1], "a very long …  1.000");
    }
}
