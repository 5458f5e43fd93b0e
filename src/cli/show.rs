//! `zhanwen show`: the kept article of a page.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use crate::archive::{AssetEntry, KeptArticle, Library, PageId};
use crate::config::Settings;

use super::args::ShowArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{Card, Facts, article_object, asset_object, assets, card};
use super::world::find_kept;

/// Runs the command.
pub(super) async fn run(
    args: &ShowArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (library, page) = find_kept(settings, &args.url).await?;
    if args.raw {
        return raw(&library, page, &args.url, output).await;
    }
    let Some(kept) = library.article(page, args.version_no).await? else {
        let url = args.url.clone();
        let versions = u32::try_from(library.versions(page).await?.len()).unwrap_or(u32::MAX);
        return Err(match args.version_no {
            Some(version) if versions > 0 => CliError::UnknownVersion {
                url,
                version,
                versions,
            },
            _ => CliError::NoArticle { url },
        }
        .into());
    };
    let pictures = library.assets(page, Some(kept.version_no)).await?;
    let files = match &args.assets {
        Some(folder) => write_assets(&library, &pictures, folder).await?,
        None => Vec::new(),
    };
    if args.json {
        let mut object = article_object(&facts(&kept), Some(&kept.reading));
        if let Some(fields) = object.as_object_mut() {
            let pictures = pictures.iter().map(asset_object).collect();
            fields.insert("assets".to_owned(), Value::Array(pictures));
        }
        output.line(&object.to_string());
        return Ok(Exit::Success);
    }
    output.line(&shown(&kept, output));
    if !pictures.is_empty() {
        output.line("");
        output.line(&assets(&pictures, output.paint()));
    }
    for file in files {
        output.line(&format!("      {}", file.display()));
    }
    Ok(Exit::Success)
}

/// Writes the kept pictures into `folder`, each once, under names that come from no page: its place,
/// the beginning of its digest and the ending of its kind.
async fn write_assets(
    library: &Arc<dyn Library>,
    pictures: &[AssetEntry],
    folder: &Path,
) -> Result<Vec<PathBuf>, Failure> {
    let unwritable = |path: &Path, source| CliError::Write {
        path: path.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(|source| unwritable(folder, source))?;
    let mut written = Vec::new();
    for picture in pictures {
        let (Some(hash), Some(kind)) = (picture.entity, picture.kind) else {
            continue;
        };
        let digest = hash.to_string();
        let digest = digest.get(..12).unwrap_or(&digest);
        let name = format!("{:02}-{digest}.{}", picture.position, kind.name());
        let path = folder.join(name);
        if let Some(body) = library.entity(hash).await? {
            std::fs::write(&path, &body).map_err(|source| unwritable(&path, source))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// The bytes of the last look that kept some.
async fn raw(
    library: &Arc<dyn Library>,
    page: PageId,
    url: &str,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let looks = library.looks(page).await?;
    let bytes = match looks.iter().rev().find_map(|look| look.entity_hash) {
        Some(hash) => library.entity(hash).await?,
        None => None,
    };
    let bytes = bytes.ok_or_else(|| CliError::NoBytes {
        url: url.to_owned(),
    })?;
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
