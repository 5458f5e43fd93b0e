//! Being stopped by a signal, so that what is unfinished is removed on the way out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether somebody asked to stop. Whoever writes looks at it, wherever in a format's code that is.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// One that the first Ctrl-C or SIGTERM sets.
    pub(in crate::cli) fn at_signals() -> Self {
        let stop = Self::default();
        let asked = stop.clone();
        tokio::spawn(async move {
            signal().await;
            asked.0.store(true, Ordering::Relaxed);
        });
        stop
    }

    /// One that nobody sets but [`Stop::ask`].
    #[cfg(test)]
    pub(in crate::cli) fn never() -> Self {
        Self::default()
    }

    /// Sets it.
    #[cfg(test)]
    pub(in crate::cli) fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is to stop.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error that ends whatever writes, once it is to stop.
    pub(in crate::cli) fn check(&self) -> io::Result<()> {
        if self.is_asked() {
            // not `Interrupted`, which writers take for a reason to try again
            return Err(io::Error::other("stopped by a signal"));
        }
        Ok(())
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
