//! An archive written anew without the space that was given up in it.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::archive::ArchiveError;
use crate::model::Timestamp;
use crate::store::sqlite::connection::{open_reading, open_writing};
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::holder::Holder;
use crate::store::sqlite::{article, headers, runs};

use super::{Progress, Tell};

/// Looks of before there were sets of headers that are brought to them in one transaction.
const SHARED: i64 = 4096;

/// What writing an archive anew came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the archive before.
    pub before: u64,
    /// And after.
    pub after: u64,
}

/// Writes the archive at `path` anew, its search index merged into one piece. Takes as much room again
/// beside the archive while it lasts.
///
/// Refused while a crawl is at work ([`ArchiveError::Busy`]): nobody else could write meanwhile. A
/// scrape or crawl that begins meanwhile waits, and gives up after half a minute. Cut short at any instant it leaves the
/// archive as it was.
pub fn compact(path: &Path, now: Timestamp, tell: Tell<'_>) -> Result<Compacted, ArchiveError> {
    // what is not there yet is not made for this
    drop(open_reading(path)?);
    let mut connection = open_writing(path)?;
    let done = rewrite(&mut connection, now, tell);
    done.map_err(|fault| fault.told("compact the archive", path))
}

fn rewrite(
    connection: &mut Connection,
    now: Timestamp,
    tell: Tell<'_>,
) -> Result<Compacted, Fault> {
    let mut say = |doing| {
        tell(Progress {
            doing,
            done: 0,
            of: 0,
        });
    };
    if let Some((run, since)) = runs::at_work(connection, &Holder::this(), now)? {
        return Err(Fault::Busy { run, since });
    }
    let before = length(connection)?;
    say("sharing headers");
    let mut last = Some(0);
    while let Some(after) = last {
        let sharing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        last = headers::share(&sharing, after, SHARED)?;
        sharing.commit()?;
    }
    say("merging the search index");
    let indexing = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    article::index_rest(&indexing)?;
    indexing.execute("INSERT INTO fts (fts) VALUES ('optimize')", [])?;
    indexing.commit()?;
    say("writing the archive anew");
    connection.execute_batch("VACUUM")?;
    say("folding the log in");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_row| Ok(()))?;
    Ok(Compacted {
        before,
        after: length(connection)?,
    })
}

/// Bytes of the archive, what is in the log counted.
fn length(connection: &Connection) -> Result<u64, Fault> {
    let pragma = |name: &str| -> Result<i64, Fault> {
        Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
    };
    let bytes = pragma("page_count")?.saturating_mul(pragma("page_size")?);
    Ok(u64::try_from(bytes).unwrap_or_default())
}
