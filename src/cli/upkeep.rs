//! `zhanwen verify`, `backup` and `compact`: looking after the archive.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::archive::ArchiveError;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::model::Timestamp;
use crate::store::sqlite::upkeep::{self, Depth, Verified};

use super::args::{BackupArgs, CompactArgs, VerifyArgs};
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::Output;
use super::progress::Task;
use super::render::{bytes, verified, verified_object};

/// Runs `verify`.
pub(super) fn verify(
    args: &VerifyArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let depth = depth(args.quick);
    let mut task = Task::new(logs);
    let found = upkeep::verify(&settings.archive, depth, &mut |progress| {
        task.tell(progress);
    })?;
    drop(task);
    if args.json {
        output.line(&verified_object(&settings.archive, depth, &found).to_string());
    } else {
        output.line(&verified(&settings.archive, depth, &found, output.paint()));
    }
    Ok(exit(&found))
}

/// Runs `backup`.
pub(super) fn backup(
    args: &BackupArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let depth = depth(args.quick);
    let target = place(&args.target, &settings.archive, SystemClock.now());
    if is_same(&target, &settings.archive) {
        return Err(CliError::BackupOntoItself { path: target }.into());
    }
    if target.exists() && !args.replace {
        return Err(CliError::BackupThere { path: target }.into());
    }
    let mut task = Task::new(logs);
    let made = upkeep::backup(&settings.archive, &target, depth, &mut |progress| {
        task.tell(progress);
    })?;
    drop(task);
    let is_whole = made.verified.is_whole();
    let copy = if is_whole {
        target.clone()
    } else {
        upkeep::partial(&target)
    };
    if args.json {
        let mut object = verified_object(&copy, depth, &made.verified);
        if let Some(object) = object.as_object_mut() {
            object.insert("bytes".to_owned(), json!(made.bytes));
        }
        output.line(&object.to_string());
    } else {
        if is_whole {
            output.line(&format!("{}: {}", copy.display(), bytes(made.bytes)));
        } else {
            output.line(&format!(
                "{}: kept under this name, since something is wrong with it",
                copy.display()
            ));
        }
        output.line(&verified(&copy, depth, &made.verified, output.paint()));
    }
    Ok(exit(&made.verified))
}

/// Runs `compact`.
pub(super) fn compact(
    args: &CompactArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let mut task = Task::new(logs);
    let done = upkeep::compact(&settings.archive, SystemClock.now(), &mut |progress| {
        task.tell(progress);
    });
    drop(task);
    let done = done.map_err(|error| match error {
        ArchiveError::Busy { run, .. } => CliError::CompactBesideCrawl { run }.into(),
        other => Failure::from(other),
    })?;
    if args.json {
        output.line(&json!({"before": done.before, "after": done.after}).to_string());
    } else {
        output.line(&format!(
            "{}: {}, before {}",
            settings.archive.display(),
            bytes(done.after),
            bytes(done.before)
        ));
    }
    Ok(Exit::Success)
}

const fn depth(quick: bool) -> Depth {
    if quick { Depth::Quick } else { Depth::Full }
}

const fn exit(verified: &Verified) -> Exit {
    if verified.is_whole() {
        Exit::Success
    } else {
        Exit::ArchiveUnusable
    }
}

/// Where a copy goes: `target`, or in the folder `target` under a name that tells its time.
fn place(target: &Path, archive: &Path, now: Timestamp) -> PathBuf {
    if !target.is_dir() {
        return target.to_owned();
    }
    let digits = now.to_string().replace(['-', ':'], "");
    let instant = digits.split('.').next().unwrap_or_default();
    let stem = archive.file_stem().unwrap_or_default().to_string_lossy();
    target.join(format!("{stem}-{instant}Z.db"))
}

/// Whether two paths lead to one file.
fn is_same(target: &Path, archive: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    whole(target).is_some_and(|target| Some(target) == whole(archive))
}
