//! How things look: cards, tables and diffs on a terminal, objects in JSON.

mod card;
mod changes;
mod diff;
mod evaluation;
mod explain;
mod forecast;
mod grid;
mod health;
mod history;
mod json;
mod layout;
mod report;
mod report_json;
mod reposts;
mod runs;
mod table;
mod upkeep;
mod views;

pub(super) use card::{Card, card};
pub(super) use changes::{change_object, changes};
pub(super) use diff::diff;
pub(super) use evaluation::evaluation;
pub(super) use explain::{explain_object, explanation};
pub(super) use forecast::{forecast, forecast_object};
pub(super) use grid::Grid;
pub(super) use health::{health, health_object};
pub(super) use history::history;
pub(super) use json::{Facts, article_object, diff_object, history_object};
pub(super) use layout::{pad, shorten, wrap};
pub(super) use report::{bytes, duration, report};
pub(super) use report_json::{report_object, run_object};
pub(super) use reposts::{cluster, cluster_object, copying, copying_object};
pub(super) use runs::{run_in_full, runs};
pub(super) use upkeep::{verified, verified_object};
pub(super) use views::{views, views_object};
