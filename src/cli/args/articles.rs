//! Arguments of `articles`.

use clap::Args;

use super::filters::{FilterArgs, PlaceArgs};

/// Arguments of `articles`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen articles                               what is kept, the latest published first
  zhanwen articles --site expo-company --after 2026-06 --sort views
  zhanwen articles 会展 --views '>=1000' --changed
  zhanwen articles --gone --json | jq -r .url
  zhanwen articles --sort changed --all-versions

WORDS are those of `zhanwen search`, which shows the text around them. All options together are one
search: what they name must all be so. Marks: edited, gone, and v2 where what is shown is version 2
of several.")]
pub struct ArticlesArgs {
    /// Which say this; as in `zhanwen search`
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    /// Which articles.
    #[command(flatten)]
    pub filters: FilterArgs,
    /// Which of them.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print one JSON object per article and line
    #[arg(long)]
    pub json: bool,
}
