//! Calendars: addresses that name a month no news can be from.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use regex::Regex;

use super::address;
use crate::model::{PageUrl, Timestamp};

/// Exhibitions are announced so many years ahead.
const AHEAD: i16 = 2;
/// The year before the first web page.
const BEFORE_ALL: i16 = 1990;

static IN_QUERY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:^|&)(?:y|yr|year|nian|ym|month|date|day|from|to|start|end|cal|time)=(\d{4})(?:[-/.]?\d{1,2}){0,2}(?:&|$)",
    )
    .ok()
});
static IN_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // with its month: a number alone may be an event's
    Regex::new(r"(?i)/(?:calendar|rili|events?|month|day)s?/(?:.*/)?(\d{4})[-/]\d{1,2}(?:[-/]\d{1,2})?(?:/|\.\w+)?$").ok()
});

/// Whether `url` names a year that no news are from, seen at `now`.
pub(super) fn is_out_of_time(url: &PageUrl, now: Timestamp) -> bool {
    let this_year = this_year(now);
    let year_in = |pattern: &LazyLock<Option<Regex>>, text: &str| -> Option<i16> {
        let found = pattern.as_ref()?.captures(text)?;
        found.get(1)?.as_str().parse().ok()
    };
    let by_query = url
        .as_url()
        .query()
        .and_then(|query| year_in(&IN_QUERY, query));
    let by_path = || year_in(&IN_PATH, url.as_url().path());
    // an article's own number may look like a year
    let year = by_query.or_else(|| by_path().filter(|_| address::article_likeness(url) < 3));
    year.is_some_and(|year| year > this_year + AHEAD || year < BEFORE_ALL)
}

fn this_year(now: Timestamp) -> i16 {
    now.as_jiff().to_zoned(TimeZone::UTC).year()
}
