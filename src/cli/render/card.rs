//! An article as a card: what a person wants to see first.

use crate::model::{Article, Timestamp};

use super::super::output::Paint;
use super::layout::{pad, rule, shorten, wrap};

/// What a card shows.
#[derive(Debug, Clone)]
pub(crate) struct Card<'a> {
    /// Where the page is.
    pub url: &'a str,
    /// The article.
    pub article: &'a Article,
    /// The encoding and how it was known, as in `GBK (meta)`.
    pub encoding: String,
    /// When it was fetched or first seen.
    pub fetched_at: Option<Timestamp>,
    /// One line on version and change, as in `version 2, changed: title, body`.
    pub standing: Option<String>,
    /// What a person should know.
    pub warnings: &'a [String],
    /// Lines of body to show; all when `None`.
    pub body_lines: Option<usize>,
}

const LABEL_COLUMNS: usize = 10;

/// Draws `card` for a terminal of `width` columns.
pub(crate) fn card(card: &Card<'_>, width: usize, paint: Paint) -> String {
    let mut lines = vec![paint.dim(&rule(width))];
    let title = card.article.title.as_deref().unwrap_or("(no title)");
    lines.extend(wrap(title, width).iter().map(|line| paint.bold(line)));
    lines.push(paint.dim(&shorten(card.url, width)));
    lines.push(String::new());

    for (label, value) in facts(card) {
        let value = value.unwrap_or_else(|| paint.dim("—"));
        lines.push(format!("{}{value}", paint.cyan(&pad(label, LABEL_COLUMNS))));
    }
    for warning in card.warnings {
        let mut shown = wrap(warning, width.saturating_sub(LABEL_COLUMNS)).into_iter();
        let first = shown.next().unwrap_or_default();
        lines.push(format!(
            "{}{first}",
            paint.yellow(&pad("warning", LABEL_COLUMNS))
        ));
        lines.extend(shown.map(|rest| format!("{}{rest}", " ".repeat(LABEL_COLUMNS))));
    }

    if let Some(body) = &card.article.body_text {
        lines.push(String::new());
        let body: Vec<String> = body
            .lines()
            .flat_map(|line| wrap(line, width.saturating_sub(2)))
            .collect();
        let shown = card.body_lines.unwrap_or(body.len());
        lines.extend(body.iter().take(shown).map(|line| format!("  {line}")));
        if body.len() > shown {
            let more = format!("  … {} more lines", body.len() - shown);
            lines.push(paint.dim(&more));
        }
    }
    lines.join("\n")
}

/// The labelled lines, in a reader's order; absent ones are shown as such.
fn facts(card: &Card<'_>) -> Vec<(&'static str, Option<String>)> {
    let article = card.article;
    let views = match (article.views, article.views_note) {
        (Some(views), Some(note)) => Some(format!("{views} ({})", note.name())),
        (Some(views), None) => Some(views.to_string()),
        (None, Some(note)) => Some(format!("— ({})", note.name())),
        (None, None) => None,
    };
    let mut facts = vec![
        ("source", article.source.clone()),
        ("author", article.author.clone()),
        (
            "published",
            article.publish_time.map(|time| time.to_string()),
        ),
        ("views", views),
    ];
    if article.editor.is_some() {
        facts.insert(2, ("editor", article.editor.clone()));
    }
    facts.push(("encoding", Some(card.encoding.clone())));
    if let Some(fetched_at) = card.fetched_at {
        facts.push(("fetched", Some(fetched_at.to_string())));
    }
    if let Some(standing) = &card.standing {
        facts.push(("archive", Some(standing.clone())));
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_fields_are_shown_as_absent() {
        let article = Article {
            title: Some("展会开幕".to_owned()),
            ..Article::default()
        };
        let drawn = card(
            &Card {
                url: "http://www.example.cn/1.html",
                article: &article,
                encoding: "GBK (meta)".to_owned(),
                fetched_at: None,
                standing: Some("version 1".to_owned()),
                warnings: &["placeholder: author is `admin`".to_owned()],
                body_lines: Some(3),
            },
            60,
            Paint::plain(),
        );
        assert!(drawn.contains("展会开幕"), "{drawn}");
        assert!(drawn.contains("views     —"), "{drawn}");
        assert!(drawn.contains("warning   placeholder"), "{drawn}");
    }
}
