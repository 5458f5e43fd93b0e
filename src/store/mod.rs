//! The stores behind the archive's seam: [`sqlite`] keeps, [`memory`] forgets.
//!
//! Both follow the same rules, and one suite (`tests/it/archive_contract`) holds them to it:
//!
//! - A page is its `urlkey`; a known page that is planned again keeps its own schedule unless the
//!   plan says [`Due::At`](crate::archive::Due::At).
//! - A plan for a given instant gives the page to the site it names; a plan for new pages does so
//!   only where the page belonged to no named site, but to a host that was asked ad hoc.
//! - A lease that ran out holds until the host is lent again: work that was done is only refused
//!   when somebody else may have done it too.
//! - A crawl that is to be alone does not begin while another is at work; one that was killed is not.
//! - Who waits for named pages of a host that is held goes before who takes whatever is due there:
//!   a crawl would take the host again the moment it gave it back.
//! - What is due on a host is lent in the order that
//!   [`LeaseRequest`](crate::archive::LeaseRequest) tells: what leads to others, what is new, the
//!   rest; so a budget that bites leaves what has waited before and can wait longer.
//! - A page is gone when two looks in a row found it so; a failed look in between says nothing.
//! - A later part of an article is never due by itself: it is asked for with the article's first
//!   page. A plan for a given instant makes it due once, to be led to that page.
//! - A redirect plans its target at once, unless the target was already asked for in the same run:
//!   pages that send a visitor round in a circle are left at their second meeting.
//! - A run that begins well before one of the latest knows that the clock has been set back since:
//!   what was looked at under it is due now, and no rest and no robots.txt is kept by it.
//! - Looks that others made stand where their time is, whenever they come: what a page is and when it was
//!   looked at last is moved by later ones alone.
//! - An instant of an address follows the one reserved before it; one that lies further ahead than
//!   any queue is long was reserved under a clock that has been set back since, and is forgotten.

pub mod memory;
pub mod sqlite;

mod discovered;
mod progress;

use std::time::Duration;

use crate::model::Timestamp;

/// How long a run is believed to live whose process nothing is known of and that holds no host.
const SIGN_OF_LIFE: Duration = Duration::from_mins(10);

/// The latest runs, by which a clock that was set back is known.
const RECENT_RUNS: u64 = 20;

/// What lies beyond this was noted under a clock that has been set back since.
fn ahead_of(now: Timestamp) -> Timestamp {
    now.plus(Duration::from_hours(48))
}

/// Looks of others at an article and at its later parts belong together where they are no further apart: who
/// collects for an extract of the web comes to them when it pleases.
const PARTS_WITHIN: Duration = Duration::from_hours(30 * 24);

/// How long a wish for a host stands unless it is repeated; several times as long as it takes who
/// waits to ask again.
const WISH: Duration = Duration::from_secs(15);

/// The instant reserved at `now` for an address that is free from `earliest` on.
fn next_slot(earliest: Option<Timestamp>, now: Timestamp, interval: Duration) -> Timestamp {
    // as many as a process has workers may wait before
    let longest_queue = interval.saturating_mul(1024).max(Duration::from_hours(1));
    earliest
        .filter(|earliest| earliest.since(now) <= longest_queue)
        .map_or(now, |earliest| earliest.max(now))
}
