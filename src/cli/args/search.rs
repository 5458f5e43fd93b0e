//! Arguments of `search`.

use clap::Args;

use super::filters::{FilterArgs, PlaceArgs};

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

The filters are options, too, as in `zhanwen articles`, which lists what is found in a table. Searched
are the articles as they are kept now; with --all-versions their earlier versions as well.")]
pub struct SearchArgs {
    /// What to find; several words are taken together
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// Which articles, beside what the words say.
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Which of them.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Tell what the result consists of in place of the articles: how many by site, source, author,
    /// month and language, N of each kind
    #[arg(
        long,
        value_name = "N",
        num_args = 0..=1,
        default_missing_value = "10",
        require_equals = true
    )]
    pub facets: Option<usize>,
    /// Print one JSON object per article and line
    #[arg(long)]
    pub json: bool,
}
