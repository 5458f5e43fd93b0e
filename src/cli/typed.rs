//! Words of the command line as what they mean.

use std::net::SocketAddr;
use std::time::Duration;

use crate::model::Timestamp;
use crate::score::{Bound, Side};
use crate::tabular::Cell;

/// Seconds, with fractions.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write seconds, as in 2 or 0.5".to_owned())
}

/// An instant: a day, which begins at midnight UTC, or a time with its zone.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    let day = format!("{text}T00:00:00Z");
    text.parse()
        .or_else(|_no_instant| day.parse())
        .map_err(|_refused| {
            "write a day or an instant, as in 2026-06-08 or 2026-06-08T09:30:00+08:00".to_owned()
        })
}

/// A budget of time with its unit.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let written = crate::rules::duration_of(text)
        .ok_or_else(|| "write a number with its unit, as in 90s, 20m or 2h".to_owned())?;
    more_than_nothing(written)
}

/// An age with its unit, which is never left out: 365 would be six minutes.
pub(super) fn age(text: &str) -> Result<Duration, String> {
    let told = || "write a number with its unit, as in 365d, 52w or 12h".to_owned();
    if text
        .trim_end()
        .ends_with(|last: char| last.is_ascii_digit() || last == '.')
    {
        return Err(told());
    }
    crate::rules::duration_of(text).ok_or_else(told)
}

/// How long to wait, or 0 for as long as it takes.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    let written = (text.trim() == "0")
        .then_some(Duration::ZERO)
        .or_else(|| crate::rules::duration_of(text));
    written.ok_or_else(|| {
        "write a number with its unit, as in 90s or 20m, or 0 for as long as it takes".to_owned()
    })
}

/// `site=expo`: a query's parameter and its value, a number where it looks like one, text in single
/// quotes.
pub(super) fn parameter(text: &str) -> Result<(String, Cell), String> {
    let told = || "write NAME=VALUE, as in site=expo, views=100 or year=\"'2026'\"".to_owned();
    let (name, value) = text.split_once('=').ok_or_else(told)?;
    let name = name.trim().trim_start_matches([':', '@', '$']);
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    if name.is_empty() || !name.chars().all(word) {
        return Err(told());
    }
    let quoted = value
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    let number = || {
        let sign = |sign: char| sign.is_ascii_digit() || matches!(sign, '-' | '.');
        let whole = || value.parse().map(Cell::Integer).ok();
        let real = || value.parse().map(Cell::Real).ok();
        value.chars().all(sign).then(|| whole().or_else(real))?
    };
    let cell = match quoted {
        Some(text) => Cell::Text(text.replace("''", "'")),
        None => number().unwrap_or_else(|| Cell::Text(value.to_owned())),
    };
    Ok((name.to_owned(), cell))
}

/// A budget of bytes with its unit.
pub(super) fn size(text: &str) -> Result<u64, String> {
    let written = crate::rules::bytes_of(text)
        .ok_or_else(|| "write a number with its unit, as in 500kB, 50MB or 2GB".to_owned())?;
    more_than_nothing(written)
}

/// A budget of pages.
pub(super) fn pages(text: &str) -> Result<u64, String> {
    let written = text
        .parse()
        .map_err(|_refused| "write a number, as in 200".to_owned())?;
    more_than_nothing(written)
}

/// A run that may do nothing looks like one that had nothing to do.
fn more_than_nothing<T: Default + PartialEq>(written: T) -> Result<T, String> {
    if written == T::default() {
        return Err(
            "nothing could be asked for: leave the flag out for no bound, or see --dry-run"
                .to_owned(),
        );
    }
    Ok(written)
}

/// A port alone is one of loopback: other machines are let in only by an address that says so.
pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let loopback = |port: u16| SocketAddr::from(([127, 0, 0, 1], port));
    let port = text.parse().map(loopback);
    port.or_else(|_refused| text.parse())
        .map_err(|_refused| "write a port or an address with one: 9099, 127.0.0.1:9099".to_owned())
}

/// `body_f1=0.97`, a bound below.
pub(super) fn floor(text: &str) -> Result<Bound, String> {
    Bound::parse(text, Side::Floor).map_err(|wrong| wrong.to_string())
}

/// `author_noise=0.05`, a bound above.
pub(super) fn ceiling(text: &str) -> Result<Bound, String> {
    Bound::parse(text, Side::Ceiling).map_err(|wrong| wrong.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_one_of_loopback() {
        let told = |text: &str| listen(text).map(|address| address.to_string());
        assert_eq!(told("9099").as_deref(), Ok("127.0.0.1:9099"));
        assert_eq!(told("0.0.0.0:9099").as_deref(), Ok("0.0.0.0:9099"));
        assert_eq!(told("[::1]:9099").as_deref(), Ok("[::1]:9099"));
        for wrong in ["", "localhost:9099", "127.0.0.1", "70000"] {
            assert!(listen(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_budget_is_more_than_nothing() {
        assert_eq!(
            (pages("1"), size("1B"), duration("1ms")),
            (Ok(1), Ok(1), Ok(Duration::from_millis(1)))
        );
        for nothing in [
            pages("0").err(),
            size("0 MB").err(),
            duration("0h").err(),
            size("0.1B").err(),
        ] {
            let told = nothing.unwrap_or_default();
            assert!(told.starts_with("nothing could be asked for"), "{told}");
        }
        assert!(pages("-1").is_err_and(|told| told.starts_with("write a number")));
    }

    #[test]
    fn a_parameter_is_what_it_looks_like() {
        let cell = |typed: &str| parameter(typed).expect(typed).1;
        assert_eq!(cell("site=expo"), Cell::Text("expo".to_owned()));
        assert_eq!(cell("n=-5"), Cell::Integer(-5));
        assert_eq!(cell("n=0.5"), Cell::Real(0.5));
        assert_eq!(cell("y='2026'"), Cell::Text("2026".to_owned()));
        assert_eq!(cell("q='it''s'"), Cell::Text("it's".to_owned()));
        for text in ["", "2026-06-08", "inf", "1e5", "--", "."] {
            assert_eq!(cell(&format!("t={text}")), Cell::Text(text.to_owned()));
        }
        assert_eq!(parameter(":q=a=b").expect("name").0, "q");
        for wrong in ["site", "=5", "a b=5"] {
            assert!(parameter(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_age_is_never_without_its_unit() {
        assert_eq!(age("365d"), Ok(Duration::from_hours(365 * 24)));
        assert_eq!(age("0d"), Ok(Duration::ZERO));
        for wrong in ["365", "1.", "", "d", "-3d", "a year"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wait_may_be_without_end() {
        assert_eq!(wait("0"), Ok(Duration::ZERO));
        assert_eq!(wait("5m"), Ok(Duration::from_mins(5)));
        assert!(wait("soon").is_err());
    }

    #[test]
    fn an_interval_may_be_nothing_but_not_negative() {
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["-1", "soon", "nan", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
