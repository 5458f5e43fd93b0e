//! How far a piece of upkeep is: a bar on a terminal, a log line now and then elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::{Clock as _, SystemClock};
use crate::model::Timestamp;
use crate::store::sqlite::upkeep::Progress;

use super::{Logs, TOLD_EVERY};

/// A piece of upkeep that is followed.
#[derive(Debug)]
pub(in crate::cli) struct Task {
    bar: Option<ProgressBar>,
    doing: &'static str,
    told_at: Timestamp,
}

impl Task {
    /// Begins to follow one.
    pub(in crate::cli) fn new(logs: &Logs) -> Self {
        let bar = logs.interactive().then(|| {
            let bar = logs.bars().add(ProgressBar::no_length());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self {
            bar,
            doing: "",
            told_at: SystemClock.now(),
        }
    }

    /// Shows `words` beside what is being done.
    pub(in crate::cli) fn add(&self, words: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} ({words})", self.doing));
        }
    }

    /// Shows how far it is.
    pub(in crate::cli) fn tell(&mut self, progress: Progress) {
        let Progress { doing, done, of } = progress;
        if let Some(bar) = &self.bar {
            if self.doing != doing {
                let template = if of == 0 {
                    "{spinner:.cyan} {msg} {elapsed}"
                } else {
                    "{spinner:.cyan} {msg} {bar:30.cyan/dim} {percent}% {eta}"
                };
                if let Ok(style) = ProgressStyle::with_template(template) {
                    bar.set_style(style);
                }
                bar.reset();
                bar.set_message(doing);
            }
            if of > 0 {
                bar.set_length(of);
                bar.set_position(done);
            }
        } else if SystemClock.now().since(self.told_at) >= TOLD_EVERY {
            self.told_at = SystemClock.now();
            tracing::info!(done, of, "{doing}");
        }
        self.doing = doing;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
