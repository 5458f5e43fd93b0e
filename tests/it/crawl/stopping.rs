//! Stops, lost leases and failing archives: nothing is lost, nothing is kept twice.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use zhanwen::archive::{
    Archive, ArchiveError, Capture, Committed, Fingerprinted, ForeignPage, Import, KeptPlace,
    LeaseRequest, LeaseToken, Leases, Loan, NewRun, PageId, Planned, Rereading, RunEnding, RunId,
};
use zhanwen::clock::Clock as _;
use zhanwen::crawl::{CrawlError, Event, World, run, stop};
use zhanwen::model::{HostKey, HostState, KeptRobots, Outcome, SiteId, Timestamp};

use super::network::Reply;
use super::scene::{HOST, LIST, Scene, arc_archive, article, article_url, run_world};

#[tokio::test(start_paused = true)]
async fn a_stop_finishes_what_is_in_flight_and_the_next_run_goes_on() {
    let scene = Scene::with_articles(6);
    let page = article("展会", "展会在上海开幕。", None);
    let report = scene
        .crawl_and_stop(|handle| {
            let last = Reply::page(page)
                .takes(Duration::from_secs(2))
                .stops(handle);
            scene.network.says(&article_url(2), [last]);
        })
        .await;
    assert!(report.interrupted);
    assert_eq!(scene.network.pages().len(), 3);
    assert_eq!(report.count(Outcome::New), 2, "what was in flight is kept");
    assert_eq!(report.left_due(), 4);
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 4);
    for number in 1..=6 {
        assert_eq!(scene.outcomes(&article_url(number)).await, [Outcome::New]);
    }
    let pauses = scene.network.pauses(HOST);
    assert!(
        pauses.iter().all(|pause| *pause >= Duration::from_secs(2)),
        "{pauses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_an_answer_that_takes_too_long() {
    let scene = Scene::with_articles(3);
    let slow = Duration::from_secs(50);
    let page = article("展会", "展会在上海开幕。", None);
    let before = tokio::time::Instant::now();
    let report = scene
        .crawl_and_stop(|handle| {
            let last = Reply::page(page.clone()).takes(slow).stops(handle);
            scene
                .network
                .says(&article_url(1), [last, Reply::page(page)]);
        })
        .await;
    assert!(before.elapsed() < Duration::from_secs(20));
    assert_eq!(report.looks(), 1, "the list");
    // the abandoned request has cost its interval, and the page is looked at again
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 3);
    assert_eq!(scene.outcomes(&article_url(1)).await, [Outcome::New]);
    let asked = scene.network.asked();
    let starts: Vec<_> = asked
        .windows(2)
        .map(|two| two[1].sent_at.since(two[0].sent_at))
        .collect();
    assert!(
        starts.iter().all(|gap| *gap >= Duration::from_secs(2)),
        "{starts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_start_asks_nothing() {
    let scene = Scene::with_articles(1);
    let (handle, stop) = stop();
    handle.request();
    let (result, events) = scene.run_until(scene.sites(&["expo"]), stop).await;
    assert!(result.unwrap().interrupted);
    assert_eq!(scene.network.asked().len(), 0);
    assert!(events.contains(&Event::Stopping));
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_waiting_is_heard_at_once() {
    let scene = Scene::with_articles(3);
    let robots = "User-agent: *\nCrawl-delay: 300";
    let url = "http://expo.example.cn/robots.txt";
    let before = tokio::time::Instant::now();
    scene.network.says(url, [Reply::page(robots)]);
    let (handle, stop) = stop();
    let plan = scene.sites(&["expo"]);
    let (result, ()) = tokio::join!(scene.run_until(plan, stop), async {
        tokio::time::sleep_until(before + Duration::from_secs(10)).await;
        handle.request();
    });
    assert!(result.0.unwrap().interrupted);
    assert!(before.elapsed() < Duration::from_secs(11));
}

/// An archive that breaks at the given commit, in the given way.
#[derive(Debug)]
struct Breaking {
    inner: std::sync::Arc<dyn Archive>,
    at_commit: usize,
    commits: std::sync::atomic::AtomicUsize,
    way: Way,
}

/// How an archive breaks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    LeaseLost,
    /// It does what it is asked to, and says so late.
    SlowToRelease(Duration),
    DiskFull,
    Damaged,
}

#[async_trait]
impl Archive for Breaking {
    async fn begin_run(&self, run: NewRun) -> Result<RunId, ArchiveError> {
        self.inner.begin_run(run).await
    }
    async fn end_run(&self, run: RunId, ending: RunEnding) -> Result<(), ArchiveError> {
        self.inner.end_run(run, ending).await
    }
    async fn plan(&self, pages: Vec<Planned>) -> Result<Vec<PageId>, ArchiveError> {
        self.inner.plan(pages).await
    }
    async fn recheck(&self, sites: Vec<SiteId>, at: Timestamp) -> Result<u64, ArchiveError> {
        self.inner.recheck(sites, at).await
    }
    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Leases, ArchiveError> {
        self.inner.lease_hosts(request).await
    }
    async fn lease_host(
        &self,
        host: HostKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Loan, ArchiveError> {
        self.inner.lease_host(host, now, until).await
    }
    async fn reserve(
        &self,
        address: IpAddr,
        now: Timestamp,
        interval: Duration,
    ) -> Result<Timestamp, ArchiveError> {
        self.inner.reserve(address, now, interval).await
    }
    async fn renew(&self, token: LeaseToken, until: Timestamp) -> Result<(), ArchiveError> {
        self.inner.renew(token, until).await
    }
    async fn release(&self, token: LeaseToken, state: HostState) -> Result<(), ArchiveError> {
        let released = self.inner.release(token, state).await;
        if let Way::SlowToRelease(delay) = self.way {
            tokio::time::sleep_until(tokio::time::Instant::now() + delay).await;
        }
        released
    }
    async fn keep_robots(
        &self,
        token: LeaseToken,
        robots: KeptRobots,
        state: HostState,
    ) -> Result<(), ArchiveError> {
        self.inner.keep_robots(token, robots, state).await
    }
    async fn reread(&self, rereading: Rereading) -> Result<bool, ArchiveError> {
        self.inner.reread(rereading).await
    }
    async fn know(&self, pages: Vec<ForeignPage>) -> Result<Vec<PageId>, ArchiveError> {
        self.inner.know(pages).await
    }
    async fn import(&self, import: Import) -> Result<bool, ArchiveError> {
        self.inner.import(import).await
    }
    async fn commit(&self, token: LeaseToken, capture: Capture) -> Result<Committed, ArchiveError> {
        let number = self
            .commits
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed)
            + 1;
        if number != self.at_commit {
            return self.inner.commit(token, capture).await;
        }
        let path = "archive.db".to_owned();
        match self.way {
            Way::LeaseLost => {
                // somebody else took the host over and gave it back
                self.inner.release(token, HostState::default()).await?;
                self.inner.commit(token, capture).await
            }
            Way::DiskFull => Err(ArchiveError::Unwritable {
                path,
                reason: "the disk is full".to_owned(),
            }),
            Way::SlowToRelease(_) => self.inner.commit(token, capture).await,
            Way::Damaged => Err(ArchiveError::DamagedFile { path }),
        }
    }
    async fn keep_fingerprints(
        &self,
        rule: u32,
        definition: &'static str,
        fingerprints: Vec<Fingerprinted>,
    ) -> Result<(), ArchiveError> {
        let kept = self.inner.keep_fingerprints(rule, definition, fingerprints);
        kept.await
    }
    async fn keep_places(
        &self,
        rule: u32,
        places: Vec<KeptPlace>,
        gone: Vec<PageId>,
    ) -> Result<(), ArchiveError> {
        self.inner.keep_places(rule, places, gone).await
    }
}

pub(super) fn breaking(scene: &Scene, at_commit: usize, lost: bool) -> World {
    let way = if lost { Way::LeaseLost } else { Way::DiskFull };
    World {
        archive: broken(scene, at_commit, way),
        ..scene.world()
    }
}

/// An archive whose file turns out to be damaged.
pub(super) fn damaged(scene: &Scene, at_commit: usize) -> std::sync::Arc<dyn Archive> {
    broken(scene, at_commit, Way::Damaged)
}

/// The archive of `scene`, which breaks at that commit.
pub(super) fn broken(scene: &Scene, at_commit: usize, way: Way) -> std::sync::Arc<dyn Archive> {
    std::sync::Arc::new(Breaking {
        inner: arc_archive(scene),
        at_commit,
        commits: std::sync::atomic::AtomicUsize::new(0),
        way,
    })
}

#[tokio::test(start_paused = true)]
async fn a_lost_lease_drops_its_work_and_the_run_goes_on() {
    let scene = Scene::with_articles(3);
    let world = breaking(&scene, 2, true);
    let (_handle, never) = stop();
    let (result, events) = run_world(&world, scene.sites(&["expo"]), never).await;
    let report = result.unwrap();
    assert_eq!(report.leases_lost, 1);
    assert_eq!(report.count(Outcome::New), 3);
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::LeaseLost { host } if host.as_str() == HOST))
    );
    for number in 1..=3 {
        assert_eq!(scene.outcomes(&article_url(number)).await, [Outcome::New]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_archive_that_cannot_be_written_ends_the_run_in_order() {
    let scene = Scene::with_articles(3);
    let world = breaking(&scene, 3, false);
    let (_handle, never) = stop();
    let (result, _) = run_world(&world, scene.sites(&["expo"]), never).await;
    let error = result.unwrap_err();
    assert!(
        matches!(
            &error,
            CrawlError::Archive {
                source: ArchiveError::Unwritable { .. },
                ..
            }
        ),
        "{error:?}"
    );
    assert_eq!(error.report().count(Outcome::New), 1);
    assert_eq!(scene.network.pages().len(), 3);
    // the host was given back, and what was kept stays kept
    let report = scene.crawl().await;
    assert_eq!(report.count(Outcome::New), 2);
    assert_eq!(scene.outcomes(LIST).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_takes_too_long_to_read_holds_nothing_up() {
    let mut scene = Scene::with_articles(2);
    // the reading of half a megabyte has hardly begun when no time at all is over
    let text = "展会在上海开幕，共有五百家企业参展。".repeat(10_000);
    for number in [1, 2] {
        let page = Reply::page(article("展会", &text, None));
        scene
            .network
            .says(&article_url(number), [page.clone(), page]);
    }
    let urls = [article_url(1), article_url(2)];
    let plan = scene.pages(&[&urls[0], &urls[1]]);
    scene.settings.digest_limit = Duration::ZERO;
    let report = scene.run(plan.clone()).await;
    assert_eq!(
        report.count(Outcome::Failed),
        2,
        "neither waits for the other"
    );
    for url in &urls {
        let looks = scene.looks(url).await;
        assert_eq!(looks[0].reason.as_deref(), Some("unreadable"));
    }
    scene.settings.digest_limit = Duration::from_secs(30);
    scene.wait(Duration::from_hours(24 * 40)).await;
    let report = scene.run(plan).await;
    assert_eq!(report.count(Outcome::New), 2, "nothing was lost");
}

#[tokio::test(start_paused = true)]
async fn looks_wait_for_who_listens_and_lesser_news_does_not() {
    let scene = Scene::with_articles(8);
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
    let listening = tokio::spawn({
        let clock = scene.clock.clone();
        async move {
            let mut looks = 0;
            while let Some(event) = receiver.recv().await {
                looks += usize::from(matches!(event, Event::Captured(_)));
                let later = clock.now().plus(Duration::from_secs(20));
                clock.sleep_until(later).await;
            }
            looks
        }
    });
    let (_handle, never) = stop();
    let world = scene.world();
    let report = run(&world, scene.sites(&["expo"]), sender, never);
    let report = report.await.unwrap();
    assert_eq!(report.count(Outcome::New), 8);
    assert_eq!(listening.await.unwrap(), 9, "a list and eight articles");
    assert!(report.kept().untold > 0, "{report:?}");
}

#[tokio::test(start_paused = true)]
async fn who_listens_no_more_does_not_hold_up_a_stop() {
    let scene = Scene::with_articles(8);
    let (sender, _receiver) = tokio::sync::mpsc::channel(1);
    let (handle, stopped) = stop();
    let began = scene.clock.now();
    let stopping = async {
        scene.wait(Duration::from_mins(10)).await;
        handle.request();
    };
    let world = scene.world();
    let running = run(&world, scene.sites(&["expo"]), sender, stopped);
    let (report, ()) = tokio::join!(running, stopping);
    assert!(report.unwrap().interrupted);
    let took = scene.clock.now().since(began);
    assert!(took <= Duration::from_secs(605), "{took:?}");
}
