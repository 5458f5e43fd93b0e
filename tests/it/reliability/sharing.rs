//! Several programs on one archive at once: two crawls, one that fetches single pages, and readers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Command, Desk, Duration, LOOPBACK, Output, Running, Site, now, pause, publish, said};

const HOSTS: [&str; 3] = ["127.0.1.1", "127.0.1.2", "127.0.1.3"];
const INTERVAL: Duration = Duration::from_millis(150);

/// The least that the server may see of it: what it notes is a moment late or early.
const LEAST_GAP: Duration = Duration::from_millis(140);

struct Together {
    desk: Desk,
    site: Site,
    published: AtomicU64,
    ended: AtomicBool,
}

impl Together {
    fn goes_on(&self) -> bool {
        !self.ended.load(Ordering::Relaxed)
    }

    /// Publishes an article on every host from time to time.
    fn publishing(&self) {
        while self.goes_on() {
            let next = self.published.load(Ordering::Relaxed) + 1;
            publish(&self.site, next, Duration::from_millis(3));
            self.published.store(next, Ordering::Relaxed);
            pause(700);
        }
    }

    fn checked(&self, output: Output, codes: &[i32]) -> Output {
        let told = said(&output);
        assert!(
            !told.contains("locked") && !told.contains("panick"),
            "{told}"
        );
        assert!(
            codes.contains(&output.status.code().unwrap_or(-1)),
            "{told}"
        );
        output
    }

    fn worked(&self, args: &[&str]) {
        let mut command = self.desk.command(args);
        let interval = INTERVAL.as_secs_f64().to_string();
        command.args(LOOPBACK).args(["--interval", &interval]);
        let (output, _) = Running::of(command).watched(Duration::from_mins(5));
        // the others may hold every host for as long as a run waits for them
        self.checked(output, &[0, 8]);
    }

    /// Crawls again and again, from the hosts in the given order.
    fn crawling(&self, order: [usize; 3]) {
        let starts = order.map(|host| self.site.url_on(HOSTS[host], "/news/"));
        while self.goes_on() {
            let [one, two, three] = starts.each_ref().map(String::as_str);
            self.worked(&["-q", "crawl", one, two, three]);
        }
    }

    fn scraping(&self) {
        let mut chance = fastrand::Rng::with_seed(4);
        while self.goes_on() {
            let host = HOSTS[chance.usize(0..HOSTS.len())];
            let number = chance.u64(1..=self.published.load(Ordering::Relaxed));
            let url = self.site.url_on(host, &format!("/news/{number}.html"));
            self.worked(&["-q", "scrape", "--json", &url]);
        }
    }

    /// Reads with our own tool and with the stock one, where there is one.
    fn reading(&self) {
        let query = "select count(*), sum(views), max(title) from v_articles; \
                     select outcome, count(*) from v_fetches group by 1;";
        let page = self.site.url_on(HOSTS[0], "/news/1.html");
        while self.goes_on() {
            self.checked(self.desk.run(&["show", "--json", &page]), &[0, 1]);
            let mut stock = Command::new("sqlite3");
            stock.args(["-readonly", "archive.db", query]);
            if let Ok(output) = stock.current_dir(self.desk.folder.path()).output() {
                self.checked(output, &[0]);
            }
            pause(50);
        }
    }

    /// No host was asked sooner than its interval allows, as the server itself saw it.
    fn kept_apart(&self) {
        let mut last = BTreeMap::new();
        for asked in self.site.asked() {
            let host = asked.headers.get("host").unwrap().clone();
            let host = host.to_str().unwrap().to_owned();
            if let Some(before) = last.insert(host.clone(), asked.at) {
                let gap = asked.at - before;
                assert!(gap >= LEAST_GAP, "{gap:?} at {host} before {}", asked.path);
            }
        }
    }

    /// What was asked for is kept, once each time.
    fn kept_once(&self) {
        let mut asked = BTreeMap::new();
        for request in self.site.asked() {
            let host = request.headers.get("host").unwrap().to_str().unwrap();
            if request.path != "/robots.txt" {
                *asked
                    .entry(format!("http://{host}{}", request.path))
                    .or_insert(0) += 1;
            }
        }
        let archive = self.desk.archive();
        let mut looks = archive
            .prepare("SELECT url, count(*) FROM fetch GROUP BY url")
            .unwrap();
        let looks = looks.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let looks: BTreeMap<String, i64> = looks.unwrap().map(Result::unwrap).collect();
        assert_eq!(looks, asked);
    }
}

fn work_together(duration: Duration) {
    let together = Together {
        desk: Desk::new(),
        site: Site::start_on("0.0.0.0:0"),
        published: AtomicU64::new(10),
        ended: AtomicBool::new(false),
    };
    publish(&together.site, 10, Duration::from_millis(3));
    // readers come to an archive that is there
    together.worked(&[
        "-q",
        "scrape",
        &together.site.url_on(HOSTS[0], "/news/1.html"),
    ]);
    std::thread::scope(|scope| {
        let threads = [
            scope.spawn(|| together.publishing()),
            scope.spawn(|| together.crawling([0, 1, 2])),
            scope.spawn(|| together.crawling([2, 1, 0])),
            scope.spawn(|| together.scraping()),
            scope.spawn(|| together.reading()),
        ];
        let began = now();
        while began.elapsed() < duration && threads.iter().all(|thread| !thread.is_finished()) {
            pause(100);
        }
        together.ended.store(true, Ordering::Relaxed);
    });
    together.kept_apart();
    let starts = HOSTS.map(|host| together.site.url_on(host, "/news/"));
    let [one, two, three] = starts.each_ref().map(String::as_str);
    together.worked(&["-q", "crawl", one, two, three]);
    let published = i64::try_from(together.published.load(Ordering::Relaxed)).unwrap();
    let hosts = i64::try_from(HOSTS.len()).unwrap();
    let requests = together.site.asked().len();
    let runs = together.desk.number("SELECT count(*) FROM run");
    println!("{published} articles on each host, {runs} runs, {requests} requests");
    together.desk.holds(published * hosts);
    together.kept_once();
}

#[test]
fn two_crawls_a_scrape_and_readers_share_one_archive() {
    work_together(Duration::from_secs(20));
}

#[test]
#[ignore = "takes ten minutes: cargo test --test it -- --ignored ten_minutes"]
fn two_crawls_a_scrape_and_readers_share_one_archive_for_ten_minutes() {
    work_together(Duration::from_mins(10));
}
