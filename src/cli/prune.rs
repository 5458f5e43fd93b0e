//! `zhanwen prune`: bytes received long ago, given up.

use std::sync::mpsc;

use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::crawl;
use crate::store::sqlite::upkeep::{self, Keep, PruneDone, Pruning};

use super::args::{Keeps, PruneArgs};
use super::exit::Exit;
use super::failure::Failure;
use super::logging::Logs;
use super::output::Output;
use super::progress::Task;
use super::render::{pruned, pruned_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &PruneArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let pruning = Pruning {
        before: SystemClock.now().minus(args.raw_older_than),
        keep: keep(&args.keep),
        sites: world::kept_sites(&library, settings, &args.sites).await?,
        command_line: world::command_line(),
    };
    let done = if args.dry_run {
        upkeep::would_prune(&settings.archive, &pruning)?
    } else {
        match drive(settings, pruning, logs).await? {
            Some(done) => done,
            None => return Ok(Exit::Interrupted),
        }
    };
    if args.json {
        output.line(&pruned_object(&done).to_string());
    } else {
        output.line(&pruned(&done));
    }
    Ok(if !done.complete {
        Exit::Interrupted
    } else if done.pruned.spared > 0 {
        Exit::ArchiveUnusable
    } else {
        Exit::Success
    })
}

fn keep(which: &[Keeps]) -> Keep {
    Keep {
        first: which.contains(&Keeps::First),
        last: which.contains(&Keeps::Last),
        versions: which.contains(&Keeps::Versions),
    }
}

/// Prunes with signals heard: the first stops it in order, the second at once.
async fn drive(
    settings: &Settings,
    pruning: Pruning,
    logs: &Logs,
) -> Result<Option<PruneDone>, Failure> {
    let (handle, stop) = crawl::stop();
    let (path, logs) = (settings.archive.clone(), logs.clone());
    let (send, done) = mpsc::channel();
    let work = tokio::task::spawn_blocking(move || {
        let mut task = Task::new(&logs);
        let done = upkeep::prune(
            &path,
            &pruning,
            &SystemClock,
            &|| stop.is_requested(),
            &mut |progress| task.tell(progress),
        );
        drop(task);
        // who asked may have gone away
        let _nobody_listens = send.send(done);
    });
    tokio::select! {
        _ended = work => {}
        () = world::second_signal(&handle) => return Ok(None),
    }
    match done.try_recv() {
        Ok(done) => Ok(Some(done?)),
        Err(_nothing) => Ok(None),
    }
}
