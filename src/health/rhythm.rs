//! How often a site brings something new, and whether it has been silent for unusually long.
//!
//! A site's days of news are told by what its articles print, where at least half of them print it;
//! else by when each was found. Silence lasts from the last of them until the site was last had, not
//! until now: of what nobody looked at nothing is said. An old article that is found today is no news.

use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::model::Timestamp;

use super::{Finding, FindingKind, SiteFacts};

/// Fewer gaps between days of news are no rhythm.
const FEWEST_GAPS: usize = 6;

/// Silence is unusual beyond so many times the gap that nine of ten gaps do not exceed.
const USUAL_GAPS: i32 = 3;

/// Shorter silence is never unusual: the long holidays of China take more than a week.
const LEAST_SILENCE: i32 = 10;

/// How often a site brings something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The days that nine of ten gaps between two days of news do not exceed.
    pub usual_gap_days: i32,
    /// The last day of news.
    pub last_news: Date,
    /// Days from then until the site was last had.
    pub silent_days: i32,
}

/// The rhythm of a site, where its past tells one.
pub(super) fn of(facts: &SiteFacts) -> Option<Rhythm> {
    let until = day_of(facts.last_success?);
    let dated = facts.articles.iter().filter(|article| article.publish_time);
    let prints_days = dated.count() * 2 >= facts.articles.len();
    let found = facts
        .articles
        .iter()
        .map(|article| day_of(article.first_seen));
    let mut days: Vec<Date> = if prints_days {
        facts.published.clone()
    } else {
        found.collect()
    };
    // an event's date that was taken for the day of the news
    days.retain(|day| *day <= until);
    days.sort_unstable();
    days.dedup();
    // an article that prints no day is news of the day it was found
    let undated = facts
        .articles
        .iter()
        .filter(|article| !article.publish_time);
    let undated = undated.map(|article| day_of(article.first_seen)).max();
    let last = days.last().copied().max(undated)?;
    let mut gaps: Vec<i32> = days
        .iter()
        .zip(days.iter().skip(1))
        .map(|(earlier, later)| between(*earlier, *later))
        .collect();
    if gaps.len() < FEWEST_GAPS {
        return None;
    }
    gaps.sort_unstable();
    let usual = gaps.get((gaps.len() * 9).div_ceil(10) - 1)?;
    Some(Rhythm {
        usual_gap_days: *usual,
        last_news: last,
        silent_days: between(last, until),
    })
}

impl Rhythm {
    /// Whether the silence is unusual.
    pub const fn is_silent(self) -> bool {
        self.silent_days > LEAST_SILENCE && self.silent_days > self.usual_gap_days * USUAL_GAPS
    }

    pub(super) fn finding(self) -> Option<Finding> {
        self.is_silent().then(|| {
            let words = format!(
                "its latest news is of {}, {} before it was last had; as a rule {} at most lie \
                 between two days of news",
                self.last_news,
                super::days(Duration::from_hours(24 * whole(self.silent_days))),
                super::days(Duration::from_hours(24 * whole(self.usual_gap_days)))
            );
            Finding::new(FindingKind::Silent, words)
        })
    }
}

fn whole(days: i32) -> u64 {
    u64::try_from(days).unwrap_or(0)
}

fn between(earlier: Date, later: Date) -> i32 {
    earlier
        .until(later)
        .map_or(0, |span| span.get_days())
        .max(0)
}

pub(super) fn day_of(instant: Timestamp) -> Date {
    instant.as_jiff().to_zoned(TimeZone::UTC).date()
}
