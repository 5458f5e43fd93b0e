//! `zhanwen history`: a page's versions and view counts over time.

use crate::config::Settings;
use crate::model::PageUrl;
use crate::query;

use super::args::HistoryArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{history, history_object};
use super::world::open_library;

/// Runs the command.
pub(super) async fn run(
    args: &HistoryArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = open_library(settings)?;
    let url = PageUrl::parse(&args.url)?;
    let page = query::find(&library, &url)
        .await?
        .ok_or_else(|| CliError::UnknownPage {
            url: args.url.clone(),
            archive: settings.archive.clone(),
        })?;
    let versions = library.versions(page).await?;
    let looks = library.looks(page).await?;
    if args.json {
        output.line(&history_object(url.as_str(), &versions, &looks).to_string());
    } else {
        output.line(&history(
            url.as_str(),
            &versions,
            &looks,
            Output::width(),
            output.paint(),
        ));
    }
    Ok(Exit::Success)
}
