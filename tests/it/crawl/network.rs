//! A network that answers as it is told and notes who asked what, and when.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use zhanwen::clock::Clock;
use zhanwen::crawl::StopHandle;
use zhanwen::fetch::Fetch;
use zhanwen::model::{Conditional, FetchError, Fetched, Headers, PageUrl, Request, Timestamp};

/// A clock on the runtime's paused time: it jumps to the next instant that anyone waits for, and
/// only when nobody has anything else to do.
#[derive(Debug)]
pub(super) struct PausedClock {
    start: tokio::time::Instant,
}

impl PausedClock {
    pub(super) fn new() -> Self {
        Self {
            start: tokio::time::Instant::now(),
        }
    }

    fn zero() -> Timestamp {
        "2026-11-23T04:00:00Z".parse().unwrap()
    }
}

#[async_trait]
impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Self::zero().plus(self.start.elapsed())
    }

    async fn sleep_until(&self, instant: Timestamp) {
        tokio::time::sleep_until(self.start + instant.since(Self::zero())).await;
    }
}

/// One answer of a scripted network.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    status: u16,
    headers: Vec<(String, Bytes)>,
    body: Bytes,
    takes: Duration,
    error: Option<FetchError>,
    stops: Option<StopHandle>,
    peer: Option<SocketAddr>,
}

impl Reply {
    pub(super) fn page(body: impl Into<String>) -> Self {
        Self::status(200).body(body)
    }

    pub(super) fn status(status: u16) -> Self {
        Self {
            status,
            headers: vec![(
                "content-type".to_owned(),
                Bytes::from_static(b"text/html; charset=utf-8"),
            )],
            body: Bytes::new(),
            takes: Duration::from_millis(200),
            error: None,
            stops: None,
            peer: None,
        }
    }

    pub(super) fn redirect(status: u16, to: &str) -> Self {
        Self::status(status).header("location", to)
    }

    pub(super) fn timeout(url: &str) -> Self {
        let error = FetchError::Timeout {
            host: PageUrl::parse(url).unwrap().host(),
            phase: zhanwen::model::Phase::Read,
            limit: Duration::from_secs(20),
        };
        Self {
            error: Some(error),
            takes: Duration::from_secs(20),
            ..Self::status(0)
        }
    }

    /// For which there is no room.
    pub(super) fn no_room(url: &str) -> Self {
        let waited = Duration::from_secs(45);
        let error = FetchError::NoRoom {
            host: PageUrl::parse(url).unwrap().host(),
            waited,
        };
        Self {
            error: Some(error),
            takes: Duration::from_secs(50),
            ..Self::status(0)
        }
    }

    pub(super) fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Bytes::from(body.into());
        self
    }

    pub(super) fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = Bytes::from(body);
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .push((name.to_owned(), Bytes::from(value.to_owned())));
        self
    }

    pub(super) fn takes(mut self, takes: Duration) -> Self {
        self.takes = takes;
        self
    }

    /// Comes from there.
    pub(super) fn from(mut self, address: &str) -> Self {
        self.peer = Some(SocketAddr::new(address.parse().unwrap(), 80));
        self
    }

    /// Requests a stop when it is asked for.
    pub(super) fn stops(mut self, stop: &StopHandle) -> Self {
        self.stops = Some(stop.clone());
        self
    }
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) url: String,
    pub(super) host: String,
    pub(super) sent_at: Timestamp,
    pub(super) ended_at: Timestamp,
    pub(super) conditional: Conditional,
    pub(super) referer: Option<String>,
}

/// What a site answers, page by page.
pub(super) type Answers = fn(&str) -> Option<Reply>;

/// A scripted network; what it was not told is 404.
#[derive(Debug)]
pub(super) struct Network {
    clock: Arc<PausedClock>,
    replies: Mutex<HashMap<String, VecDeque<Reply>>>,
    /// Answers for what was not told by name.
    otherwise: Mutex<Option<Answers>>,
    asked: Mutex<Vec<Asked>>,
    addresses: Mutex<HashMap<String, Result<IpAddr, FetchError>>>,
    looked_up: Mutex<Vec<String>>,
}

impl Network {
    pub(super) fn new(clock: Arc<PausedClock>) -> Self {
        Self {
            clock,
            replies: Mutex::default(),
            otherwise: Mutex::default(),
            asked: Mutex::default(),
            addresses: Mutex::default(),
            looked_up: Mutex::default(),
        }
    }

    /// From now on `url` gives these answers in turn, the last one for good.
    pub(super) fn says(&self, url: &str, replies: impl IntoIterator<Item = Reply>) {
        let mut known = self.replies.lock().unwrap();
        known.insert(url.to_owned(), replies.into_iter().collect());
    }

    /// Where `host` lives from now on; of others nothing is known.
    pub(super) fn lives_at(&self, host: &str, address: &str) {
        let address = Ok(address.parse().unwrap());
        let mut known = self.addresses.lock().unwrap();
        known.insert(host.to_owned(), address);
    }

    /// `host` has no address.
    pub(super) fn lives_nowhere(&self, host: &str) {
        let error = FetchError::Resolve {
            host: PageUrl::parse(&format!("http://{host}/")).unwrap().host(),
            reason: "no such name".to_owned(),
        };
        let mut known = self.addresses.lock().unwrap();
        known.insert(host.to_owned(), Err(error));
    }

    /// The hosts whose addresses were asked for, in order.
    pub(super) fn looked_up(&self) -> Vec<String> {
        self.looked_up.lock().unwrap().clone()
    }

    /// From each request to the next one, whatever the host.
    pub(super) fn gaps(&self) -> Vec<Duration> {
        let mut sent: Vec<_> = self.asked().iter().map(|asked| asked.sent_at).collect();
        sent.sort();
        sent.windows(2).map(|two| two[1].since(two[0])).collect()
    }

    /// From now on URLs that are not told by name are answered so.
    pub(super) fn answers(&self, otherwise: Answers) {
        *self.otherwise.lock().unwrap() = Some(otherwise);
    }

    /// All requests so far, in order.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The URLs asked for so far, without robots.txt files.
    pub(super) fn pages(&self) -> Vec<String> {
        let asked = self.asked().into_iter().map(|asked| asked.url);
        asked.filter(|url| !url.ends_with("/robots.txt")).collect()
    }

    /// Forgets what was asked.
    pub(super) fn forget(&self) {
        self.asked.lock().unwrap().clear();
    }

    /// From the end of each exchange with `host` to the next request to it.
    pub(super) fn pauses(&self, host: &str) -> Vec<Duration> {
        let asked = self.asked();
        let own: Vec<_> = asked.iter().filter(|asked| asked.host == host).collect();
        own.windows(2)
            .map(|two| two[1].sent_at.since(two[0].ended_at))
            .collect()
    }

    fn reply(&self, url: &str) -> Reply {
        let mut known = self.replies.lock().unwrap();
        match known.get_mut(url) {
            Some(replies) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some(replies) => replies.front().unwrap().clone(),
            None => {
                let otherwise = *self.otherwise.lock().unwrap();
                otherwise
                    .and_then(|answer| answer(url))
                    .unwrap_or_else(|| Reply::status(404))
            }
        }
    }
}

#[async_trait]
impl Fetch for Network {
    async fn fetch(&self, request: Request) -> Result<Fetched, FetchError> {
        let reply = self.reply(request.url.as_str());
        let sent_at = self.clock.now();
        if let Some(stop) = &reply.stops {
            stop.request();
        }
        let ended_at = sent_at.plus(reply.takes);
        self.asked.lock().unwrap().push(Asked {
            url: request.url.to_string(),
            host: request.url.host().to_string(),
            sent_at,
            ended_at,
            conditional: request.conditional,
            referer: request.referer.map(|url| url.to_string()),
        });
        self.clock.sleep_until(ended_at).await;
        match reply.error {
            Some(error) => Err(error),
            None => Ok(Fetched {
                url: request.url,
                status: reply.status,
                headers: Headers::new(reply.headers),
                body: reply.body,
                sent_at,
                elapsed: reply.takes,
                peer: reply.peer,
            }),
        }
    }

    async fn address_of(&self, url: &PageUrl) -> Result<Option<IpAddr>, FetchError> {
        let host = url.host().to_string();
        self.looked_up.lock().unwrap().push(host.clone());
        let known = self.addresses.lock().unwrap();
        known.get(&host).cloned().transpose()
    }
}
