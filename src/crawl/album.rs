//! What a run has spent of each site's share of pictures, and where it asks for no more.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::archive::AssetState;
use crate::asset::AssetLimits;
use crate::model::{HostKey, SiteId};

/// What a run has spent on pictures, and what they came to.
#[derive(Debug, Default)]
pub(super) struct Album {
    sites: HashMap<SiteId, Share>,
    spent: HashSet<SiteId>,
    left: HashSet<HostKey>,
}

/// What was spent of a site's share.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    pictures: u64,
    bytes: u64,
}

impl Album {
    /// Takes one request for a picture of `site` from its share; answers how many bytes there are left
    /// for it, nothing where the share is used up.
    pub(super) fn begin(&mut self, site: &SiteId, limits: Option<&AssetLimits>) -> Option<u64> {
        let share = self.sites.entry(site.clone()).or_default();
        let left = limits.and_then(|limits| {
            let bytes = limits.run_bytes.saturating_sub(share.bytes);
            (share.pictures < limits.run_pictures && bytes > 0).then_some(bytes)
        });
        match left {
            Some(_) => share.pictures += 1,
            None => self.spend(site),
        }
        left
    }

    /// Gives a request back: it was not sent.
    pub(super) fn withdraw(&mut self, site: &SiteId) {
        if let Some(share) = self.sites.get_mut(site) {
            share.pictures = share.pictures.saturating_sub(1);
        }
    }

    /// Counts `bytes` received for `site`.
    pub(super) fn receive(&mut self, site: &SiteId, bytes: u64) {
        let share = self.sites.entry(site.clone()).or_default();
        share.bytes = share.bytes.saturating_add(bytes);
    }

    /// Has no more pictures of `site` asked for in this run.
    pub(super) fn spend(&mut self, site: &SiteId) {
        self.spent.insert(site.clone());
    }

    /// Has no more pictures asked for of `host` in this run.
    pub(super) fn leave(&mut self, host: &HostKey) {
        self.left.insert(host.clone());
    }

    /// The sites whose shares are used up.
    pub(super) fn spent(&self) -> Vec<SiteId> {
        self.spent.iter().cloned().collect()
    }

    /// The hosts that are asked for no more pictures.
    pub(super) fn left(&self) -> Vec<HostKey> {
        self.left.iter().cloned().collect()
    }
}

/// What requests for pictures came to in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetTally {
    /// How many requests were answered or failed, redirects and refusals included.
    pub asked: u64,
    /// How many pictures are now in which state.
    pub states: BTreeMap<AssetState, u64>,
    /// Bytes of body that crossed the wire.
    pub wire_bytes: u64,
}

impl AssetTally {
    /// How many pictures are now in `state`.
    pub fn of(&self, state: AssetState) -> u64 {
        self.states.get(&state).copied().unwrap_or_default()
    }

    /// Counts one request.
    pub(super) fn note(&mut self, state: AssetState, was_sent: bool, wire_bytes: u64) {
        self.asked += u64::from(was_sent);
        self.wire_bytes += wire_bytes;
        // one that redirects is counted where it ends
        if state != AssetState::Wanted {
            *self.states.entry(state).or_default() += 1;
        }
    }

    /// The counts as they are kept with the run; none of a run that asked for no pictures.
    pub(super) fn kept(&self) -> BTreeMap<String, u64> {
        let states = [
            ("pictures_kept", AssetState::Kept),
            ("pictures_failed", AssetState::Failed),
            ("pictures_passed_over", AssetState::PassedOver),
            ("pictures_refused", AssetState::Refused),
        ];
        let counts = states.map(|(name, state)| (name, self.of(state)));
        let requests = [
            ("picture_requests", self.asked),
            ("picture_bytes_received", self.wire_bytes),
        ];
        let all = counts.into_iter().chain(requests);
        all.filter(|(_, count)| *count > 0)
            .map(|(name, count)| (name.to_owned(), count))
            .collect()
    }
}
