//! What is kept of reposts: fingerprints, pairs that are alike, and places in clusters.

use crate::model::{PageUrl, PublishTime, SiteId, Timestamp};
use crate::repost::{Key, Place};

use super::PageId;

/// A page's current text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageText {
    /// The page.
    pub page: PageId,
    /// Which version of it.
    pub version_no: u32,
    /// Its title.
    pub title: Option<String>,
    /// Its body.
    pub body: String,
}

/// By what a page is found, as of one version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// The page.
    pub page: PageId,
    /// Which version of it.
    pub version_no: u32,
    /// Tokens of its text.
    pub tokens: usize,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// A fingerprint, and the pages that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Fingerprinted {
    /// The fingerprint.
    pub fingerprint: Fingerprint,
    /// What is alike, and how much.
    pub alike: Vec<(PageId, f64)>,
}

/// Two pages that are alike, the lower first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlikePair {
    /// One.
    pub page: PageId,
    /// The other.
    pub other: PageId,
    /// The share of the shorter that is in the longer.
    pub similarity: f64,
}

/// What a reader is told of a page in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepostPage {
    /// The page.
    pub page: PageId,
    /// Whose it is.
    pub site: SiteId,
    /// Where it is.
    pub url: PageUrl,
    /// Its title.
    pub title: Option<String>,
    /// Its source.
    pub source: Option<String>,
    /// When it says it was published.
    pub published: Option<PublishTime>,
    /// When it was first seen.
    pub first_seen: Timestamp,
}

/// A page's kept place in its cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptPlace {
    /// The lowest page of the cluster.
    pub cluster: PageId,
    /// Its place.
    pub place: Place,
    /// How alike the nearest page of the cluster is.
    pub similarity: f64,
}
