//! The archive for who reads: read-only connections, used on the blocking pool.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::archive::{
    AlikePair, ArchiveError, ArticleLine, Backlog, ChangeEntry, ChangeFilter, Dossier,
    DossierScope, Facets, Fingerprint, FoundVersion, Hits, KeptArticle, KeptLook, KeptNotice,
    KeptPlace, Library, Look, LookPlace, LookScope, PageId, PageText, PastLook, PastPage,
    RepostPage, RereadScope, RunEntry, RunId, RunRecord, SearchOrder, SearchPage, SiteMonth,
    SiteSummary, Upcoming, VersionEntry, Versions,
};
use crate::canon::urlkey;
use crate::health::SiteFacts;
use crate::model::{ContentHash, HostKey, PageUrl, SiteId, Timestamp};
use crate::search::Expression;

use super::connection::open_reading;
use super::fault::Fault;
use super::plan::keys_text;
use super::{
    blob, changes, dossier, exchange, health, notice, reading, repost, reread, runs, search,
    statistics, upcoming,
};

/// Readers at work at the same time, at most; others wait for their turn.
const READERS: usize = 4;

/// An archive file opened for reading. It can neither lease nor write.
#[derive(Debug, Clone)]
pub struct SqliteLibrary(Arc<Shelf>);

#[derive(Debug)]
struct Shelf {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    turns: Arc<Semaphore>,
}

impl SqliteLibrary {
    /// Opens the archive at `path`, which must exist. A newer schema than the one known is read
    /// as far as its older parts go.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = path.as_ref().to_owned();
        let first = open_reading(&path)?;
        Ok(Self(Arc::new(Shelf {
            path,
            idle: Mutex::new(vec![first]),
            turns: Arc::new(Semaphore::new(READERS)),
        })))
    }

    async fn read<T, R>(&self, doing: &'static str, question: R) -> Result<T, ArchiveError>
    where
        T: Send + 'static,
        R: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let broken = |source| ArchiveError::Store { doing, source };
        let turn = Arc::clone(&self.0.turns)
            .acquire_owned()
            .await
            .map_err(|closed| broken(closed.into()))?;
        let shelf = Arc::clone(&self.0);
        let answer = tokio::task::spawn_blocking(move || {
            let connection = shelf.take()?;
            let found = question(&connection).map_err(|fault| fault.told(doing, &shelf.path));
            shelf.put_back(connection);
            drop(turn);
            found
        });
        answer.await.map_err(|broke| broken(broke.into()))?
    }
}

impl Shelf {
    fn take(&self) -> Result<Connection, ArchiveError> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        match idle {
            Some(connection) => Ok(connection),
            None => open_reading(&self.path),
        }
    }

    fn put_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(connection);
    }
}

#[async_trait]
impl Library for SqliteLibrary {
    async fn find(&self, url: &PageUrl) -> Result<Option<PageId>, ArchiveError> {
        let key = urlkey(url);
        self.read("find a page", move |connection| {
            reading::find(connection, &key)
        })
        .await
    }

    async fn article(
        &self,
        page: PageId,
        version_no: Option<u32>,
    ) -> Result<Option<KeptArticle>, ArchiveError> {
        self.read("read an article", move |connection| {
            reading::article(connection, page, version_no)
        })
        .await
    }

    async fn versions(&self, page: PageId) -> Result<Vec<VersionEntry>, ArchiveError> {
        self.read("read the versions of a page", move |connection| {
            reading::versions(connection, page)
        })
        .await
    }

    async fn looks(&self, page: PageId) -> Result<Vec<Look>, ArchiveError> {
        self.read("read the looks at a page", move |connection| {
            reading::looks(connection, page)
        })
        .await
    }

    async fn entity(&self, hash: ContentHash) -> Result<Option<Bytes>, ArchiveError> {
        self.read("read a kept body", move |connection| {
            blob::read(connection, hash)
        })
        .await
    }

    async fn count_past(&self, scope: &RereadScope) -> Result<u64, ArchiveError> {
        let scope = scope.clone();
        self.read("count the pages kept", move |connection| {
            reread::count(connection, &scope)
        })
        .await
    }

    async fn past_pages(
        &self,
        scope: &RereadScope,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageId>, ArchiveError> {
        let scope = scope.clone();
        self.read("list the pages kept", move |connection| {
            reread::pages(connection, &scope, after, limit)
        })
        .await
    }

    async fn past(&self, page: PageId) -> Result<Option<PastPage>, ArchiveError> {
        self.read("read the past of a page", move |connection| {
            reread::past(connection, page)
        })
        .await
    }

    async fn past_part(
        &self,
        url: &PageUrl,
        first: &PastLook,
    ) -> Result<Option<PastLook>, ArchiveError> {
        let (key, first) = (urlkey(url), first.clone());
        self.read("read a look at a part", move |connection| {
            reread::part(connection, &key, &first)
        })
        .await
    }

    async fn count_looks(&self, scope: &LookScope) -> Result<u64, ArchiveError> {
        let scope = scope.clone();
        self.read("count looks", move |connection| {
            exchange::count(connection, &scope)
        })
        .await
    }

    async fn kept_looks(
        &self,
        scope: &LookScope,
        after: Option<LookPlace>,
        limit: usize,
    ) -> Result<Vec<KeptLook>, ArchiveError> {
        let scope = scope.clone();
        self.read("read looks", move |connection| {
            exchange::looks(connection, &scope, after, limit)
        })
        .await
    }

    async fn look_before(
        &self,
        page: PageId,
        before: Timestamp,
    ) -> Result<Option<KeptLook>, ArchiveError> {
        self.read("read a look", move |connection| {
            exchange::before(connection, page, before)
        })
        .await
    }

    async fn sites(&self) -> Result<Vec<SiteSummary>, ArchiveError> {
        self.read("read what is kept of each site", reading::sites)
            .await
    }

    async fn articles(
        &self,
        site: Option<&SiteId>,
        limit: usize,
    ) -> Result<Vec<ArticleLine>, ArchiveError> {
        let site = site.map(|site| site.as_str().to_owned());
        self.read("list articles", move |connection| {
            reading::articles(connection, site.as_deref(), limit)
        })
        .await
    }

    async fn search(&self, search: &Expression, page: SearchPage) -> Result<Hits, ArchiveError> {
        let search = search.clone();
        self.read("search the archive", move |connection| {
            search::search(connection, &search, &page)
        })
        .await
    }

    async fn found(
        &self,
        search: &Expression,
        order: SearchOrder,
        versions: Versions,
    ) -> Result<Vec<FoundVersion>, ArchiveError> {
        let search = search.clone();
        self.read("search the archive", move |connection| {
            search::found(connection, &search, order, versions)
        })
        .await
    }

    async fn facets(
        &self,
        search: &Expression,
        versions: Versions,
        most: usize,
    ) -> Result<Facets, ArchiveError> {
        let search = search.clone();
        self.read("count what is found", move |connection| {
            search::facets(connection, &search, versions, most)
        })
        .await
    }

    async fn kept(&self, versions: Vec<FoundVersion>) -> Result<Vec<KeptArticle>, ArchiveError> {
        self.read("read articles", move |connection| {
            reading::kept(connection, &versions)
        })
        .await
    }

    async fn dossiers(
        &self,
        pages: Vec<PageId>,
        scope: DossierScope,
    ) -> Result<Vec<Dossier>, ArchiveError> {
        self.read("read articles with their past", move |connection| {
            dossier::dossiers(connection, &pages, scope)
        })
        .await
    }

    async fn changes(&self, filter: ChangeFilter) -> Result<Vec<ChangeEntry>, ArchiveError> {
        self.read("list changes", move |connection| {
            changes::changes(connection, &filter)
        })
        .await
    }

    async fn months(&self, sites: &[SiteId]) -> Result<Vec<SiteMonth>, ArchiveError> {
        let sites = sites.to_vec();
        self.read("add up months", move |connection| {
            statistics::months(connection, &sites)
        })
        .await
    }

    async fn notices(&self) -> Result<Vec<KeptNotice>, ArchiveError> {
        self.read("read what is to be known of the sites", notice::all)
            .await
    }

    async fn runs(&self, now: Timestamp, limit: usize) -> Result<Vec<RunEntry>, ArchiveError> {
        self.read("list runs", move |connection| {
            runs::latest(connection, now, limit)
        })
        .await
    }

    async fn run(&self, run: RunId, now: Timestamp) -> Result<Option<RunRecord>, ArchiveError> {
        self.read("read a run", move |connection| {
            runs::one(connection, run, now)
        })
        .await
    }

    async fn backlog(
        &self,
        sites: &[SiteId],
        now: Timestamp,
    ) -> Result<Vec<Backlog>, ArchiveError> {
        let sites = keys_text(sites);
        self.read("count what is due", move |connection| {
            upcoming::backlog(connection, &sites, now)
        })
        .await
    }

    async fn upcoming(
        &self,
        host: &HostKey,
        sites: &[SiteId],
        now: Timestamp,
        limit: usize,
    ) -> Result<Upcoming, ArchiveError> {
        let (host, sites) = (host.clone(), sites.to_vec());
        self.read("list what is due", move |connection| {
            upcoming::of_host(connection, &host, &sites, now, limit)
        })
        .await
    }

    async fn health(&self, now: Timestamp) -> Result<Vec<SiteFacts>, ArchiveError> {
        self.read("read how the sites are", move |connection| {
            health::facts(connection, now)
        })
        .await
    }

    async fn texts_without_fingerprint(
        &self,
        rule: u32,
        after: PageId,
        limit: usize,
    ) -> Result<Vec<PageText>, ArchiveError> {
        self.read("read new texts", move |connection| {
            repost::unread(connection, rule, after, limit)
        })
        .await
    }

    async fn texts(&self, pages: Vec<PageId>) -> Result<Vec<PageText>, ArchiveError> {
        self.read("read texts", move |connection| {
            repost::texts(connection, &pages)
        })
        .await
    }

    async fn fingerprints(&self, rule: u32) -> Result<Vec<Fingerprint>, ArchiveError> {
        self.read("read fingerprints", move |connection| {
            repost::fingerprints(connection, rule)
        })
        .await
    }

    async fn alike_pairs(&self, rule: u32) -> Result<Vec<AlikePair>, ArchiveError> {
        self.read("read what is alike", move |connection| {
            repost::pairs(connection, rule)
        })
        .await
    }

    async fn places(&self, rule: u32) -> Result<Vec<KeptPlace>, ArchiveError> {
        self.read("read the places of reposts", move |connection| {
            repost::places(connection, rule)
        })
        .await
    }

    async fn repost_pages(&self, pages: Vec<PageId>) -> Result<Vec<RepostPage>, ArchiveError> {
        self.read("read reposts", move |connection| {
            repost::pages(connection, &pages)
        })
        .await
    }
}
