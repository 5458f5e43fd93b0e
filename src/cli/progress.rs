//! What a run says while it works: a progress line on a terminal, log lines everywhere.

mod board;
mod task;

use std::sync::Arc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use crate::archive::Library;
use crate::clock::{Clock as _, SystemClock};
use crate::crawl::{Captured, Event};
use crate::model::{Outcome, SiteId, Timestamp};

use super::logging::Logs;
use super::metrics::{Meters, MetricsFile};
use super::output::harmless;

use board::Board;

pub(super) use task::Task;

/// How often a watched terminal is drawn anew.
const REDRAW: Duration = Duration::from_millis(250);

/// How often a log is told how far the run is.
const TOLD_EVERY: Duration = Duration::from_secs(30);

/// How often what is due is counted, and the metrics are written.
const COUNTED_EVERY: Duration = Duration::from_secs(15);

/// Lines of hosts under the line of the whole.
const HOST_LINES: usize = 5;

/// What a run is followed with, beside the log.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// Where what is due is counted, if it is.
    pub(super) library: Option<Arc<dyn Library>>,
    /// The sites of the run.
    pub(super) sites: Vec<SiteId>,
    /// Between two requests to one host.
    pub(super) interval: Duration,
    /// Hosts worked on side by side.
    pub(super) slots: usize,
    /// What counts for Prometheus.
    pub(super) meters: Option<Arc<Meters>>,
    /// Where they are written.
    pub(super) metrics_file: Option<Arc<MetricsFile>>,
}

/// Follows a run's events until it ends; answers with every look, in order, where they are wanted:
/// a long run has more than memory holds.
pub(super) async fn follow(
    mut events: mpsc::Receiver<Event>,
    logs: Logs,
    looks_wanted: bool,
    beside: Beside,
) -> Vec<Captured> {
    let now = SystemClock.now();
    let mut board = Board::new(now, beside.interval, beside.slots);
    let mut lines = logs.interactive().then(|| Lines::new(&logs));
    let (mut told_at, mut drawn_at) = (now, now);
    let mut counted_at: Option<Timestamp> = None;
    let mut run = None;
    let mut looks = Vec::new();
    loop {
        let now = SystemClock.now();
        let is_due = counted_at.is_none_or(|at| now.since(at) >= COUNTED_EVERY);
        if run.is_some() && is_due {
            counted_at = Some(now);
            beside.count(&mut board, now).await;
        }
        if let Some(lines) = &mut lines {
            if now.since(drawn_at) >= REDRAW || board.counts().0 == 0 {
                drawn_at = now;
                lines.draw(&board, now);
            }
        } else if now.since(told_at) >= TOLD_EVERY {
            told_at = now;
            tell(&board, run, now);
        }
        let pause = if lines.is_some() {
            REDRAW
        } else {
            Duration::from_secs(1)
        };
        let event = tokio::select! {
            biased;
            event = events.recv() => event,
            () = SystemClock.sleep_until(now.plus(pause)) => continue,
        };
        let Some(event) = event else { break };
        if let Event::RunStarted { run: begun, .. } = &event {
            run = Some(begun.0);
        }
        log(&event, run);
        board.note(&event, now);
        if let Some(meters) = &beside.meters {
            meters.note(&event);
        }
        if let Event::Captured(captured) = event
            && looks_wanted
        {
            looks.push(*captured);
        }
    }
    if let Some(lines) = lines {
        lines.clear();
    }
    beside.count(&mut board, SystemClock.now()).await;
    looks
}

impl Beside {
    /// Counts what is due, for who watches and for the metrics.
    async fn count(&self, board: &mut Board, now: Timestamp) {
        if let Some(library) = &self.library {
            match library.backlog(&self.sites, now).await {
                Ok(backlog) => {
                    board.note_backlog(&backlog, now);
                    if let Some(meters) = &self.meters {
                        meters.note_backlog(&backlog, now);
                    }
                }
                // whoever only looks on must not disturb the work
                Err(error) => tracing::debug!("failed to {error}"),
            }
        }
        if let (Some(meters), Some(file)) = (&self.meters, &self.metrics_file) {
            file.write_or_warn(meters);
        }
    }
}

/// One log line that tells how far the run is.
fn tell(board: &Board, run: Option<i64>, now: Timestamp) {
    let (looks, new, changed, failed) = board.counts();
    let (due, known_part_seconds) = (board.due(), board.known_part().as_secs());
    tracing::info!(
        run,
        looks,
        new,
        changed,
        failed,
        due,
        known_part_seconds,
        "{}",
        board.sentence(now)
    );
}

/// The lines of a watched terminal: the whole, then the hosts with most to do.
struct Lines {
    bars: Vec<ProgressBar>,
    logs: Logs,
}

impl Lines {
    fn new(logs: &Logs) -> Self {
        let total = logs.bars().add(ProgressBar::new_spinner());
        if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}") {
            total.set_style(style);
        }
        total.enable_steady_tick(Duration::from_millis(120));
        Self {
            bars: vec![total],
            logs: logs.clone(),
        }
    }

    fn draw(&mut self, board: &Board, now: Timestamp) {
        // the last column is left free, since some terminals break a full line
        let width = Logs::width().saturating_sub(3);
        let hosts = board.hosts(now, width, HOST_LINES);
        while self.bars.len() <= hosts.len() {
            let line = self.logs.bars().add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{msg:.dim}") {
                line.set_style(style);
            }
            self.bars.push(line);
        }
        while self.bars.len() > hosts.len() + 1 {
            if let Some(line) = self.bars.pop() {
                line.finish_and_clear();
                self.logs.bars().remove(&line);
            }
        }
        let lines = std::iter::once(board.total(now, width)).chain(hosts);
        for (bar, line) in self.bars.iter().zip(lines) {
            bar.set_message(line);
        }
    }

    fn clear(self) {
        for line in self.bars.iter().rev() {
            line.finish_and_clear();
        }
    }
}

/// A bar for `count` pages, where a person watches.
pub(super) fn bar(logs: &Logs, count: usize) -> Option<ProgressBar> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let interactive = logs.interactive();
    let line = interactive.then(|| logs.bars().add(ProgressBar::new(count)))?;
    let words = "{bar:30.cyan/dim} {pos} of {len} pages, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(words) {
        line.set_style(style);
    }
    Some(line)
}

/// One event as a log line whose message reads alone and whose identifiers are fields too.
fn log(event: &Event, run: Option<i64>) {
    match event {
        Event::RunStarted {
            pages, rechecked, ..
        } => {
            tracing::debug!(pages, rechecked, "run started from {pages} pages");
        }
        Event::HostLeased { host, visits } => {
            tracing::debug!(%host, visits, "leased {host} for {visits} visits");
        }
        Event::RobotsRead {
            origin,
            status,
            unreachable,
            is_page,
            crawl_delay,
            capped_to,
        } => {
            if let Some(reason) = unreachable {
                tracing::warn!(
                    origin,
                    status,
                    "robots.txt of {origin} cannot be had, so nothing is asked for: {reason}"
                );
            } else if let (Some(asked), Some(capped)) = (crawl_delay, capped_to) {
                tracing::warn!(
                    origin,
                    "{origin} asks for a Crawl-delay of {} s; {} s is heeded",
                    asked.as_secs_f64(),
                    capped.as_secs_f64()
                );
            } else if *is_page {
                tracing::info!(
                    origin,
                    status,
                    "{origin} gives a web page in place of its robots.txt, which forbids nothing"
                );
            } else {
                tracing::debug!(origin, status, "read the robots.txt of {origin}");
            }
        }
        Event::Counted { page, views } => {
            let url = page.as_str();
            match views {
                Ok(views) => tracing::debug!(page.url = url, views, "{views} views  {url}"),
                Err(why) => tracing::info!(page.url = url, "no views of {url}: {why}"),
            }
        }
        Event::AssetSettled {
            url,
            page,
            state,
            reason,
        } => {
            let (state, page) = (state.name(), page.as_str());
            if let Some(why) = reason {
                tracing::info!(page.url = page, state, "picture {state}  {url}: {why}");
            } else {
                tracing::debug!(page.url = page, state, "picture {state}  {url}");
            }
        }
        Event::Captured(captured) => {
            log_look(captured, run);
            for notice in &captured.notices {
                tracing::info!(kind = notice.kind.name(), url = %notice.url, "{}", notice.message);
            }
        }
        Event::HostWaits { host, until } => {
            tracing::trace!(%host, %until, "the next request to {host} waits until {until}");
        }
        Event::HostResting {
            host,
            until,
            reason,
        } => {
            tracing::warn!(%host, %until, "leaving {host} alone until {until}: {reason}");
        }
        Event::HostHeld { host, until } => {
            tracing::info!(%host, %until, "another process works on {host}; waiting for it");
        }
        Event::LeaseLost { host } => {
            tracing::warn!(%host, "lost the lease of {host}; whoever holds it now goes on");
        }
        Event::Stopping => tracing::info!("stopping: finishing what is in flight"),
    }
}

fn log_look(captured: &Captured, run: Option<i64>) {
    let host = captured.url.host();
    let host = host.as_str();
    let outcome = captured.outcome.name();
    let url = captured.url.as_str();
    let duration_ms = captured.elapsed.map(|elapsed| elapsed.as_millis());
    let title = captured
        .reading
        .as_ref()
        .and_then(|reading| reading.article.title.as_deref());
    let why = captured.reason.clone().or_else(|| {
        captured
            .error
            .as_ref()
            .map(|error| format!("failed to {error}"))
    });
    match captured.outcome {
        Outcome::New | Outcome::Changed | Outcome::Reverted => {
            let title = harmless(title.unwrap_or("(no title)"));
            tracing::info!(
                host,
                run,
                page.url = url,
                outcome,
                duration_ms,
                "{outcome}  {title}"
            );
        }
        Outcome::Gone => tracing::info!(host, run, page.url = url, outcome, "gone  {url}"),
        Outcome::Blocked if captured.reason.as_deref() == Some("robots.txt") => {
            tracing::info!(
                host,
                run,
                page.url = url,
                outcome,
                "robots.txt forbids  {url}"
            );
        }
        Outcome::Failed | Outcome::Blocked => {
            let why = harmless(&why.unwrap_or_default());
            tracing::warn!(
                host,
                run,
                page.url = url,
                outcome,
                duration_ms,
                "{outcome}  {url}  {why}"
            );
        }
        _ => {
            let kind = if captured.kind.leads_on() {
                captured.kind.name()
            } else {
                "page"
            };
            tracing::debug!(
                host,
                run,
                page.url = url,
                outcome,
                duration_ms,
                "{outcome}  {kind}  {url}"
            );
        }
    }
}
