//! A workbook: rows on sheets, a second kind of sheet that says what was asked for.
//!
//! Rows go straight into the container as they come, with their texts in place. Libraries either hold a
//! workbook in memory or write each sheet twice and end the process where the disk is full, so the few
//! parts of a plain workbook are written here.

mod cell;
mod package;
mod sheet;

use std::io::{self, BufWriter};

use crate::archive::Dossier;
use crate::cli::args::What;
use crate::cli::failure::Failure;

use super::Sink;
use super::choice::About;
use super::place::{FilePen, Place, Unfinished};
use super::stop::Stop;
use super::table::{self, Column, Value};

use package::{Package, Part};
use sheet::Sheet;

/// Rows of a sheet, as many as spreadsheet programs have, and bytes of it, as many as a container
/// without extensions takes. What is beyond goes on on the next sheet.
#[derive(Clone, Copy, Debug)]
struct Limits {
    rows: u32,
    bytes: u64,
    links: usize,
}

const LIMITS: Limits = Limits {
    rows: 1_048_576,
    bytes: 3 << 30,
    links: 65_530,
};

/// Writes a workbook.
#[derive(Debug)]
pub(super) struct Xlsx {
    what: What,
    book: Book<BufWriter<FilePen>>,
    file: Unfinished,
    place: Place,
}

impl Xlsx {
    /// Begins a workbook of `what` at `place`.
    pub(super) fn begin(what: What, place: Place, stop: &Stop) -> Result<Self, Failure> {
        let file = place.file(stop)?;
        let begun = file.pen().and_then(|pen| {
            let out = BufWriter::with_capacity(256 << 10, pen);
            Book::begin(what.name(), table::columns(what), LIMITS, out)
        });
        Ok(Self {
            what,
            book: begun.map_err(|source| place.refused(source))?,
            file,
            place,
        })
    }
}

impl Sink for Xlsx {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        let rows = table::rows(self.what, dossier);
        for row in &rows {
            self.book.row(row)?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.place.refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        let Self {
            book, file, place, ..
        } = *self;
        book.finish(about).map_err(|source| place.refused(source))?;
        file.finish()
    }
}

/// A workbook on its way.
#[derive(Debug)]
struct Book<W: io::Write + io::Seek> {
    name: &'static str,
    columns: Vec<Column>,
    limits: Limits,
    package: Package<W>,
    sheet: Sheet,
    /// The sheets that are whole: name and range of cells.
    done: Vec<Part>,
    cut: u64,
}

impl<W: io::Write + io::Seek> Book<W> {
    fn begin(name: &'static str, columns: Vec<Column>, limits: Limits, out: W) -> io::Result<Self> {
        let mut package = Package::begin(out)?;
        let sheet = Sheet::begin(&mut package, 1, &columns)?;
        Ok(Self {
            name,
            columns,
            limits,
            package,
            sheet,
            done: Vec::new(),
            cut: 0,
        })
    }

    fn row(&mut self, row: &[Value<'_>]) -> io::Result<()> {
        if self.sheet.rows() >= self.limits.rows || self.sheet.bytes() >= self.limits.bytes {
            self.end_sheet()?;
            let number = self.done.len() + 1;
            self.sheet = Sheet::begin(&mut self.package, number, &self.columns)?;
        }
        self.cut += self.sheet.row(&mut self.package, row, self.limits.links)?;
        Ok(())
    }

    fn end_sheet(&mut self) -> io::Result<()> {
        let number = self.done.len() + 1;
        let name = if number == 1 {
            self.name.to_owned()
        } else {
            format!("{} {number}", self.name)
        };
        let range = self.sheet.end(&mut self.package, number)?;
        self.done.push(Part {
            name,
            range: Some(range),
        });
        Ok(())
    }

    fn finish(mut self, about: &About) -> io::Result<()> {
        self.end_sheet()?;
        let mut said: Vec<(&str, String)> = about.lines().to_vec();
        said.push(("times", "UTC; publish_time in the site's zone".to_owned()));
        said.push((
            "cut",
            format!(
                "{} texts beyond what a cell holds, each marked at its end; other formats have them whole",
                self.cut
            ),
        ));
        let number = self.done.len() + 1;
        sheet::said(&mut self.package, number, &said)?;
        self.done.push(Part {
            name: "query".to_owned(),
            range: None,
        });
        self.package.finish(&self.done, about)
    }
}

#[cfg(test)]
mod tests;
