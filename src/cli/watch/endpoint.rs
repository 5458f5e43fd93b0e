//! The endpoint of a watch: its metrics and whether it is well, for whoever asks over HTTP.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::clock::{Clock as _, SystemClock};
use crate::model::Timestamp;

use super::super::metrics::Meters;

/// So many heartbeats may be missed.
const MISSED: u32 = 3;

/// What is known of the watch's health.
#[derive(Clone, Debug)]
pub(super) struct Board {
    heartbeat: Duration,
    notes: Arc<Mutex<Notes>>,
}

#[derive(Debug, Default)]
struct Notes {
    turned_at: Option<Timestamp>,
    status: String,
    outdated: bool,
    /// Why the last round failed, where it did.
    failure: Option<String>,
}

impl Board {
    pub(super) fn new(heartbeat: Duration) -> Self {
        Self {
            heartbeat,
            notes: Arc::default(),
        }
    }

    /// Notes that the watch has turned once more.
    pub(super) fn note_turn(&self, at: Timestamp, status: String) {
        let mut notes = self.notes();
        notes.turned_at = Some(at);
        notes.status = status;
    }

    /// Notes whether files with a mistake are left aside.
    pub(super) fn note_files(&self, outdated: bool) {
        self.notes().outdated = outdated;
    }

    /// Notes how a round ended.
    pub(super) fn note_round(&self, failure: Option<String>) {
        self.notes().failure = failure;
    }

    /// Whether the watch is well at `now`, and how it is in words.
    fn health(&self, now: Timestamp) -> (bool, String) {
        let notes = self.notes();
        let Some(turned_at) = notes.turned_at else {
            return (false, "the watch has not begun".to_owned());
        };
        if now.since(turned_at) > self.heartbeat * MISSED {
            return (false, format!("the watch stands still since {turned_at}"));
        }
        if let Some(failure) = &notes.failure {
            return (false, format!("the last round {failure}"));
        }
        if notes.outdated {
            let words = "the rules in force are older than the files, which have a mistake";
            return (false, words.to_owned());
        }
        (true, notes.status.clone())
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers on `listener` for as long as the runtime lives.
pub(super) fn serve(listener: TcpListener, board: Board, meters: Arc<Meters>) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!("metrics at http://{address}/metrics, health at /healthz");
        if !address.ip().is_loopback() {
            tracing::warn!("whoever reaches {address} can read which sites are watched");
        }
    }
    let router = Router::new()
        .route("/healthz", get(healthz))
        .with_state(board)
        .merge(
            Router::new()
                .route("/metrics", get(metrics))
                .with_state(meters),
        );
    tokio::spawn(async move { axum::serve(listener, router).await });
}

async fn healthz(State(board): State<Board>) -> (StatusCode, String) {
    let (well, words) = board.health(SystemClock.now());
    let status = if well {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, format!("{words}\n"))
}

async fn metrics(State(meters): State<Arc<Meters>>) -> ([(HeaderName, &'static str); 1], String) {
    let told = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (told, meters.render())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_is_well_while_it_turns_and_its_rounds_succeed() {
        let start = Timestamp::from_unix_millis(1_800_000_000_000);
        let second = Duration::from_secs(1);
        let board = Board::new(second * 30);
        assert!(!board.health(start).0, "not begun");
        board.note_turn(start, "watching 2 sites".to_owned());
        assert_eq!(
            board.health(start.plus(second * 89)),
            (true, "watching 2 sites".to_owned())
        );
        let (well, words) = board.health(start.plus(second * 91));
        assert!(!well && words.contains("stands still"), "{words}");
        board.note_round(Some("failed to keep what the crawl found".to_owned()));
        let (well, words) = board.health(start);
        assert!(!well && words.contains("the last round failed"), "{words}");
        board.note_round(None);
        board.note_files(true);
        assert!(!board.health(start).0, "files with a mistake");
        board.note_files(false);
        assert!(board.health(start).0);
    }
}
