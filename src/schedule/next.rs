//! When to look at a page again.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::{Outcome, PageHistory, PageKind, PublishTime, Timestamp};
use crate::rules::Revisit;

use super::samples::{born, instant, next_sample};
use super::{Backoff, listing, refusal};

/// One look at a page, as far as the next one depends on it.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// When it was.
    pub at: Timestamp,
    /// What it came to.
    pub outcome: Outcome,
    /// What the page is.
    pub kind: PageKind,
    /// Links from a start page; 0 is one itself.
    pub depth: u32,
    /// The looks before this one.
    pub history: &'a PageHistory,
    /// When the article says it was published, and in which zone.
    pub published: Option<(PublishTime, &'a TimeZone)>,
    /// Whether a sitemap that is to be believed will say when the page changes.
    pub spoken_for: bool,
    /// The latest that a feed or sitemap says of any of its entries.
    pub newest: Option<Timestamp>,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// How to go on, where no answer came.
    pub backoff: Option<Backoff>,
    /// The site's bounds.
    pub revisit: Revisit,
    /// Versions of it known before this look.
    pub versions: usize,
    /// The ages at which its views are looked at; none where there are none to be read.
    pub samples: &'a [Duration],
    /// The page's number, by which pages that were found together are parted.
    pub page: i64,
}

/// Never again within this, whatever the bounds: a run must end.
pub const LEAST_OF_ALL: Duration = Duration::from_mins(1);
/// A page found gone is confirmed after this.
const CONFIRM_GONE: Duration = Duration::from_hours(12);
/// A start page that long brought nothing is still asked this often.
const START_MOST: Duration = Duration::from_hours(24);
/// Waits longer than this are shortened by up to a quarter, each page's by its own share: what was
/// found in one hour, or waited for a host to come back, need not come due in one.
const SPREAD_BEYOND: Duration = Duration::from_hours(24);
/// A list page below the start pages, which new articles reach only through them; and a redirect.
const SELDOM: Duration = Duration::from_hours(24 * 7);

/// When to look again.
pub fn next_visit(sight: &Sight<'_>) -> Timestamp {
    let most = sight.revisit.most.max(LEAST_OF_ALL);
    let least = sight.revisit.least.clamp(LEAST_OF_ALL, most);
    let wait = match sight.outcome {
        // a passing failure is tried once more in the same run, so this alone may be no wait
        Outcome::Failed | Outcome::Blocked => {
            let backoff = sight.backoff.unwrap_or_else(|| refusal(sight.status));
            return sight
                .at
                .plus(backoff.wait(sight.history.failures_in_a_row, most));
        }
        Outcome::Gone if sight.history.gone_in_a_row == 0 => CONFIRM_GONE,
        Outcome::Gone if matches!(sight.kind, PageKind::Feed | PageKind::Sitemap) => {
            return sight.at.plus(listing::wait_gone(sight).max(least));
        }
        Outcome::Gone => most,
        // where it leads is looked at by itself; a start page alone is asked often
        Outcome::Redirected if sight.kind != PageKind::List || sight.depth > 0 => SELDOM,
        Outcome::New
        | Outcome::Changed
        | Outcome::Reverted
        | Outcome::ViewsOnly
        | Outcome::Unchanged
        | Outcome::NotModified
        | Outcome::Listed
        | Outcome::Part
        | Outcome::Redirected => match sight.kind {
            PageKind::List if sight.depth == 0 => {
                (quiet_time(sight) / 4).min(START_MOST.max(least))
            }
            PageKind::List => SELDOM,
            PageKind::Feed | PageKind::Sitemap => return sight.at.plus(listing::wait(sight)),
            PageKind::Article if sight.spoken_for => most,
            PageKind::Article | PageKind::Part | PageKind::Other => {
                (quiet_time(sight) / 4).max(usual_gap(sight) / 8)
            }
        },
    };
    let due = sight.at.plus(spread(wait.min(most), sight.page).max(least));
    let sample = next_sample_of(sight).map(|at| at.max(sight.at.plus(least)));
    sample.map_or(due, |sample| sample.min(due))
}

/// When the article's views are to be looked at next.
fn next_sample_of(sight: &Sight<'_>) -> Option<Timestamp> {
    let seen = sight.history.first_seen_at.unwrap_or(sight.at);
    let born = born(sight.published, Some(seen))?;
    next_sample(sight.samples, born, sight.at).filter(|_| sight.kind == PageKind::Article)
}

/// A long wait, shortened by the page's own share.
fn spread(wait: Duration, page: i64) -> Duration {
    if wait <= SPREAD_BEYOND {
        return wait;
    }
    // of neighbouring numbers the shares are far apart
    let [.., share, _] = page.wrapping_mul(40_503).to_be_bytes();
    wait.saturating_sub(wait / 4 * u32::from(share) / 256)
}

/// How long it has taken from one change to the next so far; nothing where there were not at least
/// two since it was first seen. Where corrections come every month, nothing is won by asking every
/// hour after each.
fn usual_gap(sight: &Sight<'_>) -> Duration {
    let changed_now = sight.outcome == Outcome::Changed;
    let changes = sight.versions.saturating_sub(usize::from(!changed_now));
    let last = if changed_now {
        Some(sight.at)
    } else {
        sight.history.last_changed_at
    };
    match (sight.history.first_seen_at, last, u32::try_from(changes)) {
        (Some(first), Some(last), Ok(changes)) if changes > 1 => last.since(first) / changes,
        _ => Duration::ZERO,
    }
}

/// For how long the page has not changed, as far as is known.
fn quiet_time(sight: &Sight<'_>) -> Duration {
    if matches!(sight.outcome, Outcome::Changed | Outcome::Reverted) {
        return Duration::ZERO;
    }
    let published = sight.published.and_then(|(time, zone)| instant(time, zone));
    let history = sight.history;
    // what a clock noted that has been set back since says nothing
    let past = |instant: Option<Timestamp>| instant.filter(|instant| *instant <= sight.at);
    let first_seen = past(history.first_seen_at);
    let changed = match (past(published), first_seen) {
        // first seen today and published last year: it stood still for a year
        (Some(published), Some(seen)) => Some(published.min(seen)),
        (one, other) => one.or(other),
    };
    // the first look is no change; a later one of a known page is
    let edited =
        past(history.last_changed_at).filter(|edit| first_seen.is_some_and(|seen| *edit > seen));
    sight.at.since(edited.max(changed).unwrap_or(sight.at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Revisit = Revisit {
        least: Duration::from_hours(6),
        most: Duration::from_hours(24 * 30),
    };
    const HOUR: f64 = 1.0;
    const DAY: f64 = 24.0;

    fn now() -> Timestamp {
        "2026-11-23T04:00:00Z".parse().expect("instant")
    }

    fn ago(hours: f64) -> Timestamp {
        let span = Duration::from_secs_f64(hours.abs() * 3600.0);
        if hours < 0.0 {
            now().plus(span)
        } else {
            now().minus(span)
        }
    }

    fn seen(first: f64) -> PageHistory {
        PageHistory {
            first_seen_at: Some(ago(first)),
            last_fetched_at: Some(ago(first)),
            last_changed_at: Some(ago(first)),
            ..PageHistory::default()
        }
    }

    fn edited(first: f64, last: f64) -> PageHistory {
        PageHistory {
            last_changed_at: Some(ago(last)),
            ..seen(first)
        }
    }

    fn sight(outcome: Outcome, kind: PageKind, history: &PageHistory) -> Sight<'_> {
        Sight {
            at: now(),
            outcome,
            kind,
            depth: 1,
            history,
            published: None,
            spoken_for: false,
            newest: None,
            status: None,
            backoff: None,
            revisit: BOUNDS,
            versions: 1,
            samples: &[],
            page: 0,
        }
    }

    fn hours(sight: &Sight<'_>) -> f64 {
        next_visit(sight).since(sight.at).as_secs_f64() / 3600.0
    }

    #[test]
    fn articles_settle() {
        let check = |outcome, history: PageHistory, expected: f64| {
            let sight = sight(outcome, PageKind::Article, &history);
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        let new = PageHistory::default;
        check(Outcome::New, new(), 6.0 * HOUR);
        check(Outcome::Unchanged, seen(6.0), 6.0 * HOUR);
        check(Outcome::ViewsOnly, seen(2.0 * DAY), 12.0 * HOUR);
        check(Outcome::NotModified, seen(40.0 * DAY), 10.0 * DAY);
        check(Outcome::Unchanged, seen(4000.0 * DAY), 30.0 * DAY);
        check(Outcome::Changed, seen(4000.0 * DAY), 6.0 * HOUR);
        check(Outcome::Reverted, seen(4000.0 * DAY), 6.0 * HOUR);
        check(
            Outcome::Unchanged,
            edited(4000.0 * DAY, 8.0 * DAY),
            2.0 * DAY,
        );
    }

    #[test]
    fn what_changes_again_and_again_is_known_to() {
        let check = |versions, outcome, first, last, expected: f64| {
            let history = edited(first, last);
            let sight = Sight {
                versions,
                ..sight(outcome, PageKind::Article, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        // one correction says nothing of the next
        check(2, Outcome::Unchanged, 60.0 * DAY, DAY, 6.0 * HOUR);
        check(1, Outcome::Changed, 60.0 * DAY, 60.0 * DAY, 6.0 * HOUR);
        // five in 150 days: one in thirty
        check(
            5,
            Outcome::Changed,
            150.0 * DAY,
            40.0 * DAY,
            30.0 * DAY / 8.0,
        );
        check(6, Outcome::Unchanged, 151.0 * DAY, DAY, 30.0 * DAY / 8.0);
        check(6, Outcome::Unchanged, 190.0 * DAY, 40.0 * DAY, 10.0 * DAY);
        // in its first hours news is edited often, and that is no habit
        check(4, Outcome::Unchanged, 12.0, 3.0, 6.0 * HOUR);
    }

    #[test]
    fn views_are_sampled_at_given_ages() {
        let zone = TimeZone::get("UTC").expect("zone");
        let samples = [1, 7, 14, 40].map(|days| Duration::from_hours(24 * days));
        let check = |kind, outcome, age_days: i64, samples: &[Duration], expected: f64| {
            let history = seen(DAY);
            let day = now().minus(Duration::from_hours(24 * age_days.unsigned_abs()));
            let published = day.to_string().replace('T', " ");
            let published = published.get(..16).and_then(|text| text.parse().ok());
            let sight = Sight {
                published: published.map(|time| (time, &zone)),
                samples,
                ..sight(outcome, kind, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        let article = PageKind::Article;
        // a quarter of the quiet time is sooner than the sample, later, and the sample passed
        check(article, Outcome::ViewsOnly, 2, &samples, 0.5 * DAY);
        check(article, Outcome::ViewsOnly, 12, &samples, 2.0 * DAY);
        check(article, Outcome::ViewsOnly, 12, &[], 3.0 * DAY);
        check(article, Outcome::Unchanged, 39, &samples, DAY);
        check(article, Outcome::Unchanged, 100, &samples, 25.0 * DAY);
        check(
            PageKind::Other,
            Outcome::Unchanged,
            39,
            &samples,
            9.75 * DAY,
        );
        // never sooner than the site's rules allow
        let soon = [Duration::from_hours(24 * 20 + 1)];
        check(article, Outcome::Unchanged, 20, &soon, 6.0 * HOUR);
    }

    #[test]
    fn what_was_found_together_comes_due_apart() {
        let history = seen(4000.0 * DAY);
        let due: Vec<f64> = (0..400)
            .map(|page| {
                hours(&Sight {
                    page,
                    ..sight(Outcome::Unchanged, PageKind::Article, &history)
                })
            })
            .collect();
        assert!(
            due.iter()
                .all(|wait| (22.5 * DAY..=30.0 * DAY).contains(wait))
        );
        for day in 23..30 {
            let from = f64::from(day) * DAY;
            let count = due
                .iter()
                .filter(|wait| (from..from + DAY).contains(*wait))
                .count();
            assert!((30..90).contains(&count), "{count} on day {day}");
        }
    }

    #[test]
    fn an_old_article_is_settled_when_first_seen() {
        let zone = TimeZone::get("Asia/Shanghai").expect("zone");
        let check = |year, month, day, expected: f64| {
            let history = PageHistory::default();
            let published = PublishTime::day(year, month, day).expect("day");
            let sight = Sight {
                published: Some((published, &zone)),
                ..sight(Outcome::New, PageKind::Article, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(2020, 9, 16, 30.0 * DAY);
        // eight and a half days before noon in Shanghai
        check(2026, 11, 15, 8.5 * DAY / 4.0);
        check(2026, 11, 23, 6.0 * HOUR);
        // announced ahead of its time
        check(2026, 12, 24, 6.0 * HOUR);
    }

    #[test]
    fn a_page_that_a_trusted_sitemap_speaks_for_waits_to_the_bound() {
        let check = |outcome, kind, expected: f64| {
            let history = seen(DAY);
            let sight = Sight {
                spoken_for: true,
                ..sight(outcome, kind, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(Outcome::Unchanged, PageKind::Article, 30.0 * DAY);
        check(Outcome::Changed, PageKind::Article, 30.0 * DAY);
        check(Outcome::Gone, PageKind::Article, 12.0);
        check(Outcome::Failed, PageKind::Article, 24.0);
        check(Outcome::Listed, PageKind::List, 7.0 * DAY);
    }

    #[test]
    fn lists_are_read_often_where_news_arrives() {
        let check = |depth, quiet: f64, expected: f64| {
            let history = edited(4000.0 * DAY, quiet);
            let sight = Sight {
                depth,
                ..sight(Outcome::Listed, PageKind::List, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(0, 6.0 * HOUR, 6.0 * HOUR);
        check(0, 2.0 * DAY, 12.0 * HOUR);
        check(0, 300.0 * DAY, DAY);
        check(1, HOUR, 7.0 * DAY);
        check(9, 300.0 * DAY, 7.0 * DAY);
    }

    #[test]
    fn a_redirect_is_seldom_asked_again_unless_it_is_a_start_page() {
        let check = |kind, depth, expected: f64| {
            let history = PageHistory::default();
            let sight = Sight {
                depth,
                ..sight(Outcome::Redirected, kind, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(PageKind::Article, 1, 7.0 * DAY);
        check(PageKind::Article, 0, 7.0 * DAY);
        check(PageKind::List, 1, 7.0 * DAY);
        check(PageKind::List, 0, 6.0 * HOUR);
    }

    #[test]
    fn gone_is_confirmed_once_and_then_rarely() {
        let check = |gone_in_a_row, expected: f64| {
            let history = PageHistory {
                gone_in_a_row,
                ..seen(DAY)
            };
            let sight = sight(Outcome::Gone, PageKind::Article, &history);
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(0, 12.0 * HOUR);
        check(1, 30.0 * DAY);
        check(2, 30.0 * DAY);
    }

    #[test]
    fn failures_back_off() {
        let check = |outcome, status, failures_in_a_row, expected: f64| {
            let history = PageHistory {
                failures_in_a_row,
                ..seen(DAY)
            };
            let sight = Sight {
                status,
                ..sight(outcome, PageKind::Article, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        check(Outcome::Failed, Some(503), 0, 0.0);
        check(Outcome::Failed, Some(503), 1, 0.25);
        check(Outcome::Failed, Some(503), 2, 1.0);
        check(Outcome::Blocked, Some(403), 0, 6.0);
        check(Outcome::Blocked, Some(403), 1, DAY);
        check(Outcome::Blocked, None, 0, DAY);
        check(Outcome::Blocked, None, 9, 30.0 * DAY);
    }

    #[test]
    fn a_clock_that_jumped_makes_no_odd_waits() {
        let check = |history: PageHistory, expected: f64| {
            let history = PageHistory {
                last_fetched_at: history.last_changed_at,
                ..history
            };
            let sight = sight(Outcome::Unchanged, PageKind::Article, &history);
            assert!((hours(&sight) - expected).abs() < 0.01, "{sight:?}");
        };
        // a year ahead when the page was found, or when it was edited
        check(seen(-365.0 * DAY), 6.0 * HOUR);
        check(edited(16.0 * DAY, -365.0 * DAY), 4.0 * DAY);
        // a year ahead now
        check(seen(370.0 * DAY), 30.0 * DAY);
        // a day behind
        check(seen(-DAY), 6.0 * HOUR);
    }

    #[test]
    fn the_bounds_hold_even_where_they_are_odd() {
        let check = |least, most, expected: f64| {
            let history = seen(8.0 * DAY);
            let sight = Sight {
                revisit: Revisit {
                    least: Duration::from_secs(least),
                    most: Duration::from_secs(most),
                },
                ..sight(Outcome::Unchanged, PageKind::Article, &history)
            };
            assert!((hours(&sight) - expected).abs() < 0.001, "{sight:?}");
        };
        check(0, 3600, 1.0);
        check(0, 0, 1.0 / 60.0);
        check(7200, 3600, 1.0);
        check(3 * 86_400, 9 * 86_400, 3.0 * DAY);
    }
}
