//! Values as cells.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::civil::{Date, date};

use crate::cli::export::table::{Kind, Value};
use crate::model::{ClockTime, PublishTime, Timestamp};

/// Units of UTF-16 that a cell holds.
const HOLDS: usize = 32_767;

/// The formats of cells, by their place in the workbook's styles.
pub(super) const HEAD: u8 = 1;
pub(super) const LINK: u8 = 2;
const INSTANT: u8 = 3;
const DAY: u8 = 4;
const MINUTE: u8 = 5;
const REAL: u8 = 6;

/// A cell as it stands in a sheet; whether its text had to be cut.
pub(super) struct Cell {
    pub(super) xml: String,
    pub(super) cut: bool,
}

/// `value` of a column of `kind` at `place`; nothing where there is nothing.
pub(super) fn cell(place: &str, value: &Value<'_>, kind: Kind, linked: bool) -> Option<Cell> {
    let number = |style: u8, number: String| Cell {
        xml: format!("<c r=\"{place}\" s=\"{style}\"><v>{number}</v></c>"),
        cut: false,
    };
    Some(match value {
        Value::Integer(count) => number(0, count.to_string()),
        Value::Real(real) if real.is_finite() => number(REAL, real.to_string()),
        Value::Null | Value::Real(_) => return None,
        Value::Boolean(is) => Cell {
            xml: format!("<c r=\"{place}\" t=\"b\"><v>{}</v></c>", u8::from(*is)),
            cut: false,
        },
        Value::Instant(at) => match instant(*at) {
            Some(serial) => number(INSTANT, serial),
            None => text(place, &at.to_string(), 0),
        },
        Value::Day(day) => match serial(*day) {
            Some(days) => number(DAY, days.to_string()),
            None => text(place, &day.to_string(), 0),
        },
        Value::PublishTime(time) => match published(*time) {
            Some((style, serial)) => number(style, serial),
            None => text(place, &time.to_string(), 0),
        },
        Value::Text(said) => {
            let style = if linked && kind == Kind::Url { LINK } else { 0 };
            text(place, said, style)
        }
    })
}

/// A text at `place`. A text is never run, whatever it begins with.
pub(super) fn text(place: &str, said: &str, style: u8) -> Cell {
    let (said, cut) = held(said);
    Cell {
        xml: format!(
            "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            escaped(&said)
        ),
        cut,
    }
}

/// As much of `text` as a cell holds, and whether that is less than all.
fn held(text: &str) -> (Cow<'_, str>, bool) {
    // a unit takes a byte at least
    if text.len() <= HOLDS || text.encode_utf16().count() <= HOLDS {
        return (Cow::Borrowed(text), false);
    }
    let all = text.chars().count();
    let mut room = HOLDS - 60;
    let held: String = text
        .chars()
        .take_while(|letter| match room.checked_sub(letter.len_utf16()) {
            Some(rest) => {
                room = rest;
                true
            }
            None => false,
        })
        .collect();
    let kept = held.chars().count();
    let held = format!("{held}… [cut: {kept} of {all} characters]");
    (Cow::Owned(held), true)
}

/// Text for between tags and in attributes. Control characters have no place in XML, nor in a cell.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{fffe}' | '\u{ffff}' => {}
            // what looks like an escape of Excel's own is none
            '_' => escaped.push('_'),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    if escaped.contains("_x") {
        escaped = unescapable(&escaped);
    }
    escaped
}

/// `_x0041_` is read as the letter A; with its first sign written so, it is read as it stands.
fn unescapable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let digits = after
            .get(..4)
            .is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let is_escape = digits && after.get(4..5) == Some("_");
        out.push_str(if is_escape { "_x005F_x" } else { "_x" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Days since the calendar of spreadsheets begins; none before March 1900, where programs disagree.
fn serial(day: Date) -> Option<i64> {
    const BEGINS: Date = date(1899, 12, 30);
    let days = day.duration_since(BEGINS).as_hours() / 24;
    (days >= 61).then_some(days)
}

/// The same with the time of day behind the point.
fn with_time(day: Date, milliseconds: u64) -> Option<String> {
    const DAY_MILLIS: u64 = 86_400_000;
    const PLACES: u64 = 100_000_000_000;
    let days = serial(day)?;
    let fraction = (milliseconds * PLACES + DAY_MILLIS / 2) / DAY_MILLIS;
    Some(format!("{days}.{fraction:011}"))
}

fn instant(at: Timestamp) -> Option<String> {
    let zoned = at.as_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    let midnight = zoned.start_of_day().ok()?;
    let since = zoned.duration_since(&midnight).as_millis();
    with_time(zoned.date(), u64::try_from(since).ok()?)
}

fn published(time: PublishTime) -> Option<(u8, String)> {
    let Some(ClockTime {
        hour,
        minute,
        second,
    }) = time.time
    else {
        return Some((DAY, serial(time.date)?.to_string()));
    };
    let part = |part: i8| u64::try_from(part).unwrap_or_default();
    let seconds = part(hour) * 3600 + part(minute) * 60 + part(second.unwrap_or_default());
    let style = if second.is_some() { INSTANT } else { MINUTE };
    Some((style, with_time(time.date, seconds * 1000)?))
}

/// The name of a column: A, B … Z, AA …
pub(super) fn letters(column: usize) -> String {
    let mut name = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        let letter = u8::try_from(rest % 26).unwrap_or_default();
        name.push(char::from(b'A' + letter));
        rest /= 26;
    }
    name.into_iter().rev().collect()
}

/// A cell's place: B7.
pub(super) fn place(column: usize, row: u32) -> String {
    let mut name = letters(column);
    // writing into memory does not fail
    let _written = write!(name, "{row}");
    name
}
