//! Log lines on standard error, beside a progress line without tearing it.

use std::fmt::{self, Debug};
use std::io::{self, IsTerminal as _, Write};

use indicatif::MultiProgress;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{Writer, debug_fn};

use crate::config::{ConfigError, environment};

use super::args::{Global, LogFormat, When};
use super::failure::Failure;
use super::query::QueryError;

/// Where log lines go, and where progress is drawn.
#[derive(Debug, Clone)]
pub(super) struct Logs {
    bars: MultiProgress,
    interactive: bool,
    quiet: bool,
    colored: bool,
}

/// Starts logging as the command line asks. `ZHANWEN_LOG` refines it (`zhanwen::net=debug`).
pub(super) fn start(global: &Global) -> Logs {
    let interactive =
        io::stderr().is_terminal() && global.log_format == LogFormat::Text && global.quiet == 0;
    let colored = match global.color {
        When::Auto => io::stderr().is_terminal() && environment("NO_COLOR").is_none(),
        When::Always => true,
        When::Never => false,
    };
    let logs = Logs {
        bars: MultiProgress::new(),
        interactive,
        quiet: global.quiet > 0,
        colored,
    };

    let level = match (global.quiet, global.verbose) {
        (2.., _) => "error",
        (1, _) => "warn",
        (0, 0) => "info",
        (0, 1) => "debug",
        (0, _) => "trace",
    };
    // our own words at the wished level; libraries speak only of trouble
    let directives = environment("ZHANWEN_LOG")
        .unwrap_or_else(|| format!("warn,html5ever=error,zhanwen={level}"));
    let filter = EnvFilter::try_new(&directives).unwrap_or_else(|_wrong| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(logs.clone());
    // a second start (a test that runs two commands) keeps the first subscriber
    let _already_started = match global.log_format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text if global.verbose == 0 => builder
            .with_ansi(colored)
            .with_target(false)
            .fmt_fields(debug_fn(message_alone))
            .try_init(),
        LogFormat::Text => builder.with_ansi(colored).with_target(false).try_init(),
    };
    logs
}

/// Writes the message without its fields: each message reads alone, programs take JSON.
fn message_alone(writer: &mut Writer<'_>, field: &Field, value: &dyn Debug) -> fmt::Result {
    if field.name() == "message" {
        write!(writer, "{value:?}")
    } else {
        Ok(())
    }
}

impl Logs {
    /// Whether a person watches.
    pub(super) const fn interactive(&self) -> bool {
        self.interactive
    }

    /// Whether the user wants to hear of trouble alone.
    pub(super) const fn quiet(&self) -> bool {
        self.quiet
    }

    /// Columns of the terminal that progress is drawn on.
    pub(super) fn width() -> usize {
        const UNKNOWN: usize = 80;
        let size = console::Term::stderr().size_checked();
        let columns = size.map_or(UNKNOWN, |(_rows, columns)| usize::from(columns));
        columns.max(20)
    }

    /// Where progress is drawn.
    pub(super) const fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// Says why the command failed, once.
    pub(super) fn failure(&self, failure: &Failure) {
        let mut out = io::stderr().lock();
        let head = if self.colored {
            "\u{1b}[1;31merror\u{1b}[0m"
        } else {
            "error"
        };
        // nobody is left to tell when standard error itself is gone
        let _unheard = writeln!(out, "{head}: {}", failure.sentence());
        if let Failure::Config(ConfigError::Rules { reports }) = failure {
            for report in reports {
                let _unheard = writeln!(out, "{report:?}");
            }
        }
        if let Failure::Query(QueryError::Mistake(report)) | Failure::Search(report) = failure {
            let _unheard = writeln!(out, "{report:?}");
        }
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = LogLine;

    fn make_writer(&'a self) -> LogLine {
        LogLine {
            bars: self.interactive.then(|| self.bars.clone()),
            line: Vec::new(),
        }
    }
}

/// One log line, written whole when it is complete, with the progress line out of the way.
#[derive(Debug)]
pub(super) struct LogLine {
    bars: Option<MultiProgress>,
    line: Vec<u8>,
}

impl Write for LogLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let write = || io::stderr().lock().write_all(&self.line);
        // a log line that cannot be written must not stop the work
        let _unheard = match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        };
    }
}
