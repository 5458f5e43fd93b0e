//! Why a command failed, with its exit code and the chain of causes, printed once.

use std::path::PathBuf;

use crate::archive::ArchiveError;
use crate::config::ConfigError;
use crate::crawl::CrawlError;
use crate::model::{TimestampError, UrlError};
use crate::net::NetError;

use super::eval::EvalError;
use super::exit::{Exit, for_archive};
use super::query::QueryError;

/// What only the command line can get wrong.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A saved page or a list cannot be read.
    #[error("read {}", .path.display())]
    ReadPage {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A question cannot be read.
    #[error("read the query from {}", .path.display())]
    ReadQuery {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// There is no such view.
    #[error("find a view called {name}{}: there are {known}", .meant.as_deref().unwrap_or_default())]
    UnknownView {
        /// The name given.
        name: String,
        /// The one that was probably meant, in parentheses.
        meant: Option<String>,
        /// Those there are.
        known: String,
    },
    /// A line of a batch list is wrong.
    #[error(
        "understand line {line} of {}: write {{\"file\": PATH, \"url\": URL, \"content_type\": TYPE}}",
        .path.display()
    )]
    BatchLine {
        /// The list.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// A folder or file cannot be written.
    #[error("write {}", .path.display())]
    Write {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A user name or password in an address.
    #[error("use a user name or password in an address: pages are asked for without; write {url}")]
    Credentials {
        /// The address without them.
        url: String,
    },
    /// The archive does not know the page.
    #[error("find {url} in {}: `zhanwen scrape {url}` fetches it", .archive.display())]
    UnknownPage {
        /// The page.
        url: String,
        /// The archive.
        archive: PathBuf,
    },
    /// The page is kept, but no article was ever read from it.
    #[error("find an article at {url}: none was read from it; `--raw` prints its bytes")]
    NoArticle {
        /// The page.
        url: String,
    },
    /// The page was asked for, but no answer with a body ever came.
    #[error("find bytes of {url}: no answer with a body was ever received")]
    NoBytes {
        /// The page.
        url: String,
    },
    /// No look at the page saw a view count.
    #[error("draw the views of {url}: no look at it saw a view count")]
    NoViews {
        /// The page.
        url: String,
    },
    /// The page has no such version.
    #[error("find version {version} of {url}: it has {versions}")]
    UnknownVersion {
        /// The page.
        url: String,
        /// The version asked for.
        version: u32,
        /// How many there are.
        versions: u32,
    },
    /// The archive has no such run.
    #[error("find run {run} in {}: `zhanwen runs` lists those there are", .archive.display())]
    UnknownRun {
        /// The number asked for, or `latest`.
        run: String,
        /// The archive.
        archive: PathBuf,
    },
    /// The archive knows no such site.
    #[error("find a site called `{name}` in {}: known are {known}", .archive.display())]
    UnknownKeptSite {
        /// The name given.
        name: String,
        /// The archive.
        archive: PathBuf,
        /// The names there are.
        known: String,
    },
    /// A place in another result.
    #[error(
        "go on behind that place: it is one of another search, order or kind of versions; ask as you asked for it"
    )]
    OtherSearch,
    /// There is nothing to crawl.
    #[error(
        "find a site to crawl: {} has no enabled rules file with a start page; add one, or name a URL",
        .selectors.display()
    )]
    NoSites {
        /// The folder of rules files.
        selectors: PathBuf,
    },
    /// No rules file has that name.
    #[error("find rules called `{name}` in {}: known are {known}", .selectors.display())]
    UnknownSite {
        /// The name given.
        name: String,
        /// The folder of rules files.
        selectors: PathBuf,
        /// The names there are.
        known: String,
    },
    /// The shipped demo site cannot be read.
    #[error("read the demo site")]
    DemoSite {
        /// What the parser said.
        #[source]
        source: toml::de::Error,
    },
    /// There is a file where a copy of the archive is to go.
    #[error("write {}: it is there already; name another file, a folder, or say --replace", .path.display())]
    BackupThere {
        /// The file.
        path: PathBuf,
    },
    /// The copy of the archive would be the archive.
    #[error("write {}: it is the archive itself", .path.display())]
    BackupOntoItself {
        /// The file.
        path: PathBuf,
    },
    /// There is a file or folder where an export is to go.
    #[error("write {}: it is there already; name another, or say --force", .path.display())]
    ExportThere {
        /// The file or folder.
        path: PathBuf,
    },
    /// There is a folder where an export is to go, which no export made.
    #[error("write {}: a folder is there that no export made; name another, or an empty one", .path.display())]
    ForeignFolder {
        /// The folder.
        path: PathBuf,
    },
    /// A crawl would have to wait too long.
    #[error("compact the archive: run {run} is at work on it; try again when it has ended")]
    CompactBesideCrawl {
        /// Its number.
        run: i64,
    },
    /// The address to listen on cannot be had.
    #[error("listen on {address}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// Metrics that contradict each other.
    #[error("count for Prometheus")]
    Metrics {
        /// What its library said.
        #[source]
        source: prometheus::Error,
    },
    /// The machine cannot give threads or sockets.
    #[error("start")]
    Start {
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

/// A failed command.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line's own.
    #[error(transparent)]
    Cli(#[from] CliError),
    /// Settings or rules files.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A folder to score.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A question in SQL.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// A search that cannot be read.
    #[error("understand the search: {0}")]
    Search(miette::Report),
    /// The crawl machine.
    #[error(transparent)]
    Crawl(#[from] CrawlError),
    /// The HTTP client.
    #[error(transparent)]
    Net(#[from] NetError),
    /// A URL argument.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// A time argument.
    #[error(transparent)]
    Time(#[from] TimestampError),
}

impl Failure {
    /// The code the program ends with.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Url(_)
            | Self::Time(_)
            | Self::Search(_)
            | Self::Eval(EvalError::UnknownGroup { .. })
            | Self::Query(QueryError::Mistake(_) | QueryError::Other(_))
            | Self::Cli(
                CliError::UnknownSite { .. }
                | CliError::UnknownKeptSite { .. }
                | CliError::OtherSearch
                | CliError::UnknownView { .. }
                | CliError::Credentials { .. },
            ) => Exit::Usage,
            Self::Cli(CliError::CompactBesideCrawl { .. }) => Exit::Busy,
            Self::Config(_) => Exit::BadRules,
            Self::Archive(error) | Self::Query(QueryError::Archive(error)) => for_archive(error),
            Self::Crawl(error) => match error.archive() {
                Some(error) => for_archive(error),
                None => Exit::Failure,
            },
            Self::Cli(_)
            | Self::Eval(_)
            | Self::Net(_)
            | Self::Query(QueryError::Late(_) | QueryError::Large(_)) => Exit::Failure,
        }
    }

    /// The failure and its causes as one sentence: `failed to …: because …`.
    pub fn sentence(&self) -> String {
        sentence(self)
    }
}

/// An error and its causes as one sentence: `failed to …: because …`.
pub(super) fn sentence(error: &dyn std::error::Error) -> String {
    let mut sentence = format!("failed to {error}");
    let mut cause = error.source();
    while let Some(source) = cause {
        let said = source.to_string();
        if !sentence.contains(&said) {
            sentence.push_str(": ");
            sentence.push_str(&said);
        }
        cause = source.source();
    }
    sentence
}
