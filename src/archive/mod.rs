//! The seam to storage: [`Archive`] for who works (leases, commits), [`Library`] for who reads.
//!
//! Each method is one transaction and speaks the domain: never SQL, rows or `begin`. The unit of
//! lending is a host: one worker holds it at a time, so its politeness clock is right without a
//! shared counter, in one process or in ten. A lease has a token; a commit with a stale token is
//! refused ([`ArchiveError::LeaseLost`]), so a page may be fetched twice but is never kept twice.

mod capture;
mod changes;
mod cursor;
mod dossier;
mod error;
mod exchange;
mod facets;
mod importing;
mod lending;
mod reading;
mod report;
mod repost;
mod rereading;
mod run;
mod search;
mod statistics;
mod upcoming;

use std::fmt::Debug;
use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::health::SiteFacts;
use crate::model::{ContentHash, HostKey, HostState, KeptRobots, PageUrl, SiteId, Timestamp};
use crate::search::Expression;

pub use capture::{Answer, Capture, Committed, Observation, Reading, Redirect};
pub use changes::{ChangeEntry, ChangeFilter, Happening};
pub use cursor::{Cursor, CursorError};
pub use dossier::{Dossier, DossierScope};
pub use error::ArchiveError;
pub(crate) use exchange::brings_the_page;
pub use exchange::{KeptLook, LookPlace, LookScope};
pub(crate) use facets::{Counted, Counts};
pub use facets::{Facet, Facets};
pub use importing::{ForeignLook, ForeignPage, Import};
pub use lending::{
    Due, Lease, LeaseRequest, LeaseToken, Leases, Loan, News, PageId, Planned, Scope, Visit,
    Withheld, WithheldReason,
};
pub use reading::{ArticleLine, KeptArticle, KeptNotice, Look, SiteSummary, VersionEntry};
pub use report::{
    FailedLook, MOST_FAILED, MOST_NOTICES, RestingHost, RunReport, SpentHost, Tally, failure_kind,
};
pub use repost::{AlikePair, Fingerprint, Fingerprinted, KeptPlace, PageText, RepostPage};
pub use rereading::{
    LookAgain, LookId, MadeVersion, PastLook, PastPage, PastVersion, RereadScope, Rereading,
};
pub use run::{NewRun, RunEnd, RunEnding, RunEntry, RunId, RunKind, RunRecord, RunState};
pub use search::{FoundVersion, Hits, SearchOrder, SearchPage, Versions};
pub(crate) use search::{Place, Rank};
pub use statistics::SiteMonth;
pub use upcoming::{Backlog, Upcoming, UpcomingPage};

/// Storage for who works.
#[async_trait]
pub trait Archive: Debug + Send + Sync {
    /// Records that a run starts. One that is to be alone is refused while another crawl is at work
    /// ([`ArchiveError::Busy`]).
    async fn begin_run(&self, run: NewRun) -> Result<RunId, ArchiveError>;

    /// Records how it ended, and what it came to.
    async fn end_run(&self, run: RunId, ending: RunEnding) -> Result<(), ArchiveError>;

    /// Makes pages known and due; answers with their numbers in the order given.
    ///
    /// A URL that stands for another page (a permanent redirect) plans that page.
    async fn plan(&self, pages: Vec<Planned>) -> Result<Vec<PageId>, ArchiveError>;

    /// Makes every known page of `sites` due at `at`, unless it is due earlier. Answers how many
    /// pages of any kind that were.
    async fn recheck(&self, sites: Vec<SiteId>, at: Timestamp) -> Result<u64, ArchiveError>;

    /// Lends hosts that have due pages in scope, no holder and no rest.
    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Leases, ArchiveError>;

    /// Lends one host by name, due pages or none, for a request that its own holder does not make:
    /// a robots.txt that another host's redirects to. Who is refused goes before crawls for a while.
    async fn lease_host(
        &self,
        host: HostKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Loan, ArchiveError>;

    /// Reserves the next free instant of an address, `now` at the earliest, and with it the
    /// `interval` that follows: no two callers are given instants closer than that, in one process
    /// or in ten. An instant that is not used is lost, which costs the others an interval.
    async fn reserve(
        &self,
        address: IpAddr,
        now: Timestamp,
        interval: Duration,
    ) -> Result<Timestamp, ArchiveError>;

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

    /// Keeps fingerprints of pages and what is alike, in the place of what was kept of these pages.
    /// What was kept under another rule is forgotten with the first of a new one.
    async fn keep_fingerprints(
        &self,
        rule: u32,
        definition: &'static str,
        fingerprints: Vec<Fingerprinted>,
    ) -> Result<(), ArchiveError>;

    /// Keeps the places of pages in clusters of `rule`, and forgets those of `gone`.
    async fn keep_places(
        &self,
        rule: u32,
        places: Vec<KeptPlace>,
        gone: Vec<PageId>,
    ) -> Result<(), ArchiveError>;

    /// Keeps what reading a page anew came to, in one transaction, without any lease: no clock, due
    /// date or host is touched. Answers `false`, and keeps nothing, where the page was looked at
    /// or read anew meanwhile.
    async fn reread(&self, rereading: Rereading) -> Result<bool, ArchiveError>;

    /// Makes pages known that others looked at, each by its own address and not due; answers with their
    /// numbers in the order given. What is known stays as it is.
    async fn know(&self, pages: Vec<ForeignPage>) -> Result<Vec<PageId>, ArchiveError>;

    /// Keeps looks that others made at a page, at their own times, in one transaction and without any
    /// lease: no host or clock is touched. What the page is and when it was looked at last is moved by looks
    /// later than its last one alone; its versions, views and whether it is gone follow all looks in
    /// their order. Answers `false`, and keeps nothing, where the page was looked at or read anew
    /// meanwhile.
    async fn import(&self, import: Import) -> Result<bool, ArchiveError>;
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

    /// How many pages in `scope` have been looked at.
    async fn count_past(&self, scope: &RereadScope) -> Result<u64, ArchiveError>;

    /// The first `limit` pages in `scope` that have been looked at, numbered above `after`.
    async fn past_pages(
        &self,
        scope: &RereadScope,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageId>, ArchiveError>;

    /// A page with its past.
    async fn past(&self, page: PageId) -> Result<Option<PastPage>, ArchiveError>;

    /// The look at `url` that belongs to the look `first` at the article whose part it is: of the
    /// same run, made after `first` was sent and committed before it where there is one like that.
    async fn past_part(
        &self,
        url: &PageUrl,
        first: &PastLook,
    ) -> Result<Option<PastLook>, ArchiveError>;

    /// How many looks there are in `scope`.
    async fn count_looks(&self, scope: &LookScope) -> Result<u64, ArchiveError>;

    /// The first `limit` looks in `scope` that stand after `after`: page by page, each page's in the
    /// order of time.
    async fn kept_looks(
        &self,
        scope: &LookScope,
        after: Option<LookPlace>,
        limit: usize,
    ) -> Result<Vec<KeptLook>, ArchiveError>;

    /// The last look at `page` before `before` whose answer brought the page, so that a "not modified" then
    /// spoke for it.
    async fn look_before(
        &self,
        page: PageId,
        before: Timestamp,
    ) -> Result<Option<KeptLook>, ArchiveError>;

    /// What is kept of each site.
    async fn sites(&self) -> Result<Vec<SiteSummary>, ArchiveError>;

    /// The articles of a site or of all, newest publish time first.
    async fn articles(
        &self,
        site: Option<&SiteId>,
        limit: usize,
    ) -> Result<Vec<ArticleLine>, ArchiveError>;

    /// The articles that `search` means, and how many there are.
    async fn search(&self, search: &Expression, page: SearchPage) -> Result<Hits, ArchiveError>;

    /// Every version that `search` means, in order.
    async fn found(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Result<Vec<FoundVersion>, ArchiveError>;

    /// What `search` finds, counted by what is known of it; `most` values of each kind.
    async fn facets(
        &self,
        search: &Expression,
        versions: Versions,
        most: usize,
    ) -> Result<Facets, ArchiveError>;

    /// These versions, in the order given, as the archive has them at one instant; one that it does not
    /// have is left out. Whoever wants many asks in portions.
    async fn kept(&self, versions: Vec<FoundVersion>) -> Result<Vec<KeptArticle>, ArchiveError>;
    /// Everything that is kept of the articles of `pages`, in their order; those without one are left out.
    async fn dossiers(
        &self,
        pages: Vec<PageId>,
        scope: DossierScope,
    ) -> Result<Vec<Dossier>, ArchiveError>;

    /// What happened to articles after they were first kept, latest first.
    async fn changes(&self, filter: ChangeFilter) -> Result<Vec<ChangeEntry>, ArchiveError>;

    /// Numbers of `sites`, or of all where it is empty, by the months in which articles were published; in
    /// the order of sites and months, what has no publish time first.
    async fn months(&self, sites: &[SiteId]) -> Result<Vec<SiteMonth>, ArchiveError>;

    /// The notices kept, latest first.
    async fn notices(&self) -> Result<Vec<KeptNotice>, ArchiveError>;

    /// The last `limit` runs, latest first, as they stand at `now`.
    async fn runs(&self, now: Timestamp, limit: usize) -> Result<Vec<RunEntry>, ArchiveError>;

    /// One run with what it came to, as it stands at `now`.
    async fn run(&self, run: RunId, now: Timestamp) -> Result<Option<RunRecord>, ArchiveError>;

    /// The hosts with pages of `sites` that are due at `now`, the longest due first.
    async fn backlog(&self, sites: &[SiteId], now: Timestamp)
    -> Result<Vec<Backlog>, ArchiveError>;

    /// The first `limit` pages of `sites` on `host` that are due at `now`, in the order in which
    /// they would be lent, and the host's robots.txt files.
    async fn upcoming(
        &self,
        host: &HostKey,
        sites: &[SiteId],
        now: Timestamp,
        limit: usize,
    ) -> Result<Upcoming, ArchiveError>;

    /// What is to be known of each site to say whether it is well.
    async fn health(&self, now: Timestamp) -> Result<Vec<SiteFacts>, ArchiveError>;

    /// The first `limit` texts of articles numbered above `after` that have no fingerprint of their
    /// current version under `rule`.
    async fn texts_without_fingerprint(
        &self,
        rule: u32,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageText>, ArchiveError>;

    /// The current texts of `pages`, in their order; those without one are left out.
    async fn texts(&self, pages: Vec<PageId>) -> Result<Vec<PageText>, ArchiveError>;

    /// Every fingerprint of `rule`, by page.
    async fn fingerprints(&self, rule: u32) -> Result<Vec<Fingerprint>, ArchiveError>;

    /// Every pair of pages that are alike under `rule`, by page.
    async fn alike_pairs(&self, rule: u32) -> Result<Vec<AlikePair>, ArchiveError>;

    /// Every place in a cluster that is kept under `rule`, by page.
    async fn places(&self, rule: u32) -> Result<Vec<KeptPlace>, ArchiveError>;

    /// What is to be told of `pages` in a cluster, in their order.
    async fn repost_pages(&self, pages: Vec<PageId>) -> Result<Vec<RepostPage>, ArchiveError>;
}
