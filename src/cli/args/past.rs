//! The command line of what tells an article's past: `views`, `changes`, `stats`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::typed::instant;
use crate::model::Timestamp;

/// Arguments of `views`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen views URL                              a chart in the terminal
  zhanwen views URL --svg views.svg              a picture for a document or a slide
  zhanwen views URL --json | jq '.points[]'

The line stays where a count was seen until the next look; the bars below it are the growth between
two looks, as so many a day. v2 marks the look that found version 2, ↺ a counter that the site reset:
nothing is said of the growth across it.")]
pub struct ViewsArgs {
    /// The page
    #[arg(value_hint = ValueHint::Url)]
    pub url: String,
    /// Write the chart as SVG; - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "json")]
    pub svg: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `changes`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen changes                                the twenty latest, with what differs
  zhanwen changes --since 2026-06-01 --site example-company
  zhanwen changes --json --limit 1000 | jq -r '[.observed_at, .url, .title] | @tsv'

A change lies between two looks, and both are told. Taking an edit back is a change as well. A view
count is none, and what another reader reads otherwise is left out unless asked for. A page
vanished when two looks in a row found it gone and it has not come back.")]
pub struct ChangesArgs {
    /// Of this site; may be given again
    #[arg(long = "site", value_name = "NAME")]
    pub sites: Vec<String>,
    /// Seen then or later
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub since: Option<Timestamp>,
    /// Seen before
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub until: Option<Timestamp>,
    /// Also what another reader (a newer zhanwen, other rules) reads otherwise
    #[arg(long)]
    pub other_readers: bool,
    /// Tell so many, the latest
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print one JSON object per change and line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `stats`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen stats                                  all sites, a line each
  zhanwen stats example-company                  one site, month by month
  zhanwen stats --json --months 60 | jq .months

Months are those in which articles were published, by the pages' own word. `edited` are articles that
were seen otherwise before, `gone` those that vanished, `views` the last counts seen.")]
pub struct StatsArgs {
    /// These sites [default: all]
    #[arg(value_name = "SITE")]
    pub sites: Vec<String>,
    /// So many months, up to this one
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1200))]
    pub months: u32,
    /// Print one JSON object per site and line
    #[arg(long)]
    pub json: bool,
}
