//! An archive in memory: for work whose results are shown and not kept, and for tests.
//!
//! It follows the rules of [`crate::store`] as the archive in a file does, and forgets everything
//! when it is dropped.

mod changes;
mod commit;
mod dossier;
mod exchange;
mod health;
mod import;
mod lease;
mod plan;
mod reading;
mod repost;
mod reread;
mod runs;
mod search;
mod state;
mod statistics;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::archive::{
    AlikePair, Archive, ArchiveError, ArticleLine, Backlog, Capture, ChangeEntry, ChangeFilter,
    Committed, Dossier, DossierScope, Facets, Fingerprint, Fingerprinted, ForeignPage,
    FoundVersion, Hits, Import, KeptArticle, KeptLook, KeptNotice, KeptPlace, LeaseRequest,
    LeaseToken, Leases, Library, Loan, Look, LookPlace, LookScope, NewRun, PageId, PageText,
    PastLook, PastPage, Planned, RepostPage, RereadScope, Rereading, RunEnding, RunEntry, RunId,
    RunRecord, SearchOrder, SearchPage, SiteMonth, SiteSummary, Upcoming, VersionEntry, Versions,
};
use crate::health::SiteFacts;
use crate::model::{ContentHash, HostKey, HostState, KeptRobots, PageUrl, SiteId, Timestamp};
use crate::search::Expression;

use crate::store::next_slot;
use state::State;

/// An archive that lives as long as the process.
#[derive(Debug, Default)]
pub struct MemoryArchive(Mutex<State>);

impl MemoryArchive {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Archive for MemoryArchive {
    async fn begin_run(&self, run: NewRun) -> Result<RunId, ArchiveError> {
        self.state().begin_run(run)
    }

    async fn end_run(&self, run: RunId, ending: RunEnding) -> Result<(), ArchiveError> {
        self.state().end_run(run, ending);
        Ok(())
    }

    async fn plan(&self, pages: Vec<Planned>) -> Result<Vec<PageId>, ArchiveError> {
        let mut state = self.state();
        Ok(pages.iter().map(|page| state.plan(page).0).collect())
    }

    async fn recheck(&self, sites: Vec<SiteId>, at: Timestamp) -> Result<u64, ArchiveError> {
        Ok(self.state().recheck(&sites, at))
    }

    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Leases, ArchiveError> {
        Ok(self.state().lease_hosts(&request))
    }

    async fn lease_host(
        &self,
        host: HostKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Loan, ArchiveError> {
        Ok(self.state().lease_host(host, now, until))
    }

    async fn reserve(
        &self,
        address: IpAddr,
        now: Timestamp,
        interval: Duration,
    ) -> Result<Timestamp, ArchiveError> {
        let mut state = self.state();
        let slot = next_slot(state.addresses.get(&address).copied(), now, interval);
        state.addresses.insert(address, slot.plus(interval));
        Ok(slot)
    }

    async fn renew(&self, token: LeaseToken, until: Timestamp) -> Result<(), ArchiveError> {
        self.state().renew(token, until)
    }

    async fn release(&self, token: LeaseToken, host: HostState) -> Result<(), ArchiveError> {
        self.state().release(token, host)
    }

    async fn keep_robots(
        &self,
        token: LeaseToken,
        robots: KeptRobots,
        host: HostState,
    ) -> Result<(), ArchiveError> {
        self.state().keep_robots(token, robots, host)
    }

    async fn commit(&self, token: LeaseToken, capture: Capture) -> Result<Committed, ArchiveError> {
        self.state().commit(token, &capture)
    }

    async fn keep_fingerprints(
        &self,
        rule: u32,
        _definition: &'static str,
        fingerprints: Vec<Fingerprinted>,
    ) -> Result<(), ArchiveError> {
        self.state().keep_fingerprints(rule, &fingerprints);
        Ok(())
    }

    async fn keep_places(
        &self,
        rule: u32,
        places: Vec<KeptPlace>,
        gone: Vec<PageId>,
    ) -> Result<(), ArchiveError> {
        self.state().keep_places(rule, &places, &gone);
        Ok(())
    }

    async fn reread(&self, rereading: Rereading) -> Result<bool, ArchiveError> {
        Ok(self.state().reread(&rereading))
    }

    async fn know(&self, pages: Vec<ForeignPage>) -> Result<Vec<PageId>, ArchiveError> {
        Ok(self.state().know(&pages))
    }

    async fn import(&self, import: Import) -> Result<bool, ArchiveError> {
        Ok(self.state().import(&import))
    }
}

#[async_trait]
impl Library for MemoryArchive {
    async fn find(&self, url: &PageUrl) -> Result<Option<PageId>, ArchiveError> {
        Ok(self.state().find(url))
    }

    async fn article(
        &self,
        page: PageId,
        version_no: Option<u32>,
    ) -> Result<Option<KeptArticle>, ArchiveError> {
        Ok(self.state().article(page, version_no))
    }

    async fn versions(&self, page: PageId) -> Result<Vec<VersionEntry>, ArchiveError> {
        Ok(self.state().versions(page))
    }

    async fn looks(&self, page: PageId) -> Result<Vec<Look>, ArchiveError> {
        Ok(self.state().looks(page))
    }

    async fn entity(&self, hash: ContentHash) -> Result<Option<Bytes>, ArchiveError> {
        Ok(self.state().entities.get(&hash).cloned())
    }

    async fn count_past(&self, scope: &RereadScope) -> Result<u64, ArchiveError> {
        let pages = self.state().past_pages(scope, PageId(0), usize::MAX);
        Ok(u64::try_from(pages.len()).unwrap_or(u64::MAX))
    }

    async fn past_pages(
        &self,
        scope: &RereadScope,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageId>, ArchiveError> {
        Ok(self.state().past_pages(scope, after, limit))
    }

    async fn past(&self, page: PageId) -> Result<Option<PastPage>, ArchiveError> {
        Ok(self.state().past(page))
    }

    async fn past_part(
        &self,
        url: &PageUrl,
        first: &PastLook,
    ) -> Result<Option<PastLook>, ArchiveError> {
        Ok(self.state().past_part(url, first))
    }

    async fn count_looks(&self, scope: &LookScope) -> Result<u64, ArchiveError> {
        let looks = self.state().kept_looks(scope, None, usize::MAX);
        Ok(u64::try_from(looks.len()).unwrap_or(u64::MAX))
    }

    async fn kept_looks(
        &self,
        scope: &LookScope,
        after: Option<LookPlace>,
        limit: usize,
    ) -> Result<Vec<KeptLook>, ArchiveError> {
        Ok(self.state().kept_looks(scope, after, limit))
    }

    async fn look_before(
        &self,
        page: PageId,
        before: Timestamp,
    ) -> Result<Option<KeptLook>, ArchiveError> {
        Ok(self.state().look_before(page, before))
    }

    async fn sites(&self) -> Result<Vec<SiteSummary>, ArchiveError> {
        Ok(self.state().sites())
    }

    async fn articles(
        &self,
        site: Option<&SiteId>,
        limit: usize,
    ) -> Result<Vec<ArticleLine>, ArchiveError> {
        Ok(self.state().articles(site, limit))
    }

    async fn search(&self, search: &Expression, page: SearchPage) -> Result<Hits, ArchiveError> {
        Ok(self.state().search(search, &page))
    }

    async fn found(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Result<Vec<FoundVersion>, ArchiveError> {
        Ok(self.state().found(search, order, versions))
    }

    async fn facets(
        &self,
        search: &Expression,
        versions: Versions,
        most: usize,
    ) -> Result<Facets, ArchiveError> {
        Ok(self.state().facets(search, versions, most))
    }

    async fn kept(&self, versions: Vec<FoundVersion>) -> Result<Vec<KeptArticle>, ArchiveError> {
        let state = self.state();
        let kept = versions
            .iter()
            .filter_map(|found| state.article(found.page, Some(found.version_no)));
        Ok(kept.collect())
    }

    async fn dossiers(
        &self,
        pages: Vec<PageId>,
        scope: DossierScope,
    ) -> Result<Vec<Dossier>, ArchiveError> {
        Ok(self.state().dossiers(&pages, scope))
    }

    async fn changes(&self, filter: ChangeFilter) -> Result<Vec<ChangeEntry>, ArchiveError> {
        Ok(self.state().changes(&filter))
    }

    async fn months(&self, sites: &[SiteId]) -> Result<Vec<SiteMonth>, ArchiveError> {
        Ok(self.state().months(sites))
    }

    async fn notices(&self) -> Result<Vec<KeptNotice>, ArchiveError> {
        Ok(self.state().notices())
    }

    async fn runs(&self, _now: Timestamp, limit: usize) -> Result<Vec<RunEntry>, ArchiveError> {
        Ok(self.state().runs(limit))
    }

    async fn run(&self, run: RunId, _now: Timestamp) -> Result<Option<RunRecord>, ArchiveError> {
        Ok(self.state().run(run))
    }

    async fn backlog(
        &self,
        sites: &[SiteId],
        now: Timestamp,
    ) -> Result<Vec<Backlog>, ArchiveError> {
        Ok(self.state().backlog(sites, now))
    }

    async fn upcoming(
        &self,
        host: &HostKey,
        sites: &[SiteId],
        now: Timestamp,
        limit: usize,
    ) -> Result<Upcoming, ArchiveError> {
        Ok(self.state().upcoming(host, sites, now, limit))
    }

    async fn health(&self, now: Timestamp) -> Result<Vec<SiteFacts>, ArchiveError> {
        Ok(self.state().health(now))
    }

    async fn texts_without_fingerprint(
        &self,
        rule: u32,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageText>, ArchiveError> {
        Ok(self.state().unread(rule, after, limit))
    }

    async fn texts(&self, pages: Vec<PageId>) -> Result<Vec<PageText>, ArchiveError> {
        Ok(self.state().texts(&pages))
    }

    async fn fingerprints(&self, rule: u32) -> Result<Vec<Fingerprint>, ArchiveError> {
        Ok(self.state().fingerprints(rule))
    }

    async fn alike_pairs(&self, rule: u32) -> Result<Vec<AlikePair>, ArchiveError> {
        Ok(self.state().repost_pairs(rule))
    }

    async fn places(&self, rule: u32) -> Result<Vec<KeptPlace>, ArchiveError> {
        Ok(self.state().places(rule))
    }

    async fn repost_pages(&self, pages: Vec<PageId>) -> Result<Vec<RepostPage>, ArchiveError> {
        Ok(self.state().repost_pages(&pages))
    }
}
