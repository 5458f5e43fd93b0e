//! Completions and manual pages, made from the command line itself.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::args::Cli;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;

/// Prints completions for `shell`.
pub(super) fn completions(shell: Shell, output: &mut Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "zhanwen", &mut script);
    output.bytes(&script);
    Exit::Success
}

/// Writes one manual page for the program and one for each command into `folder`.
pub(super) fn pages(folder: &Path, output: &mut Output) -> Result<Exit, Failure> {
    let refused = |source| CliError::Write {
        path: folder.to_owned(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(refused)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(refused)?;
    output.line(&format!("manual pages are in {}", folder.display()));
    Ok(Exit::Success)
}
