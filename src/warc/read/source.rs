//! The bytes of records, unpacked: a plain file is one segment, each gzip member is one. Where one segment
//! ends and the next begins is told, since a record ends there too, whatever its length says.

use std::io::{self, BufRead as _, Read};

use flate2::bufread::GzDecoder;

use super::Place;
use super::raw::Raw;

/// Bytes unpacked at once.
const CHUNK: usize = 64 << 10;
/// Of what may be the beginning of a gzip member so much is unpacked to see whether it is.
const GLANCE: usize = 4 << 10;
/// How a record begins.
pub(super) const BEGINNING: &[u8] = b"WARC/";
const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];

/// Why no more bytes came.
#[derive(Debug)]
pub(super) enum Fault {
    /// The file cannot be read.
    Io(io::Error),
    /// What was read is no gzip.
    Damaged(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

enum Form<R> {
    /// Between segments.
    Between(Raw<R>),
    Plain(Raw<R>),
    Gzip(Box<GzDecoder<Raw<R>>>),
    /// While it becomes another.
    Nothing,
}

/// The segments of a file, one after the other.
pub(super) struct Source<R> {
    form: Form<R>,
    ready: Vec<u8>,
    taken: usize,
    /// Where the segment begins in the file.
    segment_at: u64,
    /// Unpacked bytes of the segment before those that are ready.
    before: u64,
    packed: bool,
}

impl<R: Read> Source<R> {
    pub(super) const fn new(source: R) -> Self {
        Self {
            form: Form::Between(Raw::new(source)),
            ready: Vec::new(),
            taken: 0,
            segment_at: 0,
            before: 0,
            packed: false,
        }
    }

    /// Where the next byte is.
    pub(super) fn place(&self) -> Place {
        let within = self.before + u64::try_from(self.taken).unwrap_or(u64::MAX);
        if self.packed {
            Place {
                offset: self.segment_at,
                unpacked: within,
            }
        } else {
            Place {
                offset: self.segment_at + within,
                unpacked: 0,
            }
        }
    }

    /// Bytes of the file read so far.
    pub(super) fn read_so_far(&self) -> u64 {
        match &self.form {
            Form::Between(raw) | Form::Plain(raw) => raw.place(),
            Form::Gzip(decoder) => decoder.get_ref().place(),
            Form::Nothing => 0,
        }
    }

    /// The bytes of this segment that are ready.
    pub(super) fn ready(&self) -> &[u8] {
        self.ready.get(self.taken..).unwrap_or_default()
    }

    /// The next bytes of this segment: as many as `wanted`, or those there are.
    pub(super) fn ahead(&mut self, wanted: usize) -> Result<&[u8], Fault> {
        while self.ready().len() < wanted && self.fill()? {}
        Ok(self.ready())
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.ready.len());
    }

    /// Puts bytes back that were consumed before those that are ready.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        let within = self.before + u64::try_from(self.taken).unwrap_or(u64::MAX);
        let mut ready = bytes.to_vec();
        ready.extend_from_slice(self.ready());
        (self.ready, self.taken) = (ready, 0);
        self.before = within.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    }

    /// Unpacks more of this segment; answers whether there was more.
    pub(super) fn fill(&mut self) -> Result<bool, Fault> {
        if self.taken >= CHUNK {
            self.ready.drain(..self.taken);
            self.before += u64::try_from(self.taken).unwrap_or(u64::MAX);
            self.taken = 0;
        }
        let length = self.ready.len();
        self.ready.resize(length + CHUNK, 0);
        let into = self.ready.get_mut(length..).unwrap_or_default();
        let read = match &mut self.form {
            Form::Plain(raw) => raw.read(into),
            Form::Gzip(decoder) => decoder.read(into),
            Form::Between(_) | Form::Nothing => Ok(0),
        };
        self.ready.truncate(length + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(0) => {
                self.leave();
                Ok(false)
            }
            Ok(_) => Ok(true),
            Err(error) => {
                self.leave();
                if let Form::Between(raw) = &mut self.form
                    && let Some(failure) = raw.failure()
                {
                    return Err(Fault::Io(failure));
                }
                Err(Fault::Damaged(in_words(&error)))
            }
        }
    }

    /// Goes to the next segment; answers whether there is one.
    pub(super) fn next_segment(&mut self) -> io::Result<bool> {
        self.leave();
        let Form::Between(mut raw) = std::mem::replace(&mut self.form, Form::Nothing) else {
            return Ok(false);
        };
        // some writers fill their last block with zeros
        while let Some(0) = raw.ahead(1)?.first() {
            raw.consume(1);
        }
        let ahead = raw.ahead(GZIP.len())?;
        let (there, packed) = (!ahead.is_empty(), ahead.starts_with(GZIP));
        self.segment_at = raw.place();
        self.packed = packed;
        (self.before, self.taken) = (0, 0);
        self.ready.clear();
        self.form = match (there, packed) {
            (false, _) => Form::Between(raw),
            (true, true) => Form::Gzip(Box::new(GzDecoder::new(raw))),
            (true, false) => Form::Plain(raw),
        };
        Ok(there)
    }

    /// Goes on with the next segment behind the bytes that are ready, unless that begins with a record: some
    /// files are packed in pieces that know nothing of records. Answers whether it did.
    pub(super) fn join_next(&mut self) -> Result<bool, Fault> {
        let rest = self.ready().to_vec();
        let there = self.next_segment()?;
        let joins = there && !begins_record(self.ahead(BEGINNING.len() + 1)?);
        if joins {
            self.put_back(&rest);
        }
        Ok(joins)
    }

    /// Whether the bytes of this segment were packed.
    pub(super) const fn is_packed(&self) -> bool {
        self.packed
    }

    /// After damage: goes to the next place where a record begins in the file, packed or not.
    pub(super) fn seek_record(&mut self) -> io::Result<()> {
        // a record that is packed with others is not found in the file
        let from = self.place().offset + 1;
        self.leave();
        self.ready.clear();
        (self.taken, self.before) = (0, 0);
        let Form::Between(raw) = &mut self.form else {
            return Ok(());
        };
        raw.go_back(from);
        loop {
            let ahead = raw.ahead(GLANCE)?;
            let packed = memchr::memmem::find(ahead, GZIP);
            let line = next_line_of_record(ahead);
            let found = packed.into_iter().chain(line).min();
            match found {
                Some(0) if begins_packed(ahead) => return Ok(()),
                Some(0) => raw.consume(1),
                Some(place) if line == found => {
                    raw.consume(place);
                    return Ok(());
                }
                Some(place) => raw.consume(place),
                None if ahead.len() < GLANCE => {
                    let rest = ahead.len();
                    raw.consume(rest);
                    return Ok(());
                }
                // the end of what is there may be half a beginning
                None => {
                    let count = ahead.len() - BEGINNING.len() - 1;
                    raw.consume(count);
                }
            }
        }
    }

    fn leave(&mut self) {
        self.form = match std::mem::replace(&mut self.form, Form::Nothing) {
            Form::Gzip(decoder) => Form::Between(decoder.into_inner()),
            Form::Plain(raw) | Form::Between(raw) => Form::Between(raw),
            Form::Nothing => Form::Nothing,
        };
    }
}

fn begins_packed(packed: &[u8]) -> bool {
    let glance = packed.get(..GLANCE).unwrap_or(packed);
    let mut beginning = [0; BEGINNING.len()];
    GzDecoder::new(glance).read_exact(&mut beginning).is_ok() && beginning == BEGINNING
}

/// Whether a record begins here.
pub(super) fn begins_record(bytes: &[u8]) -> bool {
    bytes
        .strip_prefix(BEGINNING)
        .is_some_and(|rest| matches!(rest.first(), Some(b'0' | b'1')))
}

/// Where the next line begins as a record does.
pub(super) fn next_line_of_record(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, BEGINNING).find(|place| {
        let before = place.checked_sub(1).and_then(|before| bytes.get(before));
        before == Some(&b'\n') && begins_record(bytes.get(*place..).unwrap_or_default())
    })
}

fn in_words(error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        "the file breaks off within gzip data".to_owned()
    } else {
        format!("damaged gzip data ({error})")
    }
}

impl<R> std::fmt::Debug for Source<R> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Source")
            .field("segment_at", &self.segment_at)
            .finish_non_exhaustive()
    }
}
