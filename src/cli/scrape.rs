//! `zhanwen scrape`: fetch pages, keep the article of each, show it and what changed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::archive::{Archive, Library, Look, PageId, Reading};
use crate::canon;
use crate::config::{Settings, load_rules};
use crate::crawl::{Captured, CrawlSettings, Plan, Report};
use crate::model::{Outcome, PageKind, PageUrl, Timestamp};
use crate::query;
use crate::store::memory::MemoryArchive;
use crate::version::Diff;

use super::args::ScrapeArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::logging::Logs;
use super::output::Output;
use super::render::{Card, Facts, article_object, card, diff};
use super::world;

/// Body lines shown of a page that was seen before or is one of many.
const BODY_LINES: usize = 12;

/// Redirects followed for one page.
const MOST_HOPS: usize = 10;

/// Runs the command.
pub(super) async fn run(
    args: &ScrapeArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let rules = Arc::new(load_rules(&settings.selectors, settings.selectors_named)?);
    let urls = args
        .urls
        .iter()
        .map(|url| world::page_url(url))
        .collect::<Result<Vec<_>, _>>()?;
    let (archive, library): (Arc<dyn Archive>, Arc<dyn Library>) = if args.no_archive {
        let memory = Arc::new(MemoryArchive::new());
        (memory.clone(), memory)
    } else {
        (
            world::open_archive(settings)?,
            world::open_library(settings)?,
        )
    };
    let wishes = CrawlSettings {
        assets: args.assets,
        ..CrawlSettings::default()
    };
    let crawl = world::crawl_settings(settings, wishes);
    let world = world::build(settings, archive, Arc::clone(&rules), crawl)?;
    let plan = Plan::scrape(&urls, &rules, world::command_line());
    let began = world.clock.now();
    let Some(done) = world::drive(&world, plan, logs).await? else {
        return Ok(Exit::Interrupted);
    };

    let looks = looks_by_page(&done.looks);
    let mut failed = 0;
    for url in &urls {
        let look = last_of_chain(&canon::canonical(url), &looks);
        let scraped = Scraped::of(url, look, (began, &done.report), &library).await?;
        failed += usize::from(scraped.reading.is_none() || scraped.error.is_some());
        let shown = if args.json {
            scraped.json()
        } else {
            scraped.card(args.no_archive, output)
        };
        output.line(&shown);
    }
    Ok(if done.report.interrupted {
        Exit::Interrupted
    } else if failed == 0 {
        Exit::Success
    } else if failed == urls.len() {
        Exit::AllFailed
    } else {
        Exit::SomeFailed
    })
}

/// The last look at each page. A look at a later part of an article says less than one at the page
/// itself, which leads to the article.
fn looks_by_page(looks: &[Captured]) -> HashMap<&PageUrl, &Captured> {
    let mut last: HashMap<&PageUrl, &Captured> = HashMap::new();
    for look in looks {
        let leads = |known: &&Captured| known.redirected_to.is_some();
        if look.kind != PageKind::Part || !last.get(&look.url).is_some_and(leads) {
            last.insert(&look.url, look);
        }
    }
    last
}

/// The look at the page that the redirects from `url` end at.
fn last_of_chain<'a>(
    url: &PageUrl,
    looks: &HashMap<&PageUrl, &'a Captured>,
) -> Option<&'a Captured> {
    let mut look = *looks.get(url)?;
    for _hop in 0..MOST_HOPS {
        let Some(next) = look.redirected_to.as_ref().and_then(|to| looks.get(to)) else {
            break;
        };
        look = next;
    }
    Some(look)
}

/// What a page came to, with what the archive adds.
struct Scraped {
    asked: PageUrl,
    look: Option<Seen>,
    reading: Option<Arc<Reading>>,
    diff: Option<Diff>,
    error: Option<String>,
}

impl Scraped {
    async fn of(
        asked: &PageUrl,
        look: Option<&Captured>,
        (began, report): (Timestamp, &Report),
        library: &Arc<dyn Library>,
    ) -> Result<Self, Failure> {
        let seen = match look {
            Some(look) => Some(Seen::by_this_run(look)),
            None => seen_meanwhile(asked, began, library).await?,
        };
        let mut scraped = Self {
            asked: asked.clone(),
            reading: look.and_then(|look| look.reading.clone()),
            diff: None,
            error: seen.as_ref().and_then(why_not),
            look: seen,
        };
        let Some(look) = &scraped.look else {
            scraped.error = Some(not_fetched(asked, report));
            return Ok(scraped);
        };
        let Some(page) = query::find(library, &look.url).await? else {
            return Ok(scraped);
        };
        if scraped.reading.is_none() && look.version_no.is_some() && scraped.error.is_none() {
            let kept = library.article(page, look.version_no).await?;
            scraped.reading = kept.map(|kept| Arc::new(kept.reading));
        }
        if matches!(look.outcome, Outcome::Changed | Outcome::Reverted) {
            scraped.diff = last_change(library, page, look.version_no).await?;
        }
        Ok(scraped)
    }

    fn json(&self) -> String {
        let look = self.look.as_ref();
        let changed = self.diff.as_ref().map(changed_fields).unwrap_or_default();
        let facts = Facts {
            url: Some(self.asked.to_string()),
            final_url: look.map(|look| look.url.to_string()),
            status: look.and_then(|look| look.status),
            fetched_at: look.map(|look| look.at),
            version: look.and_then(|look| look.version_no),
            change: look.map(|look| look.outcome.name()),
            changed_fields: changed,
            error: self.error.clone(),
        };
        article_object(&facts, self.reading.as_deref()).to_string()
    }

    fn card(&self, only_printed: bool, output: &Output) -> String {
        let paint = output.paint();
        let (Some(reading), Some(look)) = (&self.reading, &self.look) else {
            let why = self.error.as_deref().unwrap_or("no article on this page");
            return format!("{}  {}\n  {why}", paint.red("✗"), self.asked);
        };
        let width = Output::width();
        let mut drawn = card(
            &Card {
                url: look.url.as_str(),
                article: &reading.article,
                encoding: format!("{} ({})", reading.encoding, reading.encoding_evidence),
                fetched_at: Some(look.at),
                standing: Some(self.standing(look, only_printed)),
                warnings: &reading.warnings,
                body_lines: Some(BODY_LINES),
            },
            width,
            paint,
        );
        if let Some(change) = &self.diff {
            drawn.push_str("\n\n");
            drawn.push_str(&paint.bold("changed since the version before"));
            drawn.push('\n');
            drawn.push_str(&diff(change, width, paint));
        }
        drawn
    }

    fn standing(&self, look: &Seen, only_printed: bool) -> String {
        if only_printed {
            return "not kept (--no-archive)".to_owned();
        }
        let version = look
            .version_no
            .map_or_else(String::new, |number| format!("version {number}, "));
        let what = match look.outcome {
            Outcome::New => "first seen now".to_owned(),
            Outcome::Changed => {
                let fields = self.diff.as_ref().map(changed_fields).unwrap_or_default();
                format!("changed: {}", fields.join(", "))
            }
            Outcome::Reverted => "back to an earlier content".to_owned(),
            Outcome::ViewsOnly => {
                "only the view count moved: one more point, no version".to_owned()
            }
            Outcome::NotModified => "not modified, says the server".to_owned(),
            _ => "unchanged".to_owned(),
        };
        let by = if look.by_another_run {
            ", as another run found meanwhile"
        } else {
            ""
        };
        format!("{version}{what}{by}")
    }
}

/// A look as it is shown.
struct Seen {
    url: PageUrl,
    at: Timestamp,
    status: Option<u16>,
    outcome: Outcome,
    version_no: Option<u32>,
    /// Why it gave nothing, where its outcome does not say.
    reason: Option<String>,
    redirected_to: Option<PageUrl>,
    is_list: bool,
    by_another_run: bool,
}

impl Seen {
    fn by_this_run(look: &Captured) -> Self {
        let error = look.error.as_ref();
        Self {
            url: look.url.clone(),
            at: look.sent_at,
            status: look.status,
            outcome: look.outcome,
            version_no: look.version_no,
            reason: error
                .map(|error| format!("failed to {error}"))
                .or_else(|| look.reason.clone()),
            redirected_to: look.redirected_to.clone(),
            is_list: look.kind.leads_on(),
            by_another_run: false,
        }
    }

    fn by_another_run(url: &PageUrl, look: &Look) -> Self {
        Self {
            url: url.clone(),
            at: look.fetched_at,
            status: look.status,
            outcome: look.outcome,
            version_no: look.version_no,
            reason: look.reason.clone(),
            redirected_to: None,
            // of a page that should have been an article, a look says so
            is_list: look.reason.is_none(),
            by_another_run: true,
        }
    }
}

/// The look that another run made since this one `began`: whoever holds the host looks at all that
/// is due there, and a page is not asked for twice in a moment.
async fn seen_meanwhile(
    url: &PageUrl,
    began: Timestamp,
    library: &Arc<dyn Library>,
) -> Result<Option<Seen>, Failure> {
    let Some(page) = query::find(library, url).await? else {
        return Ok(None);
    };
    let looks = library.looks(page).await?;
    let last = looks.last().filter(|look| look.fetched_at >= began);
    Ok(last.map(|look| Seen::by_another_run(url, look)))
}

/// Why no look was made, in words.
fn not_fetched(url: &PageUrl, report: &Report) -> String {
    let host = url.host();
    report
        .resting()
        .find(|(resting, _)| **resting == host)
        .map_or_else(
            || "not fetched: another run holds its host".to_owned(),
            |(_, rest)| {
                let (until, reason) = (rest.until, &rest.reason);
                format!("not fetched: {host} is left alone until {until}: {reason}")
            },
        )
}

/// Why a look gave no article, in words.
fn why_not(look: &Seen) -> Option<String> {
    match look.outcome {
        Outcome::Gone => {
            let status = look
                .status
                .map_or_else(String::new, |status| format!(" ({status})"));
            Some(format!("gone{status}"))
        }
        Outcome::Blocked | Outcome::Failed => {
            let status = look.status;
            let answered = || status.map(|status| format!("the server answered {status}"));
            look.reason.clone().or_else(answered)
        }
        Outcome::Listed if look.is_list => {
            Some("no article on this page: it lists others".to_owned())
        }
        Outcome::Listed => Some(
            look.reason
                .clone()
                .unwrap_or_else(|| "no article found".to_owned()),
        ),
        Outcome::Redirected => {
            let to = look.redirected_to.as_ref();
            let to = to.map_or_else(String::new, |to| format!(" to {to}"));
            Some(format!("redirected{to}, which was not fetched"))
        }
        _ => None,
    }
}

/// What the version that is now current changed.
async fn last_change(
    library: &Arc<dyn Library>,
    page: PageId,
    current: Option<u32>,
) -> Result<Option<Diff>, Failure> {
    let looks = library.looks(page).await?;
    // a revert goes back to an old version, so the one before is the last seen, not the last made
    let before = looks
        .iter()
        .rev()
        .filter_map(|look| look.version_no)
        .find(|seen| Some(*seen) != current);
    let compared = query::compare(library, page, before, current).await?;
    Ok(compared.ok().map(|found| found.diff))
}

fn changed_fields(diff: &Diff) -> Vec<String> {
    let mut fields: Vec<String> = diff
        .fields
        .iter()
        .map(|change| change.field.to_owned())
        .collect();
    fields.dedup();
    if !diff.body.is_empty() {
        fields.push("body".to_owned());
    }
    fields
}
