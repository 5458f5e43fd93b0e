//! The network, with each exchange counted.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;

use crate::fetch::Fetch;
use crate::model::{FetchError, Fetched, PageUrl, Request};

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

    async fn address_of(&self, url: &PageUrl) -> Result<Option<IpAddr>, FetchError> {
        self.inner.address_of(url).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Conditional, Purpose};

    #[derive(Debug)]
    struct Elsewhere;

    #[async_trait]
    impl Fetch for Elsewhere {
        async fn fetch(&self, request: Request) -> Result<Fetched, FetchError> {
            Err(FetchError::Truncated {
                host: request.url.host(),
                reason: "cut".to_owned(),
                received: 3,
            })
        }

        async fn address_of(&self, _url: &PageUrl) -> Result<Option<IpAddr>, FetchError> {
            Ok(Some(IpAddr::from([192, 0, 2, 7])))
        }
    }

    #[tokio::test]
    async fn who_counts_hides_nothing_of_the_network() {
        let meters = Arc::new(Meters::new().expect("metrics"));
        let fetch = Metered::new(Arc::new(Elsewhere), Arc::clone(&meters));
        let url = PageUrl::parse("http://expo.example.cn/").expect("url");
        let address = fetch.address_of(&url).await;
        assert_eq!(address, Ok(Some(IpAddr::from([192, 0, 2, 7]))));
        let request = Request {
            url,
            conditional: Conditional::default(),
            referer: None,
            purpose: Purpose::Robots,
        };
        assert!(fetch.fetch(request).await.is_err());
        let line = "zhanwen_requests_total{purpose=\"robots\",result=\"truncated\"} 1";
        let text = meters.render();
        assert!(text.lines().any(|written| written == line), "{text}");
    }
}
