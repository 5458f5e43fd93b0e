//! A process killed while it makes a dictionary leaves an archive that is whole, and the next one makes
//! it.

use super::{Desk, MIDDLE, SOON, Site, article, crawl, now, pause, publish, said};

use std::fmt::Write as _;
use std::time::Duration;

const ARTICLES: u64 = 80;

#[test]
fn a_dictionary_cut_short_by_a_kill_is_made_by_the_next_run() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, ARTICLES, Duration::ZERO);
    let mut menu = String::new();
    for n in 0..120_u64 {
        write!(menu, "<a href=/column/{}/>栏目{n}</a> ", n * 7919 % 1009).unwrap();
    }
    let put = |round: u64| {
        for n in 1..=ARTICLES {
            let title = format!("示例展会第{n}号公告正式发布");
            let page = article(
                &title,
                n,
                &format!("{MIDDLE}第{round}次修订。</p>{menu}<p>"),
            );
            site.put(&format!("/news/{n}.html"), page);
        }
    };
    let start = site.url("/news/");
    put(0);
    // it dies as soon as the site is ripe, or a little later
    for after in [0, 15, 60] {
        let crawling = desk.begin(&["crawl", "--recheck", "--interval", "0", &start]);
        let asked = now();
        let ripe = || {
            let archive = super::Connection::open(desk.path("archive.db")).ok()?;
            let sql = "SELECT max(whole_bodies) >= 45 FROM site";
            archive.query_row(sql, [], |row| row.get::<_, bool>(0)).ok()
        };
        while ripe() != Some(true) && asked.elapsed() < SOON {
            pause(2);
        }
        pause(after);
        crawling.signal("-KILL");
        crawling.ended_within(SOON);
        let whole = desk.run(&["verify"]);
        assert!(whole.status.success(), "{}", said(&whole));
        assert!(desk.number("SELECT count(*) FROM dict") <= 1);
    }
    crawl(&desk, &start);
    // every body new again: whoever closes before it is done has the next run begin anew
    for round in 1..=10 {
        put(round);
        let again = desk.on_loopback(&["crawl", "--recheck", "--json", &start]);
        assert!(again.status.success(), "{}", said(&again));
        if desk.number("SELECT count(*) FROM dict") > 0 {
            break;
        }
    }
    let whole = desk.run(&["verify"]);
    assert!(whole.status.success(), "{}", said(&whole));
    assert_eq!(desk.number("SELECT count(*) FROM v_articles"), 80);
}
