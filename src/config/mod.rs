//! Settings: the settings file, the environment and the flags, filled once into each module's own
//! type. Nothing below this floor knows where a setting came from.

mod file;
mod selectors;
mod user_agent;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

use crate::rules::{Budget, bytes_of, duration_of};
use crate::schedule::USUAL_ROUNDS;

pub use file::{Lines, SettingsFile};
pub use selectors::load_rules;

/// Why the settings cannot be used. Everything wrong is reported at its file and line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The settings file cannot be read.
    #[error("read the settings file {}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The settings file is wrong.
    #[error("understand the settings file {}\n{message}", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line, caret and what is wrong.
        message: String,
    },
    /// The folder of rules files cannot be read.
    #[error("read the rules in {}", .path.display())]
    Selectors {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Rules files are wrong.
    #[error("understand {} rules file{}", .reports.len(), if .reports.len() == 1 { "" } else { "s" })]
    Rules {
        /// One report for each file, with line and caret.
        reports: Vec<miette::Report>,
    },
}

/// What was given on the command line or in the environment; `None` where nothing was.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--archive`.
    pub archive: Option<PathBuf>,
    /// `--selectors`.
    pub selectors: Option<PathBuf>,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--allow-net`.
    pub allow_net: Vec<IpNet>,
    /// `--contact`.
    pub contact: Option<String>,
    /// `--user-agent`.
    pub user_agent: Option<String>,
    /// `--interval`.
    pub interval: Option<Duration>,
    /// `--address-interval`.
    pub address_interval: Option<Duration>,
}

/// Settings without absence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The archive file.
    pub archive: PathBuf,
    /// The folder of rules files, and whether it was named (a missing default one is no mistake).
    pub selectors: PathBuf,
    /// Whether the folder was named by the user.
    pub selectors_named: bool,
    /// Address ranges opened.
    pub allow_net: Vec<IpNet>,
    /// Sent with every request.
    pub user_agent: String,
    /// Whether site owners are told where to reach the operator.
    pub has_contact: bool,
    /// Least time between two requests to a host, where one was set; the rules' and the built-in
    /// one stand behind it.
    pub interval: Option<Duration>,
    /// Least time between two requests to an address, where one was set.
    pub address_interval: Option<Duration>,
    /// Deadline for a connection.
    pub connect_timeout: Duration,
    /// Deadline between two reads.
    pub read_timeout: Duration,
    /// Deadline for a whole exchange.
    pub total_timeout: Duration,
    /// Most bytes of a body, coded or not.
    pub body_limit_bytes: u64,
    /// When a watcher turns to sites whose rules do not say: lines of crontab, sound ones.
    pub schedule: Vec<String>,
    /// Most pages of a run.
    pub max_pages: Option<u64>,
    /// Most bytes of a run.
    pub max_bytes: Option<u64>,
    /// Most time of a run.
    pub max_time: Option<Duration>,
    /// How much of a run may go to each host.
    pub host_budget: Budget,
}

impl Settings {
    /// Fills in what was given, then what the settings file says, then the defaults.
    pub fn resolve(given: Given) -> Result<Self, ConfigError> {
        let default = Path::new("zhanwen.toml");
        let file = match &given.config {
            Some(path) => SettingsFile::read(path)?,
            None if default.exists() => SettingsFile::read(default)?,
            None => SettingsFile::default(),
        };
        let maybe = |written: f64| Duration::try_from_secs_f64(written).ok();
        let seconds = |written: Option<f64>, default: u64| {
            written
                .and_then(maybe)
                .unwrap_or(Duration::from_secs(default))
        };
        let contact = given.contact.or(file.contact);
        let whole = given.user_agent.or(file.user_agent);
        let selectors = given.selectors.or(file.selectors);
        Ok(Self {
            archive: given
                .archive
                .or(file.archive)
                .unwrap_or_else(|| "archive.db".into()),
            selectors_named: selectors.is_some(),
            selectors: selectors.unwrap_or_else(|| "selectors".into()),
            allow_net: if given.allow_net.is_empty() {
                file.allow_net
            } else {
                given.allow_net
            },
            has_contact: contact.is_some() || whole.is_some(),
            user_agent: user_agent::compose(whole.as_deref(), contact.as_deref()),
            interval: given.interval.or_else(|| file.interval.and_then(maybe)),
            address_interval: given
                .address_interval
                .or_else(|| file.address_interval.and_then(maybe)),
            connect_timeout: seconds(file.connect_timeout, 10),
            read_timeout: seconds(file.read_timeout, 20),
            total_timeout: seconds(file.total_timeout, 60),
            body_limit_bytes: file
                .body_limit_mib
                .unwrap_or(20)
                .saturating_mul(1024 * 1024),
            schedule: file
                .schedule
                .map_or_else(|| vec![USUAL_ROUNDS.to_owned()], Vec::from),
            max_pages: file.max_pages,
            max_bytes: file.max_bytes.as_deref().and_then(bytes_of),
            max_time: file.max_time.as_deref().and_then(duration_of),
            host_budget: Budget {
                pages: file.host_pages,
                bytes: file.host_bytes.as_deref().and_then(bytes_of),
                time: file.host_time.as_deref().and_then(duration_of),
            },
        })
    }
}

/// A variable of the environment, unless it is unset, empty or not text.
#[expect(
    clippy::disallowed_methods,
    reason = "the one reader of the environment"
)]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
