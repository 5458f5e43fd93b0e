//! `zhanwen reparse`: what is kept, read anew.

use std::sync::Arc;

use crate::archive::{Library, PageId, RereadScope};
use crate::clock::SystemClock;
use crate::config::{Settings, load_rules};
use crate::crawl::{self, Reparse, Step, reparse, stop};
use crate::model::{SiteId, Timestamp};
use crate::query;
use crate::store::sqlite::upkeep::Progress;

use super::args::ReparseArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::Output;
use super::progress::Task;
use super::render::{Rereads, reparsed, reparsed_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &ReparseArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let rules = load_rules(&settings.selectors, settings.selectors_named)?;
    let library = world::open_library(settings)?;
    let scope = scope(args, settings, &library).await?;
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let work = Reparse {
        archive: if args.dry_run {
            None
        } else {
            Some(world::open_archive(settings)?)
        },
        library,
        rules: Arc::new(rules),
        clock: Arc::new(SystemClock),
        scope,
        jobs: args.jobs.map_or_else(cores, usize::from),
        command_line: world::command_line(),
    };
    let mut task = Task::new(logs);
    let mut rereads = Rereads::default();
    let (paint, width) = (output.paint(), Output::width());
    let tell = |step: Step| {
        let page = match step {
            Step::Begun(pages, run) => return rereads.begin(pages, run),
            Step::Page(page) => page,
        };
        rereads.count(&page);
        task.tell(Progress {
            doing: "reading pages anew",
            done: rereads.pages,
            of: rereads.of,
        });
        let shown = args.dry_run || page.failed.is_some();
        if args.json && (page.is_news() || page.failed.is_some()) {
            output.line(&reparsed_object(&page).to_string());
        } else if !args.json && shown && (page.is_news() || page.failed.is_some()) {
            output.line(&reparsed(&page, width, paint));
        }
    };
    let (handle, stop) = stop();
    let all = drive(&work, tell, &handle, &stop).await?;
    drop(task);
    let Some(all) = all else {
        return Ok(Exit::Interrupted);
    };
    if args.json {
        output.line(&rereads.object(args.dry_run, all).to_string());
    } else {
        output.line(&rereads.report(args.dry_run, all, paint));
    }
    Ok(match (all, rereads.failed) {
        (false, _) => Exit::Interrupted,
        (true, 0) => Exit::Success,
        (true, _) => Exit::SomeFailed,
    })
}

/// Reads with signals heard: the first stops it in order, the second at once.
async fn drive(
    work: &Reparse,
    tell: impl FnMut(Step),
    handle: &crawl::StopHandle,
    stop: &crawl::Stop,
) -> Result<Option<bool>, Failure> {
    tokio::select! {
        done = reparse(work, tell, stop) => Ok(Some(done?)),
        () = world::second_signal(handle) => Ok(None),
    }
}

async fn scope(
    args: &ReparseArgs,
    settings: &Settings,
    library: &Arc<dyn Library>,
) -> Result<RereadScope, Failure> {
    let mut scope = RereadScope {
        since: args.since.as_deref().map(since).transpose()?,
        ..RereadScope::default()
    };
    if !args.sites.is_empty() {
        let known = library.sites().await?;
        for name in &args.sites {
            let site = known.iter().find(|site| site.site.as_str() == name);
            let site = site.ok_or_else(|| CliError::UnknownSite {
                name: name.clone(),
                selectors: settings.selectors.clone(),
                known: names(known.iter().map(|site| &site.site)),
            })?;
            scope.sites.push(site.site.clone());
        }
    }
    for url in &args.urls {
        let asked = world::page_url(url)?;
        let page: Option<PageId> = query::find(library, &asked).await?;
        scope.pages.push(page.ok_or_else(|| CliError::UnknownPage {
            url: url.clone(),
            archive: settings.archive.clone(),
        })?);
    }
    Ok(scope)
}

fn names<'a>(sites: impl Iterator<Item = &'a SiteId>) -> String {
    sites.map(SiteId::as_str).collect::<Vec<_>>().join(", ")
}

/// The beginning of a day in UTC, or an instant.
fn since(text: &str) -> Result<Timestamp, Failure> {
    let whole = format!("{text}T00:00:00Z");
    Ok(whole.parse().or_else(|_no_day| text.parse())?)
}
