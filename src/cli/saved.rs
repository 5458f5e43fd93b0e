//! Saved pages: found, read and brought back in order, on all cores.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::Deserialize;

use crate::archive::Reading;
use crate::clock::{Clock as _, SystemClock};
use crate::crawl;
use crate::model::{PageKind, PageUrl, Timestamp, Warning};
use crate::rules::RuleBook;

use super::failure::{CliError, Failure};

/// A saved page as a list names it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    /// Where its bytes are.
    pub(super) file: PathBuf,
    /// Where it came from.
    pub(super) url: Option<String>,
    /// The `Content-Type` it came with.
    pub(super) content_type: Option<String>,
    /// When it was fetched.
    pub(super) fetched_at: Option<String>,
}

/// A page to read.
#[derive(Debug)]
pub(super) struct Saved {
    /// The bytes.
    pub(super) bytes: Bytes,
    /// Where it came from.
    pub(super) url: Option<PageUrl>,
    /// The `Content-Type` it came with.
    pub(super) content_type: Option<String>,
    /// When it was fetched.
    pub(super) fetched_at: Timestamp,
}

/// As much of a page as is read.
#[derive(Debug)]
pub(super) struct Bytes {
    /// From its beginning.
    pub(super) read: Vec<u8>,
    /// Whether there is more.
    is_cut: bool,
}

impl Saved {
    /// The page that `entry` names, its path taken from `folder`, as far as `limit_bytes`.
    pub(super) fn open(entry: &Listed, folder: &Path, limit_bytes: u64) -> Result<Self, Failure> {
        Ok(Self {
            bytes: read_page(&folder.join(&entry.file), limit_bytes)?,
            url: entry
                .url
                .as_deref()
                .map(super::world::page_url)
                .transpose()?,
            content_type: entry.content_type.clone(),
            fetched_at: instant(entry.fetched_at.as_deref())?,
        })
    }

    /// Reads it.
    pub(super) fn read(&self, rules: &RuleBook) -> (PageKind, Reading) {
        let (kind, mut reading) = crawl::read_page(
            &self.bytes.read,
            self.content_type.as_deref(),
            self.url.as_ref(),
            self.fetched_at,
            rules,
        );
        self.warn(&mut reading);
        (kind, reading)
    }

    /// Says in a reading that it is not of the whole page.
    pub(super) fn warn(&self, reading: &mut Reading) {
        if self.bytes.is_cut {
            let message = format!("only its first {} bytes were read", self.bytes.read.len());
            let warning = Warning::new("page-cut", message);
            reading.warnings.push(warning.to_string());
        }
    }
}

/// When a page was fetched; now, where nobody says.
pub(super) fn instant(written: Option<&str>) -> Result<Timestamp, Failure> {
    Ok(written
        .map(str::parse)
        .transpose()?
        .unwrap_or_else(|| SystemClock.now()))
}

/// The first `limit_bytes` of the file at `path`; of standard input for `-`.
pub(super) fn read_page(path: &Path, limit_bytes: u64) -> Result<Bytes, CliError> {
    let refused = |source| CliError::ReadPage {
        path: path.to_owned(),
        source,
    };
    let mut source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).map_err(refused)?)
    };
    let mut read = Vec::new();
    let mut limited = source.by_ref().take(limit_bytes);
    limited.read_to_end(&mut read).map_err(refused)?;
    let is_cut = limited.limit() == 0 && source.read(&mut [0]).map_err(refused)? > 0;
    Ok(Bytes { read, is_cut })
}

/// How many threads read `count` pages where `jobs` are wished.
pub(super) fn threads(jobs: Option<usize>, count: usize) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    jobs.unwrap_or(cores).min(count.max(1))
}

/// Does `work` for each of `items` on `threads` threads and hands what came of it to `take` in
/// their order, until that breaks off.
pub(super) fn in_order<'item, I: Sync, T: Send>(
    items: &'item [I],
    threads: usize,
    work: impl Fn(&'item I) -> T + Sync,
    mut take: impl FnMut(&'item I, T) -> ControlFlow<()>,
) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        // bounded, so that a slow taker holds the workers back
        let (send, receive) = mpsc::sync_channel::<(usize, T)>(threads * 4);
        for _ in 0..threads {
            let (send, next, work) = (send.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else {
                        return;
                    };
                    if send.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut waiting = items.iter().enumerate().peekable();
        for (index, done) in receive {
            early.insert(index, done);
            while let Some((expected, item)) = waiting.peek()
                && let Some(done) = early.remove(expected)
            {
                if take(item, done).is_break() {
                    // dropping the receiver ends the workers
                    return;
                }
                waiting.next();
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_side_by_side_comes_back_in_order() {
        let items: Vec<usize> = (0..50).collect();
        for threads in [1, 3, 8] {
            let mut taken = Vec::new();
            let work = |item: &usize| {
                // the first ones take longest
                let rounds = if *item < 4 { 100_000 } else { 1 };
                (0..rounds).fold(*item, |sum, _| std::hint::black_box(sum))
            };
            in_order(&items, threads, work, |item, done| {
                assert_eq!(*item, done);
                taken.push(done);
                ControlFlow::Continue(())
            });
            assert_eq!(taken, items);
        }
    }

    #[test]
    fn a_taker_that_has_enough_ends_the_work() {
        let done = AtomicUsize::new(0);
        let work = |(): &()| done.fetch_add(1, Ordering::Relaxed);
        let mut taken = 0;
        let items = vec![(); 1_000_000];
        in_order(&items, 2, work, |(), _| {
            taken += 1;
            if taken == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!(taken, 3);
        assert!(done.load(Ordering::Relaxed) < items.len());
    }
}
