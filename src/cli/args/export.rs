//! The command line of `export`: what is exported, as what, and where to.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{CdxjArgs, SortBy, WaczArgs, WarcArgs};

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen export csv -o articles.csv             every article, for a spreadsheet
  zhanwen export xlsx 会展 after:2026 -o fair.xlsx
  zhanwen export jsonl --all-versions -o versions.jsonl
  zhanwen export csv --what views site:expo -o - | head

What is exported is chosen as `zhanwen search` chooses it, and is never cut: no words are every
article. A file or folder is there only when it is whole, and one that is there already stays unless
--force is given. docs/guide.md tells what each format holds.")]
pub struct ExportArgs {
    /// As what.
    #[command(subcommand)]
    pub format: ExportFormat,
}

/// As what the archive is exported.
#[derive(Debug, Subcommand)]
pub enum ExportFormat {
    /// A table for spreadsheets, in UTF-8
    Csv(CsvArgs),
    /// One object per line, for programs
    Jsonl(JsonlArgs),
    /// Everything that was received, as WARC records, for the programs of web archives
    Warc(WarcArgs),
    /// The same with an index and a list of pages, for ReplayWeb.page
    Wacz(WaczArgs),
    /// An index of captures and the records it points at, for pywb
    Cdxj(CdxjArgs),
}

/// Which articles.
#[derive(Clone, Debug, Args)]
pub struct Selection {
    /// Which articles, as in `zhanwen search` [default: all]
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// What comes first
    #[arg(
        short,
        long,
        value_enum,
        value_name = "ORDER",
        default_value = "published"
    )]
    pub sort: SortBy,
}

/// Where to.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Where to
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub output: PathBuf,
    /// Replace what an earlier export wrote there
    #[arg(long)]
    pub force: bool,
}

/// What a table holds.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sheet {
    /// What the rows are
    #[arg(long, value_enum, value_name = "ROWS", default_value = "articles")]
    pub what: What,
    /// Every version of each article, as --what versions
    #[arg(long, conflicts_with = "what")]
    pub all_versions: bool,
}

impl Sheet {
    /// What the rows are.
    pub const fn rows(self) -> What {
        if self.all_versions {
            What::Versions
        } else {
            self.what
        }
    }
}

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Articles as they are now.
    Articles,
    /// Every version of each article.
    Versions,
    /// Every view count that was seen.
    Views,
    /// What was edited after publishing, and what vanished.
    Changes,
    /// Every look at each article.
    Looks,
}

impl What {
    /// Its name on the command line and in what is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Articles => "articles",
            Self::Versions => "versions",
            Self::Views => "views",
            Self::Changes => "changes",
            Self::Looks => "looks",
        }
    }
}

/// Arguments of `export csv`.
#[derive(Debug, Args)]
#[command(after_help = "\
Beside articles.csv stands articles.csv-metadata.json, which says what was asked for, when, and what the
columns are (CSV on the Web). Text that a spreadsheet would run as a formula begins with an apostrophe.
With -o - the table alone goes to standard output.")]
pub struct CsvArgs {
    /// Which articles.
    #[command(flatten)]
    pub selection: Selection,
    /// Which rows.
    #[command(flatten)]
    pub sheet: Sheet,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
    /// Without the byte order mark that Excel needs
    #[arg(long)]
    pub no_bom: bool,
    /// Text that a spreadsheet may run as a formula as it is
    #[arg(long)]
    pub no_guard: bool,
}

/// Arguments of `export jsonl`.
#[derive(Debug, Args)]
#[command(after_help = "\
Beside articles.jsonl stands articles.jsonl-metadata.json, which says what was asked for and when.
With -o - the lines alone go to standard output.")]
pub struct JsonlArgs {
    /// Which articles.
    #[command(flatten)]
    pub selection: Selection,
    /// Which rows.
    #[command(flatten)]
    pub sheet: Sheet,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
}
