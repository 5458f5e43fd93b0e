//! `zhanwen crawl --watch`: keeps running, begins each site's rounds when they are due, takes up
//! changed rules, and tells the service manager how it is.

mod endpoint;
mod files;
mod foreman;
mod service;

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::crawl;

use super::args::{CrawlArgs, Global};
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::metrics::Meters;
use super::output::Output;
use super::world;

use endpoint::Board;
use foreman::{Foreman, Told};
use service::Service;

/// The longest that a watch says nothing of itself.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// Runs the command: until a signal, or until the archive needs a person.
pub(super) async fn run(
    args: &CrawlArgs,
    global: &Global,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let service = Service::of_environment();
    let heartbeat = service
        .heartbeat()
        .map_or(HEARTBEAT, |half| half.min(HEARTBEAT));
    let board = Board::new(heartbeat);
    let meters = Meters::new().map_err(|source| CliError::Metrics { source })?;
    let meters = Arc::new(meters);
    if let Some(address) = args.watching.metrics_listen {
        let listener = TcpListener::bind(address)
            .await
            .map_err(|source| CliError::Listen { address, source })?;
        endpoint::serve(listener, board.clone(), Arc::clone(&meters));
    }
    let reload = Arc::new(Notify::new());
    let hangups = hangups(Arc::clone(&reload))?;
    let (handle, stop) = crawl::stop();
    let told = Told {
        service,
        board,
        meters,
    };
    let (mut foreman, first) = Foreman::begin(args, global, logs, output, told).await?;
    let stopping = {
        let (stop, service) = (stop.clone(), foreman.service());
        tokio::spawn(async move {
            stop.requested().await;
            service.stopping();
        })
    };
    let ended = tokio::select! {
        ended = crawl::watch(first, &mut foreman, &reload, heartbeat, stop) => Some(ended),
        () = world::second_signal(&handle) => None,
    };
    stopping.abort();
    // a watch that had nothing to finish ended before anybody was told
    foreman.service().stopping();
    hangups.abort();
    match ended {
        Some(Err(error)) => Err(error.into()),
        // nothing but a signal ends a watch in order
        Some(Ok(())) | None => Ok(Exit::Interrupted),
    }
}

/// Asks for a reload at each SIGHUP. From here on none of them ends the process.
#[cfg(unix)]
fn hangups(reload: Arc<Notify>) -> Result<tokio::task::JoinHandle<()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup()).map_err(|source| CliError::Start { source })?;
    Ok(tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            reload.notify_one();
        }
    }))
}

/// Other systems have no such signal: changed files are noticed all the same.
#[cfg(not(unix))]
fn hangups(_reload: Arc<Notify>) -> Result<tokio::task::JoinHandle<()>, Failure> {
    Ok(tokio::spawn(std::future::ready(())))
}
