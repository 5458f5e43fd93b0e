//! `zhanwen diff`: what changed between two versions of a page.

use crate::config::Settings;
use crate::query;

use super::args::DiffArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{diff, diff_object};
use super::world::find_kept;

/// Runs the command.
pub(super) async fn run(
    args: &DiffArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let (library, page) = find_kept(settings, &args.url).await?;
    let compared = query::compare(&library, page, args.old, args.new).await?;
    let found = match compared {
        Ok(found) => found,
        // version 1 has none before it: that is an answer, not a mistake
        Err(missing) if args.old.is_none() && args.new.is_none() && missing.versions == 1 => {
            output.line("one version: nothing has changed since it was first seen");
            return Ok(Exit::Success);
        }
        Err(missing) => {
            return Err(CliError::UnknownVersion {
                url: args.url.clone(),
                version: missing.version,
                versions: missing.versions,
            }
            .into());
        }
    };
    let (old, new) = (found.old.version_no, found.new.version_no);
    if args.json {
        output.line(&diff_object(found.new.url.as_str(), old, new, &found.diff).to_string());
    } else {
        let paint = output.paint();
        let head = format!(
            "version {old} ({}) → version {new} ({})",
            found.old.observed_at, found.new.observed_at
        );
        output.line(&paint.cyan(&head));
        output.line(&diff(&found.diff, Output::width(), paint));
    }
    Ok(Exit::Success)
}
