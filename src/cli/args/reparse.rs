//! What `reparse` may be told.

use std::num::NonZeroUsize;

use clap::{Args, ValueHint};

/// Arguments of `reparse`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen reparse --dry-run --site example-company    what a changed rules file would make of it
  zhanwen reparse --site example-company              and keep it
  zhanwen reparse --dry-run --url https://www.example.cn/news/15.html
  zhanwen reparse --json | jq -r 'select(.fields != null) | [.url, (.fields | join(\" \"))] | @tsv'

Every look at a page whose body is kept is read again, with the rules and the reader of today and as
of the instant of the look; nothing is fetched, and no page becomes due. What is read otherwise is a new
version that its looks are moved to; the versions before stay, and the page's timeline shows no
change where only the reader changed. It may run beside a crawl, may be stopped at any instant and
begun again. Exit code 3: some pages could not be read, and it was told why.")]
pub struct ReparseArgs {
    /// Pages of these sites alone: names of rules files, or hosts that were crawled by URL
    #[arg(long = "site", value_name = "NAME", num_args = 1..)]
    pub sites: Vec<String>,
    /// These pages alone
    #[arg(long = "url", value_name = "URL", num_args = 1.., value_hint = ValueHint::Url)]
    pub urls: Vec<String>,
    /// Pages looked at since then alone, with all their looks: 2026-11-01, in UTC, or an instant
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Show what would be read otherwise, field by field, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object per page that differs and line, and the report last
    #[arg(long)]
    pub json: bool,
    /// Pages read side by side [default: all cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}
