//! When to look at a feed or a sitemap again.
//!
//! Both go by the rule for articles, a quarter of the time since anything moved, within bounds of
//! their own: a feed is small and mostly answered with "not modified", so it is asked sooner than
//! any page, and at least once a day however long it has been silent, but its further pages once a
//! week; a sitemap is asked no sooner than a page and at least once a week. One that is gone and that rules or robots.txt name is asked
//! once a week, for it may return; the others, as those of an index that gives its sitemaps new
//! names, ever more rarely.

use std::time::Duration;

use crate::model::PageKind;

use super::next::{LEAST_OF_ALL, Sight};

/// A feed may be asked so many times as often as a page.
const SOONER: u32 = 4;
/// The longest that a feed is left alone.
const FEED_MOST: Duration = Duration::from_hours(24);
/// The further pages of a feed are looked at as seldom as those of a list.
const FURTHER: Duration = Duration::from_hours(24 * 7);
/// The longest that a sitemap is left alone.
const SITEMAP_MOST: Duration = Duration::from_hours(24 * 7);

/// What is gone and named is asked this often.
const GONE_NAMED: Duration = Duration::from_hours(24 * 7);
/// The longest that one is left alone that is gone for good.
const GONE_MOST: Duration = Duration::from_hours(24 * 365);

/// How long to wait after a look that confirmed that it is gone.
pub(super) fn wait_gone(sight: &Sight<'_>) -> Duration {
    let most = sight.revisit.most.max(LEAST_OF_ALL);
    let named = GONE_NAMED.min(most);
    if sight.depth == 0 {
        return named;
    }
    let first = match sight.kind {
        PageKind::Feed => named,
        _ => most,
    };
    let doublings = sight.history.gone_in_a_row.saturating_sub(1).min(16);
    first
        .saturating_mul(1 << doublings)
        .min(GONE_MOST.max(first))
}

/// How long to wait after a look that was answered.
pub(super) fn wait(sight: &Sight<'_>) -> Duration {
    let (least, most) = match sight.kind {
        // what is new reaches its further pages through the first, and they are walked then
        PageKind::Feed if sight.depth > 0 => (FURTHER, FURTHER),
        PageKind::Feed => (sight.revisit.least / SOONER, FEED_MOST),
        _ => (sight.revisit.least, SITEMAP_MOST),
    };
    let most = most.min(sight.revisit.most).max(LEAST_OF_ALL);
    let least = least.clamp(LEAST_OF_ALL, most);
    (quiet_time(sight) / 4).clamp(least, most)
}

/// For how long nothing has moved, by its newest entry and by what looks have found.
fn quiet_time(sight: &Sight<'_>) -> Duration {
    let history = sight.history;
    // that the first look finds something is no sign of life
    let found = history
        .last_changed_at
        .filter(|found| history.first_seen_at.is_some_and(|first| *found > first));
    let moved = sight.newest.max(found).or(history.first_seen_at);
    sight.at.since(moved.unwrap_or(sight.at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, PageHistory, Timestamp};
    use crate::rules::Revisit;
    use crate::schedule::next_visit;

    const HOUR: f64 = 1.0;
    const DAY: f64 = 24.0;

    fn ago(hours: f64) -> Timestamp {
        let now: Timestamp = "2026-11-23T04:00:00Z".parse().expect("instant");
        now.minus(Duration::from_secs_f64(hours * 3600.0))
    }

    fn waits(kind: PageKind, outcome: Outcome, newest: Option<f64>, history: &PageHistory) -> f64 {
        let sight = sight(kind, outcome, newest, history);
        next_visit(&sight).since(sight.at).as_secs_f64() / 3600.0
    }

    fn sight(
        kind: PageKind,
        outcome: Outcome,
        newest: Option<f64>,
        history: &PageHistory,
    ) -> Sight<'_> {
        Sight {
            at: ago(0.0),
            outcome,
            kind,
            depth: 0,
            history,
            published: None,
            spoken_for: false,
            newest: newest.map(ago),
            status: None,
            backoff: None,
            revisit: Revisit::default(),
            versions: 0,
            samples: &[],
            page: 0,
        }
    }

    #[test]
    fn what_is_gone_is_asked_ever_more_rarely_unless_it_is_named() {
        let check = |kind, depth, expected: [f64; 7]| {
            for (gone_in_a_row, days) in (0..).zip(expected) {
                let history = PageHistory {
                    gone_in_a_row,
                    ..seen(DAY, DAY)
                };
                let sight = Sight {
                    depth,
                    ..sight(kind, Outcome::Gone, None, &history)
                };
                let found = next_visit(&sight).since(sight.at).as_secs_f64() / 86_400.0;
                assert!(
                    (found - days).abs() < 0.01,
                    "{kind:?} {gone_in_a_row}: {found}"
                );
            }
        };
        check(
            PageKind::Sitemap,
            1,
            [0.5, 30.0, 60.0, 120.0, 240.0, 365.0, 365.0],
        );
        check(
            PageKind::Feed,
            1,
            [0.5, 7.0, 14.0, 28.0, 56.0, 112.0, 224.0],
        );
        for kind in [PageKind::Sitemap, PageKind::Feed] {
            check(kind, 0, [0.5, 7.0, 7.0, 7.0, 7.0, 7.0, 7.0]);
        }
    }

    fn seen(first: f64, changed: f64) -> PageHistory {
        PageHistory {
            first_seen_at: Some(ago(first)),
            last_changed_at: Some(ago(changed)),
            ..PageHistory::default()
        }
    }

    #[test]
    fn a_feed_is_asked_as_often_as_it_moves() {
        let check = |newest, history: PageHistory, feed: f64, sitemap: f64| {
            let found = waits(PageKind::Feed, Outcome::Listed, newest, &history);
            assert!(
                (found - feed).abs() < 0.01,
                "{newest:?} {history:?}: {found}"
            );
            let found = waits(PageKind::Sitemap, Outcome::Listed, newest, &history);
            assert!(
                (found - sitemap).abs() < 0.01,
                "{newest:?} {history:?}: {found}"
            );
        };
        let new = PageHistory::default;
        // never seen before and without dates
        check(None, new(), 0.25, HOUR);
        // its newest entry is of this hour, of this morning, of last year
        check(Some(0.5), new(), 0.25, HOUR);
        check(Some(12.0), new(), 3.0, 3.0);
        check(Some(400.0 * DAY), new(), DAY, 7.0 * DAY);
        // no dates: silent for eight hours, for two days, for a month
        check(None, seen(8.0, 8.0), 2.0, 2.0);
        check(None, seen(2.0 * DAY, 2.0 * DAY), 12.0, 12.0);
        check(None, seen(30.0 * DAY, 30.0 * DAY), DAY, 7.0 * DAY);
        // an old page was put into it two hours ago
        check(Some(400.0 * DAY), seen(90.0 * DAY, 2.0), 0.5, HOUR);
    }

    #[test]
    fn not_modified_counts_as_silence_and_failures_back_off() {
        let history = seen(2.0 * DAY, 2.0 * DAY);
        let found = waits(PageKind::Feed, Outcome::NotModified, None, &history);
        assert!((found - 12.0).abs() < 0.01, "{found}");
        let failing = PageHistory {
            failures_in_a_row: 3,
            ..history
        };
        let found = waits(PageKind::Feed, Outcome::Failed, None, &failing);
        assert!(found > 24.0, "{found}");
        let found = waits(PageKind::Feed, Outcome::Gone, None, &failing);
        assert!((found - 12.0).abs() < 0.01, "{found}");
    }
}
