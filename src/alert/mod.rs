//! Alerts: what of a page's past is worth telling, and the documents it is told in.
//!
//! [`happenings`] reads events out of looks at a page, in the order in which they were committed;
//! [`Watch`] says which of them somebody wants to hear of.

mod growth;
mod kind;
mod past;
mod watch;

pub use growth::ViewJump;
pub use kind::EventKind;
pub use past::{Happened, Sight, Stand, What, happenings};
pub use watch::{Watch, WatchError};
