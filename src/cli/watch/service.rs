//! What a service manager is told: ready, reloading, stopping, alive, and in words.
//!
//! Without one (no `NOTIFY_SOCKET` in the environment) nothing is said to nobody.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The words for systemd's `sd_notify(3)`.
#[derive(Clone, Debug)]
pub(super) struct Service {
    watchdog: Option<Duration>,
    /// The last status told, so that none is told twice.
    status: Arc<Mutex<String>>,
}

impl Service {
    /// The service that the environment tells of.
    pub(super) fn of_environment() -> Self {
        Self {
            watchdog: watchdog(),
            status: Arc::default(),
        }
    }

    /// How often a sign of life is due: twice in the time the manager waits.
    pub(super) fn heartbeat(&self) -> Option<Duration> {
        self.watchdog.map(|limit| limit / 2)
    }

    /// Ready for the first time, or again.
    pub(super) fn ready(&self, status: &str) {
        self.keep(status);
        say(&[Word::Ready, Word::Status(status)]);
    }

    /// Taking up changed files.
    pub(super) fn reloading(&self) {
        const STATUS: &str = "reading the rules and settings anew";
        self.keep(STATUS);
        say(&[Word::Reloading, Word::Status(STATUS)]);
    }

    /// On the way out; said once.
    pub(super) fn stopping(&self) {
        const STATUS: &str = "stopping: finishing what is in flight";
        if self.keep(STATUS) {
            say(&[Word::Stopping, Word::Status(STATUS)]);
        }
    }

    /// Alive, and this is what it does.
    pub(super) fn alive(&self, status: &str) {
        let news = self.keep(status);
        match (self.watchdog.is_some(), news) {
            (true, true) => say(&[Word::Watchdog, Word::Status(status)]),
            (true, false) => say(&[Word::Watchdog]),
            (false, true) => say(&[Word::Status(status)]),
            (false, false) => {}
        }
    }

    /// Whether `status` is news.
    fn keep(&self, status: &str) -> bool {
        let mut kept = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *kept != status;
        status.clone_into(&mut kept);
        news
    }
}

enum Word<'a> {
    Ready,
    Reloading,
    Stopping,
    Watchdog,
    Status(&'a str),
}

#[cfg(unix)]
fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

#[cfg(unix)]
fn say(words: &[Word<'_>]) {
    use sd_notify::NotifyState;
    let mut states = Vec::new();
    for word in words {
        match word {
            Word::Ready => states.push(NotifyState::Ready),
            Word::Reloading => {
                states.push(NotifyState::Reloading);
                // Type=notify-reload asks which of two reloads this one is
                states.extend(NotifyState::monotonic_usec_now().ok());
            }
            Word::Stopping => states.push(NotifyState::Stopping),
            Word::Watchdog => states.push(NotifyState::Watchdog),
            Word::Status(status) => states.push(NotifyState::Status(status)),
        }
    }
    if let Err(refused) = sd_notify::notify(&states) {
        tracing::debug!("the service manager does not listen: {refused}");
    }
}

/// Other systems have no such manager.
#[cfg(not(unix))]
const fn watchdog() -> Option<Duration> {
    None
}

#[cfg(not(unix))]
const fn say(_words: &[Word<'_>]) {}
