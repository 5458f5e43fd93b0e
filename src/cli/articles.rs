//! `zhanwen articles`: a table of kept articles.

use crate::config::Settings;

use super::args::ArticlesArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{article_table, listed_object};
use super::search::{asked, checked};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &ArticlesArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    world::kept_sites(&library, settings, &args.filters.sites).await?;
    let search = asked(&args.words, &args.filters)?;
    let page = checked(&args.place, &search)?;
    let found = library.search(&search, page).await?;
    if args.json {
        for (article, cursor) in found.articles.iter().zip(&found.cursors) {
            output.line(&listed_object(article, cursor).to_string());
        }
    } else {
        let width = Output::width();
        output.line(&article_table(&found, &args.place, width, output.paint()));
    }
    Ok(Exit::Success)
}
