//! The turn of an address: many hosts may live on one machine, and each has its own worker.
//!
//! The archive gives out the instants, so that workers and processes take turns; who was given one
//! sends at it and not later. A worker that wakes too late gives its instant up and asks for
//! another, further ahead: two requests are never closer than the interval because one of them was
//! held up on our side. What the way to the server adds is not ours to know.

use std::net::IpAddr;
use std::time::Duration;

use crate::archive::ArchiveError;
use crate::model::{FetchError, Fetched, PageUrl, Timestamp};

use super::courier::{Held, keep_lease};
use super::shared::Shared;

/// So much is added to each interval, for what happens between waking up and sending.
const MARGIN: Duration = Duration::from_millis(20);
/// Who wakes up this late, or later, has missed the turn.
const LATE: Duration = Duration::from_millis(10);
/// An instant is asked for so far ahead that it has not passed before the archive answers.
const AHEAD: Duration = Duration::from_millis(10);
/// The furthest ahead that a slow archive makes us ask.
const FURTHEST: Duration = Duration::from_secs(2);

/// How waiting for a turn ended.
pub(super) enum Turn {
    /// It is now, at this address where one is known.
    Come(Option<IpAddr>),
    /// There is no address to ask.
    Nowhere(FetchError),
    /// A stop was requested.
    Stopped,
}

/// Waits until the address behind `url` may be asked.
pub(super) async fn take_turn(
    shared: &Shared,
    held: &mut [&mut Held],
    url: &PageUrl,
) -> Result<Turn, ArchiveError> {
    let world = &shared.world;
    let interval = world.address_interval();
    if interval.is_zero() {
        return Ok(Turn::Come(None));
    }
    let found = tokio::select! {
        biased;
        () = shared.stop.requested() => return Ok(Turn::Stopped),
        found = world.fetch.address_of(url) => found,
    };
    let address = match found {
        Ok(Some(address)) => address,
        Ok(None) => return Ok(Turn::Come(None)),
        Err(error) => return Ok(Turn::Nowhere(error)),
    };
    let mut ahead = AHEAD;
    loop {
        let asked = shared.now().plus(ahead);
        let slot = world
            .archive
            .reserve(address, asked, interval.saturating_add(MARGIN))
            .await?;
        for held in &mut *held {
            keep_lease(shared, held, slot).await?;
        }
        tokio::select! {
            biased;
            () = shared.stop.requested() => return Ok(Turn::Stopped),
            () = world.clock.sleep_until(slot) => {}
        }
        let late = shared.now().since(slot);
        if late < LATE {
            return Ok(Turn::Come(Some(address)));
        }
        ahead = AHEAD.saturating_add(late.saturating_mul(2)).min(FURTHEST);
    }
}

/// Counts an exchange that ended up elsewhere than at the address whose turn it was: the name has
/// several, and the first one did not answer.
pub(super) async fn count_elsewhere(
    shared: &Shared,
    reserved: Option<IpAddr>,
    fetched: &Fetched,
    began: Timestamp,
) -> Result<(), ArchiveError> {
    let peer = fetched.peer.map(|peer| peer.ip().to_canonical());
    if let (Some(reserved), Some(peer)) = (reserved, peer)
        && reserved != peer
    {
        let interval = shared.world.address_interval().saturating_add(MARGIN);
        let _counted = shared.world.archive.reserve(peer, began, interval).await?;
    }
    Ok(())
}
