//! Captures: one look at a page with everything that follows from it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::model::{
    Article, ContentHash, FetchError, Headers, HostState, Notice, Outcome, PageKind, PageUrl,
    Provenance, Timestamp,
};

use super::{PageId, Planned, RunId};

/// One look at a page with everything that follows from it: the unit of committing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The page.
    pub page: PageId,
    /// In which run.
    pub run: RunId,
    /// What was asked for, exactly.
    pub url: PageUrl,
    /// When.
    pub sent_at: Timestamp,
    /// What came back.
    pub observation: Observation,
    /// What it came to.
    pub outcome: Outcome,
    /// Why, where the outcome alone does not say: `robots.txt`, `challenge:jsl`, `soft-404`.
    pub reason: Option<String>,
    /// What the page turned out to be.
    pub kind: PageKind,
    /// Whether the article goes on at other addresses. A server's "not modified" would then speak
    /// for its first part alone, so no validators are kept.
    pub in_parts: bool,
    /// The article read from it. Present whenever an article was read, new or not.
    pub reading: Option<Arc<Reading>>,
    /// Pages it leads to, the most urgent first; planned in the same transaction.
    pub discovered: Vec<Planned>,
    /// At most so many of them that were not known are made known; the rest is left to later looks.
    pub new_at_most: Option<u64>,
    /// Who looked for what it leads to ([`read_by`](crate::model::PageHistory::read_by)); nobody where that is not followed.
    pub read_by: Option<String>,
    /// Where a redirect leads; the target is planned too and, when `permanent`, becomes the page
    /// that this URL stands for.
    pub redirect: Option<Redirect>,
    /// What its `<link rel=canonical>` names, where that is another address. Recorded, not followed.
    pub calls_itself: Option<PageUrl>,
    /// What a person should know of the page's site; kept in the same transaction.
    pub notices: Vec<Notice>,
    /// When to look again.
    pub next_visit_at: Timestamp,
    /// The host's clock after this look.
    pub host_state: HostState,
}

impl Capture {
    /// Whether a body came.
    pub fn has_body(&self) -> bool {
        matches!(&self.observation, Observation::Answered(answer) if answer.entity.is_some())
    }

    /// What the page is after this look and when it is due, where it was of the kind `before`. A
    /// later part of an article is asked for with its first, never by itself; but no page bar makes
    /// a list into one.
    pub fn standing(&self, before: PageKind) -> (PageKind, Option<Timestamp>) {
        match (self.kind, before) {
            (PageKind::Part, PageKind::List) => (PageKind::List, Some(self.next_visit_at)),
            (PageKind::Part, _) => (PageKind::Part, None),
            (kind, _) => (kind, Some(self.next_visit_at)),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// A complete answer.
    Answered(Answer),
    /// No complete answer.
    Failed(FetchError),
    /// Nothing was sent: the rules of politeness forbid it.
    Refused,
}

/// A complete answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers as received, in order.
    pub headers: Headers,
    /// The entity body, content codings undone. `None` for answers that have none (304).
    pub entity: Option<Bytes>,
    /// Bytes of body that crossed the wire.
    pub wire_length: u64,
    /// Digest of the body as it crossed the wire.
    pub wire_hash: ContentHash,
    /// From sending until the last byte.
    pub elapsed: Duration,
    /// Who answered.
    pub peer: Option<SocketAddr>,
}

/// Where a redirect leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The target, in canonical form.
    pub to: PageUrl,
    /// 301 or 308: the URL stands for the target from now on.
    pub permanent: bool,
}

/// An article read from a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The article.
    pub article: Article,
    /// Its content hash.
    pub content: ContentHash,
    /// Which normalisation the hash was made with.
    pub hash_rule: u32,
    /// Which reader read it, as in `zhanwen/1 builder:dedecms`.
    pub parser: String,
    /// The encoding it was decoded with.
    pub encoding: String,
    /// How the encoding was known.
    pub encoding_evidence: String,
    /// What a person should know, as `kind: message`.
    pub warnings: Vec<String>,
    /// Which rule gave each field.
    pub provenance: Provenance,
}

impl Reading {
    /// `kept`, which has the same content, with what this reading has beside it: all that neither the
    /// digest covers nor the search index holds.
    #[must_use]
    pub fn beside(&self, kept: &Self) -> Self {
        let (new, old) = (&self.article, &kept.article);
        Self {
            article: Article {
                editor: new.editor.clone(),
                publish_time_raw: new.publish_time_raw.clone(),
                lang: new.lang.clone(),
                body_html: new.body_html.clone(),
                as_printed: new.as_printed.clone(),
                ..old.clone()
            },
            content: kept.content,
            hash_rule: kept.hash_rule,
            ..self.clone()
        }
    }
}

/// What a commit made of a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The number of the version that is now current, where there is one.
    pub version_no: Option<u32>,
    /// Pages planned that the archive had not known.
    pub new_pages: u64,
}
