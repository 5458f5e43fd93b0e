//! The machine, driven with a scripted network and a clock that moves when nothing else does.
#![expect(
    clippy::indexing_slicing,
    reason = "a missing request is a failed test"
)]

mod addresses;
mod assets;
mod budgets;
mod counters;
mod digest;
mod guests;
mod listings;
mod lists;
mod network;
mod parts;
mod politeness;
mod redirects;
mod reparse;
mod revisits;
mod robots;
mod scene;
mod scope;
mod sharing;
mod stopping;
mod traps;
mod versions;
mod watching;
