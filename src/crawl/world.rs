//! What a crawl works with: the three doors, the rules, the settings.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use crate::archive::Archive;
use crate::asset::AssetLimits;
use crate::clock::Clock;
use crate::fetch::Fetch;
use crate::model::{HostKey, PageUrl, SiteId};
use crate::politeness::GateSettings;
use crate::rules::{Budget, RuleBook};

use super::site::rules_of;

/// Everything a crawl works with.
#[derive(Clone, Debug)]
pub struct World {
    /// The network.
    pub fetch: Arc<dyn Fetch>,
    /// The storage.
    pub archive: Arc<dyn Archive>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What to read where.
    pub rules: Arc<RuleBook>,
    /// How to go about it.
    pub settings: CrawlSettings,
}

/// The longest that requests to one address are kept apart unless somebody asks for more.
const MOST_BY_DEFAULT: Duration = Duration::from_millis(500);

/// How to go about a crawl.
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrawlSettings {
    /// Hosts worked on side by side; each is asked by one worker, one request at a time.
    pub hosts: usize,
    /// How polite to be where neither `interval` nor a site's rules say more.
    pub gate: GateSettings,
    /// Least time between two requests to any host, whatever its rules say.
    pub interval: Option<Duration>,
    /// Least time between two requests to any address, whatever the names of the hosts behind it;
    /// zero lets hosts alone count. Unless set, a quarter of the interval, half a second at most.
    pub address_interval: Option<Duration>,
    /// The product token that robots.txt files are read for.
    pub agent: String,
    /// At most so many pages are looked at in the run.
    pub max_pages: Option<u64>,
    /// At most so many bytes of body are received in it; what is in flight is still taken.
    pub max_bytes: Option<u64>,
    /// The run ends after this; what is in flight is finished.
    pub max_time: Option<Duration>,
    /// How much of the run may go to each host; its rules may allow it less.
    pub host_budget: Budget,
    /// Links followed from a start page at most.
    pub max_depth: u32,
    /// Of an article that is split over several pages at most so many are read.
    pub max_parts: usize,
    /// The largest body once codings are undone.
    pub body_limit_bytes: u64,
    /// Whether all known pages of the sites are looked at, due or not.
    pub recheck: bool,
    /// Whether the run does not begin while another crawl is at work on the archive.
    pub alone: bool,
    /// Whether start pages, too, are looked at only when they are due.
    pub only_due: bool,
    /// Whether pictures of articles are kept, too, where a site's rules do not say that they never are.
    pub assets: bool,
    /// Pictures lent with a host at a time: few, so that pages that become due need not wait.
    pub pictures_per_lease: usize,
    /// Visits lent with a host at a time.
    pub visits_per_lease: usize,
    /// How long a lease holds unless it is prolonged.
    pub lease_length: Duration,
    /// The longest that one exchange and the work on its answer may take; a lease covers it.
    pub exchange_limit: Duration,
    /// The longest that reading one page may take; what takes longer is a page made to.
    pub digest_limit: Duration,
    /// How long to wait for a host that rests; one that rests longer is left for the next run.
    pub patience: Duration,
    /// How long what is in flight is waited for after a stop was requested; a little is left of the
    /// five seconds in which the run is to have ended.
    pub grace: Duration,
}

impl Default for CrawlSettings {
    fn default() -> Self {
        Self {
            hosts: 16,
            gate: GateSettings::default(),
            interval: None,
            address_interval: None,
            agent: "zhanwen".to_owned(),
            max_pages: None,
            max_bytes: None,
            max_time: None,
            host_budget: Budget::default(),
            max_depth: 1000,
            max_parts: 30,
            body_limit_bytes: 50_000_000,
            recheck: false,
            only_due: false,
            alone: false,
            assets: false,
            pictures_per_lease: 8,
            visits_per_lease: 20,
            lease_length: Duration::from_mins(3),
            exchange_limit: Duration::from_secs(150),
            digest_limit: Duration::from_secs(30),
            patience: Duration::from_mins(1),
            grace: Duration::from_secs(3),
        }
    }
}

impl CrawlSettings {
    /// How much the run may take.
    pub(super) const fn budget(&self) -> Budget {
        Budget {
            pages: self.max_pages,
            bytes: self.max_bytes,
            time: self.max_time,
        }
    }
}

impl CrawlSettings {
    /// How much of the pictures of `site` is kept under `rules`, where any is.
    pub(super) fn asset_limits(&self, rules: &RuleBook, site: &SiteId) -> Option<AssetLimits> {
        let by_rules = rules_of(rules, site).map(|rules| rules.assets.clone());
        let assets = by_rules.unwrap_or_default();
        assets.limits(self.assets).cloned()
    }
}

impl World {
    /// Least time between two requests to any address.
    pub(super) fn address_interval(&self) -> Duration {
        let settings = &self.settings;
        let interval = settings.interval.unwrap_or(settings.gate.interval);
        settings
            .address_interval
            .unwrap_or_else(|| (interval / 4).min(MOST_BY_DEFAULT))
    }

    /// How much of the pictures of `site` is kept, where any is.
    pub(super) fn asset_limits(&self, site: &SiteId) -> Option<AssetLimits> {
        self.settings.asset_limits(&self.rules, site)
    }

    /// How much of the run may go to the host of `url`.
    pub(super) fn host_budget(&self, url: &PageUrl) -> Budget {
        let by_rules = self.rules.site_for(url).map(|site| site.budget);
        self.settings
            .host_budget
            .within(by_rules.unwrap_or_default())
    }

    /// How polite to be to the host of `url`.
    pub(super) fn gate_settings(&self, host: &HostKey, url: &PageUrl) -> GateSettings {
        let settings = &self.settings;
        let by_rules = || self.rules.site_for(url).and_then(|site| site.interval);
        // hosts begin their chance at different points, the same host always at the same
        let mut hasher = DefaultHasher::new();
        (settings.gate.seed, host).hash(&mut hasher);
        GateSettings {
            interval: settings
                .interval
                .or_else(by_rules)
                .unwrap_or(settings.gate.interval),
            seed: hasher.finish(),
            patience: settings.patience,
            ..settings.gate.clone()
        }
    }
}
