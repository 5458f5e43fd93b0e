//! History and outcome in, the instant of the next look out.
//!
//! The rule for what changes is one proportion: a page is looked at again after a quarter of the
//! time since it last changed, within the bounds of its site; one that changes again and again, no
//! sooner than an eighth of the time it has taken from change to change. A page of this morning is
//! seen again within hours, one that stood still for two months after two weeks, and none of it
//! needs more than the page's own history. A list changes when it leads somewhere new. Failures and
//! refusals wait along fixed sequences instead. Where views can be read, young articles are looked at
//! at given ages too.
//! When a watcher turns to a site at all is said by a [`Timetable`].

mod backoff;
mod listing;
mod next;
mod samples;
mod timetable;
mod trust;
mod validators;

pub use backoff::{Backoff, refusal, retry, trapped};
pub use next::{LEAST_OF_ALL, Sight, next_visit};
pub use samples::{born, next_sample};
pub use timetable::{Timetable, Timing, TimingError, USUAL_ROUNDS};
pub use trust::{Trust, judged};
pub use validators::{asks_in_full, validators};
