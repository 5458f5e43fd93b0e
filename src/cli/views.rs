//! `zhanwen views`: a page's view count over time.

use std::fs;
use std::path::Path;

use crate::chart::{Chart, svg};
use crate::config::Settings;
use crate::query::{view_chart, view_points};

use super::args::ViewsArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{views, views_object};
use super::world::find_kept;

/// Runs the command.
pub(super) async fn run(
    args: &ViewsArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (library, page) = find_kept(settings, &args.url).await?;
    let looks = library.looks(page).await?;
    let points = view_points(&looks);
    if args.json {
        output.line(&views_object(&args.url, &points).to_string());
        return Ok(Exit::Success);
    }
    let chart = view_chart(&looks).ok_or_else(|| CliError::NoViews {
        url: args.url.clone(),
    })?;
    let article = library.article(page, None).await?;
    let title = article.and_then(|article| article.reading.article.title);
    let title = title.as_deref().unwrap_or(&args.url);
    if let Some(path) = &args.svg {
        write(path, &chart, title, output)?;
    } else {
        let drawn = views(title, &points, &chart, Output::width(), output.paint());
        output.line(&drawn);
    }
    Ok(Exit::Success)
}

fn write(path: &Path, chart: &Chart, title: &str, output: &mut Output) -> Result<(), Failure> {
    let drawn = svg(chart, title);
    if path == Path::new("-") {
        output.bytes(drawn.as_bytes());
        return Ok(());
    }
    fs::write(path, drawn).map_err(|source| {
        CliError::Write {
            path: path.to_owned(),
            source,
        }
        .into()
    })
}
