//! A chart as SVG: for a document, a page, a slide. It needs nothing beside itself, shows what is at a
//! point when one points at it, and is dark where its reader's screen is.

use std::fmt::Write as _;

use super::scale::{is_one_instant, midnights, place, round_numbers};
use super::terminal::hundredths;
use super::{Chart, Point};

/// The picture, in its own units; whoever shows it scales it.
const WIDTH: u64 = 960;
const HEIGHT: u64 = 420;
/// Where the count is drawn.
const LEFT: u64 = 72;
const RIGHT: u64 = 24;
const TOP: u64 = 56;
const BOTTOM: u64 = 280;
/// Where the growth is drawn.
const BARS_TOP: u64 = 316;
const BARS_BOTTOM: u64 = 380;

const STYLE: &str = "\
.zw{font:13px system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;color:#1c2330;fill:currentColor}\
.zw .paper{fill:#fff}.zw .grid{stroke:#d8dde6;stroke-width:1}.zw .line{fill:none;stroke:#1f6feb;stroke-width:2;stroke-linejoin:round}\
.zw .point{fill:#1f6feb}.zw .bar{fill:#8db8f5}.zw .mark{stroke:#b35900;stroke-width:1;stroke-dasharray:3 3}\
.zw .named{fill:#b35900}.zw .reset{fill:#c62828}.zw .soft{fill:#5b6474}.zw .title{font-size:16px;font-weight:600}\
@media(prefers-color-scheme:dark){.zw{color:#e6e9ef}.zw .paper{fill:#12161d}.zw .grid{stroke:#2c3442}.zw .line{stroke:#6aa6ff}\
.zw .point{fill:#6aa6ff}.zw .bar{fill:#2f5d9e}.zw .mark{stroke:#ffb066}.zw .named{fill:#ffb066}.zw .reset{fill:#ff8a80}.zw .soft{fill:#98a2b3}}";

/// Draws `chart` under `title`.
pub fn svg(chart: &Chart, title: &str) -> String {
    let mut svg = String::new();
    let drawn = write(&mut svg, chart, title);
    debug_assert!(drawn.is_ok(), "a string takes whatever is written");
    svg
}

fn write(svg: &mut String, chart: &Chart, title: &str) -> std::fmt::Result {
    let title = escaped(title);
    let (first, last) = (chart.first(), chart.last());
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"zw\" role=\"img\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" aria-label=\"{title}: {} … {}\">\n\
         <style>{STYLE}</style>\n<rect class=\"paper\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"30\">{title}</text>\n",
        first.count, last.count,
    )?;
    let numbers = round_numbers(chart.least(), chart.most(), 4);
    let axis = Axis {
        bottom: numbers.first().copied().unwrap_or_default(),
        top: numbers.last().copied().unwrap_or(1),
    };
    for &number in &numbers {
        let y = axis.height(number);
        writeln!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {y}H{}\"/><text class=\"soft\" x=\"{}\" y=\"{y}\" dy=\"4\" text-anchor=\"end\">{number}</text>",
            WIDTH - RIGHT,
            LEFT - 8,
        )?;
    }
    for (at, date) in midnights(chart, 8) {
        let x = across(chart, at);
        writeln!(
            svg,
            "<path class=\"grid\" d=\"M{x} {TOP}V{BARS_BOTTOM}\"/><text class=\"soft\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{date}</text>",
            BARS_BOTTOM + 20,
        )?;
    }
    bars(svg, chart)?;
    marks(svg, chart)?;
    line(svg, chart, &axis)?;
    svg.push_str("</svg>\n");
    Ok(())
}

struct Axis {
    bottom: u64,
    top: u64,
}

impl Axis {
    fn height(&self, count: u64) -> String {
        let range = self.top - self.bottom;
        let up = place(
            count.saturating_sub(self.bottom),
            range,
            (BOTTOM - TOP) * 100,
        );
        hundredths(BOTTOM * 100 - up)
    }
}

/// Where an instant stands, in hundredths; what has but one stands in the middle.
fn across_hundredths(chart: &Chart, at: crate::model::Timestamp) -> u64 {
    let width = (WIDTH - RIGHT - LEFT) * 100;
    if is_one_instant(chart) {
        return LEFT * 100 + width / 2;
    }
    LEFT * 100 + place(chart.since_first(at), chart.length(), width)
}

fn across(chart: &Chart, at: crate::model::Timestamp) -> String {
    hundredths(across_hundredths(chart, at))
}

fn line(svg: &mut String, chart: &Chart, axis: &Axis) -> std::fmt::Result {
    let first = chart.first();
    write!(
        svg,
        "<path class=\"line\" d=\"M{} {}",
        across(chart, first.at),
        axis.height(first.count)
    )?;
    for span in chart.spans() {
        // it was what it was until it was seen to be another
        write!(
            svg,
            "H{}V{}",
            across(chart, span.to.at),
            axis.height(span.to.count)
        )?;
    }
    svg.push_str("\"/>\n");
    for &Point { at, count } in &chart.points {
        writeln!(
            svg,
            "<circle class=\"point\" cx=\"{}\" cy=\"{}\" r=\"3\"><title>{at}: {count}</title></circle>",
            across(chart, at),
            axis.height(count),
        )?;
    }
    Ok(())
}

/// A rate in hundredths, in no more letters than there is room for beside the bars.
fn briefly(rate: u64) -> String {
    match rate / 100 {
        0..10_000 => hundredths(rate),
        whole @ 10_000..10_000_000 => format!("{}k", whole / 1000),
        whole @ 10_000_000..10_000_000_000 => format!("{}M", whole / 1_000_000),
        whole => format!("{}G", whole / 1_000_000_000),
    }
}

fn bars(svg: &mut String, chart: &Chart) -> std::fmt::Result {
    let rates = chart.spans().filter_map(super::Span::per_day);
    let Some(most) = rates.max() else {
        return Ok(());
    };
    writeln!(
        svg,
        "<text class=\"soft\" x=\"{}\" y=\"{BARS_TOP}\" dy=\"4\" text-anchor=\"end\">{}/d</text>\
         <path class=\"grid\" d=\"M{LEFT} {BARS_BOTTOM}H{}\"/>",
        LEFT - 8,
        briefly(most),
        WIDTH - RIGHT,
    )?;
    for span in chart.spans() {
        let Some(rate) = span.per_day() else { continue };
        let (from, to) = (
            across_hundredths(chart, span.from.at),
            across_hundredths(chart, span.to.at),
        );
        let height = place(rate, most.max(1), (BARS_BOTTOM - BARS_TOP) * 100);
        writeln!(
            svg,
            "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{} … {}: {} a day</title></rect>",
            hundredths(from),
            hundredths(BARS_BOTTOM * 100 - height),
            hundredths((to - from).saturating_sub(100).max(50)),
            hundredths(height),
            span.from.at,
            span.to.at,
            hundredths(rate),
        )?;
    }
    Ok(())
}

fn marks(svg: &mut String, chart: &Chart) -> std::fmt::Result {
    for mark in &chart.marks {
        let x = across(chart, mark.at);
        writeln!(
            svg,
            "<path class=\"mark\" d=\"M{x} {TOP}V{BOTTOM}\"/><text class=\"named\" x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{}<title>{}</title></text>",
            TOP - 6,
            escaped(&mark.name),
            mark.at,
        )?;
    }
    for at in chart.resets() {
        writeln!(
            svg,
            "<text class=\"reset\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">↺<title>{at}: the site reset its counter</title></text>",
            across(chart, at),
            BOTTOM + 18,
        )?;
    }
    Ok(())
}

/// Text for between tags and in attributes; what XML has no place for is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::super::tests::chart;
    use super::*;

    #[test]
    fn a_rate_has_room() {
        for (rate, told) in [
            (150, "1.50"),
            (999_999, "9999.99"),
            (1_000_000, "10k"),
            (1_234_567_890, "12M"),
            (u64::MAX, "184467440G"),
        ] {
            assert_eq!(briefly(rate), told);
        }
    }

    /// How often each element is there; what is no XML is no picture.
    fn elements(svg: &str) -> std::collections::BTreeMap<String, usize> {
        let mut reader = Reader::from_str(svg);
        let mut elements = std::collections::BTreeMap::new();
        loop {
            match reader.read_event().expect("XML") {
                Event::Eof => return elements,
                Event::Start(tag) | Event::Empty(tag) => {
                    *elements.entry(tag.name().as_ref().to_owned()).or_default() += 1;
                }
                _ => {}
            }
        }
    }

    #[test]
    fn every_point_is_drawn_with_its_growth_and_its_marks() {
        let drawn = svg(
            &chart(&[(0, 100), (24, 150), (48, 20), (72, 40)], &[(24, "v2")]),
            "某某展 <会> & \"共\"\u{1}",
        );
        let elements = elements(&drawn);
        assert_eq!(elements.get("circle"), Some(&4), "{drawn}");
        // growth across the reset is not known
        assert_eq!(drawn.matches("class=\"bar\"").count(), 2, "{drawn}");
        assert_eq!(drawn.matches("class=\"mark\"").count(), 1);
        assert_eq!(drawn.matches("↺").count(), 1);
        assert!(
            drawn.contains("某某展 &lt;会&gt; &amp; &quot;共&quot;</text>"),
            "{drawn}"
        );
        assert!(drawn.contains("2026-06-03</text>"), "{drawn}");
    }

    #[test]
    fn whatever_was_counted_stays_in_the_picture() {
        for counts in [&[(0, 7)][..], &[(0, 5), (0, 9)], &[(0, 0), (1, u64::MAX)]] {
            let drawn = svg(&chart(counts, &[(900, "v2")]), "u");
            let coordinates = drawn.split('c').filter_map(|part| {
                let number = part
                    .strip_prefix("x=\"")
                    .or_else(|| part.strip_prefix("y=\""))?;
                number.split('"').next()?.parse::<f64>().ok()
            });
            let all: Vec<f64> = coordinates.collect();
            assert_eq!(all.len(), 2 * counts.len(), "{drawn}");
            assert!(
                all.iter().all(|place| (0.0..=960.0).contains(place)),
                "{all:?}"
            );
            elements(&drawn);
        }
    }
}
