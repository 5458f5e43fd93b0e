//! `zhanwen demo`: the whole job on a site of our own, in front of the user.
//!
//! The site is served on loopback and crawled by the very path `crawl` takes: the same machine,
//! HTTP client, rules and archive. Only the interval is shorter, since the host is ours.

mod server;
mod site;

use std::sync::Arc;
use std::time::Duration;

use crate::archive::{ArticleLine, Library, Look};
use crate::config::{Settings, load_rules};
use crate::crawl::{CrawlSettings, Plan, World};
use crate::model::{Outcome, PageUrl, SiteId};
use crate::query;
use crate::rules::RuleBook;

use super::args::DemoArgs;
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::logging::Logs;
use super::output::{Output, Paint};
use super::render::{diff, pad, report, shorten};
use super::world;

use server::Server;
use site::Site;

/// The host is ours: a tenth of a second shows the pace without keeping anybody waiting.
const INTERVAL: Duration = Duration::from_millis(100);

/// Runs the command.
pub(super) async fn run(
    args: &DemoArgs,
    settings: &Settings,
    logs: &Logs,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let paint = output.paint();
    let site = Site::shipped().map_err(|source| CliError::DemoSite { source })?;
    let home = site.home().to_owned();
    let server = Server::start(site)
        .await
        .map_err(|source| CliError::Start { source })?;
    let start = PageUrl::parse(&server.url(&home))?;
    let (world, rules) = world_for(settings)?;
    let library = world::open_library(settings)?;

    let heading = |number: u8, text: &str| {
        let line = paint.bold(&format!("{number}  {text}"));
        format!("\n{line}")
    };
    output.line(&format!(
        "{}\nAn invented exhibition company's news, served at {start}",
        paint.bold("zhanwen demo")
    ));
    output.line(&heading(1, "crawl it"));
    let Some(exit) = crawl(&world, &rules, &start, logs, output).await? else {
        return Ok(Exit::Interrupted);
    };
    output.line(&heading(
        2,
        "the company edits, withdraws and adds an article; readers come",
    ));
    server.publish(2);
    output.line(&heading(3, "crawl it again"));
    let Some(second) = crawl(&world, &rules, &start, logs, output).await? else {
        return Ok(Exit::Interrupted);
    };

    let archive = settings.archive.display();
    output.line(&heading(4, &format!("what {archive} holds now")));
    let site = SiteId::new(start.host().as_str());
    let articles = library.articles(Some(&site), 50).await?;
    output.line(&table(&articles, Output::width(), paint));
    let edited = show_edit(&library, &articles, output).await?;
    output.line(&heading(5, "what to try next"));
    output.line(&next_steps(settings, edited.or(articles.first()), paint));

    if args.keep_serving {
        output.line(&format!("\nserving {start} until Ctrl-C"));
        // a failing signal handler ends the serving too
        let _ended = tokio::signal::ctrl_c().await;
    }
    Ok(if exit == Exit::Success { second } else { exit })
}

fn world_for(settings: &Settings) -> Result<(World, Arc<RuleBook>), Failure> {
    let rules = Arc::new(load_rules(&settings.selectors, settings.selectors_named)?);
    let mut settings = settings.clone();
    settings
        .allow_net
        .push("127.0.0.0/8".parse().map_err(|_wrong| CliError::Start {
            source: std::io::ErrorKind::InvalidInput.into(),
        })?);
    settings.interval = settings.interval.or(Some(INTERVAL));
    // the demo's host belongs to whoever runs it, so there is nobody to be reached by
    settings.has_contact = true;
    let crawl = CrawlSettings {
        recheck: true,
        ..CrawlSettings::default()
    };
    let crawl = world::crawl_settings(&settings, crawl);
    let archive = world::open_archive(&settings)?;
    Ok((
        world::build(&settings, archive, Arc::clone(&rules), crawl)?,
        rules,
    ))
}

/// One crawl with its report; nothing when a signal ended it.
async fn crawl(
    world: &World,
    rules: &RuleBook,
    start: &PageUrl,
    logs: &Logs,
    output: &mut Output,
) -> Result<Option<Exit>, Failure> {
    let plan = Plan::crawl(&[], world::command_line()).from_page(start, rules);
    let Some(done) = world::drive(world, plan, logs).await? else {
        return Ok(None);
    };
    output.line(&report(&done.report.kept(), done.elapsed, output.paint()));
    let failed = done.report.count(Outcome::Failed);
    Ok(Some(match (done.report.interrupted, failed) {
        (true, _) => Exit::Interrupted,
        (false, 0) => Exit::Success,
        (false, _) => Exit::SomeFailed,
    }))
}

fn table(articles: &[ArticleLine], width: usize, paint: Paint) -> String {
    let row = |published: &str, views: &str, versions: &str, encoding: &str, source: &str| {
        format!(
            "  {} {} {} {} {} ",
            pad(published, 16),
            pad(views, 6),
            pad(versions, 8),
            pad(encoding, 8),
            pad(&shorten(source, 18), 18),
        )
    };
    let head = row("published", "views", "versions", "encoding", "source");
    let mut lines = vec![paint.cyan(&format!("{head}title"))];
    for article in articles {
        let published = article.publish_time.as_deref().unwrap_or("—");
        let views = article
            .views
            .map_or_else(|| "—".to_owned(), |views| views.to_string());
        let line = row(
            // the seconds that some sites print are in the archive; here they only take room
            published.get(..16).unwrap_or(published),
            &views,
            &article.versions.to_string(),
            &article.encoding,
            article.source.as_deref().unwrap_or("—"),
        );
        let title = article.title.as_deref().unwrap_or("(no title)");
        let gone = if article.missing_since.is_some() {
            " (gone)"
        } else {
            ""
        };
        let title = shorten(title, width.saturating_sub(62 + gone.len()));
        lines.push(format!("{line}{title}{}", paint.red(gone)));
    }
    lines.join("\n")
}

/// Shows what the edit changed and how the counter of that page moved.
async fn show_edit<'a>(
    library: &Arc<dyn Library>,
    articles: &'a [ArticleLine],
    output: &mut Output,
) -> Result<Option<&'a ArticleLine>, Failure> {
    let paint = output.paint();
    let Some(edited) = articles.iter().find(|article| article.versions > 1) else {
        return Ok(None);
    };
    let Some(page) = query::find(library, &edited.url).await? else {
        return Ok(None);
    };
    let title = edited.title.as_deref().unwrap_or_default();
    output.line(&format!(
        "\n  {} {}",
        paint.cyan("edited:"),
        paint.bold(title)
    ));
    if let Ok(found) = query::compare(library, page, None, None).await? {
        for line in diff(&found.diff, Output::width().saturating_sub(4), paint).lines() {
            output.line(&format!("    {line}"));
        }
    }
    let looks: Vec<Look> = library.looks(page).await?;
    let views: Vec<String> = query::view_points(&looks)
        .iter()
        .map(|point| point.views.to_string())
        .collect();
    output.line(&format!("    views {}", views.join(" → ")));
    Ok(Some(edited))
}

fn next_steps(settings: &Settings, article: Option<&ArticleLine>, paint: Paint) -> String {
    let program = std::env::args_os().next().map_or_else(
        || "zhanwen".to_owned(),
        |program| program.to_string_lossy().into_owned(),
    );
    let archive = settings.archive.display();
    let url = article.map_or("URL", |article| article.url.as_str());
    let steps = [
        (format!("{program} show {url}"), "the article"),
        (
            format!("{program} history {url}"),
            "its versions and view counts",
        ),
        (format!("{program} diff {url}"), "what was edited"),
        (
            format!("sqlite3 {archive} 'select title, views, versions from v_articles'"),
            "your own questions",
        ),
        (
            format!("{program} scrape https://…"),
            "a page of the real world",
        ),
        (format!("{program} crawl --help"), "a site, for cron"),
    ];
    let columns = steps
        .iter()
        .map(|(command, _)| command.len())
        .max()
        .unwrap_or(0);
    let lines =
        steps.map(|(command, what)| format!("  {}  {}", pad(&command, columns), paint.dim(what)));
    lines.join("\n")
}
