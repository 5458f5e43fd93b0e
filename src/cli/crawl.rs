//! `zhanwen crawl`: visit sites and say what came of it.

use std::sync::Arc;

use serde_json::json;

use crate::config::{Settings, load_rules};
use crate::crawl::{CrawlSettings, Plan, Report};
use crate::model::Outcome;
use crate::rules::{Budget, Limit, RuleBook, SiteRules};

use super::args::CrawlArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::Output;
use super::render::report;
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
            ..CrawlSettings::default()
        },
    );
    let world = world::build(settings, archive, rules, crawl)?;
    let Some(done) = world::drive(&world, plan, logs).await? else {
        return Ok(Exit::Interrupted);
    };
    let exit = exit(&done.report);
    if args.json {
        output.line(&object(&done.report).to_string());
    } else if exit != Exit::Success || !logs.quiet() {
        // cron mails whatever is printed: quiet runs are heard of when something went wrong
        output.line(&report(&done.report, done.elapsed, output.paint()));
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

fn exit(report: &Report) -> Exit {
    let failed = report
        .failed()
        .filter(|(_, page)| page.outcome == Outcome::Failed)
        .count();
    let blocked = report.failed().count() - failed;
    let had = report.looks() - report.count(Outcome::Failed) - report.count(Outcome::Blocked);
    if report.interrupted {
        Exit::Interrupted
    } else if had == 0
        && (failed + blocked > 0 || (report.left_due() > 0 && !report.out_of_budget()))
    {
        Exit::AllFailed
    } else if failed > 0 || report.resting().next().is_some() {
        Exit::SomeFailed
    } else {
        Exit::Success
    }
}

fn object(report: &Report) -> serde_json::Value {
    let counts: serde_json::Map<String, serde_json::Value> = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome.name().to_owned(), json!(report.count(outcome))))
        .collect();
    let failed: Vec<_> = report
        .failed()
        .map(|(url, page)| {
            json!({"url": url.as_str(), "outcome": page.outcome.name(), "reason": page.reason})
        })
        .collect();
    let resting: Vec<_> = report
        .resting()
        .map(|(host, rest)| {
            json!({"host": host.as_str(), "until": rest.until.to_string(), "reason": rest.reason})
        })
        .collect();
    let spent: Vec<_> = report
        .spent()
        .map(|(host, spent)| {
            json!({"host": host.as_str(), "used_up": spent.limit.name(), "left_due": spent.left_due})
        })
        .collect();
    let notices: Vec<_> = report
        .notices()
        .map(|notice| {
            json!({"kind": notice.kind.name(), "url": notice.url.as_str(), "message": notice.message})
        })
        .collect();
    json!({
        "looks": report.looks(),
        "outcomes": counts,
        "new_pages": report.new_pages,
        "wire_bytes": report.wire_bytes,
        "left_due": report.left_due(),
        "interrupted": report.interrupted,
        "out_of_budget": report.out_of_budget(),
        "used_up": report.used_up.map(Limit::name),
        "spent": spent,
        "failed": failed,
        "resting": resting,
        "notices": notices,
    })
}
