//! kill -9 at any instant, a hundred times in a row: nothing acknowledged is lost, nothing is kept
//! twice, and at most what was in flight is asked for again.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OpenFlags;

use super::{
    Connection, Desk, Duration, LOOPBACK, Running, SOON, Site, Stdio, Value, crawl, is_article,
    now, pause, publish, said,
};

const KILLS: usize = 100;
const HOSTS: [&str; 2] = ["127.0.0.2", "127.0.0.3"];
const ARTICLES: u64 = 100;

/// A look as a reader of the archive sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    id: i64,
    run: i64,
    url: String,
    outcome: String,
    version: Option<i64>,
}

/// The looks that a reader who may not write sees; none where there is no archive yet.
fn rows(desk: &Desk) -> BTreeSet<Row> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let read = || -> rusqlite::Result<BTreeSet<Row>> {
        let archive = Connection::open_with_flags(desk.path("archive.db"), flags)?;
        archive.busy_timeout(SOON)?;
        let made: i64 = archive.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'fetch'",
            [],
            |row| row.get(0),
        )?;
        if made == 0 {
            return Ok(BTreeSet::new());
        }
        let mut looks =
            archive.prepare("SELECT id, run_id, url, outcome, version_id FROM fetch")?;
        looks
            .query_map([], |row| {
                Ok(Row {
                    id: row.get(0)?,
                    run: row.get(1)?,
                    url: row.get(2)?,
                    outcome: row.get(3)?,
                    version: row.get(4)?,
                })
            })?
            .collect()
    };
    if desk.path("archive.db").exists() {
        read().unwrap()
    } else {
        BTreeSet::new()
    }
}

/// What `crawl -v --log-format json` said it has kept: URLs of looks, as often as told.
fn told(log: &str) -> Vec<String> {
    log.lines()
        // the last line may be cut
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line.get("outcome").is_some())
        .filter_map(|line| Some(line.get("page.url")?.as_str()?.to_owned()))
        .collect()
}

/// How often each page was asked for, robots.txt aside.
fn asked(site: &Site) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for asked in site.asked() {
        if asked.path != "/robots.txt" {
            let host = asked.headers.get("host").unwrap().to_str().unwrap();
            let url = format!("http://{host}{}", asked.path);
            *counts.entry(url).or_default() += 1;
        }
    }
    counts
}

fn looks_by_url(rows: &BTreeSet<Row>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row.url.clone()).or_default() += 1;
    }
    counts
}

#[test]
fn a_hundred_kills_in_a_row_lose_nothing_and_repeat_only_what_was_in_flight() {
    const SEED: u64 = 20_260_608;
    println!("seed {SEED}");
    let began = now();
    let mut chance = fastrand::Rng::with_seed(SEED);
    let (desk, site) = (Desk::new(), Site::start_on("0.0.0.0:0"));
    publish(&site, ARTICLES, Duration::from_millis(25));
    let starts = HOSTS.map(|host| site.url_on(host, "/news/"));
    let args = ["--log-format", "json", "-v", "crawl", "--interval", "0"];
    let (mut unfinished, mut in_flight) = (0, 0);
    for kill in 0..KILLS {
        let before = rows(&desk);
        let seen = site.asked().len();
        let log = std::fs::File::create(desk.path("log")).unwrap();
        let mut command = desk.command(&args);
        command.args(&starts).args(LOOPBACK);
        let mut child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        if kill % 3 == 0 {
            // at any instant of its start: the schema made, the pages planned, the first request
            pause(chance.u64(0..120));
        } else {
            let more = chance.usize(1..8);
            let asked = now();
            while site.asked().len() < seen + more && child.try_wait().unwrap().is_none() {
                assert!(asked.elapsed() < SOON, "no request: the work is held up");
                pause(1);
            }
            pause(chance.u64(0..40));
        }
        // a commit that a reader has seen, or that the program told of, is for good
        let acknowledged = rows(&desk);
        let mut running = Running { child };
        unfinished += usize::from(running.child.try_wait().unwrap().is_none());
        running.signal("-KILL");
        running.child.wait().unwrap();
        let log = std::fs::read_to_string(desk.path("log")).unwrap();
        let after = rows(&desk);
        assert!(before.is_subset(&acknowledged), "kill {kill}");
        let lost: Vec<_> = acknowledged.difference(&after).collect();
        assert!(lost.is_empty(), "kill {kill}: {lost:?}");
        let new: BTreeSet<Row> = after.difference(&before).cloned().collect();
        let kept = looks_by_url(&new);
        for url in told(&log) {
            assert!(
                kept.contains_key(&url),
                "kill {kill}: {url} was told\n{log}"
            );
        }
        if !after.is_empty() {
            let checked: String = desk
                .archive()
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .unwrap();
            assert_eq!(checked, "ok", "kill {kill}");
        }
        // one request is in flight to a host at most; what was sent may be noted a moment late
        let sent: usize = asked(&site).values().sum();
        in_flight = sent.checked_sub(after.len()).unwrap();
        assert!(in_flight <= (kill + 1) * HOSTS.len(), "kill {kill}");
    }
    println!(
        "{unfinished} killed at work, {in_flight} asked again, {:?}",
        began.elapsed()
    );
    assert!(unfinished >= KILLS * 3 / 4, "{unfinished}");
    assert!(
        in_flight >= KILLS / 10,
        "the kills met requests: {in_flight}"
    );
    let [one, two] = starts.each_ref().map(String::as_str);
    let output = desk.on_loopback(&["crawl", "--json", one, two]);
    assert!(output.status.success(), "{}", said(&output));
    let articles = i64::try_from(ARTICLES).unwrap() * 2;
    desk.holds(articles);
    let looks = rows(&desk);
    let looks_of = looks_by_url(&looks);
    for (url, times) in &looks_of {
        let path = &url[url.find("/news/").unwrap()..];
        assert!(*times == 1 || !is_article(path), "{times} looks at {url}");
    }
    let in_one_run: BTreeSet<_> = looks.iter().map(|row| (row.run, &row.url)).collect();
    assert_eq!(
        in_one_run.len(),
        looks.len(),
        "no page is looked at twice in one run"
    );
    let killed_over: usize = asked(&site)
        .iter()
        .map(|(url, times)| times - looks_of.get(url).copied().unwrap_or_default())
        .sum();
    assert_eq!(
        killed_over, in_flight,
        "the last run asked for nothing in vain"
    );
    // and with nothing left to do, nothing is asked for but the start pages
    let seen = site.asked().len();
    crawl(&desk, one);
    assert_eq!(site.asked_paths()[seen..], ["/news/"]);
}
