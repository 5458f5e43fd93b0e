//! `zhanwen runs`: who worked on the archive, when, and what came of it.

use serde_json::json;

use crate::archive::RunId;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;

use super::args::{RunNumber, RunsArgs, RunsCommand};
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{report_object, run_in_full, run_object, runs};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &RunsArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match args.one {
        Some(RunsCommand::Show { run, json }) => show(run, json, settings, output).await,
        None => list(args, settings, output).await,
    }
}

async fn list(args: &RunsArgs, settings: &Settings, output: &mut Output) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let now = SystemClock.now();
    let found = library.runs(now, args.limit).await?;
    if args.json {
        for entry in &found {
            output.line(&run_object(entry).to_string());
        }
    } else {
        output.line(&runs(&found, now, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}

async fn show(
    run: RunNumber,
    json: bool,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let now = SystemClock.now();
    let number = match run {
        RunNumber::Number(number) => Some(RunId(number)),
        RunNumber::Latest => library.runs(now, 1).await?.first().map(|entry| entry.run),
    };
    let record = match number {
        Some(number) => library.run(number, now).await?,
        None => None,
    };
    let record = record.ok_or_else(|| CliError::UnknownRun {
        run: number.map_or_else(|| "latest".to_owned(), |number| number.0.to_string()),
        archive: settings.archive.clone(),
    })?;
    if json {
        let mut object = run_object(&record.entry);
        if let Some(object) = object.as_object_mut() {
            object.insert("reported".to_owned(), json!(record.reported));
            object.insert("report".to_owned(), report_object(&record.report));
        }
        output.line(&object.to_string());
    } else {
        output.line(&run_in_full(&record, now, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}
