//! WACZ, web archives in a ZIP file: the WARC files within, one after the other.

use std::io::{self, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

/// Whether a file that begins with `bytes` is a ZIP file.
pub fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A package opened for reading.
#[derive(Debug)]
pub struct Package<R>(ZipArchive<R>);

impl<R: Read + Seek> Package<R> {
    /// Reads the package's list of files.
    pub fn open(source: R) -> io::Result<Self> {
        Ok(Self(ZipArchive::new(source).map_err(in_words)?))
    }

    /// The names of the WARC files in it.
    pub fn members(&self) -> Vec<String> {
        let names = self.0.file_names().filter_map(Result::ok);
        let mut names: Vec<String> = names
            .map(std::borrow::Cow::into_owned)
            .filter(|name| {
                let name = name.to_ascii_lowercase();
                let name = name.strip_suffix(".gz").unwrap_or(&name);
                name.strip_suffix(".warc").is_some()
            })
            .collect();
        names.sort();
        names
    }

    /// The bytes of one of them.
    pub fn member(&mut self, name: &str) -> io::Result<impl Read> {
        self.0.by_name(name).map_err(in_words)
    }
}

fn in_words(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
    }
}
