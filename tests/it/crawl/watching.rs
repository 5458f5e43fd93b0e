//! A watch: each site by its own timetable, for as long as it is let.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::{Notify, mpsc::Receiver};
use zhanwen::archive::ArchiveError;
use zhanwen::clock::Clock;
use zhanwen::crawl::{
    Assignment, CrawlError, Event, Overseer, Report, Round, Standing, StopHandle, stop, watch,
};
use zhanwen::model::{Outcome, Timestamp};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, article, article_url, list};
use super::stopping::breaking;

const FAIR_LIST: &str = "http://fair.example.com/list/";
const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Notes what the watch tells, and gives it what a test laid ready.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    ready: Option<Assignment>,
    asked: Vec<bool>,
    turns: Vec<Standing>,
    rounds: Vec<Round>,
    ended: Vec<(u64, Result<Report, String>)>,
}

impl Log {
    fn lay_ready(&self, assignment: Assignment) {
        self.0.lock().unwrap().ready = Some(assignment);
    }

    fn turns(&self) -> usize {
        self.0.lock().unwrap().turns.len()
    }

    fn last_turn(&self) -> Standing {
        self.0.lock().unwrap().turns.last().unwrap().clone()
    }

    fn rounds(&self) -> Vec<Round> {
        self.0.lock().unwrap().rounds.clone()
    }

    /// The rounds that ended, each with its looks or with why it failed.
    fn ended(&self) -> Vec<(u64, Result<u64, String>)> {
        let kept = self.0.lock().unwrap();
        let ended = kept.ended.iter();
        ended
            .map(|(number, result)| (*number, result.clone().map(|report| report.looks())))
            .collect()
    }
}

impl Overseer for Log {
    fn renew(&mut self, asked: bool) -> Option<Assignment> {
        let mut kept = self.0.lock().unwrap();
        kept.asked.push(asked);
        kept.ready.take()
    }

    fn turned(&mut self, standing: &Standing) {
        self.0.lock().unwrap().turns.push(standing.clone());
    }

    fn began(&mut self, round: &Round, _events: Receiver<Event>) {
        self.0.lock().unwrap().rounds.push(round.clone());
    }

    fn ended(&mut self, round: &Round, result: &Result<Report, CrawlError>, _at: Timestamp) {
        let result = match result {
            Ok(report) => Ok(report.clone()),
            Err(error) => Err(error.to_string()),
        };
        self.0.lock().unwrap().ended.push((round.number, result));
    }
}

/// Watches while `script` lasts.
async fn watch_during<F: Future<Output = ()>>(
    first: Assignment,
    log: &Log,
    reload: &Notify,
    script: impl FnOnce(StopHandle) -> F,
) -> Result<(), CrawlError> {
    let (handle, stop) = stop();
    let mut overseer = log.clone();
    let watching = watch(first, &mut overseer, reload, MINUTE, stop);
    let scripted = async {
        script(handle.clone()).await;
        handle.request();
    };
    let (result, ()) = tokio::join!(watching, scripted);
    result
}

/// When `url` was asked for, in minutes after the scene began, at full hour.
fn asked_at(scene: &Scene, url: &str) -> Vec<u64> {
    let asked = scene.network.asked().into_iter();
    asked
        .filter(|asked| asked.url == url)
        .map(|asked| asked.sent_at.since(zero()).as_secs() / 60)
        .collect()
}

fn zero() -> Timestamp {
    "2026-11-23T04:00:00Z".parse().unwrap()
}

/// Both sites, with a list of one article each.
fn two_sites() -> Scene {
    let scene = Scene::with_articles(1);
    let show = "http://fair.example.com/show/1.html";
    scene
        .network
        .says(FAIR_LIST, [Reply::page(list(&[show.to_owned()], None))]);
    let page = article("展览开幕", "展览在广州开幕。", None);
    scene.network.says(show, [Reply::page(page)]);
    scene
}

#[tokio::test(start_paused = true)]
async fn each_site_has_its_rounds_when_its_schedule_says() {
    let scene = two_sites();
    let first = scene.assignment(&[("expo", "20 * * * *"), ("fair", "20 6 * * *")]);
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| scene.wait(HOUR * 4)).await;
    result.unwrap();
    assert_eq!(asked_at(&scene, LIST), [20, 80, 140, 200]);
    assert_eq!(asked_at(&scene, FAIR_LIST), [140]);
    let rounds = log.rounds();
    let sites: Vec<usize> = rounds.iter().map(|round| round.sites.len()).collect();
    assert_eq!(sites, [1, 1, 2, 1], "sites of one minute share a round");
    assert_eq!(log.ended().len(), 4);
    assert_eq!(scene.outcomes(&article_url(1)).await[0], Outcome::New);
}

#[tokio::test(start_paused = true)]
async fn a_slow_site_holds_up_nobody() {
    let mut scene = two_sites();
    let urls: Vec<_> = (1..=40).map(article_url).collect();
    scene.network.says(LIST, [Reply::page(list(&urls, None))]);
    let robots = "http://expo.example.cn/robots.txt";
    let slowly = "User-agent: *\nCrawl-delay: 300";
    scene.network.says(robots, [Reply::page(slowly)]);
    // more than three hours of work on the one; the other has its turn every hour meanwhile
    scene.settings.hosts = 2;
    let first = scene.assignment(&[("expo", "0 * * * *"), ("fair", "0 * * * *")]);
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| {
        scene.wait(HOUR * 3 + MINUTE * 10)
    })
    .await;
    result.unwrap();
    assert_eq!(asked_at(&scene, FAIR_LIST), [60, 120, 180]);
    let pauses = scene.network.pauses(HOST);
    assert!(pauses.len() > 20, "{}", pauses.len());
    assert!(
        pauses.iter().all(|pause| *pause >= MINUTE * 5),
        "{pauses:?}"
    );
    // the round in between left the host to the first one and ended; the third joined none
    let ended = log.ended();
    assert_eq!(ended[0].0, 2, "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn rounds_share_the_seats_and_wait_for_them() {
    let mut scene = two_sites();
    scene.settings.hosts = 1;
    let slow = Duration::from_secs(50);
    let urls: Vec<_> = (1..=3).map(article_url).collect();
    let page = Reply::page(list(&urls, None)).takes(slow);
    scene.network.says(LIST, [page]);
    let first = scene.assignment(&[("expo", "0 5 * * *"), ("fair", "1 5 * * *")]);
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| scene.wait(HOUR * 2)).await;
    result.unwrap();
    let looks: u64 = log
        .ended()
        .into_iter()
        .map(|(_, looks)| looks.unwrap())
        .sum();
    assert_eq!(looks, 1 + 3 + 2, "both rounds came to an end");
    let asked = scene.network.asked();
    let together = asked
        .windows(2)
        .filter(|two| two[1].sent_at < two[0].ended_at)
        .count();
    assert_eq!(together, 0, "one seat, one request at a time");
}

#[tokio::test(start_paused = true)]
async fn a_reload_brings_sites_and_takes_them_away() {
    let scene = two_sites();
    let first = scene.assignment(&[("expo", "0 * * * *")]);
    let (log, reload) = (Log::default(), Notify::new());
    let result = watch_during(first, &log, &reload, |_| async {
        scene.wait(MINUTE * 90).await;
        // nothing new: a file with a mistake keeps what was
        reload.notify_one();
        scene.wait(MINUTE * 60).await;
        log.lay_ready(scene.assignment(&[("fair", "0 * * * *")]));
        reload.notify_one();
        scene.wait(MINUTE * 100).await;
    })
    .await;
    result.unwrap();
    assert_eq!(asked_at(&scene, LIST), [60, 120]);
    assert_eq!(asked_at(&scene, FAIR_LIST), [180, 240]);
    let asked = log.0.lock().unwrap().asked.clone();
    assert_eq!(
        asked,
        [false, true, false, true, false, false],
        "at each round and when asked"
    );
}

#[tokio::test(start_paused = true)]
async fn what_changed_is_noticed_when_a_round_begins_and_the_round_takes_place() {
    let scene = two_sites();
    let first = scene.assignment(&[("expo", "0 * * * *")]);
    let log = Log::default();
    log.lay_ready(scene.assignment(&[("expo", "30 * * * *"), ("fair", "0 7 * * *")]));
    let result = watch_during(first, &log, &Notify::new(), |_| scene.wait(MINUTE * 181)).await;
    result.unwrap();
    // the round that was due when the new rules were read is not lost
    assert_eq!(asked_at(&scene, LIST), [60, 90, 150]);
    assert_eq!(asked_at(&scene, FAIR_LIST), [180]);
}

#[tokio::test(start_paused = true)]
async fn rounds_missed_in_sleep_are_one_round() {
    let scene = two_sites();
    let first = scene.assignment(&[("expo", "0 * * * *")]);
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| async {
        scene.wait(MINUTE).await;
        tokio::time::advance(HOUR * 30).await;
        scene.wait(MINUTE * 30).await;
    })
    .await;
    result.unwrap();
    assert_eq!(asked_at(&scene, LIST).len(), 1);
    let next = log.last_turn().next.unwrap().0;
    assert_eq!(next, "2026-11-24T11:00:00Z".parse().unwrap());
}

/// A clock that somebody sets.
#[derive(Debug)]
struct SetClock {
    inner: Arc<dyn Clock>,
    back: Mutex<Duration>,
}

#[async_trait]
impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.inner.now().minus(*self.back.lock().unwrap())
    }

    async fn sleep_until(&self, instant: Timestamp) {
        let instant = instant.plus(*self.back.lock().unwrap());
        self.inner.sleep_until(instant).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_put_back_by_a_day_stops_no_rounds() {
    let scene = two_sites();
    let clock = Arc::new(SetClock {
        inner: scene.clock.clone(),
        back: Mutex::default(),
    });
    let mut first = scene.assignment(&[("expo", "0 * * * *")]);
    first.world.clock = clock.clone();
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| async {
        scene.wait(MINUTE * 90).await;
        *clock.back.lock().unwrap() = HOUR * 24;
        scene.wait(MINUTE * 60).await;
    })
    .await;
    result.unwrap();
    assert_eq!(log.rounds().len(), 2, "at five and, a day earlier, at six");
}

/// A clock on which nobody wakes again.
#[derive(Debug)]
struct StuckClock(Arc<dyn Clock>);

#[async_trait]
impl Clock for StuckClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep_until(&self, _instant: Timestamp) {
        std::future::pending::<()>().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_hangs_is_not_heard_of() {
    for (stuck, turns) in [(false, 60..=62), (true, 1..=1)] {
        let scene = two_sites();
        let mut first = scene.assignment(&[("expo", "0 12 * * *")]);
        if stuck {
            first.world.clock = Arc::new(StuckClock(scene.clock.clone()));
        }
        let log = Log::default();
        let heard = log.clone();
        let result = watch_during(first, &log, &Notify::new(), |_| async move {
            tokio::time::advance(MINUTE).await;
            for _minute in 1..60 {
                tokio::task::yield_now().await;
                tokio::time::advance(MINUTE).await;
            }
            tokio::task::yield_now().await;
            let heard = heard.turns();
            assert!(turns.contains(&heard), "stuck {stuck}: {heard}");
        })
        .await;
        result.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_rounds_in_order() {
    let scene = Scene::with_articles(6);
    let first = scene.assignment(&[("expo", "0 5 * * *")]);
    let log = Log::default();
    let before = tokio::time::Instant::now();
    let result = watch_during(first, &log, &Notify::new(), |_| {
        scene.wait(HOUR + Duration::from_secs(5))
    })
    .await;
    result.unwrap();
    assert!(before.elapsed() < HOUR + Duration::from_secs(10));
    let kept = log.0.lock().unwrap();
    let (_, report) = &kept.ended[0];
    let report = report.as_ref().unwrap();
    assert!(report.interrupted);
    assert!(report.left_due() > 0);
}

#[tokio::test(start_paused = true)]
async fn a_round_that_fails_is_told_and_the_next_one_comes() {
    let scene = Scene::with_articles(3);
    let mut first = scene.assignment(&[("expo", "0 * * * *")]);
    first.world.archive = breaking(&scene, 3, false).archive;
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| scene.wait(MINUTE * 130)).await;
    result.unwrap();
    let ended = log.ended();
    assert!(ended[0].1.is_err(), "{ended:?}");
    assert_eq!(
        ended[1].1,
        Ok(3),
        "the list and what the full disk had refused"
    );
    for number in 1..=3 {
        assert_eq!(scene.outcomes(&article_url(number)).await, [Outcome::New]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_only_a_person_can_mend_ends_the_watch() {
    let scene = Scene::with_articles(3);
    let mut first = scene.assignment(&[("expo", "0 * * * *")]);
    first.world.archive = super::stopping::damaged(&scene, 2);
    let log = Log::default();
    let before = tokio::time::Instant::now();
    let result = watch_during(first, &log, &Notify::new(), |_| scene.wait(HOUR * 2)).await;
    let error = result.unwrap_err();
    assert!(
        matches!(error.archive(), Some(ArchiveError::DamagedFile { .. })),
        "{error:?}"
    );
    assert!(before.elapsed() >= HOUR * 2, "the script was waited for");
    assert_eq!(log.ended().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_hundred_rounds_leave_nothing_behind() {
    let scene = two_sites();
    let first = scene.assignment(&[("expo", "0 * * * *"), ("fair", "30 * * * *")]);
    let log = Log::default();
    let result = watch_during(first, &log, &Notify::new(), |_| async {
        scene.wait(MINUTE * 115).await;
        // whoever keeps a gate, a robots.txt or a page of a run keeps the run, and with it its world
        let holders = || Arc::strong_count(&scene.network);
        let early = holders();
        scene.wait(HOUR * 100).await;
        assert_eq!(holders(), early);
        assert_eq!(log.last_turn().rounds, 0);
    })
    .await;
    result.unwrap();
    assert!(log.rounds().len() > 200, "{}", log.rounds().len());
    assert!(log.ended().iter().all(|(_, looks)| looks.is_ok()));
}

#[tokio::test(start_paused = true)]
async fn two_watchers_share_one_archive() {
    let scene = Scene::with_articles(12);
    let both = || scene.assignment(&[("expo", "0 * * * *")]);
    let (one, two) = (Log::default(), Log::default());
    let reload = Notify::new();
    let (first, second) = tokio::join!(
        watch_during(both(), &one, &reload, |_| scene.wait(MINUTE * 70)),
        watch_during(both(), &two, &reload, |_| scene.wait(MINUTE * 70)),
    );
    first.unwrap();
    second.unwrap();
    for number in 1..=12 {
        assert_eq!(scene.outcomes(&article_url(number)).await, [Outcome::New]);
    }
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses[1..]
            .iter()
            .all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
}
