//! The command line of what tells how the work went: `runs`, `health`.

use clap::{Args, Subcommand};

/// Arguments of `runs`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  zhanwen runs                                   the last twenty, latest first
  zhanwen runs --json --limit 500 | jq -r 'select(.state == \"killed\") | .run'
  zhanwen runs show latest                       what the last one came to")]
pub struct RunsArgs {
    /// Tell what one run came to.
    #[command(subcommand)]
    pub one: Option<RunsCommand>,
    /// List so many runs
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print one JSON object per run and line
    #[arg(long)]
    pub json: bool,
}

/// What to do with one run.
#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// Tell what a run came to: by site and host, what failed and why, what was left
    Show {
        /// Its number, or `latest`
        #[arg(value_name = "N", default_value = "latest", value_parser = run_number)]
        run: RunNumber,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Which run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunNumber {
    /// The one begun last.
    Latest,
    /// The one of this number.
    Number(i64),
}

/// Arguments of `health`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen health                                 every site of the selectors folder
  zhanwen health example-company                 that site, whatever is known of it
  41 7 * * *  cd /srv/expo && zhanwen health --check    cron mails what is wrong

A site is held against its own past: `silent` is one whose last day of news lies more than ten days,
and more than three times what nine of ten gaps between its days of news are, before it was last
had; a field has stopped that the last twenty articles lack and those before had.")]
pub struct HealthArgs {
    /// Names of rules files, or hosts that were crawled by URL [default: all rules files in use]
    #[arg(value_name = "SITE")]
    pub sites: Vec<String>,
    /// Print only what is wrong, and end with exit code 9 where something is
    #[arg(long)]
    pub check: bool,
    /// Print one JSON object per site and line
    #[arg(long)]
    pub json: bool,
}

fn run_number(text: &str) -> Result<RunNumber, String> {
    match text {
        "latest" => Ok(RunNumber::Latest),
        number => number
            .parse()
            .map(RunNumber::Number)
            .map_err(|_refused| "write the number of a run, or `latest`".to_owned()),
    }
}
