//! The archive in one SQLite file: [`SqliteArchive`] for who works, [`SqliteLibrary`] for who reads,
//! [`SqlDesk`] for who asks in SQL, which only this store understands.
//!
//! The file opens in any SQLite from 3.37 on; `docs/schema.md` describes its tables and views.
//! Several processes may write to one file: each has one writing thread with short transactions
//! and waits for the others. A lease is checked in the transaction of the work it allows; one whose
//! process is known to be gone is lent anew before it runs out.

mod article;
mod blob;
mod candidate;
mod changes;
mod claims;
mod codec;
mod column;
mod commit;
mod connection;
mod dictionary;
mod dossier;
mod exchange;
mod fault;
mod headers;
mod health;
mod holder;
mod import;
mod lease;
mod library;
mod migrate;
mod notice;
mod plan;
mod reading;
mod report;
mod repost;
mod reread;
mod runs;
mod search;
mod setback;
mod sql;
mod statistics;
mod training;
mod turn;
mod upcoming;

pub mod upkeep;
mod writer;

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::archive::{
    Archive, ArchiveError, Capture, Committed, Fingerprinted, ForeignPage, Import, KeptPlace,
    LeaseRequest, LeaseToken, Leases, Loan, NewRun, PageId, Planned, Rereading, RunEnding, RunId,
};
use crate::model::{HostKey, HostState, KeptRobots, SiteId, Timestamp};

use commit::{Kept, Prepared};
use import::Packing;
use training::Trainer;
use writer::Writer;

pub use library::SqliteLibrary;
pub use sql::{Answer, Shape, SqlDesk, SqlError};

/// An archive file opened for writing.
///
/// Dropping it waits until all work is done and folds the write-ahead log into the file, so that
/// the one file can be copied.
#[derive(Debug)]
pub struct SqliteArchive {
    // ended before the writer, which keeps what it made
    trainer: Trainer,
    writer: Writer,
    /// Reads what a body can be kept with.
    reader: Arc<Mutex<Connection>>,
    /// One capture is made ready at a time: that takes a tenth of what reading it took, and more
    /// threads would hold on to more memory.
    press: Semaphore,
}

impl SqliteArchive {
    /// Opens the archive at `path`, making it or bringing it to the newest schema where needed.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ArchiveError> {
        let path = path.as_ref();
        let connection = connection::open_writing(path)?;
        let reader = connection::open_reading(path)?;
        let writer = Writer::start(connection, path)?;
        Ok(Self {
            trainer: Trainer::start(&writer, path)?,
            writer,
            reader: Arc::new(Mutex::new(reader)),
            press: Semaphore::new(1),
        })
    }

    /// Makes `capture` ready for the writer, outside its thread; with the help of what is kept where
    /// that `may_help`.
    async fn prepare(
        &self,
        doing: &'static str,
        capture: Capture,
        may_help: bool,
    ) -> Result<Prepared, ArchiveError> {
        // it is never closed
        let pressing = self.press.acquire().await.ok();
        let reader = Arc::clone(&self.reader);
        let prepared = tokio::task::spawn_blocking(move || {
            let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            Prepared::of(capture, may_help.then_some(&*reader))
        })
        .await
        .map_err(|broke| ArchiveError::Store {
            doing,
            source: broke.into(),
        });
        drop(pressing);
        prepared
    }
}

#[async_trait]
impl Archive for SqliteArchive {
    async fn begin_run(&self, run: NewRun) -> Result<RunId, ArchiveError> {
        self.writer
            .run("record the start of a run", move |connection, desk| {
                runs::begin(connection, desk, &run)
            })
            .await
    }

    async fn end_run(&self, run: RunId, ending: RunEnding) -> Result<(), ArchiveError> {
        self.writer
            .run("record the end of a run", move |connection, _desk| {
                runs::end(connection, run, &ending)?;
                article::index_rest(connection)
            })
            .await
    }

    async fn plan(&self, pages: Vec<Planned>) -> Result<Vec<PageId>, ArchiveError> {
        self.writer
            .run("plan pages", move |connection, _desk| {
                pages
                    .iter()
                    .map(|planned| plan::plan(connection, planned).map(|(page, _new)| page))
                    .collect()
            })
            .await
    }

    async fn recheck(&self, sites: Vec<SiteId>, at: Timestamp) -> Result<u64, ArchiveError> {
        self.writer
            .run("make pages due", move |connection, _desk| {
                plan::recheck(connection, &sites, at)
            })
            .await
    }

    async fn lease_hosts(&self, request: LeaseRequest) -> Result<Leases, ArchiveError> {
        self.writer
            .run("lease hosts", move |connection, desk| {
                lease::lease_hosts(connection, desk, &request)
            })
            .await
    }

    async fn lease_host(
        &self,
        host: HostKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Loan, ArchiveError> {
        self.writer
            .run("lease a host", move |connection, desk| {
                turn::lease_host(connection, desk, host, now, until)
            })
            .await
    }

    async fn reserve(
        &self,
        address: IpAddr,
        now: Timestamp,
        interval: Duration,
    ) -> Result<Timestamp, ArchiveError> {
        self.writer
            .run(
                "reserve an instant of an address",
                move |connection, _desk| turn::reserve(connection, address, now, interval),
            )
            .await
    }

    async fn renew(&self, token: LeaseToken, until: Timestamp) -> Result<(), ArchiveError> {
        self.writer
            .run("renew a lease", move |connection, desk| {
                lease::renew(connection, desk, token, until)
            })
            .await
    }

    async fn release(&self, token: LeaseToken, state: HostState) -> Result<(), ArchiveError> {
        self.writer
            .run("release a host", move |connection, desk| {
                lease::release(connection, desk, token, &state)
            })
            .await
    }

    async fn keep_robots(
        &self,
        token: LeaseToken,
        robots: KeptRobots,
        state: HostState,
    ) -> Result<(), ArchiveError> {
        self.writer
            .run("keep a robots.txt", move |connection, desk| {
                lease::keep_robots(connection, desk, token, &robots, &state)
            })
            .await
    }

    async fn commit(&self, token: LeaseToken, capture: Capture) -> Result<Committed, ArchiveError> {
        let doing = "commit a capture";
        let mut prepared = self.prepare(doing, capture, true).await?;
        loop {
            let kept = self
                .writer
                .run(doing, move |connection, _desk| {
                    commit::commit(connection, token, prepared)
                })
                .await?;
            match kept {
                Kept::Whole(committed, ripe) => {
                    if let Some(site) = ripe {
                        self.trainer.ask(site);
                    }
                    return Ok(committed);
                }
                // what stands alone always is kept, so this ends
                Kept::Not(capture) => prepared = self.prepare(doing, *capture, false).await?,
            }
        }
    }

    async fn keep_fingerprints(
        &self,
        rule: u32,
        definition: &'static str,
        fingerprints: Vec<Fingerprinted>,
    ) -> Result<(), ArchiveError> {
        self.writer
            .run("keep fingerprints", move |connection, _desk| {
                repost::keep_fingerprints(connection, rule, definition, &fingerprints)
            })
            .await
    }

    async fn keep_places(
        &self,
        rule: u32,
        places: Vec<KeptPlace>,
        gone: Vec<PageId>,
    ) -> Result<(), ArchiveError> {
        self.writer
            .run("keep the places of reposts", move |connection, _desk| {
                repost::keep_places(connection, rule, &places, &gone)
            })
            .await
    }

    async fn reread(&self, rereading: Rereading) -> Result<bool, ArchiveError> {
        self.writer
            .run("keep a page read anew", move |connection, _desk| {
                reread::keep(connection, &rereading)
            })
            .await
    }

    async fn know(&self, pages: Vec<ForeignPage>) -> Result<Vec<PageId>, ArchiveError> {
        self.writer
            .run("make pages known", move |connection, _desk| {
                import::know(connection, &pages)
            })
            .await
    }

    async fn import(&self, mut import: Import) -> Result<bool, ArchiveError> {
        let doing = "keep looks of others";
        let (mut looks, mut packed) = (Vec::with_capacity(import.looks.len()), false);
        for look in std::mem::take(&mut import.looks) {
            let packing = if !packed && look.capture.has_body() {
                packed = true;
                Packing::Done(Box::new(self.prepare(doing, look.capture, true).await?))
            } else {
                Packing::Later(Box::new(look.capture))
            };
            looks.push((packing, look.version_no));
        }
        let (kept, ripe) = self
            .writer
            .run(doing, move |connection, _desk| {
                import::keep(connection, &import, looks)
            })
            .await?;
        if let Some(site) = ripe {
            self.trainer.ask(site);
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::Due;
    use crate::model::{PageKind, PageUrl};

    fn pages(names: std::ops::Range<u32>) -> Vec<Planned> {
        names
            .map(|name| Planned {
                url: PageUrl::parse(&format!("https://expo.example.cn/{name}")).expect("url"),
                site: SiteId::new("expo"),
                kind: PageKind::Article,
                due: Due::IfNew(Timestamp::from_unix_millis(0)),
                depth: 0,
                referer: None,
                claim: None,
            })
            .collect()
    }

    async fn limit(archive: &SqliteArchive, spare_pages: i64) {
        archive
            .writer
            .run("limit the file", move |connection, _desk| {
                let used: i64 =
                    connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
                connection.pragma_update_and_check(
                    None,
                    "max_page_count",
                    used + spare_pages,
                    |_row| Ok(()),
                )?;
                Ok(())
            })
            .await
            .expect("limit");
    }

    #[tokio::test]
    async fn a_full_disk_is_told_and_what_was_kept_stays() {
        let folder = tempfile::tempdir().expect("folder");
        let archive = SqliteArchive::open(folder.path().join("archive.db")).expect("open");
        let kept = archive.plan(pages(0..10)).await.expect("room");
        limit(&archive, 1).await;
        let refused = archive.plan(pages(10..5000)).await;
        assert!(
            matches!(&refused, Err(ArchiveError::Unwritable { reason, .. }) if reason.contains("full")),
            "{refused:?}"
        );
        // reading back what was kept needs no room
        assert_eq!(archive.plan(pages(0..10)).await.expect("known"), kept);
        // and once there is room again, work goes on without reopening
        limit(&archive, 100_000).await;
        let all = archive.plan(pages(0..5000)).await.expect("room again");
        assert_eq!(all.get(..10), Some(kept.as_slice()));
        assert_eq!(all.len(), 5000);
    }

    #[tokio::test]
    async fn who_shares_a_group_with_the_full_disk_is_told_so_too() {
        let folder = tempfile::tempdir().expect("folder");
        let archive = SqliteArchive::open(folder.path().join("archive.db")).expect("open");
        archive.plan(pages(0..1)).await.expect("room");
        limit(&archive, 1).await;
        let (small, large) = tokio::join!(archive.plan(pages(1..2)), archive.plan(pages(2..5000)));
        assert!(
            matches!(&large, Err(ArchiveError::Unwritable { .. })),
            "{large:?}"
        );
        // kept alone or lost together, but never acknowledged and lost
        let known = archive
            .writer
            .run("count", |connection, _desk| {
                Ok(connection
                    .query_row("SELECT count(*) FROM page", [], |row| row.get::<_, i64>(0))?)
            })
            .await
            .expect("count");
        assert_eq!(known, if small.is_ok() { 2 } else { 1 });
        if let Err(error) = small {
            assert!(
                matches!(error, ArchiveError::Unwritable { .. }),
                "{error:?}"
            );
        }
    }
}
