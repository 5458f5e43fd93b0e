//! Names to addresses, the guard in between: what is checked here is what is dialled, so a name
//! that changes its mind gains nothing.
//!
//! What was found is remembered for a while: who reserves an instant of an address before a request
//! must have the request go there, and no request should cost two look-ups.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::AddressGuard;

/// After so long a name is looked up anew before a request.
const FRESH: Duration = Duration::from_mins(1);
/// After so long also for a connection: the wait for its turn lies between the two.
const KEPT: Duration = Duration::from_mins(10);

/// The system's resolver behind an [`AddressGuard`].
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver {
    guard: Arc<AddressGuard>,
    known: Arc<Mutex<HashMap<String, Known>>>,
}

/// The admitted addresses of a name.
#[derive(Clone, Debug)]
struct Known {
    addresses: Vec<SocketAddr>,
    at: Instant,
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
    pub(super) fn new(guard: Arc<AddressGuard>) -> Self {
        Self {
            guard,
            known: Arc::default(),
        }
    }

    /// The addresses of `name` that may be dialled, the one to be dialled first.
    pub(super) async fn look_up(&self, name: &str) -> Result<Vec<SocketAddr>, ResolveError> {
        self.younger_than(FRESH, name).await
    }

    /// Forgets the addresses of `name`.
    pub(super) fn forget(&self, name: &str) {
        self.known().remove(name);
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "how long an address holds is no matter of politeness"
    )]
    async fn younger_than(
        &self,
        age: Duration,
        name: &str,
    ) -> Result<Vec<SocketAddr>, ResolveError> {
        let before = self.known().get(name).cloned();
        if let Some(known) = before.as_ref().filter(|known| known.at.elapsed() < age) {
            return Ok(known.addresses.clone());
        }
        // the port is filled in by who dials
        let found = tokio::net::lookup_host((name, 0))
            .await
            .map_err(|error| ResolveError::NotFound(error.to_string()))?
            .collect();
        let dialled = before.and_then(|known| known.addresses.first().copied());
        let addresses = dialled_first(dialled, admitted(&self.guard, found)?);
        let known = Known {
            addresses: addresses.clone(),
            at: Instant::now(),
        };
        let mut all = self.known();
        all.retain(|_, known| known.at.elapsed() < KEPT);
        all.insert(name.to_owned(), known);
        Ok(addresses)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        Box::pin(async move {
            let addresses = resolver.younger_than(KEPT, name.as_str()).await?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// A name whose addresses are told in another order each time stays with the one it has: its
/// connections are kept, and its turns are those of one machine.
fn dialled_first(dialled: Option<SocketAddr>, mut found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    found.sort_by_key(|address| Some(*address) != dialled);
    found
}

fn admitted(guard: &AddressGuard, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, ResolveError> {
    let (public, refused): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|address| guard.admits(address.ip()));
    if !public.is_empty() {
        return Ok(public);
    }
    Err(refused.first().map_or_else(
        || ResolveError::NotFound("the name has no address".to_owned()),
        |address| ResolveError::Refused(address.ip().to_canonical()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts
            .iter()
            .map(|text| SocketAddr::new(text.parse().unwrap(), 0))
            .collect()
    }

    fn check(found: &[&str], expected: Result<&[&str], &str>) {
        let dialled = admitted(&AddressGuard::default(), addresses(found));
        assert_eq!(
            dialled.map_err(|error| error.to_string()),
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

    #[test]
    fn a_name_stays_with_the_address_it_was_dialled_at() {
        let check = |dialled: Option<&str>, expected: &[&str]| {
            let dialled = dialled.map(|text| SocketAddr::new(text.parse().unwrap(), 0));
            let found = addresses(&["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
            assert_eq!(dialled_first(dialled, found), addresses(expected));
        };
        check(None, &["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
        check(Some("3.3.3.3"), &["3.3.3.3", "1.1.1.1", "2.2.2.2"]);
        check(Some("4.4.4.4"), &["1.1.1.1", "2.2.2.2", "3.3.3.3"]);
    }

    #[tokio::test]
    async fn a_known_name_is_not_looked_up_again_until_it_is_forgotten() {
        let guard = AddressGuard::new(vec!["192.0.2.0/24".parse().unwrap()]);
        let resolver = GuardedResolver::new(Arc::new(guard));
        #[expect(clippy::disallowed_methods, reason = "as old as it says")]
        let known = Known {
            addresses: addresses(&["192.0.2.7"]),
            at: Instant::now(),
        };
        // no such name exists, so only what is known can answer
        let name = "expo.invalid";
        resolver.known().insert(name.to_owned(), known);
        assert_eq!(
            resolver.look_up(name).await.unwrap(),
            addresses(&["192.0.2.7"])
        );
        let dialled: Vec<_> = resolver
            .resolve(name.parse().unwrap())
            .await
            .unwrap()
            .collect();
        assert_eq!(dialled, addresses(&["192.0.2.7"]), "what was reserved");
        resolver.forget(name);
        assert!(resolver.look_up(name).await.is_err());
    }
}
