//! A WACZ file: a zip whose records, index and pages are read where they lie, none of it unpacked.

use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::model::{PageUrl, Timestamp};
use crate::query::{Captured, Page};
use crate::warc::{
    BLOCK_LINES, LEVEL, Package, Record, Resource, block_line, blocks_header, package_digest,
    page_line, pages_header,
};

use super::lines::SortedLines;
use super::records::{Records, Summed};

/// The records' file in it.
pub(super) const RECORDS: &str = "data.warc.gz";
const INDEX: &str = "index.cdx.gz";

/// Writes a WACZ file.
#[derive(Debug)]
pub(super) struct Wacz<W: Write + Seek> {
    records: Records<ZipWriter<W>>,
    options: SimpleFileOptions,
    lines: SortedLines,
    /// The list of pages, until its turn comes.
    pages: BufWriter<File>,
    main_page: Option<(PageUrl, Timestamp)>,
}

impl<W: Write + Seek> Wacz<W> {
    /// Begins one at `now` with what its records' file says of itself.
    pub(super) fn begin(out: W, now: Timestamp, info: &Record) -> io::Result<Self> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip_time(now))
            // any of them may grow past what 32 bits count
            .large_file(true);
        let mut zip = ZipWriter::new(out);
        zip.start_file(format!("archive/{RECORDS}"), options)?;
        let mut pages = BufWriter::new(tempfile::tempfile()?);
        writeln!(pages, "{}", pages_header())?;
        Ok(Self {
            records: Records::begin(zip, RECORDS, info)?,
            options,
            lines: SortedLines::new(),
            pages,
            main_page: None,
        })
    }

    /// Writes what a look came to.
    pub(super) fn put(&mut self, captured: &Captured) -> io::Result<()> {
        for written in &captured.records {
            if let Some(line) = self.records.put(written)? {
                self.lines.push(line)?;
            }
        }
        if let Some(page) = &captured.page {
            let Page {
                url,
                date,
                title,
                text,
            } = page;
            let line = page_line(url, *date, title.as_deref(), text.as_deref());
            writeln!(self.pages, "{line}")?;
            self.main_page.get_or_insert_with(|| (url.clone(), *date));
        }
        Ok(())
    }

    /// Writes what stands beside the records.
    pub(super) fn end(self, package: &Package<'_>) -> io::Result<W> {
        let Self {
            records,
            options,
            lines,
            pages,
            main_page,
        } = self;
        let mut resources = Vec::new();
        let mut zip = records
            .end()?
            .closed(&format!("archive/{RECORDS}"), &mut resources);

        let path = format!("indexes/{INDEX}");
        zip.start_file(&path, options)?;
        let mut blocks = Blocks::new(Summed::new(zip));
        lines.each(|line| blocks.put(line))?;
        let (out, list) = blocks.end()?;
        zip = out.closed(&path, &mut resources);

        zip = whole(
            zip,
            "indexes/index.idx",
            options,
            list.as_bytes(),
            &mut resources,
        )?;

        let mut pages = pages.into_inner().map_err(io::IntoInnerError::into_error)?;
        pages.rewind()?;
        zip.start_file("pages/pages.jsonl", options)?;
        let mut out = Summed::new(zip);
        io::copy(&mut pages, &mut out)?;
        zip = out.closed("pages/pages.jsonl", &mut resources);

        let package = Package {
            main_page: main_page.as_ref().map(|(url, date)| (url, *date)),
            ..*package
        };
        let list = package.json(&resources);
        // neither is in the list
        let mut beside = Vec::new();
        zip = whole(
            zip,
            "datapackage.json",
            options,
            list.as_bytes(),
            &mut beside,
        )?;
        let digest = package_digest(&list);
        zip = whole(
            zip,
            "datapackage-digest.json",
            options,
            digest.as_bytes(),
            &mut beside,
        )?;
        Ok(zip.finish()?)
    }
}

impl<W: Write> Summed<W> {
    /// Notes what was written as the file `path`, and gives back where to.
    fn closed(self, path: &str, resources: &mut Vec<Resource>) -> W {
        let (out, resource) = self.resource(path);
        resources.push(resource);
        out
    }
}

/// Writes a file at once.
fn whole<W: Write + Seek>(
    mut zip: ZipWriter<W>,
    path: &str,
    options: SimpleFileOptions,
    bytes: &[u8],
    resources: &mut Vec<Resource>,
) -> io::Result<ZipWriter<W>> {
    zip.start_file(path, options)?;
    let mut out = Summed::new(zip);
    out.write_all(bytes)?;
    Ok(out.closed(path, resources))
}

/// An index in blocks that are compressed each by itself, and the list of them.
struct Blocks<W> {
    out: Summed<W>,
    list: String,
    first: String,
    block: GzEncoder<Vec<u8>>,
    lines: usize,
}

impl<W: Write> Blocks<W> {
    fn new(out: Summed<W>) -> Self {
        Self {
            out,
            list: format!("{}\n", blocks_header(INDEX)),
            first: String::new(),
            block: empty(),
            lines: 0,
        }
    }

    fn put(&mut self, line: &str) -> io::Result<()> {
        if self.lines == 0 {
            line.clone_into(&mut self.first);
        }
        writeln!(self.block, "{line}")?;
        self.lines += 1;
        if self.lines == BLOCK_LINES {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.lines > 0 {
            let block = std::mem::replace(&mut self.block, empty()).finish()?;
            let line = block_line(&self.first, self.out.bytes(), &block);
            self.list.push_str(&line);
            self.list.push('\n');
            self.out.write_all(&block)?;
            self.lines = 0;
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<(Summed<W>, String)> {
        self.flush()?;
        Ok((self.out, self.list))
    }
}

fn empty() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::new(LEVEL))
}

/// `now` as a zip has it, in UTC; its first day where it cannot tell.
fn zip_time(now: Timestamp) -> DateTime {
    let now = now.as_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::from_date_and_time(
        u16::try_from(now.year()).unwrap_or_default(),
        part(now.month()),
        part(now.day()),
        part(now.hour()),
        part(now.minute()),
        part(now.second()),
    )
    .unwrap_or_default()
}
