//! Floor 0, the words: plain values that every other floor speaks in.
//!
//! Nothing here acts, reads a clock or derives a serialization: `store/`, `export/` and `cli/` each
//! own their mapping to the outside, so a stored format never changes because a struct did.

mod article;
mod fetched;
mod hash;
mod history;
mod host;
mod notice;
mod publish_time;
mod timestamp;
mod url;

pub use article::{Article, AsPrinted, Field, Image, Provenance, ViewsNote, Warning};
pub use fetched::{Conditional, FetchError, Fetched, Headers, Phase, Purpose, Request};
pub use hash::ContentHash;
pub use history::{Kept, KnownVersion, Outcome, PageHistory, PageKind};
pub use host::{HostState, KeptRobots};
pub use notice::{Notice, NoticeKind};
pub use publish_time::{ClockTime, PublishTime, PublishTimeError};
pub use timestamp::{Timestamp, TimestampError};
pub use url::{HostKey, PageUrl, SiteId, UrlError};
