//! `zhanwen show`: the kept article of a page.

use std::sync::Arc;

use crate::archive::{KeptArticle, Library};
use crate::config::Settings;
use crate::model::PageUrl;
use crate::query;

use super::args::ShowArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{Card, Facts, article_object, card};
use super::world::open_library;

/// Runs the command.
pub(super) async fn run(
    args: &ShowArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = open_library(settings)?;
    let url = PageUrl::parse(&args.url)?;
    let unknown = || CliError::UnknownPage {
        url: args.url.clone(),
        archive: settings.archive.clone(),
    };
    let page = query::find(&library, &url).await?.ok_or_else(unknown)?;
    if args.raw {
        return raw(&library, page, unknown, output).await;
    }
    let Some(kept) = library.article(page, args.version_no).await? else {
        let versions = u32::try_from(library.versions(page).await?.len()).unwrap_or(u32::MAX);
        return Err(match args.version_no {
            Some(version) => CliError::UnknownVersion {
                url: args.url.clone(),
                version,
                versions,
            }
            .into(),
            None => unknown().into(),
        });
    };
    if args.json {
        output.line(&article_object(&facts(&kept), Some(&kept.reading)).to_string());
    } else {
        output.line(&shown(&kept, output));
    }
    Ok(Exit::Success)
}

/// The bytes of the last look that kept some.
async fn raw(
    library: &Arc<dyn Library>,
    page: crate::archive::PageId,
    unknown: impl Fn() -> CliError,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let looks = library.looks(page).await?;
    let hash = looks
        .iter()
        .rev()
        .find_map(|look| look.entity_hash)
        .ok_or_else(&unknown)?;
    let bytes = library.entity(hash).await?.ok_or_else(&unknown)?;
    output.bytes(&bytes);
    Ok(Exit::Success)
}

fn facts(kept: &KeptArticle) -> Facts {
    Facts {
        url: Some(kept.url.to_string()),
        final_url: Some(kept.url.to_string()),
        status: kept.status,
        fetched_at: Some(kept.observed_at),
        version: Some(kept.version_no),
        ..Facts::default()
    }
}

fn shown(kept: &KeptArticle, output: &Output) -> String {
    let reading = &kept.reading;
    let mut standing = format!("version {} of {}", kept.version_no, kept.versions);
    if let Some(gone_at) = kept.gone_at {
        standing = format!("{standing}, gone from the site since {gone_at}");
    }
    card(
        &Card {
            url: kept.url.as_str(),
            article: &reading.article,
            encoding: format!("{} ({})", reading.encoding, reading.encoding_evidence),
            fetched_at: Some(kept.observed_at),
            standing: Some(standing),
            warnings: &reading.warnings,
            body_lines: None,
        },
        Output::width(),
        output.paint(),
    )
}
