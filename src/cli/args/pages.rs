//! The command line of what shows one page: `show`, `history`, `diff`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen show URL                               the article as it is kept now
  zhanwen show URL --version-no 1                as it was first seen
  zhanwen show URL --raw > page.html             the bytes as received
  zhanwen show URL --assets pictures             its kept pictures, as files")]
pub struct ShowArgs {
    /// The page
    #[arg(value_hint = ValueHint::Url)]
    pub url: String,
    /// Which version, from 1 [default: the current one]
    #[arg(long, value_name = "N")]
    pub version_no: Option<u32>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "raw")]
    pub json: bool,
    /// Print the page's bytes as they were received last, checked against their hash
    #[arg(long, conflicts_with = "version_no")]
    pub raw: bool,
    /// Write the kept pictures of the version into this folder, each checked against its hash
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "raw")]
    pub assets: Option<PathBuf>,
}

/// Arguments of `history`.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The page
    #[arg(value_hint = ValueHint::Url)]
    pub url: String,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen diff URL                               the current version against the one before
  zhanwen diff URL 1 3                           version 1 against version 3")]
pub struct DiffArgs {
    /// The page
    #[arg(value_hint = ValueHint::Url)]
    pub url: String,
    /// The older version [default: the one before the newer]
    #[arg(value_name = "OLD", requires = "new")]
    pub old: Option<u32>,
    /// The newer version [default: the current one]
    #[arg(value_name = "NEW")]
    pub new: Option<u32>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}
