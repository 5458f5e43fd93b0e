//! Records on their way into a file, each where the index says that it is.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use crate::query::{Indexed, Written};
use crate::warc::{Entry, Record, Resource, sha256_text};

/// Counts and sums up what is written.
#[derive(Debug)]
pub(super) struct Summed<W> {
    out: W,
    bytes: u64,
    sum: Sha256,
}

impl<W: Write> Summed<W> {
    /// Nothing yet.
    pub(super) fn new(out: W) -> Self {
        Self {
            out,
            bytes: 0,
            sum: Sha256::new(),
        }
    }

    /// Where it was written to, and what was, as the file `path` of a package.
    pub(super) fn resource(self, path: &str) -> (W, Resource) {
        let resource = Resource {
            path: path.to_owned(),
            hash: sha256_text(&self.sum.finalize().into()),
            bytes: self.bytes,
        };
        (self.out, resource)
    }

    /// How many bytes were written.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.bytes += u64::try_from(written).unwrap_or_default();
        self.sum.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes records into one file.
#[derive(Debug)]
pub(super) struct Records<W> {
    out: Summed<W>,
    filename: String,
}

impl<W: Write> Records<W> {
    /// Begins the file called `filename` with what it says of itself.
    pub(super) fn begin(out: W, filename: &str, info: &Record) -> io::Result<Self> {
        let mut records = Self {
            out: Summed::new(out),
            filename: filename.to_owned(),
        };
        info.write_member(&mut records.out)?;
        Ok(records)
    }

    /// Writes a record; answers with its line for an index.
    pub(super) fn put(&mut self, written: &Written) -> io::Result<Option<String>> {
        let offset = self.out.bytes();
        written.record.write_member(&mut self.out)?;
        let length = self.out.bytes() - offset;
        let line = |indexed: &Indexed| {
            Entry {
                url: &indexed.url,
                date: indexed.date,
                content_type: indexed.content_type.as_deref(),
                revisits: indexed.revisits,
                status: indexed.status,
                digest: &indexed.digest,
                offset,
                length,
                filename: &self.filename,
            }
            .line()
        };
        Ok(written.indexed.as_ref().map(line))
    }

    /// Bytes so far.
    pub(super) const fn bytes(&self) -> u64 {
        self.out.bytes()
    }

    /// What was written.
    pub(super) fn end(mut self) -> io::Result<Summed<W>> {
        self.out.flush()?;
        Ok(self.out)
    }
}
