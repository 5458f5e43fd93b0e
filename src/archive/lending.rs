//! Lending: pages to be looked at, hosts lent to who looks at them.

use crate::model::{
    HostKey, HostState, Kept, KeptRobots, KnownVersion, PageHistory, PageKind, PageUrl, SiteId,
    Timestamp,
};

/// A page's number in one archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageId(pub i64);

/// Proof that a host is lent to its holder. Tokens are never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeaseToken(pub i64);

/// A page to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The page, in canonical form.
    pub url: PageUrl,
    /// Whose page it is.
    pub site: SiteId,
    /// What it is expected to be.
    pub kind: PageKind,
    /// When to look.
    pub due: Due,
    /// Links followed from a start page to here, or redirects from what was asked.
    pub depth: u32,
    /// The page that leads here.
    pub referer: Option<PageUrl>,
    /// When a sitemap says that it last changed.
    pub claim: Option<Timestamp>,
}

/// When a planned page is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A new page at the given instant; a known page keeps its own schedule.
    IfNew(Timestamp),
    /// At the given instant, known or not (a known page never later than it was due).
    At(Timestamp),
    /// As [`Due::At`] where the capture that leads there brought [`News`], else not at all: a walk
    /// through the pages of a list ends where nothing is new.
    WithNews(Timestamp),
}

/// What is new among the pages that a capture leads to and that list no others themselves.
///
/// A list grows while it is walked: its next page may show again what the last one did, and what
/// was there a moment ago stands one page further. So a page that shows nothing but what was found
/// since the walk began is no end of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// One of them had not been known.
    pub unknown: bool,
    /// One had become known since the walk began.
    pub recent: bool,
    /// One had been known before.
    pub old: bool,
}

impl News {
    /// Counts one page in.
    pub(crate) const fn see(&mut self, new: bool, recent: bool) {
        self.unknown |= new;
        self.recent |= recent;
        self.old |= !recent;
    }

    /// Whether a walk goes on.
    #[must_use]
    pub const fn leads_on(self) -> bool {
        self.unknown || (self.recent && !self.old)
    }
}

impl Due {
    /// When this is due, `news` telling what was new; nothing where it is not.
    #[must_use]
    pub const fn decided(self, news: News) -> Option<Self> {
        match self {
            Self::WithNews(at) if news.leads_on() => Some(Self::At(at)),
            Self::WithNews(_) => None,
            other => Some(other),
        }
    }
}

/// Which of the due pages a worker wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The pages of these sites.
    Sites(Vec<SiteId>),
    /// These pages alone.
    Pages(Vec<PageId>),
}

/// A wish for work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseRequest {
    /// Which pages.
    pub scope: Scope,
    /// Now.
    pub now: Timestamp,
    /// Until when the leases hold.
    pub until: Timestamp,
    /// At most so many hosts.
    pub hosts: usize,
    /// At most so many visits for each host: lists, the earliest due first; then pages never looked
    /// at, those nearest to a start page first and of these the latest found; then the others, the
    /// earliest due first.
    pub visits_per_host: usize,
    /// Hosts not to be lent, whatever is due on them: their share of the run is used up.
    pub spent: Vec<HostKey>,
    /// Hosts that who asks works on already: they are passed over, and nothing is said of them.
    pub busy: Vec<HostKey>,
}

/// What was lent, and what could not be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leases {
    /// Lent to the caller.
    pub granted: Vec<Lease>,
    /// Hosts in scope with due pages that could not be lent now.
    pub withheld: Vec<Withheld>,
}

/// A host with due pages that could not be lent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The host.
    pub host: HostKey,
    /// Why.
    pub reason: WithheldReason,
    /// Why it rests ([`HostState::resting_reason`]), where it does.
    pub because: Option<String>,
    /// When to ask again.
    pub until: Timestamp,
    /// How many of its pages are due.
    pub pages: u64,
}

/// Why a host could not be lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WithheldReason {
    /// Another worker holds it.
    Held,
    /// It asked to be left alone ([`HostState::resting_until`]).
    Resting,
    /// It is among the [`LeaseRequest::spent`].
    Spent,
}

/// A host lent to one worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The host.
    pub host: HostKey,
    /// Proof of the lease.
    pub token: LeaseToken,
    /// When it runs out unless renewed.
    pub until: Timestamp,
    /// The host's clock as the last holder left it.
    pub state: HostState,
    /// Whether the last holder did not give the host back: it may have asked it a moment ago
    /// without a chance to say so.
    pub left_behind: bool,
    /// Its robots.txt files, one for each origin asked so far.
    pub robots: Vec<KeptRobots>,
    /// Pages due on it, in the order to look at them.
    pub visits: Vec<Visit>,
}

/// What came of asking for one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loan {
    /// It is lent, without visits.
    Lent(Box<Lease>),
    /// It is not.
    Withheld(Withheld),
}

/// One page to look at, with what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The page.
    pub page: PageId,
    /// Where it is.
    pub url: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// What it is expected to be.
    pub kind: PageKind,
    /// Links followed from a start page, or redirects from what was asked.
    pub depth: u32,
    /// The page that leads here.
    pub referer: Option<PageUrl>,
    /// Its past looks.
    pub history: PageHistory,
    /// Whether a sitemap of a host whose claims came true will say when it changes.
    pub spoken_for: bool,
    /// The version current at the last look that found one.
    pub kept: Option<Kept>,
    /// All versions it has had, first to last.
    pub known: Vec<KnownVersion>,
}
