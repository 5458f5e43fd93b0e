//! Pictures of articles: wanted with a look at an article, lent by host as pages are, kept one by one.

use crate::asset::{Kind, Picture, ReferrerPolicy};
use crate::model::{ContentHash, Headers, HostKey, HostState, PageUrl, SiteId, Timestamp};

use super::{Answer, Lease, PageId, RunId, Scope};

/// A picture's number in one archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AssetId(pub i64);

/// That the pictures of an article are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedAssets {
    /// The first so many of them.
    pub at_most: u32,
    /// What its page lets them be told.
    pub referrer_policy: ReferrerPolicy,
}

/// How it stands with a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssetState {
    /// It is to be asked for.
    Wanted,
    /// It is kept.
    Kept,
    /// It could not be had; it is asked for again while it is due.
    Failed,
    /// It came and is not kept: an icon, too large, no picture.
    PassedOver,
    /// It may not be asked for: robots.txt, an address that is closed.
    Refused,
    /// It was not asked for: its article shows more than are wanted.
    LeftOut,
}

impl AssetState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Wanted,
        Self::Kept,
        Self::Failed,
        Self::PassedOver,
        Self::Refused,
        Self::LeftOut,
    ];

    /// Its name in JSON and in the archive.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Kept => "kept",
            Self::Failed => "failed",
            Self::PassedOver => "passed-over",
            Self::Refused => "refused",
            Self::LeftOut => "left-out",
        }
    }

    /// The state called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether another version of an article that shows it has it asked for again.
    pub const fn is_given_up(self) -> bool {
        matches!(self, Self::Failed | Self::Refused)
    }
}

/// A wish for pictures to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetRequest {
    /// Of the articles of these sites, or of these articles alone.
    pub scope: Scope,
    /// Now.
    pub now: Timestamp,
    /// Until when the leases hold.
    pub until: Timestamp,
    /// At most so many hosts.
    pub hosts: usize,
    /// At most so many pictures for each host, the longest due first.
    pub pictures_per_host: usize,
    /// Not for articles of these sites.
    pub without: Vec<SiteId>,
    /// Hosts that are passed over.
    pub busy: Vec<HostKey>,
}

/// What was lent. A host that somebody else holds or waits for is passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssetLeases {
    /// Lent to the caller.
    pub granted: Vec<AssetLease>,
    /// When the first host with due pictures that rests is done with that.
    pub again_at: Option<Timestamp>,
}

/// A host lent for its pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLease {
    /// The host, without visits.
    pub lease: Lease,
    /// What to ask for, in this order.
    pub pictures: Vec<AssetVisit>,
}

/// A picture to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetVisit {
    /// The picture.
    pub asset: AssetId,
    /// Where to ask for it.
    pub url: PageUrl,
    /// The address under which articles show it, which may have redirected to `url`.
    pub shown_at: PageUrl,
    /// Whose it is.
    pub site: SiteId,
    /// The article it is wanted for.
    pub page: PageId,
    /// Where that is.
    pub page_url: PageUrl,
    /// What that lets it be told.
    pub referrer_policy: ReferrerPolicy,
    /// Redirects followed so far.
    pub hops: u32,
    /// Tries that failed.
    pub tries: u32,
    /// Bytes of pictures kept for the article so far.
    pub article_bytes: u64,
}

/// What came of asking for a picture: the unit of committing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetCapture {
    /// The picture.
    pub asset: AssetId,
    /// In which run.
    pub run: RunId,
    /// What was asked for.
    pub url: PageUrl,
    /// When.
    pub sent_at: Timestamp,
    /// What came back, where an answer did. Its body is kept with the outcome [`AssetOutcome::Kept`]
    /// alone.
    pub answer: Option<Answer>,
    /// What it came to.
    pub outcome: AssetOutcome,
    /// The host's clock after it.
    pub host_state: HostState,
}

/// What asking for a picture came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssetOutcome {
    /// It is the picture.
    Kept(Picture),
    /// It is elsewhere, where it is due at once.
    Moved(PageUrl),
    /// It could not be had.
    Failed {
        /// Why, as in `status 403`.
        reason: String,
        /// When to ask again; never, otherwise.
        again_at: Option<Timestamp>,
    },
    /// It is not kept.
    PassedOver(String),
    /// It may not be asked for.
    Refused(String),
}

impl AssetOutcome {
    /// How it stands with the picture then.
    pub const fn state(&self) -> AssetState {
        match self {
            Self::Kept(_) => AssetState::Kept,
            Self::Moved(_) => AssetState::Wanted,
            Self::Failed { .. } => AssetState::Failed,
            Self::PassedOver(_) => AssetState::PassedOver,
            Self::Refused(_) => AssetState::Refused,
        }
    }

    /// Why, where the state does not say.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed { reason, .. } | Self::PassedOver(reason) | Self::Refused(reason) => {
                Some(reason)
            }
            Self::Kept(_) | Self::Moved(_) => None,
        }
    }
}

/// A picture that a version shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetEntry {
    /// Its place among the pictures of the version, from 1.
    pub position: u32,
    /// The picture.
    pub asset: AssetId,
    /// The address under which the version shows it.
    pub url: PageUrl,
    /// Its alternative text there.
    pub alt: Option<String>,
    /// How it stands with it.
    pub state: AssetState,
    /// Why, where that does not say.
    pub reason: Option<String>,
    /// Its body, to be read by [`Library::entity`](super::Library::entity).
    pub entity: Option<ContentHash>,
    /// Bytes of that.
    pub bytes: Option<u64>,
    /// Its kind, by its first bytes.
    pub kind: Option<Kind>,
    /// Width and height in pixels, where its headers tell.
    pub size: Option<(u32, u32)>,
    /// What was asked for last: the address itself or where that redirected to.
    pub url_requested: PageUrl,
    /// When.
    pub fetched_at: Option<Timestamp>,
    /// The status of the answer.
    pub status: Option<u16>,
    /// Its headers as received, in order.
    pub headers: Headers,
    /// When it is asked for again.
    pub due_at: Option<Timestamp>,
}

/// The pictures wanted for the articles of a site, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetSum {
    /// The site.
    pub site: SiteId,
    /// Kept.
    pub kept: u64,
    /// Bytes of those; of a body that several addresses gave, once for each.
    pub bytes: u64,
    /// Due now.
    pub due: u64,
    /// Asked for again later.
    pub later: u64,
    /// Not had, and not asked for any more: failed or refused.
    pub given_up: u64,
    /// Passed over or left out.
    pub not_kept: u64,
}
