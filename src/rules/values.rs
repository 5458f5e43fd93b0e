//! The values of a rules file as they are meant: selectors, patterns, URLs, hosts, durations,
//! time zones. Each reader notes its own mistake and gives nothing.

use std::time::Duration;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use regex::Regex;
use scraper::Selector;
use toml::de::{DeTable, DeValue};

use super::budget::{bytes_of, duration_of};
use super::reader::{Reader, Text, Value, shortened};
use super::suggest;
use crate::model::PageUrl;

/// A CSS selector.
pub(super) fn selector(reader: &mut Reader<'_>, text: &Text) -> Option<Selector> {
    let written = text.text.trim();
    let selector = Selector::parse(written).ok();
    if selector.is_none() {
        let message = format!("`{}` is no CSS selector", shortened(written));
        reader.wrong(&text.span, message, selector_fix(written));
    }
    selector
}

/// What people who know other tools write, and what to write here.
fn selector_fix(written: &str) -> String {
    let fix = if written.starts_with('/') || written.starts_with("./") {
        "this looks like XPath; write CSS, as in `div.content > p`"
    } else if written.contains("::attr") {
        "CSS has no ::attr; write { select = \"a\", attribute = \"href\" }"
    } else if written.contains("::text") {
        "CSS has no ::text; text is what is taken anyway, and { own-text = true } leaves out the \
         text of child elements"
    } else if written.contains(":contains") {
        "CSS has no :contains; find the element and say `label` or `regex`"
    } else if written.contains('@') {
        "an attribute is written [href], without @"
    } else if written.matches('[').count() != written.matches(']').count() {
        "every [ needs its ]"
    } else if written.matches('(').count() != written.matches(')').count() {
        "every ( needs its )"
    } else if written.ends_with(['>', '+', '~', ',', '.', '#']) {
        "something is missing at the end"
    } else {
        "write it as in a style sheet: `div.content`, `#main h1`, `li > a[href]`; a name that \
         starts with a digit is written [id=\"1a\"]"
    };
    fix.to_owned()
}

/// A regular expression.
pub(super) fn pattern(reader: &mut Reader<'_>, text: &Text) -> Option<Regex> {
    match Regex::new(&text.text) {
        Ok(pattern) => Some(pattern),
        Err(refused) => {
            let report = refused.to_string();
            let reason = report
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix("error: "))
                .unwrap_or("it is too large when compiled");
            let span = reader.inside(text, caret(&text.text, &report));
            let fix = if reason.contains("look-around") {
                "write the pattern without (?=…), (?!…), (?<=…), (?<!…); a group ( ) picks the \
                 part that is meant"
            } else if reason.contains("backreferences") {
                "write the repeated part twice instead of \\1"
            } else {
                "a sign meant as itself is escaped: \\. \\? \\( \\[; in 'single quotes' a \
                 backslash is written once"
            };
            reader.wrong(
                &span,
                format!("`{}` is no pattern: {reason}", shortened(&text.text)),
                fix,
            );
            None
        }
    }
}

/// The byte of `pattern` under the caret of regex's report, which repeats a pattern of one line
/// indented by four.
fn caret(pattern: &str, report: &str) -> usize {
    report
        .lines()
        // the pattern itself may begin with one
        .rfind(|line| line.trim_start().starts_with('^'))
        .and_then(|line| line.find('^')?.checked_sub(4))
        .and_then(|column| pattern.char_indices().nth(column))
        .map_or(0, |(byte, _)| byte)
}

/// The address of a page.
pub(super) fn page(reader: &mut Reader<'_>, text: &Text) -> Option<PageUrl> {
    let url = PageUrl::parse(&text.text).ok();
    if url.is_none() {
        let message = format!("`{}` is no address of a page", shortened(&text.text));
        let fix = "write it whole, with http:// or https://: https://www.example.cn/news/";
        reader.wrong(&text.span, message, fix);
    }
    url
}

/// A host, `*.` before it for all below, in the spelling that requests use: lower case, punycode,
/// with a port only where one was given.
pub(super) fn host(reader: &mut Reader<'_>, text: &Text) -> Option<String> {
    let written = text.text.trim();
    let (star, name) = match written.strip_prefix("*.") {
        Some(name) => ("*.", name),
        None => ("", written),
    };
    let url = if name.contains("://") {
        PageUrl::parse(name)
    } else {
        PageUrl::parse(&format!("http://{name}"))
    };
    let bare = !name.contains(['/', '?', '#', '@', '*']);
    match url {
        Ok(url) if bare => Some(format!("{star}{}", url.host())),
        Ok(url) if !name.contains('*') => {
            let fix = format!("write the host alone: \"{}\"", url.host());
            let message = format!("`{}` is more than a host", shortened(written));
            reader.wrong(&text.span, message, fix);
            None
        }
        _ => {
            let message = format!("`{}` is no host", shortened(written));
            let fix = "write \"www.example.cn\", or \"*.example.cn\" for it and all below";
            reader.wrong(&text.span, message, fix);
            None
        }
    }
}

/// How long `key` says: a number of seconds, or text with a unit. More than nothing.
pub(super) fn duration(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
) -> Option<Duration> {
    const FIX: &str = "write a number of seconds or a text with its unit: 2, \"500ms\", \"2s\", \
                       \"5m\", \"1h\", \"30d\"";
    // longer than any schedule, short enough to add to any date
    const LONGEST: Duration = Duration::from_hours(10 * 365 * 24);
    let value = table.get(key)?;
    let read = match value.get_ref() {
        DeValue::String(text) => duration_of(text),
        DeValue::Integer(number) => plain_seconds(number.as_str()),
        DeValue::Float(number) => plain_seconds(number.as_str()),
        _ => {
            reader.expected(value, key, "a duration", FIX);
            return None;
        }
    };
    match read {
        Some(duration) if duration.is_zero() => {
            reader.wrong(&value.span(), format!("`{key}` is nothing"), FIX);
            None
        }
        Some(duration) if duration > LONGEST => {
            let message = format!("`{key}` is longer than ten years");
            reader.wrong(&value.span(), message, FIX);
            None
        }
        Some(duration) => Some(duration),
        None => {
            reader.wrong(&value.span(), format!("`{key}` is no duration"), FIX);
            None
        }
    }
}

/// A whole number at `key`, `least` at least.
pub(super) fn count(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    least: u32,
) -> Option<u32> {
    let value = table.get(key)?;
    let fix = format!("write a whole number from {least} on, without quotes: {key} = 10");
    let DeValue::Integer(number) = value.get_ref() else {
        reader.expected(value, key, "a whole number", fix);
        return None;
    };
    // pages and their sizes; more is a slip
    let read = number.as_str().parse().ok();
    let fits = read.filter(|number| (least..=1_000_000).contains(number));
    if fits.is_none() {
        let message = format!("`{key}` cannot be {}", shortened(number.as_str()));
        reader.wrong(&value.span(), message, fix);
    }
    fits
}

fn plain_seconds(number: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(number.parse().ok()?).ok()
}

/// How much `key` says: a number of bytes, or text with a unit. More than nothing.
pub(super) fn size(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<u64> {
    const FIX: &str = "write a number of bytes or a text with its unit: \"500 kB\", \"50 MB\", \
                       \"2 GB\"";
    let value = table.get(key)?;
    let read = match value.get_ref() {
        DeValue::String(text) => bytes_of(text),
        DeValue::Integer(number) => number.as_str().parse().ok(),
        _ => {
            reader.expected(value, key, "a size", FIX);
            return None;
        }
    };
    more_than_nothing(reader, value, key, read, "no size", FIX)
}

/// How many `key` says. More than none.
pub(super) fn number(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<u64> {
    const FIX: &str = "write a whole number: 500";
    let value = table.get(key)?;
    let DeValue::Integer(number) = value.get_ref() else {
        reader.expected(value, key, "a number", FIX);
        return None;
    };
    let read = number.as_str().replace('_', "").parse().ok();
    more_than_nothing(reader, value, key, read, "no number", FIX)
}

fn more_than_nothing(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    key: &str,
    read: Option<u64>,
    otherwise: &str,
    fix: &str,
) -> Option<u64> {
    match read {
        Some(0) => reader.wrong(&value.span(), format!("`{key}` is nothing"), fix),
        Some(amount) => return Some(amount),
        None => reader.wrong(&value.span(), format!("`{key}` is {otherwise}"), fix),
    }
    None
}

/// A time zone by its IANA name, from the tables compiled in: the same on every machine.
pub(super) fn time_zone(reader: &mut Reader<'_>, text: &Text) -> Option<TimeZone> {
    let zones = TimeZoneDatabase::bundled();
    let name = text.text.trim();
    if let Ok(zone) = zones.get(name) {
        return Some(zone);
    }
    let known: Vec<String> = zones.available().map(|zone| zone.to_string()).collect();
    let meant = suggest::nearest(name, known.iter().map(String::as_str));
    let fix = meant.map_or_else(
        || "write an IANA name: \"Asia/Shanghai\", \"Asia/Hong_Kong\", \"UTC\"".to_owned(),
        |zone| format!("did you mean \"{zone}\"?"),
    );
    let message = format!("unknown time zone `{}`", shortened(name));
    reader.wrong(&text.span, message, fix);
    None
}
