//! `zhanwen history`: a page's versions and view counts over time.

use crate::config::Settings;

use super::args::HistoryArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{history, history_object};
use super::world::find_kept;

/// Runs the command.
pub(super) async fn run(
    args: &HistoryArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (library, page) = find_kept(settings, &args.url).await?;
    let versions = library.versions(page).await?;
    let looks = library.looks(page).await?;
    if args.json {
        output.line(&history_object(&args.url, &versions, &looks).to_string());
    } else {
        output.line(&history(
            &args.url,
            &versions,
            &looks,
            Output::width(),
            output.paint(),
        ));
    }
    Ok(Exit::Success)
}
