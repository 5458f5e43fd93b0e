//! One file of records, or several of a given size, and where one is wished an index of them.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::query::Captured;

use super::super::place::{FilePen, Place, Unfinished};
use super::super::stop::Stop;
use super::lines::SortedLines;
use super::records::Records;
use super::{Chosen, Sink, pen};

/// Files of records.
#[derive(Debug)]
pub(super) struct Files {
    chosen: Chosen,
    target: Place,
    /// Another file is begun at so many bytes.
    max_size: Option<u64>,
    stop: Stop,
    current: Records<BufWriter<FilePen>>,
    /// All of them, the current one last.
    unfinished: Vec<Unfinished>,
    index: Option<Index>,
}

/// An index of all files, and where it goes.
#[derive(Debug)]
struct Index {
    place: Place,
    file: Unfinished,
    lines: SortedLines,
}

impl Files {
    /// Begins the first one at `target`, or at names made of it where there may be several.
    pub(super) fn new(
        chosen: Chosen,
        target: Place,
        max_size: Option<u64>,
        stop: Stop,
    ) -> Result<Self, Failure> {
        let (file, current) = begin(&chosen, &target, max_size.map(|_size| 0), &stop)?;
        Ok(Self {
            chosen,
            target,
            max_size,
            stop,
            current,
            unfinished: vec![file],
            index: None,
        })
    }

    /// Makes an index of them in `file`, which goes to `place`.
    pub(super) fn index(&mut self, place: Place, file: Unfinished) {
        let lines = SortedLines::new();
        self.index = Some(Index { place, file, lines });
    }

    /// Puts all in their places.
    pub(super) fn finish(self) -> Result<(), Failure> {
        let ended = self.current.end();
        drop(ended.map_err(|source| self.target.refused(source))?);
        for file in self.unfinished {
            file.finish()?;
        }
        let Some(Index { place, file, lines }) = self.index else {
            return Ok(());
        };
        let written = pen(&file).and_then(|mut out| {
            lines.each(|line| writeln!(out, "{line}"))?;
            out.flush()
        });
        written.map_err(|source| place.refused(source))?;
        file.finish()
    }

    fn write(&mut self, captured: &Captured) -> io::Result<()> {
        for written in &captured.records {
            let line = self.current.put(written)?;
            if let (Some(index), Some(line)) = (&mut self.index, line) {
                index.lines.push(line)?;
            }
        }
        Ok(())
    }
}

impl Sink for Files {
    fn put(&mut self, captured: &Captured) -> Result<(), Failure> {
        if self
            .max_size
            .is_some_and(|most| self.current.bytes() >= most)
        {
            let number = Some(self.unfinished.len());
            let (file, next) = begin(&self.chosen, &self.target, number, &self.stop)?;
            let ended = std::mem::replace(&mut self.current, next).end();
            drop(ended.map_err(|source| self.target.refused(source))?);
            self.unfinished.push(file);
        }
        let written = self.write(captured);
        written.map_err(|source| self.target.refused(source))
    }
}

/// Begins the file numbered `number`, or the only one.
fn begin(
    chosen: &Chosen,
    target: &Place,
    number: Option<usize>,
    stop: &Stop,
) -> Result<(Unfinished, Records<BufWriter<FilePen>>), Failure> {
    let place = match number {
        Some(number) => target.at(numbered(target.path(), number))?,
        None => target.clone(),
    };
    let file = place.file(stop)?;
    let filename = place
        .path()
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let begun = pen(&file).and_then(|out| Records::begin(out, &filename, &chosen.info(&filename)));
    Ok((file, begun.map_err(|source| place.refused(source))?))
}

/// `all.warc.gz` as `all-00001.warc.gz`.
fn numbered(path: &Path, number: usize) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".gz").unwrap_or(&name);
    let stem = stem.strip_suffix(".warc").unwrap_or(stem);
    path.with_file_name(format!("{stem}-{number:05}.warc.gz"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_before_their_endings() {
        for (path, expected) in [
            ("a/all.warc.gz", "a/all-00012.warc.gz"),
            ("all.warc", "all-00012.warc.gz"),
            ("all.2026", "all.2026-00012.warc.gz"),
        ] {
            assert_eq!(numbered(Path::new(path), 12), PathBuf::from(expected));
        }
    }
}
