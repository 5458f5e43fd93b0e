//! A chart in characters: a line of braille dots, bars of block characters below it.

use super::scale::{midnights, place, round_numbers};
use super::{Chart, Mark};

/// Rows of the line, in characters of two by four dots.
const ROWS: u64 = 10;
const DOTS_ACROSS: u64 = 2;
const DOTS_DOWN: u64 = 4;

/// Eighths of a character, from below.
const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The fewest columns that a line can be seen in.
const NARROWEST: u64 = 16;

/// Draws `chart` in lines of at most `width` columns: the count, the marks (`↺` where the counter was
/// reset), the dates, and the growth a day.
pub fn terminal(chart: &Chart, width: usize) -> Vec<String> {
    let numbers = round_numbers(chart.least(), chart.most(), 4);
    let (bottom, top) = (
        numbers.first().copied().unwrap_or_default(),
        numbers.last().copied().unwrap_or(1),
    );
    let gutter = top.to_string().len();
    let width = u64::try_from(width.saturating_sub(gutter + 3)).unwrap_or(NARROWEST);
    let columns = width.max(NARROWEST);

    let canvas = line(chart, bottom, top, columns);
    let mut lines = Vec::new();
    for (row, dots) in (0..).zip(&canvas) {
        let name = numbers.iter().find(|&&number| {
            let height = place(number - bottom, top - bottom, ROWS * DOTS_DOWN - 1);
            (ROWS * DOTS_DOWN - 1 - height) / DOTS_DOWN == row
        });
        let name = name.map_or_else(String::new, ToString::to_string);
        let axis = if name.is_empty() { '│' } else { '┤' };
        let dots: String = dots.iter().map(|&dots| braille(dots)).collect();
        lines.push(format!(
            "{name:>gutter$} {axis}{}",
            dots.trim_end_matches('\u{2800}')
        ));
    }
    let blank = " ".repeat(gutter);
    lines.push(format!("{blank} └{}", "─".repeat(size(columns))));
    let marks = marks(chart);
    if !marks.is_empty() {
        let marks = marks
            .iter()
            .map(|mark| (chart.since_first(mark.at), mark.name.clone()));
        lines.push(format!("{blank}  {}", names(chart, marks, columns)));
    }
    let dates = midnights(chart, columns / 12);
    let dates = dates
        .iter()
        .map(|(at, date)| (chart.since_first(*at), date.to_string()));
    let dates = names(chart, dates, columns);
    if !dates.is_empty() {
        lines.push(format!("{blank}  {dates}"));
    }
    let (bars, most) = bars(chart, columns);
    if let Some(most) = most {
        lines.push(String::new());
        lines.push(format!("{blank}  {}", bars.trim_end()));
        lines.push(format!(
            "{blank}  growth, at most {} a day",
            hundredths(most)
        ));
    }
    lines
}

/// A number of hundredths: `17.25`, `40`.
pub(super) fn hundredths(number: u64) -> String {
    match number % 100 {
        0 => (number / 100).to_string(),
        rest => format!("{}.{rest:02}", number / 100),
    }
}

/// The rows of the line, top first: a byte of dots for each character.
fn line(chart: &Chart, bottom: u64, top: u64, columns: u64) -> Vec<Vec<u8>> {
    let (across, down) = (columns * DOTS_ACROSS, ROWS * DOTS_DOWN);
    let mut rows = vec![vec![0_u8; size(columns)]; size(ROWS)];
    let height = |count: u64| down - 1 - place(count - bottom, top - bottom, down - 1);
    let mut points = chart.points.iter().peekable();
    let mut now = chart.first().count;
    let mut before = height(now);
    for x in 0..across {
        // a dot shows the count at its end; the last one the last count
        while let Some(point) = points.next_if(|point| {
            let at = chart.since_first(point.at);
            place(at, chart.length().max(1), across - 1) <= x
        }) {
            now = point.count;
        }
        let y = height(now);
        for y in before.min(y)..=before.max(y) {
            let cell = rows
                .get_mut(size(y / DOTS_DOWN))
                .and_then(|row| row.get_mut(size(x / DOTS_ACROSS)));
            if let Some(cell) = cell {
                *cell |= dot(x % DOTS_ACROSS, y % DOTS_DOWN);
            }
        }
        before = y;
    }
    rows
}

/// The bit of a dot in a braille character.
const fn dot(across: u64, down: u64) -> u8 {
    match (across, down) {
        (0, 0) => 0x01,
        (0, 1) => 0x02,
        (0, 2) => 0x04,
        (1, 0) => 0x08,
        (1, 1) => 0x10,
        (1, 2) => 0x20,
        (0, _) => 0x40,
        _ => 0x80,
    }
}

fn braille(dots: u8) -> char {
    char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' ')
}

/// The marks of a chart, resets among them.
fn marks(chart: &Chart) -> Vec<Mark> {
    let resets = chart.resets().map(|at| Mark {
        at,
        name: "↺".to_owned(),
    });
    let mut marks: Vec<Mark> = chart.marks.iter().cloned().chain(resets).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Names at their places in a line; one that has no room is left out.
fn names(chart: &Chart, names: impl Iterator<Item = (u64, String)>, columns: u64) -> String {
    let mut line = String::new();
    for (at, name) in names {
        let column = size(place(at, chart.length().max(1), columns - 1));
        let length = name.chars().count();
        let column = column.min(size(columns).saturating_sub(length));
        let taken = line.chars().count();
        if taken > 0 && column <= taken {
            continue;
        }
        line.push_str(&" ".repeat(column - taken.min(column)));
        line.push_str(&name);
    }
    line
}

/// A bar for each column, and the most that one stands for, in hundredths a day.
fn bars(chart: &Chart, columns: u64) -> (String, Option<u64>) {
    let mut rates = vec![0_u64; size(columns)];
    let mut most = None;
    for span in chart.spans() {
        let Some(rate) = span.per_day() else { continue };
        most = most.max(Some(rate));
        let column = |at| {
            size(place(
                chart.since_first(at),
                chart.length().max(1),
                columns - 1,
            ))
        };
        let (from, to) = (column(span.from.at), column(span.to.at));
        for cell in rates.iter_mut().take(to + 1).skip(from) {
            *cell = rate.max(*cell);
        }
    }
    let highest = most.unwrap_or_default().max(1);
    let bars = rates.iter().map(|&rate| {
        // what is there at all is seen
        let eighths = place(rate, highest, 8).max(u64::from(rate > 0));
        BARS.get(size(eighths)).copied().unwrap_or(' ')
    });
    (bars.collect(), most)
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::super::tests::chart;
    use super::*;

    #[test]
    fn a_line_stays_until_the_next_look_and_marks_stand_below_it() {
        let drawn = terminal(
            &chart(
                &[(0, 0), (48, 40), (72, 10), (96, 20)],
                &[(48, "v2"), (500, "v3")],
            ),
            40,
        );
        let expected = [
            "40 ┤⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡏⠉⠉⠉⠉⠉⠉⠉⢹",
            "   │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⡇⠀⠀⠀⠀⠀⠀⠀⢸",
        ];
        assert_eq!(
            drawn.get(..2),
            Some(&expected.map(str::to_owned)[..]),
            "{drawn:#?}"
        );
        let marks = drawn.get(11).map(String::as_str);
        assert_eq!(
            marks,
            Some("                     v2      ↺       v3"),
            "{drawn:#?}"
        );
        assert_eq!(
            drawn.last().map(|line| line.trim_start()),
            Some("growth, at most 20 a day")
        );
    }

    #[test]
    fn whatever_is_drawn_keeps_to_its_width() {
        for counts in [
            &[(0, 7)][..],
            &[(0, 0), (0, 5)],
            &[(0, u64::MAX), (1, 0)],
            &[(0, 5_476), (24 * 4000, 1_000_000)],
        ] {
            for width in [40, 77, 200] {
                let drawn = terminal(&chart(counts, &[(0, "v1")]), width);
                let widest = drawn.iter().map(|line| line.width()).max();
                assert!(widest <= Some(width), "{counts:?} {width}: {drawn:#?}");
            }
        }
    }
}
