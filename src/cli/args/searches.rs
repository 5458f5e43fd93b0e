//! The command line of `saved`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::alert::{Service, Watch};
use crate::archive::SearchName;

/// Arguments of `saved`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  zhanwen saved add 会展 'title:(会展 OR 展会) 上海'
  zhanwen saved add 竞品 site:example-company --events new,gone,views:+1000/day
  zhanwen saved news                             what is new of all of them, and move on
  zhanwen saved news 会展 --keep                 the same, to be told again next time
  zhanwen saved news 会展 --format atom > feed.xml
  zhanwen saved news 会展 --format wecom --post-file hook.txt
  12 * * * *  cd /srv/expo && zhanwen crawl -q; zhanwen saved news -q")]
pub struct SavedArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: SavedCommand,
}

/// What to do with saved searches.
#[derive(Debug, Subcommand)]
pub enum SavedCommand {
    /// Keep a search under a name; what comes from now on is news of it
    Add(AddArgs),
    /// List the saved searches, and how much is new of each
    List {
        /// Print one JSON object per search and line
        #[arg(long)]
        json: bool,
    },
    /// Forget a search, and what was told of it
    Remove {
        /// Its name
        #[arg(value_name = "NAME")]
        name: SearchName,
    },
    /// Give a search another name
    Rename {
        /// Its name
        #[arg(value_name = "NAME")]
        from: SearchName,
        /// The new one
        #[arg(value_name = "NEW")]
        to: SearchName,
    },
    /// Tell what is new since it was told last
    News(NewsArgs),
}

/// Arguments of `saved add`.
#[derive(Debug, Args)]
#[command(after_help = "\
Events:
  new                an article is found that was not, by its first look or by an edit
  edited             an article that is or was found was edited, as `changes` has it
  gone               it vanished: two looks in a row found it gone
  back               it is there again
  views:+1000/day    its views grew by so many within a day; views:x3, to three times as many")]
pub struct AddArgs {
    /// What to call it
    #[arg(value_name = "NAME")]
    pub name: SearchName,
    /// What to find, as for `search`; several words are taken together
    #[arg(required = true, value_name = "WORDS")]
    pub words: Vec<String>,
    /// What to tell of it [default: new,edited,gone,back]
    #[arg(
        long,
        value_name = "EVENT,…",
        default_value_t,
        hide_default_value = true
    )]
    pub events: Watch,
}

/// Arguments of `saved news`.
#[derive(Debug, Args)]
pub struct NewsArgs {
    /// Of this search [default: all]
    #[arg(value_name = "NAME")]
    pub name: Option<SearchName>,
    /// How to tell it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: NewsFormat,
    /// Tell it again next time
    #[arg(long, conflicts_with_all = ["post", "post_file"])]
    pub keep: bool,
    /// Send it there: https://…, or http:// to this machine
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub post: Option<String>,
    /// Send it to the address in this file, so that the command line does not show it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "post")]
    pub post_file: Option<PathBuf>,
    /// Sign what is sent with the secret in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "secret")]
    pub secret_file: Option<PathBuf>,
    /// Sign what is sent with this secret
    #[arg(
        long,
        value_name = "TEXT",
        env = "ZHANWEN_SECRET",
        hide_env_values = true
    )]
    pub secret: Option<String>,
}

/// How news are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NewsFormat {
    /// For people, with what differs.
    #[default]
    Text,
    /// One object per search.
    Json,
    /// One object per event and line.
    Jsonl,
    /// A feed of the last fifty events, for feed readers; of one search.
    Atom,
    /// A message for 企业微信.
    Wecom,
    /// A message for 钉钉.
    Dingtalk,
    /// A message for 飞书.
    Feishu,
    /// A document in `CommonMark`.
    Markdown,
}

impl NewsFormat {
    /// Who is sent such news.
    pub const fn service(self) -> Option<Service> {
        match self {
            Self::Json => Some(Service::Json),
            Self::Wecom => Some(Service::Wecom),
            Self::Dingtalk => Some(Service::Dingtalk),
            Self::Feishu => Some(Service::Feishu),
            Self::Text | Self::Jsonl | Self::Atom | Self::Markdown => None,
        }
    }
}
