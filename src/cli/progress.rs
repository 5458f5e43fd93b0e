//! What a run says while it works: a progress line on a terminal, log lines everywhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use crate::crawl::{Captured, Event};
use crate::model::{Outcome, PageKind};

use super::logging::Logs;

/// Counts what happened so far.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    looks: u64,
    new: u64,
    changed: u64,
    views_only: u64,
    failed: u64,
}

/// Follows a run's events until it ends; answers with every look, in order, where they are wanted:
/// a long run has more than memory holds.
pub(super) async fn follow(
    mut events: mpsc::UnboundedReceiver<Event>,
    logs: Logs,
    looks_wanted: bool,
) -> Vec<Captured> {
    let line = logs.interactive().then(|| progress_line(&logs));
    let mut tally = Tally::default();
    let mut looks = Vec::new();
    while let Some(event) = events.recv().await {
        log(&event);
        if let Event::Captured(captured) = event {
            tally.count(&captured);
            if let Some(line) = &line {
                line.set_message(tally.words(&captured, line.elapsed()));
            }
            if looks_wanted {
                looks.push(*captured);
            }
        }
    }
    if let Some(line) = line {
        line.finish_and_clear();
    }
    looks
}

fn progress_line(logs: &Logs) -> ProgressBar {
    let line = logs.bars().add(ProgressBar::new_spinner());
    if let Ok(style) = ProgressStyle::with_template("{spinner:.cyan} {msg}") {
        line.set_style(style);
    }
    line.enable_steady_tick(Duration::from_millis(120));
    line
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

impl Tally {
    fn count(&mut self, captured: &Captured) {
        self.looks += 1;
        match captured.outcome {
            Outcome::New => self.new += 1,
            Outcome::Changed | Outcome::Reverted => self.changed += 1,
            Outcome::ViewsOnly => self.views_only += 1,
            Outcome::Blocked | Outcome::Failed => self.failed += 1,
            _ => {}
        }
    }

    fn words(&self, captured: &Captured, elapsed: Duration) -> String {
        let Self {
            looks,
            new,
            changed,
            views_only,
            failed,
        } = self;
        let rate = u32::try_from(*looks).map_or(0.0, f64::from) / elapsed.as_secs_f64().max(0.1);
        let path = captured.url.as_url().path();
        format!(
            "{looks} looks  {rate:.1}/s  {new} new  {changed} changed  {views_only} views  {failed} failed  {}{path}",
            captured.url.host()
        )
    }
}

/// One event as a log line whose message reads alone and whose identifiers are fields too.
fn log(event: &Event) {
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
        Event::Captured(captured) => {
            log_look(captured);
            for notice in &captured.notices {
                tracing::info!(kind = notice.kind.name(), url = %notice.url, "{}", notice.message);
            }
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

fn log_look(captured: &Captured) {
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
            let title = title.unwrap_or("(no title)");
            tracing::info!(page.url = url, outcome, duration_ms, "{outcome}  {title}");
        }
        Outcome::Gone => tracing::info!(page.url = url, outcome, "gone  {url}"),
        Outcome::Blocked if captured.reason.as_deref() == Some("robots.txt") => {
            tracing::info!(page.url = url, outcome, "robots.txt forbids  {url}");
        }
        Outcome::Failed | Outcome::Blocked => {
            let why = why.unwrap_or_default();
            tracing::warn!(
                page.url = url,
                outcome,
                duration_ms,
                "{outcome}  {url}  {why}"
            );
        }
        _ => {
            let kind = if captured.kind == PageKind::List {
                "list"
            } else {
                "page"
            };
            tracing::debug!(
                page.url = url,
                outcome,
                duration_ms,
                "{outcome}  {kind}  {url}"
            );
        }
    }
}
