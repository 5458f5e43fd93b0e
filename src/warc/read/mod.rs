//! Records out of WARC files of any writer: 0.18, 1.0, 1.1; plain, a gzip member for each record, or all in one.
//!
//! A [`Reader`] goes through a file once, first byte to last, and holds one record at a time. What is
//! broken is told with its place and passed over: the next record is looked for by how it begins. No input
//! makes it fail but a file that cannot be read.

mod digest;
mod http;
mod raw;
mod record;
mod source;

use std::fmt;
use std::io::{self, Read};

use bytes::Bytes;

use source::{BEGINNING, Fault, Source, begins_record, next_line_of_record};

pub use digest::{Digest, DigestCheck};
pub use http::{Answer, Body, NotHttp};
pub use record::{Block, Fields, Record};

/// The longest header of a record. An address may be long, where pictures stand in addresses.
const MOST_HEADER: usize = 4 << 20;

/// Where in a file something is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Bytes before it; in a packed file, before the gzip member in which it begins.
    pub offset: u64,
    /// Unpacked bytes before it within that member.
    pub unpacked: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.offset)?;
        if self.unpacked > 0 {
            write!(formatter, "+{}", self.unpacked)?;
        }
        Ok(())
    }
}

/// What a file holds next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A record.
    Record(Record),
    /// Something that is none.
    Broken(Broken),
}

/// What could not be read as a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where it begins.
    pub place: Place,
    /// What is wrong with it.
    pub reason: String,
}

/// Goes through a file.
#[derive(Debug)]
pub struct Reader<R> {
    source: Source<R>,
    limit: usize,
    begun: bool,
}

/// Why a record cannot be given.
enum Halt {
    Io(io::Error),
    Damaged(String),
    /// The header or the block is not what it should be; the next record is looked for in what follows.
    Bad(String),
    /// It ended before its end; the next segment begins with a record.
    Short(String),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Io(error) => Self::Io(error),
            Fault::Damaged(reason) => Self::Damaged(reason),
        }
    }
}

impl<R: Read> Reader<R> {
    /// Reads `source`; the blocks of records with more than `limit` bytes are passed over.
    pub const fn new(source: R, limit: usize) -> Self {
        Self {
            source: Source::new(source),
            limit,
            begun: false,
        }
    }

    /// Bytes of the file read so far.
    pub fn read_so_far(&self) -> u64 {
        self.source.read_so_far()
    }

    /// The next record, or what is broken there; nothing at the end.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator of results would go on after a file that cannot be read"
    )]
    pub fn next(&mut self) -> io::Result<Option<Item>> {
        let place = match self.go_to_record() {
            Ok(Some(place)) => place,
            Ok(None) => return Ok(None),
            Err(Fault::Io(error)) => return Err(error),
            Err(Fault::Damaged(reason)) => {
                let place = self.source.place();
                self.source.seek_record()?;
                return Ok(Some(Item::Broken(Broken { place, reason })));
            }
        };
        let reason = match self.record(place) {
            Ok(record) => return Ok(Some(Item::Record(record))),
            Err(Halt::Io(error)) => return Err(error),
            Err(Halt::Damaged(reason)) => {
                self.source.seek_record()?;
                reason
            }
            Err(Halt::Bad(reason)) => {
                self.resynchronise()?;
                reason
            }
            Err(Halt::Short(reason)) => reason,
        };
        Ok(Some(Item::Broken(Broken { place, reason })))
    }

    /// Passes over what stands between records; answers where the next one begins.
    fn go_to_record(&mut self) -> Result<Option<Place>, Fault> {
        loop {
            if self.begun {
                let ahead = self.source.ahead(1)?;
                match ahead.first() {
                    Some(b'\r' | b'\n') => {
                        let is_blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
                        let count = ahead.iter().take_while(is_blank).count();
                        self.source.consume(count);
                        continue;
                    }
                    Some(_) => return Ok(Some(self.source.place())),
                    None => {}
                }
            }
            self.begun = true;
            if !self.source.next_segment()? {
                return Ok(None);
            }
        }
    }

    fn record(&mut self, place: Place) -> Result<Record, Halt> {
        let (version, fields) = self.header()?;
        let length = fields
            .first("content-length")
            .ok_or_else(|| Halt::Bad("it has no Content-Length".to_owned()))?;
        let length: u64 = length
            .parse()
            .map_err(|_no_number| Halt::Bad("its Content-Length is no number".to_owned()))?;
        let block = match usize::try_from(length) {
            Ok(length) if length <= self.limit => Block::Whole(self.block(length)?),
            _ => {
                self.pass(length)?;
                Block::TooLarge(length)
            }
        };
        if !self.ends_well()? {
            return Err(self.wrong_length(&block));
        }
        Ok(Record {
            place,
            version,
            fields,
            block,
        })
    }

    fn header(&mut self) -> Result<(String, Fields), Halt> {
        let wanted = BEGINNING.len() + 1;
        let ahead = self.source.ahead(wanted)?;
        let may_begin = ahead.len() < wanted && BEGINNING.starts_with(ahead);
        if may_begin && self.source.join_next()? {
            self.source.ahead(wanted)?;
        }
        if !begins_record(self.source.ready()) {
            return Err(Halt::Bad("no record begins here".to_owned()));
        }
        let (mut line, mut searched) = (0, 0);
        loop {
            let ready = self.source.ready();
            if let Some(end) = memchr::memchr(b'\n', ready.get(searched..).unwrap_or_default()) {
                let end = searched + end;
                let is_blank = matches!(ready.get(line..end), Some(b"" | b"\r"));
                (line, searched) = (end + 1, end + 1);
                if is_blank {
                    break;
                }
                continue;
            }
            searched = ready.len();
            if searched > MOST_HEADER {
                return Err(Halt::Bad("its header does not end".to_owned()));
            }
            if !self.source.fill()? && !self.source.join_next()? {
                return Err(Halt::Short("its header breaks off".to_owned()));
            }
        }
        let header = self.source.ready().get(..line).unwrap_or_default().to_vec();
        self.source.consume(line);
        Ok(record::header(&header))
    }

    fn block(&mut self, length: usize) -> Result<Bytes, Halt> {
        // what a header says of its length is no reason to reserve it
        let mut block = Vec::with_capacity(length.min(1 << 20));
        while block.len() < length {
            let missing = length - block.len();
            let ahead = self.source.ahead(1)?;
            let count = missing.min(ahead.len());
            block.extend_from_slice(ahead.get(..count).unwrap_or_default());
            self.source.consume(count);
            if count == 0 {
                self.go_on(block.len(), length)?;
            }
        }
        Ok(block.into())
    }

    fn pass(&mut self, length: u64) -> Result<(), Halt> {
        let mut passed: u64 = 0;
        while passed < length {
            let ahead = u64::try_from(self.source.ahead(1)?.len()).unwrap_or(u64::MAX);
            let count = ahead.min(length - passed);
            self.source
                .consume(usize::try_from(count).unwrap_or(usize::MAX));
            passed += count;
            if count == 0 {
                self.go_on(passed, length)?;
            }
        }
        Ok(())
    }

    /// At the end of a segment within a block.
    fn go_on(&mut self, has: impl fmt::Display, of: impl fmt::Display) -> Result<(), Halt> {
        if self.source.join_next()? {
            return Ok(());
        }
        let reason = format!("its block breaks off: {has} of {of} bytes");
        Err(Halt::Short(reason))
    }

    /// Whether what follows a block may follow one.
    fn ends_well(&mut self) -> Result<bool, Halt> {
        // where gzip data is damaged near its end, bytes come before that shows
        let plain = !self.source.is_packed();
        let ahead = self.source.ahead(BEGINNING.len() + 5)?;
        let blank = ahead
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let rest = ahead.get(blank.count()..).unwrap_or_default();
        Ok(plain && ahead.starts_with(b"\r\n\r\n")
            || rest.is_empty()
            || begins_record(rest)
            || rest.len() <= BEGINNING.len() && b"WARC/1".starts_with(rest))
    }

    /// A block was taken that is longer or shorter than it says; what belongs to the next record is put back.
    fn wrong_length(&mut self, block: &Block) -> Halt {
        let Block::Whole(block) = block else {
            return Halt::Bad("its Content-Length is wrong".to_owned());
        };
        match next_line_of_record(block) {
            Some(next) => {
                self.source.put_back(block.get(next..).unwrap_or_default());
                Halt::Short("its Content-Length is too large".to_owned())
            }
            None => Halt::Bad("its Content-Length is too small".to_owned()),
        }
    }

    /// Goes to the next line of this segment that begins as a record does, or to the segment's end.
    fn resynchronise(&mut self) -> io::Result<()> {
        if !self.source.is_packed() {
            return self.source.seek_record();
        }
        // what stands here is no beginning, or a bad one
        self.source.consume(1);
        loop {
            let ready = self.source.ready();
            if let Some(next) = next_line_of_record(ready) {
                self.source.consume(next);
                return Ok(());
            }
            // the end of what is ready may be half a beginning
            let rest = BEGINNING.len() + 2;
            let count = ready.len().saturating_sub(rest);
            self.source.consume(count);
            match self.source.fill() {
                Ok(true) => {}
                Ok(false) => {
                    let count = self.source.ready().len();
                    self.source.consume(count);
                    return Ok(());
                }
                Err(Fault::Io(error)) => return Err(error),
                Err(Fault::Damaged(_reason)) => return self.source.seek_record(),
            }
        }
    }
}

#[cfg(test)]
mod tests;
