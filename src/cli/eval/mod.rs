//! `zhanwen eval`: how well the pages of a folder are read, held against what a person read.

mod input;
mod meter;
mod mistake;
mod result;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Map, Value, json};

use crate::config::{Settings, load_rules};
use crate::decode;
use crate::rules::RuleBook;
use crate::score::{Answer, Bound, Labelled, Truth, check, compare, groups_of, judge, tally};

pub(super) use meter::Cost;
pub use mistake::{EvalError, LineMistake};
pub(super) use result::{Against, Evaluation, Reader, ScoredPage, rate};

use super::args::EvalArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::Output;
use super::progress;
use super::render::evaluation;
use super::saved::{Listed, Saved, in_order, threads};
use input::{Predictions, Truths, predictions, truths};
use result::Earlier;

/// Runs the command.
pub(super) fn run(
    args: &EvalArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let bounds: Vec<Bound> = args.floors.iter().chain(&args.ceilings).cloned().collect();
    // whatever can be wrong is told of before the long work
    let truths = truths(&args.folder)?;
    known_groups(&bounds, &truths.pages)?;
    let earlier = args.against.as_deref().map(earlier).transpose()?;
    let digest = truths.digest.to_string();

    let (mut pages, reader) = match &args.predictions {
        Some(path) => score_predictions(&truths, predictions(path)?),
        None => read_pages(args, &truths, settings, logs)?,
    };
    let labelled = Labelled::of(&truths.pages);
    for (truth, page) in truths.pages.iter().zip(&mut pages) {
        page.loss = page.score.loss(|asked| labelled.covers(truth, asked));
    }
    let scored = truths.pages.iter().zip(&pages);
    let groups = tally(scored.map(|(truth, page)| (truth, &page.score)));
    let evaluated = Evaluation {
        folder: args.folder.clone(),
        truth_sha256: digest,
        reader,
        bounds: check(&bounds, &groups),
        groups,
        pages,
    };
    let against = earlier.map(|(path, earlier)| Against {
        path,
        truth_changed: earlier.truth_sha256 != evaluated.truth_sha256,
        moved: compare(&earlier.outline, &evaluated.outline()),
    });
    let object = evaluated.object(against.as_ref());
    if args.json {
        output.line(&object.to_string());
    } else {
        let (width, paint) = (Output::width(), output.paint());
        output.line(&evaluation(
            &evaluated,
            against.as_ref(),
            args.worst,
            width,
            paint,
        ));
    }
    if let Some(path) = &args.save {
        let text = format!("{object:#}\n");
        std::fs::write(path, text).map_err(|source| CliError::Write {
            path: path.clone(),
            source,
        })?;
    }
    Ok(exit(&evaluated))
}

fn exit(evaluated: &Evaluation) -> Exit {
    let unread = match evaluated.reader {
        Reader::Own { .. } => evaluated.unread().count(),
        // a tool that says nothing of a page has answered: it read nothing
        Reader::Predictions { .. } => 0,
    };
    if evaluated.bounds.iter().any(|checked| !checked.holds) {
        Exit::OutOfBounds
    } else if unread == evaluated.pages.len() {
        Exit::AllFailed
    } else if unread > 0 {
        Exit::SomeFailed
    } else {
        Exit::Success
    }
}

/// A bound on a group that the pages do not make is a typing error.
fn known_groups(bounds: &[Bound], pages: &[Truth]) -> Result<(), EvalError> {
    let known: BTreeSet<String> = pages.iter().flat_map(groups_of).collect();
    let mut named = bounds.iter().filter_map(|bound| bound.group.as_ref());
    match named.find(|group| !known.contains(*group)) {
        Some(group) => Err(EvalError::UnknownGroup {
            group: group.clone(),
            known: known.into_iter().collect::<Vec<_>>().join(", "),
        }),
        None => Ok(()),
    }
}

fn earlier(path: &Path) -> Result<(PathBuf, Earlier), EvalError> {
    match result::earlier(path) {
        Ok(earlier) => Ok((path.to_owned(), earlier)),
        Err(why) => Err(EvalError::Earlier {
            path: path.to_owned(),
            why,
        }),
    }
}

fn scored(truth: &Truth, answer: &Answer) -> ScoredPage {
    ScoredPage {
        file: truth.file.clone(),
        set: truth.set.clone(),
        lang: truth.lang.clone(),
        rules: None,
        error: None,
        score: judge(truth, answer),
        // what weighs depends on the whole truth
        loss: 0.0,
    }
}

/// Scores what another tool read; of a page that it does not name it read nothing.
fn score_predictions(truths: &Truths, read: Predictions) -> (Vec<ScoredPage>, Reader) {
    let nothing = Answer::default();
    let pages = truths.pages.iter().map(|truth| {
        let answer = read.answers.get(&truth.file);
        ScoredPage {
            error: answer.is_none().then(|| "no prediction".to_owned()),
            ..scored(truth, answer.unwrap_or(&nothing))
        }
    });
    let pages = pages.collect();
    let known: BTreeSet<&str> = truths.pages.iter().map(|page| page.file.as_str()).collect();
    let named = read.answers.into_keys();
    let mut strangers: Vec<String> = named
        .filter(|file| !known.contains(file.as_str()))
        .collect();
    strangers.sort();
    let reader = Reader::Predictions {
        path: read.path,
        repeated: read.repeated,
        strangers,
    };
    (pages, reader)
}

/// Reads and scores every page, on all cores. A page that cannot be read counts as one of which
/// nothing was read: left out, it would raise the score.
#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is part of the result"
)]
fn read_pages(
    args: &EvalArgs,
    truths: &Truths,
    settings: &Settings,
    logs: &Logs,
) -> Result<(Vec<ScoredPage>, Reader), Failure> {
    let rules = load_rules(&settings.selectors, settings.selectors_named)?;
    let mut sink = args
        .write_predictions
        .as_deref()
        .map(Sink::create)
        .transpose()?;
    let threads = threads(args.jobs.map(usize::from), truths.pages.len());
    let bar = progress::bar(logs, truths.pages.len());
    let keeps = sink.is_some();
    let begin = Instant::now();
    let mut cpu = Some(std::time::Duration::ZERO);
    let mut pages = Vec::with_capacity(truths.pages.len());
    let mut refused = None;
    in_order(
        &truths.pages,
        threads,
        |truth| read_page(truth, &args.folder, &rules, keeps),
        |_, page| {
            cpu = cpu.zip(page.cpu).map(|(all, own)| all + own);
            pages.push(page.scored);
            if let Some(bar) = &bar {
                bar.inc(1);
            }
            match sink
                .as_mut()
                .zip(page.prediction)
                .map(|(sink, line)| sink.line(&line))
            {
                Some(Err(failure)) => {
                    refused = Some(failure);
                    ControlFlow::Break(())
                }
                _ => ControlFlow::Continue(()),
            }
        },
    );
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    if let Some(failure) = refused {
        return Err(failure.into());
    }
    if let Some(sink) = sink {
        sink.finish()?;
    }
    let names = |sites: &[std::sync::Arc<crate::rules::SiteRules>]| {
        sites
            .iter()
            .map(|site| site.id.as_str().to_owned())
            .collect()
    };
    let (sites, builders): (Vec<String>, Vec<String>) =
        (names(&rules.sites), names(rules.builders()));
    let is_there = |id: &&String| settings.selectors.join(format!("{id}.toml")).exists();
    let reader = Reader::Own {
        selectors: settings.selectors.clone(),
        files: sites
            .iter()
            .chain(&builders)
            .filter(is_there)
            .cloned()
            .collect(),
        sites,
        builders,
        cost: Cost {
            jobs: threads,
            elapsed: begin.elapsed(),
            cpu,
            peak_memory_bytes: meter::peak_memory_bytes(),
        },
    };
    Ok((pages, reader))
}

/// A page that was read.
struct ReadPage {
    scored: ScoredPage,
    cpu: Option<std::time::Duration>,
    prediction: Option<Value>,
}

fn read_page(truth: &Truth, folder: &Path, rules: &RuleBook, keeps: bool) -> ReadPage {
    let entry = Listed {
        file: PathBuf::from(&truth.file),
        url: truth.url.clone(),
        content_type: truth.content_type.clone(),
        fetched_at: truth.fetched_at.clone(),
    };
    let before = meter::thread_time();
    let read =
        Saved::open(&entry, folder, decode::DEFAULT_LIMIT_BYTES).map(|saved| saved.read(rules));
    let cpu = meter::thread_time()
        .zip(before)
        .map(|(after, before)| after.saturating_sub(before));
    let mut line = Map::new();
    line.insert("file".to_owned(), json!(truth.file));
    let (own, error) = match read {
        Ok((kind, reading)) => {
            let article = &reading.article;
            let time = article.publish_time.map(|time| time.to_string());
            for (key, value) in [
                ("kind", json!(kind.name())),
                ("title", json!(article.title)),
                ("author", json!(article.author)),
                ("source", json!(article.source)),
                ("publish_time", json!(time)),
                ("views", json!(article.views)),
                ("body", json!(article.body_text)),
            ] {
                line.insert(key.to_owned(), value);
            }
            let rules = reading
                .parser
                .split_once(' ')
                .map(|(_, rules)| rules.to_owned());
            (rules, None)
        }
        Err(failure) => {
            let error = failure.sentence();
            line.insert("error".to_owned(), json!(error));
            (None, Some(error))
        }
    };
    ReadPage {
        scored: ScoredPage {
            rules: own,
            error,
            ..scored(truth, &Answer::from_json(&line))
        },
        cpu,
        prediction: keeps.then_some(Value::Object(line)),
    }
}

/// Where predictions are written.
struct Sink {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Sink {
    fn create(path: &Path) -> Result<Self, CliError> {
        match File::create(path) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                file: BufWriter::new(file),
            }),
            Err(source) => Err(CliError::Write {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn line(&mut self, line: &Value) -> Result<(), CliError> {
        writeln!(self.file, "{line}").map_err(|source| self.refused(source))
    }

    fn finish(mut self) -> Result<(), CliError> {
        self.file.flush().map_err(|source| self.refused(source))
    }

    fn refused(&self, source: std::io::Error) -> CliError {
        CliError::Write {
            path: self.path.clone(),
            source,
        }
    }
}
