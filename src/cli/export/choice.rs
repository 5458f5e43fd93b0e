//! What is exported: the articles a search means, read in portions while others are written.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::archive::{ArchiveError, Dossier, DossierScope, Library, PageId, Versions};
use crate::config::Settings;
use crate::model::Timestamp;
use crate::search::{Expression, parse};

use super::super::args::{Selection, SortBy};
use super::super::failure::Failure;
use super::super::search::mistaken;

/// Articles read together: enough that reading goes on while the last are written, and few enough
/// that long ones with many versions are no matter.
const TOGETHER: usize = 64;

/// What is exported, of which archive, when.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Choice {
    search: Expression,
    sort: SortBy,
    archive: String,
    at: Timestamp,
}

impl Choice {
    /// What `selection` means.
    pub(in crate::cli) fn new(
        selection: &Selection,
        settings: &Settings,
        at: Timestamp,
    ) -> Result<Self, Failure> {
        let words = selection.words.join(" ");
        let search = if words.trim().is_empty() {
            Expression::everything()
        } else {
            parse(&words).map_err(mistaken)?
        };
        Ok(Self {
            search,
            sort: selection.sort,
            archive: settings.archive.display().to_string(),
            at,
        })
    }

    /// The search, so that it can be typed again; nothing where every article is meant.
    pub(in crate::cli) fn search_text(&self) -> String {
        if self.search.is_everything() {
            String::new()
        } else {
            self.search.to_string()
        }
    }

    /// The articles it means, in their order. What is found is fixed at once; what is read of an article is
    /// what is kept when its turn comes.
    pub(in crate::cli) async fn found(
        &self,
        library: &Arc<dyn Library>,
    ) -> Result<Vec<PageId>, ArchiveError> {
        let found = library
            .found(&self.search, self.sort.into(), Versions::Current)
            .await?;
        Ok(found.into_iter().map(|found| found.page).collect())
    }

    /// What is to be known of an export of so many `rows` of `what`, beside the rows.
    pub(in crate::cli) fn about(&self, what: &'static str, rows: u64, articles: u64) -> About {
        About {
            what,
            search: self.search_text(),
            order: self.sort.name(),
            rows,
            articles,
            archive: self.archive.clone(),
            exported_at: self.at,
            tool: format!("zhanwen {}", env!("CARGO_PKG_VERSION")),
        }
    }
}

/// Reads `pages` in portions, the next while the last is worked on.
pub(in crate::cli) fn read(
    library: Arc<dyn Library>,
    pages: Vec<PageId>,
    scope: DossierScope,
) -> mpsc::Receiver<Result<Vec<Dossier>, ArchiveError>> {
    let (send, receive) = mpsc::channel(1);
    tokio::spawn(async move {
        for portion in pages.chunks(TOGETHER) {
            let read = library.dossiers(portion.to_vec(), scope).await;
            let failed = read.is_err();
            // nobody takes more where the writing failed
            if send.send(read).await.is_err() || failed {
                return;
            }
        }
    });
    receive
}

/// What an export says of itself.
#[derive(Clone, Debug)]
pub(in crate::cli) struct About {
    /// What the rows are.
    pub(in crate::cli) what: &'static str,
    /// The search; nothing where every article was meant.
    pub(in crate::cli) search: String,
    /// What came first.
    pub(in crate::cli) order: &'static str,
    /// How many rows.
    pub(in crate::cli) rows: u64,
    /// Of how many articles.
    pub(in crate::cli) articles: u64,
    /// Out of which archive.
    pub(in crate::cli) archive: String,
    /// When.
    pub(in crate::cli) exported_at: Timestamp,
    /// By what.
    pub(in crate::cli) tool: String,
}

impl About {
    /// As names and values, for people.
    pub(in crate::cli) fn lines(&self) -> [(&'static str, String); 8] {
        [
            ("what", self.what.to_owned()),
            ("search", self.search.clone()),
            ("order", self.order.to_owned()),
            ("rows", self.rows.to_string()),
            ("articles", self.articles.to_string()),
            ("archive", self.archive.clone()),
            ("exported_at", self.exported_at.to_string()),
            ("tool", self.tool.clone()),
        ]
    }

    /// As an object, for programs.
    pub(in crate::cli) fn object(&self) -> Value {
        json!({
            "what": self.what,
            "search": self.search,
            "order": self.order,
            "rows": self.rows,
            "articles": self.articles,
            "archive": self.archive,
            "exported_at": self.exported_at.to_string(),
            "tool": self.tool,
        })
    }
}
