//! The archive for who reads: read-only connections, used on the blocking pool.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Semaphore;

use crate::archive::{
    AlikePair, ArchiveError, ArticleLine, Backlog, ChangeEntry, ChangeFilter, Fingerprint, Hits,
    KeptArticle, KeptNotice, KeptPlace, Library, Look, PageId, PageText, PastLook, PastPage,
    RepostPage, RereadScope, RunEntry, RunId, RunRecord, SearchPage, SiteMonth, SiteSummary,
    Upcoming, VersionEntry,
};
use crate::canon::urlkey;
use crate::health::SiteFacts;
use crate::model::{ContentHash, HostKey, Outcome, PageUrl, SiteId, Timestamp};
use crate::search::Expression;

use super::connection::open_reading;
use super::fault::Fault;
use super::plan::keys_text;
use super::{
    article, blob, changes, column, health, notice, repost, reread, runs, search, statistics,
    upcoming,
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

    async fn read<T, R>(&self, doing: &'static str, reading: R) -> Result<T, ArchiveError>
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
            let found = reading(&connection).map_err(|fault| fault.told(doing, &shelf.path));
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
        self.read("find a page", move |connection| find(connection, &key))
            .await
    }

    async fn article(
        &self,
        page: PageId,
        version_no: Option<u32>,
    ) -> Result<Option<KeptArticle>, ArchiveError> {
        self.read("read an article", move |connection| {
            kept_article(connection, page, version_no)
        })
        .await
    }

    async fn versions(&self, page: PageId) -> Result<Vec<VersionEntry>, ArchiveError> {
        self.read("read the versions of a page", move |connection| {
            versions(connection, page)
        })
        .await
    }

    async fn looks(&self, page: PageId) -> Result<Vec<Look>, ArchiveError> {
        self.read("read the looks at a page", move |connection| {
            looks(connection, page)
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

    async fn sites(&self) -> Result<Vec<SiteSummary>, ArchiveError> {
        self.read("read what is kept of each site", sites).await
    }

    async fn articles(
        &self,
        site: Option<&SiteId>,
        limit: usize,
    ) -> Result<Vec<ArticleLine>, ArchiveError> {
        let site = site.map(|site| site.as_str().to_owned());
        self.read("list articles", move |connection| {
            articles(connection, site.as_deref(), limit)
        })
        .await
    }

    async fn search(&self, search: &Expression, page: SearchPage) -> Result<Hits, ArchiveError> {
        let search = search.clone();
        self.read("search the archive", move |connection| {
            search::search(connection, &search, page)
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

/// A page that moved is found where it moved to, unless its article stayed behind: sites send
/// the visitors of deleted articles to their front page.
fn find(connection: &Connection, key: &str) -> Result<Option<PageId>, Fault> {
    let page: Option<i64> = connection
        .prepare_cached(
            "SELECT coalesce(
                 (SELECT CASE WHEN target.current_version_id IS NULL
                                   AND own.current_version_id IS NOT NULL
                              THEN own.id ELSE target.id END
                  FROM page_alias a
                  JOIN page target ON target.id = a.page_id
                  LEFT JOIN page own ON own.urlkey = a.urlkey
                  WHERE a.urlkey = ?1 AND a.reason = 'redirect'),
                 (SELECT id FROM page WHERE urlkey = ?1))",
        )?
        .query_row([key], |row| row.get(0))?;
    Ok(page.map(PageId))
}

pub(super) fn kept_article(
    connection: &Connection,
    page: PageId,
    version_no: Option<u32>,
) -> Result<Option<KeptArticle>, Fault> {
    let sql = format!(
        "SELECT {}, p.id AS page_id, p.url, s.key AS site, p.versions, f.fetched_at, f.status,
                CASE WHEN p.gone_in_a_row >= 2 THEN p.gone_since END AS gone_at
         FROM page p
         JOIN site s ON s.id = p.site_id
         JOIN version v ON v.page_id = p.id
              AND CASE WHEN ?2 IS NULL THEN v.id = p.current_version_id ELSE v.version_no = ?2 END
         JOIN fetch f ON f.id = v.first_fetch_id
         WHERE p.id = ?1",
        article::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![page.0, version_no])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(KeptArticle {
        page,
        url: column::page_url(row, "url")?,
        site: SiteId::new(row.get::<_, String>("site")?),
        version_no: row.get("version_no")?,
        versions: row.get("versions")?,
        observed_at: column::instant(row, "fetched_at")?,
        status: row.get("status")?,
        reading: article::reading(row)?,
        gone_at: column::optional_instant(row, "gone_at")?,
    }))
}

fn versions(connection: &Connection, page: PageId) -> Result<Vec<VersionEntry>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT v.*, f.fetched_at
         FROM version v JOIN fetch f ON f.id = v.first_fetch_id
         WHERE v.page_id = ?1 ORDER BY v.version_no",
    )?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(VersionEntry {
            version_no: row.get("version_no")?,
            observed_at: column::instant(row, "fetched_at")?,
            content: ContentHash::from_bytes(row.get("content_sha256")?),
            title: row.get("title")?,
            body_chars: column::count(row, "body_chars")?,
            parser: row.get("parser")?,
            // archives of earlier versions lack it
            reread_in: match row.get("reread_in") {
                Err(rusqlite::Error::InvalidColumnName(_)) => None,
                other => other?,
            }
            .map(RunId),
        });
    }
    Ok(found)
}

fn looks(connection: &Connection, page: PageId) -> Result<Vec<Look>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT f.fetched_at, f.status, f.outcome, f.reason, v.version_no, f.views, b.sha256
         FROM fetch f
         LEFT JOIN version v ON v.id = f.version_id
         LEFT JOIN blob b ON b.id = f.blob_id
         WHERE f.page_id = ?1 ORDER BY f.fetched_at, f.id",
    )?;
    let mut rows = statement.query([page.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let outcome: String = row.get("outcome")?;
        found.push(Look {
            fetched_at: column::instant(row, "fetched_at")?,
            status: row.get("status")?,
            outcome: Outcome::from_name(&outcome).ok_or_else(|| {
                Fault::Unreadable(format!("`{outcome}` is no outcome this zhanwen knows"))
            })?,
            reason: row.get("reason")?,
            version_no: row.get("version_no")?,
            views: column::optional_count(row, "views")?,
            entity_hash: row
                .get::<_, Option<[u8; 32]>>("sha256")?
                .map(ContentHash::from_bytes),
        });
    }
    Ok(found)
}

fn sites(connection: &Connection) -> Result<Vec<SiteSummary>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.key,
                count(p.current_version_id) FILTER (WHERE p.kind <> 'part') AS articles,
                coalesce(sum(p.versions), 0) AS versions, coalesce(sum(p.fetches), 0) AS fetches,
                max(p.last_fetched_at) AS last_fetched_at
         FROM site s JOIN page p ON p.site_id = s.id
         GROUP BY s.id ORDER BY s.key",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(SiteSummary {
            site: SiteId::new(row.get::<_, String>("key")?),
            articles: column::count(row, "articles")?,
            versions: column::count(row, "versions")?,
            fetches: column::count(row, "fetches")?,
            last_fetched_at: column::optional_instant(row, "last_fetched_at")?,
        });
    }
    Ok(found)
}

fn articles(
    connection: &Connection,
    site: Option<&str>,
    limit: usize,
) -> Result<Vec<ArticleLine>, Fault> {
    let site = match site {
        None => None,
        Some(key) => {
            let known: Option<i64> = connection
                .prepare_cached("SELECT id FROM site WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?;
            match known {
                None => return Ok(Vec::new()),
                known => known,
            }
        }
    };
    // CROSS JOIN keeps the order: versions by publish time, so that a limit ends the work early
    let mut statement = connection.prepare_cached(
        "SELECT p.url, s.key, v.title, v.publish_time, v.source, p.views, p.versions,
                v.encoding, p.gone_since
         FROM version v
         CROSS JOIN page p ON p.current_version_id = v.id
         CROSS JOIN site s ON s.id = p.site_id
         WHERE (?1 IS NULL OR p.site_id = ?1) AND p.kind <> 'part'
         ORDER BY v.publish_time DESC, p.id DESC LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![site, limit])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(ArticleLine {
            url: column::page_url(row, "url")?,
            site: SiteId::new(row.get::<_, String>("key")?),
            title: row.get("title")?,
            publish_time: row.get("publish_time")?,
            source: row.get("source")?,
            views: column::optional_count(row, "views")?,
            versions: row.get("versions")?,
            encoding: row.get("encoding")?,
            missing_since: column::optional_instant(row, "gone_since")?,
        });
    }
    Ok(found)
}
