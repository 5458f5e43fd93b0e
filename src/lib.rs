//! zhanwen (展闻) is given sites and returns their memory: every page as it was received, every
//! article as it was read, every version as it differed from the one before, every view count as
//! it grew.
//!
//! Facts come in through three doors, [`fetch::Fetch`], [`archive::Archive`] and [`clock::Clock`];
//! everything that follows from facts is computed by plain functions. `ARCHITECTURE.md` draws the
//! floors; `tests/it/house.rs` guards them.

// floor 0: words
pub mod model;

// floor 1: rules
pub mod alert;
pub mod asset;
pub mod canon;
pub mod chart;
pub mod chinese;
pub mod decode;
pub mod discover;
pub mod extract;
pub mod health;
pub mod politeness;
pub mod repost;
pub mod robots;
pub mod rules;
pub mod schedule;
pub mod score;
pub mod search;
pub mod tabular;
pub mod version;
pub mod warc;

// floor 2: seams
pub mod archive;
pub mod clock;
pub mod fetch;

// floor 3: effects
pub mod net;
pub mod store;

// floor 4: the machine
pub mod crawl;
pub mod query;

// floor 5: entry
pub mod cli;
pub mod config;
