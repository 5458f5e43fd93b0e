//! What the archive in memory consists of.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use bytes::Bytes;

use crate::archive::{
    AssetId, Fingerprint, KeptNotice, KeptPlace, LeaseToken, Look, LookId, NewRun, PageId, Reading,
    RunEnding, RunId,
};
use crate::model::{
    ContentHash, Headers, HostKey, HostState, KeptRobots, PageKind, PageUrl, SiteId, Timestamp,
    ViewsNote,
};
use crate::schedule::Trust;
use crate::store::progress::{Counter, Progress, Walk};

use super::asset::Asset;
use super::saved::Saved;

/// Everything kept.
#[derive(Debug, Default)]
pub(super) struct State {
    /// In the order of their numbers, which count from 1.
    pub(super) runs: Vec<Run>,
    pub(super) tokens: i64,
    /// The number of the latest look, or of the latest version that was read anew.
    pub(super) last_look: i64,
    pub(super) hosts: BTreeMap<HostKey, Host>,
    /// When each address is free.
    pub(super) addresses: HashMap<IpAddr, Timestamp>,
    /// Which host each token was for, lost leases included.
    pub(super) lent: HashMap<LeaseToken, HostKey>,
    /// In the order of their numbers, which count from 1.
    pub(super) pages: Vec<Page>,
    pub(super) keys: HashMap<String, PageId>,
    /// The page that stands for the key of another, after a permanent redirect.
    pub(super) aliases: HashMap<String, PageId>,
    /// In the order of their numbers, which count from 1.
    pub(super) assets: Vec<Asset>,
    pub(super) entities: HashMap<ContentHash, Bytes>,
    /// By site, kind and address.
    pub(super) notices: BTreeMap<(String, &'static str, String), KeptNotice>,
    pub(super) reposts: Reposts,
    pub(super) saved: Vec<Saved>,
}

/// What is known of reposts.
#[derive(Debug, Default)]
pub(super) struct Reposts {
    /// Under which rule.
    pub(super) rule: Option<u32>,
    pub(super) fingerprints: BTreeMap<PageId, Fingerprint>,
    /// The lower page first.
    pub(super) pairs: BTreeMap<(PageId, PageId), f64>,
    pub(super) places: BTreeMap<PageId, KeptPlace>,
}

/// A run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) start: NewRun,
    pub(super) ending: Option<RunEnding>,
}

/// A host with its clock.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) clock: HostState,
    pub(super) lease: Option<(LeaseToken, Timestamp)>,
    pub(super) robots: BTreeMap<String, KeptRobots>,
    /// How often the claims of its sitemaps came true.
    pub(super) trust: Trust,
    /// Until when somebody's wish for named pages of it stands.
    pub(super) wanted: Option<Timestamp>,
}

/// A page with its past.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) id: PageId,
    pub(super) key: String,
    pub(super) url: PageUrl,
    pub(super) site: SiteId,
    pub(super) kind: PageKind,
    pub(super) depth: u32,
    pub(super) referer: Option<PageUrl>,
    /// `None` where another page stands for it.
    pub(super) due: Option<Timestamp>,
    pub(super) progress: Progress,
    /// When its sitemap says that it changed.
    pub(super) claimed_at: Option<Timestamp>,
    pub(super) walk: Walk,
    pub(super) counter: Counter,
    pub(super) current_no: Option<u32>,
    /// In the order of their numbers, which count from 1.
    pub(super) versions: Vec<Version>,
    pub(super) looks: Vec<PastLook>,
}

/// A distinct content of a page.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) number: u32,
    /// Its number among all versions and looks, in the order in which they were kept.
    pub(super) serial: i64,
    pub(super) observed_at: Timestamp,
    pub(super) status: Option<u16>,
    pub(super) reading: Reading,
    /// Its pictures as far as they are known, by their place among them, from 1.
    pub(super) assets: BTreeMap<u32, AssetId>,
    /// The run that read it anew, where no look made it.
    pub(super) reread_in: Option<RunId>,
}

/// One look, and what was asked for in which run.
#[derive(Debug)]
pub(super) struct PastLook {
    pub(super) id: LookId,
    pub(super) look: Look,
    pub(super) headers: Headers,
    pub(super) views_note: Option<ViewsNote>,
    pub(super) run: RunId,
    pub(super) url: PageUrl,
    pub(super) wire_length: u64,
    pub(super) peer: Option<IpAddr>,
    /// The kind of failure, where no answer came.
    pub(super) error: Option<&'static str>,
}

impl State {
    /// The page numbered `id`.
    pub(super) fn page(&self, id: PageId) -> Option<&Page> {
        self.pages.get(place(id)?)
    }

    /// The page numbered `id`, to be changed.
    pub(super) fn page_mut(&mut self, id: PageId) -> Option<&mut Page> {
        self.pages.get_mut(place(id)?)
    }
}

impl Page {
    /// The version numbered `version_no`, or the current one.
    pub(super) fn version(&self, version_no: Option<u32>) -> Option<&Version> {
        let number = version_no.or(self.current_no)?;
        self.versions
            .iter()
            .find(|version| version.number == number)
    }

    /// Whether looks saw several versions; one that was only read anew is none of them.
    pub(super) fn was_edited(&self) -> bool {
        let mut seen = self.looks.iter().filter_map(|past| past.look.version_no);
        self.current_no
            .is_some_and(|current| seen.any(|number| number != current))
    }

    /// Whether it was asked for in `run`.
    pub(super) fn asked_in(&self, run: RunId) -> bool {
        self.looks.iter().any(|look| look.run == run)
    }
}

fn place(id: PageId) -> Option<usize> {
    usize::try_from(id.0.checked_sub(1)?).ok()
}
