//! What is due and not yet done, for who wants to know without taking it.

use crate::model::{
    HostKey, HostState, KeptRobots, PageHistory, PageKind, PageUrl, SiteId, Timestamp,
};

/// A host with due pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The host.
    pub host: HostKey,
    /// How many of its pages are due.
    pub pages: u64,
    /// Since when the first of them is.
    pub due_since: Timestamp,
    /// The host's clock.
    pub state: HostState,
    /// Until when somebody holds it.
    pub held_until: Option<Timestamp>,
}

/// What is due on one host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upcoming {
    /// Its robots.txt files, one for each origin asked so far.
    pub robots: Vec<KeptRobots>,
    /// Its due pages.
    pub pages: Vec<UpcomingPage>,
}

/// A page that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpcomingPage {
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// What it is expected to be.
    pub kind: PageKind,
    /// Since when it is due.
    pub due_at: Timestamp,
    /// Its past looks.
    pub history: PageHistory,
}
