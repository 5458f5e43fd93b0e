//! Where an export goes: a file or folder that is there only when it is whole.
//!
//! What is unfinished has a name of its own beside its place, on the same disk, and is removed when
//! the export fails or is stopped. What is there already stays, unless replacing it is asked for;
//! and even then a folder is replaced only where it says of itself that an export made it.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile, TempDir};

use super::super::args::Target;
use super::super::failure::{CliError, Failure};
use super::choice::About;
use super::stop::Stop;

/// What a folder that an export made says of itself, and by what it is known. Readers of Parquet pass over
/// names that begin so.
pub(in crate::cli) const ABOUT: &str = "_export.json";

/// Where an export goes.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Place {
    path: PathBuf,
    force: bool,
}

impl Place {
    /// The place that `target` names. The archive itself is never written over.
    pub(in crate::cli) fn new(target: &Target, archive: &Path) -> Result<Self, Failure> {
        let place = Self {
            path: target.output.clone(),
            force: target.force,
        };
        let is_archive = match (place.path.canonicalize(), archive.canonicalize()) {
            (Ok(path), Ok(archive)) => path == archive,
            _ => false,
        };
        if is_archive {
            let why = "it is the archive";
            return Err(place.refused(io::Error::new(io::ErrorKind::InvalidInput, why)));
        }
        place.check()?;
        Ok(place)
    }

    /// A place beside this one: its name with `ending` behind it.
    pub(in crate::cli) fn beside(&self, ending: &str) -> Result<Self, Failure> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(ending);
        self.at(PathBuf::from(name))
    }

    /// The place at `path`, under the same conditions.
    pub(in crate::cli) fn at(&self, path: PathBuf) -> Result<Self, Failure> {
        let place = Self {
            path,
            force: self.force,
        };
        place.check()?;
        Ok(place)
    }

    /// Where it is.
    pub(in crate::cli) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether something is there that stays: told before the work, not after.
    fn check(&self) -> Result<(), Failure> {
        let Ok(there) = fs::symlink_metadata(&self.path) else {
            return Ok(());
        };
        let path = self.path.clone();
        if there.is_dir() {
            if is_empty(&path) || (self.force && path.join(ABOUT).is_file()) {
                return Ok(());
            }
            if !path.join(ABOUT).is_file() {
                return Err(CliError::ForeignFolder { path }.into());
            }
        } else if self.force {
            return Ok(());
        }
        Err(CliError::ExportThere { path }.into())
    }

    /// A file to write into.
    pub(in crate::cli) fn file(&self, stop: &Stop) -> Result<Unfinished, Failure> {
        let made =
            self.named(|builder| builder.make_in(self.folder(), |path| File::create_new(path)))?;
        Ok(Unfinished {
            file: made,
            place: self.clone(),
            stop: stop.clone(),
        })
    }

    /// A folder to write into.
    pub(in crate::cli) fn directory(&self) -> Result<UnfinishedFolder, Failure> {
        let made = self.named(|builder| {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                // as any folder: the user's mask takes away what it takes away
                builder.permissions(fs::Permissions::from_mode(0o777));
            }
            builder.tempdir_in(self.folder())
        })?;
        Ok(UnfinishedFolder {
            folder: made,
            place: self.clone(),
        })
    }

    /// Makes what is unfinished, under a name that tells what it is going to be.
    fn named<T>(
        &self,
        make: impl FnOnce(&mut Builder<'_, '_>) -> io::Result<T>,
    ) -> Result<T, Failure> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(".part");
        make(&mut builder).map_err(|source| self.refused(source))
    }

    fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// What the system said against writing here.
    pub(in crate::cli) fn refused(&self, source: io::Error) -> Failure {
        let path = self.path.clone();
        CliError::Write { path, source }.into()
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_none())
}

/// A file that is not whole yet; gone unless it is finished.
#[derive(Debug)]
pub(in crate::cli) struct Unfinished {
    file: NamedTempFile,
    place: Place,
    stop: Stop,
}

impl Unfinished {
    /// What writes into it; nothing more once the export is to stop.
    pub(in crate::cli) fn pen(&self) -> io::Result<FilePen> {
        Ok(FilePen {
            file: self.file.as_file().try_clone()?,
            stop: self.stop.clone(),
        })
    }

    /// Puts it in its place.
    pub(in crate::cli) fn finish(self) -> Result<(), Failure> {
        let place = self.place;
        self.file
            .as_file()
            .sync_all()
            .map_err(|source| place.refused(source))?;
        let put = if place.force {
            self.file.persist(&place.path)
        } else {
            self.file.persist_noclobber(&place.path)
        };
        match put {
            Ok(_file) => Ok(()),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let path = place.path;
                Err(CliError::ExportThere { path }.into())
            }
            Err(error) => Err(place.refused(error.error)),
        }
    }
}

/// Writes into a file that is not whole yet.
#[derive(Debug)]
pub(in crate::cli) struct FilePen {
    file: File,
    stop: Stop,
}

impl Write for FilePen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stop.check()?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for FilePen {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A folder that is not whole yet; gone with all that is in it unless it is finished.
#[derive(Debug)]
pub(in crate::cli) struct UnfinishedFolder {
    folder: TempDir,
    place: Place,
}

impl UnfinishedFolder {
    /// Where it is as yet.
    pub(in crate::cli) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Its place.
    pub(in crate::cli) const fn place(&self) -> &Place {
        &self.place
    }

    /// Puts it in its place with `about` in it.
    pub(in crate::cli) fn finish(self, about: &About) -> Result<(), Failure> {
        let Self { folder, place } = self;
        let about = format!("{:#}\n", about.object());
        let put = || {
            fs::write(folder.path().join(ABOUT), about)?;
            let there = place.path.exists() && !is_empty(&place.path);
            if !there {
                return fs::rename(folder.path(), &place.path);
            }
            // the old one steps aside first: a folder cannot be renamed over another
            let aside = TempDir::with_prefix_in(".replaced.", place.folder())?;
            let old = aside.path().join("old");
            fs::rename(&place.path, &old)?;
            let put = fs::rename(folder.path(), &place.path);
            if put.is_err() {
                fs::rename(&old, &place.path)?;
            }
            put
        };
        place.check()?;
        put().map_err(|source| place.refused(source))?;
        // it is in its place, and no longer to be removed
        let _kept = folder.keep();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            what: "articles",
            search: String::new(),
            order: "published",
            rows: 0,
            articles: 0,
            archive: "archive.db".to_owned(),
            exported_at: crate::model::Timestamp::from_unix_millis(0),
            tool: "zhanwen".to_owned(),
        }
    }

    fn place(folder: &TempDir, force: bool) -> Result<Place, Failure> {
        let target = Target {
            output: folder.path().join("out"),
            force,
        };
        Place::new(&target, Path::new("archive.db"))
    }

    fn inside(folder: &TempDir) -> Vec<String> {
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names
            .map(|name| name.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn who_is_stopped_leaves_nothing() {
        let folder = TempDir::new().expect("a folder");
        let stop = Stop::never();
        let place = place(&folder, false).expect("nothing is there");
        let file = place.file(&stop).expect("a file");
        let mut pen = file.pen().expect("a pen");
        pen.write_all(b"half").expect("room");
        assert_eq!(inside(&folder).len(), 1);
        stop.ask();
        assert!(pen.write_all(b" and half").is_err());
        drop((pen, file));
        let unfinished = place.directory().expect("a folder");
        fs::write(unfinished.path().join("a.md"), "half").expect("room");
        drop(unfinished);
        assert!(inside(&folder).is_empty());
    }

    #[test]
    fn what_came_meanwhile_stays() {
        let folder = TempDir::new().expect("a folder");
        let place = place(&folder, false).expect("nothing is there");
        let file = place.file(&Stop::never()).expect("a file");
        fs::write(place.path(), "another's").expect("room");
        assert!(file.finish().is_err());
        let kept = fs::read_to_string(place.path()).expect("the other's");
        assert_eq!((kept.as_str(), inside(&folder).len()), ("another's", 1));
    }

    #[test]
    fn a_folder_takes_the_place_of_an_export_alone() {
        let folder = TempDir::new().expect("a folder");
        for round in ["1", "2"] {
            let place = place(&folder, true).expect("an export may be replaced");
            let made = place.directory().expect("a folder");
            fs::write(made.path().join(round), "").expect("room");
            made.finish(&about()).expect("its place");
        }
        let out = folder.path().join("out");
        assert!(out.join("2").exists() && !out.join("1").exists());
        assert_eq!(inside(&folder), ["out"]);
        fs::remove_file(out.join(ABOUT)).expect("a file");
        assert!(place(&folder, true).is_err(), "no export made it");
    }
}
