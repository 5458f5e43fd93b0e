//! A real web site on loopback whose pages a test can change, and which remembers what was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, Uri};

/// One answer: status, headers, body.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// How long the site thinks before it answers.
    pub(crate) delay: Duration,
}

impl Page {
    pub(crate) fn html(body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", "text/html; charset=utf-8".to_owned())];
        Self {
            status: 200,
            headers,
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            delay: Duration::ZERO,
        }
    }

    /// Says that whoever sends this tag has the page already.
    pub(crate) fn tagged(mut self, tag: &str) -> Self {
        self.headers.push(("etag", format!("\"{tag}\"")));
        self
    }

    /// 304 for who asks for something else than what its tag stands for.
    fn unless_known(self, headers: &HeaderMap) -> Self {
        let tag = self.headers.iter().find(|(name, _)| *name == "etag");
        let known = headers.get("if-none-match");
        match (tag, known) {
            (Some((_, tag)), Some(known)) if known.as_bytes() == tag.as_bytes() => Self {
                status: 304,
                body: Vec::new(),
                ..self
            },
            _ => self,
        }
    }

    pub(crate) fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }
}

/// One request as the site saw it.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    /// What the site answered.
    pub(crate) status: u16,
    pub(crate) at: Instant,
    pub(crate) headers: HeaderMap,
}

#[derive(Default, Debug)]
struct Shelf {
    pages: BTreeMap<String, Page>,
    asked: Vec<Asked>,
}

/// The site; it ends with the test.
#[derive(Debug)]
pub(crate) struct Site {
    shelf: Arc<Mutex<Shelf>>,
    address: std::net::SocketAddr,
    // the server lives as long as its runtime
    _runtime: tokio::runtime::Runtime,
}

impl Site {
    pub(crate) fn start() -> Self {
        Self::start_on("127.0.0.1:0")
    }

    /// A site on `address`; `0.0.0.0:0` is every name of loopback.
    pub(crate) fn start_on(address: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let shelf = Arc::new(Mutex::new(Shelf::default()));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shelf));
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind(address))
            .unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self {
            shelf,
            address,
            _runtime: runtime,
        }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The same on another of loopback's addresses.
    pub(crate) fn url_on(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.address.port())
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.shelf
            .lock()
            .unwrap()
            .pages
            .insert(path.to_owned(), page);
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shelf.lock().unwrap().asked.clone()
    }

    pub(crate) fn asked_paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.path).collect()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the site sees requests as they really arrive"
)]
async fn answer(
    State(shelf): State<Arc<Mutex<Shelf>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let path = uri
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let page = {
        let mut shelf = shelf.lock().unwrap();
        let known = shelf.pages.get(&path).cloned();
        let page = known.unwrap_or_else(|| Page::status(404));
        let page = page.unless_known(&headers);
        shelf.asked.push(Asked {
            path,
            status: page.status,
            at: Instant::now(),
            headers,
        });
        page
    };
    #[expect(clippy::disallowed_methods, reason = "the site is really slow")]
    tokio::time::sleep(page.delay).await;
    let mut response = Response::builder().status(page.status);
    for (name, value) in page.headers {
        response = response.header(name, value);
    }
    response.body(Body::from(page.body)).unwrap()
}
