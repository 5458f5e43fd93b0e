//! The one writer of a process: a thread that owns the writing connection and commits in groups.
//!
//! Work arrives over a bounded channel. Whatever is waiting, up to [`GROUP`] pieces, shares one
//! transaction, each piece in its own savepoint; who asked hears the answer after `COMMIT`, so
//! what was acknowledged survives a crash. Grouping makes `synchronous = FULL` cost next to
//! nothing, and a piece that fails takes nothing with it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::archive::{ArchiveError, LeaseToken};
use crate::model::HostKey;

use super::article;
use super::fault::{Fault, sqlite_error};
use super::holder::Holder;

/// Pieces of work in one transaction, at most.
const GROUP: usize = 256;

/// Pieces of work that may wait; who brings more waits too.
const WAITING: usize = 1024;

/// What the thread remembers beside the file.
#[derive(Debug)]
pub(super) struct Desk {
    /// Who holds the leases made here.
    pub(super) holder: Holder,
    /// Which host each token of this process was for; a lost lease is no longer in the file.
    pub(super) lent: HashMap<LeaseToken, HostKey>,
}

/// A handle to the writing thread. Dropping it waits until all work is done, then folds the
/// write-ahead log into the file.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

/// A way to the writing thread for another thread, until that has ended: it waits for nobody who only
/// may have work for it.
pub(super) struct Hand {
    jobs: mpsc::WeakSender<Box<dyn Job>>,
    path: PathBuf,
}

impl Hand {
    /// Has `work` done in a transaction and waits until that is committed.
    pub(super) fn run<T, W>(&self, doing: &'static str, work: W) -> Result<T, ArchiveError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection, &mut Desk) -> Result<T, Fault> + Send + 'static,
    {
        let (piece, answer) = Piece::of(doing, &self.path, work);
        let jobs = self.jobs.upgrade().ok_or_else(|| ended(doing))?;
        jobs.blocking_send(Box::new(piece))
            .map_err(|_closed| ended(doing))?;
        drop(jobs);
        answer
            .blocking_recv()
            .unwrap_or_else(|_dropped| Err(ended(doing)))
    }
}

fn ended(doing: &'static str) -> ArchiveError {
    ArchiveError::Store {
        doing,
        source: "the archive's writing thread has ended".into(),
    }
}

impl Writer {
    /// A way to the thread, until that has ended.
    pub(super) fn hand(&self) -> Option<Hand> {
        Some(Hand {
            jobs: self.jobs.as_ref()?.downgrade(),
            path: self.path.clone(),
        })
    }

    /// Gives `connection` to a thread of its own.
    pub(super) fn start(connection: Connection, path: &Path) -> Result<Self, ArchiveError> {
        let (jobs, waiting) = mpsc::channel(WAITING);
        let file = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("archive-writer".to_owned())
            .spawn(move || work(connection, waiting, &file))
            .map_err(|source| ArchiveError::Open {
                path: path.display().to_string(),
                source: source.into(),
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            path: path.to_owned(),
        })
    }

    /// Has `work` done in a transaction and answers once that is committed.
    pub(super) async fn run<T, W>(&self, doing: &'static str, work: W) -> Result<T, ArchiveError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection, &mut Desk) -> Result<T, Fault> + Send + 'static,
    {
        let (piece, answer) = Piece::of(doing, &self.path, work);
        let jobs = self.jobs.as_ref().ok_or_else(|| ended(doing))?;
        jobs.send(Box::new(piece))
            .await
            .map_err(|_closed| ended(doing))?;
        answer.await.unwrap_or_else(|_dropped| Err(ended(doing)))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(path = %self.path.display(), "the archive's writing thread broke down");
        }
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Writer")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A piece of work whose types the thread need not know.
trait Job: Send {
    /// Does the work. An error means that nothing of it is to be kept, and holds what SQLite said
    /// if it was SQLite that refused.
    fn run(
        &mut self,
        connection: &Connection,
        desk: &mut Desk,
    ) -> Result<(), Option<rusqlite::ffi::Error>>;

    /// Tells who asked: the work's own answer, or why it could not be committed.
    fn tell(self: Box<Self>, committed: Result<(), &rusqlite::Error>);
}

struct Piece<T, W> {
    doing: &'static str,
    path: PathBuf,
    work: Option<W>,
    outcome: Option<Result<T, Fault>>,
    reply: oneshot::Sender<Result<T, ArchiveError>>,
}

impl<T, W> Piece<T, W> {
    fn of(
        doing: &'static str,
        path: &Path,
        work: W,
    ) -> (Self, oneshot::Receiver<Result<T, ArchiveError>>) {
        let (reply, answer) = oneshot::channel();
        let piece = Self {
            doing,
            path: path.to_owned(),
            work: Some(work),
            outcome: None,
            reply,
        };
        (piece, answer)
    }
}

impl<T, W> Job for Piece<T, W>
where
    T: Send,
    W: FnOnce(&Connection, &mut Desk) -> Result<T, Fault> + Send,
{
    fn run(
        &mut self,
        connection: &Connection,
        desk: &mut Desk,
    ) -> Result<(), Option<rusqlite::ffi::Error>> {
        let outcome = self.work.take().map(|work| work(connection, desk));
        let kept = match &outcome {
            Some(Err(Fault::Sqlite(error))) => Err(error.sqlite_error().copied()),
            Some(Err(_)) | None => Err(None),
            Some(Ok(_)) => Ok(()),
        };
        self.outcome = outcome;
        kept
    }

    fn tell(self: Box<Self>, committed: Result<(), &rusqlite::Error>) {
        let answer = match (self.outcome, committed) {
            (Some(Err(fault)), _) => Err(fault.told(self.doing, &self.path)),
            (_, Err(error)) => Err(sqlite_error(error, self.doing, &self.path)),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => return,
        };
        // who asked may have gone away; the work stands all the same
        let _nobody_listens = self.reply.send(answer);
    }
}

fn work(connection: Connection, mut waiting: mpsc::Receiver<Box<dyn Job>>, path: &Path) {
    let mut desk = Desk {
        holder: Holder::this(),
        lent: HashMap::new(),
    };
    let mut group = Vec::new();
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let committed = commit_group(&connection, &mut group, &mut desk);
        if let Err(error) = &committed {
            tracing::debug!(%error, pieces = group.len(), "a group of writes was rolled back");
        }
        for job in group.drain(..) {
            job.tell(committed.as_ref().map(|&()| ()));
        }
        index_if(&connection, article::MANY);
    }
    index_if(&connection, 1);
    close(connection, path);
}

/// Indexes what waits, if that is so much. What cannot be indexed now waits on: the next run finds it.
fn index_if(connection: &Connection, least: i64) {
    if let Err(fault) = article::index_if(connection, least) {
        tracing::debug!(?fault, "versions wait to be indexed");
    }
}

fn commit_group(
    connection: &Connection,
    group: &mut [Box<dyn Job>],
    desk: &mut Desk,
) -> Result<(), rusqlite::Error> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = run_group(connection, group, desk).and_then(|()| connection.execute_batch("COMMIT"));
    if done.is_err() && !connection.is_autocommit() {
        connection.execute_batch("ROLLBACK")?;
    }
    done
}

fn run_group(
    connection: &Connection,
    group: &mut [Box<dyn Job>],
    desk: &mut Desk,
) -> Result<(), rusqlite::Error> {
    for job in group {
        connection.execute_batch("SAVEPOINT piece")?;
        match job.run(connection, desk) {
            Ok(()) => connection.execute_batch("RELEASE piece")?,
            // on a full disk SQLite rolls back everything by itself: the whole group is lost
            Err(Some(error)) if connection.is_autocommit() => {
                return Err(rusqlite::Error::SqliteFailure(error, None));
            }
            Err(_) => connection.execute_batch("ROLLBACK TO piece; RELEASE piece")?,
        }
    }
    Ok(())
}

/// Folds the log into the file, so that the one file is the archive.
fn close(connection: Connection, path: &Path) {
    let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_row| Ok(()));
    let closed = connection.close().map_err(|(_connection, error)| error);
    if let Err(error) = folded.and(closed) {
        tracing::warn!(%error, path = %path.display(), "the archive's log stays beside its file");
    }
}
