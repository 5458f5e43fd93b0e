//! What `prune` may be told.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::cli::typed::age;

/// Arguments of `prune`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen prune --raw-older-than 365d --dry-run       what would go
  zhanwen prune --raw-older-than 365d                 all but each page's first and last body and
                                                      those that versions were read from
  zhanwen prune --raw-older-than 90d --keep last --site example-company
  zhanwen compact                                     then gives the room back to the disk

What goes are bytes as they were received, where each look that received them is as old. Looks,
digests, headers, view counts, versions and their texts stay, and `runs show` tells what went. The room
is used again by the archive itself. It may run beside a crawl, and be stopped at any instant: what it
has done by then is whole, and told.")]
pub struct PruneArgs {
    /// Bodies of looks that long ago: 365d, 52w, 12h
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub raw_older_than: Duration,
    /// Which of them stay nevertheless
    #[arg(
        long,
        value_name = "WHICH",
        value_delimiter = ',',
        default_values = ["first", "last", "versions"]
    )]
    pub keep: Vec<Keeps>,
    /// Of pages of these sites alone: names of rules files, or hosts that were crawled by URL
    #[arg(long = "site", value_name = "NAME", num_args = 1..)]
    pub sites: Vec<String>,
    /// Tell what would go, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A body that stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Keeps {
    /// The first body of each page
    First,
    /// The last body of each page
    Last,
    /// The body that each version was first read from
    Versions,
    /// No other than these
    None,
}
