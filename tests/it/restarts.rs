//! Politeness outlives the process: the real binary, run again and again and side by side on one
//! archive, against a site that notes when it was asked. These tests wait for real time, as little
//! as they can, since a process has no clock that a test could turn.

#![expect(
    clippy::indexing_slicing,
    reason = "a missing request is a failed test"
)]

use std::time::Duration;

use crate::cli::{Desk, MIDDLE, article, said};
use crate::site::{Page, Site};

const LOOPBACK: [&str; 2] = ["--allow-net", "127.0.0.0/8"];

/// From each request to the next, whichever of the sites was asked.
fn gaps(sites: &[&Site]) -> Vec<Duration> {
    let mut asked: Vec<_> = sites
        .iter()
        .flat_map(|site| site.asked())
        .map(|asked| asked.at)
        .collect();
    asked.sort();
    asked
        .windows(2)
        .map(|two| two[1].duration_since(two[0]))
        .collect()
}

#[test]
fn a_second_run_keeps_the_interval_of_the_first() {
    let (desk, site) = (Desk::new(), Site::start());
    for number in [1, 2] {
        let page = article(&format!("第{number}届展会开幕"), 5, MIDDLE);
        site.put(&format!("/{number}.html"), page);
    }
    for number in [1, 2] {
        let url = site.url(&format!("/{number}.html"));
        let output = desk.run(&[&["scrape", &url, "--interval", "1"], &LOOPBACK[..]].concat());
        assert!(output.status.success(), "{}", said(&output));
    }
    assert_eq!(site.asked_paths(), ["/robots.txt", "/1.html", "/2.html"]);
    let gaps = gaps(&[&site]);
    assert!(
        gaps.iter().all(|gap| *gap >= Duration::from_secs(1)),
        "{gaps:?}"
    );
}

#[test]
fn a_retry_after_holds_in_the_next_run() {
    let (desk, site) = (Desk::new(), Site::start());
    let mut busy = Page::status(429);
    busy.headers.push(("retry-after", "3600".to_owned()));
    site.put("/1.html", busy);
    site.put("/2.html", article("展会开幕", 5, MIDDLE));
    let first = desk.on_loopback(&["scrape", &site.url("/1.html")]);
    assert!(!first.status.success(), "{}", said(&first));
    assert_eq!(site.asked_paths(), ["/robots.txt", "/1.html"]);
    let second = desk.on_loopback(&["scrape", &site.url("/2.html")]);
    assert!(!second.status.success(), "{}", said(&second));
    assert!(
        said(&second).contains("retry-after (status 429)"),
        "{}",
        said(&second)
    );
    assert_eq!(site.asked_paths().len(), 2, "nothing more was asked");
}

#[test]
fn a_robots_file_holds_in_the_next_run() {
    let (desk, site) = (Desk::new(), Site::start());
    site.put(
        "/robots.txt",
        Page::html("User-agent: *\nDisallow: /2.html"),
    );
    for number in [1, 2] {
        site.put(&format!("/{number}.html"), article("展会开幕", 5, MIDDLE));
    }
    desk.on_loopback(&["scrape", &site.url("/1.html")]);
    let second = desk.on_loopback(&["scrape", &site.url("/2.html")]);
    assert!(said(&second).contains("robots.txt"), "{}", said(&second));
    assert_eq!(site.asked_paths(), ["/robots.txt", "/1.html"]);
}

#[test]
fn processes_take_turns_at_one_address() {
    let desk = Desk::new();
    // hosts of their own, by their ports, and one machine
    let sites: Vec<Site> = (0..4).map(|_| Site::start()).collect();
    for site in &sites {
        site.put("/1.html", article("展会开幕", 5, MIDDLE));
    }
    let interval = Duration::from_millis(200);
    let pace = ["--interval", "0", "--address-interval", "0.2"];
    let urls: Vec<_> = sites.iter().map(|site| site.url("/1.html")).collect();
    let runs: Vec<_> = urls
        .chunks(2)
        .map(|urls| {
            let urls: Vec<_> = urls.iter().map(String::as_str).collect();
            let args = [&["scrape"], &urls[..], &pace[..], &LOOPBACK[..]].concat();
            let mut command = desk.command(&args);
            let piped = std::process::Stdio::piped;
            command.stdout(piped()).stderr(piped()).spawn().unwrap()
        })
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }
    let gaps = gaps(&sites.iter().collect::<Vec<_>>());
    assert_eq!(gaps.len(), 7, "four robots.txt files and four pages");
    // on a busy machine the site notes one request late and the next in time
    let late = Duration::from_millis(150);
    for first in 0..gaps.len() {
        let whole: Duration = gaps[first..].iter().sum();
        let turns = u32::try_from(gaps.len() - first).unwrap();
        assert!(whole + late >= turns * interval, "{gaps:?}");
    }
}
