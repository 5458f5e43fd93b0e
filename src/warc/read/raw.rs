//! The bytes of a file as they are, with the last ones kept: who finds a gzip member damaged goes back to
//! look for where the next one begins.

use std::io::{self, BufRead, Read};

/// Bytes asked for at once.
const CHUNK: usize = 64 << 10;
/// So many bytes may be gone back over.
const KEPT: usize = 1 << 20;

/// A file that is read once, first byte to last.
#[derive(Debug)]
pub(super) struct Raw<R> {
    source: R,
    buffer: Vec<u8>,
    /// Where the buffer begins in the file.
    at: u64,
    taken: usize,
    ended: bool,
    /// Why the file itself could not be read. Who unpacks it would call that damage.
    failed: Option<io::Error>,
}

impl<R: Read> Raw<R> {
    pub(super) const fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
            at: 0,
            taken: 0,
            ended: false,
            failed: None,
        }
    }

    /// Where in the file the next byte is.
    pub(super) fn place(&self) -> u64 {
        self.at + u64::try_from(self.taken).unwrap_or(u64::MAX)
    }

    /// The bytes that follow: as many as `wanted`, or those there are.
    pub(super) fn ahead(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.buffer.len() - self.taken < wanted && !self.ended {
            self.load()?;
        }
        Ok(self.buffer.get(self.taken..).unwrap_or_default())
    }

    /// Why the file could not be read, where it could not.
    pub(super) const fn failure(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// Goes back to `place`, or as near to it as is kept.
    pub(super) fn go_back(&mut self, place: u64) {
        let back = place.saturating_sub(self.at);
        let back = usize::try_from(back).unwrap_or(usize::MAX);
        self.taken = back.min(self.taken);
    }

    fn load(&mut self) -> io::Result<()> {
        if self.taken > 2 * KEPT {
            let gone = self.taken - KEPT;
            self.buffer.drain(..gone);
            self.taken = KEPT;
            self.at += u64::try_from(gone).unwrap_or(u64::MAX);
        }
        let before = self.buffer.len();
        self.buffer.resize(before + CHUNK, 0);
        let read = loop {
            match self
                .source
                .read(self.buffer.get_mut(before..).unwrap_or_default())
            {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(before + *read.as_ref().unwrap_or(&0));
        match read {
            Ok(read) => {
                self.ended = read == 0;
                Ok(())
            }
            Err(error) => {
                self.ended = true;
                self.failed = Some(io::Error::new(error.kind(), error.to_string()));
                Err(error)
            }
        }
    }
}

impl<R: Read> Read for Raw<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(into.len());
        if let (Some(into), Some(ready)) = (into.get_mut(..count), ready.get(..count)) {
            into.copy_from_slice(ready);
        }
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Raw<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.ahead(1)
    }

    fn consume(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.buffer.len());
    }
}
