//! `zhanwen crawl --dry-run`: what would be fetched, and why.

use std::sync::Arc;

use crate::archive::Library;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::cli::render::{forecast, forecast_object};
use crate::cli::world;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::crawl::{self, CrawlSettings, Plan};
use crate::rules::RuleBook;
use crate::store::memory::MemoryArchive;

/// Tells what a crawl would do. The archive is opened for reading alone, and not made.
pub(super) async fn run(
    json: bool,
    plan: &Plan,
    rules: &RuleBook,
    crawl: &CrawlSettings,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library: Arc<dyn Library> = if settings.archive.exists() {
        world::open_library(settings)?
    } else {
        Arc::new(MemoryArchive::new())
    };
    let now = SystemClock.now();
    let told = crawl::forecast(library.as_ref(), plan, rules, crawl, now).await?;
    let pictures = crawl::due_assets(library.as_ref(), plan, rules, crawl, now).await?;
    if json {
        let mut object = forecast_object(&told);
        if let Some(fields) = object.as_object_mut() {
            fields.insert("pictures".to_owned(), pictures.into());
        }
        output.line(&object.to_string());
    } else {
        let budget = crawl.max_pages;
        output.line(&forecast(&told, budget, now, output.paint()));
        if pictures > 0 {
            output.line(&format!(
                "\n{pictures} pictures are due, and those of articles that are new"
            ));
        }
    }
    Ok(Exit::Success)
}
