//! `zhanwen crawl`: visit sites and say what came of it.

mod dry_run;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock as _, SystemClock};
use crate::config::{Settings, load_rules};
use crate::crawl::{CrawlSettings, Plan, Report, World};
use crate::model::{Outcome, PageUrl};
use crate::rules::{Budget, RuleBook, SiteRules};

use super::args::CrawlArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::metrics::{Metered, Meters, MetricsFile};
use super::output::Output;
use super::progress::Beside;
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
    if args.dry_run {
        let crawl = wishes(args, settings);
        return dry_run::run(args.json, &plan, &rules, &crawl, settings, output).await;
    }
    let archive = world::open_archive(settings)?;
    let crawl = wishes(args, settings);
    let mut world = world::build(settings, archive, rules, crawl)?;
    let mut beside = beside(settings, &world, &plan)?;
    if let Some(path) = &args.metrics_file {
        measure(path, &mut world, &mut beside).await?;
    }
    let (meters, metrics_file) = (beside.meters.clone(), beside.metrics_file.clone());
    let Some(done) = world::drive_beside(&world, plan, logs, beside).await? else {
        return Ok(Exit::Interrupted);
    };
    if let (Some(meters), Some(file)) = (meters, metrics_file) {
        meters.end(&done.report, exit(&done.report) as u8, SystemClock.now());
        file.write_or_warn(&meters);
    }
    Ok(tell(&done.report, done.elapsed, args.json, logs, output))
}

/// What the command line and the settings say of the crawl.
pub(super) fn wishes(args: &CrawlArgs, settings: &Settings) -> CrawlSettings {
    let wishes = CrawlSettings {
        hosts: super::descriptors::hosts_side_by_side(usize::from(args.hosts)),
        max_pages: args.max_pages.or(settings.max_pages),
        max_bytes: args.max_bytes.or(settings.max_bytes),
        max_time: args.max_time.or(settings.max_time),
        host_budget: Budget {
            pages: args.host_pages,
            bytes: args.host_bytes,
            time: args.host_time,
        }
        .or(settings.host_budget),
        assets: args.assets,
        recheck: args.recheck,
        only_due: args.only_due,
        alone: args.alone,
        ..CrawlSettings::default()
    };
    world::crawl_settings(settings, wishes)
}

/// Prints what a run came to, and says how that ends a command.
pub(super) fn tell(
    done: &Report,
    elapsed: Duration,
    json: bool,
    logs: &Logs,
    output: &mut Output,
) -> Exit {
    let exit = exit(done);
    if json {
        output.line(&report_object(&done.kept()).to_string());
    } else if exit != Exit::Success || !logs.quiet() {
        // cron mails whatever is printed: quiet runs are heard of when something went wrong
        output.line(&report(&done.kept(), elapsed, output.paint()));
    }
    exit
}

/// What is to be known of a crawl while it runs.
fn beside(settings: &Settings, world: &World, plan: &Plan) -> Result<Beside, Failure> {
    let interval = world.settings.interval;
    Ok(Beside {
        library: Some(world::open_library(settings)?),
        sites: plan.sites.clone(),
        interval: interval.unwrap_or(world.settings.gate.interval),
        slots: world.settings.hosts,
        ..Beside::default()
    })
}

/// Has the run counted for Prometheus, in the file at `path`.
async fn measure(path: &Path, world: &mut World, beside: &mut Beside) -> Result<(), Failure> {
    let meters = Meters::new().map_err(|source| CliError::Metrics { source })?;
    let meters = Arc::new(meters);
    let now = SystemClock.now();
    if let Some(library) = &beside.library {
        let facts = library.health(now).await?;
        meters.note_sites(
            facts
                .iter()
                .filter(|facts| beside.sites.contains(&facts.site)),
        );
    }
    meters.begin(now);
    beside.metrics_file = Some(Arc::new(MetricsFile::at(path, &meters)?));
    world.fetch = Arc::new(Metered::new(Arc::clone(&world.fetch), Arc::clone(&meters)));
    beside.meters = Some(meters);
    Ok(())
}

/// Names of rules files and start URLs, as typed, to what is to be visited.
fn plan(targets: &[String], rules: &RuleBook, settings: &Settings) -> Result<Plan, Failure> {
    let (sites, urls) = chosen(targets, rules, settings)?;
    let plan = Plan::crawl(&sites, world::command_line());
    Ok(urls
        .iter()
        .fold(plan, |plan, url| plan.from_page(url, rules)))
}

/// The sites that the names typed stand for, or all in use, and the addresses typed.
pub(super) fn chosen(
    targets: &[String],
    rules: &RuleBook,
    settings: &Settings,
) -> Result<(Vec<Arc<SiteRules>>, Vec<PageUrl>), Failure> {
    let (urls, names): (Vec<&String>, Vec<&String>) =
        targets.iter().partition(|target| target.contains("://"));
    let enabled: Vec<Arc<SiteRules>> = rules
        .sites
        .iter()
        .filter(|site| site.enabled && site.has_start())
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
    let urls = urls.into_iter().map(|url| world::page_url(url));
    Ok((sites, urls.collect::<Result<_, _>>()?))
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
    let unanswered = report.failed_pages(Outcome::Failed) > 0;
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
