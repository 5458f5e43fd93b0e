//! Files, read on a thread of their own: their records sorted and handed on in batches.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};

use tokio::sync::mpsc::Sender;

use crate::model::{SiteId, Timestamp};
use crate::rules::RuleBook;
use crate::warc::read::package;
use crate::warc::read::{Broken, Item, Reader};

use super::super::Stop;
use super::super::site::site_of;
use super::sort::{Foreign, Sorted, sort};

/// Looks handed on at once, at most, and the bytes of their bodies.
const BATCH: usize = 512;
const BATCH_BYTES: usize = 32 << 20;

/// Requests with another method than GET that are remembered: their answers may come later.
const MOST_REMEMBERED: usize = 100_000;

/// A file to be read.
#[derive(Debug)]
pub struct Input {
    /// What to call it.
    pub name: String,
    /// Its bytes.
    pub source: InputSource,
}

/// Where a file's bytes come from.
pub enum InputSource {
    /// A file.
    File(File),
    /// Something that can be read once.
    Stream(Box<dyn Read + Send>),
}

impl std::fmt::Debug for InputSource {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::File(_) => "File",
            Self::Stream(_) => "Stream",
        })
    }
}

/// Which records are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of these sites alone, where there are any.
    pub sites: Vec<SiteId>,
    /// Not before.
    pub since: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
}

/// What was read of the files since the batch before.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) looks: Vec<Foreign>,
    pub(super) kinds: Vec<String>,
    pub(super) passed_over: Vec<&'static str>,
    pub(super) broken: Vec<(String, Broken)>,
    pub(super) unreadable: Option<(String, String)>,
    pub(super) files: u64,
    /// Bytes read so far of all files.
    pub(super) bytes: u64,
    /// Records of requests with another method than GET.
    other_methods: HashSet<String>,
    weight: usize,
}

/// Reads `inputs` one after the other.
pub(super) struct Feed<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) rules: &'a RuleBook,
    pub(super) limit: usize,
    pub(super) to: Sender<Batch>,
    pub(super) stop: &'a Stop,
}

/// Nobody listens any more.
struct Ended;

impl Feed<'_> {
    pub(super) fn read(&self, inputs: Vec<Input>) {
        let (mut batch, mut before) = (Batch::default(), 0);
        for input in inputs {
            let name = input.name;
            let read = match input.source {
                InputSource::File(file) => self.file(&name, file, &mut batch, before),
                InputSource::Stream(source) => self.stream(&name, source, &mut batch, before),
            };
            match read {
                Ok(Ok(())) => batch.files += 1,
                Ok(Err(Ended)) => return,
                Err(error) => batch.unreadable = Some((name, error.to_string())),
            }
            before = batch.bytes;
            if self.hand_on(&mut batch).is_err() {
                return;
            }
        }
    }

    fn file(
        &self,
        name: &str,
        mut file: File,
        batch: &mut Batch,
        before: u64,
    ) -> io::Result<Result<(), Ended>> {
        let mut beginning = Vec::new();
        (&mut file).take(4).read_to_end(&mut beginning)?;
        if !package::is_package(&beginning) {
            let rest = io::Cursor::new(beginning).chain(file);
            return self.records(name, rest, batch, before);
        }
        file.seek(SeekFrom::Start(0))?;
        let length = file.metadata()?.len();
        let mut package = package::Package::open(file)?;
        for member in package.members() {
            let source = package.member(&member)?;
            let name = format!("{name}/{member}");
            if self.records(&name, source, batch, before)?.is_err() {
                return Ok(Err(Ended));
            }
        }
        batch.bytes = before + length;
        Ok(Ok(()))
    }

    fn stream(
        &self,
        name: &str,
        mut source: Box<dyn Read + Send>,
        batch: &mut Batch,
        before: u64,
    ) -> io::Result<Result<(), Ended>> {
        let mut beginning = Vec::new();
        source.by_ref().take(4).read_to_end(&mut beginning)?;
        if package::is_package(&beginning) {
            let why = "a WACZ is read from its end, so it has to be a file";
            return Err(io::Error::new(io::ErrorKind::Unsupported, why));
        }
        let rest = io::Cursor::new(beginning).chain(source);
        self.records(name, rest, batch, before)
    }

    fn records(
        &self,
        name: &str,
        source: impl Read,
        batch: &mut Batch,
        before: u64,
    ) -> io::Result<Result<(), Ended>> {
        let mut reader = Reader::new(source, self.limit);
        let mut since_told = 0;
        while let Some(item) = reader.next()? {
            batch.bytes = before + reader.read_so_far();
            match item {
                Item::Record(record) => {
                    batch.kinds.push(record.kind());
                    if is_other_method(&record) {
                        batch.other_methods.extend(record.id().map(str::to_owned));
                        let others = record.fields.all("warc-concurrent-to");
                        let others = others.map(|id| id.trim_matches(['<', '>', ' ']).to_owned());
                        batch.other_methods.extend(others);
                    }
                    let concurrent = record.fields.first("warc-concurrent-to");
                    let concurrent = concurrent.map(|id| id.trim_matches(['<', '>', ' ']));
                    let asked_otherwise =
                        concurrent.is_some_and(|id| batch.other_methods.contains(id));
                    match sort(&record) {
                        Sorted::Look(_) if asked_otherwise => batch.passed_over.push("no-get"),
                        Sorted::Look(look) => self.take(*look, batch),
                        Sorted::PassedOver(reason) => batch.passed_over.push(reason),
                        Sorted::Beside => {}
                        Sorted::Broken(reason) => batch.broken.push((
                            name.to_owned(),
                            Broken {
                                place: record.place,
                                reason: reason.to_owned(),
                            },
                        )),
                    }
                }
                Item::Broken(broken) => batch.broken.push((name.to_owned(), broken)),
            }
            since_told += 1;
            let full = batch.looks.len() >= BATCH || batch.weight >= BATCH_BYTES;
            if full || since_told >= 8 * BATCH {
                since_told = 0;
                if self.hand_on(batch).is_err() {
                    return Ok(Err(Ended));
                }
            }
        }
        Ok(Ok(()))
    }

    fn take(&self, look: Foreign, batch: &mut Batch) {
        let wanted = self.wanted;
        let early = wanted.since.is_some_and(|since| look.at < since);
        if early || wanted.until.is_some_and(|until| look.at >= until) {
            return batch.passed_over.push("other-time");
        }
        let site = || site_of(self.rules, &self.rules.page(&look.url));
        if !wanted.sites.is_empty() && !wanted.sites.contains(&site()) {
            return batch.passed_over.push("other-site");
        }
        batch.weight += look.weight();
        batch.looks.push(look);
    }

    fn hand_on(&self, batch: &mut Batch) -> Result<(), Ended> {
        let bytes = batch.bytes;
        let mut full = std::mem::take(batch);
        batch.bytes = bytes;
        let mut others = std::mem::take(&mut full.other_methods);
        full.looks.retain(|look| {
            let id = look.id.as_ref();
            let wanted = id.is_none_or(|id| !others.contains(id));
            if !wanted {
                full.passed_over.push("no-get");
            }
            wanted
        });
        if others.len() > MOST_REMEMBERED {
            others.clear();
        }
        batch.other_methods = others;
        if self.stop.is_requested() {
            return Err(Ended);
        }
        self.to.blocking_send(full).map_err(|_closed| Ended)
    }
}

fn is_other_method(record: &crate::warc::read::Record) -> bool {
    let crate::warc::read::Block::Whole(block) = &record.block else {
        return false;
    };
    record.kind() == "request" && !block.starts_with(b"GET ")
}
