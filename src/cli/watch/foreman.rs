//! The overseer of a watch: reads the files, tells the service manager, prints the reports.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Unit;
use tokio::sync::mpsc::Receiver;

use crate::archive::Library;
use crate::config::{Settings, load_rules};
use crate::crawl::{
    Assignment, CrawlError, Event, Overseer, Plan, Report, Round, Standing, Watched, World,
};
use crate::model::{SiteId, Timestamp};
use crate::rules::{RuleBook, home_zone};
use crate::schedule::{Timetable, Timing};

use super::super::args::{CrawlArgs, Global};
use super::super::failure::{Failure, sentence};
use super::super::logging::Logs;
use super::super::metrics::{Metered, Meters, MetricsFile};
use super::super::output::Output;
use super::super::progress::Beside;
use super::super::{crawl, progress, settings, world};
use super::endpoint::Board;
use super::files::Files;
use super::service::Service;

/// Who hears of a watch.
pub(super) struct Told {
    /// The service manager.
    pub(super) service: Service,
    /// Who asks for its health.
    pub(super) board: Board,
    /// Prometheus.
    pub(super) meters: Arc<Meters>,
}

/// Oversees one watch.
pub(super) struct Foreman<'a> {
    args: &'a CrawlArgs,
    global: &'a Global,
    logs: &'a Logs,
    output: &'a mut Output,
    service: Service,
    board: Board,
    meters: Arc<Meters>,
    metrics_file: Option<Arc<MetricsFile>>,
    library: Arc<dyn Library>,
    settings: Settings,
    world: World,
    files: Files,
    /// Whether the files now have a mistake, so that older ones are in force.
    outdated: bool,
}

impl<'a> Foreman<'a> {
    /// Reads everything for the first time. A mistake ends the command.
    pub(super) async fn begin(
        args: &'a CrawlArgs,
        global: &'a Global,
        logs: &'a Logs,
        output: &'a mut Output,
        told: Told,
    ) -> Result<(Self, Assignment), Failure> {
        let Told {
            service,
            board,
            meters,
        } = told;
        let settings = settings(global, args.pace)?;
        let files = Files::now(&settings_file(global), &settings.selectors);
        let rules = Arc::new(load_rules(&settings.selectors, settings.selectors_named)?);
        let sites = watched(args, &settings, &rules)?;
        let archive = world::open_archive(&settings)?;
        let library = world::open_library(&settings)?;
        let world = world::build(&settings, archive, rules, crawl::wishes(args, &settings))?;
        let world = counted(world, &meters);
        let facts = library.health(world.clock.now()).await?;
        let is_watched = |site: &SiteId| sites.iter().any(|watched| watched.site == *site);
        meters.note_sites(facts.iter().filter(|facts| is_watched(&facts.site)));
        let metrics_file = args.metrics_file.as_deref();
        let metrics_file = metrics_file.map(|path| MetricsFile::at(path, &meters));
        let metrics_file = metrics_file.transpose()?.map(Arc::new);
        let assignment = Assignment {
            world: world.clone(),
            sites,
        };
        let foreman = Self {
            args,
            global,
            logs,
            output,
            service,
            board,
            meters,
            metrics_file,
            library,
            settings,
            world,
            files,
            outdated: false,
        };
        let count = assignment.sites.len();
        tracing::info!("watching {count} site{}", if count == 1 { "" } else { "s" });
        foreman.service.ready(&format!("watching {count} sites"));
        Ok((foreman, assignment))
    }

    /// The manager it reports to.
    pub(super) fn service(&self) -> Service {
        self.service.clone()
    }

    /// Reads the files again.
    fn reread(&mut self) -> Result<Assignment, Failure> {
        let settings = settings(self.global, self.args.pace)?;
        let rules = Arc::new(load_rules(&settings.selectors, settings.selectors_named)?);
        let sites = watched(self.args, &settings, &rules)?;
        let crawl = crawl::wishes(self.args, &settings);
        if settings.archive != self.settings.archive {
            tracing::warn!(
                "another archive is set: {} is kept to until zhanwen is started anew",
                self.settings.archive.display()
            );
        }
        let archive = Arc::clone(&self.world.archive);
        // the connections of the client in use are worth keeping
        self.world = if settings == self.settings {
            World {
                rules,
                ..self.world.clone()
            }
        } else {
            counted(
                world::build(&settings, archive, rules, crawl)?,
                &self.meters,
            )
        };
        self.settings = Settings {
            archive: self.settings.archive.clone(),
            ..settings
        };
        Ok(Assignment {
            world: self.world.clone(),
            sites,
        })
    }

    /// What the watch does, in a line.
    fn status(&self, standing: &Standing) -> String {
        let mut words = match standing.rounds {
            0 => format!("watching {} sites", standing.sites),
            1 => "1 round under way".to_owned(),
            rounds => format!("{rounds} rounds under way"),
        };
        if let Some((next, site)) = &standing.next {
            words = format!("{words}; next at {} ({site})", minute(*next));
        }
        if self.outdated {
            words.push_str("; the rules in force are older than the files, which have a mistake");
        }
        words
    }
}

impl Overseer for Foreman<'_> {
    fn renew(&mut self, asked: bool) -> Option<Assignment> {
        let files = Files::now(&settings_file(self.global), &self.settings.selectors);
        if !asked && files == self.files {
            return None;
        }
        self.files = files;
        self.service.reloading();
        let renewed = self.reread();
        self.outdated = renewed.is_err();
        let told = match &renewed {
            Ok(assignment) => format!("took up the files anew: {} sites", assignment.sites.len()),
            Err(failure) => {
                self.logs.failure(failure);
                "the rules and settings in force stay as they were".to_owned()
            }
        };
        if self.outdated {
            tracing::error!("{told}");
        } else {
            tracing::info!("{told}");
        }
        self.board.note_files(self.outdated);
        self.service.ready(&told);
        renewed.ok()
    }

    fn turned(&mut self, standing: &Standing) {
        let status = self.status(standing);
        self.board.note_turn(standing.now, status.clone());
        self.service.alive(&status);
    }

    fn began(&mut self, round: &Round, events: Receiver<Event>) {
        let count = round.sites.len();
        let sites: Vec<&str> = round.sites.iter().map(SiteId::as_str).collect();
        tracing::debug!(
            "round {} of {count} sites: {}",
            round.number,
            sites.join(", ")
        );
        self.meters.begin(round.began);
        let settings = &self.world.settings;
        let beside = Beside {
            library: Some(Arc::clone(&self.library)),
            sites: round.sites.clone(),
            interval: settings.interval.unwrap_or(settings.gate.interval),
            slots: settings.hosts,
            meters: Some(Arc::clone(&self.meters)),
            metrics_file: self.metrics_file.clone(),
        };
        // it ends with the round
        let _following = tokio::spawn(progress::follow(events, self.logs.clone(), false, beside));
    }

    fn ended(&mut self, round: &Round, result: &Result<Report, CrawlError>, at: Timestamp) {
        match result {
            Ok(report) => {
                let elapsed = at.since(round.began);
                let exit = crawl::tell(report, elapsed, self.args.json, self.logs, self.output);
                self.board.note_round(None);
                self.meters.end(report, exit as u8, at);
                if let Some(file) = &self.metrics_file {
                    file.write_or_warn(&self.meters);
                }
            }
            Err(error) => {
                let words = sentence(error);
                tracing::error!(
                    "round {} {words}; its sites have their next one",
                    round.number
                );
                self.board.note_round(Some(words));
            }
        }
    }
}

/// `world` with its exchanges counted.
fn counted(world: World, meters: &Arc<Meters>) -> World {
    let fetch = Arc::new(Metered::new(Arc::clone(&world.fetch), Arc::clone(meters)));
    World { fetch, ..world }
}

/// What is watched, and when.
fn watched(
    args: &CrawlArgs,
    settings: &Settings,
    rules: &RuleBook,
) -> Result<Vec<Watched>, Failure> {
    let (sites, urls) = crawl::chosen(&args.targets, rules, settings)?;
    let typed = world::command_line();
    let mut watched: Vec<Watched> = Vec::new();
    for site in &sites {
        watched.push(Watched {
            site: site.id.clone(),
            plan: Plan::crawl(std::slice::from_ref(site), typed.as_str()),
            timetable: timetable(&site.id, rules, settings),
        });
    }
    for url in urls {
        let plan = Plan::crawl(&[], typed.as_str()).from_page(&url, rules);
        let Some(site) = plan.sites.first().cloned() else {
            continue;
        };
        if let Some(known) = watched.iter_mut().find(|known| known.site == site) {
            known.plan = known.plan.clone().and(&plan);
        } else {
            let timetable = timetable(&site, rules, settings);
            watched.push(Watched {
                site,
                plan,
                timetable,
            });
        }
    }
    Ok(watched)
}

/// The site's own lines, or those of the settings, by its own clock.
fn timetable(site: &SiteId, rules: &RuleBook, settings: &Settings) -> Timetable {
    let rules = rules.sites.iter().find(|rules| rules.id == *site);
    let zone = rules.and_then(|rules| rules.time_zone.clone());
    let own = rules
        .map(|rules| rules.schedule.clone())
        .unwrap_or_default();
    let timings = if own.is_empty() {
        let lines = settings.schedule.iter();
        lines
            .filter_map(|line| Timing::parse(line, site).ok())
            .collect()
    } else {
        own
    };
    Timetable::new(timings, zone.unwrap_or_else(home_zone))
}

fn settings_file(global: &Global) -> PathBuf {
    let default = Path::new("zhanwen.toml");
    global.config.clone().unwrap_or_else(|| default.to_owned())
}

fn minute(instant: Timestamp) -> String {
    let rounded = instant.as_jiff().round(Unit::Minute);
    let rounded = rounded.unwrap_or_else(|_beyond| instant.as_jiff());
    rounded.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
