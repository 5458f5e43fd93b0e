//! Where answers are that other records refer to: among those at hand, or in the archive.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;

use crate::archive::{ArchiveError, PARTS_WITHIN, PastLook};
use crate::canon::urlkey;
use crate::model::Timestamp;
use crate::warc::read::{Digest, DigestCheck};

use super::Importing;
use super::sort::{Body, Foreign, Reference};

/// Kept bodies of one page whose digests are made to find one.
const MOST_TRIED: usize = 50;

/// Answers at hand.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    looks: Vec<Foreign>,
    by_page: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
    by_digest: HashMap<Digest, usize>,
}

/// A body that was referred to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) body: Bytes,
    /// Whether its content codings are undone.
    pub(super) is_plain: bool,
    pub(super) content_type: Option<String>,
}

impl Shelf {
    /// Puts `looks` within reach.
    pub(super) fn of<'a>(looks: impl Iterator<Item = &'a Foreign>) -> Self {
        let mut shelf = Self::default();
        for look in looks.filter(|look| matches!(look.body, Body::Own(_))) {
            let place = shelf.looks.len();
            shelf
                .by_page
                .entry(urlkey(&look.url))
                .or_default()
                .push(place);
            if let Some(id) = &look.id {
                shelf.by_id.insert(id.clone(), place);
            }
            if let Some(digest) = &look.digest {
                shelf.by_digest.insert(digest.clone(), place);
            }
            shelf.looks.push(look.clone());
        }
        shelf
    }

    /// Whether it holds an answer at an address of `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.by_page.contains_key(key)
    }

    /// The answer at an address of `key` nearest in time to `at`.
    pub(super) fn nearest(&self, key: &str, at: Timestamp) -> Option<&Foreign> {
        let places = self.by_page.get(key)?.iter();
        let looks = places.filter_map(|place| self.looks.get(*place));
        let near = looks.filter(|look| apart(look.at, at) <= PARTS_WITHIN);
        near.min_by_key(|look| apart(look.at, at))
    }

    /// The body that `reference` means.
    pub(super) async fn find(
        &self,
        work: &Importing,
        reference: &Reference,
    ) -> Result<Option<Found>, ArchiveError> {
        if let Some(Foreign { headers, body, .. }) = self.here(reference)
            && let Body::Own(body) = body
        {
            return Ok(Some(Found {
                body: body.clone(),
                is_plain: headers.first("content-encoding").is_none(),
                content_type: headers.first("content-type").map(str::to_owned),
            }));
        }
        let Some(page) = work.library.find(&reference.url).await? else {
            return Ok(None);
        };
        let Some(past) = work.library.past(page).await? else {
            return Ok(None);
        };
        let named = past.looks.iter().filter(|look| {
            reference
                .at
                .is_some_and(|at| is_same_second(at, look.fetched_at))
        });
        let mut named = named.filter(|look| look.entity.is_some());
        let found = match named.next() {
            Some(look) => body(work, look).await?,
            None => by_digest(work, reference, &past.looks).await?,
        };
        Ok(found)
    }

    fn here(&self, reference: &Reference) -> Option<&Foreign> {
        let by_id = reference.id.as_ref().and_then(|id| self.by_id.get(id));
        let by_time = || {
            let mut places = self.by_page.get(&urlkey(&reference.url))?.iter();
            places.find(|place| {
                let look = self.looks.get(**place);
                look.is_some_and(|look| Some(look.at) == reference.at)
            })
        };
        let by_digest = || self.by_digest.get(reference.digest.as_ref()?);
        let place = by_id.or_else(by_time).or_else(by_digest)?;
        self.looks.get(*place)
    }
}

fn apart(one: Timestamp, other: Timestamp) -> Duration {
    one.since(other).max(other.since(one))
}

fn is_same_second(one: Timestamp, other: Timestamp) -> bool {
    let seconds = |at: Timestamp| at.as_unix_millis().div_euclid(1000);
    one == other || seconds(one) == seconds(other)
}

async fn body(work: &Importing, look: &PastLook) -> Result<Option<Found>, ArchiveError> {
    let Some(entity) = look.entity else {
        return Ok(None);
    };
    let body = match work.library.entity(entity).await {
        Err(ArchiveError::Pruned { .. }) => None,
        read => read?,
    };
    Ok(body.map(|body| Found {
        body,
        is_plain: true,
        content_type: look.headers.first("content-type").map(str::to_owned),
    }))
}

async fn by_digest(
    work: &Importing,
    reference: &Reference,
    looks: &[PastLook],
) -> Result<Option<Found>, ArchiveError> {
    let Some(digest) = &reference.digest else {
        return Ok(None);
    };
    let mut tried = Vec::new();
    for look in looks.iter().rev().filter(|look| look.entity.is_some()) {
        if tried.contains(&look.entity) || tried.len() >= MOST_TRIED {
            continue;
        }
        tried.push(look.entity);
        if let Some(found) = body(work, look).await?
            && digest.check(&[&found.body]) == DigestCheck::Holds
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
