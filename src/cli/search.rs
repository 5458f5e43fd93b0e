//! `zhanwen search`: kept articles by their words and by what is known of them.

use std::fmt;

use miette::{LabeledSpan, NamedSource, SourceCode};

use crate::archive::SearchPage;
use crate::config::Settings;
use crate::search::{Mistake, SearchError, parse};

use super::args::SearchArgs;
use super::exit::Exit;
use super::failure::Failure;
use super::output::Output;
use super::render::{hit_object, hits};
use super::world;

/// Runs the command.
pub(super) async fn run(
    args: &SearchArgs,
    settings: &Settings,
    output: &mut Output,
) -> Result<Exit, Failure> {
    let search = parse(&args.words.join(" ")).map_err(mistaken)?;
    let library = world::open_library(settings)?;
    let page = SearchPage {
        order: args.sort.into(),
        offset: args.offset,
        limit: args.limit,
        ..SearchPage::default()
    };
    let found = library.search(&search, page).await?;
    if args.json {
        for article in &found.articles {
            output.line(&hit_object(article, &search).to_string());
        }
    } else {
        let width = Output::width();
        output.line(&hits(&found, &search, args.offset, width, output.paint()));
    }
    Ok(Exit::Success)
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
