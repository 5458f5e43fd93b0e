//! Whether the settings file or a rules file was changed since it was read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What the files looked like: when each was written and how long it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Files(Vec<(PathBuf, Option<Look>)>);

type Look = (Option<SystemTime>, u64);

impl Files {
    /// The settings file and the rules files of the folder `selectors`, as they are now. What
    /// cannot be looked at is different from what can.
    pub(super) fn now(settings: &Path, selectors: &Path) -> Self {
        let mut files = vec![(settings.to_owned(), look(settings))];
        match rules_files(selectors) {
            Ok(paths) => files.extend(paths.into_iter().map(|path| {
                let seen = look(&path);
                (path, seen)
            })),
            Err(_unreadable) => files.push((selectors.to_owned(), None)),
        }
        files.sort();
        Self(files)
    }
}

fn rules_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml"));
    Ok(paths)
}

fn look(path: &Path) -> Option<Look> {
    let seen = fs::metadata(path).ok()?;
    Some((seen.modified().ok(), seen.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_comes_goes_or_changes_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = folder.path().join("zhanwen.toml");
        let rules = folder.path().join("selectors");
        let now = || Files::now(&settings, &rules);
        let nothing = now();
        assert_eq!(nothing, now());
        fs::create_dir(&rules).expect("a folder");
        let empty = now();
        assert_ne!(nothing, empty);
        fs::write(rules.join("a.txt"), "other").expect("written");
        assert_eq!(empty, now(), "no rules file");
        fs::write(rules.join("a.toml"), "name = 'a'").expect("written");
        let one = now();
        assert_ne!(empty, one);
        fs::write(rules.join("a.toml"), "name = 'ab'").expect("written");
        assert_ne!(one, now());
        fs::write(&settings, "interval = 3").expect("written");
        let set = now();
        fs::remove_file(rules.join("a.toml")).expect("removed");
        assert_ne!(set, now());
    }
}
