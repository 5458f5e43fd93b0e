//! The integration tests, one binary: each module drives one seam or the whole as a user does.
#![expect(
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that cannot go on should say where and stop"
)]

mod ajax;
mod archive_contract;
mod chinese;
mod cli;
mod conformance;
mod cookbook;
mod counters;
mod crawl;
mod demo_site;
mod deploy;
mod documents;
mod eval;
mod export;
mod fifty_crawls;
mod hostile;
mod hostile_server;
mod house;
mod knowing;
mod net;
mod pages;
mod parts;
mod past;
mod query;
mod real_time;
mod reliability;
mod reposts;
mod restarts;
mod rules;
mod schedule;
mod scores;
mod search;
mod seed;
mod site;
mod sqlite;
mod upkeep;
#[cfg(unix)]
mod watch;
