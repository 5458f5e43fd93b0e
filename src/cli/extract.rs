//! `zhanwen extract`: saved HTML in, article out; one page, or a list of them on all cores.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::archive::Reading;
use crate::clock::{Clock as _, SystemClock};
use crate::crawl;
use crate::model::{PageKind, PageUrl, Timestamp, Warning};
use crate::rules::RuleBook;

use super::args::ExtractArgs;
use super::exit::Exit;
use super::output::Output;
use super::render::{Card, Facts, article_object, card};
use super::{CliError, Failure};

/// One line of a batch list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    file: PathBuf,
    url: Option<String>,
    content_type: Option<String>,
    fetched_at: Option<String>,
}

/// A page to read.
struct Saved {
    bytes: Vec<u8>,
    /// Whether there was more of it than is read.
    is_cut: bool,
    url: Option<PageUrl>,
    content_type: Option<String>,
    fetched_at: Timestamp,
}

/// What pages are read with.
#[derive(Clone, Copy)]
struct Reader<'rules> {
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
    let reader = Reader { rules, limit_bytes };
    match &args.batch {
        Some(list) => batch(list, args.jobs.map(usize::from), reader, output),
        None => one(args, reader, output),
    }
}

fn one(args: &ExtractArgs, reader: Reader<'_>, output: &mut Output) -> Result<Exit, Failure> {
    let path = args.file.as_deref().unwrap_or(Path::new("-"));
    let (bytes, is_cut) = reader.bytes(path)?;
    let saved = Saved {
        bytes,
        is_cut,
        url: args
            .url
            .as_deref()
            .map(super::world::page_url)
            .transpose()?,
        content_type: args.content_type.clone(),
        fetched_at: instant(args.fetched_at.as_deref())?,
    };
    let (kind, reading) = reader.read(&saved);
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

/// Reads every page of `list` on `jobs` threads and writes one line each, in the list's order.
fn batch(
    list: &Path,
    jobs: Option<usize>,
    reader: Reader<'_>,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let listed = read_list(list)?;
    let folder = list.parent().unwrap_or(Path::new(""));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = jobs.unwrap_or(cores).min(listed.len().max(1));
    let next = AtomicUsize::new(0);
    let mut failed = 0_usize;

    std::thread::scope(|scope| {
        // bounded, so that a slow reader of our output holds the readers of pages back
        let (send, receive) = mpsc::sync_channel::<(usize, Value)>(jobs * 4);
        for _ in 0..jobs {
            let (send, next, listed) = (send.clone(), &next, &listed);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(entry) = listed.get(index) else {
                        return;
                    };
                    if send.send((index, answer(entry, folder, reader))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (index, value) in receive {
            early.insert(index, value);
            while let Some(value) = early.remove(&expected) {
                expected += 1;
                failed += usize::from(value.get("error").is_some_and(|error| !error.is_null()));
                output.line(&value.to_string());
            }
            if output.is_closed() {
                // dropping the receiver ends the workers
                break;
            }
        }
    });
    Ok(match failed {
        0 => Exit::Success,
        all if all == listed.len() => Exit::AllFailed,
        _ => Exit::SomeFailed,
    })
}

fn answer(entry: &Listed, folder: &Path, reader: Reader<'_>) -> Value {
    let file = entry.file.to_string_lossy();
    let read = || -> Result<(Saved, PageKind, Reading), Failure> {
        let (bytes, is_cut) = reader.bytes(&folder.join(&entry.file))?;
        let saved = Saved {
            bytes,
            is_cut,
            url: entry
                .url
                .as_deref()
                .map(super::world::page_url)
                .transpose()?,
            content_type: entry.content_type.clone(),
            fetched_at: instant(entry.fetched_at.as_deref())?,
        };
        let (kind, reading) = reader.read(&saved);
        Ok((saved, kind, reading))
    };
    let mut value = match read() {
        Ok((saved, kind, reading)) => object(&facts(&saved, None), &reading, kind),
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

fn object(facts: &Facts, reading: &Reading, kind: PageKind) -> Value {
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

fn instant(written: Option<&str>) -> Result<Timestamp, Failure> {
    Ok(written
        .map(str::parse)
        .transpose()?
        .unwrap_or_else(|| SystemClock.now()))
}

impl Reader<'_> {
    /// The page at `path`, as much of it as is read, and whether that is less than all.
    fn bytes(self, path: &Path) -> Result<(Vec<u8>, bool), CliError> {
        let refused = |source| CliError::ReadPage {
            path: path.to_owned(),
            source,
        };
        let mut source: Box<dyn Read> = if path == Path::new("-") {
            Box::new(std::io::stdin().lock())
        } else {
            Box::new(std::fs::File::open(path).map_err(refused)?)
        };
        let mut bytes = Vec::new();
        let mut limited = source.by_ref().take(self.limit_bytes);
        limited.read_to_end(&mut bytes).map_err(refused)?;
        let is_cut = limited.limit() == 0 && source.read(&mut [0]).map_err(refused)? > 0;
        Ok((bytes, is_cut))
    }

    fn read(self, saved: &Saved) -> (PageKind, Reading) {
        let (kind, mut reading) = crawl::read_page(
            &saved.bytes,
            saved.content_type.as_deref(),
            saved.url.as_ref(),
            saved.fetched_at,
            self.rules,
        );
        if saved.is_cut {
            let message = format!("only its first {} bytes were read", self.limit_bytes);
            let warning = Warning::new("page-cut", message);
            reading.warnings.push(warning.to_string());
        }
        (kind, reading)
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
