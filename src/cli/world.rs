//! The world a command works in: the runtime, the HTTP client, the archive, the clock, the signals.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::archive::{Archive, Library, PageId, RunKind};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::crawl::{self, Captured, CrawlSettings, Plan, Report, StopHandle, World};
use crate::model::{PageUrl, SiteId};
use crate::net::{HttpFetch, HttpSettings};
use crate::query;
use crate::rules::RuleBook;
use crate::store::sqlite::{SqliteArchive, SqliteLibrary};

use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::progress::{self, Beside};

/// Runs `command` on a runtime of its own.
pub(super) fn block_on<F>(command: F) -> Result<Exit, Failure>
where
    F: Future<Output = Result<Exit, Failure>>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Start { source })?;
    let ended = runtime.block_on(async {
        outlive_size_limit();
        command.await
    });
    // a page that is still being read, or a name still looked up, has been given up already
    runtime.shutdown_background();
    ended
}

/// Lets a write past the shell's limit on file sizes fail as on a full disk, which the archive
/// tells of, instead of ending the process.
#[cfg(unix)]
fn outlive_size_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    const SIGXFSZ: i32 = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
        31
    } else {
        25
    };
    // a handler stays when its stream is dropped; where there can be none, the default holds
    let _stays = signal(SignalKind::from_raw(SIGXFSZ));
}

/// Other systems have no such limit.
#[cfg(not(unix))]
const fn outlive_size_limit() {}

/// The archive for reading.
pub(super) fn open_library(settings: &Settings) -> Result<Arc<dyn Library>, Failure> {
    Ok(Arc::new(SqliteLibrary::open(&settings.archive)?))
}

/// The archive for reading, and the page of it that `url` stands for.
pub(super) async fn find_kept(
    settings: &Settings,
    url: &str,
) -> Result<(Arc<dyn Library>, PageId), Failure> {
    let asked = page_url(url)?;
    let library = open_library(settings)?;
    let page = query::find(&library, &asked).await?;
    let page = page.ok_or_else(|| CliError::UnknownPage {
        url: url.to_owned(),
        archive: settings.archive.clone(),
    })?;
    Ok((library, page))
}

/// The sites of the archive that are called `names`.
pub(super) async fn kept_sites(
    library: &Arc<dyn Library>,
    settings: &Settings,
    names: &[String],
) -> Result<Vec<SiteId>, Failure> {
    let known = library.sites().await?;
    let mut sites = Vec::new();
    for name in names {
        let Some(site) = known.iter().find(|site| site.site.as_str() == name) else {
            let known: Vec<&str> = known.iter().map(|site| site.site.as_str()).collect();
            return Err(CliError::UnknownKeptSite {
                name: name.clone(),
                archive: settings.archive.clone(),
                known: known.join(", "),
            }
            .into());
        };
        sites.push(site.site.clone());
    }
    Ok(sites)
}

/// The archive for working, made when missing.
pub(super) fn open_archive(settings: &Settings) -> Result<Arc<SqliteArchive>, Failure> {
    Ok(Arc::new(SqliteArchive::open(&settings.archive)?))
}

/// Everything a run needs.
pub(super) fn build(
    settings: &Settings,
    archive: Arc<dyn Archive>,
    rules: Arc<RuleBook>,
    crawl: CrawlSettings,
) -> Result<World, Failure> {
    let fetch = HttpFetch::new(HttpSettings {
        user_agent: settings.user_agent.clone(),
        allow_net: settings.allow_net.clone(),
        connect_timeout: settings.connect_timeout,
        read_timeout: settings.read_timeout,
        total_timeout: settings.total_timeout,
        body_limit_bytes: settings.body_limit_bytes,
        keep_connections: super::descriptors::are_plenty(),
    })?;
    if !settings.has_contact {
        tracing::warn!(
            "no contact given: site owners cannot reach you; set --contact https://… or \
             `contact` in zhanwen.toml"
        );
    }
    Ok(World {
        fetch: Arc::new(fetch),
        archive,
        clock: Arc::new(SystemClock),
        rules,
        settings: crawl,
    })
}

/// `crawl` with what the user set.
pub(super) fn crawl_settings(settings: &Settings, crawl: CrawlSettings) -> CrawlSettings {
    CrawlSettings {
        interval: settings.interval,
        address_interval: settings.address_interval,
        body_limit_bytes: settings.body_limit_bytes,
        ..crawl
    }
}

/// The command line, for the record of a run. A path need not be text.
pub(super) fn command_line() -> String {
    let words = std::env::args_os();
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    words.join(" ")
}

/// The address of a page as a user typed it.
///
/// Credentials are refused rather than dropped in silence: they are not sent, and the command line
/// they stand in is kept with the run.
pub(super) fn page_url(text: &str) -> Result<PageUrl, Failure> {
    let url = PageUrl::parse(text)?;
    let typed = text.trim();
    let authority = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    let authority = authority.split(['/', '\\', '?', '#']).next();
    if authority.is_some_and(|authority| authority.contains('@')) {
        return Err(CliError::Credentials {
            url: url.to_string(),
        }
        .into());
    }
    Ok(url)
}

/// What a run came to.
#[derive(Debug)]
pub(super) struct Done {
    /// The report.
    pub report: Report,
    /// Every look at a page asked for by name, in order; a crawl's are in the archive alone.
    pub looks: Vec<Captured>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Runs `plan` in `world` with progress and signals. The first signal stops it in order, the
/// second at once; then there is nothing to answer with.
pub(super) async fn drive(world: &World, plan: Plan, logs: &Logs) -> Result<Option<Done>, Failure> {
    drive_beside(world, plan, logs, Beside::default()).await
}

/// The same, with what is to be known beside it.
pub(super) async fn drive_beside(
    world: &World,
    plan: Plan,
    logs: &Logs,
    beside: Beside,
) -> Result<Option<Done>, Failure> {
    let started = SystemClock.now();
    let (handle, stop) = crawl::stop();
    let (send, receive) = mpsc::channel(crawl::EVENTS_WAITING);
    let looks_wanted = plan.kind == RunKind::Scrape;
    let following = progress::follow(receive, logs.clone(), looks_wanted, beside);
    let following = tokio::spawn(following);
    let report = tokio::select! {
        report = crawl::run(world, plan, send, stop) => report?,
        () = second_signal(&handle) => return Ok(None),
    };
    let looks = following.await.unwrap_or_default();
    Ok(Some(Done {
        report,
        looks,
        elapsed: SystemClock.now().since(started),
    }))
}

/// Requests a stop at the first SIGINT or SIGTERM, returns at the second.
#[cfg(unix)]
pub(super) async fn second_signal(stop: &StopHandle) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        // without signals the run can only end by itself
        return std::future::pending().await;
    };
    for _count in 0..2 {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stop.request();
    }
}

/// Requests a stop at the first Ctrl-C, returns at the second.
#[cfg(not(unix))]
pub(super) async fn second_signal(stop: &StopHandle) {
    for _count in 0..2 {
        if tokio::signal::ctrl_c().await.is_err() {
            return std::future::pending().await;
        }
        stop.request();
    }
}
