//! `zhanwen crawl`: visit sites and say what came of it.

use std::sync::Arc;

use crate::config::{Settings, load_rules};
use crate::crawl::{CrawlSettings, Plan, Report};
use crate::model::Outcome;
use crate::rules::{Budget, RuleBook, SiteRules};

use super::args::CrawlArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::Output;
use super::render::{report, report_object};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &CrawlArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let rules = Arc::new(load_rules(&settings.selectors, settings.selectors_named)?);
    let plan = plan(&args.targets, &rules, settings)?;
    let archive = world::open_archive(settings)?;
    let crawl = world::crawl_settings(
        settings,
        CrawlSettings {
            hosts: usize::from(args.hosts),
            max_pages: args.max_pages.or(settings.max_pages),
            max_bytes: args.max_bytes.or(settings.max_bytes),
            max_time: args.max_time.or(settings.max_time),
            host_budget: Budget {
                pages: args.host_pages,
                bytes: args.host_bytes,
                time: args.host_time,
            }
            .or(settings.host_budget),
            recheck: args.recheck,
            only_due: args.only_due,
            alone: args.alone,
            ..CrawlSettings::default()
        },
    );
    let world = world::build(settings, archive, rules, crawl)?;
    let Some(done) = world::drive(&world, plan, logs).await? else {
        return Ok(Exit::Interrupted);
    };
    let exit = exit(&done.report);
    if args.json {
        output.line(&report_object(&done.report.kept()).to_string());
    } else if exit != Exit::Success || !logs.quiet() {
        // cron mails whatever is printed: quiet runs are heard of when something went wrong
        let words = report(&done.report.kept(), done.elapsed, output.paint());
        output.line(&words);
    }
    Ok(exit)
}

/// Names of rules files and start URLs, as typed, to what is to be visited.
fn plan(targets: &[String], rules: &RuleBook, settings: &Settings) -> Result<Plan, Failure> {
    let (urls, names): (Vec<&String>, Vec<&String>) =
        targets.iter().partition(|target| target.contains("://"));
    let enabled: Vec<Arc<SiteRules>> = rules
        .sites
        .iter()
        .filter(|site| site.enabled && !site.start.is_empty())
        .cloned()
        .collect();
    let sites = if targets.is_empty() {
        if enabled.is_empty() {
            return Err(CliError::NoSites {
                selectors: settings.selectors.clone(),
            }
            .into());
        }
        enabled
    } else {
        names
            .into_iter()
            .map(|name| {
                let named = rules.sites.iter().find(|site| site.id.as_str() == name);
                named.cloned().ok_or_else(|| CliError::UnknownSite {
                    name: name.clone(),
                    selectors: settings.selectors.clone(),
                    known: known(rules),
                })
            })
            .collect::<Result<Vec<_>, _>>()?
    };
    let mut plan = Plan::crawl(&sites, world::command_line());
    for url in urls {
        plan = plan.from_page(&world::page_url(url)?, rules);
    }
    Ok(plan)
}

fn known(rules: &RuleBook) -> String {
    let names: Vec<&str> = rules.sites.iter().map(|site| site.id.as_str()).collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// What the run came to as an exit code. An article that is gone is news; a start page that is gone
/// is a page that could not be had.
fn exit(report: &Report) -> Exit {
    let unanswered = report
        .failed()
        .any(|(_, page)| page.outcome == Outcome::Failed);
    let failed = report.failed().next().is_some();
    let gone = u64::try_from(report.gone_starts().len()).unwrap_or(u64::MAX);
    let rests = report.resting().next().is_some();
    let lost = report.count(Outcome::Failed) + report.count(Outcome::Blocked) + gone;
    let had = report.looks().saturating_sub(lost);
    if report.interrupted {
        Exit::Interrupted
    } else if report.looks() == 0 && report.held() > 0 && !rests {
        Exit::Busy
    } else if had == 0 && (failed || gone > 0 || (report.left_due() > 0 && !report.out_of_budget()))
    {
        Exit::AllFailed
    } else if unanswered || gone > 0 || rests {
        Exit::SomeFailed
    } else {
        Exit::Success
    }
}
