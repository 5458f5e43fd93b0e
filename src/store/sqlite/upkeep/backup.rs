//! A copy of the archive as it is at one instant, made while others work on it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup as Copying, StepResult};

use crate::archive::ArchiveError;
use crate::store::sqlite::connection::open_reading;
use crate::store::sqlite::fault::Fault;

use super::verify::{Depth, Verified, verify};
use super::{Progress, Tell};

/// Pages of the file that are copied between two words of progress.
const PAGES: i32 = 2048;

/// A copy that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its length in bytes.
    pub bytes: u64,
    /// What a look at it came to. Where something is wrong, the copy is at `<target>.partial`: the
    /// archive itself is damaged.
    pub verified: Verified,
}

/// Copies the archive at `path` to `target` and looks at the copy as thoroughly as `depth` says.
///
/// The copy is one state of the archive however long it takes and whoever writes meanwhile. It is
/// made beside its place and gets its name once it is whole and on the disk, so that `target` is
/// never half a copy; what was there before stays until then.
pub fn backup(
    path: &Path,
    target: &Path,
    depth: Depth,
    tell: Tell<'_>,
) -> Result<Backup, ArchiveError> {
    let archive = open_reading(path)?;
    let partial = partial(target);
    let told = |fault: Fault| fault.told("copy the archive", target);
    remove(&partial).map_err(told)?;
    copy(&archive, &partial, tell).map_err(told)?;
    let verified = verify(&partial, depth, tell)?;
    let bytes = fs::metadata(&partial).map(|file| file.len());
    let bytes = bytes.map_err(|error| told(input_output(&error)))?;
    if verified.is_whole() {
        fs::rename(&partial, target).map_err(|error| told(input_output(&error)))?;
    }
    Ok(Backup { bytes, verified })
}

/// Where a copy is made that is to be `target`.
pub fn partial(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn copy(archive: &Connection, partial: &Path, tell: Tell<'_>) -> Result<(), Fault> {
    let mut copy = Connection::open(partial)?;
    {
        // held until the end: without it each write by others would begin the copy anew
        let _one_state = archive.unchecked_transaction()?;
        archive.query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))?;
        let copying = Copying::new(archive, &mut copy)?;
        loop {
            let step = copying.step(PAGES)?;
            let progress = copying.progress();
            let of = u64::try_from(progress.pagecount).unwrap_or_default();
            let left = u64::try_from(progress.remaining).unwrap_or_default();
            tell(Progress {
                doing: "copying",
                done: of.saturating_sub(left),
                of,
            });
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // the reader's own state cannot be changed by others
                _ => return Err(Fault::Unreadable("it is locked".to_owned())),
            }
        }
    }
    // one file, which stock tools open on a read-only medium as well; whoever works on it again
    // takes a log up again
    copy.pragma_update_and_check(None, "journal_mode", "delete", |_row| Ok(()))?;
    copy.close().map_err(|(_copy, error)| error)?;
    File::open(partial)
        .and_then(|file| file.sync_all())
        .map_err(|error| input_output(&error))
}

fn remove(partial: &Path) -> Result<(), Fault> {
    for suffix in ["", "-journal", "-wal", "-shm"] {
        let mut name = partial.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(input_output(&error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn input_output(error: &std::io::Error) -> Fault {
    Fault::Unreadable(error.to_string())
}
