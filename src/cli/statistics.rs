//! `zhanwen stats`: the archive in numbers, by site and month.

use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::query;

use super::args::StatsArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{asset_sum_object, asset_sums, months, statistics, statistics_object};
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
    let mut pictures = library.asset_sums(now).await?;
    pictures.retain(|sum| sites.is_empty() || sites.contains(&sum.site));
    if args.json {
        for site in &found {
            let mut object = statistics_object(site);
            let own = pictures.iter().find(|sum| sum.site == site.summary.site);
            if let Some(fields) = object.as_object_mut() {
                fields.insert("pictures".to_owned(), asset_sum_object(own));
            }
            output.line(&object.to_string());
        }
        return Ok(Exit::Success);
    }
    if let ([site], [_named]) = (found.as_slice(), args.sites.as_slice()) {
        output.line(&months(site, Output::width(), output.paint()));
    } else {
        output.line(&statistics(&found, Output::width(), output.paint()));
    }
    let lines = asset_sums(&pictures);
    if !lines.is_empty() {
        output.line("");
    }
    for line in lines {
        output.line(&line);
    }
    Ok(Exit::Success)
}
