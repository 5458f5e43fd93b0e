//! The file that Prometheus's text file collector reads.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::failure::CliError;

use super::Meters;

/// Where metrics are written.
#[derive(Debug)]
pub(in crate::cli) struct MetricsFile(PathBuf);

impl MetricsFile {
    /// The file at `path`; what cannot be written later is found now.
    pub(in crate::cli) fn at(path: &Path, meters: &Meters) -> Result<Self, CliError> {
        let file = Self(path.to_owned());
        file.write(meters)?;
        Ok(file)
    }

    /// Writes all metrics. A reader sees the old file or the new one, never half of it.
    pub(in crate::cli) fn write(&self, meters: &Meters) -> Result<(), CliError> {
        let refused = |source| CliError::Write {
            path: self.0.clone(),
            source,
        };
        // the collector reads whatever is called *.prom
        let mut beside = self.0.clone().into_os_string();
        beside.push(format!(".{}.tmp", std::process::id()));
        fs::write(&beside, meters.render()).map_err(refused)?;
        fs::rename(&beside, &self.0).map_err(|error| {
            // the first failure is the one to tell
            let _left_behind = fs::remove_file(&beside);
            refused(error)
        })
    }

    /// The same, while a run goes on: that its metrics cannot be written must not end it.
    pub(in crate::cli) fn write_or_warn(&self, meters: &Meters) {
        if let Err(error) = self.write(meters) {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!("failed to {error}: {}", source.unwrap_or_default());
        }
    }
}
