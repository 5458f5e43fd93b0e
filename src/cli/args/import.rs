//! What `import` may be told.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Arguments of `import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen import old-crawl.warc.gz                    what wget, Heritrix or another archive kept
  zhanwen import --dry-run --json extract.wacz        what it holds, and keep nothing
  zhanwen import --site example-company CC-MAIN-*.warc.gz
  curl https://…/CC-MAIN-….warc.gz | zhanwen import -
  zhanwen runs show                                   what the last run came to

WARC 0.18 to 1.1, plain or gzipped, and WACZ are known by their first bytes. Answers that are web
pages or feeds become looks at their own times: where a page has older and newer ones its history is
told in the order of the times, whichever file came first, and a version that is new gets the next
number. What is kept already is not kept twice, so a run that was stopped is simply begun again, and
files may overlap. No host is asked, no page becomes due without --due, and a crawl may run beside.

Broken records are told with their place in the file and passed over. Exit code 3: some records were
broken or some files unreadable; 4: no file could be read.")]
pub struct ImportArgs {
    /// WARC or WACZ files; - is standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<PathBuf>,
    /// Pages of these sites alone: names of rules files, or hosts
    #[arg(long = "site", value_name = "NAME", num_args = 1)]
    pub sites: Vec<String>,
    /// Captures since then alone: 2020-11-01, in UTC, or an instant
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// Captures before then alone
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// Have the next crawl look at the pages that come in
    #[arg(long)]
    pub due: bool,
    /// Say what would come in, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Pages read side by side [default: all cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
}
