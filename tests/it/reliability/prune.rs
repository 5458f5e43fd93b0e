//! Bytes given up by the real binary: told to who asks for them, and safe beside a crawl and under
//! kills.

use super::{
    Connection, Desk, Duration, MIDDLE, Output, Running, SOON, Site, Value, article, crawl, pause,
    publish, said,
};

const ARTICLES: u64 = 40;

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Desk {
    fn is_whole(&self) -> Value {
        json(&self.run(&["verify", "--json"]))
    }

    /// Makes all looks but those of the last run a year old.
    fn age(&self) {
        let archive = self.archive();
        archive.busy_timeout(SOON).unwrap();
        archive
            .execute_batch(
                "UPDATE fetch SET fetched_at = '2025' || substr(fetched_at, 5)
                 WHERE run_id < (SELECT max(id) FROM run WHERE kind <> 'prune')",
            )
            .unwrap();
    }
}

#[test]
fn what_is_gone_is_told_and_what_was_read_of_it_stays() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/1.html");
    for views in [10, 11, 12] {
        site.put("/news/1.html", article("参展商名录公布", views, MIDDLE));
        desk.scrape(&url);
    }
    let tagged = article("参展商名录公布", 13, MIDDLE).tagged("13");
    site.put("/news/1.html", tagged);
    desk.scrape(&url);
    desk.age();

    let dry = desk.run(&["prune", "--raw-older-than", "100d", "--dry-run", "--json"]);
    assert_eq!(json(&dry)["bodies"], 2, "the first and the last stay");
    assert_eq!(desk.is_whole()["pruned_bodies"], 0);
    let done = json(&desk.run(&["prune", "--raw-older-than", "100d", "--json"]));
    assert_eq!((&done["bodies"], &done["run"]), (&2.into(), &5.into()));
    let whole = desk.is_whole();
    assert_eq!(
        (&whole["bodies"], &whole["pruned_bodies"]),
        (&2.into(), &2.into())
    );
    let raw = desk.run(&["show", "--raw", &url]);
    assert!(said(&raw).contains("浏览次数：13"), "{}", said(&raw));

    let all = ["prune", "--raw-older-than", "0d", "--keep", "none"];
    let told = said(&desk.run(&all));
    assert!(
        told.contains("the bytes of 2 bodies were given up"),
        "{told}"
    );
    let raw = desk.run(&["show", "--raw", &url]);
    assert_eq!(raw.status.code(), Some(1));
    assert!(
        said(&raw).contains("its bytes were pruned in run 6 of 20"),
        "{}",
        said(&raw)
    );
    let run = said(&desk.run(&["runs", "show", "6"]));
    assert!(
        run.contains("run 6 prune, completed") && run.contains("2  bodies pruned"),
        "{run}"
    );
    let run = json(&desk.run(&["runs", "show", "6", "--json"]));
    assert_eq!(run["report"]["counts"]["bodies_pruned"], 2);
    let shown = said(&desk.run(&["show", &url]));
    assert!(shown.contains("定制柜类单独设馆"), "{shown}");
    let again = desk.run(&["reparse", "--json"]);
    assert!(again.status.success(), "{}", said(&again));
    let again = said(&again);
    assert!(
        again.contains("\"pruned\":4") && again.contains("\"changed\":0"),
        "{again}"
    );

    // asked with the validators it has, and then with a body of its own again
    assert_eq!(desk.scrape(&url)["change"], "not_modified");
    let asked = site.asked();
    assert_eq!(asked.last().unwrap().status, 304);
    site.put("/news/1.html", article("参展商名录更正", 14, MIDDLE));
    assert_eq!(desk.scrape(&url)["change"], "changed");
    let whole = desk.is_whole();
    assert_eq!(
        (&whole["bodies"], &whole["pruned_bodies"]),
        (&1.into(), &4.into())
    );
    let diff = said(&desk.run(&["diff", &url]));
    assert!(diff.contains("更正"), "{diff}");
}

#[test]
fn an_age_without_a_unit_is_refused() {
    let desk = Desk::new();
    for wrong in [
        &["prune"][..],
        &["prune", "--raw-older-than", "365"],
        &["prune", "--raw-older-than", "1d", "--keep", "some"],
    ] {
        let refused = desk.run(wrong);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    }
    let missing = desk.run(&["prune", "--raw-older-than", "1d"]);
    assert_eq!(missing.status.code(), Some(5), "{}", said(&missing));
    assert!(!desk.path("archive.db").exists());
}

#[test]
fn a_missing_body_is_not_taken_for_a_pruned_one() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/1.html");
    site.put("/news/1.html", article("参展商名录公布", 1, MIDDLE));
    desk.scrape(&url);
    json(&desk.run(&[
        "prune",
        "--raw-older-than",
        "0d",
        "--keep",
        "none",
        "--json",
    ]));
    for (damage, found) in [
        (
            "UPDATE blob SET pruned_in = NULL",
            "said to be pruned, and by no run",
        ),
        (
            "UPDATE blob SET codec = 'zstd'",
            "does not match its digest",
        ),
        ("DELETE FROM blob", "leads to a blob that is not there"),
    ] {
        let archive = desk.archive();
        archive
            .execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}"))
            .unwrap();
        drop(archive);
        let output = desk.run(&["verify"]);
        assert_eq!(output.status.code(), Some(5), "{damage}");
        assert!(said(&output).contains(found), "{}", said(&output));
    }
}

/// Rules that read the title there.
fn rules(desk: &Desk, title: &str) {
    std::fs::create_dir_all(desk.path("selectors")).unwrap();
    let text = format!("name = '示例会展'\nhosts = ['127.0.0.1']\n[fields]\ntitle = '{title}'\n");
    std::fs::write(desk.path("selectors/expo.toml"), text).unwrap();
}

#[test]
fn what_is_read_anew_around_a_pruned_look_is_no_edit() {
    let (desk, site) = (Desk::new(), Site::start());
    let url = site.url("/news/1.html");
    rules(&desk, "h1");
    for views in 10..14 {
        site.put("/news/1.html", article("参展商名录公布", views, MIDDLE));
        desk.scrape(&url);
    }
    let done = json(&desk.run(&["prune", "--raw-older-than", "0d", "--json"]));
    assert_eq!(done["bodies"], 2);
    rules(&desk, ".footer");
    let read = desk.run(&["reparse", "--json"]);
    assert!(
        said(&read).contains("\"versions_made\":1"),
        "{}",
        said(&read)
    );
    assert_eq!(desk.number("SELECT count(*) FROM v_changes"), 0);
    assert_eq!(
        desk.number("SELECT count(*) FROM v_fetches WHERE version_no = 2"),
        4
    );
}

#[test]
fn a_prune_that_is_killed_has_done_what_it_tells() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, 300, Duration::ZERO);
    crawl(&desk, &site.url("/news/"));
    for n in 1..=300_u64 {
        let path = format!("/news/{n}.html");
        site.put(
            &path,
            article(&format!("示例展会第{n}号公告正式发布"), 7000 + n, MIDDLE),
        );
    }
    let recheck = ["crawl", "--recheck", "--json", &site.url("/news/")];
    let again = desk.on_loopback(&recheck);
    assert!(again.status.success(), "{}", said(&again));
    desk.age();
    let bodies = desk.is_whole()["bodies"].as_u64().unwrap();
    let all = ["prune", "--raw-older-than", "100d", "--keep", "none"];
    let mut cut_short = 0;
    for after in [10, 20, 30, 45, 60, 80] {
        let running = Running::of(desk.command(&all));
        pause(after);
        running.signal("-KILL");
        running.ended_within(SOON);
        let whole = desk.is_whole();
        let pruned = whole["pruned_bodies"].as_u64().unwrap();
        assert_eq!(whole["bodies"].as_u64().unwrap() + pruned, bodies);
        let told = "SELECT coalesce(sum(report ->> '$.counts.bodies_pruned'), 0) FROM run
                    WHERE kind = 'prune'";
        assert_eq!(desk.number(told), i64::try_from(pruned).unwrap());
        cut_short += u32::from(pruned > 0);
    }
    json(&desk.run(&[&all[..], &["--json"]].concat()));
    let whole = desk.is_whole();
    assert!(
        whole["bodies"].as_u64().unwrap() <= 320,
        "the second looks' are left, {cut_short} kills met work done: {whole}"
    );
    let runs = said(&desk.run(&["runs"]));
    assert!(runs.contains("killed"), "{runs}");
}

#[test]
fn beside_a_crawl_no_body_just_received_is_lost() {
    let (desk, site) = (Desk::new(), Site::start());
    publish(&site, ARTICLES, Duration::ZERO);
    crawl(&desk, &site.url("/news/"));
    let start = site.url("/news/");
    for round in 1..=3 {
        for n in 1..=ARTICLES {
            let page = article(
                &format!("示例展会第{n}号公告正式发布"),
                1000 * round + n,
                MIDDLE,
            );
            site.put(
                &format!("/news/{n}.html"),
                page.after(Duration::from_millis(3)),
            );
        }
        let crawling = desk.begin(&["crawl", "--recheck", "--interval", "0", &start]);
        for _again in 0..4 {
            desk.age();
            json(&desk.run(&[
                "prune",
                "--raw-older-than",
                "100d",
                "--keep",
                "none",
                "--json",
            ]));
        }
        let output = crawling.ended_within(SOON);
        assert!(output.status.success(), "{}", said(&output));
        let whole = desk.is_whole();
        assert!(whole["bodies"].as_u64().unwrap() >= ARTICLES, "{whole}");
    }
    let last: Connection = desk.archive();
    let lost: i64 = last
        .query_row(
            "SELECT count(*) FROM v_fetches WHERE entity_pruned_in IS NOT NULL
             AND fetched_at > '2026'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(lost, 0);
}
