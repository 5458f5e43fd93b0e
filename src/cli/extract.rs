//! `zhanwen extract`: saved HTML in, article out; one page, or a list of them on all cores.

use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::{Value, json};

use crate::crawl;
use crate::model::PageUrl;
use crate::rules::RuleBook;

use super::args::ExtractArgs;
use super::exit::Exit;
use super::output::Output;
use super::render::{Card, Facts, article_object, card, explain_object, explanation};
use super::saved::{Listed, Saved, in_order, instant, read_page, threads};
use super::{CliError, Failure};

/// What pages are read with.
#[derive(Clone, Copy)]
struct Means<'rules> {
    rules: &'rules RuleBook,
    /// How much of a page is read, as with an answer from the web.
    limit_bytes: u64,
}

/// Runs the command.
pub(super) fn run(
    args: &ExtractArgs,
    rules: &RuleBook,
    limit_bytes: u64,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let means = Means { rules, limit_bytes };
    match &args.batch {
        Some(list) => batch(list, args.jobs.map(usize::from), means, output),
        None => one(args, means, output),
    }
}

fn one(args: &ExtractArgs, means: Means<'_>, output: &mut Output) -> Result<Exit, Failure> {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    let saved = Saved {
        bytes: read_page(path, means.limit_bytes)?,
        url: args
            .url
            .as_deref()
            .map(super::world::page_url)
            .transpose()?,
        content_type: args.content_type.clone(),
        fetched_at: instant(args.fetched_at.as_deref())?,
    };
    if args.explain {
        explained(&saved, args.json, means.rules, output);
        return Ok(Exit::Success);
    }
    let (kind, reading) = saved.read(means.rules);
    if args.json {
        let facts = facts(&saved, None);
        output.line(&object(&facts, &reading, kind).to_string());
    } else {
        let url = saved
            .url
            .as_ref()
            .map_or_else(|| path.display().to_string(), PageUrl::to_string);
        let drawn = card(
            &Card {
                url: &url,
                article: &reading.article,
                encoding: format!("{} ({})", reading.encoding, reading.encoding_evidence),
                fetched_at: None,
                standing: None,
                warnings: &reading.warnings,
                body_lines: None,
            },
            Output::width(),
            output.paint(),
        );
        output.line(&drawn);
    }
    Ok(Exit::Success)
}

/// Tells why the page is read as it is.
fn explained(saved: &Saved, json: bool, rules: &RuleBook, output: &mut Output) {
    let mut explained = crawl::explain_page(
        &saved.bytes.read,
        saved.content_type.as_deref(),
        saved.url.as_ref(),
        saved.fetched_at,
        rules,
    );
    saved.warn(&mut explained.reading);
    if json {
        let mut value = object(&facts(saved, None), &explained.reading, explained.kind);
        if let Some(object) = value.as_object_mut() {
            object.insert("explain".to_owned(), explain_object(&explained));
        }
        output.line(&value.to_string());
    } else {
        output.line(&explanation(&explained, Output::width(), output.paint()));
    }
}

/// Reads every page of `list` on `jobs` threads and writes one line each, in the list's order.
fn batch(
    list: &Path,
    jobs: Option<usize>,
    means: Means<'_>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let listed = read_list(list)?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let mut failed = 0_usize;
    in_order(
        &listed,
        threads(jobs, listed.len()),
        |entry| answer(entry, folder, means),
        |_, value| {
            failed += usize::from(value.get("error").is_some_and(|error| !error.is_null()));
            output.line(&value.to_string());
            if output.is_closed() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    Ok(match failed {
        0 => Exit::Success,
        all if all == listed.len() => Exit::AllFailed,
        _ => Exit::SomeFailed,
    })
}

fn answer(entry: &Listed, folder: &Path, means: Means<'_>) -> Value {
    let file = entry.file.to_string_lossy();
    let mut value = match Saved::open(entry, folder, means.limit_bytes) {
        Ok(saved) => {
            let (kind, reading) = saved.read(means.rules);
            object(&facts(&saved, None), &reading, kind)
        }
        Err(failure) => {
            let facts = Facts {
                url: entry.url.clone(),
                error: Some(failure.to_string()),
                ..Facts::default()
            };
            article_object(&facts, None)
        }
    };
    if let Some(object) = value.as_object_mut() {
        object.shift_insert(0, "file".to_owned(), json!(file));
    }
    value
}

fn object(facts: &Facts, reading: &crate::archive::Reading, kind: crate::model::PageKind) -> Value {
    let mut value = article_object(facts, Some(reading));
    if let Some(object) = value.as_object_mut() {
        object.insert("kind".to_owned(), json!(kind.name()));
    }
    value
}

fn facts(saved: &Saved, error: Option<String>) -> Facts {
    let url = saved.url.as_ref().map(PageUrl::to_string);
    Facts {
        final_url: url.clone(),
        url,
        error,
        ..Facts::default()
    }
}

fn read_list(path: &Path) -> Result<Vec<Listed>, CliError> {
    let refused = |source| CliError::ReadPage {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(refused)?;
    let mut listed = Vec::new();
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(refused)?;
        if line.trim().is_empty() {
            continue;
        }
        listed.push(
            serde_json::from_str(&line).map_err(|source| CliError::BatchLine {
                path: path.to_owned(),
                line: index + 1,
                source,
            })?,
        );
    }
    Ok(listed)
}
