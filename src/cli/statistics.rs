//! `zhanwen stats`: the archive in numbers, by site and month.

use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::query;

use super::args::StatsArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{months, statistics, statistics_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &StatsArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let sites = world::kept_sites(&library, settings, &args.sites).await?;
    let now = SystemClock.now();
    let found = query::statistics(&library, &sites, args.months, now).await?;
    if args.json {
        for site in &found {
            output.line(&statistics_object(site).to_string());
        }
    } else if let ([site], [_named]) = (found.as_slice(), args.sites.as_slice()) {
        output.line(&months(site, Output::width(), output.paint()));
    } else {
        output.line(&statistics(&found, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}
