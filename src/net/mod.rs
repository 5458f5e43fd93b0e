//! The network: one request over reqwest, one complete answer or the reason for none.
//!
//! Nothing is followed, retried, cached or decompressed here, no cookie is kept and no proxy of the
//! environment is used. Every address is checked before it is dialled ([`AddressGuard`]).

mod body;
mod failure;
mod framing;
mod guard;
mod post;
mod resolve;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, REFERER,
};
use ipnet::IpNet;
use reqwest::redirect;
use tokio::time::timeout_at;
use url::Host;

use crate::clock::{Clock, SystemClock};
use crate::fetch::Fetch;
use crate::model::{FetchError, Fetched, Headers, PageUrl, Phase, Purpose, Request};
use body::{Body, Places};
use failure::Exchange;
pub use guard::AddressGuard;
pub use post::{Message, PostError, Postman, Receiver, ReceiverError};
use resolve::{GuardedResolver, ResolveError};

/// How requests are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpSettings {
    /// The `User-Agent`: a product token and an address where its operator is found.
    pub user_agent: String,
    /// Ranges that may be reached although they are not public.
    pub allow_net: Vec<IpNet>,
    /// Until the name is resolved, the connection made and TLS agreed on.
    pub connect_timeout: Duration,
    /// Between two reads, the first included.
    pub read_timeout: Duration,
    /// The whole exchange.
    pub total_timeout: Duration,
    /// How many bytes of body may cross the wire.
    pub body_limit_bytes: u64,
    /// Whether a connection is kept for the next request.
    pub keep_connections: bool,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("zhanwen/", env!("CARGO_PKG_VERSION")).to_owned(),
            allow_net: Vec::new(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_mins(1),
            body_limit_bytes: 20_000_000,
            keep_connections: true,
        }
    }
}

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("set up the HTTP client")]
pub struct NetError {
    /// What reqwest or the TLS library said.
    #[source]
    source: reqwest::Error,
}

/// [`Fetch`] over the network.
#[derive(Clone, Debug)]
pub struct HttpFetch {
    client: reqwest::Client,
    guard: Arc<AddressGuard>,
    resolver: GuardedResolver,
    settings: HttpSettings,
    places: Places,
}

impl HttpFetch {
    /// A client with `settings`. Building one reads the system's root certificates: build it once
    /// and clone it.
    pub fn new(settings: HttpSettings) -> Result<Self, NetError> {
        // fails when a provider is installed already, which serves as well
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let guard = Arc::new(AddressGuard::new(settings.allow_net.clone()));
        let resolver = GuardedResolver::new(Arc::clone(&guard));
        let client = reqwest::Client::builder()
            .user_agent(&settings.user_agent)
            .default_headers(common_headers())
            .dns_resolver(resolver.clone())
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .connect_timeout(settings.connect_timeout)
            .pool_max_idle_per_host(usize::from(settings.keep_connections))
            // shorter than servers keep theirs, so that no request meets a closing connection
            .pool_idle_timeout(Duration::from_secs(15))
            // old servers: a line that is no header must not cost the page
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .build()
            .map_err(|source| NetError { source })?;
        Ok(Self {
            client,
            guard,
            resolver,
            settings,
            places: Places::default(),
        })
    }
}

#[async_trait]
impl Fetch for HttpFetch {
    #[expect(
        clippy::disallowed_methods,
        reason = "how long an exchange took is measured where it happens"
    )]
    async fn fetch(&self, request: Request) -> Result<Fetched, FetchError> {
        self.guard.check(&request.url)?;
        let url = request.url.clone();
        let headers = request_headers(&request);
        let settings = &self.settings;
        let sent_at = SystemClock.now();
        let started = Instant::now();
        // for room, which is none of the server's time
        let mut waited = Duration::ZERO;
        let exchange = |received, waited| Exchange {
            url: &url,
            settings,
            elapsed: started.elapsed().saturating_sub(waited),
            received,
        };

        // not reqwest's own, which would go on while a body waits for room
        let deadline = tokio::time::Instant::now() + settings.total_timeout;
        let next_read = |waited| {
            let read = tokio::time::Instant::now() + settings.read_timeout;
            read.min(deadline + waited)
        };
        let late = |waited| {
            let is_over = tokio::time::Instant::now() >= deadline + waited;
            let (phase, limit) = if is_over {
                (Phase::Total, settings.total_timeout)
            } else {
                (Phase::Read, settings.read_timeout)
            };
            let host = url.host();
            FetchError::Timeout { host, phase, limit }
        };
        let sending = self
            .client
            .get(url.as_url().clone())
            .headers(headers)
            .send();
        let mut response = timeout_at(next_read(waited), sending)
            .await
            .map_err(|_elapsed| late(waited))?
            .map_err(|error| exchange(0, waited).failure(&error))
            .inspect_err(|failure| self.doubt_address(&url, failure))?;
        framing::check(response.headers()).map_err(|reason| FetchError::Protocol {
            host: url.host(),
            reason,
        })?;
        let limit = settings.body_limit_bytes;
        let limit = request.purpose.most_bytes().unwrap_or(limit).min(limit);
        let too_large = || FetchError::TooLarge {
            host: url.host(),
            limit,
        };
        let no_room = |waited| FetchError::NoRoom {
            host: url.host(),
            waited,
        };
        let may_be_cut = request.purpose.may_be_cut();
        let told = response.content_length();
        if !may_be_cut && told.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        let mut body = Body::of_at_most(limit);
        loop {
            let received = body.len();
            let chunk = timeout_at(next_read(waited), response.chunk()).await;
            match chunk.map_err(|_elapsed| late(waited))? {
                Ok(Some(chunk)) if received.saturating_add(length(&chunk)) > limit => {
                    if !may_be_cut {
                        return Err(too_large());
                    }
                    let rest = usize::try_from(limit.saturating_sub(received));
                    let rest = rest.ok().and_then(|rest| chunk.get(..rest));
                    let rest = rest.unwrap_or_default();
                    body.take(rest, &self.places).await.map_err(no_room)?;
                    break;
                }
                Ok(Some(chunk)) => {
                    let taken = body.take(&chunk, &self.places).await;
                    waited += taken.map_err(no_room)?;
                }
                Ok(None) => break,
                Err(error) => return Err(exchange(received, waited).failure(&error)),
            }
        }
        let elapsed = started.elapsed().saturating_sub(waited);
        Ok(Fetched {
            status: response.status().as_u16(),
            headers: received_headers(response.headers()),
            body: body.whole(),
            sent_at,
            elapsed,
            peer: response.remote_addr(),
            url,
        })
    }

    async fn address_of(&self, url: &PageUrl) -> Result<Option<IpAddr>, FetchError> {
        self.guard.check(url)?;
        let name = match url.as_url().host() {
            Some(Host::Ipv4(address)) => return Ok(Some(IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => return Ok(Some(IpAddr::V6(address).to_canonical())),
            Some(Host::Domain(name)) => name,
            None => return Ok(None),
        };
        let host = url.host();
        let limit = self.settings.connect_timeout;
        let found = tokio::time::timeout(limit, self.resolver.look_up(name)).await;
        match found {
            Ok(Ok(addresses)) => Ok(addresses.first().map(|first| first.ip().to_canonical())),
            Ok(Err(ResolveError::Refused(address))) => {
                Err(FetchError::AddressRefused { host, address })
            }
            Ok(Err(ResolveError::NotFound(reason))) => Err(FetchError::Resolve { host, reason }),
            Err(_elapsed) => Err(FetchError::Timeout {
                host,
                phase: Phase::Connect,
                limit,
            }),
        }
    }
}

impl HttpFetch {
    /// Has the name looked up anew where its address gave no connection: it may have moved.
    fn doubt_address(&self, url: &PageUrl, failure: &FetchError) {
        let no_connection = matches!(
            failure,
            FetchError::Connect { .. }
                | FetchError::Tls { .. }
                | FetchError::Timeout {
                    phase: Phase::Connect,
                    ..
                }
        );
        if let Some(Host::Domain(name)) = url.as_url().host().filter(|_| no_connection) {
            self.resolver.forget(name);
        }
    }
}

fn length(chunk: &Bytes) -> u64 {
    u64::try_from(chunk.len()).unwrap_or(u64::MAX)
}

fn common_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (
            ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, deflate, br, zstd"),
        ),
        (
            ACCEPT_LANGUAGE,
            HeaderValue::from_static("zh-CN,zh;q=0.9,en;q=0.5"),
        ),
    ])
}

fn request_headers(request: &Request) -> HeaderMap {
    let accept = match request.purpose {
        Purpose::Page => "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        Purpose::Robots => "text/plain,*/*;q=0.5",
        Purpose::Counter => "*/*",
        Purpose::Asset { .. } => "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    };
    let mut headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
    // what leads here is told within its own origin alone; who asks for a picture has said what its
    // article lets it be told
    let is_asset = matches!(request.purpose, Purpose::Asset { .. });
    let referer = request
        .referer
        .as_ref()
        .filter(|referer| is_asset || referer.origin() == request.url.origin());
    let given: [(HeaderName, Option<&str>); 3] = [
        (IF_NONE_MATCH, request.conditional.etag.as_deref()),
        (
            IF_MODIFIED_SINCE,
            request.conditional.last_modified.as_deref(),
        ),
        (REFERER, referer.map(PageUrl::as_str)),
    ];
    for (name, value) in given {
        // a validator that cannot be sent back is left out: the answer is then a whole one
        if let Some(value) = value.and_then(|value| HeaderValue::from_bytes(value.as_bytes()).ok())
        {
            headers.insert(name, value);
        }
    }
    headers
}

fn received_headers(headers: &HeaderMap) -> Headers {
    Headers::new(headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            Bytes::copy_from_slice(value.as_bytes()),
        )
    }))
}

#[cfg(test)]
mod tests;
