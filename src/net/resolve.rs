//! Names to addresses, the guard in between: what is checked here is what is dialled, so a name
//! that changes its mind gains nothing.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::AddressGuard;

/// The system's resolver behind an [`AddressGuard`].
#[derive(Debug)]
pub(super) struct GuardedResolver {
    guard: Arc<AddressGuard>,
}

/// Why a name gave no address to dial.
#[derive(Debug, thiserror::Error)]
pub(super) enum ResolveError {
    /// It has none.
    #[error("{0}")]
    NotFound(String),
    /// It only has addresses that the guard refuses.
    #[error("{0} is not a public address")]
    Refused(IpAddr),
}

impl GuardedResolver {
    pub(super) const fn new(guard: Arc<AddressGuard>) -> Self {
        Self { guard }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            // the port is filled in by who dials
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await
                .map_err(|error| ResolveError::NotFound(error.to_string()))?
                .collect();
            Ok(admitted(&guard, found)?)
        })
    }
}

fn admitted(guard: &AddressGuard, found: Vec<SocketAddr>) -> Result<Addrs, ResolveError> {
    let refused = found
        .iter()
        .map(SocketAddr::ip)
        .find(|ip| !guard.admits(*ip));
    let mut public = found
        .into_iter()
        .filter({
            let guard = guard.clone();
            move |address| guard.admits(address.ip())
        })
        .peekable();
    if public.peek().is_some() {
        return Ok(Box::new(public));
    }
    Err(refused.map_or_else(
        || ResolveError::NotFound("the name has no address".to_owned()),
        |address| ResolveError::Refused(address.to_canonical()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[&str], expected: Result<&[&str], &str>) {
        let addresses = |texts: &[&str]| -> Vec<SocketAddr> {
            texts
                .iter()
                .map(|text| SocketAddr::new(text.parse().unwrap(), 0))
                .collect()
        };
        let dialled = admitted(&AddressGuard::default(), addresses(found));
        assert_eq!(
            dialled
                .map(Iterator::collect)
                .map_err(|error| error.to_string()),
            expected.map(addresses).map_err(str::to_owned)
        );
    }

    #[test]
    fn only_admitted_addresses_are_dialled() {
        check(
            &["1.1.1.1", "2400:3200::1"],
            Ok(&["1.1.1.1", "2400:3200::1"]),
        );
        check(&["10.0.0.1", "1.1.1.1"], Ok(&["1.1.1.1"]));
        check(
            &["::ffff:10.0.0.1"],
            Err("10.0.0.1 is not a public address"),
        );
        check(&[], Err("the name has no address"));
    }
}
