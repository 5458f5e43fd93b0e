//! The machine: leases hosts, asks their gates, fetches, digests, commits, and stops in order.
//!
//! [`run`] lends hosts from the archive and gives each to a worker. A worker reads the host's
//! robots.txt first, then visits its due pages one after the other: it waits until the gate
//! opens, sends one request, has the answer digested ([`digest()`], a plain function on the blocking
//! pool) and commits the capture with the host's clock. Redirects and links are pages like any
//! other: the commit plans them, the next lease lends them. What is not committed stays due, so
//! there is nothing to save when a run ends, and nothing to repair when it is killed.
//!
//! [`watch()`] begins such runs again and again, each site by its own timetable.
//!
//! [`reparse()`] reads what is kept anew, with the same digest and without a host; [`import()`] brings in what
//! others were given.
//!
//! Only this module sleeps, and only through [`crate::clock::Clock`]. Leases are prolonged before
//! each wait and each request rather than by a heart-beat: a worker that hangs loses its host.

mod album;
mod collect;
mod courier;
mod crowd;
mod desks;
mod digest;
mod error;
mod event;
mod failures;
mod forecast;
mod gates;
mod guest;
mod import;
mod lectern;
mod plan;
mod purse;
mod reading;
mod reparse;
mod report;
mod robots;
mod room;
mod run;
mod screen;
mod shared;
mod site;
mod stop;
mod trail;
mod traps;
mod turn;
mod walks;
mod watch;
mod worker;
mod world;

pub use album::AssetTally;
pub use digest::{DigestContext, Follow, Sighting, digest};
pub use error::CrawlError;
pub use event::{Captured, EVENTS_WAITING, Event};
pub use forecast::{Forecast, HostForecast, VisitForecast, Why, due_assets, forecast};
pub use import::{
    BrokenRecord, Imported, Importing, Input, InputSource, MOST_BROKEN, UnreadableFile, Wanted,
    import,
};
pub use plan::Plan;
pub use reading::{Explained, READER, explain_page, read_page};
pub use reparse::{Became, Difference, Reparse, Reparsed, Step, reparse};
pub use report::{FailedPage, Report, RestingHost, SpentHost};
pub use run::run;
pub use stop::{Stop, StopHandle, stop};
pub use watch::{Assignment, Overseer, Round, Standing, Watched, watch};
pub use world::{CrawlSettings, World};
