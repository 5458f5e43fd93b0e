//! The network, with each exchange counted.

use std::sync::Arc;

use async_trait::async_trait;

use crate::fetch::Fetch;
use crate::model::{FetchError, Fetched, Request};

use super::Meters;

/// Makes requests as `inner` does and counts them.
#[derive(Debug)]
pub(in crate::cli) struct Metered {
    inner: Arc<dyn Fetch>,
    meters: Arc<Meters>,
}

impl Metered {
    /// Counts the exchanges of `inner`.
    pub(in crate::cli) const fn new(inner: Arc<dyn Fetch>, meters: Arc<Meters>) -> Self {
        Self { inner, meters }
    }
}

#[async_trait]
impl Fetch for Metered {
    async fn fetch(&self, request: Request) -> Result<Fetched, FetchError> {
        let purpose = request.purpose;
        let result = self.inner.fetch(request).await;
        self.meters.note_exchange(purpose, &result);
        result
    }
}
