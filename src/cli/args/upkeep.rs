//! The command line of what looks after the archive: `verify`, `backup`, `compact`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen verify                                 every body, text and word of ./archive.db
  zhanwen verify --quick                         the file and its rows alone
  zhanwen verify --archive copy.db --json | jq '.findings[]'

Looked at are: the structure of the file, what rows say of each other, every body as received
against its SHA-256 and SHA-1, every version's text against its digest, and the search index, word
by word, against the versions' texts. It only reads, and may run beside a crawl. Exit code 0:
whole; 5: something is wrong, and it was told what.")]
pub struct VerifyArgs {
    /// Only the file's structure and its rows, no body, no text, no word
    #[arg(long)]
    pub quick: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen backup /backup/archive.db              a copy, looked at as `verify` does
  zhanwen backup --replace /backup/archive.db    in the place of last week's
  zhanwen backup /backup/                        as /backup/archive-20261123T061100Z.db

The copy is the archive as it was at one instant, made while a crawl may go on. It gets its name
once it is whole, looked at and on the disk; a copy that was there before stays until then.
Where something is wrong with it the exit code is 5, and it stays at FILE.partial: then the
archive itself is damaged.")]
pub struct BackupArgs {
    /// The copy, or a folder for it
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub target: PathBuf,
    /// Take the place of a copy that is there
    #[arg(long)]
    pub replace: bool,
    /// Look at the copy's structure and rows alone, which takes a fraction of the time
    #[arg(long)]
    pub quick: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `compact`.
#[derive(Debug, Args)]
#[command(after_help = "\
Writes the archive anew without the space that was given up in it, and its search index in one
piece. It needs as much room again while it lasts. While a crawl is at work it is refused (exit code
8). Stopped at any instant, it leaves the archive as it was.")]
pub struct CompactArgs {
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
