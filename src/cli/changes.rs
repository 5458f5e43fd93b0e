//! `zhanwen changes`: what was edited after publishing, and what vanished.

use crate::archive::ChangeFilter;
use crate::config::Settings;
use crate::query;

use super::args::ChangesArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{change_object, changes};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &ChangesArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let sites = world::kept_sites(&library, settings, &args.sites).await?;
    let filter = ChangeFilter {
        sites,
        since: args.since,
        until: args.until,
        other_readers: args.other_readers,
        limit: args.limit,
    };
    let found = query::changes(&library, filter).await?;
    if args.json {
        for change in &found {
            output.line(&change_object(change).to_string());
        }
    } else {
        output.line(&changes(&found, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}
