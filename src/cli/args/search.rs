//! Arguments of `search`.

use clap::{Args, ValueEnum};

use crate::archive::SearchOrder;

/// Arguments of `search`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen search 会展                            every article that says it, 會展 as well
  zhanwen search '\"国际 会展\" -取消'            one after the other, and without 取消
  zhanwen search 'title:(会展 OR 展会) 上海' site:expo-company
  zhanwen search source:=示例会展 after:2026-06 views:>1000 --sort views
  zhanwen search is:gone --json --limit 1000 | jq -r .url

Words stand for all of them; OR, NOT (or -), parentheses and quotes do what they do elsewhere. A
Chinese word is found wherever it stands, whatever stands around it; words of letters and digits
are found whole. Full-width signs （）：“”－ are as good as narrow ones. Put what has blanks,
parentheses, quotes, > or a - in it between '…', so that the shell leaves it alone.

  title: summary: source: author: body:   a word, \"a phrase\" or (a group) there alone
  source:= author:=                       exactly this name
  site:NAME                               of this site
  after:2026-06 before:2026-07-01         published then (first day of a month or year)
  seen-after: seen-before:                this version first seen then, in UTC
  views:>1000  views:1万..5万              views seen last
  lang:zh-Hant                            the language, or a kind of it
  is:changed  is:gone                     edited after publishing; vanished

Searched are the articles as they are kept now, not their earlier versions.")]
pub struct SearchArgs {
    /// What to find; several words are taken together
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// What comes first
    #[arg(
        short,
        long,
        value_enum,
        value_name = "ORDER",
        default_value = "relevance"
    )]
    pub sort: SortBy,
    /// Show so many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Pass over so many
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
    /// Print one JSON object per article and line
    #[arg(long)]
    pub json: bool,
}

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// The best answer: said often, said in the headline, said nowhere else.
    Relevance,
    /// The latest published.
    Published,
    /// The most viewed.
    Views,
    /// The most views a day of late.
    Growth,
    /// The version seen last.
    Changed,
}

impl SortBy {
    /// Its name on the command line and in what is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Published => "published",
            Self::Views => "views",
            Self::Growth => "growth",
            Self::Changed => "changed",
        }
    }
}

impl From<SortBy> for SearchOrder {
    fn from(sort: SortBy) -> Self {
        match sort {
            SortBy::Relevance => Self::Relevance,
            SortBy::Published => Self::Published,
            SortBy::Views => Self::Views,
            SortBy::Growth => Self::Growth,
            SortBy::Changed => Self::Changed,
        }
    }
}
