//! The command line of `export warc`, `wacz` and `cdxj`: looks for the programs of web archives.

use clap::{Args, ValueHint};

use crate::model::Timestamp;

use super::super::typed::{instant, size};
use super::Target;

/// Which looks.
#[derive(Clone, Debug, Args)]
pub struct Looks {
    /// At pages of these sites
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub site: Vec<String>,
    /// At these pages
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub url: Vec<String>,
    /// Made since then: a day or an instant
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub since: Option<Timestamp>,
    /// Made before then
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub until: Option<Timestamp>,
}

/// Arguments of `export warc`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen export warc -o all.warc.gz             everything that was ever received
  zhanwen export warc --site expo --since 2026-06-01 -o expo.warc.gz
  zhanwen export warc --max-size 1GB -o all.warc.gz    as all-00000.warc.gz, all-00001.warc.gz, …

WARC 1.1, a gzip member for each record. Bodies are as they were received with codings undone; what
came again is a revisit record that points at the first, which is always in the same export.")]
pub struct WarcArgs {
    /// Which looks.
    #[command(flatten)]
    pub looks: Looks,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
    /// Begin another file at so many bytes; a record is never divided
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_size: Option<u64>,
}

/// Arguments of `export wacz`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen export wacz --site expo -o expo.wacz   to be opened in ReplayWeb.page

WACZ 1.1.1: the records of `export warc` with an index of them and a list of the articles, their titles
and texts, in one file that is read where it lies.")]
pub struct WaczArgs {
    /// Which looks.
    #[command(flatten)]
    pub looks: Looks,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `export cdxj`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen export cdxj -o indexes/all.cdxj        and its records, as indexes/all.warc.gz

An index that pywb and its like look captures up in, sorted byte by byte. It says where each one begins in a
file of records, which is written beside it as `export warc` writes it.")]
pub struct CdxjArgs {
    /// Which looks.
    #[command(flatten)]
    pub looks: Looks,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
    /// Begin another file of records at so many bytes; a record is never divided
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_size: Option<u64>,
}
