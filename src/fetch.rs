//! The seam to the network: one request in, one complete answer or the reason for none out.

use std::fmt::Debug;
use std::net::IpAddr;

use async_trait::async_trait;

use crate::model::{FetchError, Fetched, PageUrl, Request};

/// Makes requests. Any status is an answer; an error means that no complete answer was obtained.
///
/// An implementation follows no redirect, retries nothing, undoes no content coding and waits for
/// no politeness rule: all of that is decided by who asks. Of an answer that may be cut
/// ([`Purpose::may_be_cut`](crate::model::Purpose::may_be_cut)) it takes the beginning alone.
#[async_trait]
pub trait Fetch: Debug + Send + Sync {
    /// Makes one request.
    async fn fetch(&self, request: Request) -> Result<Fetched, FetchError>;

    /// The address that a request for `url` made now would go to; none where nothing is dialled.
    /// An error is what the request itself would come to.
    async fn address_of(&self, _url: &PageUrl) -> Result<Option<IpAddr>, FetchError> {
        Ok(None)
    }
}
