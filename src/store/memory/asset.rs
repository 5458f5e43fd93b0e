//! Pictures of articles, in memory.

use std::collections::BTreeMap;

use crate::archive::{
    ArchiveError, AssetCapture, AssetEntry, AssetId, AssetLease, AssetLeases, AssetOutcome,
    AssetRequest, AssetState, AssetSum, AssetVisit, Lease, LeaseToken, PageId, Scope, WantedAssets,
};
use crate::asset::Picture;
use crate::model::{ContentHash, Headers, HostKey, Image, PageUrl, SiteId, Timestamp};

use super::state::State;

/// A picture by its address.
#[derive(Debug)]
pub(super) struct Asset {
    url: PageUrl,
    page: PageId,
    site: SiteId,
    wanted: WantedAssets,
    state: AssetState,
    reason: Option<String>,
    ask: PageUrl,
    hops: u32,
    due: Option<Timestamp>,
    tries: u32,
    fetched_at: Option<Timestamp>,
    status: Option<u16>,
    headers: Headers,
    picture: Option<Picture>,
    body: Option<(ContentHash, u64)>,
}

impl State {
    /// Notes which pictures the version `number` of `page` shows, as far as they are known or, with
    /// `wanted`, wanted since that instant.
    pub(super) fn link_assets(
        &mut self,
        page: PageId,
        number: u32,
        is_new: bool,
        wanted: Option<(WantedAssets, Timestamp)>,
    ) {
        let Some(images) = self.page(page).and_then(|page| page.version(Some(number))) else {
            return;
        };
        if !is_new && wanted.is_none() {
            return;
        }
        let images = images.reading.article.images.clone();
        let mut shown = BTreeMap::new();
        for (position, image) in (1_u32..).zip(images) {
            if let Some(asset) = self.know_asset(page, position, &image, is_new, wanted) {
                shown.insert(position, asset);
            }
        }
        let page = self.page_mut(page);
        let mut versions = page.into_iter().flat_map(|page| page.versions.iter_mut());
        if let Some(version) = versions.find(|version| version.number == number) {
            version.assets.extend(shown);
        }
    }

    fn know_asset(
        &mut self,
        page: PageId,
        position: u32,
        image: &Image,
        is_new: bool,
        wanted: Option<(WantedAssets, Timestamp)>,
    ) -> Option<AssetId> {
        let known = self.assets.iter().position(|asset| asset.url == image.url);
        let id = |place: usize| Some(AssetId(i64::try_from(place + 1).ok()?));
        let Some((wanted, at)) = wanted else {
            return known.and_then(id);
        };
        let site = self.page(page)?.site.clone();
        let is_wanted = position <= wanted.at_most;
        let Some(place) = known else {
            self.hosts.entry(image.url.host()).or_default();
            self.assets.push(Asset {
                url: image.url.clone(),
                page,
                site,
                wanted,
                state: if is_wanted {
                    AssetState::Wanted
                } else {
                    AssetState::LeftOut
                },
                reason: None,
                ask: image.url.clone(),
                hops: 0,
                due: is_wanted.then_some(at),
                tries: 0,
                fetched_at: None,
                status: None,
                headers: Headers::default(),
                picture: None,
                body: None,
            });
            return id(self.assets.len() - 1);
        };
        let asset = self.assets.get_mut(place)?;
        let is_given_up = is_new && asset.due.is_none() && asset.state.is_given_up();
        if is_wanted && (asset.state == AssetState::LeftOut || is_given_up) {
            asset.page = page;
            asset.site = site;
            asset.wanted = wanted;
            asset.state = AssetState::Wanted;
            asset.reason = None;
            asset.tries = 0;
            asset.due = Some(at);
        }
        id(place)
    }

    /// Lends what can be lent.
    pub(super) fn lease_assets(&mut self, request: &AssetRequest) -> AssetLeases {
        let mut hosts: BTreeMap<HostKey, Vec<(Timestamp, usize)>> = BTreeMap::new();
        for (place, asset) in self.assets.iter().enumerate() {
            let host = asset.ask.host();
            let in_scope = match &request.scope {
                Scope::Sites(sites) => sites.contains(&asset.site),
                Scope::Pages(pages) => pages.contains(&asset.page),
            };
            let due = asset.due.filter(|due| *due <= request.now);
            if let Some(due) = due
                && in_scope
                && !request.without.contains(&asset.site)
                && !request.busy.contains(&host)
            {
                hosts.entry(host).or_default().push((due, place));
            }
        }
        for pictures in hosts.values_mut() {
            pictures.sort_unstable();
        }
        let mut hosts: Vec<_> = hosts.into_iter().collect();
        hosts.sort_by_key(|(_, pictures)| pictures.first().map(|(due, _)| *due));
        let mut leases = AssetLeases::default();
        for (host, pictures) in hosts {
            let is_ahead =
                |until: Option<Timestamp>| until.is_some_and(|until| until > request.now);
            let known = self.hosts.entry(host.clone()).or_default();
            if is_ahead(known.lease.map(|(_, until)| until)) || is_ahead(known.wanted) {
                continue;
            }
            if is_ahead(known.clock.resting_until) {
                let before = leases.again_at.into_iter();
                leases.again_at = before.chain(known.clock.resting_until).min();
                continue;
            }
            if leases.granted.len() >= request.hosts {
                break;
            }
            self.tokens += 1;
            let token = LeaseToken(self.tokens);
            self.lent.insert(token, host.clone());
            let known = self.hosts.entry(host.clone()).or_default();
            let left_behind = known.lease.replace((token, request.until)).is_some();
            let lease = Lease {
                host,
                token,
                until: request.until,
                state: known.clock.clone(),
                left_behind,
                robots: known.robots.values().cloned().collect(),
                visits: Vec::new(),
            };
            let pictures = pictures.iter().take(request.pictures_per_host);
            let pictures = pictures.filter_map(|(_, place)| self.asset_visit(*place));
            let pictures = pictures.collect();
            leases.granted.push(AssetLease { lease, pictures });
        }
        leases
    }

    fn asset_visit(&self, place: usize) -> Option<AssetVisit> {
        let asset = self.assets.get(place)?;
        let own = self.assets.iter().filter(|other| other.page == asset.page);
        Some(AssetVisit {
            asset: AssetId(i64::try_from(place + 1).ok()?),
            url: asset.ask.clone(),
            shown_at: asset.url.clone(),
            site: asset.site.clone(),
            page: asset.page,
            page_url: self.page(asset.page)?.url.clone(),
            referrer_policy: asset.wanted.referrer_policy,
            hops: asset.hops,
            tries: asset.tries,
            article_bytes: own.filter_map(|other| Some(other.body?.1)).sum(),
        })
    }

    /// Keeps what came of asking for a picture.
    pub(super) fn commit_asset(
        &mut self,
        token: LeaseToken,
        capture: AssetCapture,
    ) -> Result<(), ArchiveError> {
        let lost = || ArchiveError::LeaseLost {
            host: capture.url.host(),
        };
        let place = place(capture.asset).ok_or_else(lost)?;
        let asked = self.assets.get(place).ok_or_else(lost)?.ask.host();
        if self.lent.get(&token) != Some(&asked) {
            return Err(lost());
        }
        self.leased(token)?.clock = capture.host_state.clone();
        let asset = self.assets.get_mut(place).ok_or_else(lost)?;
        asset.state = capture.outcome.state();
        asset.reason = capture.outcome.reason().map(str::to_owned);
        asset.fetched_at = Some(capture.sent_at);
        asset.status = capture.answer.as_ref().map(|answer| answer.status);
        let headers = capture.answer.as_ref().map(|answer| answer.headers.clone());
        asset.headers = headers.unwrap_or_default();
        asset.due = None;
        match capture.outcome {
            AssetOutcome::Kept(picture) => {
                asset.picture = Some(picture);
                if let Some(body) = capture.answer.and_then(|answer| answer.entity) {
                    let hash = ContentHash::of(&body);
                    asset.body = Some((hash, u64::try_from(body.len()).unwrap_or(u64::MAX)));
                    self.entities.insert(hash, body);
                }
            }
            AssetOutcome::Moved(to) => {
                asset.due = Some(capture.sent_at);
                asset.hops += 1;
                self.hosts.entry(to.host()).or_default();
                asset.ask = to;
            }
            AssetOutcome::Failed { again_at, .. } => {
                asset.due = again_at;
                asset.tries += 1;
                asset.hops = 0;
                asset.ask = asset.url.clone();
            }
            AssetOutcome::PassedOver(_) | AssetOutcome::Refused(_) => {}
        }
        Ok(())
    }

    /// The pictures of a version of `page`, or of the current one.
    pub(super) fn assets_of(&self, page: PageId, version_no: Option<u32>) -> Vec<AssetEntry> {
        let version = self.page(page).and_then(|page| page.version(version_no));
        let shown = version.into_iter().flat_map(|version| {
            let images = (1_u32..).zip(&version.reading.article.images);
            images.filter_map(|(position, image)| {
                Some((position, image, *version.assets.get(&position)?))
            })
        });
        shown
            .filter_map(|(position, image, id)| {
                let asset = self.assets.get(place(id)?)?;
                Some(AssetEntry {
                    position,
                    asset: id,
                    url: asset.url.clone(),
                    alt: image.alt.clone(),
                    state: asset.state,
                    reason: asset.reason.clone(),
                    entity: asset.body.map(|(hash, _)| hash),
                    bytes: asset.body.map(|(_, bytes)| bytes),
                    kind: asset.picture.map(|picture| picture.kind),
                    size: asset.picture.and_then(|picture| picture.size),
                    url_requested: asset.ask.clone(),
                    fetched_at: asset.fetched_at,
                    status: asset.status,
                    headers: asset.headers.clone(),
                    due_at: asset.due,
                })
            })
            .collect()
    }

    /// The pictures of each site in numbers.
    pub(super) fn asset_sums(&self, now: Timestamp) -> Vec<AssetSum> {
        let mut sums: BTreeMap<&str, AssetSum> = BTreeMap::new();
        for asset in &self.assets {
            let sum = sums.entry(asset.site.as_str()).or_insert(AssetSum {
                site: asset.site.clone(),
                kept: 0,
                bytes: 0,
                due: 0,
                later: 0,
                given_up: 0,
                not_kept: 0,
            });
            sum.kept += u64::from(asset.state == AssetState::Kept);
            sum.bytes += asset.body.map_or(0, |(_, bytes)| bytes);
            match asset.due {
                Some(due) if due <= now => sum.due += 1,
                Some(_) => sum.later += 1,
                None => sum.given_up += u64::from(asset.state.is_given_up()),
            }
            let not_kept = [AssetState::PassedOver, AssetState::LeftOut];
            sum.not_kept += u64::from(not_kept.contains(&asset.state));
        }
        sums.into_values().collect()
    }
}

fn place(asset: AssetId) -> Option<usize> {
    usize::try_from(asset.0.checked_sub(1)?).ok()
}
