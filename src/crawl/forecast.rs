//! What a crawl would look at, and why: told from what the archive knows, without asking anybody.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::archive::{ArchiveError, Backlog, Library, Upcoming, UpcomingPage};
use crate::model::{HostKey, HostState, KeptRobots, PageKind, PageUrl, SiteId, Timestamp};
use crate::robots::RobotsRules;
use crate::rules::RuleBook;

use super::plan::Plan;
use super::robots::rules_of;
use super::world::CrawlSettings;

/// Pages listed of one host at most; all are counted.
const MOST_LISTED: usize = 1000;

/// What a crawl would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// Its hosts, in the order in which they would be lent.
    pub hosts: Vec<HostForecast>,
    /// How long what is known takes, hosts side by side. More may be found on the way.
    pub takes: Duration,
}

/// How many pictures of the planned sites would be asked for that are due at `now`; those of articles
/// that are new come on top.
pub async fn due_assets(
    library: &dyn Library,
    plan: &Plan,
    rules: &RuleBook,
    settings: &CrawlSettings,
    now: Timestamp,
) -> Result<u64, ArchiveError> {
    let sums = library.asset_sums(now).await?.into_iter();
    let wanted = sums.filter(|sum| plan.sites.contains(&sum.site));
    let wanted = wanted.filter(|sum| settings.asset_limits(rules, &sum.site).is_some());
    Ok(wanted.map(|sum| sum.due).sum())
}

/// What a crawl would do on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostForecast {
    /// The host.
    pub host: HostKey,
    /// How many of its pages would be looked at.
    pub pages: u64,
    /// Between two requests, in the middle.
    pub interval: Duration,
    /// Its clock.
    pub state: HostState,
    /// Until when somebody else holds it.
    pub held_until: Option<Timestamp>,
    /// Whether its robots.txt is asked for before anything else.
    pub asks_robots: bool,
    /// The first of the pages, in their order.
    pub visits: Vec<VisitForecast>,
}

/// A page that would be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitForecast {
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// What it is expected to be.
    pub kind: PageKind,
    /// Why it would be looked at.
    pub why: Why,
    /// Since when it is due, where it is.
    pub due_at: Option<Timestamp>,
    /// When it was looked at last.
    pub last_look: Option<Timestamp>,
    /// Whether the robots.txt that is kept allows it; none where it is to be asked for.
    pub allowed: Option<bool>,
}

/// Why a page would be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The crawl starts from it.
    Start,
    /// It was found and never looked at.
    New,
    /// Its last looks failed, so many in a row.
    Retry(u32),
    /// It is due again.
    Due,
    /// All known pages are to be looked at.
    Recheck,
}

impl HostForecast {
    /// How long its pages take one after the other.
    pub fn takes(&self) -> Duration {
        let pages = u32::try_from(self.pages).unwrap_or(u32::MAX);
        self.interval.saturating_mul(pages)
    }

    /// Whether it is left alone for longer than a run waits.
    fn is_left(&self, now: Timestamp, patience: Duration) -> bool {
        let rests = self.state.resting_until;
        rests.is_some_and(|until| until > now.plus(patience))
    }
}

/// What a crawl of `plan` would look at, were it begun at `now`.
pub async fn forecast(
    library: &dyn Library,
    plan: &Plan,
    rules: &RuleBook,
    settings: &CrawlSettings,
    now: Timestamp,
) -> Result<Forecast, ArchiveError> {
    // a recheck makes everything due
    let due_until = if settings.recheck {
        Timestamp::from_unix_millis(i64::MAX)
    } else {
        now
    };
    let mut starts: BTreeMap<HostKey, Vec<&(PageUrl, SiteId)>> = BTreeMap::new();
    for start in &plan.start {
        starts.entry(start.0.host()).or_default().push(start);
    }
    let mut hosts = Vec::new();
    for due in library.backlog(&plan.sites, due_until).await? {
        let start = starts.remove(&due.host).unwrap_or_default();
        let upcoming = library
            .upcoming(&due.host, &plan.sites, due_until, MOST_LISTED)
            .await?;
        hosts.push(of_host(due, upcoming, &start, rules, settings, now));
    }
    for (host, start) in starts {
        let upcoming = library.upcoming(&host, &plan.sites, due_until, 0).await?;
        let due = Backlog {
            host,
            pages: 0,
            due_since: now,
            state: HostState::default(),
            held_until: None,
        };
        hosts.push(of_host(due, upcoming, &start, rules, settings, now));
    }
    let asked = hosts
        .iter()
        .filter(|host| !host.is_left(now, settings.patience));
    let times: Vec<Duration> = asked.map(HostForecast::takes).collect();
    let slots = u32::try_from(settings.hosts.max(1)).unwrap_or(u32::MAX);
    let longest = times.iter().max().copied().unwrap_or_default();
    let all = times
        .iter()
        .fold(Duration::ZERO, |all, time| all.saturating_add(*time));
    Ok(Forecast {
        hosts,
        takes: longest.max(all / slots),
    })
}

fn of_host(
    due: Backlog,
    upcoming: Upcoming,
    start: &[&(PageUrl, SiteId)],
    rules: &RuleBook,
    settings: &CrawlSettings,
    now: Timestamp,
) -> HostForecast {
    let robots = holding(&upcoming.robots, now);
    let allowed = |url: &PageUrl| {
        let rules = robots.get(&url.origin())?;
        Some(rules.allows(&settings.agent, url))
    };
    let is_start = |url: &PageUrl| start.iter().any(|(page, _site)| page == url);
    let mut visits: Vec<VisitForecast> = start
        .iter()
        .filter(|(url, _site)| upcoming.pages.iter().all(|page| page.url != *url))
        .map(|(url, site)| VisitForecast {
            url: url.clone(),
            site: site.clone(),
            kind: PageKind::List,
            why: Why::Start,
            due_at: None,
            last_look: None,
            allowed: allowed(url),
        })
        .collect();
    let pages = due.pages + u64::try_from(visits.len()).unwrap_or(0);
    visits.extend(upcoming.pages.into_iter().map(|page| VisitForecast {
        why: if is_start(&page.url) {
            Why::Start
        } else {
            why(&page, now)
        },
        allowed: allowed(&page.url),
        due_at: (page.due_at <= now).then_some(page.due_at),
        last_look: page.history.last_fetched_at,
        kind: page.kind,
        site: page.site,
        url: page.url,
    }));
    // as they would be lent: what leads to others first
    visits.sort_by_key(|visit| {
        matches!(
            visit.kind,
            PageKind::Article | PageKind::Part | PageKind::Other
        )
    });
    let asks_robots = visits.iter().any(|visit| visit.allowed.is_none());
    let first = visits.first().map(|visit| &visit.url);
    let delays = robots
        .values()
        .filter_map(|rules| rules.crawl_delay(&settings.agent));
    HostForecast {
        pages,
        interval: interval(first, delays.max(), &due.state, rules, settings),
        host: due.host,
        state: due.state,
        held_until: due.held_until,
        asks_robots,
        visits,
    }
}

/// The rules of the robots.txt files that still hold, by origin; one that could not be had holds
/// nothing but a time to wait.
fn holding(kept: &[KeptRobots], now: Timestamp) -> HashMap<String, RobotsRules> {
    let holds = kept.iter().filter(|file| file.expires_at > now);
    holds
        .filter_map(|file| {
            let rules = rules_of(file.status, &file.body)?;
            Some((file.origin.clone(), rules))
        })
        .collect()
}

fn why(page: &UpcomingPage, now: Timestamp) -> Why {
    if page.history.last_fetched_at.is_none() {
        Why::New
    } else if page.due_at > now {
        Why::Recheck
    } else if page.history.failures_in_a_row > 0 {
        Why::Retry(page.history.failures_in_a_row)
    } else {
        Why::Due
    }
}

/// The time between two requests to a host: the interval with half its chance, or what robots.txt
/// asks for, stretched as the host made it.
fn interval(
    first: Option<&PageUrl>,
    crawl_delay: Option<Duration>,
    state: &HostState,
    rules: &RuleBook,
    settings: &CrawlSettings,
) -> Duration {
    let by_rules = || first.and_then(|url| rules.site_for(url)?.interval);
    let own = settings.interval.or_else(by_rules);
    let own = own.unwrap_or(settings.gate.interval);
    let chance = own / 2000 * settings.gate.jitter_permille;
    let asked = crawl_delay.unwrap_or_default();
    let asked = asked.min(settings.gate.crawl_delay_cap);
    let plain = (own + chance).max(asked);
    plain + plain / 1000 * state.slowdown_permille
}
