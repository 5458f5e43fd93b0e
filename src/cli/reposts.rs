//! `zhanwen reposts`: which articles are one text, who had it first, and who has whose.

use std::cmp::Reverse;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::archive::{Archive, ArchiveError, Library};
use crate::config::{Settings, load_rules};
use crate::model::SiteId;
use crate::query::{self, Wanted};
use crate::repost::Outlet;
use crate::rules::RuleBook;
use crate::store::sqlite::SqliteArchive;

use super::args::RepostsArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{cluster, cluster_object, copying, copying_object};
use super::world;

/// How many pairs of sites are told below the texts.
const PAIRS_BELOW: usize = 10;

/// Runs the command.
pub(super) async fn run(
    args: &RepostsArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    if !args.as_kept {
        find(settings, &library).await?;
    }
    let page = match &args.url {
        Some(url) => Some(world::find_kept(settings, url).await?.1),
        None => None,
    };
    let wanted = Wanted {
        page,
        site: args.site.as_deref().map(SiteId::new),
        since: args.since,
        least_sites: args
            .min_sites
            .unwrap_or(if args.url.is_some() { 1 } else { 2 }),
    };
    let mut clusters = query::reposts(&library, &wanted).await?;
    if args.newest {
        clusters.sort_by_key(|cluster| Reverse(cluster.latest()));
    }
    let pairs = query::copying(&clusters);
    let (paint, width) = (output.paint(), Output::width());
    if args.matrix {
        let pairs = pairs.get(..args.limit).unwrap_or(&pairs);
        if args.json {
            for pair in pairs {
                output.line(&copying_object(pair).to_string());
            }
        } else {
            output.line(&copying(pairs, width, paint));
        }
        return Ok(Exit::Success);
    }
    for found in clusters.iter().take(args.limit) {
        if args.json {
            output.line(&cluster_object(found).to_string());
        } else {
            output.line(&cluster(found, width, paint));
        }
    }
    if args.json {
        return Ok(Exit::Success);
    }
    if args.url.is_none() && !pairs.is_empty() {
        let pairs = pairs.get(..PAIRS_BELOW).unwrap_or(&pairs);
        output.line(&copying(pairs, width, paint));
        output.line("");
    }
    output.line(&summary(args, clusters.len()));
    Ok(Exit::Success)
}

fn summary(args: &RepostsArgs, found: usize) -> String {
    match found {
        0 if args.url.is_some() => "no other page is known to have this text".to_owned(),
        0 => "no such texts".to_owned(),
        1 => "1 text".to_owned(),
        _ if found > args.limit => {
            format!("{} of {found} texts: more with --limit", args.limit)
        }
        _ => format!("{found} texts"),
    }
}

/// Looks for reposts in what is new. An archive that cannot be written is told of as it was left.
async fn find(settings: &Settings, library: &Arc<dyn Library>) -> Result<(), Failure> {
    let archive: Arc<dyn Archive> = match SqliteArchive::open(&settings.archive) {
        Ok(archive) => Arc::new(archive),
        Err(
            error @ (ArchiveError::NewerSchema { .. }
            | ArchiveError::Open { .. }
            | ArchiveError::Unwritable { .. }),
        ) => {
            tracing::warn!("{error}: told is what was found last");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let rules = load_rules(&settings.selectors, settings.selectors_named)?;
    let tell = |read| tracing::debug!(read, "articles compared");
    let found = query::find_reposts(&archive, library, &outlets(&rules), tell).await?;
    if found.read > 0 {
        tracing::info!(
            articles = found.read,
            pairs = found.pairs,
            "compared what is new"
        );
    }
    Ok(())
}

/// What the rules files tell of the sites.
fn outlets(rules: &RuleBook) -> Vec<Outlet> {
    let sites = rules.sites.iter().map(|site| Outlet {
        site: site.id.clone(),
        names: vec![site.name.clone()],
        hosts: site.hosts.clone(),
        zone: site.time_zone.clone().unwrap_or(TimeZone::UTC),
    });
    sites.collect()
}
