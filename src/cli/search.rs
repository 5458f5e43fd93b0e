//! `zhanwen search`: kept articles by their words and by what is known of them.

use std::fmt;

use miette::{LabeledSpan, NamedSource, SourceCode};

use crate::archive::SearchPage;
use crate::config::Settings;
use crate::search::{Expression, Mistake, SearchError, parse};

use super::args::{FilterArgs, PlaceArgs, SearchArgs};
use super::exit::Exit;
use super::failure::{CliError, Failure};
use super::output::Output;
use super::render::{facets, facets_object, hit_object, hits};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &SearchArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let search = asked(&args.words, &args.filters)?;
    let library = world::open_library(settings)?;
    world::kept_sites(&library, settings, &args.filters.sites).await?;
    let page = checked(&args.place, &search)?;
    if let Some(most) = args.facets {
        let found = library.facets(&search, page.versions, most).await?;
        if args.json {
            output.line(&facets_object(&found).to_string());
        } else {
            output.line(&facets(&found, Output::width(), output.paint()));
        }
        return Ok(Exit::Success);
    }
    let found = library.search(&search, page).await?;
    if args.json {
        for (article, cursor) in found.articles.iter().zip(&found.cursors) {
            output.line(&hit_object(article, cursor, &search).to_string());
        }
    } else {
        let width = Output::width();
        output.line(&hits(&found, &search, &args.place, width, output.paint()));
    }
    Ok(Exit::Success)
}

/// What words and options mean together.
pub(super) fn asked(words: &[String], filters: &FilterArgs) -> Result<Expression, Failure> {
    let meant = parse(&words.join(" ")).map_err(mistaken)?;
    Ok(meant.and(filters.expression()))
}

/// Which of what `search` finds; a place is one of the same search, or means nothing.
pub(super) fn checked(place: &PlaceArgs, search: &Expression) -> Result<SearchPage, Failure> {
    let page = place.page();
    match &page.after {
        Some(cursor) if !cursor.is_of(search, page.order, page.versions) => {
            Err(CliError::OtherSearch.into())
        }
        _ => Ok(page),
    }
}

/// The failure that a search cannot be read.
pub(super) fn mistaken(error: SearchError) -> Failure {
    Failure::Search(miette::Report::new(SearchMistake::of(error)))
}

/// A mistake in a search; shown by miette it prints the search with a caret.
#[derive(Debug)]
struct SearchMistake {
    mistake: Mistake,
    place: std::ops::Range<usize>,
    source: NamedSource<String>,
}

impl SearchMistake {
    fn of(error: SearchError) -> Self {
        Self {
            mistake: error.mistake,
            place: error.place,
            source: NamedSource::new("search", error.search),
        }
    }
}

impl fmt::Display for SearchMistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mistake.fmt(formatter)
    }
}

impl std::error::Error for SearchMistake {}

impl miette::Diagnostic for SearchMistake {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(Some("here".to_owned()), self.place.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
