//! What a search found: a heading for each article, and its text around the words.

use serde_json::{Value, json};

use crate::archive::{Cursor, Hits, KeptArticle};
use crate::cli::args::PlaceArgs;
use crate::cli::output::{Paint, harmless};
use crate::search::{Excerpt, Expression, Part, Piece, excerpt, marked};

use super::articles::{counted, listed_object};
use super::layout::shorten;

/// Draws what was found for a terminal of `width` columns.
pub(in crate::cli) fn hits(
    found: &Hits,
    search: &Expression,
    place: &PlaceArgs,
    width: usize,
    paint: Paint,
) -> String {
    let told = counted(found, place);
    if found.total == 0 {
        return told;
    }
    let mut parts = vec![paint.cyan(&told)];
    let articles = found.articles.iter();
    parts.extend(articles.map(|article| one(article, search, width, paint)));
    parts.join("\n\n")
}

fn one(kept: &KeptArticle, search: &Expression, width: usize, paint: Paint) -> String {
    let article = &kept.reading.article;
    let title = marked(article, Part::Title, search);
    let title = if title.is_empty() {
        paint.dim("(no title)")
    } else {
        drawn(&title, paint, |text| paint.bold(text))
    };
    let views = article.views.map(|views| format!("{views} views"));
    let edited = (kept.version_no > 1).then(|| format!("version {}", kept.version_no));
    let gone = kept.gone_at.map(|at| {
        let day: String = at.to_string().chars().take(10).collect();
        format!("gone since {day}")
    });
    let by: Vec<String> = [
        article.publish_time.map(|time| time.to_string()),
        Some(kept.site.to_string()),
        article.source.clone(),
        article.author.clone(),
        views,
        edited,
        gone,
    ]
    .into_iter()
    .flatten()
    .map(|part| harmless(&part))
    .collect();
    let mut lines = vec![
        title,
        paint.dim(&shorten(&by.join(" · "), width)),
        kept.url.to_string(),
    ];
    // of Chinese text, whose characters are two columns wide, two lines
    if let Some(excerpt) = excerpt(article, search, width.saturating_sub(4)) {
        lines.push(surroundings(&excerpt, paint));
    }
    lines.join("\n")
}

fn surroundings(excerpt: &Excerpt, paint: Paint) -> String {
    let mark = |cut: bool| if cut { "…" } else { "" };
    format!(
        "{}{}{}",
        mark(excerpt.cut_before),
        drawn(&excerpt.pieces, paint, str::to_owned),
        mark(excerpt.cut_after)
    )
}

/// Pieces in a row: what was found is coloured, or in brackets where there is no colour.
fn drawn(pieces: &[Piece], paint: Paint, other: impl Fn(&str) -> String) -> String {
    pieces
        .iter()
        .map(|piece| {
            let text = harmless(&piece.text.replace('\n', " "));
            match (piece.found, paint.yellow(&text)) {
                (false, _) => other(&text),
                (true, plain) if plain == text => format!("【{text}】"),
                (true, colored) => colored,
            }
        })
        .collect()
}

/// An article that was found, as an object.
pub(in crate::cli) fn hit_object(
    kept: &KeptArticle,
    cursor: &Cursor,
    search: &Expression,
) -> Value {
    const EXCERPT: usize = 160;
    let article = &kept.reading.article;
    let excerpt = excerpt(article, search, EXCERPT).map(|excerpt| {
        json!({
            "part": excerpt.part.name(),
            "cut_before": excerpt.cut_before,
            "cut_after": excerpt.cut_after,
            "pieces": pieces_value(&excerpt.pieces),
        })
    });
    let mut object = listed_object(kept, cursor);
    if let Some(fields) = object.as_object_mut() {
        let title = pieces_value(&marked(article, Part::Title, search));
        fields.insert("title_pieces".to_owned(), title);
        fields.insert("excerpt".to_owned(), json!(excerpt));
    }
    object
}

fn pieces_value(pieces: &[Piece]) -> Value {
    let piece = |piece: &Piece| json!({"text": piece.text, "found": piece.found});
    Value::Array(pieces.iter().map(piece).collect())
}
