//! What happens in a run, as it happens: for progress, logs and output.

use std::sync::Arc;
use std::time::Duration;

use crate::archive::{AssetState, Capture, Observation, Reading, RunId, Visit};
use crate::model::{FetchError, HostKey, Notice, Outcome, PageKind, PageUrl, SiteId, Timestamp};

/// How many events may wait for who listens. A look waits for its place among them; what is small news
/// beside it is counted as untold.
pub const EVENTS_WAITING: usize = 4096;

/// Something happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The run was begun and its pages are planned.
    RunStarted {
        /// The run.
        run: RunId,
        /// Pages planned to start from.
        pages: usize,
        /// Known pages made due again (`recheck`).
        rechecked: u64,
    },
    /// A host was leased.
    HostLeased {
        /// The host.
        host: HostKey,
        /// Pages of it to be visited in this lease.
        visits: usize,
    },
    /// The next request to a host is not to be sent at once.
    HostWaits {
        /// The host.
        host: HostKey,
        /// When it may be sent.
        until: Timestamp,
    },
    /// A robots.txt was asked for.
    RobotsRead {
        /// `scheme://host[:port]`.
        origin: String,
        /// The status of the final answer, where one came.
        status: Option<u16>,
        /// Why nothing may be asked for now, where the file could not be had.
        unreachable: Option<String>,
        /// Whether a web page came in its place, which forbids nothing.
        is_page: bool,
        /// The Crawl-delay it asks for.
        crawl_delay: Option<Duration>,
        /// The Crawl-delay heeded, where that is less.
        capped_to: Option<Duration>,
    },
    /// A counter was asked for the views of an article, or would have been.
    Counted {
        /// The article.
        page: PageUrl,
        /// The number, or in words why there is none.
        views: Result<u64, String>,
    },
    /// A picture of an article was asked for, or would have been, and what came of it is committed.
    AssetSettled {
        /// What was asked for.
        url: PageUrl,
        /// The article.
        page: PageUrl,
        /// How it stands with the picture now; wanted where it redirects.
        state: AssetState,
        /// Why, where that does not say.
        reason: Option<String>,
    },
    /// A page was looked at and the look is committed.
    Captured(Box<Captured>),
    /// A host is left alone.
    HostResting {
        /// The host.
        host: HostKey,
        /// Until when.
        until: Timestamp,
        /// Why, in words.
        reason: String,
    },
    /// Another process works on a host with due pages; it is asked for again from time to time.
    /// Told once in a run.
    HostHeld {
        /// The host.
        host: HostKey,
        /// When the lease of the other runs out unless it is prolonged.
        until: Timestamp,
    },
    /// A lease ran out before its work was done; somebody else does it.
    LeaseLost {
        /// The host.
        host: HostKey,
    },
    /// A stop was requested: what is in flight is finished.
    Stopping,
}

/// A look that is committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// Where.
    pub url: PageUrl,
    /// Whose page.
    pub site: SiteId,
    /// When it was asked for.
    pub sent_at: Timestamp,
    /// What it turned out to be.
    pub kind: PageKind,
    /// What the look came to.
    pub outcome: Outcome,
    /// Why, where the outcome does not say.
    pub reason: Option<String>,
    /// Why no complete answer came.
    pub error: Option<FetchError>,
    /// The status, where an answer came.
    pub status: Option<u16>,
    /// How long the exchange took, where an answer came.
    pub elapsed: Option<Duration>,
    /// Bytes of body that crossed the wire.
    pub wire_length: u64,
    /// The article read, if any.
    pub reading: Option<Arc<Reading>>,
    /// The number of the version that is now current, where there is one.
    pub version_no: Option<u32>,
    /// Pages found that had not been known.
    pub new_pages: u64,
    /// Where a redirect leads.
    pub redirected_to: Option<PageUrl>,
    /// What a person should know of the site.
    pub notices: Vec<Notice>,
    /// Whether the look before it failed.
    pub is_retry: bool,
    /// When the page is due again.
    pub next_visit_at: Timestamp,
}

impl Captured {
    /// What there is to tell of a look before it is committed.
    pub(super) fn of(visit: &Visit, capture: &Capture) -> Self {
        let (status, elapsed, wire_length, error) = match &capture.observation {
            Observation::Answered(answer) => (
                Some(answer.status),
                Some(answer.elapsed),
                answer.wire_length,
                None,
            ),
            Observation::Failed(error) => (None, None, 0, Some(error.clone())),
            Observation::Refused => (None, None, 0, None),
        };
        Self {
            url: visit.url.clone(),
            site: visit.site.clone(),
            sent_at: capture.sent_at,
            kind: capture.kind,
            outcome: capture.outcome,
            reason: capture.reason.clone(),
            error,
            status,
            elapsed,
            wire_length,
            reading: capture.reading.clone(),
            version_no: None,
            new_pages: 0,
            redirected_to: capture
                .redirect
                .as_ref()
                .map(|redirect| redirect.to.clone()),
            notices: capture.notices.clone(),
            is_retry: visit.history.failures_in_a_row > 0,
            next_visit_at: capture.next_visit_at,
        }
    }
}
