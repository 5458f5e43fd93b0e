//! The integration tests, one binary: each module drives one seam or the whole as a user does.
#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that cannot go on should say where and stop"
)]

mod conformance;
mod demo_site;
mod house;
mod net;
mod archive_contract;
mod house;
mod sqlite;
mod rules;
mod scores;
