//! `zhanwen.toml`: settings that hold for every run in a folder.

use std::path::{Path, PathBuf};

use ipnet::IpNet;
use serde::Deserialize;

use crate::rules::{bytes_of, duration_of};

use super::ConfigError;
use crate::model::SiteId;
use crate::schedule::Timing;

/// The settings file as written; absent keys are `None`.
///
/// ```toml
/// contact = "https://www.example.org/about-our-crawler"
/// archive = "archive.db"
/// selectors = "selectors"
/// interval = 2.0            # seconds between two requests to one host
/// address_interval = 0.5    # and to one address, whatever the names of its hosts
/// connect_timeout = 10      # seconds
/// read_timeout = 20
/// total_timeout = 60
/// body_limit_mib = 20
/// max_pages = 20000         # budgets of a run, as --max-pages and its like
/// max_bytes = "5 GB"
/// max_time = "50m"
/// host_pages = 2000         # and of each host in it
/// host_bytes = "500 MB"
/// host_time = "30m"
/// allow_net = []            # address ranges to open, as "10.1.0.0/16"
/// schedule = "H H/2 * * *"  # when `crawl --watch` turns to sites whose rules do not say
/// ```
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    /// Where site owners can reach the operator.
    pub contact: Option<String>,
    /// The whole User-Agent.
    pub user_agent: Option<String>,
    /// The archive file.
    pub archive: Option<PathBuf>,
    /// The folder of rules files.
    pub selectors: Option<PathBuf>,
    /// Seconds between two requests to one host.
    pub interval: Option<f64>,
    /// Seconds between two requests to one address.
    pub address_interval: Option<f64>,
    /// Seconds until a connection must stand.
    pub connect_timeout: Option<f64>,
    /// Seconds between two reads.
    pub read_timeout: Option<f64>,
    /// Seconds for a whole exchange.
    pub total_timeout: Option<f64>,
    /// Most mebibytes of a body.
    pub body_limit_mib: Option<u64>,
    /// Most pages of a run.
    pub max_pages: Option<u64>,
    /// Most bytes of a run, with their unit.
    pub max_bytes: Option<String>,
    /// Most time of a run, with its unit.
    pub max_time: Option<String>,
    /// Most pages of each host.
    pub host_pages: Option<u64>,
    /// Most bytes of each host, with their unit.
    pub host_bytes: Option<String>,
    /// Most time for each host, with its unit.
    pub host_time: Option<String>,
    /// Address ranges to open.
    #[serde(default)]
    pub allow_net: Vec<IpNet>,
    /// When a watcher turns to sites whose rules do not say.
    pub schedule: Option<Lines>,
}

/// One line, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Lines {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl From<Lines> for Vec<String> {
    fn from(lines: Lines) -> Self {
        match lines {
            Lines::One(line) => vec![line],
            Lines::Several(lines) => lines,
        }
    }
}

impl SettingsFile {
    /// Reads the file at `path`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text).map_err(|message| ConfigError::Malformed {
            path: path.to_owned(),
            message,
        })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|refused| refused.to_string())?;
        let durations = [
            ("interval", file.interval),
            ("address_interval", file.address_interval),
            ("connect_timeout", file.connect_timeout),
            ("read_timeout", file.read_timeout),
            ("total_timeout", file.total_timeout),
        ];
        for (key, written) in durations {
            if written
                .is_some_and(|seconds| std::time::Duration::try_from_secs_f64(seconds).is_err())
            {
                return Err(format!(
                    "{key}: write seconds that are not negative, as in 2 or 0.5"
                ));
            }
        }
        let lines: Vec<String> = file.schedule.clone().map(Vec::from).unwrap_or_default();
        if file.schedule.is_some() && lines.is_empty() {
            return Err("schedule: write a line, as in \"17 */2 * * *\"".to_owned());
        }
        for line in &lines {
            // which site it is for decides where in its range an `H` falls, not whether it is sound
            Timing::parse(line, &SiteId::new("any")).map_err(|wrong| {
                format!("schedule: `{line}` is no line of crontab: {}", wrong.reason)
            })?;
        }
        let sizes = [
            ("max_bytes", &file.max_bytes),
            ("host_bytes", &file.host_bytes),
        ];
        for (key, written) in sizes {
            if written
                .as_deref()
                .is_some_and(|text| bytes_of(text).is_none_or(|bytes| bytes == 0))
            {
                return Err(format!("{key}: write a size, as in \"50 MB\" or \"2 GB\""));
            }
        }
        let pages = [
            ("max_pages", file.max_pages),
            ("host_pages", file.host_pages),
        ];
        for (key, written) in pages {
            if written == Some(0) {
                return Err(format!("{key}: write a number of pages that is not 0"));
            }
        }
        let spans = [("max_time", &file.max_time), ("host_time", &file.host_time)];
        for (key, written) in spans {
            if written
                .as_deref()
                .is_some_and(|text| duration_of(text).is_none_or(|time| time.is_zero()))
            {
                return Err(format!("{key}: write a duration, as in \"20m\" or \"2h\""));
            }
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_is_shown_with_its_line() {
        let message = SettingsFile::parse("contact = \"a\"\nintervall = 2\n").unwrap_err();
        assert!(message.contains("line 2"), "{message}");
        assert!(message.contains("intervall"), "{message}");
    }

    #[test]
    fn a_schedule_is_one_line_or_several_and_each_is_sound() {
        let read = |text: &str| SettingsFile::parse(text).map(|file| file.schedule.map(Vec::from));
        assert_eq!(read("schedule = '@daily'"), Ok(Some(vec!["@daily".into()])));
        let both = Ok(Some(vec!["0 6 * * *".into(), "0 18 * * *".into()]));
        assert_eq!(read("schedule = ['0 6 * * *', '0 18 * * *']"), both);
        assert_eq!(read(""), Ok(None));
        for wrong in ["'61 * * * *'", "['0 6 * * *', 'soon']", "[]"] {
            let message = read(&format!("schedule = {wrong}")).unwrap_err();
            assert!(message.starts_with("schedule"), "{message}");
        }
    }

    #[test]
    fn an_odd_size_or_duration_is_refused_by_key() {
        for (text, key) in [
            ("max_bytes = \"much\"", "max_bytes"),
            ("host_time = \"soon\"", "host_time"),
            ("max_time = \"0m\"", "max_time"),
            ("host_bytes = \"0 GB\"", "host_bytes"),
            ("max_pages = 0", "max_pages"),
            ("host_pages = 0", "host_pages"),
        ] {
            let message = SettingsFile::parse(text).unwrap_err();
            assert!(message.starts_with(key), "{message}");
        }
        assert!(SettingsFile::parse("max_time = \"50m\"\nhost_bytes = \"2 GB\"").is_ok());
    }

    #[test]
    fn negative_seconds_are_refused_by_key() {
        assert!(
            SettingsFile::parse("interval = -1")
                .unwrap_err()
                .starts_with("interval")
        );
    }
}
