//! Bytes given up: bodies received long ago that no rule keeps.
//!
//! A body goes where every look that received it is old enough, and none of them is one to be kept. Its
//! row stays, with digests and length and the number of the run, so that it is told from one that is
//! missing. What was read of it stays. Work goes in small transactions, each of which leaves an archive
//! that is whole and says so in the run's report: who is killed has done what is told.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::archive::{ArchiveError, NewRun, PageId, RunEnd, RunEnding, RunId, RunKind, RunReport};
use crate::clock::Clock;
use crate::model::{SiteId, Timestamp};
use crate::store::sqlite::blob::rebase::{Recoded, keep_recoded, kept_against, recode};
use crate::store::sqlite::connection::{open_reading, open_writing};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::holder::Holder;
use crate::store::sqlite::writer::Desk;
use crate::store::sqlite::{report, runs};

use super::{Progress, Tell};

mod found;

use found::{Body, Found, estimate, find, kept_in};

/// Bodies in one transaction, at most.
const PORTION: usize = 128;

/// How often bodies are tried to be kept otherwise while somebody changes what they would rely on.
const ATTEMPTS: u32 = 5;

/// Others get their turn at writing between two transactions: SQLite keeps no queue.
const PAUSE: Duration = Duration::from_millis(5);

/// What is to be given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// Bodies of looks before then.
    pub before: Timestamp,
    /// Which of those stay nevertheless.
    pub keep: Keep,
    /// Of pages of these sites; of all where there are none.
    pub sites: Vec<SiteId>,
    /// The command line, for the record.
    pub command_line: String,
}

/// Which bodies stay, however old.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// The first that was received of each page.
    pub first: bool,
    /// The last.
    pub last: bool,
    /// The one that each version was first read from.
    pub versions: bool,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Bodies whose bytes were given up.
    pub bodies: u64,
    /// Bytes they were kept in.
    pub freed: u64,
    /// Bodies kept against one of those, which are kept otherwise now.
    pub rebased: u64,
    /// Dictionaries that no body needs any more.
    pub dictionaries: u64,
    /// Bodies left as they are since one that is kept against them cannot be read.
    pub spared: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneDone {
    /// The run; none where it was only asked what would go.
    pub run: Option<RunId>,
    /// Whether all of it was done, and nobody asked to stop.
    pub complete: bool,
    /// What went.
    pub pruned: Pruned,
}

/// Who is asked between two transactions whether to stop.
pub type Stopped<'a> = &'a dyn Fn() -> bool;

/// Gives up the bytes of bodies in the archive at `path`, whoever works on it meanwhile.
///
/// A body kept against one that goes is kept otherwise first, read before and after.
pub fn prune(
    path: &Path,
    pruning: &Pruning,
    clock: &dyn Clock,
    stopped: Stopped<'_>,
    tell: Tell<'_>,
) -> Result<PruneDone, ArchiveError> {
    // what is not there yet is not made for this
    drop(open_reading(path)?);
    let connection = open_writing(path)?;
    let told = |fault: Fault| fault.told("prune the archive", path);
    let run = begin(&connection, pruning, clock.now()).map_err(told)?;
    let mut work = Work {
        connection: &connection,
        pruning,
        run,
        pruned: Pruned::default(),
        received: HashSet::new(),
        latest: 0,
        stopped,
    };
    let done = work.all(tell).map_err(told);
    let ending = RunEnding {
        end: match &done {
            Ok(true) => RunEnd::Completed,
            Ok(false) => RunEnd::Interrupted,
            Err(_) => RunEnd::Failed,
        },
        at: clock.now(),
        error: done.as_ref().err().map(ToString::to_string),
        report: Some(reported(work.pruned)),
    };
    let pruned = work.pruned;
    let ended = alone(&connection, |connection| {
        runs::end(connection, run, &ending)
    });
    let complete = done?;
    ended.map_err(told)?;
    Ok(PruneDone {
        run: Some(run),
        complete,
        pruned,
    })
}

/// What [`prune`] would do, with nothing written.
pub fn would_prune(path: &Path, pruning: &Pruning) -> Result<PruneDone, ArchiveError> {
    let connection = open_reading(path)?;
    let told = |fault: Fault| fault.told("find what to prune", path);
    let pruned = estimate(&connection, pruning).map_err(told)?;
    Ok(PruneDone {
        run: None,
        complete: true,
        pruned,
    })
}

fn begin(connection: &Connection, pruning: &Pruning, now: Timestamp) -> Result<RunId, Fault> {
    let desk = Desk {
        holder: Holder::this(),
        lent: HashMap::new(),
    };
    let run = NewRun {
        kind: RunKind::Prune,
        command_line: pruning.command_line.clone(),
        started_at: now,
        alone: false,
    };
    alone(connection, |connection| {
        runs::begin(connection, &desk, &run)
    })
}

/// Does `work` in a transaction of its own.
fn alone<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    transaction.commit()?;
    Ok(done)
}

struct Work<'a> {
    connection: &'a Connection,
    pruning: &'a Pruning,
    run: RunId,
    pruned: Pruned,
    /// Bodies that were received since it was found what may go, up to the look numbered so.
    received: HashSet<i64>,
    latest: i64,
    stopped: Stopped<'a>,
}

impl Work<'_> {
    /// Answers whether it was all done.
    fn all(&mut self, tell: Tell<'_>) -> Result<bool, Fault> {
        tell(Progress {
            doing: "finding what may go",
            done: 0,
            of: 0,
        });
        let Found { bodies, looks } = find(self.connection, self.pruning)?;
        self.latest = looks;
        let of = u64::try_from(bodies.len()).unwrap_or(u64::MAX);
        let mut bases = Vec::new();
        let mut done = 0;
        for portion in bodies.chunks(PORTION) {
            if (self.stopped)() {
                return Ok(false);
            }
            bases.extend(self.give_up(portion)?);
            done += u64::try_from(portion.len()).unwrap_or_default();
            tell(Progress {
                doing: "pruning bodies",
                done,
                of,
            });
            std::thread::sleep(PAUSE);
        }
        let of = u64::try_from(bases.len()).unwrap_or(u64::MAX);
        for (done, base) in (1..).zip(bases) {
            if (self.stopped)() || !self.give_up_base(&base)? {
                return Ok(false);
            }
            tell(Progress {
                doing: "pruning bodies that others are kept against",
                done,
                of,
            });
        }
        self.give_up_dictionaries()?;
        Ok(true)
    }

    /// Gives up `bodies` but for those that others are kept against; answers those.
    fn give_up(&mut self, bodies: &[Body]) -> Result<Vec<Body>, Fault> {
        let mut bases = Vec::new();
        let (mut pruned, connection) = (self.pruned, self.connection);
        alone(connection, |connection| {
            self.see_received(connection)?;
            for (body, pages) in bodies {
                let Some(length) = kept_in(connection, *body)? else {
                    continue;
                };
                if self.received.contains(body) || self.is_evidence(connection, *body, pages)? {
                    continue;
                }
                if !kept_against(connection, *body, 1)?.is_empty() {
                    bases.push((*body, pages.clone()));
                    continue;
                }
                connection
                    .prepare_cached(
                        "UPDATE blob SET codec = 'pruned', data = x'', dict_id = NULL,
                             base_id = NULL, pruned_in = ?2
                         WHERE id = ?1",
                    )?
                    .execute([*body, self.run.0])?;
                forget_base(connection, *body, pages, None)?;
                pruned.bodies += 1;
                pruned.freed += length;
            }
            tell_run(connection, self.run, pruned)
        })?;
        self.pruned = pruned;
        Ok(bases)
    }

    /// Whether a version was read from the body after all: a page may be read anew meanwhile.
    fn is_evidence(
        &self,
        connection: &Connection,
        body: i64,
        pages: &[i64],
    ) -> Result<bool, Fault> {
        if !self.pruning.keep.versions {
            return Ok(false);
        }
        for page in pages {
            let named: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM version WHERE page_id = ?1 AND blob_id = ?2)",
                )?
                .query_row([page, &body], |row| row.get(0))?;
            if named {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps otherwise what is kept against `base`, and gives that up. `false` where it was stopped.
    fn give_up_base(&mut self, base: &Body) -> Result<bool, Fault> {
        let (body, pages) = base;
        let Some(page) = pages.first().copied().map(PageId) else {
            return Ok(true);
        };
        let (mut onto, mut in_vain) = (None, 0);
        loop {
            if (self.stopped)() {
                return Ok(false);
            }
            let limit = i64::try_from(PORTION).unwrap_or(i64::MAX);
            let against = kept_against(self.connection, *body, limit)?;
            let Some(latest) = against.first() else {
                let again = self.give_up(std::slice::from_ref(base))?;
                if again.is_empty() {
                    return Ok(true);
                }
                // a crawl kept one more against it
                continue;
            };
            let read = match onto {
                None => recode(self.connection, page, *latest, *body, None).map(|one| {
                    onto = Some(*latest);
                    Vec::from_iter(one)
                }),
                Some(onto) => against
                    .iter()
                    .filter_map(|one| {
                        recode(self.connection, page, *one, *body, Some(onto)).transpose()
                    })
                    .collect(),
            };
            let recoded: Vec<Recoded> = match read {
                Ok(recoded) => recoded,
                // what cannot be read now must not lose what may help to rescue it
                Err(Fault::Damaged(_) | Fault::Helpless(..) | Fault::Unreadable(_)) => {
                    return self.spare();
                }
                Err(fault) => return Err(fault),
            };
            let mut pruned = self.pruned;
            alone(self.connection, |connection| {
                for one in &recoded {
                    pruned.rebased += u64::from(keep_recoded(connection, one)?);
                }
                if let Some(onto) = onto {
                    forget_base(connection, *body, pages, Some(onto))?;
                }
                tell_run(connection, self.run, pruned)
            })?;
            in_vain = if pruned.rebased > self.pruned.rebased {
                0
            } else {
                in_vain + 1
            };
            self.pruned = pruned;
            if in_vain > ATTEMPTS {
                return self.spare();
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Leaves a body as it is. Another prune may have it.
    fn spare(&mut self) -> Result<bool, Fault> {
        self.pruned.spared += 1;
        let pruned = self.pruned;
        alone(self.connection, |connection| {
            tell_run(connection, self.run, pruned)
        })?;
        Ok(true)
    }

    /// Takes note of the bodies received meanwhile.
    fn see_received(&mut self, connection: &Connection) -> Result<(), Fault> {
        let mut statement =
            connection.prepare_cached("SELECT id, blob_id FROM fetch WHERE id > ?1")?;
        let mut rows = statement.query([self.latest])?;
        while let Some(row) = rows.next()? {
            self.latest = self.latest.max(row.get(0)?);
            self.received.extend(row.get::<_, Option<i64>>(1)?);
        }
        Ok(())
    }

    /// Gives up the bytes of dictionaries that no body names and no site uses.
    fn give_up_dictionaries(&mut self) -> Result<(), Fault> {
        let mut pruned = self.pruned;
        let latest: i64 =
            self.connection
                .query_row("SELECT coalesce(max(id), 0) FROM blob", [], |row| {
                    row.get(0)
                })?;
        for dictionary in unused_dictionaries(self.connection)? {
            alone(self.connection, |connection| {
                // a body that was packed with it is refused by now, unless it was kept since
                let gone = connection
                    .prepare_cached(
                        "UPDATE dict SET sha256 = NULL, data = NULL
                         WHERE id = ?1
                           AND NOT EXISTS (SELECT 1 FROM site WHERE dict_id = ?1)
                           AND NOT EXISTS (SELECT 1 FROM blob WHERE id > ?2 AND dict_id = ?1)",
                    )?
                    .execute([dictionary, latest])?;
                pruned.dictionaries += u64::try_from(gone).unwrap_or_default();
                tell_run(connection, self.run, pruned)
            })?;
            self.pruned = pruned;
        }
        Ok(())
    }
}

fn reported(pruned: Pruned) -> RunReport {
    let counts = [
        ("bodies_pruned", pruned.bodies),
        ("bytes_freed", pruned.freed),
        ("bodies_rebased", pruned.rebased),
        ("dictionaries_pruned", pruned.dictionaries),
        ("bodies_spared", pruned.spared),
    ];
    RunReport {
        counts: counts.map(|(name, count)| (name.to_owned(), count)).into(),
        ..RunReport::default()
    }
}

/// Keeps with the run what it came to so far.
fn tell_run(connection: &Connection, run: RunId, pruned: Pruned) -> Result<(), Fault> {
    connection
        .prepare_cached("UPDATE run SET report = ?2 WHERE id = ?1")?
        .execute(params![run.0, report::text(&reported(pruned))])?;
    Ok(())
}

/// Has the next bodies of `pages` kept against `onto`, where they would be kept against `body`.
fn forget_base(
    connection: &Connection,
    body: i64,
    pages: &[i64],
    onto: Option<i64>,
) -> Result<(), Fault> {
    let mut statement =
        connection.prepare_cached("UPDATE page SET base_id = ?3 WHERE id = ?1 AND base_id = ?2")?;
    for page in pages {
        statement.execute(params![page, body, onto])?;
    }
    Ok(())
}

fn unused_dictionaries(connection: &Connection) -> Result<Vec<i64>, Fault> {
    let replaced = "SELECT d.id FROM dict d JOIN site s ON s.id = d.site_id
                    WHERE d.data IS NOT NULL AND s.dict_id IS NOT d.id";
    let any: bool =
        connection.query_row(&format!("SELECT EXISTS ({replaced})"), [], |row| row.get(0))?;
    if !any {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(&format!(
        "{replaced} EXCEPT SELECT dict_id FROM blob WHERE dict_id IS NOT NULL"
    ))?;
    let found = statement.query_map([], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
