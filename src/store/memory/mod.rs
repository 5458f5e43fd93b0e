//! An archive in memory: for work whose results are shown and not kept, and for tests.
//!
//! It follows the rules of [`crate::store`] as the archive in a file does, and forgets everything
//! when it is dropped.

mod commit;
mod lease;
mod plan;
mod reading;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;

use crate::archive::{
    Archive, ArchiveError, ArticleLine, Capture, Committed, KeptArticle, KeptNotice, LeaseRequest,
    LeaseToken, Leases, Library, Look, NewRun, PageId, Planned, RunEnd, RunId, SiteSummary,
    VersionEntry,
};
use crate::model::{ContentHash, HostState, KeptRobots, PageUrl, SiteId, Timestamp};

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
    async fn begin_run(&self, _run: NewRun) -> Result<RunId, ArchiveError> {
        let mut state = self.state();
        state.runs += 1;
        Ok(RunId(state.runs))
    }

    async fn end_run(
        &self,
        _run: RunId,
        _end: RunEnd,
        _at: Timestamp,
        _error: Option<String>,
    ) -> Result<(), ArchiveError> {
        // nobody can read runs back through the seam
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

    async fn notices(&self) -> Result<Vec<KeptNotice>, ArchiveError> {
        Ok(self.state().notices())
    }
}
