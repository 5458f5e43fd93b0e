//! Tables: what is known of a site, and what is found.

use super::*;
use crate::model::{HostKey, SiteId};

const DAY: u64 = 24;

fn now() -> Timestamp {
    "2026-11-23T06:00:00.000Z".parse().expect("instant")
}

fn hours_ago(hours: u64) -> Timestamp {
    now().minus(Duration::from_hours(hours))
}

/// A site that is had every hour and has published every second day.
fn well() -> SiteFacts {
    let articles: Vec<ArticleFacts> = (0..60)
        .map(|number| ArticleFacts {
            first_seen: hours_ago(number * 2 * DAY),
            source: true,
            author: number % 2 == 0,
            publish_time: true,
            views: false,
        })
        .collect();
    let day = |article: &ArticleFacts| rhythm::day_of(article.first_seen);
    SiteFacts {
        watched: true,
        looks: (0..50).map(|hour| look(hour, false)).collect(),
        week: Share {
            part: 0,
            whole: 168,
        },
        last_look: Some(hours_ago(0)),
        last_success: Some(hours_ago(0)),
        lists_due_since: Some(hours_ago(1)),
        article_count: 60,
        last_new: Some(hours_ago(0)),
        published: articles.iter().map(day).collect(),
        articles,
        ..SiteFacts::nothing(SiteId::new("expo"))
    }
}

fn look(hour: u64, failed: bool) -> LookFact {
    LookFact {
        at: hours_ago(hour),
        failed,
    }
}

/// The site after `change`, and the kinds of what is found.
fn check(what: &str, change: impl FnOnce(&mut SiteFacts), expected: &[FindingKind]) {
    let mut facts = well();
    change(&mut facts);
    let health = judge(facts, now());
    let kinds: Vec<FindingKind> = health.findings.iter().map(|found| found.kind).collect();
    assert_eq!(kinds, expected, "{what}: {:?}", health.findings);
    let grave = expected.iter().any(|kind| kind.is_wrong());
    assert_eq!(health.is_wrong(), grave, "{what}");
}

#[test]
fn a_site_that_gives_what_it_gave_is_well() {
    check("as ever", |_same| {}, &[]);
}

#[test]
fn a_crawl_that_does_not_come_is_found() {
    use FindingKind::{NeverLooked, Overdue};
    let stranger = |facts: &mut SiteFacts| *facts = SiteFacts::nothing(SiteId::new("expo"));
    check(
        "never crawled",
        |facts| {
            stranger(facts);
            facts.watched = true;
        },
        &[NeverLooked],
    );
    check("asked ad hoc", stranger, &[]);
    let late = |facts: &mut SiteFacts| facts.lists_due_since = Some(hours_ago(49));
    check("due for two days", late, &[Overdue]);
    check(
        "due, but of no rules file",
        |facts| {
            late(facts);
            facts.watched = false;
        },
        &[],
    );
    check(
        "due since yesterday",
        |facts| facts.lists_due_since = Some(hours_ago(30)),
        &[],
    );
}

#[test]
fn a_site_that_gives_nothing_is_found() {
    use FindingKind::{Barren, Failing};
    let all_fail = |facts: &mut SiteFacts| {
        for look in &mut facts.looks {
            look.failed = true;
        }
    };
    check(
        "for three days",
        |facts| {
            all_fail(facts);
            facts.last_success = Some(hours_ago(3 * DAY));
        },
        &[Barren, Failing],
    );
    check(
        "since this morning",
        |facts| facts.last_success = Some(hours_ago(20)),
        &[],
    );
    check(
        "ever",
        |facts| {
            *facts = SiteFacts::nothing(SiteId::new("expo"));
            facts.looks = (0..3).map(|hour| look(hour, true)).collect();
            facts.last_look = Some(hours_ago(0));
        },
        &[Barren],
    );
}

#[test]
fn too_many_failures_are_found_in_the_last_looks_and_in_the_week() {
    use FindingKind::Failing;
    let fail = |count: usize| {
        move |facts: &mut SiteFacts| {
            for look in facts.looks.iter_mut().take(count) {
                look.failed = true;
            }
        }
    };
    check("10 of 50", fail(10), &[]);
    check("11 of 50", fail(11), &[Failing]);
    check(
        "8 of 9",
        |facts| facts.looks = (0..9).map(|hour| look(hour, hour > 0)).collect(),
        &[],
    );
    let week = |part| move |facts: &mut SiteFacts| facts.week = Share { part, whole: 168 };
    check("33 of the week", week(33), &[]);
    check("34 of the week", week(34), &[Failing]);
}

#[test]
fn silence_is_measured_by_the_sites_own_rhythm() {
    use FindingKind::Silent;
    let silent = |gap: u64, days: u64| {
        move |facts: &mut SiteFacts| {
            let seen = (0..60).map(|number| hours_ago((days + number * gap) * DAY));
            for (article, seen) in facts.articles.iter_mut().zip(seen) {
                article.first_seen = seen;
            }
            let days = facts.articles.iter();
            let days = days.map(|article| rhythm::day_of(article.first_seen));
            facts.published = days.collect();
        }
    };
    check("daily, a holiday", silent(1, 10), &[]);
    check("daily, longer", silent(1, 11), &[Silent]);
    check("weekly, three weeks", silent(7, 21), &[]);
    check("weekly, longer", silent(7, 22), &[Silent]);
    check("each quarter, half a year", silent(90, 180), &[]);
    check(
        "too little past to tell",
        |facts| {
            silent(7, 80)(facts);
            facts.articles.truncate(6);
            facts.published.truncate(6);
        },
        &[],
    );
    check(
        "nobody looked meanwhile",
        |facts| {
            silent(7, 80)(facts);
            facts.last_success = Some(hours_ago(70 * DAY));
            facts.last_look = Some(hours_ago(70 * DAY));
            facts.looks.clear();
        },
        &[],
    );
    check(
        "news that prints no day any more",
        |facts| {
            silent(7, 80)(facts);
            facts.articles[0] = ArticleFacts {
                first_seen: hours_ago(DAY),
                publish_time: false,
                ..facts.articles[0]
            };
        },
        &[],
    );
    check(
        "an event of next year taken for a day of news",
        |facts| {
            silent(7, 80)(facts);
            facts.published.insert(0, jiff::civil::date(2027, 3, 1));
        },
        &[Silent],
    );
    check(
        "no days printed, found weekly",
        |facts| {
            silent(7, 22)(facts);
            facts.published.clear();
            for article in &mut facts.articles {
                article.publish_time = false;
            }
        },
        &[Silent],
    );
}

#[test]
fn a_field_that_stopped_coming_is_found() {
    use FindingKind::FieldStopped;
    let lose = |field: fn(&mut ArticleFacts), count: usize| {
        move |facts: &mut SiteFacts| facts.articles.iter_mut().take(count).for_each(field)
    };
    check(
        "source",
        lose(|article| article.source = false, 20),
        &[FieldStopped],
    );
    check(
        "author, half before",
        lose(|article| article.author = false, 20),
        &[FieldStopped],
    );
    check(
        "views, never there",
        lose(|article| article.views = false, 20),
        &[],
    );
    check(
        "source, of ten",
        lose(|article| article.source = false, 10),
        &[],
    );
    check(
        "too few before",
        |facts| {
            facts.articles.truncate(29);
            lose(|article| article.source = false, 20)(facts);
        },
        &[],
    );
}

#[test]
fn rests_and_missing_robots_are_told_but_not_wrong() {
    use FindingKind::{Resting, RobotsUnreachable};
    let rest = |until: Timestamp| {
        move |facts: &mut SiteFacts| {
            facts.resting = vec![RestFacts {
                host: HostKey::from_kept("expo.example.cn"),
                until,
                reason: "status 429".to_owned(),
            }];
        }
    };
    check("rests", rest(now().plus(WEEK)), &[Resting]);
    check("has rested", rest(hours_ago(1)), &[]);
    check(
        "robots",
        |facts| facts.robots_unreachable = vec!["http://expo.example.cn".to_owned()],
        &[RobotsUnreachable],
    );
}
