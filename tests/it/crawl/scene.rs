//! A small world: two exhibition companies, an archive in memory, a scripted network.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::channel;
use zhanwen::archive::{Archive, Library, Look, PageId};
use zhanwen::clock::Clock;
use zhanwen::crawl::{
    Assignment, CrawlError, CrawlSettings, Event, Plan, Report, Stop, StopHandle, Watched, World,
    run, stop,
};
use zhanwen::model::{Outcome, PageUrl, SiteId};
use zhanwen::rules::{RuleBook, parse};
use zhanwen::schedule::{Timetable, Timing};
use zhanwen::store::memory::MemoryArchive;

use super::network::{Network, PausedClock, Reply};

/// The start page of the first site.
pub(super) const LIST: &str = "http://expo.example.cn/news/";
/// Its host.
pub(super) const HOST: &str = "expo.example.cn";

const EXPO: &str = r#"
name = "示例会展"
hosts = ["expo.example.cn", "*.expo.example.cn"]
start = ["http://expo.example.cn/news/"]

[list]
items = "ul.news li"
next = "a.next"

[article]
urls = ['^/news/\d+\.html$']
next-part = "p.parts"

[fields]
title = "h1"
source = "span.source"
publish_time = "span.time"
views = "span.views"
body = "div.text"
"#;

const FAIR: &str = r#"
name = "示例展览"
hosts = ["fair.example.com"]
start = ["http://fair.example.com/list/"]

[list]
items = "ul.news li"

[article]
urls = ['^/show/\d+\.html$']

[fields]
title = "h1"
source = "span.source"
publish_time = "span.time"
views = "span.views"
body = "div.text"
"#;

/// A small world.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) clock: Arc<PausedClock>,
    pub(super) network: Arc<Network>,
    pub(super) archive: Arc<MemoryArchive>,
    pub(super) settings: CrawlSettings,
    rules: Arc<RuleBook>,
}

impl Scene {
    pub(super) fn new() -> Self {
        Self::with_rules(&[("expo.toml", EXPO), ("fair.toml", FAIR)])
    }

    /// A world whose sites have the rules of these files.
    pub(super) fn with_rules(files: &[(&str, &str)]) -> Self {
        let clock = Arc::new(PausedClock::new());
        let files = files.iter().map(|(name, text)| parse(name, text).unwrap());
        Self {
            network: Arc::new(Network::new(Arc::clone(&clock))),
            archive: Arc::new(MemoryArchive::new()),
            settings: CrawlSettings::default(),
            rules: Arc::new(RuleBook::default().with_files(files.collect())),
            clock,
        }
    }

    /// The same world where a person wrote other rules files.
    pub(super) fn with_other_rules(self, files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(name, text)| parse(name, text).unwrap());
        Self {
            rules: Arc::new(RuleBook::default().with_files(files.collect())),
            ..self
        }
    }

    /// A scene whose first site lists `count` articles.
    pub(super) fn with_articles(count: usize) -> Self {
        let scene = Self::new();
        let urls: Vec<_> = (1..=count).map(article_url).collect();
        scene.network.says(LIST, [Reply::page(list(&urls, None))]);
        for number in 1..=count {
            let text = format!("第{number}届展会在上海开幕，共有五百家企业参展。");
            let page = article(&format!("第{number}届展会开幕"), &text, Some(10));
            scene
                .network
                .says(&article_url(number), [Reply::page(page)]);
        }
        scene
    }

    pub(super) fn world(&self) -> World {
        World {
            fetch: self.network.clone(),
            archive: self.archive.clone(),
            clock: self.clock.clone(),
            rules: Arc::clone(&self.rules),
            settings: self.settings.clone(),
        }
    }

    /// A plan for the sites named.
    pub(super) fn sites(&self, names: &[&str]) -> Plan {
        let sites: Vec<_> = self
            .rules
            .sites
            .iter()
            .filter(|site| names.contains(&site.id.as_str()))
            .cloned()
            .collect();
        Plan::crawl(&sites, "zhanwen crawl")
    }

    /// The same sites, each watched by its own lines of crontab.
    pub(super) fn assignment(&self, sites: &[(&str, &str)]) -> Assignment {
        let watched = sites.iter().map(|(name, line)| {
            let site = SiteId::new(*name);
            let timing = Timing::parse(line, &site).unwrap();
            Watched {
                plan: self.sites(&[name]),
                timetable: Timetable::new(vec![timing], jiff::tz::TimeZone::UTC),
                site,
            }
        });
        Assignment {
            world: self.world(),
            sites: watched.collect(),
        }
    }

    /// A plan for exactly these pages.
    pub(super) fn pages(&self, urls: &[&str]) -> Plan {
        let urls: Vec<_> = urls.iter().map(|url| page(url)).collect();
        Plan::scrape(&urls, &self.rules, "zhanwen scrape")
    }

    /// A plan that begins at one page.
    pub(super) fn begin_at(&self, url: &str) -> Plan {
        Plan::crawl(&[], "zhanwen crawl").from_page(&page(url), &self.rules)
    }

    /// Crawls the first site.
    pub(super) async fn crawl(&self) -> Report {
        self.run(self.sites(&["expo"])).await
    }

    pub(super) async fn run(&self, plan: Plan) -> Report {
        self.run_and_tell(plan).await.0
    }

    pub(super) async fn run_and_tell(&self, plan: Plan) -> (Report, Vec<Event>) {
        let (_handle, never) = stop();
        let (result, events) = self.run_until(plan, never).await;
        (result.unwrap(), events)
    }

    pub(super) async fn run_until(
        &self,
        plan: Plan,
        stop: Stop,
    ) -> (Result<Report, CrawlError>, Vec<Event>) {
        run_world(&self.world(), plan, stop).await
    }

    /// Crawls the first site; `script` tells the network what it needs the handle for.
    pub(super) async fn crawl_and_stop(&self, script: impl FnOnce(&StopHandle)) -> Report {
        let (handle, stop) = stop();
        script(&handle);
        let (result, _) = self.run_until(self.sites(&["expo"]), stop).await;
        result.unwrap()
    }

    /// Lets time pass.
    pub(super) async fn wait(&self, span: Duration) {
        let instant = self.clock.now().plus(span);
        self.clock.sleep_until(instant).await;
    }

    pub(super) async fn find(&self, url: &str) -> PageId {
        self.archive.find(&page(url)).await.unwrap().unwrap()
    }

    pub(super) async fn looks(&self, url: &str) -> Vec<Look> {
        let page = self.find(url).await;
        self.archive.looks(page).await.unwrap()
    }

    /// The outcomes of all looks at `url`, first to last.
    pub(super) async fn outcomes(&self, url: &str) -> Vec<Outcome> {
        let looks = self.looks(url).await;
        looks.iter().map(|look| look.outcome).collect()
    }

    /// How many versions are kept of `url`.
    pub(super) async fn versions(&self, url: &str) -> usize {
        let page = self.find(url).await;
        self.archive.versions(page).await.unwrap().len()
    }
}

pub(super) async fn run_world(
    world: &World,
    plan: Plan,
    stop: Stop,
) -> (Result<Report, CrawlError>, Vec<Event>) {
    // nobody listens until the run is over
    let (sender, mut receiver) = channel(1 << 20);
    let result = run(world, plan, sender, stop).await;
    let mut events = Vec::new();
    while let Ok(event) = receiver.try_recv() {
        events.push(event);
    }
    (result, events)
}

pub(super) fn page(url: &str) -> PageUrl {
    PageUrl::parse(url).unwrap()
}

pub(super) fn article_url(number: usize) -> String {
    format!("http://expo.example.cn/news/{number}.html")
}

/// A page that lists `urls`, with a link to the next one.
pub(super) fn list(urls: &[String], next: Option<&str>) -> String {
    let mut html = "<title>新闻中心</title><ul class=news>".to_owned();
    for url in urls {
        write!(
            html,
            "<li><a href='{url}'>展会新闻一则在此</a><span>2026-11-20</span>"
        )
        .unwrap();
    }
    html.push_str("</ul>");
    if let Some(next) = next {
        write!(html, "<a class=next href='{next}'>下一页</a>").unwrap();
    }
    html
}

pub(super) fn article(title: &str, text: &str, views: Option<u64>) -> String {
    let views = views.map(|views| format!("浏览次数：<span class=views>{views}</span>"));
    format!(
        "<html><head><title>{title} - 示例会展</title></head><body><h1>{title}</h1>\
         <p><span class=source>示例网</span> <span class=time>2026-11-20 10:00</span> {}</p>\
         <div class=text><p>{text}</p><p>展会为期三天，设有八个展馆，欢迎各界人士前来参观洽谈。\
         主办方表示，本届展会的规模与往届相比有所扩大，参展企业来自二十多个国家和地区。</p></div></body></html>",
        views.unwrap_or_default()
    )
}

/// A second machine on the same archive, network and clock.
pub(super) fn arc_archive(scene: &Scene) -> Arc<dyn Archive> {
    scene.archive.clone()
}
