//! What is kept, read anew with today's rules and reader, and no host asked.
//!
//! The unit is a page with all its looks: read by one reader they differ where the page did, so what
//! only the reader changed is no change in the page's timeline. Each page is one transaction that
//! stands by itself, so a run that is killed is simply begun again; a page that is looked at meanwhile
//! is read once more.

mod look;
mod page;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::archive::{
    Archive, ArchiveError, Library, NewRun, PageId, RereadScope, RunEnd, RunEnding, RunId, RunKind,
    RunReport,
};
use crate::clock::Clock;
use crate::rules::RuleBook;

use super::Stop;

pub(in crate::crawl) use look::{answer, off_hand, read_part};
pub use page::{Became, Difference, Reparsed};

/// Pages whose numbers are asked for at once.
const BATCH: usize = 256;

/// What is to be read anew, by what, and where it is kept.
#[derive(Clone, Debug)]
pub struct Reparse {
    /// Where the answers are.
    pub library: Arc<dyn Library>,
    /// Where what they are read as is kept; nowhere where only the difference is wanted.
    pub archive: Option<Arc<dyn Archive>>,
    /// What to read where.
    pub rules: Arc<RuleBook>,
    /// When the run began and ended.
    pub clock: Arc<dyn Clock>,
    /// Which pages.
    pub scope: RereadScope,
    /// Pages read side by side.
    pub jobs: usize,
    /// The command line, for the record.
    pub command_line: String,
}

/// How far it is.
#[derive(Debug)]
pub enum Step {
    /// So many pages are in scope, and the run has this number where it is recorded.
    Begun(u64, Option<RunId>),
    /// A page is done.
    Page(Box<Reparsed>),
}

/// Reads the pages in scope anew and tells each to `tell`. Answers whether all of them were: a stop
/// ends it after the pages in work.
pub async fn reparse(
    work: &Reparse,
    mut tell: impl FnMut(Step),
    stop: &Stop,
) -> Result<bool, ArchiveError> {
    let pages = work.library.count_past(&work.scope).await?;
    let Some(archive) = &work.archive else {
        tell(Step::Begun(pages, None));
        return all(work, None, &mut tell, stop).await;
    };
    let run = archive
        .begin_run(NewRun {
            kind: RunKind::Reparse,
            command_line: work.command_line.clone(),
            started_at: work.clock.now(),
            alone: false,
        })
        .await?;
    tell(Step::Begun(pages, Some(run)));
    let mut report = RunReport::default();
    let mut counting = |step: Step| {
        if let Step::Page(page) = &step {
            count(&mut report, page);
        }
        tell(step);
    };
    let done = all(work, Some(run), &mut counting, stop).await;
    report.interrupted = matches!(done, Ok(false));
    let ending = RunEnding {
        end: match &done {
            Ok(true) => RunEnd::Completed,
            Ok(false) => RunEnd::Interrupted,
            Err(_) => RunEnd::Failed,
        },
        at: work.clock.now(),
        error: done.as_ref().err().map(ToString::to_string),
        report: Some(report),
    };
    let ended = archive.end_run(run, ending).await;
    let done = done?;
    ended.map(|()| done)
}

/// Adds what reading `page` anew came to.
fn count(report: &mut RunReport, page: &Reparsed) {
    let mut add = |name: &str, count: u64| {
        if count > 0 {
            *report.counts.entry(name.to_owned()).or_default() += count;
        }
    };
    add("pages_read", 1);
    add("answers_read", page.answers);
    add("pages_read_otherwise", u64::from(page.is_news()));
    add("versions_made", page.made);
    add("pages_left_as_they_were", u64::from(page.failed.is_some()));
}

async fn all(
    work: &Reparse,
    run: Option<RunId>,
    tell: &mut impl FnMut(Step),
    stop: &Stop,
) -> Result<bool, ArchiveError> {
    let mut reading = JoinSet::new();
    let mut after = PageId(0);
    loop {
        let pages = work.library.past_pages(&work.scope, after, BATCH).await?;
        let Some(last) = pages.last() else { break };
        after = *last;
        for page in pages {
            if stop.is_requested() {
                break;
            }
            while reading.len() >= work.jobs.max(1) {
                told(reading.join_next().await, tell)?;
            }
            let work = work.clone();
            reading.spawn(async move { page::reread(&work, run, page).await });
        }
        if stop.is_requested() {
            break;
        }
    }
    while !reading.is_empty() {
        told(reading.join_next().await, tell)?;
    }
    Ok(!stop.is_requested())
}

type Read = Result<Option<Reparsed>, ArchiveError>;

fn told(
    read: Option<Result<Read, tokio::task::JoinError>>,
    tell: &mut impl FnMut(Step),
) -> Result<(), ArchiveError> {
    match read {
        Some(Ok(Ok(Some(page)))) => tell(Step::Page(Box::new(page))),
        Some(Ok(Ok(None))) | None => {}
        Some(Ok(Err(error))) => return Err(error),
        Some(Err(broke)) => {
            return Err(ArchiveError::Store {
                doing: "read a page anew",
                source: broke.into(),
            });
        }
    }
    Ok(())
}
