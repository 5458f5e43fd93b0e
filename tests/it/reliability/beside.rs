//! A crawl beside another that has the work in hand, and a watch beside crawls from cron.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;
use zhanwen::clock::{Clock as _, SystemClock};

use super::{Desk, Duration, SOON, Site, is_article, now, pause, publish, said, wait_until};

/// The most that a round's minute lets wait, and what the round does.
const A_ROUND: Duration = Duration::from_secs(90);

/// How often each path was asked for.
fn asked(site: &Site) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for path in site.asked_paths() {
        *counts.entry(path).or_default() += 1;
    }
    counts
}

/// The shortest time from one request to the next, as the site saw them.
fn shortest_gap(site: &Site) -> Duration {
    let asked = site.asked();
    let gaps = asked.iter().zip(asked.iter().skip(1));
    let gaps = gaps.map(|(before, after)| after.at.duration_since(before.at));
    gaps.min().unwrap()
}

fn each_article_once(site: &Site, articles: usize) {
    let asked = asked(site);
    let of_articles: Vec<_> = asked.iter().filter(|(path, _)| is_article(path)).collect();
    assert_eq!(of_articles.len(), articles, "{asked:?}");
    assert!(
        of_articles.iter().all(|(_, times)| **times == 1),
        "{asked:?}"
    );
}

#[test]
fn a_crawl_that_finds_all_in_other_hands_says_so_and_ends_with_eight() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 4, Duration::from_millis(700));
    let start = site.url("/news/");
    let first = desk.begin(&["crawl", "--json", "--interval", "0", &start]);
    wait_until("article in flight", || {
        site.asked_paths().contains(&"/news/4.html".to_owned())
    });

    // as in cron, where only what is wrong is printed
    let second = desk.on_loopback(&["-q", "crawl", &start]);
    let told = said(&second);
    assert_eq!(second.status.code(), Some(8), "{told}");
    let why = "another run was at work on 1 host, and left nothing to do here";
    assert!(told.contains(why), "{told}");
    assert!(!told.contains("is locked"), "{told}");

    let first = first.ended_within(SOON);
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    desk.holds(4);
    each_article_once(&site, 4);
    // nobody else is there now, and there is nothing new: that is 0
    let third = desk.on_loopback(&["crawl", &start]);
    assert_eq!(third.status.code(), Some(0), "{}", said(&third));
    each_article_once(&site, 4);
}

#[test]
fn a_watch_and_crawls_from_cron_share_one_archive() {
    const INTERVAL: Duration = Duration::from_millis(800);
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 12, Duration::ZERO);
    let start = site.url("/news/");
    let host = start
        .trim_start_matches("http://")
        .trim_end_matches("/news/");
    std::fs::create_dir(desk.path("selectors")).unwrap();
    let rules = format!(
        "name = '示例会展'\nhosts = ['{host}']\nstart = '{start}'\nschedule = '* * * * *'\n"
    );
    std::fs::write(desk.path("selectors/expo.toml"), rules).unwrap();
    // a watch whose first round is the one beside the crawl: begun a moment earlier, at the turn
    // of a minute, it would have done with all before the crawl comes
    wait_for_seconds(46..52);
    let watch = desk.begin(&["crawl", "--watch", "--json", "--interval", "0.8"]);
    // a crawl that is at work when the round begins
    wait_for_seconds(54..57);
    let cron = desk.begin(&["crawl", "--json", "--interval", "0.8"]);
    wait_until("article", || {
        site.asked_paths().iter().any(|path| is_article(path))
    });
    let round = "SELECT count(*) FROM run";
    wait_until("round", || desk.number(round) == 2);
    assert!(!cron_is_over(&desk), "the two are at work at once");
    publish(&site, 16, Duration::ZERO);
    let cron = cron.ended_within(A_ROUND);
    let told = said(&cron);
    assert_eq!(cron.status.code(), Some(0), "{told}");
    assert!(
        !told.contains("is locked") && !told.contains("ERROR"),
        "{told}"
    );
    // and one that comes while the watch has it all in hand, or has done with it
    let late = desk
        .begin(&["crawl", "--interval", "0.8"])
        .ended_within(A_ROUND);
    let told = said(&late);
    assert!(matches!(late.status.code(), Some(0 | 8)), "{told}");
    assert!(
        !told.contains("is locked") && !told.contains("ERROR"),
        "{told}"
    );

    let asked = now();
    while desk.number("SELECT count(*) FROM run WHERE ended_at IS NULL") > 0 {
        assert!(asked.elapsed() < A_ROUND, "the round does not end");
        pause(50);
    }
    watch.signal("-TERM");
    let watch = watch.ended_within(Duration::from_secs(5));
    let told = said(&watch);
    assert_eq!(watch.status.code(), Some(130), "{told}");
    assert!(
        !told.contains("is locked") && !told.contains("ERROR"),
        "{told}"
    );
    for report in String::from_utf8(watch.stdout).unwrap().lines() {
        let report: Value = serde_json::from_str(report).unwrap();
        assert_eq!(
            report["failed"].as_array().map(Vec::len),
            Some(0),
            "{report}"
        );
    }
    desk.holds(16);
    each_article_once(&site, 16);
    let gap = shortest_gap(&site);
    assert!(gap + Duration::from_millis(10) >= INTERVAL, "{gap:?}");
}

/// Waits for these seconds of a minute, of this one or the next.
fn wait_for_seconds(wanted: Range<i64>) {
    let asked = now();
    while !wanted.contains(&(SystemClock.now().as_unix_millis() / 1000 % 60)) {
        assert!(asked.elapsed() < A_ROUND, "no end of a minute");
        pause(50);
    }
}

/// Whether the first run has ended.
fn cron_is_over(desk: &Desk) -> bool {
    desk.number("SELECT count(*) FROM run WHERE id = 1 AND ended_at IS NOT NULL") == 1
}
