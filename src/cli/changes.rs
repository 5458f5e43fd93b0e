//! `zhanwen changes`: what was edited after publishing, and what vanished.

use crate::archive::ChangeFilter;
use crate::config::Settings;
use crate::model::SiteId;
use crate::query;

use super::args::ChangesArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
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
    let known = library.sites().await?;
    let mut sites = Vec::new();
    for name in &args.sites {
        if !known.iter().any(|site| site.site.as_str() == name) {
            let known: Vec<&str> = known.iter().map(|site| site.site.as_str()).collect();
            return Err(CliError::UnknownKeptSite {
                name: name.clone(),
                archive: settings.archive.clone(),
                known: known.join(", "),
            }
            .into());
        }
        sites.push(SiteId::new(name.clone()));
    }
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
