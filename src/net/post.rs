//! Sending messages to receivers of alerts.
//!
//! A receiver's address is a secret: services put the key that lets anybody write into it. Nothing here shows more of
//! it than the host.

use std::fmt;
use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect;
use tokio::time::timeout;
use url::{Host, Url};

use super::NetError;
use super::failure::innermost;

/// Bytes of an answer that are read: these services answer in a line.
const ANSWER_BYTES: usize = 64 * 1024;

/// Where messages are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Receiver(Url);

/// An address that nothing is sent to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiverError {
    /// It cannot be read. What it was is not told, since it may be a key.
    #[error("the receiver's address cannot be read; write https://HOST/PATH")]
    Unreadable,
    /// What is sent could be read on the way.
    #[error("send to {0} without encryption: write https://, or http:// to this machine alone")]
    Plain(String),
    /// They would be sent as something else than was meant.
    #[error("send to {0}: leave out the user name and password, they are not sent")]
    Credentials(String),
}

/// A message that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// No connection, or none that lasted.
    #[error("reach {host}: {reason}")]
    Unreachable {
        /// Who.
        host: String,
        /// What was said.
        reason: String,
    },
    /// No answer in time. Whether the message arrived is not known.
    #[error("hear from {host} within {} s; it may have taken the message", .limit.as_secs_f64())]
    Late {
        /// Who.
        host: String,
        /// How long was waited.
        limit: Duration,
    },
    /// It sends elsewhere, where a key would go with it.
    #[error("deliver to {host}: it redirects (status {status}); use the address it leads to")]
    Redirected {
        /// Who.
        host: String,
        /// How.
        status: u16,
    },
    /// It will not have it.
    #[error("deliver to {host}: it answers with status {status}")]
    Status {
        /// Who.
        host: String,
        /// How.
        status: u16,
    },
}

impl Receiver {
    /// The receiver at `address`: by https, or on this machine.
    pub fn parse(address: &str) -> Result<Self, ReceiverError> {
        let url = Url::parse(address.trim()).map_err(|_may_be_a_key| ReceiverError::Unreadable)?;
        let host = url.host_str().ok_or(ReceiverError::Unreadable)?.to_owned();
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            _ if !url.username().is_empty() || url.password().is_some() => {
                Err(ReceiverError::Credentials(host))
            }
            "https" => Ok(Self(url)),
            "http" if is_here => Ok(Self(url)),
            "http" => Err(ReceiverError::Plain(host)),
            _ => Err(ReceiverError::Unreadable),
        }
    }

    /// As much of it as may be told.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        match self.0.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Receiver")
            .field(&self.host())
            .finish()
    }
}

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Message {
    /// JSON.
    pub body: String,
    /// Put behind the address.
    pub query: Vec<(&'static str, String)>,
    /// Put into the header.
    pub header: Option<(&'static str, String)>,
}

/// Sends messages.
#[derive(Clone, Debug)]
pub struct Postman {
    client: reqwest::Client,
    limit: Duration,
}

impl Postman {
    /// One who waits `limit` for an answer, and tells who he is.
    pub fn new(user_agent: &str, limit: Duration) -> Result<Self, NetError> {
        // fails when a provider is installed already, which serves as well
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent(user_agent)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .build()
            .map_err(|source| NetError { source })?;
        Ok(Self { client, limit })
    }

    /// Delivers `message`; answers with what the receiver said.
    pub async fn post(&self, to: &Receiver, message: &Message) -> Result<String, PostError> {
        let host = to.host();
        let delivered = timeout(self.limit, self.deliver(to, message)).await;
        delivered.unwrap_or(Err(PostError::Late {
            host,
            limit: self.limit,
        }))
    }

    async fn deliver(&self, to: &Receiver, message: &Message) -> Result<String, PostError> {
        let host = to.host();
        let unreachable = |error: &reqwest::Error| PostError::Unreachable {
            host: host.clone(),
            reason: innermost(error),
        };
        let mut url = to.0.clone();
        if !message.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&message.query);
        }
        let mut request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(message.body.clone());
        if let Some((name, value)) = &message.header
            && let Ok(value) = HeaderValue::from_str(value)
            && let Ok(name) = HeaderName::from_bytes(name.as_bytes())
        {
            request = request.header(name, value);
        }
        // an error's own words would show the address
        let sent = request.send().await.map_err(reqwest::Error::without_url);
        let mut answer = sent.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if status.is_redirection() {
            let status = status.as_u16();
            return Err(PostError::Redirected { host, status });
        }
        if !status.is_success() {
            let status = status.as_u16();
            return Err(PostError::Status { host, status });
        }
        let mut said = Vec::new();
        while said.len() < ANSWER_BYTES {
            let chunk = answer.chunk().await.map_err(reqwest::Error::without_url);
            match chunk.map_err(|error| unreachable(&error))? {
                Some(chunk) => said.extend_from_slice(&chunk),
                None => break,
            }
        }
        Ok(String::from_utf8_lossy(&said).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_can_be_read_by_its_receiver_alone() {
        let check = |address: &str, expected: Result<&str, ReceiverError>| {
            let receiver = Receiver::parse(address);
            let host = receiver.as_ref().map(Receiver::host).map_err(Clone::clone);
            assert_eq!(host.as_deref(), expected.as_ref().copied(), "{address}");
            let shown = format!("{receiver:?}");
            assert!(!shown.contains("secret"), "{shown}");
        };
        check(
            "https://hook.example.com/send?key=secret",
            Ok("hook.example.com"),
        );
        check("http://127.0.0.1:8080/secret", Ok("127.0.0.1:8080"));
        check("http://[::1]/secret", Ok("[::1]"));
        check("http://localhost/secret", Ok("localhost"));
        let plain = ReceiverError::Plain("hook.example.com".to_owned());
        check("http://hook.example.com/secret", Err(plain));
        check("secret", Err(ReceiverError::Unreadable));
        check("file:///secret", Err(ReceiverError::Unreadable));
        let named = ReceiverError::Credentials("hook.example.com".to_owned());
        check("https://user:secret@hook.example.com/", Err(named));
    }
}
