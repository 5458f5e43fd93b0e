//! `zhanwen import`: captures of others, out of WARC and WACZ files.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::{Archive, Library};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Settings, load_rules};
use crate::crawl::{Imported, Importing, Input, InputSource, UnreadableFile, Wanted, import, stop};
use crate::model::{SiteId, Timestamp};
use crate::store::memory::MemoryArchive;
use crate::store::sqlite::upkeep::Progress;

use super::args::ImportArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::logging::Logs;
use super::output::Output;
use super::progress::Task;
use super::render::{imported, imported_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &ImportArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let rules = load_rules(&settings.selectors, settings.selectors_named)?;
    let wanted = Wanted {
        sites: args.sites.iter().map(SiteId::new).collect(),
        since: args.since.as_deref().map(instant).transpose()?,
        until: args.until.as_deref().map(instant).transpose()?,
    };
    let (inputs, unopened, of) = open(&args.files);
    let (archive, library) = archive(args, settings)?;
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let work = Importing {
        library,
        archive,
        rules: Arc::new(rules),
        clock: Arc::new(SystemClock),
        wanted,
        due: args.due,
        jobs: args.jobs.map_or_else(cores, usize::from),
        body_limit_bytes: settings.body_limit_bytes,
        command_line: world::command_line(),
    };
    let mut task = Task::new(logs);
    let started = SystemClock.now();
    let tell = |told: &Imported| {
        task.tell(Progress {
            doing: "reading captures",
            done: told.bytes.min(of),
            of,
        });
        let seconds = SystemClock.now().since(started).as_secs().max(1);
        let (records, pages) = (told.all_records(), told.pages);
        task.add(&format!("{} records/s, {pages} pages", records / seconds));
    };
    let (handle, stop) = stop();
    let done = tokio::select! {
        done = import(&work, inputs, tell, &stop) => Some(done?),
        () = world::second_signal(&handle) => None,
    };
    drop(task);
    let Some((mut told, all)) = done else {
        return Ok(Exit::Interrupted);
    };
    told.unreadable.extend(unopened);
    let elapsed = SystemClock.now().since(started);
    if args.json {
        output.line(&imported_object(&told, args.dry_run, all, elapsed).to_string());
    } else {
        output.line(&imported(&told, args.dry_run, all, elapsed, output.paint()));
    }
    Ok(exit(&told, all, args.files.len()))
}

fn exit(told: &Imported, all: bool, files: usize) -> Exit {
    if !all {
        Exit::Interrupted
    } else if told.unreadable.len() >= files && told.all_records() == 0 {
        Exit::AllFailed
    } else if told.unreadable.is_empty() && told.broken == 0 && told.failed.is_empty() {
        Exit::Success
    } else {
        Exit::SomeFailed
    }
}

type Stores = (Option<Arc<dyn Archive>>, Arc<dyn Library>);

/// Where captures go and what is kept already. Who only asks needs no archive yet.
fn archive(args: &ImportArgs, settings: &Settings) -> Result<Stores, Failure> {
    if !args.dry_run {
        let archive = world::open_archive(settings)?;
        return Ok((Some(archive), world::open_library(settings)?));
    }
    if !settings.archive.exists() {
        return Ok((None, Arc::new(MemoryArchive::new())));
    }
    Ok((None, world::open_library(settings)?))
}

/// The files that can be opened, those that cannot, and the bytes of the former.
fn open(files: &[PathBuf]) -> (Vec<Input>, Vec<UnreadableFile>, u64) {
    let (mut inputs, mut unopened, mut bytes) = (Vec::new(), Vec::new(), 0);
    for path in files {
        let name = path.display().to_string();
        match source(path) {
            Ok((source, length)) => {
                bytes += length;
                inputs.push(Input { name, source });
            }
            Err(error) => unopened.push(UnreadableFile {
                file: name,
                reason: error.to_string(),
            }),
        }
    }
    (inputs, unopened, bytes)
}

fn source(path: &Path) -> std::io::Result<(InputSource, u64)> {
    if path == Path::new("-") {
        return Ok((InputSource::Stream(Box::new(std::io::stdin())), 0));
    }
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    // a pipe cannot be gone back in
    if about.is_file() {
        Ok((InputSource::File(file), about.len()))
    } else {
        Ok((InputSource::Stream(Box::new(file)), 0))
    }
}

/// The beginning of a day in UTC, or an instant.
fn instant(text: &str) -> Result<Timestamp, Failure> {
    let whole = format!("{text}T00:00:00Z");
    Ok(whole.parse().or_else(|_no_day| text.parse())?)
}
