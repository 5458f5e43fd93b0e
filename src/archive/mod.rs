//! The seam to storage: [`Archive`] for who works (leases, commits), [`Library`] for who reads.
//!
//! Each method is one transaction and speaks the domain: never SQL, rows or `begin`. The unit of
//! lending is a host: one worker holds it at a time, so its politeness clock is right without a
//! shared counter, in one process or in ten. A lease has a token; a commit with a stale token is
//! refused ([`ArchiveError::LeaseLost`]), so a page may be fetched twice but is never kept twice.

mod capture;
mod error;
mod lending;
mod reading;
mod run;

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;

use crate::model::{ContentHash, HostState, KeptRobots, PageUrl, SiteId, Timestamp};

pub use capture::{Answer, Capture, Committed, Observation, Reading, Redirect};
pub use error::ArchiveError;
pub use lending::{
    Due, Lease, LeaseRequest, LeaseToken, Leases, PageId, Planned, Scope, Visit, Withheld,
    WithheldReason,
};
pub use reading::{ArticleLine, KeptArticle, KeptNotice, Look, SiteSummary, VersionEntry};
pub use run::{NewRun, RunEnd, RunId, RunKind};

/// Storage for who works.
#[async_trait]
pub trait Archive: Debug + Send + Sync {
    /// Records that a run starts.
    async fn begin_run(&self, run: NewRun) -> Result<RunId, ArchiveError>;

    /// Records how it ended.
    async fn end_run(
        &self,
        run: RunId,
        end: RunEnd,
        at: Timestamp,
        error: Option<String>,
    ) -> Result<(), ArchiveError>;

    /// Makes pages known and due; answers with their numbers in the order given.
    ///
    /// A URL that stands for another page (a permanent redirect) plans that page.
    async fn plan(&self, pages: Vec<Planned>) -> Result<Vec<PageId>, ArchiveError>;

    /// Makes every known page of `sites` due at `at`, unless it is due earlier. Answers how many
    /// pages of any kind that were.
    async fn recheck(&self, sites: Vec<SiteId>, at: Timestamp) -> Result<u64, ArchiveError>;

    /// Lends hosts that have due pages in scope, no holder and no rest.
    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Leases, ArchiveError>;

    /// Prolongs a lease.
    async fn renew(&self, token: LeaseToken, until: Timestamp) -> Result<(), ArchiveError>;

    /// Gives a host back with its clock.
    async fn release(&self, token: LeaseToken, state: HostState) -> Result<(), ArchiveError>;

    /// Keeps a robots.txt of the leased host, and the host's clock after asking for it.
    async fn keep_robots(
        &self,
        token: LeaseToken,
        robots: KeptRobots,
        state: HostState,
    ) -> Result<(), ArchiveError>;

    /// Keeps one look with all that follows from it, in one transaction.
    async fn commit(&self, token: LeaseToken, capture: Capture) -> Result<Committed, ArchiveError>;
}

/// Storage for who reads.
#[async_trait]
pub trait Library: Debug + Send + Sync {
    /// The page that `url` stands for, any kept spelling.
    async fn find(&self, url: &PageUrl) -> Result<Option<PageId>, ArchiveError>;

    /// The given version of a page's article, or the current one.
    async fn article(
        &self,
        page: PageId,
        version_no: Option<u32>,
    ) -> Result<Option<KeptArticle>, ArchiveError>;

    /// All versions of a page, first to last.
    async fn versions(&self, page: PageId) -> Result<Vec<VersionEntry>, ArchiveError>;

    /// All looks at a page, first to last.
    async fn looks(&self, page: PageId) -> Result<Vec<Look>, ArchiveError>;

    /// The entity body kept under `hash`, checked against it.
    async fn entity(&self, hash: ContentHash) -> Result<Option<Bytes>, ArchiveError>;

    /// What is kept of each site.
    async fn sites(&self) -> Result<Vec<SiteSummary>, ArchiveError>;

    /// The articles of a site or of all, newest publish time first.
    async fn articles(
        &self,
        site: Option<&SiteId>,
        limit: usize,
    ) -> Result<Vec<ArticleLine>, ArchiveError>;

    /// The notices kept, latest first.
    async fn notices(&self) -> Result<Vec<KeptNotice>, ArchiveError>;
}
