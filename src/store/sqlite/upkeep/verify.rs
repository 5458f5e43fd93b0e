//! Whether an archive is whole: the file, its rows, the bodies, the texts and the search index.

use std::path::Path;

use rusqlite::Connection;

use crate::archive::ArchiveError;
use crate::store::sqlite::connection::open_reading;
use crate::store::sqlite::fault::Fault;
use crate::store::sqlite::migrate::{MIGRATIONS, check_steps};

use super::{Progress, Tell, bodies, rows, words};

/// How many findings are told one by one; the others are counted.
pub const MOST_FINDINGS: usize = 1000;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The file's structure and its rows.
    Quick,
    /// Every body and text against its digest, and the search index against the texts as well.
    Full,
}

/// What of an archive is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The file as SQLite sees it.
    Structure,
    /// What rows say of each other.
    Rows,
    /// Bodies as they were received.
    Bodies,
    /// Articles as they were read.
    Texts,
    /// The search index.
    Index,
}

impl Part {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::Rows => "rows",
            Self::Bodies => "bodies",
            Self::Texts => "texts",
            Self::Index => "index",
        }
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub part: Part,
    /// What, with the page it is about where it is about one.
    pub message: String,
}

/// What a look at an archive came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// What is wrong, the first [`MOST_FINDINGS`] of it.
    pub findings: Vec<Finding>,
    /// What is wrong beyond those.
    pub more: u64,
    /// Bodies that were read back.
    pub bodies: u64,
    /// Bytes of them, codings undone.
    pub body_bytes: u64,
    /// Bodies whose bytes were given up by `prune`.
    pub pruned: u64,
    /// Versions whose text was held against its digest.
    pub texts: u64,
    /// Versions whose digest an older zhanwen made by another rule, and which were only read.
    pub older_texts: u64,
    /// Versions whose words in the search index were held against their text.
    pub indexed: u64,
    /// Versions that wait for the search index until the next run ends.
    pub waiting: u64,
}

impl Verified {
    /// Whether nothing is wrong.
    pub const fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    pub(super) fn find(&mut self, part: Part, message: String) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { part, message });
        } else {
            self.more += 1;
        }
    }
}

/// Looks at the archive at `path`, whoever works on it meanwhile.
///
/// What is wrong is a finding, however bad; an error means that the file cannot be looked at: it
/// is missing, no archive of ours, or of another schema than this zhanwen's.
pub fn verify(path: &Path, depth: Depth, tell: Tell<'_>) -> Result<Verified, ArchiveError> {
    let connection = open_reading(path)?;
    check_steps(&connection, path, MIGRATIONS)?;
    let mut verified = Verified::default();
    let parts: &[(Part, Look)] = &[
        (Part::Structure, |connection, depth, verified, tell| {
            structure(connection, depth, verified, tell)
        }),
        (Part::Rows, |connection, _depth, verified, tell| {
            rows::look(connection, verified, tell)
        }),
        (
            Part::Bodies,
            |connection, depth, verified, tell| match depth {
                Depth::Quick => Ok(()),
                Depth::Full => bodies::look(connection, verified, tell),
            },
        ),
        (
            Part::Texts,
            |connection, depth, verified, tell| match depth {
                Depth::Quick => Ok(()),
                Depth::Full => bodies::look_at_texts(connection, verified, tell),
            },
        ),
        (
            Part::Index,
            |connection, depth, verified, tell| match depth {
                Depth::Quick => Ok(()),
                Depth::Full => words::look(connection, verified, tell),
            },
        ),
    ];
    for (part, look) in parts {
        // a damaged file ends the part that meets the damage; the others may still tell more
        if let Err(fault) = look(&connection, depth, &mut verified, tell) {
            let ended = fault.told("read on", path);
            let cause = std::error::Error::source(&ended).map(ToString::to_string);
            let cause = cause.unwrap_or_else(|| ended.to_string());
            verified.find(*part, format!("cannot be read to its end: {cause}"));
        }
    }
    Ok(verified)
}

type Look = fn(&Connection, Depth, &mut Verified, Tell<'_>) -> Result<(), Fault>;

fn structure(
    connection: &Connection,
    depth: Depth,
    verified: &mut Verified,
    tell: Tell<'_>,
) -> Result<(), Fault> {
    tell(Progress {
        doing: "checking the file",
        done: 0,
        of: 0,
    });
    let sql = match depth {
        Depth::Quick => "PRAGMA quick_check(1000)",
        Depth::Full => "PRAGMA integrity_check(1000)",
    };
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let said: String = row.get(0)?;
        if said != "ok" {
            verified.find(Part::Structure, said);
        }
    }
    Ok(())
}
