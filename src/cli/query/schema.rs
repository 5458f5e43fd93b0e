//! The views with their columns and what they mean, as `docs/schema.md` tells it.

use crate::rules::nearest;

use super::super::exit::Exit;
use super::super::failure::{CliError, Failure};
use super::super::output::{Output, Paint};
use super::super::render::{pad, wrap};

/// The document that the program carries with it.
const DOCUMENT: &str = include_str!("../../../docs/schema.md");

/// A view as the document describes it.
#[derive(Debug, PartialEq, Eq)]
struct View<'a> {
    name: &'a str,
    about: &'a str,
    /// Names, several of which may share one meaning, and the meaning.
    columns: Vec<(String, String)>,
}

/// Prints the view called `name`, or all.
pub(super) fn run(name: Option<&str>, output: &mut Output) -> Result<Exit, Failure> {
    let views = views(DOCUMENT);
    let chosen = |view: &&View<'_>| name.is_none_or(|name| view.name.eq_ignore_ascii_case(name));
    let shown: Vec<&View<'_>> = views.iter().filter(chosen).collect();
    if let (Some(name), true) = (name, shown.is_empty()) {
        let known = || views.iter().map(|view| view.name);
        return Err(CliError::UnknownView {
            name: name.to_owned(),
            meant: nearest(name, known()).map(|meant| format!(" (did you mean {meant}?)")),
            known: known().collect::<Vec<_>>().join(", "),
        }
        .into());
    }
    for (number, view) in shown.into_iter().enumerate() {
        if number > 0 {
            output.line("");
        }
        output.line(&drawn(view, Output::width(), output.paint()));
    }
    Ok(Exit::Success)
}

fn drawn(view: &View<'_>, width: usize, paint: Paint) -> String {
    const NAMES: usize = 22;
    let mut lines = vec![format!(
        "{}  {}",
        paint.bold(view.name),
        paint.dim(view.about)
    )];
    for (names, meaning) in &view.columns {
        let names = wrap(names, NAMES);
        let meaning = wrap(meaning, width.saturating_sub(NAMES + 4).max(20));
        for row in 0..names.len().max(meaning.len()) {
            let cell = |cells: &[String]| cells.get(row).cloned().unwrap_or_default();
            let names = paint.cyan(&pad(&cell(&names), NAMES));
            let line = format!("  {names}  {}", cell(&meaning));
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.join("\n")
}

/// The views of `document`: a heading with the name, a sentence, a table.
fn views(document: &str) -> Vec<View<'_>> {
    let sections = document
        .split("\n### `")
        .filter(|part| part.starts_with("v_"));
    let described = sections.filter_map(|section| {
        let (name, rest) = section.split_once("`\n")?;
        let rest = rest.split("\n#").next()?;
        let about = rest.lines().find(|line| !line.is_empty())?;
        let column = |line: &str| {
            let (names, meaning) = line.strip_prefix("| `")?.split_once("` | ")?;
            Some((plain(names), plain(meaning.trim_end_matches(" |"))))
        };
        Some(View {
            name,
            about,
            columns: rest.lines().filter_map(column).collect(),
        })
    });
    described.collect()
}

/// `text` without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_has_a_sentence_and_columns() {
        let views = views(DOCUMENT);
        assert!(views.len() >= 9, "{views:?}");
        for view in &views {
            assert!(view.name.starts_with("v_"), "{view:?}");
            assert!(
                view.about.ends_with('.') && view.columns.len() > 2,
                "{view:?}"
            );
        }
        let articles = drawn(&views[0], 80, Paint::plain());
        assert!(
            articles.starts_with("v_articles  One row for each page"),
            "{articles}"
        );
        assert!(
            articles.contains("\n  gone_at                 since when it is gone"),
            "{articles}"
        );
    }
}
