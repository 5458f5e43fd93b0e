//! Serves the demo site on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri, header};

use super::site::{Served, Site};

/// A running demo site; it stops with the runtime it was started on.
#[derive(Debug)]
pub(super) struct Server {
    address: SocketAddr,
    round: Arc<AtomicU32>,
}

impl Server {
    /// Starts `site` in round 1, on a port of the system's choosing.
    pub(super) async fn start(site: Site) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let round = Arc::new(AtomicU32::new(1));
        let state = (Arc::new(site), Arc::clone(&round));
        let router = Router::new().fallback(answer).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { address, round })
    }

    /// The URL of `path`.
    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Moves the site to `round`.
    pub(super) fn publish(&self, round: u32) {
        self.round.store(round, Ordering::Relaxed);
    }
}

async fn answer(
    State((site, round)): State<(Arc<Site>, Arc<AtomicU32>)>,
    uri: Uri,
) -> Result<Response<Body>, StatusCode> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let Served {
        status,
        content_type,
        location,
        body,
    } = site.serve(path, round.load(Ordering::Relaxed));
    let mut response = Response::builder().status(status);
    if let Some(content_type) = content_type {
        response = response.header(header::CONTENT_TYPE, content_type);
    }
    if let Some(location) = location {
        response = response.header(header::LOCATION, location);
    }
    response
        .body(Body::from(body))
        .map_err(|_unsendable| StatusCode::INTERNAL_SERVER_ERROR)
}
