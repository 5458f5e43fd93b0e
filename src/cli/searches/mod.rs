//! `zhanwen saved`: searches that are asked again and again, and what is new of them.

mod mistake;
mod tell;

use std::sync::Arc;

use crate::alert::Watch;
use crate::archive::SearchPage;
use crate::archive::{Archive, NewSearch, Renamed, SavedSearch, SearchName, SearchOrder};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Settings;
use crate::search::{Expression, parse};

use super::args::{AddArgs, NewsArgs, NewsFormat, SavedArgs, SavedCommand};
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{saved, saved_object};
use super::search::mistaken;
use super::world;

pub use mistake::SearchesError;
use tell::{Post, Teller, Way};

/// Runs the command.
pub(super) async fn run(
    args: &SavedArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    match &args.command {
        SavedCommand::Add(args) => add(args, settings, output).await,
        SavedCommand::List { json } => list(*json, settings, output).await,
        SavedCommand::Remove { name } => {
            let archive = known_archive(settings)?;
            if !archive.remove_search(name.to_string()).await? {
                return Err(unknown(settings, name).await?.into());
            }
            output.line(&format!("removed {name}"));
            Ok(Exit::Success)
        }
        SavedCommand::Rename { from, to } => {
            let archive = known_archive(settings)?;
            match archive.rename_search(from.to_string(), to.clone()).await? {
                Renamed::Done => output.line(&format!("{from} is called {to} now")),
                Renamed::Unknown => return Err(unknown(settings, from).await?.into()),
                Renamed::Taken => return Err(SearchesError::Taken { name: to.clone() }.into()),
            }
            Ok(Exit::Success)
        }
        SavedCommand::News(args) => news(args, settings, output).await,
    }
}

/// The archive for writing, which must be there: a search of nothing finds nothing.
fn known_archive(settings: &Settings) -> Result<Arc<dyn Archive>, Failure> {
    let _is_there = world::open_library(settings)?;
    Ok(world::open_archive(settings)?)
}

async fn unknown(settings: &Settings, name: &SearchName) -> Result<SearchesError, Failure> {
    let searches = world::open_library(settings)?.saved_searches().await?;
    Ok(SearchesError::Unknown {
        name: name.clone(),
        known: searches.into_iter().map(|search| search.name).collect(),
    })
}

async fn add(args: &AddArgs, settings: &Settings, output: &mut Output) -> Result<Exit, Failure> {
    let query = args.words.join(" ");
    let search = parse(&query).map_err(mistaken)?;
    let archive = known_archive(settings)?;
    let new = NewSearch {
        name: args.name.clone(),
        query,
        watch: args.events,
        at: SystemClock.now(),
    };
    if !archive.save_search(new).await? {
        let name = args.name.clone();
        return Err(SearchesError::Taken { name }.into());
    }
    let none = SearchPage {
        order: SearchOrder::Published,
        ..SearchPage::default()
    };
    let found = world::open_library(settings)?.search(&search, none).await?;
    output.line(&format!(
        "saved {}: {} articles match now; what comes from here on is news ({})",
        args.name, found.total, args.events
    ));
    Ok(Exit::Success)
}

async fn list(json: bool, settings: &Settings, output: &mut Output) -> Result<Exit, Failure> {
    let library = world::open_library(settings)?;
    let mut searches = Vec::new();
    for search in library.saved_searches().await? {
        let waiting = match understood_again(&search) {
            Ok((meant, watch)) => {
                let news = library.news(&meant, watch, search.told_until).await?;
                Some(news.entries.len())
            }
            // it is listed so that it can be removed
            Err(failure) => {
                tracing::warn!(search = %search.name, "{}", failure.sentence());
                None
            }
        };
        searches.push((search, waiting));
    }
    if json {
        for (search, waiting) in &searches {
            output.line(&saved_object(search, *waiting).to_string());
        }
    } else {
        output.line(&saved(&searches, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}

/// What a saved search means and wants to hear of.
fn understood_again(search: &SavedSearch) -> Result<(Expression, Watch), Failure> {
    let watch = search
        .events
        .parse()
        .map_err(|source| SearchesError::Events {
            name: search.name.clone(),
            source,
        })?;
    Ok((parse(&search.query).map_err(mistaken)?, watch))
}

async fn news(args: &NewsArgs, settings: &Settings, output: &mut Output) -> Result<Exit, Failure> {
    if args.format == NewsFormat::Atom && args.name.is_none() {
        return Err(SearchesError::NoName.into());
    }
    let post = Post::of(args, settings)?;
    let library = world::open_library(settings)?;
    let archive: Option<Arc<dyn Archive>> = if args.keep {
        None
    } else {
        Some(world::open_archive(settings)?)
    };
    let teller = Teller {
        archive,
        library: Arc::clone(&library),
        clock: Arc::new(SystemClock),
    };
    let way = Way {
        format: args.format,
        post,
    };
    let searches = library.saved_searches().await?;
    if let Some(name) = &args.name {
        if !searches.iter().any(|search| search.name == name.as_str()) {
            return Err(unknown(settings, name).await?.into());
        }
        teller.tell(name.as_str(), &way, output).await?;
        return Ok(Exit::Success);
    }
    all(&teller, &searches, &way, output).await
}

/// Tells of all searches; what fails with one does not keep the others waiting.
async fn all(
    teller: &Teller,
    searches: &[SavedSearch],
    way: &Way,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let mut first = None;
    for search in searches {
        let Err(failure) = teller.tell(&search.name, way, output).await else {
            continue;
        };
        if first.is_none() {
            first = Some(failure);
        } else {
            tracing::error!("{}", failure.sentence());
        }
    }
    first.map_or(Ok(Exit::Success), Err)
}
