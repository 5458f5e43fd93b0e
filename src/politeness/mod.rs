//! May this host be asked at this instant? A [`HostGate`] answers, it does not wait.
//!
//! One gate holds one host's clock. Who wants to send a request asks it, sends at once when the
//! answer is [`Verdict::Go`], and tells it how the exchange went. The clock goes in and out as a
//! [`crate::model::HostState`], so it survives restarts and passes between processes.
//!
//! The time between the end of one exchange and the next request is the largest of
//! - the configured interval with up to a twenty-fifth of it added by chance,
//! - the Crawl-delay of robots.txt (up to a cap that is reported),
//! - the time the host took for its last answer,
//!
//! stretched while the host complains (429, 503 and other server errors that name no time). A
//! host that names a time (Retry-After) is left alone until then; one that fails or refuses time
//! after time rests.

mod gate;
mod limiter;
mod rest;
mod retry_after;
mod settings;

pub use gate::{CrawlDelay, HostGate, Observed, Verdict};
pub use rest::RestReason;
pub use retry_after::{RetryAfter, http_date, retry_after};
pub use settings::GateSettings;
