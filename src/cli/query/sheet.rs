//! Where rows go: standard output, or a file that is there only when it is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::super::failure::{CliError, Failure};
use super::super::output::{Output, Paint};

/// Where rows go.
#[derive(Debug)]
pub(super) enum Sheet<'a> {
    /// Standard output.
    Output(&'a mut Output),
    /// A file under a name that it does not keep.
    File {
        path: PathBuf,
        part: Part,
        file: File,
    },
}

/// The unfinished file; removed unless it was finished.
#[derive(Debug)]
pub(super) struct Part(Option<PathBuf>);

impl Drop for Part {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // it was ours, and there is nobody to tell
            let _left = std::fs::remove_file(path);
        }
    }
}

impl<'a> Sheet<'a> {
    /// Opens the file at `path`, or standard output. The archive itself is never written over.
    pub(super) fn open(
        path: Option<&Path>,
        archive: &Path,
        output: &'a mut Output,
    ) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(Self::Output(output));
        };
        let refused = |source| CliError::Write {
            path: path.to_owned(),
            source,
        };
        let is_archive = match (path.canonicalize(), archive.canonicalize()) {
            (Ok(path), Ok(archive)) => path == archive,
            _ => false,
        };
        if is_archive {
            let why = "it is the archive";
            return Err(refused(io::Error::new(io::ErrorKind::InvalidInput, why)).into());
        }
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let file = File::create(&part).map_err(refused)?;
        Ok(Self::File {
            path: path.to_owned(),
            part: Part(Some(part)),
            file,
        })
    }

    /// Whether a terminal obeys what is written.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Self::Output(_)) && Output::is_terminal()
    }

    /// How to colour what is written.
    pub(super) fn paint(&self) -> Paint {
        match self {
            Self::Output(output) => output.paint(),
            Self::File { .. } => Paint::none(),
        }
    }

    /// Takes what is written, and makes it harmless on a terminal.
    pub(super) fn writer(&mut self) -> BufWriter<Pen<'_>> {
        const TOGETHER: usize = 64 << 10;
        BufWriter::with_capacity(
            TOGETHER,
            match self {
                Self::Output(output) => Pen::Output(output),
                Self::File { file, .. } => Pen::File(file),
            },
        )
    }

    /// Ends the writing, which came to `written`; a reader that left is no failure.
    pub(super) fn close(self, written: io::Result<()>) -> Result<(), Failure> {
        match self {
            Self::Output(_) => match written {
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(CliError::Write {
                    path: PathBuf::from("standard output"),
                    source: error,
                }
                .into()),
                _ => Ok(()),
            },
            Self::File {
                path,
                mut part,
                file,
            } => {
                let whole = written
                    .and_then(|()| file.sync_all())
                    .and_then(|()| match &part.0 {
                        Some(from) => std::fs::rename(from, &path),
                        None => Ok(()),
                    });
                whole.map_err(|source| CliError::Write { path, source })?;
                part.0 = None;
                Ok(())
            }
        }
    }
}

/// Writes to where the rows go.
#[derive(Debug)]
pub(super) enum Pen<'a> {
    /// Standard output.
    Output(&'a mut Output),
    /// A file.
    File(&'a mut File),
}

impl Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Output(output) => output.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Output(output) => output.flush(),
            Self::File(file) => file.flush(),
        }
    }
}
