//! What went wrong in an exchange, read out of the chain of errors that reqwest hands back.

use std::error::Error;
use std::io;
use std::time::Duration;

use super::HttpSettings;
use super::resolve::ResolveError;
use crate::model::{FetchError, PageUrl, Phase};

/// An exchange that broke off.
pub(super) struct Exchange<'a> {
    pub(super) url: &'a PageUrl,
    pub(super) settings: &'a HttpSettings,
    pub(super) elapsed: Duration,
    /// Bytes of body until then.
    pub(super) received: u64,
}

impl Exchange<'_> {
    /// The seam's word for what reqwest says.
    pub(super) fn failure(&self, error: &reqwest::Error) -> FetchError {
        let host = self.url.host();
        if let Some(refusal) = find::<ResolveError>(error) {
            return match refusal {
                ResolveError::Refused(address) => FetchError::AddressRefused {
                    host,
                    address: *address,
                },
                ResolveError::NotFound(reason) => FetchError::Resolve {
                    host,
                    reason: reason.clone(),
                },
            };
        }
        if error.is_timeout() {
            let (phase, limit) = self.deadline(error);
            return FetchError::Timeout { host, phase, limit };
        }
        if let Some(refusal) = find::<rustls::Error>(error) {
            let reason = refusal.to_string();
            return FetchError::Tls { host, reason };
        }
        let reason = innermost(error);
        if error.is_connect() {
            // a handshake that ends without a word of TLS
            let is_cut = chain(error)
                .filter_map(|error| error.downcast_ref::<io::Error>())
                .any(|error| error.kind() == io::ErrorKind::UnexpectedEof);
            return if self.url.as_url().scheme() == "https" && is_cut {
                FetchError::Tls { host, reason }
            } else {
                FetchError::Connect { host, reason }
            };
        }
        if error.is_builder() {
            let url = self.url.clone();
            return FetchError::NotFetchable { url, reason };
        }
        if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
            return FetchError::Protocol { host, reason };
        }
        // closed, reset or badly framed somewhere between the request and the last byte
        FetchError::Truncated {
            host,
            reason,
            received: self.received,
        }
    }

    fn deadline(&self, error: &reqwest::Error) -> (Phase, Duration) {
        let settings = self.settings;
        if self.elapsed >= settings.total_timeout {
            (Phase::Total, settings.total_timeout)
        } else if error.is_connect() {
            (Phase::Connect, settings.connect_timeout)
        } else {
            (Phase::Read, settings.read_timeout)
        }
    }
}

/// The first error of type `E` in the chain.
fn find<E: Error + 'static>(error: &reqwest::Error) -> Option<&E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// The error and what lies under it; also what an [`io::Error`] holds, which names as its source
/// not that but the source of that.
fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |error| under(*error))
}

fn under<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(held) => Some(held),
        None => error.source(),
    }
}

/// What the last error of the chain says: the ones above only say where it happened.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    chain(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}
