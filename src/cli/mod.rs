//! The command line: one file for each command, and the only place that prints.

mod args;
mod articles;
mod changes;
mod crawl;
mod demo;
mod descriptors;
mod diff;
mod eval;
mod exit;
mod export;
mod extract;
mod failure;
mod health;
mod history;
mod logging;
mod manual;
mod metrics;
mod output;
mod progress;
mod prune;
mod query;
mod render;
mod reparse;
mod reposts;
mod runs;
mod saved;
mod scrape;
mod search;
mod show;
mod statistics;
mod typed;
mod upkeep;
mod views;
mod watch;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser as _;

use crate::config::{Given, Settings, load_rules};

pub use args::Cli;
pub use eval::{EvalError, LineMistake};
pub use exit::Exit;
pub use failure::{CliError, Failure};
pub use query::QueryError;

use args::{Command, Global, Pace};
use output::Output;

/// Runs the program on the process's own arguments.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.global.color);
    let logs = logging::start(&cli.global);
    let told = |failure: Failure| {
        logs.failure(&failure);
        failure.exit()
    };
    let exit = run(cli, &logs, &mut output).unwrap_or_else(told);
    let lost = output.finish().map_err(|source| {
        let path = PathBuf::from("standard output");
        told(CliError::Write { path, source }.into())
    });
    match lost {
        Err(code) if exit == Exit::Success => code.into(),
        _ => exit.into(),
    }
}

fn run(cli: Cli, logs: &logging::Logs, output: &mut Output) -> Result<Exit, Failure> {
    let Cli { global, command } = cli;
    match command {
        Command::Completions { shell } => Ok(manual::completions(shell, output)),
        Command::Man { folder } => manual::pages(&folder, output),
        Command::Extract(args) => {
            let settings = settings(&global, Pace::default())?;
            let rules = load_rules(&settings.selectors, settings.selectors_named)?;
            extract::run(&args, &rules, settings.body_limit_bytes, output)
        }
        Command::Eval(args) => {
            let settings = settings(&global, Pace::default())?;
            eval::run(&args, &settings, logs, output)
        }
        Command::Scrape(args) => {
            let settings = settings(&global, args.pace)?;
            world::block_on(scrape::run(&args, &settings, logs, output))
        }
        Command::Crawl(args) if args.watching.watch => {
            world::block_on(watch::run(&args, &global, logs, output))
        }
        Command::Crawl(args) => {
            let settings = settings(&global, args.pace)?;
            world::block_on(crawl::run(&args, &settings, logs, output))
        }
        Command::Query(args) => {
            let settings = settings(&global, Pace::default())?;
            query::run(&args, &settings, output)
        }
        Command::Export(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(export::run(&args, &settings, logs, output))
        }
        Command::Runs(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(runs::run(&args, &settings, output))
        }
        Command::Health(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(health::run(&args, &settings, output))
        }
        Command::Verify(args) => {
            let settings = settings(&global, Pace::default())?;
            upkeep::verify(&args, &settings, logs, output)
        }
        Command::Backup(args) => {
            let settings = settings(&global, Pace::default())?;
            upkeep::backup(&args, &settings, logs, output)
        }
        Command::Compact(args) => {
            let settings = settings(&global, Pace::default())?;
            upkeep::compact(&args, &settings, logs, output)
        }
        Command::Prune(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(prune::run(&args, &settings, logs, output))
        }
        Command::Reparse(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(reparse::run(&args, &settings, logs, output))
        }
        Command::Demo(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(demo::run(&args, &settings, logs, output))
        }
        Command::Search(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(search::run(&args, &settings, output))
        }
        Command::Articles(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(articles::run(&args, &settings, output))
        }
        Command::Show(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(show::run(&args, &settings, output))
        }
        Command::Reposts(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(reposts::run(&args, &settings, output))
        }
        Command::History(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(history::run(&args, &settings, output))
        }
        Command::Views(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(views::run(&args, &settings, output))
        }
        Command::Changes(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(changes::run(&args, &settings, output))
        }
        Command::Stats(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(statistics::run(&args, &settings, output))
        }
        Command::Diff(args) => {
            let settings = settings(&global, Pace::default())?;
            world::block_on(diff::run(&args, &settings, output))
        }
    }
}

fn settings(global: &Global, pace: Pace) -> Result<Settings, Failure> {
    let given = Given {
        archive: global.archive.clone(),
        selectors: global.selectors.clone(),
        config: global.config.clone(),
        allow_net: global.allow_net.clone(),
        contact: global.contact.clone(),
        user_agent: global.user_agent.clone(),
        interval: pace.interval,
        address_interval: pace.address_interval,
    };
    Ok(Settings::resolve(given)?)
}
