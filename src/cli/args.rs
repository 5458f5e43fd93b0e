//! The command line as typed: what may be written, what it means and examples of it.

mod articles;
mod crawl;
mod export;
mod filters;
mod import;
mod pages;
mod past;
mod prune;
mod query;
mod reparse;
mod reposts;
mod runs;
mod search;
mod searches;
mod upkeep;
mod web_archive;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use ipnet::IpNet;

use crate::score::Bound;

use super::typed::{ceiling, floor, seconds};

pub(super) use articles::ArticlesArgs;
pub(super) use crawl::CrawlArgs;
pub(super) use export::{
    CsvArgs, DocumentArgs, ExportArgs, ExportFormat, HtmlArgs, JsonlArgs, ParquetArgs, Selection,
    Target, What, XlsxArgs,
};
pub(super) use filters::{FilterArgs, PlaceArgs, SortBy};
pub(super) use import::ImportArgs;
pub(super) use pages::{DiffArgs, HistoryArgs, ShowArgs};
pub(super) use past::{ChangesArgs, StatsArgs, ViewsArgs};
pub(super) use prune::{Keeps, PruneArgs};
pub(super) use query::{QueryArgs, QueryFormat};
pub(super) use reparse::ReparseArgs;
pub(super) use reposts::RepostsArgs;
pub(super) use runs::{HealthArgs, RunNumber, RunsArgs, RunsCommand};
pub(super) use search::SearchArgs;
pub(super) use searches::{AddArgs, NewsArgs, NewsFormat, SavedArgs, SavedCommand};
pub(super) use upkeep::{BackupArgs, CompactArgs, VerifyArgs};
pub(super) use web_archive::{CdxjArgs, Looks, WaczArgs, WarcArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Cyan.on_default().bold())
    .usage(AnsiColor::Cyan.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Yellow.on_default());

/// Keeps the memory of news sites: every page, every version, every view count, in one file.
#[derive(Debug, Parser)]
#[command(name = "zhanwen", version, styles = STYLES, propagate_version = true, max_term_width = 100)]
#[command(after_help = "\
Examples:
  zhanwen demo                                   see it work on an invented company's site
  zhanwen scrape https://www.example.cn/news/15.html
  zhanwen crawl                                  all sites of ./selectors, for cron
  zhanwen show https://www.example.cn/news/15.html
  zhanwen search 会展 after:2026                 the articles that say it, best first
  zhanwen query 'select title, views from v_articles'

Exit codes:
  0  done; articles that are gone    5  the archive cannot be used
     are news, not failures          6  a rules or settings file is wrong
  1  failed, the message says why    7  a score is out of its bounds
  2  the command line is wrong       8  another crawl is at work
  3  some pages could not be had     9  a site is not well (health --check)
  4  not one page could be had     130  stopped by a signal; work resumes at the next run")]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The archive, one file for sqlite3 and other tools; made when missing [default: ./archive.db]
    #[arg(long, global = true, value_name = "PATH", env = "ZHANWEN_ARCHIVE", value_hint = ValueHint::FilePath)]
    pub archive: Option<PathBuf>,

    /// The folder of rules files, one for each site [default: ./selectors]
    #[arg(long, global = true, value_name = "DIR", env = "ZHANWEN_SELECTORS", value_hint = ValueHint::DirPath)]
    pub selectors: Option<PathBuf>,

    /// Settings file [default: ./zhanwen.toml where there is one]
    #[arg(long, global = true, value_name = "PATH", env = "ZHANWEN_CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,

    /// Open address ranges that are closed by default: loopback, private, link-local …
    #[arg(long, global = true, value_name = "CIDR,…", value_delimiter = ',')]
    pub allow_net: Vec<IpNet>,

    /// Where site owners can reach you: a URL or mail address, sent with every request
    #[arg(long, global = true, value_name = "URL", env = "ZHANWEN_CONTACT")]
    pub contact: Option<String>,

    /// The whole User-Agent, in place of `zhanwen/VERSION (+CONTACT)`
    #[arg(long, global = true, value_name = "TEXT", env = "ZHANWEN_USER_AGENT")]
    pub user_agent: Option<String>,

    /// Say more: -v each request, -vv each decision
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,

    /// Say less: -q warnings alone and a crawl's report only when something went wrong, -qq errors
    #[arg(short, long, global = true, action = clap::ArgAction::Count, conflicts_with = "verbose")]
    pub quiet: u8,

    /// How log lines are written to standard error
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub log_format: LogFormat,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: When,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One object per line, for programs.
    Json,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch pages, read the article in each, keep and print it
    Scrape(ScrapeArgs),
    /// Visit sites: list pages, new articles, known ones that are due again
    Crawl(CrawlArgs),
    /// Read the article in saved HTML, without network or archive
    Extract(ExtractArgs),
    /// Score how saved pages are read against what a person read in them
    Eval(EvalArgs),
    /// Find kept articles by their words, in either script, and by what is known of them
    Search(SearchArgs),
    /// List kept articles in a table, by site, source, author, dates, views and words
    Articles(ArticlesArgs),
    /// Keep searches, and tell what is new of them: to people, programs, feeds and chats
    Saved(SavedArgs),
    /// Show the kept article of a page
    Show(ShowArgs),
    /// List a page's versions and view counts over time
    History(HistoryArgs),
    /// Draw a page's view count over time: a chart, the growth a day, resets of the counter
    Views(ViewsArgs),
    /// Tell what was edited after publishing, and what vanished
    Changes(ChangesArgs),
    /// Show what changed between two versions of a page
    Diff(DiffArgs),
    /// Find articles that are one text: who had it first, who has it, too, and how long after (转载)
    Reposts(RepostsArgs),
    /// Tell the archive in numbers, by site and month
    Stats(StatsArgs),
    /// Ask the archive in SQL; read-only, as a table, CSV, JSON or Markdown
    Query(QueryArgs),
    /// Write articles, their versions, views and changes, or captures (WARC, WACZ) for other programs
    Export(ExportArgs),
    /// List the runs that worked on the archive, and tell what one came to
    Runs(RunsArgs),
    /// Say whether the sites are well: what fails, what has fallen silent, what stopped coming
    Health(HealthArgs),
    /// Read what is kept anew, with today's rules, without asking any site
    Reparse(ReparseArgs),
    /// Bring in what others kept: captures in WARC and WACZ files become looks at their own times
    Import(ImportArgs),
    /// Check that the archive is whole: the file, every body, every text, the search index
    Verify(VerifyArgs),
    /// Copy the archive while others work on it, and check the copy
    Backup(BackupArgs),
    /// Write the archive anew without the space that was given up in it
    Compact(CompactArgs),
    /// Give up the bytes of bodies received long ago; what was read of them stays
    Prune(PruneArgs),
    /// Serve an invented company's news site on loopback and archive it, twice
    Demo(DemoArgs),
    /// Print completions for a shell
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages
    Man {
        /// Into this folder.
        #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
        folder: PathBuf,
    },
}

/// Arguments of `scrape`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen scrape https://www.example.cn/news/15.html
  zhanwen scrape --json URL URL | jq -r '[.title, .views] | @tsv'
  zhanwen scrape --no-archive URL                print only, keep nothing

A second scrape of an edited page makes version 2 and shows what changed. Where only the view
count moved, no version is made: the page's view history gets one more point.")]
pub struct ScrapeArgs {
    /// Pages to fetch
    #[arg(required = true, value_name = "URL", value_hint = ValueHint::Url)]
    pub urls: Vec<String>,
    /// Print one JSON object per page and line
    #[arg(long)]
    pub json: bool,
    /// Keep nothing: print only
    #[arg(long)]
    pub no_archive: bool,
    /// Keep the pictures of the articles, too
    #[arg(long, conflicts_with = "no_archive")]
    pub assets: bool,
    /// How fast.
    #[command(flatten)]
    pub pace: Pace,
}

/// How fast requests follow each other.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Pace {
    /// Seconds between two requests to one host; fractions and 0 allowed [default: 2]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub interval: Option<std::time::Duration>,
    /// And to one address, whatever the names of its hosts; 0 is no limit [default: a quarter of
    /// the interval, at most 0.5]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub address_interval: Option<std::time::Duration>,
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen extract page.html --url https://www.example.cn/news/15.html
  curl -s URL | zhanwen extract - --content-type 'text/html; charset=gbk' --json
  zhanwen extract page.html --url URL --explain  why each field is what it is
  zhanwen extract --batch list.jsonl > articles.jsonl

A batch list has one object per line: {\"file\": PATH, \"url\": URL, \"content_type\": TYPE}, the
last two optional; paths are relative to the list. Answers come in the order of the list.")]
pub struct ExtractArgs {
    /// Saved HTML; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, required_unless_present = "batch", conflicts_with = "batch")]
    pub file: Option<PathBuf>,
    /// Where the page came from: resolves links and chooses the rules
    #[arg(long, value_name = "URL", conflicts_with = "batch")]
    pub url: Option<String>,
    /// The Content-Type it came with
    #[arg(long, value_name = "TYPE", conflicts_with = "batch")]
    pub content_type: Option<String>,
    /// When it was fetched, for relative dates (昨天) [default: now]
    #[arg(long, value_name = "TIME", conflicts_with = "batch")]
    pub fetched_at: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Tell what was considered for each field, what won, and why the rest was refused
    #[arg(long, conflicts_with = "batch")]
    pub explain: bool,
    /// Read many: one JSON line in LIST, one JSON line out, in order, on all cores
    #[arg(long, value_name = "LIST.jsonl", value_hint = ValueHint::FilePath)]
    pub batch: Option<PathBuf>,
    /// Pages read side by side in a batch [default: all cores]
    #[arg(long, value_name = "N", requires = "batch")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// Arguments of `eval`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen eval pages                             the numbers, and the ten worst pages
  zhanwen eval pages --save before.json          then change a rules file and
  zhanwen eval pages --against before.json       see what got better and what worse
  zhanwen eval pages --floor body_f1=0.97 --ceiling ALL-zh:author_noise=0.05
  zhanwen eval pages --predictions other-tool.jsonl

DIR holds pages and truth.jsonl, one object for each page: {\"file\": PATH, \"title\": …,
\"publish_time\": …, \"author\": …, \"source\": …, \"views\": …, \"body\": …, \"lang\": \"zh\",
\"set\": NAME, \"url\": URL, \"content_type\": TYPE, \"fetched_at\": TIME}, all but the first
optional. docs/eval.md defines every number.")]
pub struct EvalArgs {
    /// The folder of pages with their truth.jsonl
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Show so many of the worst pages, and of those that moved
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: usize,
    /// Write the result, for --against another time
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub save: Option<PathBuf>,
    /// Compare with an earlier result
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub against: Option<PathBuf>,
    /// Fail (exit code 7) where a number is less; in a group, or in all Chinese and all other pages
    #[arg(long = "floor", value_name = "[GROUP:]METRIC=VALUE", value_parser = floor)]
    pub floors: Vec<Bound>,
    /// Fail (exit code 7) where a number that is better small is more, as in `author_noise=0.05`
    #[arg(long = "ceiling", value_name = "[GROUP:]METRIC=VALUE", value_parser = ceiling)]
    pub ceilings: Vec<Bound>,
    /// Score what another tool read, a JSON line for each page, instead of reading the pages
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["jobs", "write_predictions"])]
    pub predictions: Option<PathBuf>,
    /// Write what was read, a JSON line for each page
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub write_predictions: Option<PathBuf>,
    /// Pages read side by side [default: all cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Leave the site running at the end, until Ctrl-C
    #[arg(long)]
    pub keep_serving: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
