//! Pictures of articles: which are wanted, what an answer to a request for one is, what it is told as
//! `Referer`, and when one that could not be had is asked for again.
//!
//! No picture is ever decoded. Its kind is told by its first bytes, whatever the server calls it, and
//! its size by its headers.

mod judge;
mod kind;
mod limits;
mod referrer;

pub use judge::{Judgement, judge, retry_after};
pub use kind::{Kind, Picture, look};
pub use limits::{AssetLimits, Assets};
pub use referrer::{ReferrerPolicy, referrer};
