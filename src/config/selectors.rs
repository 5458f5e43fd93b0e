//! The folder of rules files, read and joined with the rules that are built in.

use std::fs;
use std::path::Path;

use crate::rules::{self, RuleBook};

use super::ConfigError;

/// The built-in rules with those of `folder` added; a file replaces the built-in one of its name.
///
/// A missing folder is a mistake only when the user `named` it. Every mistake of every file is
/// reported at once.
pub fn load_rules(folder: &Path, named: bool) -> Result<RuleBook, ConfigError> {
    let unreadable = |source| ConfigError::Selectors {
        path: folder.to_owned(),
        source,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(refused) if refused.kind() == std::io::ErrorKind::NotFound && !named => {
            return Ok(RuleBook::builtin());
        }
        Err(refused) => return Err(unreadable(refused)),
    };
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths.sort();

    let mut files = Vec::new();
    let mut reports = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|source| ConfigError::Selectors {
            path: path.clone(),
            source,
        })?;
        match rules::parse(&path.to_string_lossy(), &text) {
            Ok(file) => files.push(file),
            Err(mistakes) => reports.push(miette::Report::new(mistakes)),
        }
    }
    if reports.is_empty() {
        Ok(RuleBook::builtin().with_files(files))
    } else {
        Err(ConfigError::Rules { reports })
    }
}
