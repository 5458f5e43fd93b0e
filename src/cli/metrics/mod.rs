//! Metrics of a run for Prometheus: in a file for its text file collector, or for an endpoint.
//!
//! Counters begin with the process, as Prometheus expects; of a crawl that cron starts they are
//! those of the last run. `docs/guide.md` lists them.

mod fetch;
mod file;
mod meters;

pub(super) use fetch::Metered;
pub(super) use file::MetricsFile;
pub(super) use meters::Meters;
