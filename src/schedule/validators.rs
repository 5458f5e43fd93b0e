//! Conditional requests: which validators are worth keeping, and when to ask without them.
//!
//! Servers answer "not modified" that should not, and tag what has not changed anew each time. A
//! validator that cannot mean anything is not sent, and now and then a page is asked for in full
//! whatever was said of it (`docs/decisions/0013-revisits.md`).

use std::time::Duration;

use crate::model::{Conditional, Headers, Outcome, Timestamp};
use crate::politeness::http_date;

/// Of so many looks in a row that found nothing new, the last asks for the page in full.
const IN_FULL: u32 = 10;
/// Longer tags are kept by nobody's server.
const LONGEST_TAG: usize = 1000;
/// Dates before this are those of a clock that was never set.
const FIRST_DATE: i64 = 788_918_400_000; // 1995-01-01
/// So far a server's clock may be ahead of ours.
const AHEAD: Duration = Duration::from_hours(24);

/// Whether the look after `unchanged` looks in a row without news asks for the page in full: a
/// server that always says "not modified" is found out.
pub const fn asks_in_full(unchanged: u32) -> bool {
    unchanged % IN_FULL == IN_FULL - 1
}

/// The validators to be kept after an answer at `at` with these `headers`, which came to `outcome`
/// where `before` was kept.
pub fn validators(
    before: &Conditional,
    headers: &Headers,
    outcome: Outcome,
    at: Timestamp,
) -> Conditional {
    let etag = headers.first("etag").and_then(usable_tag);
    let last_modified = headers
        .first("last-modified")
        .filter(|text| is_usable_date(text, at))
        .map(str::to_owned);
    if outcome == Outcome::NotModified {
        // it need not repeat what it confirms, and brings back no tag that was given up
        return Conditional {
            etag: before.etag.clone().map(|kept| etag.unwrap_or(kept)),
            last_modified: last_modified.or_else(|| before.last_modified.clone()),
        };
    }
    // a tag that changes while nothing else does comes from one of several machines; beside it the
    // date would not even be looked at (RFC 9110, 13.1.3)
    let moody = outcome == Outcome::Unchanged
        && before.etag.is_some()
        && before.etag != etag
        && last_modified.is_some()
        && last_modified == before.last_modified;
    Conditional {
        etag: etag.filter(|_| !moody),
        last_modified,
    }
}

/// The tag, unless it is one that nothing can be told by.
fn usable_tag(text: &str) -> Option<String> {
    let text = text.trim();
    let opaque = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    let sound =
        !opaque.is_empty() && text.len() <= LONGEST_TAG && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

fn is_usable_date(text: &str, at: Timestamp) -> bool {
    http_date(text.trim())
        .is_some_and(|date| date.as_unix_millis() >= FIRST_DATE && date <= at.plus(AHEAD))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    const MONDAY: &str = "Mon, 23 Nov 2026 06:11:00 GMT";

    fn kept(etag: &str, date: &str) -> Conditional {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Conditional {
            etag: some(etag),
            last_modified: some(date),
        }
    }

    fn check(
        before: &Conditional,
        headers: &[(&str, &str)],
        outcome: Outcome,
        after: &Conditional,
    ) {
        let fields = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Bytes::from((*value).to_owned())));
        let at = "2026-11-23T07:00:00Z".parse().expect("instant");
        let found = validators(before, &Headers::new(fields), outcome, at);
        assert_eq!(&found, after, "{headers:?} {outcome:?}");
    }

    #[test]
    fn what_can_mean_nothing_is_not_kept() {
        let long = "x".repeat(2000);
        for (tag, expected) in [
            ("\"5e1-5c2\"", "\"5e1-5c2\""),
            ("W/\"5e1\"", "W/\"5e1\""),
            ("unquoted", "unquoted"),
            ("\"\"", ""),
            ("W/\"\"", ""),
            ("  ", ""),
            (long.as_str(), ""),
        ] {
            let after = kept(expected, "");
            check(&kept("", ""), &[("etag", tag)], Outcome::New, &after);
        }
        for (date, expected) in [
            (MONDAY, MONDAY),
            ("Thu, 01 Jan 1970 00:00:00 GMT", ""),
            ("0", ""),
            ("-1", ""),
            ("2026-11-23 06:11", ""),
            ("Fri, 23 Nov 2029 06:11:00 GMT", ""),
        ] {
            let after = kept("", expected);
            check(
                &kept("", ""),
                &[("last-modified", date)],
                Outcome::New,
                &after,
            );
        }
    }

    #[test]
    fn an_answer_replaces_what_was_kept() {
        let before = kept("\"a\"", MONDAY);
        check(
            &before,
            &[("etag", "\"b\"")],
            Outcome::Changed,
            &kept("\"b\"", ""),
        );
        check(&before, &[], Outcome::Unchanged, &kept("", ""));
    }

    #[test]
    fn not_modified_need_not_repeat_what_it_confirms() {
        let before = kept("\"a\"", MONDAY);
        check(&before, &[], Outcome::NotModified, &before);
        let again = kept("W/\"a\"", MONDAY);
        check(
            &before,
            &[("etag", "W/\"a\"")],
            Outcome::NotModified,
            &again,
        );
    }

    #[test]
    fn a_tag_that_changes_each_time_gives_way_to_the_date() {
        let machine = |tag| [("etag", tag), ("last-modified", MONDAY)];
        let before = kept("\"a\"", MONDAY);
        let by_date = kept("", MONDAY);
        check(&before, &machine("\"b\""), Outcome::Unchanged, &by_date);
        check(&by_date, &machine("\"c\""), Outcome::NotModified, &by_date);
        // an edit, and a counter that moves while the date stands still, are none of its doing
        let after = kept("\"b\"", MONDAY);
        check(&before, &machine("\"b\""), Outcome::Changed, &after);
        check(&before, &machine("\"b\""), Outcome::ViewsOnly, &after);
        check(&before, &machine("\"a\""), Outcome::Unchanged, &before);
    }

    #[test]
    fn every_tenth_look_without_news_asks_in_full() {
        let full: Vec<u32> = (0..35).filter(|count| asks_in_full(*count)).collect();
        assert_eq!(full, [9, 19, 29]);
    }
}
