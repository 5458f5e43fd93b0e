//! The way of a single file: to its place with what says what it is beside it, or to standard output.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde_json::Value as Json;

use crate::cli::args::Target;
use crate::cli::failure::{CliError, Failure};
use crate::cli::output::{Output, harmless};

use super::place::{Place, Unfinished};
use super::stop::Stop;

/// Bytes written together.
const TOGETHER: usize = 256 << 10;

/// What stands beside a file to say what it is, behind the file's name.
const METADATA: &str = "-metadata.json";

/// Where one file goes.
#[derive(Debug)]
pub(super) enum Way {
    /// To standard output, alone.
    Output,
    /// To its place.
    File {
        file: Unfinished,
        place: Place,
        /// Where what says what it is goes, for formats that have no room for it.
        beside: Option<Place>,
        stop: Stop,
    },
}

/// What writes it.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    out: BufWriter<Box<dyn Nib + 'a>>,
    is_terminal: bool,
}

trait Nib: Write + std::fmt::Debug {}
impl<T: Write + std::fmt::Debug> Nib for T {}

impl Way {
    /// Opens the way to `target`, `-` being standard output. With `beside`, what the file is stands
    /// beside it.
    pub(super) fn open<'a>(
        target: &Target,
        archive: &Path,
        beside: bool,
        stop: &Stop,
        output: &'a mut Output,
    ) -> Result<(Self, Pen<'a>), Failure> {
        if target.output == Path::new("-") {
            let is_terminal = Output::is_terminal();
            let pen = Pen::new(Box::new(output), is_terminal);
            return Ok((Self::Output, pen));
        }
        let place = Place::new(target, archive)?;
        let beside = beside.then(|| place.beside(METADATA)).transpose()?;
        let file = place.file(stop)?;
        let pen = file.pen().map_err(|source| place.refused(source))?;
        let way = Self::File {
            file,
            place,
            beside,
            stop: stop.clone(),
        };
        Ok((way, Pen::new(Box::new(pen), false)))
    }

    /// The file's own name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Output => "-".to_owned(),
            Self::File { place, .. } => {
                let name = place.path().file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        }
    }

    /// What failed on the way.
    pub(super) fn refused(&self, source: io::Error) -> Failure {
        match self {
            Self::Output => {
                let path = "standard output".into();
                CliError::Write { path, source }.into()
            }
            Self::File { place, .. } => place.refused(source),
        }
    }

    /// Ends the writing, which came to `written`, and puts all in its place. A reader that left is no
    /// failure.
    pub(super) fn finish(self, written: io::Result<()>, about: &Json) -> Result<(), Failure> {
        match written {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(self.refused(error)),
        }
        let Self::File {
            file, beside, stop, ..
        } = self
        else {
            return Ok(());
        };
        let Some(place) = beside else {
            return file.finish();
        };
        let said = place.file(&stop)?;
        let text = format!("{about:#}\n");
        said.pen()
            .and_then(|mut pen| pen.write_all(text.as_bytes()))
            .map_err(|source| place.refused(source))?;
        file.finish()?;
        said.finish()
    }
}

impl<'a> Pen<'a> {
    fn new(nib: Box<dyn Nib + 'a>, is_terminal: bool) -> Self {
        Self {
            out: BufWriter::with_capacity(TOGETHER, nib),
            is_terminal,
        }
    }

    /// Whether a terminal obeys what is written.
    pub(super) const fn is_terminal(&self) -> bool {
        self.is_terminal
    }
}

/// What is written to a terminal is made harmless first.
impl Write for Pen<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        let text = String::from_utf8_lossy(bytes);
        let lines: Vec<String> = text.split('\n').map(harmless).collect();
        self.out.write_all(lines.join("\n").as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
