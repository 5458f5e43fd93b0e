//! What `crawl` may be told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueHint};

use super::super::typed::{duration, listen, pages, size};
use super::Pace;

/// Arguments of `crawl`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen crawl                                  every site of the selectors folder
  zhanwen crawl example-company                  that site alone
  zhanwen crawl https://www.example.cn/news/     any site, with general rules
  zhanwen crawl --max-pages 200 --recheck        known pages too, whatever their schedule
  zhanwen crawl --watch                          keep running, for a service manager
  zhanwen crawl --dry-run                        what would be fetched, and why
  17 */2 * * *  cd /srv/expo && zhanwen crawl -q || logger -t zhanwen \"exit $?\"

robots.txt is obeyed, one request at a time is made to a host, and Retry-After is respected.
Stopped at any instant, the next run goes on where this one was.")]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct CrawlArgs {
    /// Names of rules files, or start URLs; all sites of the selectors folder when none is given
    #[arg(value_name = "SITE|URL")]
    pub targets: Vec<String>,
    /// How fast.
    #[command(flatten)]
    pub pace: Pace,
    /// Stop after so many pages; an article split over several counts once
    #[arg(long, value_name = "N", help_heading = "Budgets", value_parser = pages)]
    pub max_pages: Option<u64>,
    /// Stop once so much was received, as in 500MB
    #[arg(long, value_name = "SIZE", help_heading = "Budgets", value_parser = size)]
    pub max_bytes: Option<u64>,
    /// Stop after this time, in order, as in 50m
    #[arg(long, value_name = "TIME", help_heading = "Budgets", value_parser = duration)]
    pub max_time: Option<Duration>,
    /// Look at so many pages of each host at most
    #[arg(long, value_name = "N", help_heading = "Budgets", value_parser = pages)]
    pub host_pages: Option<u64>,
    /// Receive so much from each host at most
    #[arg(long, value_name = "SIZE", help_heading = "Budgets", value_parser = size)]
    pub host_bytes: Option<u64>,
    /// Spend so much time on each host at most
    #[arg(long, value_name = "TIME", help_heading = "Budgets", value_parser = duration)]
    pub host_time: Option<Duration>,
    /// Keep the pictures of articles, too, after all pages; rules files set limits, or say no
    #[arg(long)]
    pub assets: bool,
    /// Look at every known page again, whatever its schedule
    #[arg(long)]
    pub recheck: bool,
    /// Leave start pages alone, too, until they are due: the longer one brought nothing new, the
    /// longer it waits, a day at most
    #[arg(long, conflicts_with = "recheck")]
    pub only_due: bool,
    /// Hosts to visit side by side
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub hosts: u16,
    /// Print the closing report as one JSON object
    #[arg(long)]
    pub json: bool,
    /// End at once, with exit code 8, where another crawl is at work on the archive
    #[arg(long)]
    pub alone: bool,
    /// Whether it keeps running.
    #[command(flatten)]
    pub watching: Watching,
    /// Tell what would be fetched and why; ask nobody and change nothing
    #[arg(long, conflicts_with = "watch")]
    pub dry_run: bool,
    /// Write metrics for Prometheus's text file collector, every 15 seconds and at the end
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath, conflicts_with = "dry_run")]
    pub metrics_file: Option<PathBuf>,
}

/// Whether a crawl keeps running.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Watching {
    /// Keep running: turn to each site on its own schedule, until a signal; SIGHUP reads the rules anew
    #[arg(long, conflicts_with_all = ["recheck", "alone", "dry_run"])]
    pub watch: bool,
    /// While watching, answer on this port of loopback, or on this address: /metrics, /healthz
    #[arg(long, value_name = "[ADDRESS:]PORT", value_parser = listen, requires = "watch")]
    pub metrics_listen: Option<SocketAddr>,
}
