//! An answer of others with its body, wherever that was.

use std::time::Duration;

use bytes::Bytes;

use crate::archive::{ArchiveError, PastLook};
use crate::decode;
use crate::model::{ContentHash, Fetched, Headers, Timestamp};

use super::Importing;
use super::shelf::Shelf;
use super::sort::{Body, Foreign};

/// An answer with its body at hand.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) fetched: Fetched,
    pub(super) warning: Option<String>,
    /// Of "not modified": when the answer was that still holds.
    pub(super) stands_since: Option<Timestamp>,
    /// The digest of the body with its codings undone, by which it is known again.
    pub(super) entity: Option<ContentHash>,
}

impl Whole {
    /// `foreign` with its body; nothing where that is not to be had.
    pub(super) async fn of(
        work: &Importing,
        foreign: &Foreign,
        shelf: &Shelf,
    ) -> Result<Option<Self>, ArchiveError> {
        let (mut headers, mut stands_since) = (foreign.headers.clone(), None);
        let body = match &foreign.body {
            Body::Own(body) => body.clone(),
            Body::NotModified(reference) => {
                stands_since = reference.at;
                Bytes::new()
            }
            Body::Same(reference) => {
                let Some(found) = shelf.find(work, reference).await? else {
                    return Ok(None);
                };
                if found.is_plain {
                    let coded = |(name, _): &(&str, &[u8])| *name == "content-encoding";
                    let plain = headers.iter().filter(|field| !coded(field));
                    headers = Headers::new(
                        plain.map(|(name, value)| (name.to_owned(), Bytes::copy_from_slice(value))),
                    );
                }
                if headers.first("content-type").is_none()
                    && let Some(media) = found.content_type
                {
                    let media = [("content-type".to_owned(), Bytes::from(media))];
                    let fields = headers.iter();
                    let fields = fields
                        .map(|(name, value)| (name.to_owned(), Bytes::copy_from_slice(value)));
                    headers = Headers::new(fields.chain(media));
                }
                found.body
            }
        };
        let fetched = Fetched {
            url: foreign.url.clone(),
            status: foreign.status,
            headers,
            body,
            sent_at: foreign.at,
            elapsed: Duration::ZERO,
            peer: foreign.peer,
        };
        let limit = work.body_limit_bytes;
        let entity = (foreign.status != 304)
            .then(|| decode::undo_codings(&fetched, limit).ok())
            .flatten();
        Ok(Some(Self {
            entity: entity.map(|entity| ContentHash::of(&entity.body)),
            fetched,
            warning: foreign.warning.clone(),
            stands_since,
        }))
    }

    /// Whether `look` is this one. Who writes whole seconds loses what was between them.
    pub(super) fn is(&self, look: &PastLook) -> bool {
        let (at, known) = (self.fetched.sent_at, look.fetched_at);
        let seconds = |at: Timestamp| at.as_unix_millis().div_euclid(1000);
        let whole = |at: Timestamp| at.as_unix_millis().rem_euclid(1000) == 0;
        let same_time = at == known || (whole(at) || whole(known)) && seconds(at) == seconds(known);
        same_time
            && look.url == self.fetched.url
            && look.status == Some(self.fetched.status)
            && (look.entity == self.entity || self.fetched.status == 304)
    }
}
