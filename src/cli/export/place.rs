//! Where an export goes: a file or folder that is there only when it is whole.
//!
//! What is unfinished has a name of its own beside its place, on the same disk, and is removed when
//! the export fails or is stopped. What is there already stays, unless replacing it is asked for;
//! and even then a folder is replaced only where it says of itself that an export made it.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::super::args::Target;
use super::super::failure::{CliError, Failure};
use super::stop::Stop;

/// What a folder that an export made says of itself, and by what it is known.
pub(in crate::cli) const ABOUT: &str = "export.json";

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
