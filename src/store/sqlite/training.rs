//! Dictionaries made of what a site's pages have in common, beside all other work.
//!
//! The writer counts the bodies that a site's pages are kept whole in and tells when it is ripe: enough
//! of them and no dictionary yet, or the latest kept so much worse than those it was tried on that the
//! pages must have changed. One thread then trains on three of four of the latest, tries on the rest,
//! and hands the result to the writer: adopted, and those bodies kept anew with it, or the note that it
//! was not worth it. Whoever is killed meanwhile leaves the archive as it was.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension, params};
use zstd::zstd_safe::CDict;

use crate::archive::ArchiveError;
use crate::model::{ContentHash, PageKind, Timestamp};

use super::blob::{self, Kept, Packed};
use super::codec;
use super::connection::open_reading;
use super::dictionary::Dictionary;
use super::fault::Fault;
use super::writer::{Hand, Writer};

/// Bytes of a dictionary, at most; the size that was measured to pay on pages of news. Small pages
/// get a smaller one, so many times less than it is trained on: it is to pay for itself.
const SIZE: usize = 110 << 10;
const TRAINED_ON: usize = 8;

/// Whole bodies after which a site with a dictionary may be ripe again; the schema says so of new ones.
const ENOUGH: i64 = 50;

/// Bodies that are looked at, at most, and their bytes together.
const SAMPLE: usize = 128;
const SAMPLE_BYTES: usize = 4 << 20;

/// One of so many bodies is tried on instead of trained on.
const TRIED: usize = 4;

/// A dictionary is adopted where what it was tried on takes at most so many hundredths of what it did.
const WORTH_IT: usize = 90;

/// The pages have changed where the latest take so many hundredths of what those it was tried on took.
const DRIFTED: i64 = 125;

/// Sites that may wait; one that finds no room is ripe again with its next page.
const WAITING: usize = 1;

/// How long the end of a run waits for what is under way: with the three seconds that answers in flight
/// are waited for, a stop is to end within five. What is given up is begun again with the next page.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Whether bodies of such pages are alike.
const fn is_page(kind: PageKind) -> bool {
    !matches!(kind, PageKind::Feed | PageKind::Sitemap)
}

/// Counts a body of `site` that was kept; answers whether the site is ripe for a dictionary.
pub(super) fn count(
    connection: &Connection,
    site: i64,
    kind: PageKind,
    packed: &Packed,
    kept: Kept,
) -> Result<bool, Fault> {
    let Some((length, kept_in)) = kept.new.filter(|_| kept.whole && is_page(kind)) else {
        return Ok(false);
    };
    let number = |bytes: usize| i64::try_from(bytes).unwrap_or(i64::MAX);
    // what was packed before the dictionary was there says nothing of it
    let counted = connection
        .prepare_cached(
            "UPDATE site
             SET whole_bodies = whole_bodies + 1, whole_length = whole_length + ?3,
                 whole_kept = whole_kept + ?4
             WHERE id = ?1 AND dict_id IS ?2",
        )?
        .execute(params![
            site,
            packed.dictionary,
            number(length),
            number(kept_in)
        ])?;
    if counted == 0 {
        return Ok(false);
    }
    connection
        .prepare_cached(
            "UPDATE site
             SET whole_bodies = whole_bodies / 2, whole_length = whole_length / 2,
                 whole_kept = whole_kept / 2
             WHERE id = ?1 AND dict_id IS NOT NULL AND whole_bodies >= 2 * train_after",
        )?
        .execute([site])?;
    Ok(ripe(connection, site)?.is_some())
}

/// What a site's next dictionary has to be better than, where it is ripe for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Ripe {
    /// The dictionary there is.
    dictionary: Option<i64>,
    /// How many of the latest bodies tell of the pages as they are.
    bodies: usize,
}

fn ripe(connection: &Connection, site: i64) -> Result<Option<Ripe>, Fault> {
    Ok(connection
        .prepare_cached(
            "SELECT s.dict_id, s.whole_bodies
             FROM site s LEFT JOIN dict d ON d.id = s.dict_id
             WHERE s.id = ?1 AND s.whole_bodies >= s.train_after
               AND (d.id IS NULL
                    OR 100.0 * s.whole_kept * d.tried_length
                       > 1.0 * ?2 * s.whole_length * d.length_after)",
        )?
        .query_row(params![site, DRIFTED], |row| {
            let bodies: i64 = row.get(1)?;
            Ok(Ripe {
                dictionary: row.get(0)?,
                bodies: usize::try_from(bodies).unwrap_or(usize::MAX),
            })
        })
        .optional()?)
}

/// The one trainer of an archive opened for writing. Dropping it waits a moment for what is under way.
#[derive(Debug)]
pub(super) struct Trainer {
    jobs: Option<SyncSender<(i64, Timestamp)>>,
    asked: Arc<Mutex<BTreeSet<i64>>>,
    closing: Arc<AtomicBool>,
    /// Closed by the end of the thread.
    ended: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Trainer {
    /// Starts the thread that reads the archive at `path` and writes through `writer`.
    pub(super) fn start(writer: &Writer, path: &Path) -> Result<Self, ArchiveError> {
        let (jobs, waiting) = sync_channel(WAITING);
        let (ends, ended) = sync_channel(0);
        let asked = Arc::new(Mutex::new(BTreeSet::new()));
        let closing = Arc::new(AtomicBool::new(false));
        let work = writer.hand().map(|hand| Work {
            path: path.to_owned(),
            hand,
            asked: Arc::clone(&asked),
            closing: Arc::clone(&closing),
        });
        let thread = std::thread::Builder::new()
            .name("archive-trainer".to_owned())
            .spawn(move || {
                if let Some(work) = work {
                    work.all(&waiting);
                }
                drop(ends);
            })
            .map_err(|source| ArchiveError::Open {
                path: path.display().to_string(),
                source: source.into(),
            })?;
        Ok(Self {
            jobs: Some(jobs),
            asked,
            closing,
            ended: Mutex::new(ended),
            thread: Some(thread),
        })
    }

    /// Has a dictionary made for a site, unless that is under way.
    pub(super) fn ask(&self, (site, at): (i64, Timestamp)) {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.insert(site)
            && let Some(jobs) = &self.jobs
            && jobs.try_send((site, at)).is_err()
        {
            asked.remove(&site);
        }
    }
}

impl Drop for Trainer {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        drop(self.jobs.take());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            // it holds no connection while it trains, and finds the writer gone after it
            tracing::debug!("a site's dictionary is given up for this time");
            return;
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the archive's trainer broke down");
        }
    }
}

/// What the thread has.
struct Work {
    path: PathBuf,
    hand: Hand,
    asked: Arc<Mutex<BTreeSet<i64>>>,
    closing: Arc<AtomicBool>,
}

impl Work {
    fn all(&self, waiting: &Receiver<(i64, Timestamp)>) {
        while let Ok((site, at)) = waiting.recv() {
            if self.is_closing() {
                return;
            }
            match self.train(site, at) {
                Err(_) if self.is_closing() => return,
                Err(trouble) => {
                    tracing::warn!(?trouble, site, "a site's dictionary could not be made");
                }
                Ok(()) => {}
            }
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.remove(&site);
        }
    }

    fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Makes a dictionary for `site`, if that is still ripe, and has the writer keep what came of it.
    fn train(&self, site: i64, at: Timestamp) -> Result<(), Trouble> {
        let reader = open_reading(&self.path).map_err(Trouble::Archive)?;
        let Some(ripe) = ripe(&reader, site)? else {
            return Ok(());
        };
        let bodies = sample(&reader, site, ripe.bodies)?;
        let before = match ripe.dictionary {
            Some(id) => Dictionary::find(&reader, id)?,
            None => None,
        };
        let old = before.and_then(|before| before.encoder(&reader).ok());
        // whoever closes the archive meanwhile closes the last connection
        drop(reader);
        if self.is_closing() {
            return Ok(());
        }
        let made = attempt(&bodies, old.as_deref());
        self.hand
            .run("keep a site's dictionary", move |connection, _desk| {
                adopt(connection, site, at, ripe.dictionary, &made)
            })
            .map_err(Trouble::Archive)
    }
}

#[derive(Debug)]
enum Trouble {
    #[expect(dead_code, reason = "told by Debug")]
    Read(Fault),
    #[expect(dead_code, reason = "told by Debug")]
    Archive(ArchiveError),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Read(fault)
    }
}

/// A body that is kept whole.
struct Whole {
    id: i64,
    hash: ContentHash,
    body: Bytes,
    codec: String,
}

/// The latest of the bodies that the site's pages are kept against.
fn sample(reader: &Connection, site: i64, bodies: usize) -> Result<Vec<Whole>, Fault> {
    let limit = i64::try_from(bodies.min(SAMPLE)).unwrap_or(i64::MAX);
    let mut statement = reader.prepare(
        "SELECT b.id, b.sha256, b.codec FROM page p JOIN blob b ON b.id = p.base_id
         WHERE p.site_id = ?1 AND p.kind NOT IN ('feed', 'sitemap')
         GROUP BY b.id ORDER BY b.id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![site, limit])?;
    let (mut found, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = rows.next()? {
        let hash = ContentHash::from_bytes(row.get(1)?);
        let body = match blob::read(reader, hash) {
            Ok(Some(body)) if codec::may_have_help(&body) => body,
            // damage is told to who asks for the page, and by `verify`
            Ok(_) | Err(Fault::Damaged(_) | Fault::Helpless(..) | Fault::Pruned { .. }) => continue,
            Err(fault) => return Err(fault),
        };
        bytes = bytes.saturating_add(body.len());
        if bytes > SAMPLE_BYTES {
            break;
        }
        found.push(Whole {
            id: row.get(0)?,
            hash,
            body,
            codec: row.get(2)?,
        });
    }
    Ok(found)
}

/// What came of training.
#[derive(Debug, Default)]
struct Made {
    trained_on: usize,
    tried_on: usize,
    tried_length: usize,
    before: usize,
    after: usize,
    /// The dictionary, where it is worth it.
    dictionary: Option<Vec<u8>>,
    /// Bodies kept alone until now, with it.
    anew: Vec<(i64, ContentHash, Vec<u8>)>,
}

fn attempt(bodies: &[Whole], old: Option<&CDict<'static>>) -> Made {
    let tried = bodies.iter().step_by(TRIED);
    let trained: Vec<&[u8]> = bodies
        .iter()
        .enumerate()
        .filter(|(place, _)| place % TRIED != 0)
        .map(|(_, whole)| whole.body.as_ref())
        .collect();
    let mut made = Made {
        trained_on: trained.len(),
        tried_on: tried.len(),
        tried_length: tried.clone().map(|whole| whole.body.len()).sum(),
        ..Made::default()
    };
    // zstd refuses samples that are too few or too much alike: there is nothing to learn then
    let bytes: usize = trained.iter().map(|body| body.len()).sum();
    let Ok(dictionary) = zstd::dict::from_samples(&trained, SIZE.min(bytes / TRAINED_ON)) else {
        return made;
    };
    let Some(encoder) = codec::encoder(&dictionary) else {
        return made;
    };
    for whole in tried {
        let kept = match old {
            Some(old) => codec::with_dictionary(&whole.body, old),
            None => codec::alone(&whole.body),
        };
        let with = codec::with_dictionary(&whole.body, &encoder);
        made.before += kept.map_or(whole.body.len(), |data| data.len());
        made.after += with.map_or(whole.body.len(), |data| data.len());
    }
    // worth it on the pages there are, its own bytes included
    let saved = made.before.saturating_sub(made.after);
    let all = bodies.len() / made.tried_on.max(1);
    if made.after.saturating_mul(100) > made.before.saturating_mul(WORTH_IT)
        || saved.saturating_mul(all).saturating_mul(2) < dictionary.len()
    {
        return made;
    }
    made.anew = bodies
        .iter()
        .filter(|whole| whole.codec == "zstd")
        .filter_map(|whole| {
            let data = codec::with_dictionary(&whole.body, &encoder)?;
            Some((whole.id, whole.hash, data))
        })
        .collect();
    made.dictionary = Some(dictionary);
    made
}

/// Keeps what came of training, unless another process was faster.
fn adopt(
    connection: &Connection,
    site: i64,
    at: Timestamp,
    before: Option<i64>,
    made: &Made,
) -> Result<(), Fault> {
    let now: Option<i64> = connection
        .prepare_cached("SELECT dict_id FROM site WHERE id = ?1")?
        .query_row([site], |row| row.get(0))?;
    if now != before || ripe(connection, site)?.is_none() {
        return Ok(());
    }
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let hash = made.dictionary.as_deref().map(ContentHash::of);
    connection
        .prepare_cached(
            "INSERT INTO dict (site_id, trained_at, trained_on, tried_on, tried_length,
                 length_before, length_after, sha256, data)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            site,
            at.to_string(),
            number(made.trained_on),
            number(made.tried_on),
            number(made.tried_length),
            number(made.before),
            number(made.after),
            hash.as_ref().map(ContentHash::as_bytes),
            made.dictionary,
        ])?;
    if made.dictionary.is_none() {
        // not soon again
        connection
            .prepare_cached("UPDATE site SET train_after = 2 * whole_bodies WHERE id = ?1")?
            .execute([site])?;
        return Ok(());
    }
    let dictionary = connection.last_insert_rowid();
    connection
        .prepare_cached(
            "UPDATE site SET dict_id = ?2, whole_bodies = 0, whole_length = 0, whole_kept = 0,
                 train_after = ?3
             WHERE id = ?1",
        )?
        .execute([site, dictionary, ENOUGH])?;
    let mut again = connection.prepare_cached(
        "UPDATE blob SET codec = 'zstd+dict', dict_id = ?3, data = ?4
         WHERE id = ?1 AND sha256 = ?2 AND codec = 'zstd' AND length(data) > length(?4)",
    )?;
    for (id, hash, data) in &made.anew {
        again.execute(params![id, hash.as_bytes(), dictionary, data])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection::open_writing;

    #[test]
    fn who_closes_the_archive_waits_a_moment_and_no_longer() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("archive.db");
        let connection = open_writing(&path).expect("archive");
        connection
            .execute_batch(
                "INSERT INTO site (id, key, whole_bodies) VALUES (1, 'expo', 60);
                 INSERT INTO host (id, name) VALUES (1, 'expo.example.cn');",
            )
            .expect("site");
        for n in 0..60 {
            let body = format!("<li>{n}</li><p>展会</p>").repeat(20);
            let packed = blob::pack_alone(body.as_bytes());
            let kept = blob::keep(&connection, &packed).expect("kept");
            let id = kept.expect("new").id;
            connection
                .execute(
                    "INSERT INTO page (site_id, host_id, urlkey, url, kind, depth, base_id)
                     VALUES (1, 1, ?1, ?1, 'article', 0, ?1)",
                    [id],
                )
                .expect("page");
        }
        let writer = Writer::start(connection, &path).expect("writer");
        let trainer = Trainer::start(&writer, &path).expect("trainer");
        // what was made cannot be written: another process does not end
        let other = Connection::open(&path).expect("other");
        other.execute_batch("BEGIN IMMEDIATE").expect("lock");
        trainer.ask((1, Timestamp::from_unix_millis(0)));
        drop(trainer);
        let dictionaries = |connection: &Connection| -> i64 {
            let sql = "SELECT count(*) FROM dict";
            let count = connection.query_row(sql, [], |row| row.get(0));
            count.expect("count")
        };
        assert_eq!(dictionaries(&other), 0, "it was not waited for");
        other.execute_batch("ROLLBACK").expect("unlock");
        drop(writer);
        // kept or given up, never half
        assert!(dictionaries(&other) <= 1);
    }
}
