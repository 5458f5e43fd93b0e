//! Parquet: one file, or a folder `site=…/month=…/part-N.parquet` as Hive lays it out, which Spark, pandas
//! and others read as one table.
//!
//! Rows are gathered by column until they are many enough for a row group. In a folder each site and
//! month gathers its own; when all together have become too large, the largest is written. So files
//! are few where rows come in the order of months, and memory has a bound in any order.

mod columns;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::archive::Dossier;
use crate::cli::args::What;
use crate::cli::failure::Failure;

use super::Sink;
use super::choice::{About, Choice};
use super::place::{FilePen, Place, Unfinished, UnfinishedFolder};
use super::stop::Stop;
use super::table::{self, Column, Kind, Value};

use columns::{Gathered, schema};

/// Bytes of rows that wait, all together.
const WAITING: usize = 48 << 20;

/// What Hive calls the absence of a value in a name.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// Writes one file.
pub(super) struct OneFile {
    what: What,
    gathered: Gathered,
    writer: SerializedFileWriter<BufWriter<FilePen>>,
    file: Unfinished,
    place: Place,
}

impl OneFile {
    /// Begins a file of `what` at `place`.
    pub(super) fn begin(what: What, place: Place, stop: &Stop) -> Result<Self, Failure> {
        let columns = table::columns(what);
        let file = place.file(stop)?;
        let begun = file.pen().and_then(|pen| {
            let out = BufWriter::with_capacity(256 << 10, pen);
            begin(&columns, out, Vec::new())
        });
        Ok(Self {
            what,
            gathered: Gathered::new(&columns),
            writer: begun.map_err(|source| place.refused(source))?,
            file,
            place,
        })
    }
}

impl Sink for OneFile {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        let rows = table::rows(self.what, dossier);
        for row in &rows {
            self.gathered.row(row);
        }
        if self.gathered.bytes() >= WAITING {
            self.gathered.write(&mut self.writer).map_err(told)?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.place.refused(source)
    }

    fn finish(self: Box<Self>, about: &About) -> Result<(), Failure> {
        let Self {
            mut gathered,
            mut writer,
            file,
            place,
            ..
        } = *self;
        let mut end = || -> Result<(), ParquetError> {
            gathered.write(&mut writer)?;
            for entry in said(about.lines()) {
                writer.append_key_value_metadata(entry);
            }
            writer.finish()?;
            writer.inner_mut().flush()?;
            Ok(())
        };
        end().map_err(|error| place.refused(told(error)))?;
        drop(writer);
        file.finish()
    }
}

/// Writes a folder.
#[derive(Debug)]
pub(super) struct Folder {
    what: What,
    columns: Vec<Column>,
    /// By site and month.
    gathered: BTreeMap<(String, String), Gathered>,
    /// How many files each has.
    files: BTreeMap<(String, String), usize>,
    waiting: usize,
    about: Vec<KeyValue>,
    root: UnfinishedFolder,
    stop: Stop,
}

impl Folder {
    /// Begins a folder of `what` at `place`. The site is said by names of folders alone: readers refuse
    /// a column that is there twice.
    pub(super) fn begin(
        what: What,
        choice: &Choice,
        place: &Place,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let columns = table::columns(what);
        // how many rows there are is known at the end, when the files are written
        let about = choice.about(what.name(), 0, 0);
        let lines = about.lines().into_iter();
        let lines = lines.filter(|(name, _)| !matches!(*name, "rows" | "articles"));
        Ok(Self {
            what,
            columns: columns
                .into_iter()
                .filter(|one| one.name != "site")
                .collect(),
            gathered: BTreeMap::new(),
            files: BTreeMap::new(),
            waiting: 0,
            about: said(lines),
            root: place.directory()?,
            stop: stop.clone(),
        })
    }

    fn row(&mut self, site: &str, row: &[Value<'_>]) {
        let month = month(self.what, row).unwrap_or_else(|| NO_VALUE.to_owned());
        let key = (site.to_owned(), month);
        let gathered = self
            .gathered
            .entry(key)
            .or_insert_with(|| Gathered::new(&self.columns));
        // the first is the site
        let before = gathered.bytes();
        gathered.row(row.get(1..).unwrap_or_default());
        self.waiting += gathered.bytes() - before;
    }

    /// Writes what waits of the one that has most.
    fn relieve(&mut self) -> io::Result<()> {
        let most = self.gathered.iter().max_by_key(|(_, one)| one.bytes());
        let Some(key) = most.map(|(key, _)| key.clone()) else {
            return Ok(());
        };
        self.stop.check()?;
        let Some(mut gathered) = self.gathered.remove(&key) else {
            return Ok(());
        };
        self.waiting -= gathered.bytes();
        let number = self.files.entry(key.clone()).or_default();
        let (site, month) = &key;
        let folder = format!("site={}/month={}", in_a_name(site), in_a_name(month));
        let folder = self.root.path().join(folder);
        fs::create_dir_all(&folder)?;
        let file = File::create_new(folder.join(format!("part-{number}.parquet")))?;
        *number += 1;
        let out = BufWriter::with_capacity(256 << 10, file);
        let mut writer = begin(&self.columns, out, self.about.clone())?;
        gathered.write(&mut writer).map_err(told)?;
        writer.finish().map_err(told)?;
        writer.inner_mut().flush()
    }
}

impl Sink for Folder {
    fn take(&mut self, dossier: &Dossier) -> io::Result<u64> {
        let rows = table::rows(self.what, dossier);
        for row in &rows {
            self.row(dossier.current.site.as_str(), row);
        }
        while self.waiting >= WAITING {
            self.relieve()?;
        }
        Ok(u64::try_from(rows.len()).unwrap_or(u64::MAX))
    }

    fn refused(&self, source: io::Error) -> Failure {
        self.root.place().refused(source)
    }

    fn finish(mut self: Box<Self>, about: &About) -> Result<(), Failure> {
        while !self.gathered.is_empty() {
            self.relieve().map_err(|source| self.refused(source))?;
        }
        self.root.finish(about)
    }
}

/// The month of a row: that of its article's publish time where the row is a text, else that in which it
/// was seen.
fn month(what: What, row: &[Value<'_>]) -> Option<String> {
    let wanted = match what {
        What::Articles | What::Versions => "publish_date",
        What::Views | What::Looks => "fetched_date",
        What::Changes => "observed_date",
    };
    let columns = table::columns(what);
    let day = row
        .iter()
        .zip(&columns)
        .find_map(|(value, column)| match value {
            Value::Day(day) if column.name == wanted => Some(*day),
            _ => None,
        })?;
    Some(format!("{:04}-{:02}", day.year(), day.month()))
}

/// `text` as a part of a path, written as Hive does.
fn in_a_name(text: &str) -> String {
    let letters = text.bytes().map(|byte| {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    });
    letters.collect()
}

fn begin<W: Write + Send>(
    columns: &[Column],
    out: W,
    about: Vec<KeyValue>,
) -> io::Result<SerializedFileWriter<W>> {
    let schema = schema(columns).map_err(told)?;
    SerializedFileWriter::new(out, schema, properties(columns, about)).map_err(told)
}

fn properties(columns: &[Column], about: Vec<KeyValue>) -> WriterPropertiesPtr {
    let level = ZstdLevel::try_new(3).unwrap_or_default();
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("zhanwen version {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::ZSTD(level))
        .set_key_value_metadata(Some(about));
    for column in columns {
        // no two articles have the same
        if matches!(column.kind, Kind::Paragraphs | Kind::Url) || column.name == "content_sha256" {
            let path = ColumnPath::from(column.name);
            properties = properties.set_column_dictionary_enabled(path, false);
        }
    }
    Arc::new(properties.build())
}

/// What a file says of itself beside its rows.
fn said(lines: impl IntoIterator<Item = (&'static str, String)>) -> Vec<KeyValue> {
    let lines = lines.into_iter();
    let entries = lines.map(|(name, value)| KeyValue::new(format!("zhanwen.{name}"), value));
    entries.collect()
}

/// What the system said, in its own words and kind.
fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
