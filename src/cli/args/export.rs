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
    /// A workbook for spreadsheet programs
    Xlsx(XlsxArgs),
    /// One object per line, for programs
    Jsonl(JsonlArgs),
    /// Typed columns for programs that analyse
    Parquet(ParquetArgs),
    /// A document for each article, in Markdown
    Markdown(DocumentArgs),
    /// A document for each article, in plain text
    Text(DocumentArgs),
    /// Pages that open without a server: an index, lists, an article each
    Html(HtmlArgs),
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

/// Arguments of `export xlsx`.
#[derive(Debug, Args)]
#[command(after_help = "\
Dates are dates, addresses are links as far as Excel takes them (65,530 a sheet), the names of the columns
stay in sight and can be filtered. A cell holds 32,767 characters: longer texts are cut and say so. Rows
beyond 1,048,576 go on on the next sheet. The last sheet, query, says what was asked for and when.")]
pub struct XlsxArgs {
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

/// Arguments of `export parquet`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen export parquet -o articles            a folder: site=expo/month=2026-06/part-0.parquet
  zhanwen export parquet --single --what views -o views.parquet

The month is that of the publish time, of rows that tell what was seen the month they were seen in. What
was asked for and when is in the metadata of each file, and in _export.json of a folder.")]
pub struct ParquetArgs {
    /// Which articles.
    #[command(flatten)]
    pub selection: Selection,
    /// Which rows.
    #[command(flatten)]
    pub sheet: Sheet,
    /// One file in place of a folder by site and month
    #[arg(long)]
    pub single: bool,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `export markdown` and `export text`.
#[derive(Debug, Args)]
#[command(after_help = "\
A folder has a file for each article, site-expo/2026-06/08-TITLE-NUMBER.md; names are safe on every system
and the same at every export. With --single all are in one file, or with -o - on standard output.")]
pub struct DocumentArgs {
    /// Which articles.
    #[command(flatten)]
    pub selection: Selection,
    /// Earlier versions of each article, too
    #[arg(long)]
    pub all_versions: bool,
    /// One file in place of a folder
    #[arg(long)]
    pub single: bool,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
}

/// Arguments of `export html`.
#[derive(Debug, Args)]
#[command(after_help = "\
Open index.html in the folder. Pages have no scripts and fetch nothing from elsewhere: pictures are named,
with their addresses, and not shown. Each article is shown with its view counts and what was changed in it.")]
pub struct HtmlArgs {
    /// Which articles.
    #[command(flatten)]
    pub selection: Selection,
    /// Earlier versions of each article in full, too
    #[arg(long)]
    pub all_versions: bool,
    /// Where to.
    #[command(flatten)]
    pub target: Target,
}
