//! One request, one answer, or the reason why there was none.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;

use super::{HostKey, PageUrl, Timestamp};

/// A request to be made exactly once: no redirect is followed, nothing is retried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to ask for.
    pub url: PageUrl,
    /// Validators of the kept capture.
    pub conditional: Conditional,
    /// The page that leads here, sent as `Referer`; for a picture exactly what is to be sent.
    pub referer: Option<PageUrl>,
    /// What the answer is for.
    pub purpose: Purpose,
}

/// Validators for a conditional request (RFC 9110, 13.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditional {
    /// Sent as `If-None-Match`.
    pub etag: Option<String>,
    /// Sent as `If-Modified-Since`.
    pub last_modified: Option<String>,
}

/// What an answer is for; it decides the `Accept` header and how large the answer may be, and
/// nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// An article, list or start page.
    Page,
    /// A robots.txt.
    Robots,
    /// The number of an article's views.
    Counter,
    /// A picture of an article.
    Asset {
        /// The largest that is wanted.
        most_bytes: u64,
    },
}

impl Purpose {
    /// How many bytes an answer may have at most, where that is less than for any page.
    pub const fn most_bytes(self) -> Option<u64> {
        match self {
            Self::Page => None,
            // more than the 500 KiB that are to be read (RFC 9309, 2.5)
            Self::Robots => Some(512 * 1024),
            Self::Counter => Some(64 * 1024),
            Self::Asset { most_bytes } => Some(most_bytes),
        }
    }

    /// Whether of an answer with more bytes the first ones are taken; none of it is, otherwise.
    pub const fn may_be_cut(self) -> bool {
        matches!(self, Self::Robots)
    }
}

/// A complete answer, or the beginning of one that may be cut. Any status is an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What was asked for.
    pub url: PageUrl,
    /// The status code.
    pub status: u16,
    /// The headers as received, in order.
    pub headers: Headers,
    /// The body as it crossed the wire: transfer coding undone, content codings not.
    pub body: Bytes,
    /// When the request was sent.
    pub sent_at: Timestamp,
    /// From sending until the last byte.
    pub elapsed: Duration,
    /// Who answered.
    pub peer: Option<SocketAddr>,
}

/// Header fields as received, in order; names in lower case, values as bytes since old servers
/// send GBK in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Bytes)>);

impl Headers {
    /// Headers in the order given; names are lowered.
    pub fn new(fields: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        Self(
            fields
                .into_iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
        )
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// All values of `name` (in lower case) that are text.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(field, _)| *field == name)
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
    }

    /// The first value of `name` (in lower case) that is text.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter()
            .filter(|(field, _)| *field == name)
            .find_map(|(_, value)| std::str::from_utf8(value).ok())
    }
}

/// Which deadline passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Until the connection and its TLS stood.
    Connect,
    /// Between two reads.
    Read,
    /// The whole exchange.
    Total,
}

impl Phase {
    /// The phase in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Read => "read",
            Self::Total => "total",
        }
    }
}

/// No complete answer was obtained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address guard refused the only addresses of the host.
    #[error(
        "reach {host}: {address} is not a public address; open it with --allow-net {address} if you mean it"
    )]
    AddressRefused {
        /// The host asked for.
        host: HostKey,
        /// The address it stands for.
        address: IpAddr,
    },
    /// The port is one no web server uses, or the URL cannot be asked for.
    #[error("ask for {url}: {reason}")]
    NotFetchable {
        /// The URL.
        url: PageUrl,
        /// What is wrong with it.
        reason: String,
    },
    /// The name could not be resolved.
    #[error("find the address of {host}: {reason}")]
    Resolve {
        /// The host asked for.
        host: HostKey,
        /// What the resolver said.
        reason: String,
    },
    /// No connection could be made.
    #[error("connect to {host}: {reason}")]
    Connect {
        /// The host asked for.
        host: HostKey,
        /// What the system said.
        reason: String,
    },
    /// The TLS handshake failed: expired, self-signed, wrong name.
    #[error("agree on TLS with {host}: {reason}")]
    Tls {
        /// The host asked for.
        host: HostKey,
        /// What the TLS library said.
        reason: String,
    },
    /// A deadline passed.
    #[error("hear from {host} within {} s ({} deadline)", .limit.as_secs_f64(), .phase.name())]
    Timeout {
        /// The host asked for.
        host: HostKey,
        /// Which deadline.
        phase: Phase,
        /// How long it was.
        limit: Duration,
    },
    /// The body ended early, its chunks were broken or its lengths disagreed.
    #[error("read the whole answer of {host}: {reason} after {received} bytes")]
    Truncated {
        /// The host asked for.
        host: HostKey,
        /// What was wrong.
        reason: String,
        /// Bytes of body until then.
        received: u64,
    },
    /// More bytes than allowed, on the wire or once codings are undone.
    #[error("read the answer of {host}: it is larger than {limit} bytes")]
    TooLarge {
        /// The host asked for.
        host: HostKey,
        /// The limit.
        limit: u64,
    },
    /// Other large answers took all the room there is for such. Nobody is to blame but us.
    #[error("take in the answer of {host}: no room for it within {} s", .waited.as_secs_f64())]
    NoRoom {
        /// The host asked for.
        host: HostKey,
        /// How long room was waited for.
        waited: Duration,
    },
    /// A content coding that is unknown or does not decode.
    #[error("undo the content coding of {host}: {reason}")]
    Coding {
        /// The host asked for.
        host: HostKey,
        /// What was wrong.
        reason: String,
    },
    /// The peer does not speak HTTP.
    #[error("understand the answer of {host}: {reason}")]
    Protocol {
        /// The host asked for.
        host: HostKey,
        /// What was wrong.
        reason: String,
    },
}

impl FetchError {
    /// Whether we refused to send the request, so that nothing is known of the host.
    pub const fn was_never_sent(&self) -> bool {
        matches!(
            self,
            Self::AddressRefused { .. } | Self::NotFetchable { .. }
        )
    }

    /// A stable kebab-case name, kept with the fetch and counted in reports.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AddressRefused { .. } => "address-refused",
            Self::NotFetchable { .. } => "not-fetchable",
            Self::Resolve { .. } => "dns",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too-large",
            Self::NoRoom { .. } => "no-room",
            Self::Coding { .. } => "coding",
            Self::Protocol { .. } => "protocol",
        }
    }
}
