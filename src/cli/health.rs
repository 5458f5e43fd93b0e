//! `zhanwen health`: whether the sites are well.

use crate::archive::KeptNotice;
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Settings, load_rules};
use crate::health::Health;
use crate::model::SiteId;
use crate::query;
use crate::rules::RuleBook;

use super::args::HealthArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{health, health_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &HealthArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let rules = load_rules(&settings.selectors, settings.selectors_named)?;
    let library = world::open_library(settings)?;
    let now = SystemClock.now();
    let watched: Vec<SiteId> = watched(&rules);
    let judged = query::health(&library, &watched, now).await?;
    let mut chosen = Vec::new();
    if args.sites.is_empty() {
        chosen.extend(judged.iter().filter(|health| health.facts.watched));
        if chosen.is_empty() {
            // no rules file is in use: everything was crawled by URL
            chosen.extend(&judged);
        }
    }
    for name in &args.sites {
        let site = judged
            .iter()
            .find(|health| health.facts.site.as_str() == name);
        chosen.push(site.ok_or_else(|| CliError::UnknownSite {
            name: name.clone(),
            selectors: settings.selectors.clone(),
            known: known(&judged),
        })?);
    }
    let notices = library.notices().await?;
    let wrong = chosen.iter().any(|health| health.is_wrong());
    for site in chosen {
        if args.check && !site.is_wrong() {
            continue;
        }
        let own: Vec<&KeptNotice> = notices
            .iter()
            .filter(|kept| kept.site == site.facts.site)
            .collect();
        if args.json {
            output.line(&health_object(site, &own).to_string());
        } else {
            output.line(&health(site, &own, now, output.paint()));
        }
    }
    Ok(if args.check && wrong {
        Exit::Unwell
    } else {
        Exit::Success
    })
}

/// The sites that crawls are meant to visit.
fn watched(rules: &RuleBook) -> Vec<SiteId> {
    let sites = rules.sites.iter();
    let sites = sites.filter(|site| site.enabled && !site.start.is_empty());
    sites.map(|site| site.id.clone()).collect()
}

fn known(judged: &[Health]) -> String {
    let names: Vec<&str> = judged
        .iter()
        .map(|health| health.facts.site.as_str())
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
