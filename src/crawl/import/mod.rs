//! Captures of others, out of WARC files, kept as if this archive had looked itself.
//!
//! A thread reads the files and sorts their records; what is a look goes by batches to tasks that digest it,
//! page by page, with the digest of the crawl. A page's looks are one transaction, put between its own by
//! their times, so files may come in any order and twice. Nothing is leased and no clock is touched; a
//! page that is looked at meanwhile is read once more. A run that is killed is simply begun again.

mod feed;
mod gather;
mod page;
mod report;
mod shelf;
mod sort;
mod whole;

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::archive::{
    Archive, ArchiveError, Library, NewRun, PageId, RunEnd, RunEnding, RunId, RunKind,
};
use crate::canon::urlkey;
use crate::clock::Clock;
use crate::model::{PageUrl, Timestamp};
use crate::rules::RuleBook;
use crate::warc::read::Digest;

use super::Stop;
use super::site::site_of;

pub use feed::{Input, InputSource, Wanted};
pub use report::{BrokenRecord, Imported, MOST_BROKEN, UnreadableFile};
pub(super) use sort::DIGEST_WARNING;

use feed::{Batch, Feed};
use page::{Brought, Group, bring};
use shelf::Shelf;
use sort::{Body, Foreign};

/// Bytes of bodies that may wait for later parts of their articles.
const WAITING_BYTES: usize = 64 << 20;

/// Records whose time is remembered for those that refer to them.
const MOST_DATED: usize = 1_000_000;

/// A header of an answer takes no more; what is longer with its body is passed over.
const HEADER_ROOM: u64 = 1 << 20;

/// What captures are read by, and where they are kept.
#[derive(Clone, Debug)]
pub struct Importing {
    /// What is kept already.
    pub library: Arc<dyn Library>,
    /// Where what comes in is kept; nowhere where only what it would be is wanted.
    pub archive: Option<Arc<dyn Archive>>,
    /// What to read where.
    pub rules: Arc<RuleBook>,
    /// When the run began and ended.
    pub clock: Arc<dyn Clock>,
    /// Which records.
    pub wanted: Wanted,
    /// Whether pages that come in are to be looked at by the next crawl.
    pub due: bool,
    /// Pages read side by side.
    pub jobs: usize,
    /// The largest body once codings are undone.
    pub body_limit_bytes: u64,
    /// The command line, for the record.
    pub command_line: String,
}

/// Brings in what `inputs` hold and tells `tell` how far it is. Answers with what it came to and
/// whether it went on to the end: a stop ends it after the pages in work.
pub async fn import(
    work: &Importing,
    inputs: Vec<Input>,
    mut tell: impl FnMut(&Imported),
    stop: &Stop,
) -> Result<(Imported, bool), ArchiveError> {
    let run = match &work.archive {
        Some(archive) => {
            let run = NewRun {
                kind: RunKind::Import,
                command_line: work.command_line.clone(),
                started_at: work.clock.now(),
                alone: false,
            };
            Some(archive.begin_run(run).await?)
        }
        None => None,
    };
    let mut bringing = Bringing {
        work,
        run,
        told: Imported {
            run,
            ..Imported::default()
        },
        waiting: Vec::new(),
        made_at: HashMap::new(),
    };
    let done = bringing.all(inputs, &mut tell, stop).await;
    let told = bringing.told;
    if let (Some(archive), Some(run)) = (&work.archive, run) {
        let ending = RunEnding {
            end: match &done {
                Ok(true) => RunEnd::Completed,
                Ok(false) => RunEnd::Interrupted,
                Err(_) => RunEnd::Failed,
            },
            at: work.clock.now(),
            error: done.as_ref().err().map(ToString::to_string),
            report: Some(told.kept_report(matches!(done, Ok(false)))),
        };
        let ended = archive.end_run(run, ending).await;
        let done = done?;
        return ended.map(|()| (told, done));
    }
    done.map(|done| (told, done))
}

struct Bringing<'a> {
    work: &'a Importing,
    run: Option<RunId>,
    told: Imported,
    /// Pages that wait for others.
    waiting: Vec<Group>,
    /// When the record was made that has a name or a digest, by a hash of that.
    made_at: HashMap<u64, Timestamp>,
}

impl Bringing<'_> {
    async fn all(
        &mut self,
        inputs: Vec<Input>,
        tell: &mut impl FnMut(&Imported),
        stop: &Stop,
    ) -> Result<bool, ArchiveError> {
        // one is read while the one before is digested
        let (to, mut batches) = mpsc::channel(1);
        let (work, stopping) = (self.work.clone(), stop.clone());
        let limit = work.body_limit_bytes.saturating_add(HEADER_ROOM);
        let reading = tokio::task::spawn_blocking(move || {
            let feed = Feed {
                wanted: &work.wanted,
                rules: &work.rules,
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
                to,
                stop: &stopping,
            };
            feed.read(inputs);
        });
        while let Some(batch) = batches.recv().await {
            let groups = self.take(batch);
            self.bring(groups, false).await?;
            tell(&self.told);
            if stop.is_requested() {
                break;
            }
        }
        // who reads hears of the end when it hands on
        drop(batches);
        reading.await.map_err(|broke| ArchiveError::Store {
            doing: "read the files",
            source: broke.into(),
        })?;
        if stop.is_requested() {
            return Ok(false);
        }
        let waiting = std::mem::take(&mut self.waiting);
        self.bring(waiting, true).await?;
        tell(&self.told);
        Ok(true)
    }

    /// Counts what a batch is and puts its looks together by page.
    fn take(&mut self, batch: Batch) -> Vec<Group> {
        let told = &mut self.told;
        for kind in batch.kinds {
            *told.records.entry(kind).or_default() += 1;
        }
        for reason in batch.passed_over {
            told.pass_over(reason);
        }
        for (file, broken) in batch.broken {
            told.broken += 1;
            if told.broken_at.len() < MOST_BROKEN {
                told.broken_at.push(BrokenRecord {
                    file,
                    place: broken.place,
                    reason: broken.reason,
                });
            }
        }
        let unreadable = batch.unreadable;
        told.unreadable
            .extend(unreadable.map(|(file, reason)| UnreadableFile { file, reason }));
        told.files += batch.files;
        told.bytes = batch.bytes;
        let (mut groups, mut places) = (Vec::new(), HashMap::new());
        for mut look in batch.looks {
            self.date(&mut look);
            let url = self.work.rules.page(&look.url);
            let place = *places.entry(urlkey(&url)).or_insert(groups.len());
            if place == groups.len() {
                groups.push(Group {
                    site: site_of(&self.work.rules, &url),
                    url,
                    looks: Vec::new(),
                    waits_for: None,
                });
            }
            if let Some(group) = groups.get_mut(place) {
                group.looks.push(look);
            }
        }
        groups
    }

    /// Tells a reference by name or digest alone when the record was made that it means: once its looks are
    /// kept, that is how they are found.
    fn date(&mut self, look: &mut Foreign) {
        let hashed = |name: &dyn Fn(&mut DefaultHasher)| {
            let mut hasher = DefaultHasher::new();
            name(&mut hasher);
            hasher.finish()
        };
        let named = |id: &Option<String>| {
            let id = id.as_ref();
            id.map(|id| hashed(&|hasher: &mut DefaultHasher| id.hash(hasher)))
        };
        let of_body = |digest: &Option<Digest>, url: &PageUrl| {
            let digest = digest.as_ref();
            digest.map(|digest| hashed(&|hasher: &mut DefaultHasher| (digest, url).hash(hasher)))
        };
        match &mut look.body {
            Body::Own(_) if self.made_at.len() < MOST_DATED => {
                let names = [named(&look.id), of_body(&look.digest, &look.url)];
                let names = names.into_iter().flatten();
                self.made_at.extend(names.map(|name| (name, look.at)));
            }
            Body::Own(_) => {}
            Body::Same(reference) | Body::NotModified(reference) => {
                let names = [
                    named(&reference.id),
                    of_body(&reference.digest, &reference.url),
                ];
                let mut known = names.into_iter().flatten();
                let known = known.find_map(|name| self.made_at.get(&name).copied());
                reference.at = reference.at.or(known);
            }
        }
    }

    /// Brings in `groups` and those that waited for one of them.
    async fn bring(&mut self, groups: Vec<Group>, last: bool) -> Result<(), ArchiveError> {
        let waiting = self.waiting.iter().chain(&groups);
        let shelf = Arc::new(Shelf::of(waiting.flat_map(|group| &group.looks)));
        let new = Shelf::of(groups.iter().flat_map(|group| &group.looks));
        let comes = |group: &Group| group.waits_for.as_ref().is_some_and(|key| new.has(key));
        let (ready, still): (Vec<Group>, Vec<Group>) = std::mem::take(&mut self.waiting)
            .into_iter()
            .partition(comes);
        self.waiting = still;
        let groups: Vec<Group> = ready.into_iter().chain(groups).collect();
        self.side_by_side(groups, &shelf, last).await?;
        while weight(&self.waiting) > WAITING_BYTES {
            let half = self.waiting.len().div_ceil(2);
            let first: Vec<Group> = self.waiting.drain(..half).collect();
            self.side_by_side(first, &shelf, true).await?;
        }
        Ok(())
    }

    async fn side_by_side(
        &mut self,
        groups: Vec<Group>,
        shelf: &Arc<Shelf>,
        last: bool,
    ) -> Result<(), ArchiveError> {
        let pages = self.pages(&groups).await?;
        let mut reading = JoinSet::new();
        for (group, page) in groups.into_iter().zip(pages) {
            while reading.len() >= self.work.jobs.max(1) {
                self.note(reading.join_next().await)?;
            }
            let (work, run, shelf) = (self.work.clone(), self.run, Arc::clone(shelf));
            reading.spawn(async move {
                let url = group.url.clone();
                let brought = bring(&work, run, page, group, &shelf, last).await;
                brought.map(|brought| (url, brought))
            });
        }
        while !reading.is_empty() {
            self.note(reading.join_next().await)?;
        }
        Ok(())
    }

    async fn pages(&mut self, groups: &[Group]) -> Result<Vec<Option<PageId>>, ArchiveError> {
        let mut known = Vec::with_capacity(groups.len());
        for group in groups {
            known.push(self.work.library.find(&group.url).await?);
        }
        let Some(archive) = &self.work.archive else {
            return Ok(known);
        };
        // what only refers to others may come to nothing
        let has_own = |group: &Group| {
            let mut looks = group.looks.iter();
            looks.any(|look| matches!(look.body, Body::Own(_)))
        };
        let whole = groups.iter().filter(|group| has_own(group));
        let mut made = archive
            .know(whole.map(Group::page).collect())
            .await?
            .into_iter();
        for (group, page) in groups.iter().zip(&mut known) {
            if has_own(group) {
                *page = made.next();
            }
        }
        Ok(known)
    }

    fn note(&mut self, brought: Option<Joined>) -> Result<(), ArchiveError> {
        let (url, brought) = match brought {
            None => return Ok(()),
            Some(Ok(brought)) => brought?,
            Some(Err(broke)) => {
                return Err(ArchiveError::Store {
                    doing: "read looks of others",
                    source: broke.into(),
                });
            }
        };
        let told = &mut self.told;
        told.pages += u64::from(!brought.outcomes.is_empty());
        told.new_pages += u64::from(brought.is_new_page);
        for outcome in brought.outcomes {
            *told.looks.entry(outcome).or_default() += 1;
        }
        told.same += brought.same;
        told.versions += brought.versions;
        told.parts_missing += brought.parts_missing;
        told.digests_differ += brought.digests_differ;
        for _unresolved in 0..brought.unresolved {
            told.pass_over("refers-to-nothing-here");
        }
        told.failed.extend(brought.failed.map(|why| (url, why)));
        self.waiting.extend(brought.waits);
        Ok(())
    }
}

type Joined = Result<Result<(PageUrl, Brought), ArchiveError>, tokio::task::JoinError>;

fn weight(groups: &[Group]) -> usize {
    let looks = groups.iter().flat_map(|group| &group.looks);
    looks.map(Foreign::weight).sum()
}
